//! Hooks: the user's code that runs around a model's operations.
//!
//! Executors call them. Whether any run is decided per operation, by the call and then by the model's config.

use std::future::Future;

use crate::{Client, Key, Operation, Result};

/// The operation that a hook runs for.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct HookContext<'a> {
    /// The operation.
    pub operation: Operation,
    /// The client that sends it. The hook can use it for further operations.
    pub client: &'a Client,
    /// The table it is sent to.
    pub table: &'a str,
}

/// The item that a delete or an update affects: always its key, and its value if the call had one.
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
///         if pk == "USER#root" { Err(Error::hook("root cannot be deleted")) } else { Ok(()) }
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

/// The hooks of a model. The derive implements it without any hooks; with `#[model(hooks)]`, you implement it.
///
/// An operation runs in this order:
///
/// 1. The `before_…` hook. On save it may change the value. It may also send other operations. If it fails, nothing is
///    sent.
/// 2. The key and the size of the item are checked, and the request is sent.
/// 3. The local value changes, if the operation changes it.
/// 4. The `after_…` hook. If it fails, its error is returned, but the item has been written.
///
/// `after_load` runs on every item that is read, after it is decoded. Two settings disable hooks: `.skip_hooks(..)` on
/// the call, and [`ModelConfig::skip_hooks`](crate::ModelConfig::skip_hooks). The call takes precedence.
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
    /// Whether the model has hooks. If not, operations skip the boxed futures that would run them.
    #[doc(hidden)]
    const ANY: bool = true;

    /// Runs before the item is saved or created.
    fn before_save(&mut self, cx: &HookContext<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = cx;
        async { Ok(()) }
    }

    /// Runs after the item has been saved or created.
    ///
    /// ```
    /// # use singlet::{HookContext, Hooks, Model, Result};
    /// # #[derive(Model)]
    /// # #[model(table = "users", hooks)]
    /// # struct User { #[model(hash_key)] pk: String }
    /// impl Hooks for User {
    ///     async fn after_save(&mut self, _: &HookContext<'_>) -> Result<()> {
    ///         println!("a user was saved");
    ///         Ok(())
    ///     }
    /// }
    /// ```
    fn after_save(&mut self, cx: &HookContext<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = cx;
        async { Ok(()) }
    }

    /// Runs before the item is deleted.
    ///
    /// ```
    /// # use singlet::{Error, HookContext, Hooks, Model, Result, Target};
    /// # #[derive(Model)]
    /// # #[model(table = "users", hooks)]
    /// # struct User { #[model(hash_key)] pk: String }
    /// impl Hooks for User {
    ///     async fn before_delete(_: Target<'_, Self>, _: &HookContext<'_>) -> Result<()> {
    ///         Err(Error::hook("users are never deleted"))
    ///     }
    /// }
    /// ```
    fn before_delete(target: Target<'_, Self>, cx: &HookContext<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = (target, cx);
        async { Ok(()) }
    }

    /// Runs after the item has been deleted.
    fn after_delete(target: Target<'_, Self>, cx: &HookContext<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = (target, cx);
        async { Ok(()) }
    }

    /// Runs before the item is updated. `extend_ttl` and `set_ttl` are updates too.
    fn before_update(target: Target<'_, Self>, cx: &HookContext<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = (target, cx);
        async { Ok(()) }
    }

    /// Runs after the item has been updated.
    ///
    /// ```
    /// # use singlet::{HookContext, Hooks, Model, Result, Target};
    /// # #[derive(Model)]
    /// # #[model(table = "users", hooks)]
    /// # struct User { #[model(hash_key)] pk: String }
    /// impl Hooks for User {
    ///     async fn after_update(_: Target<'_, Self>, _: &HookContext<'_>) -> Result<()> {
    ///         println!("a user was changed");
    ///         Ok(())
    ///     }
    /// }
    /// ```
    fn after_update(target: Target<'_, Self>, cx: &HookContext<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = (target, cx);
        async { Ok(()) }
    }

    /// Runs on every item that has been read, before it is returned.
    ///
    /// ```
    /// use singlet::{HookContext, Hooks, Model, Result};
    ///
    /// #[derive(Model)]
    /// #[model(table = "users", hooks)]
    /// struct User {
    ///     #[model(hash_key)]
    ///     pk: String,
    ///     theme: Option<String>,
    /// }
    ///
    /// impl Hooks for User {
    ///     async fn after_load(&mut self, _: &HookContext<'_>) -> Result<()> {
    ///         self.theme.get_or_insert_with(|| "light".into());
    ///         Ok(())
    ///     }
    /// }
    /// ```
    fn after_load(&mut self, cx: &HookContext<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = cx;
        async { Ok(()) }
    }
}
