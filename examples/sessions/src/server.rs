//! The application: table, routes, and shutdown.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use singlet::{Client, Model, Result, Table};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::MissedTickBehavior;
use tower_http::timeout::TimeoutLayer;

use crate::problem::Problem;
use crate::session::{Ephemera, Session, config};
use crate::{assets, guard, log, problem, routes};

/// The maximum size of a body in bytes, which is more than the longest valid form.
const MAX_BODY: usize = 16 * 1024;

/// The time limit of a request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The time limit for the headers of a request, and for a connection between two requests.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// The number of connections at a time. Further ones wait until one of these is closed.
pub const MAX_CONNECTIONS: usize = 256;

/// The pause after a connection that could not be accepted, for example because the process has too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How often the embedded DynamoDB deletes expired items, which are hidden in the meantime.
pub const SWEEP_INTERVAL: Duration = Duration::from_mins(1);

/// Creates the table with TTL enabled if it does not exist, and verifies it.
pub async fn prepare(client: &Client) -> Result<()> {
    Ephemera::create_table().table(config().table().to_owned()).client(client).if_absent().await?;
    Session::verify_table().client(client).await?.into_result()?;
    Ok(())
}

/// Builds the application. `is_local` means that only this machine can reach it, so it accepts only local host names.
pub fn application(client: Client, is_local: bool) -> Router {
    Router::new()
        .route("/", get(routes::page))
        .route("/sessions", get(routes::list).post(routes::create))
        .route("/sessions/{token}", get(routes::get).delete(routes::delete))
        .route("/sessions/{token}/extend", post(routes::extend))
        .route("/health", get(routes::health))
        .route("/assets/{name}", get(assets::serve))
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "page not found"))
        .method_not_allowed_fallback(async || Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method not allowed"))
        // The last layer is the outermost: it logs every response, after all others have added bodies and headers.
        .layer(from_fn_with_state(client.clone(), with_client))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIMEOUT))
        .layer(from_fn_with_state(is_local, guard::same_site))
        .layer(from_fn(problem::render))
        .layer(from_fn(guard::headers))
        .layer(from_fn(log::request))
        .with_state(client)
}

/// Runs a request in the scope of the client, so that operations do not have to name it and `ExpiresIn` uses its clock.
async fn with_client(State(client): State<Client>, request: Request, next: Next) -> Response {
    singlet::with_client(client, next.run(request)).await
}

/// Serves until `stop` completes, then finishes the requests in progress.
pub async fn serve(
    listener: TcpListener,
    client: Client,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let is_local = listener.local_addr().is_ok_and(|address: SocketAddr| address.ip().is_loopback());
    let service = TowerToHyperService::new(application(client, is_local));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let (stopping, stopped) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let slot = slots.clone().acquire_owned().await.map_err(std::io::Error::other)?;
            Ok::<_, std::io::Error>((listener.accept().await?.0, slot))
        };
        let accepted = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        let (stream, slot) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let connection = http.serve_connection(TokioIo::new(stream), service.clone());
        let mut stopped = stopped.clone();
        tokio::spawn(async move {
            let mut connection = pin!(connection);
            let served = tokio::select! {
                served = connection.as_mut() => served,
                // An error means that the server ends.
                _ = stopped.changed() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = served {
                tracing::debug!(%error, "connection failed");
            }
            drop(slot);
        });
    }
    // Closed, so that nobody else is let in while the requests in progress end.
    drop((listener, stopping));
    let all = u32::try_from(MAX_CONNECTIONS).map_err(std::io::Error::other)?;
    slots.acquire_many(all).await.map(drop).map_err(std::io::Error::other)
}

/// Deletes expired items from the embedded DynamoDB at an interval, as DynamoDB does by itself. Never ends.
pub async fn sweep(client: Client, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match client.sweep_expired().await {
            Ok(0) => {}
            Ok(deleted) => tracing::info!(deleted, "deleted expired sessions"),
            Err(error) => tracing::warn!(%error, "cannot delete expired sessions"),
        }
    }
}

/// Completes on Ctrl-C or SIGTERM.
pub async fn stop_requested() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler, the signal ends the process.
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => _ = signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
    tracing::info!("stopping");
}
