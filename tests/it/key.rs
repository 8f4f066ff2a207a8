//! Key templates: their stored form and their limits.

mod format;
mod limits;
mod order;
mod stored;
