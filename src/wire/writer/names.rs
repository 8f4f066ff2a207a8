//! The names of the maps around a value.

use crate::wire::MAX_DEPTH;

/// The number of names that are stored inline. Few items nest maps more deeply.
const INLINE: usize = 8;

/// The names of the maps around a value, from the outermost inward. A list has an empty name.
#[derive(Debug, Default)]
pub(super) struct MapNames {
    inline: [&'static str; INLINE],
    spilled: Vec<&'static str>,
}

impl MapNames {
    /// Sets the name at a depth. The names at all lower depths must be set. A name below the maximum depth is ignored.
    pub(super) fn set(&mut self, depth: usize, name: &'static str) {
        match self.inline.get_mut(depth) {
            Some(inline) => *inline = name,
            None if depth <= MAX_DEPTH => {
                self.spilled.truncate(depth - INLINE);
                self.spilled.push(name);
            }
            None => {}
        }
    }

    /// Returns the name at a depth.
    pub(super) fn get(&self, depth: usize) -> Option<&'static str> {
        match self.inline.get(depth) {
            Some(inline) => Some(inline),
            None => self.spilled.get(depth - INLINE).copied(),
        }
    }

    /// Returns the names at the first `depth` depths that are not empty.
    pub(super) fn around(&self, depth: usize) -> impl DoubleEndedIterator<Item = &'static str> {
        let inline = &self.inline[..depth.min(INLINE)];
        let spilled = &self.spilled[..depth.saturating_sub(INLINE).min(self.spilled.len())];
        inline.iter().chain(spilled).copied().filter(|name| !name.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_return_at_every_depth() {
        const ALL: [&str; 5] = ["a", "b", "", "c", "d"];
        let name = |depth: usize| ALL[depth % ALL.len()];
        let mut names = MapNames::default();
        for _ in 0..2 {
            for depth in 0..=MAX_DEPTH + 3 {
                names.set(depth, name(depth));
                let known = (depth <= MAX_DEPTH).then(|| name(depth));
                assert_eq!(names.get(depth), known);
                let around: Vec<_> = (0..depth.min(MAX_DEPTH + 1)).map(name).filter(|name| !name.is_empty()).collect();
                assert_eq!(names.around(depth).collect::<Vec<_>>(), around);
            }
        }
    }
}
