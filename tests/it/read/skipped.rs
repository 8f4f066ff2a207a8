//! An observer that records the items that reads skip.

use std::sync::{Arc, Mutex};

use singlet::{Observer, RequestEvent, SkipReason, SkippedItem};

/// The model, the table and the reason.
type Skip = (&'static str, String, SkipReason);

/// Records each skipped item.
#[derive(Clone, Default)]
pub(super) struct Skipped(Arc<Mutex<Vec<Skip>>>);

impl Observer for Skipped {
    fn request(&self, _: &RequestEvent<'_>) {}

    fn skipped_item(&self, event: &SkippedItem<'_>) {
        self.0.lock().unwrap().push((event.model, event.table.to_owned(), event.reason));
    }
}

impl Skipped {
    /// The items since the last call, which are all of this table: models and reasons.
    pub(super) fn take(&self, table: &str) -> Vec<(&'static str, SkipReason)> {
        let skipped = std::mem::take(&mut *self.0.lock().unwrap());
        assert!(skipped.iter().all(|(_, of, _)| of == table), "{skipped:?}");
        skipped.into_iter().map(|(model, _, reason)| (model, reason)).collect()
    }
}
