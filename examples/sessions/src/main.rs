//! The binary `sessions-app`: serves the application, or stores sample sessions.

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use sessions_app::settings::{self, Store};
use sessions_app::{log, seed, server};
use tokio::net::TcpListener;

/// A web application that shows expiring sessions.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the page and the API (default)
    Serve,
    /// Store sample sessions in DynamoDB, or through the running application if it uses an embedded DynamoDB
    Seed {
        /// The number of sessions
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        count: u32,
        /// The TTL of each session in seconds
        #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=604_800))]
        ttl: u64,
        /// The URL of the running application; by default that of `SESSIONS_ADDR`
        #[arg(long)]
        url: Option<String>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let ran = match Arguments::parse().command.unwrap_or(Command::Serve) {
        Command::Serve => serve().await,
        Command::Seed { count, ttl, url } => run_seed(count, ttl, url).await,
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sessions-app: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    log::start(settings::logs_json()?);
    // Settings, table and seed come before the listener, so that the first request finds everything.
    let (store, address) = (Store::from_env()?, settings::address()?);
    let client = store.client().await;
    server::prepare(&client).await?;
    seed::write(&client, settings::seeds(store)?, seed::mixed).await?;
    let listener = TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    if store == Store::Embedded {
        tokio::spawn(server::sweep(client.clone(), server::SWEEP_INTERVAL));
    }
    tracing::info!(url = %format_args!("http://{}", listener.local_addr()?), ?store, "listening");
    server::serve(listener, client, server::stop_requested()).await?;
    Ok(())
}

async fn run_seed(count: u32, ttl: u64, url: Option<String>) -> Result<(), Box<dyn Error>> {
    let url = match url {
        Some(url) => url,
        None => settings::url(settings::address()?),
    };
    seed::run(Store::from_env()?, usize::try_from(count)?, ttl, &url).await
}
