//! The paths of fields that only keys of indexes hold.

use std::marker::PhantomData;

use super::path::Path;
use super::role::IndexOnly;

impl<M, T> Path<M, T, IndexOnly> {
    /// The path of the field with this name.
    #[doc(hidden)]
    pub const fn index_only(field: &'static str) -> Self {
        Path { repr: field, of: PhantomData }
    }
}
