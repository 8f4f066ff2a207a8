//! The new values of the fields that a write maintains, until the service has accepted the write.

use std::any::Any;

/// The new version and timestamps of a value, as a tuple. Only code that the derive generates names its type.
#[doc(hidden)]
#[derive(Debug)]
pub struct ManagedValues(Box<dyn Any + Send>);

const OTHER_TYPE: &str = "the derive names one type for the managed values of a model";

impl ManagedValues {
    /// Creates the managed values from a tuple. An empty tuple allocates nothing.
    pub fn new<T: Send + 'static>(values: T) -> Self {
        ManagedValues(Box::new(values))
    }

    /// Returns the tuple.
    pub fn get<T: 'static>(&self) -> &T {
        match self.0.downcast_ref() {
            Some(values) => values,
            None => unreachable!("{OTHER_TYPE}"),
        }
    }

    /// Unwraps the tuple.
    pub fn into_inner<T: 'static>(self) -> T {
        match self.0.downcast() {
            Ok(values) => *values,
            Err(_) => unreachable!("{OTHER_TYPE}"),
        }
    }
}
