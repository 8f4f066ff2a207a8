use std::fmt;

use aws_smithy_runtime_api::client::interceptors::context::Input;

use crate::splice::{self, SdkCodec};
use crate::wire::redact;
use crate::{Error, ErrorKind, Result};

/// The request an operation would send; what `.explain()` gives.
///
/// `Display` and `Debug` show the body with the attributes marked `sensitive` taken out;
/// [`body`](Self::body) has all of it.
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
}

impl Request {
    pub(crate) fn new(
        codec: SdkCodec,
        input: Input,
        head: Option<Vec<u8>>,
        sensitive: &[&'static str],
    ) -> Result<Self> {
        let body = splice::serialize(codec, input, head).map_err(|error| {
            Error::new(ErrorKind::Configuration, "the SDK could not make the request").with_source(error)
        })?;
        Request::of_body(codec, body, sensitive.to_vec())
    }

    /// A request whose body is made already.
    pub(crate) fn of_body(codec: SdkCodec, body: Vec<u8>, sensitive: Vec<&'static str>) -> Result<Self> {
        let body = String::from_utf8(body)
            .map_err(|_| Error::new(ErrorKind::Configuration, "the SDK wrote a body that is not UTF-8"))?;
        Ok(Request { operation: codec.name(), body, sensitive })
    }

    /// The operation of the service's API: `PutItem`, `GetItem`, ….
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The exact body, in DynamoDB's JSON, with every value.
    pub fn body(&self) -> &str {
        &self.body
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.operation)?;
        match &self.sensitive[..] {
            [] => f.write_str(&self.body),
            // A value of an expression may be a sensitive attribute's; its placeholder does not say.
            sensitive => f.write_str(&redact(&redact(&self.body, sensitive), &["ExpressionAttributeValues"])),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({self})")
    }
}
