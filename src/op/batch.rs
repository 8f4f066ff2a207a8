//! Operations on many items in as few requests as possible: `batch_get`, `batch_write` and `import`, which one loop
//! drives, and `backfill`, which changes stored items one by one.

pub(crate) mod backfill;
pub(crate) mod get;
pub(crate) mod import;
pub(crate) mod look_up;
pub(crate) mod options;
pub(crate) mod request_loop;
pub(crate) mod write;
