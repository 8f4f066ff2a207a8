//! Detects pages that never end: a position that a service has returned before.

/// Remembers positions of a paginated read, and finds out if one returns.
///
/// It keeps one position at a time and replaces it after 1, 2, 4, 8 … pages ([Brent's algorithm][1]). So it finds every
/// cycle, of whatever length, with memory for one position.
///
/// [1]: https://en.wikipedia.org/wiki/Cycle_detection#Brent's_algorithm
#[derive(Debug)]
pub(crate) struct Progress<P> {
    known: Option<P>,
    pages: u64,
    most: u64,
}

impl<P: PartialEq + Clone> Progress<P> {
    /// A read that starts at this position; `None` for the beginning.
    pub(crate) fn from(start: Option<P>) -> Self {
        Progress { known: start, pages: 0, most: 1 }
    }

    /// Whether the position at which the next page starts is new. If not, the pages would never end.
    pub(crate) fn is_new(&mut self, next: &P) -> bool {
        if self.known.as_ref() == Some(next) {
            return false;
        }
        self.pages += 1;
        if self.known.is_none() || self.pages >= self.most {
            self.known = Some(next.clone());
            self.pages = 0;
            self.most = self.most.saturating_mul(2);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many pages are read if the positions of these pages are followed by `cycle` for ever.
    fn pages(before: u32, cycle: u32) -> u32 {
        let mut progress = Progress::from(None);
        let positions = (0..before + cycle).chain((0..).map(|n| before + n % cycle));
        let read = positions.take_while(|position| progress.is_new(position)).count();
        u32::try_from(read).unwrap()
    }

    #[test]
    fn every_cycle_ends() {
        assert_eq!(pages(0, 1), 1);
        for before in 0..40 {
            for cycle in 1..40 {
                let read = pages(before, cycle);
                assert!(read >= cycle && read <= 4 * (before + cycle), "{before} {cycle}: {read}");
            }
        }
    }

    #[test]
    fn a_page_that_ends_where_it_starts_is_no_progress() {
        assert!(!Progress::from(Some(7)).is_new(&7));
    }

    #[test]
    fn a_read_that_gets_on_is_never_stopped() {
        let mut progress = Progress::from(Some(0));
        assert!((1..10_000).all(|position| progress.is_new(&position)));
    }
}
