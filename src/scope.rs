//! The client of an operation: the call's, or else the task's, or else the model's, or else the default.
//!
//! Every operation resolves its client here, once.

use std::future::Future;
use std::sync::{PoisonError, RwLock};

use crate::{Client, Error, ErrorKind, Result, clock};

static DEFAULT: RwLock<Option<Client>> = RwLock::new(None);

tokio::task_local! {
    static SCOPED: Client;
}

/// Sets the default client: the one of every operation that names none. A later call replaces it.
///
/// The process has one default client. Run code under test inside [`with_client`] instead, so that tests do not share it.
///
/// ```
/// use singlet::Client;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// singlet::set_default_client(Client::embedded()); // in a service: `Client::from_env().await`
/// assert!(singlet::default_client().is_some());
/// # }
/// ```
pub fn set_default_client(client: Client) {
    clock::set_default(client.time().clone());
    // A panic cannot leave the client half written, so a poisoned lock is still good.
    *DEFAULT.write().unwrap_or_else(PoisonError::into_inner) = Some(client);
}

/// The client that [`set_default_client`] set, if any.
///
/// ```
/// assert!(singlet::default_client().is_none());
/// singlet::set_default_client(singlet::Client::embedded());
/// assert!(singlet::default_client().is_some());
/// ```
pub fn default_client() -> Option<Client> {
    DEFAULT.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The client that an operation would use here if it named none: the task's ([`with_client`]), or else the default.
///
/// Use it in code that stores a client or passes it to a task that it spawns.
///
/// ```
/// use singlet::Client;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert!(singlet::current_client().is_none());
/// singlet::with_client(Client::embedded(), async {
///     assert!(singlet::current_client().is_some());
/// })
/// .await;
/// # }
/// ```
pub fn current_client() -> Option<Client> {
    scoped_client().or_else(default_client)
}

/// Runs `future` with `client` as the client of every operation in it that names none.
///
/// The scope takes precedence over the client of a [`ModelConfig`](crate::ModelConfig) and over the default client, and
/// [`ExpiresIn`](crate::ExpiresIn) uses its clock. Scopes may nest; the innermost one applies.
///
/// The scope belongs to the task that awaits it. **A task that `tokio::spawn` starts inside it does not inherit it**, and
/// neither does `spawn_blocking`. Pass the client on explicitly:
///
/// ```
/// use singlet::Client;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// singlet::with_client(Client::embedded(), async {
///     let spawned = tokio::spawn(async { singlet::current_client().is_some() });
///     assert!(!spawned.await.unwrap());
///
///     let client = singlet::current_client().unwrap();
///     let work = async { singlet::current_client().is_some() };
///     assert!(tokio::spawn(singlet::with_client(client, work)).await.unwrap());
/// })
/// .await;
/// # }
/// ```
///
/// A test gives the code under test a database and a clock of its own:
///
/// ```
/// use singlet::{Client, ManualClock};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let test = Client::embedded_with_clock(ManualClock::at(0));
/// let answer = singlet::with_client(test, async {
///     // the code under test
///     42
/// })
/// .await;
/// assert_eq!(answer, 42);
/// # }
/// ```
pub async fn with_client<F: Future>(client: Client, future: F) -> F::Output {
    let time = client.time().clone();
    SCOPED.scope(client, clock::scoped(time, future)).await
}

/// The client of one operation of `model`: `call`, or else the task's, or else `config`, or else the default.
///
/// Fails with `NoClient`, or with `Configuration` if [`Client::from_env`] found settings that cannot work.
pub(crate) fn resolve(call: Option<&Client>, config: Option<&Client>, model: Option<&'static str>) -> Result<Client> {
    let client = call
        .cloned()
        .or_else(scoped_client)
        .or_else(|| config.cloned())
        .or_else(default_client)
        .ok_or_else(no_client)
        .map_err(|error| name_model(error, model))?;
    client.ready().map_err(|error| name_model(error, model))?;
    Ok(client)
}

pub(crate) fn name_model(error: Error, model: Option<&'static str>) -> Error {
    match model {
        Some(model) => error.with_model(model),
        None => error,
    }
}

/// Whether the task runs inside [`with_client`].
pub(crate) fn is_scoped() -> bool {
    SCOPED.try_with(|_| ()).is_ok()
}

fn scoped_client() -> Option<Client> {
    SCOPED.try_with(Client::clone).ok()
}

#[cold]
fn no_client() -> Error {
    Error::new(
        ErrorKind::NoClient,
        "no client is set; call `singlet::set_default_client(Client::from_env().await)` once at startup, \
         set `ModelConfig::client`, or pass one to this call with `.client(&client)`",
    )
}

#[cfg(all(test, feature = "embedded"))]
mod tests {
    use super::*;
    use crate::ManualClock;

    fn client_at(epoch_seconds: i64) -> Client {
        Client::embedded_with_clock(ManualClock::at(epoch_seconds))
    }

    /// The default client belongs to the process, and other tests in it read the time. So this test runs itself again, in a
    /// process of its own.
    #[tokio::test]
    async fn the_nearest_client_sends_and_gives_the_time() {
        const CHILD: &str = "SINGLET_TEST_DEFAULT_CLIENT";
        if std::env::var_os(CHILD).is_some() {
            return precedence().await;
        }
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["scope::tests::the_nearest_client_sends_and_gives_the_time", "--exact"])
            .env(CHILD, "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success() && said.contains("1 passed"), "{said}");
    }

    async fn precedence() {
        let error = resolve(None, None, Some("Order")).unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::NoClient, Some("Order")));
        assert!(error.to_string().contains("set_default_client"), "{error}");

        let chosen =
            |call: Option<&Client>, config: Option<&Client>| resolve(call, config, Some("Order")).unwrap().now();
        let (call, config) = (client_at(1), client_at(3));
        assert_eq!(chosen(None, Some(&config)), 3);

        set_default_client(client_at(4));
        assert_eq!((chosen(None, None), chosen(None, Some(&config)), crate::clock::now()), (4, 3, 4));
        set_default_client(client_at(5));
        assert_eq!((chosen(None, None), crate::clock::now()), (5, 5));

        with_client(client_at(2), async {
            assert_eq!((chosen(None, None), chosen(None, Some(&config)), crate::clock::now()), (2, 2, 2));
            assert_eq!(chosen(Some(&call), Some(&config)), 1);
            with_client(client_at(6), async { assert_eq!(chosen(None, None), 6) }).await;
            assert_eq!(chosen(None, None), 2);
            tokio::spawn(async { assert_eq!(crate::clock::now(), 5) }).await.unwrap();
        })
        .await;
        assert_eq!(chosen(None, None), 5);
    }
}
