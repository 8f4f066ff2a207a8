//! What stands for the keys of a model whose derive gave an error.

use crate::key::{IntoKey, KeyInput, KeyParts, KeyRole, KeySource, KeyValue, RangeBeginning, RangeBound, RangePrefix};
use crate::wire::Fault;

/// The parts of a key that has a mistake. Every value is taken for them, so that the uses of the model are not further
/// errors; such a model does not compile, so nothing here runs.
#[derive(Debug)]
pub enum UnknownParts {}

/// The mark of a value that nothing is known of.
#[derive(Debug)]
pub enum Unchecked {}

const NEVER: &str = "the derive gave an error";

impl KeyParts for UnknownParts {
    fn values(self, _: &[KeySource], _: KeyRole) -> Result<Vec<KeyValue>, Fault> {
        match self {}
    }
}

#[diagnostic::do_not_recommend]
impl<M, V> IntoKey<M, UnknownParts, Unchecked> for V {
    fn into_key(self) -> KeyInput<UnknownParts> {
        unreachable!("{NEVER}")
    }
}

#[diagnostic::do_not_recommend]
impl<M, V> RangePrefix<M, UnknownParts, Unchecked> for V {
    fn into_bound(self) -> RangeBound {
        unreachable!("{NEVER}")
    }
}

#[diagnostic::do_not_recommend]
impl<M, V> RangeBeginning<M, UnknownParts, Unchecked> for V {
    fn into_beginning(self) -> RangeBound {
        unreachable!("{NEVER}")
    }
}
