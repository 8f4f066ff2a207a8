//! Key templates: their stored form and their limits.

mod format;
mod forms;
mod limits;
mod order;
mod stored;
