//! The requests that an operation would send.
//!
//! An operation is explained by running it: the [sender](crate::op::engine::send) stores the first request instead of
//! sending it. The request is therefore the one that awaiting sends, and an operation that fails before it sends
//! anything fails here in the same way. On its way there, the operation states which requests
//! [may follow](crate::op::engine::follow_up).

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_types::error::operation::BuildError;
use futures_util::FutureExt as _;

use crate::op::engine::context::Context;
use crate::op::engine::follow_up::{FollowUp, RequestUnits};
use crate::op::engine::options::order_example;
use crate::splice::{self, Head, SdkCodec};
use crate::wire::redact;
use crate::{Error, ErrorKind, Result};

/// The requests that an operation would send: the first one, and those that [may follow](Self::follow_ups). Returned by
/// `.explain()`.
///
/// If awaiting the operation would fail before anything is sent, `.explain()` returns the same error. An operation
/// that has nothing to send is an error of kind `Validation`.
///
/// `Display` and `Debug` show the body without the values of attributes marked `sensitive`. [`body`](Self::body)
/// contains all of it. If requests may follow, they are listed below it, one on each line.
///
/// ```
/// # use singlet::Model;
/// #[derive(Model)]
/// #[model(table = "users")]
/// struct User {
///     #[model(hash_key)]
///     pk: String,
///     #[model(sensitive)]
///     password: String,
/// }
///
/// let mut user = User { pk: "USER#1".into(), password: "secret".into() };
/// let request = user.save().explain()?;
/// assert_eq!(request.operation(), "PutItem");
/// assert!(request.body().contains("secret"));
/// assert!(!request.to_string().contains("secret"));
/// # Ok::<(), singlet::Error>(())
/// ```
#[derive(Clone)]
pub struct RequestPlan {
    operation: &'static str,
    table: String,
    index: Option<&'static str>,
    body: String,
    sensitive: Vec<&'static str>,
    reads_first: bool,
    units: RequestUnits,
    follow_ups: Vec<FollowUp>,
}

impl RequestPlan {
    /// Returns the operation of the first request, as the service's API names it: `PutItem`, `GetItem` and so on.
    ///
    #[doc = order_example!(r#"assert_eq!(Order::get(("ann", 7)).explain()?.operation(), "GetItem");"#)]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the exact body of the first request in DynamoDB's JSON, with all values.
    ///
    #[doc = order_example!(r#"assert!(Order::get(("ann", 7)).explain()?.body().contains("ORDER#0000000007"));"#)]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Returns the name of the table that the first request concerns. The names of several tables are separated by `, `.
    ///
    #[doc = order_example!(r#"assert_eq!(Order::get(("ann", 7)).explain()?.table(), "shop");"#)]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Returns the index that the first request reads, if it does not read the table itself.
    ///
    #[doc = order_example!(r#"assert_eq!(Order::query("ann").explain()?.index(), None);"#)]
    pub fn index(&self) -> Option<&'static str> {
        self.index
    }

    /// Returns the capacity units of the first request. Those of a put are known, because it contains the item; those of a
    /// read or an update depend on what is stored.
    ///
    #[doc = order_example!(
        r#"use singlet::RequestUnits;"#
        r#"let mut order = Order::builder().customer("ann").id(7).total(40).build();"#
        r#"assert_eq!(order.save().explain()?.units(), RequestUnits::Written { table: 1, indexes: 0 });"#
    )]
    pub fn units(&self) -> RequestUnits {
        self.units
    }

    /// Returns the requests that the operation may send besides the first one. Each states what decides whether it is sent. A
    /// request that is listed once may be sent several times, such as one for each page; one that is not listed is never sent.
    ///
    /// A request that fails because of the network or throttling is retried by the SDK. These attempts are not listed.
    /// Nor are requests that hooks send.
    ///
    /// ```
    /// # use singlet::Model;
    /// #[derive(Model)]
    /// #[model(table = "accounts", hash_key = "ACCOUNT#{id}", range_key = "ACCOUNT")]
    /// struct Account {
    ///     id: u32,
    ///     #[model(unique)]
    ///     email: String,
    /// }
    ///
    /// let mut account = Account { id: 7, email: "ann@example.com".into() };
    /// let plan = account.save().explain()?;
    /// assert_eq!(plan.operation(), "PutItem");
    /// // If the address has changed, a transaction moves the reservation.
    /// let transaction = plan.follow_ups().iter().find(|request| request.operation() == "TransactWriteItems");
    /// assert!(transaction.is_some_and(|request| request.when().contains("unique")));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn follow_ups(&self) -> &[FollowUp] {
        &self.follow_ups
    }

    /// Whether the first request is a read that a write depends on. The write follows it and is not known in advance.
    ///
    /// ```
    /// # use singlet::{Model, Table};
    /// #[derive(Table)]
    /// #[table(name = "shop", hash_key = "pk", ttl = "expires_at")]
    /// struct Shop;
    ///
    /// /// A save keeps the stored expiry, which the value does not contain.
    /// #[derive(Model)]
    /// #[model(table = Shop, hash_key = "SESSION#{id}", ttl = "1h", refresh_ttl = false)]
    /// struct Session { id: u32 }
    ///
    /// let request = Session { id: 7 }.save().explain()?;
    /// assert_eq!((request.operation(), request.reads_first()), ("GetItem", true));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn reads_first(&self) -> bool {
        self.reads_first
    }
}

