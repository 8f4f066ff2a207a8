//! Operations about tables.

mod create;
mod delete;
mod environments;
mod verify;
