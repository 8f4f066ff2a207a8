//! The requests that an operation may send after its first one, as `explain` lists them.
//!
//! The code that sends such a request also states it: a [`Followed`] constant stands next to the function that sends, and
//! the operation passes it to [`Context::may_send`] before its first request. Only an operation that is explained records
//! the statements.

use std::fmt;

use crate::op::engine::context::Context;
use crate::op::engine::options::order_example;
use crate::size;
use crate::splice::ApiOperation;
use crate::{ItemSize, schema::TableSchema};

/// The capacity units of a request, as far as they are known before it is sent.
///
/// `Display` writes them as text.
///
#[doc = order_example!(
    r#"use singlet::RequestUnits;"#
    r#"let plan = Order::get(("ann", 7)).explain()?;"#
    r#"assert_eq!(plan.units(), RequestUnits::PerRead { units: 0.5 });"#
    r#"assert_eq!(plan.units().to_string(), "0.5 read units per 4 KB");"#
)]
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum RequestUnits {
    /// The request consumes no capacity units: it describes or changes a table.
    None,
    /// The request writes items of known size and replaces no larger ones.
    Written {
        /// The write units of the items themselves.
        table: usize,
        /// The write units of their entries in secondary indexes. An entry that stays the same costs nothing.
        indexes: usize,
    },
    /// The size is unknown: this many write units for each 1 KB of the larger of the stored item and the new one, rounded
    /// up, for each item. Entries in secondary indexes come on top.
    PerWrite {
        /// 1, or 2 in a transaction.
        units: f64,
    },
    /// The size is unknown: this many read units for each 4 KB, rounded up. A query or scan adds up the items that it
    /// evaluates; any other request rounds up each item.
    PerRead {
        /// 0.5, 1 if the read is strongly consistent, or 2 in a transaction.
        units: f64,
    },
    /// The request is a PartiQL statement, which reads or writes.
    OfStatement,
}

impl fmt::Display for RequestUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |units: f64| if (units - 1.0).abs() < f64::EPSILON { "" } else { "s" };
        match *self {
            RequestUnits::None => f.write_str("no units"),
            RequestUnits::Written { table, indexes } => {
                write!(f, "{table} write unit{}", if table == 1 { "" } else { "s" })?;
                if indexes > 0 { write!(f, " and {indexes} for indexes") } else { Ok(()) }
            }
            RequestUnits::PerWrite { units } => write!(f, "{units} write unit{} per KB", plural(units)),
            RequestUnits::PerRead { units } => write!(f, "{units} read unit{} per 4 KB", plural(units)),
            RequestUnits::OfStatement => f.write_str("units of the statement"),
        }
    }
}

impl RequestUnits {
    /// The units of a request whose items have an unknown size.
    pub(super) const fn of(api_operation: ApiOperation, is_consistent: bool) -> Self {
        match api_operation {
            ApiOperation::PutItem
            | ApiOperation::UpdateItem
            | ApiOperation::DeleteItem
            | ApiOperation::BatchWriteItem => RequestUnits::PerWrite { units: 1.0 },
            ApiOperation::TransactWriteItems => RequestUnits::PerWrite { units: 2.0 },
            ApiOperation::GetItem | ApiOperation::BatchGetItem | ApiOperation::Query | ApiOperation::Scan => {
                RequestUnits::PerRead { units: if is_consistent { 1.0 } else { 0.5 } }
            }
            ApiOperation::TransactGetItems => RequestUnits::PerRead { units: 2.0 },
            ApiOperation::ExecuteStatement => RequestUnits::OfStatement,
            ApiOperation::CreateTable
            | ApiOperation::DescribeTable
            | ApiOperation::DeleteTable
            | ApiOperation::DescribeTimeToLive
            | ApiOperation::UpdateTimeToLive => RequestUnits::None,
        }
    }