impl fmt::Display for RequestPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.operation)?;
        match &self.sensitive[..] {
            [] => f.write_str(&self.body)?,
            // A value of an expression may belong to a sensitive attribute, which its placeholder does not show.
            sensitive => f.write_str(&redact(&redact(&self.body, sensitive), &["ExpressionAttributeValues"]))?,
        }
        f.write_str(if self.reads_first { " (read first; the write depends on it)" } else { "" })?;
        self.follow_ups.iter().try_for_each(|request| write!(f, "\n- {request}"))
    }
}

impl fmt::Debug for RequestPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestPlan({self})")
    }
}

/// Stores the requests of an operation.
#[derive(Clone, Default)]
pub(crate) struct Explained(Arc<Mutex<Stated>>);

/// What an operation has stated so far.
#[derive(Default)]
struct Stated {
    first: Option<RequestPlan>,
    /// The units of the next request, if they are known.
    units: Option<RequestUnits>,
    follow_ups: Vec<FollowUp>,
}

/// Shows no request.
impl fmt::Debug for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Explained")
    }
}

impl Explained {
    fn stated(&self) -> MutexGuard<'_, Stated> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores a request that may follow the first one.
    pub(super) fn follow(&self, request: FollowUp) {
        let stated = &mut self.stated().follow_ups;
        if !stated.contains(&request) {
            stated.push(request);
        }
    }

    /// Stores the units of the next request.
    pub(super) fn know(&self, units: RequestUnits) {
        self.stated().units = Some(units);
    }

    /// Stores the first request. The returned error ends the operation.
    pub(super) fn keep(
        &self,
        call: &Context,
        codec: SdkCodec,
        input: Result<Input, BuildError>,
        head: Option<Head>,
        reads_first: bool,
    ) -> Error {
        let unbuildable = Error::new(ErrorKind::Configuration, "the SDK could not build the request");
        let body = match input.map(|input| splice::serialize(codec, input, head)) {
            Ok(Ok(body)) => body,
            Ok(Err(error)) => return unbuildable.with_source(error),
            Err(error) => return unbuildable.with_source(error),
        };
        let Ok(body) = String::from_utf8(body) else {
            return Error::new(ErrorKind::Configuration, "the SDK wrote a body that is not UTF-8");
        };
        let mut stated = self.stated();
        let known = stated.units.take();
        // In a string of the body, a backslash precedes each quotation mark.
        let is_consistent = body.contains(r#""ConsistentRead":true"#);
        stated.first.get_or_insert_with(|| RequestPlan {
            operation: codec.name(),
            table: call.table.to_string(),
            index: call.index,
            body,
            sensitive: Vec::new(),
            reads_first,
            units: known.unwrap_or(RequestUnits::of(codec.operation(), is_consistent)),
            follow_ups: Vec::new(),
        });
        Error::new(ErrorKind::Configuration, "the request is explained, not sent")
    }
}

/// Runs an operation up to its first request. The plan hides the values of the `sensitive` attributes.
pub(crate) fn first_request<F, T>(sensitive: &[&'static str], run: impl FnOnce(Explained) -> F) -> Result<RequestPlan>
where
    F: Future<Output = Result<T>>,
{
    let explained = Explained::default();
    // Nothing is sent, so the future can only be pending if it waits for a stream.
    let outcome = run(explained.clone()).now_or_never();
    let Stated { first, follow_ups, .. } = std::mem::take(&mut *explained.stated());
    match (first, outcome) {
        (Some(plan), _) => Ok(RequestPlan { sensitive: sensitive.to_vec(), follow_ups, ..plan }),
        (None, Some(Err(error))) => Err(error),
        (None, Some(Ok(_))) => Err(Error::new(ErrorKind::Validation, "the operation has nothing to send")),
        (None, None) => {
            let message = "the first request needs items of a stream that is pending";
            Err(Error::new(ErrorKind::Validation, message))
        }
    }
}
