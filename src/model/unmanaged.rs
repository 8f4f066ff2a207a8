//! Models whose values operations do not change.

/// A model without hooks and without fields that writes fill in. The derive implements it if the model has no `version`,
/// `created_at`, `updated_at`, `generated` and TTL field and no `hooks`.
///
/// A save of such a model does not change the value, so [`Model::put`](crate::Model::put) takes it from a shared reference.
///
/// ```
/// # use singlet::Client;
/// use singlet::{Model, Result, Unmanaged};
///
/// async fn put_both<M: Model + Unmanaged>(a: &M, b: &M) -> Result<()> {
///     singlet::transact_write().write(a.put()).write(b.put()).await
/// }
///
/// #[derive(Model)]
/// #[model(table = "tags", hash_key = "TAG#{name}")]
/// struct Tag {
///     name: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Tag::create_table().await?;
/// put_both(&Tag { name: "new".into() }, &Tag { name: "sale".into() }).await?;
/// # Ok(())
/// # }).await
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "a save of `{Self}` fills in fields or runs hooks, so it needs the value mutably",
    label = "has a version, a timestamp, a generated id, a TTL field or hooks",
    note = "call `.save()` or `.create()` on a mutable value, or put it with `batch_write`"
)]
pub trait Unmanaged {}
