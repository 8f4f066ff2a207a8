//! `batch_get`, `batch_write` and `import`.

mod get;
mod get_left_over;
mod get_observed;
mod import;
mod write;
mod write_left_over;
