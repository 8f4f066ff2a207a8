//! Key templates: their stored form and their limits.

mod formats;
mod index_only;
mod limits;
mod optional;
mod order;
mod stored;
mod types;