    /// The units of writing these items, each with the table that defines its indexes.
    pub(crate) fn written<'a>(items: impl IntoIterator<Item = (&'a [u8], &'a TableSchema)>) -> Self {
        let (mut table, mut indexes) = (0, 0);
        for (item, schema) in items {
            // An item that cannot be measured cannot be sent either.
            let Ok(size) = ItemSize::of(item, schema) else { continue };
            table += size.write_units();
            indexes += size.indexes().map(|(_, entry)| size::write_units(entry.bytes())).sum::<usize>();
        }
        RequestUnits::Written { table, indexes }
    }

    /// The same as part of a transaction, which costs twice as much for the items, but not for their index entries.
    pub(crate) fn twice(self) -> Self {
        match self {
            RequestUnits::Written { table, indexes } => RequestUnits::Written { table: 2 * table, indexes },
            units => units,
        }
    }
}

/// A request that an operation may send after its first one. See [`RequestPlan::follow_ups`](crate::RequestPlan::follow_ups).
///
/// `Display` writes it as one line.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowUp {
    pub(super) operation: &'static str,
    pub(super) table: String,
    pub(super) index: Option<&'static str>,
    pub(super) when: &'static str,
    pub(super) units: RequestUnits,
}

impl FollowUp {
    /// The operation of the service's API: `UpdateItem`, `Query` and so on.
    ///
    #[doc = order_example!(
        r#"let plan = Order::query("ann").explain()?;"#
        r#"assert_eq!(plan.follow_ups()[0].operation(), "Query");"#
    )]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The name of the table. The names of several tables are separated by `, `.
    ///
    #[doc = order_example!(
        r#"let plan = Order::query("ann").explain()?;"#
        r#"assert_eq!(plan.follow_ups()[0].table(), plan.table());"#
    )]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The index that the request reads, if it does not read the table itself.
    ///
    #[doc = order_example!(
        r#"let plan = Order::query("ann").explain()?;"#
        r#"assert_eq!(plan.follow_ups()[0].index(), None);"#
    )]
    pub fn index(&self) -> Option<&'static str> {
        self.index
    }

    /// What decides whether the request is sent, as a clause.
    ///
    #[doc = order_example!(
        r#"let plan = Order::query("ann").explain()?;"#
        r#"assert!(plan.follow_ups()[0].when().contains("`LastEvaluatedKey`"));"#
    )]
    pub fn when(&self) -> &'static str {
        self.when
    }

    /// The capacity units of one such request.
    ///
    #[doc = order_example!(
        r#"use singlet::RequestUnits;"#
        r#"let plan = Order::query("ann").explain()?;"#
        r#"assert_eq!(plan.follow_ups()[0].units(), RequestUnits::PerRead { units: 0.5 });"#
    )]
    pub fn units(&self) -> RequestUnits {
        self.units
    }
}

impl fmt::Display for FollowUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on `{}`", self.operation, self.table)?;
        if let Some(index) = self.index {
            write!(f, " (index `{index}`)")?;
        }
        write!(f, " {}; {}", self.when, self.units)
    }
}

/// A request that the code next to it may send after the first request of an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Followed {
    api_operation: ApiOperation,
    when: &'static str,
    is_consistent: bool,
}

impl Followed {
    /// `when` is a clause: "if …" or "after …".
    pub(crate) const fn new(api_operation: ApiOperation, when: &'static str) -> Self {
        // A `GetItem` that a write depends on is always strongly consistent.
        Followed { api_operation, when, is_consistent: matches!(api_operation, ApiOperation::GetItem) }
    }

    pub(crate) const fn consistent(self, is_consistent: bool) -> Self {
        Followed { is_consistent, ..self }
    }
}

impl Context {
    /// Whether this call is only explained.
    pub(crate) fn is_explained(&self) -> bool {
        self.explained.is_some()
    }

    /// States that a request to the table of this call may follow, or to its index if it is a query or scan.
    pub(crate) fn may_send(&self, followed: Followed) {
        let Some(explained) = &self.explained else { return };
        let Followed { api_operation, when, is_consistent } = followed;
        let index = self.index.filter(|_| matches!(api_operation, ApiOperation::Query | ApiOperation::Scan));
        let units = RequestUnits::of(api_operation, is_consistent);
        explained.follow(FollowUp {
            operation: api_operation.name(),
            table: self.table.to_string(),
            index,
            when,
            units,
        });
    }

    /// States the units of the next request, if this call is only explained.
    pub(crate) fn known_units(&self, units: impl FnOnce() -> RequestUnits) {
        if let Some(explained) = &self.explained {
            explained.know(units());
        }
    }
}
