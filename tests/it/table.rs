//! Operations about tables.

mod create;
mod delete;
mod document;
mod environments;
mod verify;
