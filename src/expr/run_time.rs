//! Paths that are made at run time: those of elements of lists, entries of maps, and contents of boxes.

use std::marker::PhantomData;
use std::sync::Arc;

use super::node::Segment;
use super::path::Path;
use super::role::RunTime;
use crate::attribute::Record;
use crate::attribute::names::{FieldNames, Names};

/// The segments of a path that is made at run time.
#[doc(hidden)]
pub type PathSegments = Arc<[Segment]>;

/// Paths that are made at run time: those inside [`Path::at`], [`Path::key`] and [`Path::inner`].
#[doc(hidden)]
pub trait Under: Sized {
    /// `names` are those of the fields there, if the struct is flattened.
    fn under(repr: &PathSegments, names: Option<FieldNames>) -> Self;
}

impl<M, T, R: RunTime> Under for Path<M, T, R> {
    fn under(repr: &PathSegments, _: Option<FieldNames>) -> Self {
        Path { repr: Arc::clone(repr), of: PhantomData }
    }
}

/// A nested struct at a path that is made at run time.
#[doc(hidden)]
#[derive(Debug)]
pub struct StructAt<'a> {
    segments: &'a PathSegments,
    own: &'static Names,
    names: FieldNames,
}

impl<'a> StructAt<'a> {
    /// `names` are those of the fields of `T`, if it is flattened.
    pub fn of<T: Record>(segments: &'a PathSegments, names: Option<FieldNames>) -> Self {
        let own = <T as Record>::NAMES;
        StructAt { segments, own, names: names.unwrap_or(FieldNames::of(own)) }
    }

    /// The path of a field.
    pub fn field<F: Under>(&self, number: u8) -> F {
        let segment = Segment::named(self.names.name(number), self.names.former(number));
        F::under(&self.segments.iter().cloned().chain([segment]).collect(), None)
    }

    /// The paths of the fields of the `nth` flattened struct.
    pub fn flattened<F: Under>(&self, nth: u8) -> F {
        F::under(self.segments, Some(self.names.flattened(self.own, nth)))
    }

    /// The path of the struct.
    pub fn itself<F: Under>(&self) -> F {
        F::under(self.segments, None)
    }
}
