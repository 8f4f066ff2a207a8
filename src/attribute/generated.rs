#[cfg(feature = "ids")]
mod ids;

/// The form of a generated id: the value of `#[model(generated = "..")]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdKind {
    /// A random UUID: `"uuid_v4"`.
    UuidV4,
    /// A UUID that begins with its time in milliseconds, so that ids sort by it: `"uuid_v7"`, the default.
    UuidV7,
    /// A ULID, 26 characters that sort by their time in milliseconds: `"ulid"`.
    Ulid,
    /// A KSUID, 27 characters that sort by their time in seconds: `"ksuid"`.
    Ksuid,
}

/// A type that `#[model(generated)]` can fill in when a new item is written: `String`, `uuid::Uuid`
/// (UUIDs only), and newtypes around one with `#[derive(Attribute)]`.
///
/// ```
/// use singlet::{GeneratedId, IdKind};
///
/// let id = String::generate(IdKind::Ulid, 1_700_000_000_000);
/// assert!(id.len() == 26 && id.starts_with("01HF7YAT00"));
/// assert!(!id.is_unset() && String::new().is_unset());
/// ```
#[cfg_attr(
    feature = "ids",
    diagnostic::on_unimplemented(
        message = "`{Self}` cannot be generated",
        label = "not an id",
        note = "`generated` is for `String`, `uuid::Uuid` and newtypes around one"
    )
)]
#[cfg_attr(
    not(feature = "ids"),
    diagnostic::on_unimplemented(
        message = "`generated` fields need the cargo feature `ids` of singlet",
        label = "generated",
        note = "write `features = [\"ids\"]` for `singlet` in `Cargo.toml`"
    )
)]
pub trait GeneratedId: Sized {
    /// Whether the type holds UUIDs and no other ids.
    const IS_UUID: bool = false;

    /// Whether nobody has set it: an empty string, the nil UUID.
    fn is_unset(&self) -> bool;

    /// What stands for no id yet.
    fn unset() -> Self;

    /// A new id, of a time in epoch milliseconds. A time that the kind cannot hold is its nearest one.
    fn generate(kind: IdKind, epoch_millis: i64) -> Self;
}
