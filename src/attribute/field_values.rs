//! The values of the fields of a struct, in rows of ten.
//!
//! Readers and builders store their values in them. If each derive declared a struct instead, rustc would have one more item
//! for each field.

/// The values of ten fields, followed by the values of the later fields. Unused columns of the last row are `()`.
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "only generated code has such values")]
pub struct FieldValues<A, B, C, D, E, F, G, H, I, J, Rows> {
    pub f0: Option<A>,
    pub f1: Option<B>,
    pub f2: Option<C>,
    pub f3: Option<D>,
    pub f4: Option<E>,
    pub f5: Option<F>,
    pub f6: Option<G>,
    pub f7: Option<H>,
    pub f8: Option<I>,
    pub f9: Option<J>,
    pub next: Rows,
}

impl<A, B, C, D, E, F, G, H, I, J, Rows: Default> Default for FieldValues<A, B, C, D, E, F, G, H, I, J, Rows> {
    #[inline]
    fn default() -> Self {
        FieldValues {
            f0: None,
            f1: None,
            f2: None,
            f3: None,
            f4: None,
            f5: None,
            f6: None,
            f7: None,
            f8: None,
            f9: None,
            next: Rows::default(),
        }
    }
}

/// The row with number `N`.
#[doc(hidden)]
pub trait HasRow<const N: usize> {
    type Row;
}

/// The type of the value in column `N` of a row.
#[doc(hidden)]
pub trait HasColumn<const N: usize> {
    type Type;
}

impl<A, B, C, D, E, F, G, H, I, J, Rows> HasRow<0> for FieldValues<A, B, C, D, E, F, G, H, I, J, Rows> {
    type Row = Self;
}

macro_rules! rows {
    ($($row:literal after $before:literal),*) => {
        $(
            impl<A, B, C, D, E, F, G, H, I, J, Rows: HasRow<$before>> HasRow<$row>
                for FieldValues<A, B, C, D, E, F, G, H, I, J, Rows>
            {
                type Row = Rows::Row;
            }
        )*
    };
}

// A struct has at most 240 attributes.
rows! {
    1 after 0, 2 after 1, 3 after 2, 4 after 3, 5 after 4, 6 after 5, 7 after 6, 8 after 7, 9 after 8, 10 after 9, 11 after 10,
    12 after 11, 13 after 12, 14 after 13, 15 after 14, 16 after 15, 17 after 16, 18 after 17, 19 after 18, 20 after 19,
    21 after 20, 22 after 21, 23 after 22
}

macro_rules! columns {
    ($($column:literal: $type:ident),*) => {
        $(
            impl<A, B, C, D, E, F, G, H, I, J, Rows> HasColumn<$column> for FieldValues<A, B, C, D, E, F, G, H, I, J, Rows> {
                type Type = $type;
            }
        )*
    };
}

columns! { 0: A, 1: B, 2: C, 3: D, 4: E, 5: F, 6: G, 7: H, 8: I, 9: J }
