//! `batch_get`, `batch_write`, `import` and `backfill`.

mod backfill;
mod backfill_checkpoint;
mod backfill_interrupted;
mod backfill_kept;
mod backfill_unique;
mod get;
mod get_left_over;
mod get_observed;
mod import;
mod write;
mod write_bounded;
mod write_left_over;
mod write_stream;
