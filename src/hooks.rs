//! Code of the user's that runs around a model's operations.

use std::future::Future;

use crate::{Client, Key, Operation, Result};

/// What a hook may know of the operation it runs for.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct HookContext<'a> {
    /// The operation.
    pub operation: Operation,
    /// The client that sends it; further operations of the hook can use it too.
    pub client: &'a Client,
    /// The table it goes to.
    pub table: &'a str,
}

/// What a delete or an update is about: always a key, and the value where the call had one.
///
/// ```
/// use singlet::{Error, HookContext, Hooks, Model, Result, Target};
///
/// #[derive(Model)]
/// #[model(table = "users", hooks)]
/// struct User {
///     #[model(hash_key)]
///     pk: String,
/// }
///
/// impl Hooks for User {
///     async fn before_delete(target: Target<'_, Self>, _: &HookContext<'_>) -> Result<()> {
///         let (pk,) = target.key.parts()?;
///         if pk == "USER#root" { Err(Error::hook("root stays")) } else { Ok(()) }
///     }
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Target<'a, M> {
    /// The key.
    pub key: &'a Key<M>,
    /// The value, for `customer.delete()`; `None` for `Customer::delete_by_key(..)`.
    pub value: Option<&'a M>,
}

/// Hooks of a model. The derive writes an impl without any; with `#[model(hooks)]` you write it.
///
/// They run in this order:
///
/// 1. `before_…`: may change the value (on save) and look elsewhere. An error ends the operation;
///    nothing is sent.
/// 2. the key and the size of the item are checked, the request is sent;
/// 3. the local value is changed, where the operation changes it;
/// 4. `after_…`. An error is returned, and the item is written all the same.
///
/// `after_load` runs on every item that is read, after decoding. No hook runs when the call says
/// `.skip_hooks(true)`, or the [`ModelConfig`](crate::ModelConfig) says so and the call does not
/// say `.skip_hooks(false)`.
///
/// ```
/// use singlet::{Error, HookContext, Hooks, Model, Result};
///
/// #[derive(Model)]
/// #[model(table = "users", hooks)]
/// struct User {
///     #[model(hash_key)]
///     pk: String,
///     email: String,
/// }
///
/// impl Hooks for User {
///     async fn before_save(&mut self, _: &HookContext<'_>) -> Result<()> {
///         self.email = self.email.trim().to_lowercase();
///         if self.email.contains('@') { Ok(()) } else { Err(Error::hook("not an email address")) }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no hooks",
    label = "`Hooks` is not implemented",
    note = "write `impl Hooks for {Self} {{ .. }}`, or remove `hooks` from its `#[model(..)]`"
)]
pub trait Hooks: Sized + Send + Sync {
    #[doc(hidden)]
    const ANY: bool = true;

    /// Runs before the item is saved or created.
    fn before_save(&mut self, cx: &HookContext<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = cx;
        async { Ok(()) }
    }

    /// Runs after the item was saved or created.
    fn after_save(&mut self, cx: &HookContext<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = cx;
        async { Ok(()) }
    }

    /// Runs before the item is deleted.
    fn before_delete(target: Target<'_, Self>, cx: &HookContext<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = (target, cx);
        async { Ok(()) }
    }

    /// Runs after the item was deleted.
    fn after_delete(target: Target<'_, Self>, cx: &HookContext<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = (target, cx);
        async { Ok(()) }
    }

    /// Runs before the item is updated: `extend_ttl` and `set_ttl` are updates.
    fn before_update(target: Target<'_, Self>, cx: &HookContext<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = (target, cx);
        async { Ok(()) }
    }

    /// Runs after the item was updated.
    fn after_update(target: Target<'_, Self>, cx: &HookContext<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = (target, cx);
        async { Ok(()) }
    }

    /// Runs on every item that was read, before it is returned.
    fn after_load(&mut self, cx: &HookContext<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = cx;
        async { Ok(()) }
    }
}
