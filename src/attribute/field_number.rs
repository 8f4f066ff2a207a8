//! The numbers of fields as types.
//!
//! Generated code does not use `const` arguments for them, because rustc treats each literal argument as a separate constant. Such a
//! constant takes as much time as a small function when a program is checked.

/// The number of a field among those of its struct: a digit, or a pair of the digits before the last one and the last one.
#[doc(hidden)]
pub trait FieldNumber {
    const NUMBER: u8;
}

macro_rules! digits {
    ($($digit:ident $number:literal,)*) => {
        $(
            #[doc(hidden)]
            #[derive(Debug)]
            pub enum $digit {}

            impl FieldNumber for $digit {
                const NUMBER: u8 = $number;
            }
        )*
    };
}

digits! { D0 0, D1 1, D2 2, D3 3, D4 4, D5 5, D6 6, D7 7, D8 8, D9 9, }

impl<Tens: FieldNumber, Ones: FieldNumber> FieldNumber for (Tens, Ones) {
    const NUMBER: u8 = Tens::NUMBER * 10 + Ones::NUMBER;
}
