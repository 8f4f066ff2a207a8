//! The names of a struct that is flattened with a prefix.
//!
//! They are joined at compile time, so that the stored name of a field is in the same place for all code that needs it. Arrays have their
//! lengths in their types; the derive therefore calls one function for each length.

use super::{Former, Names};

impl Names {
    /// The length of all names with the prefix, one after another.
    pub const fn text_len(&self, prefix: &str) -> usize {
        let mut len = 0;
        let mut field = 0;
        while field < self.count() {
            len += prefix.len() + self.get(field).len();
            field += 1;
        }
        len
    }

    /// All names with the prefix, one after another.
    pub const fn text<const LEN: usize>(&self, prefix: &str) -> [u8; LEN] {
        let mut text = [0; LEN];
        let mut at = 0;
        let mut field = 0;
        while field < self.count() {
            at = append(&mut text, at, prefix);
            at = append(&mut text, at, self.get(field));
            field += 1;
        }
        text
    }

    /// The names in such a text, by the numbers of their fields.
    pub const fn split<const LEN: usize>(&self, prefix: &str, text: &'static [u8]) -> [&'static str; LEN] {
        let mut all = [""; LEN];
        let Ok(mut rest) = core::str::from_utf8(text) else { return all };
        let mut field = 0;
        while field < LEN {
            (all[field], rest) = rest.split_at(prefix.len() + self.get(field).len());
            field += 1;
        }
        all
    }

    /// How many fields have former names.
    pub const fn former_len(&self) -> usize {
        let mut len = self.former.len();
        let mut i = 0;
        while i < self.flattened.len() {
            len += self.flattened[i].former_len();
            i += 1;
        }
        len
    }

    /// The fields with former names, which are among `all`, the names with the prefix.
    pub const fn former_in<const LEN: usize>(&self, all: &'static [&'static str]) -> [Former; LEN] {
        let mut former: [Former; LEN] = [(0, &[]); LEN];
        self.collect_former(0, all, &mut former, 0);
        former
    }

    const fn collect_former(
        &self,
        first: usize,
        all: &'static [&'static str],
        former: &mut [Former],
        mut at: usize,
    ) -> usize {
        // The former names are the last of the struct's own, in the order of their fields.
        let mut start = self.own.len();
        let mut i = 0;
        while i < self.former.len() {
            start -= self.former[i].1.len();
            i += 1;
        }
        i = 0;
        while i < self.former.len() {
            let (field, names) = self.former[i];
            let own = all.split_at(first + start).1.split_at(names.len()).0;
            // More than 240 fields are an error of the derive, so nothing is lost.
            #[allow(clippy::cast_possible_truncation)]
            let number = first as u8 + field;
            former[at] = (number, own);
            start += names.len();
            at += 1;
            i += 1;
        }
        i = 0;
        while i < self.flattened.len() {
            at = self.flattened[i].collect_former(first + self.first(i), all, former, at);
            i += 1;
        }
        at
    }

    /// These names with a prefix, by the numbers of their fields.
    pub const fn prefixed(&self, all: &'static [&'static str], former: &'static [Former]) -> Self {
        Names { own: all, former, flattened: &[], item: self.item }
    }
}

const fn append(text: &mut [u8], mut at: usize, part: &str) -> usize {
    let part = part.as_bytes();
    let mut i = 0;
    while i < part.len() {
        text[at] = part[i];
        at += 1;
        i += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    const GEO: Names = Names::new(&["lat", "latitude", "y"], &[]).renamed(&[(0, &["latitude", "y"])]);
    const ADDRESS: Names = Names::new(&["city", "zip", "code"], &[&GEO]).renamed(&[(1, &["code"])]);
    const TEXT: [u8; ADDRESS.text_len("s_")] = ADDRESS.text("s_");
    const ALL: [&str; ADDRESS.count()] = ADDRESS.split("s_", &TEXT);
    const FORMER: [Former; ADDRESS.former_len()] = ADDRESS.former_in(&ALL);
    const PREFIXED: Names = ADDRESS.prefixed(&ALL, &FORMER);

    #[test]
    fn every_name_has_the_prefix() {
        let names: Vec<&str> = (0..PREFIXED.count()).map(|field| PREFIXED.get(field)).collect();
        assert_eq!(names, ["s_city", "s_zip", "s_code", "s_lat", "s_latitude", "s_y"]);
        assert_eq!((PREFIXED.former(1), PREFIXED.former(3)), (&["s_code"][..], &["s_latitude", "s_y"][..]));
        assert!(PREFIXED.former(0).is_empty());
    }
}
