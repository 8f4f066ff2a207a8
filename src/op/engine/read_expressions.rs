//! The expressions of a read.

use crate::expr::Placeholders;

/// The expressions of one read, with their placeholders.
#[derive(Debug, Default, Clone)]
pub(crate) struct ReadExpressions {
    pub(crate) key_condition: Option<String>,
    pub(crate) filter: Option<String>,
    pub(crate) projection: Option<String>,
    pub(crate) placeholders: Placeholders,
}

impl ReadExpressions {
    /// Returns expressions with only the projection of these attributes. A name can occur twice.
    pub(crate) fn of_attributes(names: impl IntoIterator<Item = &'static str>) -> Self {
        let mut expressions = ReadExpressions::default();
        expressions.projection = Some(expressions.placeholders.projection(names));
        expressions
    }
}
