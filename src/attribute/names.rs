//! The attribute names of a struct as a constant, and checks on them that the derives run at compile time.
//!
//! The functions are `const` and therefore use `while` loops: `for` and iterators are not available in constants.

mod prefixed;

use crate::expr::Segment;

/// The attribute names of a struct: its own, then those of the structs that it flattens.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Names {
    own: &'static [&'static str],
    /// The fields with former names.
    former: &'static [Former],
    flattened: &'static [&'static Names],
    /// Whether the struct is a model. A model also has keys and cannot be flattened.
    item: bool,
}

/// A field, by its number, and the names that items may have instead of its own.
pub type Former = (u8, &'static [&'static str]);

impl Names {
    pub const fn new(own: &'static [&'static str], flattened: &'static [&'static Names]) -> Self {
        Names { own, former: &[], flattened, item: false }
    }

    /// Adds the former names of fields, which are also among the struct's own.
    pub const fn renamed(mut self, former: &'static [Former]) -> Self {
        self.former = former;
        self
    }

    /// The former names of a field by its number, flattened fields included.
    pub const fn former(&self, field: usize) -> &'static [&'static str] {
        let mut i = 0;
        while i < self.former.len() {
            if self.former[i].0 as usize == field {
                return self.former[i].1;
            }
            i += 1;
        }
        match self.inside(field) {
            Some((names, field)) => names.former(field),
            None => &[],
        }
    }

    /// The names of the struct's own attributes.
    pub const fn own(&self) -> &'static [&'static str] {
        self.own
    }

    /// Marks these names as those of a model.
    pub const fn of_item(mut self) -> Self {
        self.item = true;
        self
    }

    pub const fn is_item(&self) -> bool {
        self.item
    }

    /// The number of names, those of flattened structs included.
    pub const fn count(&self) -> usize {
        let mut len = self.own.len();
        let mut i = 0;
        while i < self.flattened.len() {
            len += self.flattened[i].count();
            i += 1;
        }
        len
    }

    /// The number of names, or 255: more than a struct may have.
    pub const fn field_count(&self) -> u8 {
        let count = self.count();
        if count < 255 { count.to_le_bytes()[0] } else { 255 }
    }

    /// The name of a field by its number, flattened fields included; empty in the placeholder code of a model with errors.
    pub const fn get(&self, field: usize) -> &'static str {
        if field < self.own.len() {
            return self.own[field];
        }
        match self.inside(field) {
            Some((names, field)) => names.get(field),
            None => "",
        }
    }

    /// The flattened struct that a number belongs to, and the number there.
    const fn inside(&self, field: usize) -> Option<(&'static Names, usize)> {
        let mut nth = 0;
        while nth < self.flattened.len() {
            let (names, first) = (self.flattened[nth], self.first(nth));
            if first <= field && field < first + names.count() {
                return Some((names, field - first));
            }
            nth += 1;
        }
        None
    }

    /// The number of the first field of the `nth` flattened struct.
    const fn first(&self, nth: usize) -> usize {
        let mut first = self.own.len();
        let mut i = 0;
        while i < nth && i < self.flattened.len() {
            first += self.flattened[i].count();
            i += 1;
        }
        first
    }

    /// The step of a path to a field, by its number.
    pub(crate) fn segment(&self, field: u8) -> Segment {
        let field = usize::from(field);
        Segment::named(self.get(field), self.former(field))
    }

    const fn contains(&self, name: &str) -> bool {
        if contains(self.own, name) {
            return true;
        }
        let mut i = 0;
        while i < self.flattened.len() {
            if self.flattened[i].contains(name) {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Whether any of `names` is among these names.
    pub const fn contains_any(&self, names: &[&str]) -> bool {
        let mut i = 0;
        while i < names.len() {
            if self.contains(names[i]) {
                return true;
            }
            i += 1;
        }
        false
    }

    const fn shares_with(&self, other: &Names) -> bool {
        if other.contains_any(self.own) {
            return true;
        }
        let mut i = 0;
        while i < self.flattened.len() {
            if self.flattened[i].shares_with(other) {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Whether the `nth` flattened struct shares a name with the struct itself or with an earlier flattened struct. The
    /// last `keys` names of a model are the keys that its templates make; another check compares these.
    pub const fn overlaps(&self, nth: usize, keys: usize) -> bool {
        let names = self.flattened[nth];
        if names.contains_any(self.own.split_at(self.own.len() - keys).0) {
            return true;
        }
        let mut i = 0;
        while i < nth {
            if names.shares_with(self.flattened[i]) {
                return true;
            }
            i += 1;
        }
        false
    }
}

/// The names of a struct's fields at the place of the struct. Those of a flattened struct come from the struct around it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct FieldNames {
    names: &'static Names,
    /// The number of the struct's first field there.
    first: usize,
}

impl FieldNames {
    /// The names of a struct that is not flattened.
    pub const fn of(names: &'static Names) -> Self {
        FieldNames { names, first: 0 }
    }

    /// The names of the `nth` struct that this one flattens. `own` are the names of this struct as if it were not flattened.
    pub const fn flattened(self, own: &Names, nth: u8) -> Self {
        FieldNames { names: self.names, first: self.first + own.first(nth as usize) }
    }

    /// The name of a field by its number in the struct.
    pub const fn name(self, field: u8) -> &'static str {
        self.names.get(self.first + field as usize)
    }

    /// The former names of a field by its number in the struct.
    pub const fn former(self, field: u8) -> &'static [&'static str] {
        self.names.former(self.first + field as usize)
    }
}

/// Whether `name` is among `names`.
pub(crate) const fn contains(names: &[&str], name: &str) -> bool {
    let mut i = 0;
    while i < names.len() {
        if is_same(names[i], name) {
            return true;
        }
        i += 1;
    }
    false
}

/// `a == b`, usable in constants.
pub(crate) const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const INNER: Names = Names::new(&["c", "d"], &[]);
    const OUTER: Names = Names::new(&["a", "b"], &[&INNER, &Names::new(&["e"], &[])]);

    #[test]
    fn numbers_run_through_flattened_structs() {
        let names: Vec<&str> = (0..6).map(|number| OUTER.get(number)).collect();
        assert_eq!(names, ["a", "b", "c", "d", "e", ""]);
    }

    #[test]
    fn names_below_a_struct_follow_its_place() {
        const MIDDLE: Names = Names::new(&["m"], &[&INNER]);
        const TOP: Names = Names::new(&["t"], &[&OUTER, &MIDDLE]);
        let middle = FieldNames::of(&TOP).flattened(&TOP, 1);
        assert_eq!((middle.name(0), middle.flattened(&MIDDLE, 0).name(1)), ("m", "d"));
    }

    #[test]
    fn shared_names_are_found() {
        const TWICE: Names = Names::new(&["a"], &[&INNER, &Names::new(&["x"], &[&INNER])]);
        assert!(!OUTER.overlaps(0, 0) && !OUTER.overlaps(1, 0));
        assert!(!TWICE.overlaps(0, 0) && TWICE.overlaps(1, 0));
        assert!(Names::new(&["d"], &[&INNER]).overlaps(0, 0) && !Names::new(&["d"], &[&INNER]).overlaps(0, 1));
    }
}
