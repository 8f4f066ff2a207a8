//! The first request that an operation would send.
//!
//! An operation is explained by running it: the [sender](crate::op::engine::send) stores the first request instead of
//! sending it. The request is therefore the one that awaiting sends, and an operation that fails before it sends
//! anything fails here in the same way.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_types::error::operation::BuildError;
use futures_util::FutureExt as _;

use crate::op::engine::options::order_example;
use crate::splice::{self, SdkCodec};
use crate::wire::redact;
use crate::{Error, ErrorKind, Result};

/// The first request that an operation would send. Returned by `.explain()`.
///
/// If awaiting the operation would fail before anything is sent, `.explain()` returns the same error. An operation
/// that has nothing to send is an error of kind `Validation`.
///
/// `Display` and `Debug` show the body without the values of attributes marked `sensitive`. [`body`](Self::body)
/// contains all of it.
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
pub struct Request {
    operation: &'static str,
    body: String,
    sensitive: Vec<&'static str>,
    reads_first: bool,
}

impl Request {
    /// Returns the operation of the service's API: `PutItem`, `GetItem` and so on.
    ///
    #[doc = order_example!(r#"assert_eq!(Order::get(("ann", 7)).explain()?.operation(), "GetItem");"#)]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the exact body in DynamoDB's JSON, with all values.
    ///
    #[doc = order_example!(r#"assert!(Order::get(("ann", 7)).explain()?.body().contains("ORDER#0000000007"));"#)]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Whether this is a read that a write depends on. The write follows it and is not known in advance.
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

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.operation)?;
        match &self.sensitive[..] {
            [] => f.write_str(&self.body)?,
            // A value of an expression may belong to a sensitive attribute, which its placeholder does not show.
            sensitive => f.write_str(&redact(&redact(&self.body, sensitive), &["ExpressionAttributeValues"]))?,
        }
        f.write_str(if self.reads_first { " (read first; the write depends on it)" } else { "" })
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({self})")
    }
}

/// Stores the first request of an operation.
#[derive(Clone, Default)]
pub(crate) struct Explained(Arc<Mutex<Option<Request>>>);

/// Shows no request.
impl fmt::Debug for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Explained")
    }
}

impl Explained {
    /// Stores the first request. The returned error ends the operation.
    pub(super) fn keep(
        &self,
        codec: SdkCodec,
        input: Result<Input, BuildError>,
        head: Option<Vec<u8>>,
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
        let request = Request { operation: codec.name(), body, sensitive: Vec::new(), reads_first };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(request);
        Error::new(ErrorKind::Configuration, "the request is explained, not sent")
    }
}

/// Runs an operation up to its first request. The request hides the values of the `sensitive` attributes.
pub(crate) fn first_request<F, T>(sensitive: &[&'static str], run: impl FnOnce(Explained) -> F) -> Result<Request>
where
    F: Future<Output = Result<T>>,
{
    let explained = Explained::default();
    // Nothing is sent, so the future never waits.
    let outcome = run(explained.clone()).now_or_never();
    let request = explained.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (request, outcome) {
        (Some(request), _) => Ok(Request { sensitive: sensitive.to_vec(), ..request }),
        (None, Some(Err(error))) => Err(error),
        (None, _) => Err(Error::new(ErrorKind::Validation, "the operation has nothing to send")),
    }
}
