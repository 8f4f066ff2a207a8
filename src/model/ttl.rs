//! The marks of models that expire: they decide which TTL methods of `Model` compile.

use crate::{Model, TTLAttribute};

/// A model with a TTL attribute: in a field of type [`TTLAttribute`] or `Option<TTLAttribute>`, or maintained
/// automatically because of `#[model(ttl = ..)]` on the struct.
///
/// The derive implements it. Its operations, such as [`extend_ttl`](Model::extend_ttl), are methods of [`Model`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no time to live",
    label = "no TTL attribute",
    note = "add a field of type `TTLAttribute` to the model, or `#[model(ttl = \"30m\")]` to the struct; nested structs \
            have no time to live of their own"
)]
pub trait HasTtl: Model {}

/// A model that holds its expiry in a field of type [`TTLAttribute`] or `Option<TTLAttribute>`.
///
/// ```
/// # use singlet::{Model, TTLAttribute, TtlField};
/// #[derive(Model)]
/// #[model(table = "sessions")]
/// struct Session {
///     #[model(hash_key)]
///     pk: String,
///     expires_at: Option<TTLAttribute>,
/// }
///
/// let session = Session { pk: "SESSION#1".into(), expires_at: None };
/// assert_eq!(session.ttl(), None);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no field that says when it expires",
    label = "no field of type `TTLAttribute`",
    note = "add a field of type `TTLAttribute` or `Option<TTLAttribute>` to the model"
)]
pub trait TtlField: HasTtl {
    /// The expiry of this value; `None` if it never expires.
    fn ttl(&self) -> Option<TTLAttribute> {
        self.__ttl()
    }
}
