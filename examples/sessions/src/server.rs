//! The application: table, routes, and shutdown.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use singlet::{Client, Model, Result, Table};
use tokio::net::TcpListener;
use tokio::time::MissedTickBehavior;
use tower_http::timeout::TimeoutLayer;

use crate::problem::Problem;
use crate::session::{Ephemera, Session, config};
use crate::{assets, guard, log, problem, routes};

/// The maximum size of a body in bytes, which is more than the longest valid form.
const MAX_BODY: usize = 16 * 1024;

/// The time limit of a request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

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
    axum::serve(listener, application(client, is_local)).with_graceful_shutdown(stop).await
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
