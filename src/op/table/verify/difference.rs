//! One difference between a live table and its definition, with its description.

use std::fmt;

use aws_sdk_dynamodb::types::TimeToLiveStatus;

use crate::op::table::describe::{KeyDescription, ProjectionDescription};

/// One difference between a live table and its definition. `Display` describes it.
///
/// If `index` is `None`, the difference concerns the table itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each variant documents its fields: `found` is live, `expected` is defined")]
pub enum Difference {
    /// The hash key has another name or type.
    HashKey { index: Option<String>, found: Vec<KeyDescription>, expected: Vec<KeyDescription> },
    /// The range key has another name or type, is missing, or is not in the definition.
    RangeKey { index: Option<String>, found: Vec<KeyDescription>, expected: Vec<KeyDescription> },
    /// The table lacks an index.
    MissingIndex { index: String },
    /// The table has an index that is not in the definition.
    ExtraIndex { index: String },
    /// The index is local instead of global, or global instead of local.
    IndexScope { index: String, is_local: bool },
    /// The index contains other attributes.
    Projection { index: String, found: ProjectionDescription, expected: ProjectionDescription },
    /// TTL is enabled, being enabled or being disabled on another attribute.
    TtlAttribute { found: String, expected: String },
    /// TTL is not enabled.
    TtlDisabled { expected: String, status: TimeToLiveStatus },
    /// TTL is enabled although the definition has none, so DynamoDB deletes items that should remain.
    ExtraTtl { found: String },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::HashKey { index, found, expected } => write_key(f, index.as_deref(), "hash", found, expected),
            Difference::RangeKey { index, found, expected } => write_key(f, index.as_deref(), "range", found, expected),
            Difference::MissingIndex { index } => write!(f, "index `{index}` is missing"),
            Difference::ExtraIndex { index } => write!(f, "index `{index}` is not in the definition"),
            Difference::IndexScope { index, is_local: true } => {
                write!(f, "index `{index}` is local, but the definition says global")
            }
            Difference::IndexScope { index, is_local: false } => {
                write!(f, "index `{index}` is global, but the definition says local")
            }
            Difference::Projection { index, found, expected } => {
                write!(f, "index `{index}`: projection is {found}, but the definition says {expected}")
            }
            Difference::TtlAttribute { found, expected } => {
                write!(f, "time to live is on `{found}`, but the definition says `{expected}`")
            }
            Difference::TtlDisabled { expected, status: TimeToLiveStatus::Disabling } => {
                write!(f, "time to live is being disabled, but the definition says `{expected}`")
            }
            Difference::TtlDisabled { expected, .. } => {
                write!(f, "time to live is disabled, but the definition says `{expected}`")
            }
            Difference::ExtraTtl { found } => {
                write!(f, "time to live is on `{found}`, but the definition has none")
            }
        }
    }
}

fn write_key(
    f: &mut fmt::Formatter<'_>,
    index: Option<&str>,
    role: &str,
    found: &[KeyDescription],
    expected: &[KeyDescription],
) -> fmt::Result {
    match index {
        Some(index) => write!(f, "index `{index}`")?,
        None => f.write_str("the table")?,
    }
    match (found, expected) {
        ([], _) => write!(f, " has no {role} key, but the definition says {}", Keys(expected)),
        (_, []) => write!(f, " has the {role} key {}, but the definition has none", Keys(found)),
        _ => write!(f, " has the {role} key {}, but the definition says {}", Keys(found), Keys(expected)),
    }
}

struct Keys<'a>(&'a [KeyDescription]);

impl fmt::Display for Keys<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, key) in self.0.iter().enumerate() {
            write!(f, "{}{key}", if at == 0 { "" } else { " + " })?;
        }
        Ok(())
    }
}

/// A change in progress that will bring a live table in line with its definition. `Display` describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each variant documents its fields")]
pub enum Pending {
    /// The table is not active, because it is being created, changed or deleted.
    InactiveTable { status: String },
    /// The index is not active, because it is being created, changed or deleted.
    InactiveIndex { index: String, status: String },
    /// TTL is being enabled on the right attribute, which can take an hour.
    TtlEnabling { attribute: String },
}

impl fmt::Display for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pending::InactiveTable { status } => write!(f, "the table is {status}"),
            Pending::InactiveIndex { index, status } => write!(f, "index `{index}` is {status}"),
            Pending::TtlEnabling { attribute } => write!(f, "time to live on `{attribute}` is being enabled"),
        }
    }
}
