//! Operations about tables.

mod create;
mod delete;
mod verify;
