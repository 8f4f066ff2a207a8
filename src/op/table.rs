//! Operations on tables rather than items.

pub(crate) mod create;
pub(crate) mod definition;
pub(crate) mod delete;
pub(crate) mod describe;
pub(crate) mod enable_ttl;
mod index_shape;
pub(crate) mod stream_view;
pub(crate) mod verify;
mod waiting;
