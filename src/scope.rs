//! Which client sends an operation: the call's, the task's, the model's, or the default one.

use std::future::Future;
use std::sync::{PoisonError, RwLock};

use crate::{Client, Error, ErrorKind, Result, clock};

static DEFAULT: RwLock<Option<Client>> = RwLock::new(None);

tokio::task_local! {
    static SCOPED: Client;
}

/// Sets the client of every operation that names none; a later call replaces it.
///
/// It is one for the whole process. Code under test should rather run inside [`with_client`].
///
/// ```
/// use singlet::Client;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// singlet::set_default_client(Client::embedded()); // a service says `Client::from_env().await`
/// assert!(singlet::default_client().is_some());
/// # }
/// ```
pub fn set_default_client(client: Client) {
    clock::set_default(client.clock().clone());
    *DEFAULT.write().unwrap_or_else(PoisonError::into_inner) = Some(client);
}

/// The client given to [`set_default_client`], if any.
///
/// ```
/// assert!(singlet::default_client().is_none());
/// singlet::set_default_client(singlet::Client::embedded());
/// assert!(singlet::default_client().is_some());
/// ```
pub fn default_client() -> Option<Client> {
    DEFAULT.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The client of an operation that names none, here and now: the task's ([`with_client`]), else the default one.
///
/// For code that keeps a client, or takes it along to a task that it spawns.
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
/// It goes before the client of a [`ModelConfig`](crate::ModelConfig) and before the default one,
/// and gives `ExpiresIn` its clock. It holds for the task that awaits it: a task spawned inside
/// starts without it. Scopes may nest; the inner one holds.
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
    let clock = client.clock().clone();
    SCOPED.scope(client, clock::scoped(clock, future)).await
}

/// The client of one operation of `model`: `call`, else the task's, else `config`, else the default.
///
/// Fails with `NoClient`, or with `Configuration` where [`Client::from_env`] found settings that
/// cannot work.
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

fn name_model(error: Error, model: Option<&'static str>) -> Error {
    match model {
        Some(model) => error.with_model(model),
        None => error,
    }
}

/// Whether the task has a client of its own.
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
        "no client is set; call `singlet::set_default_client(Client::from_env().await)` once at start, \
         set `ModelConfig::client`, or name one for this call with `.client(&client)`",
    )
}

#[cfg(all(test, feature = "embedded"))]
mod tests {
    use super::*;
    use crate::ManualClock;

    fn client_at(epoch_seconds: i64) -> Client {
        Client::embedded_with_clock(ManualClock::at(epoch_seconds))
    }

    /// The default client is the process's, and other tests ask for the time: this one runs itself again alone.
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
