//! Services that find each other: register, beat, watch, shut down by SIGTERM, be killed, be cleaned up.

use std::time::Duration;

use singlet::registry::{Change, Registration, Registry, ServiceStatus};
use singlet::{Client, ManualClock};

type Failure = Box<dyn std::error::Error>;

/// What the instance is there for; here it has soon done enough.
async fn serve() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

/// Waits for the signal that Docker, Kubernetes and systemd send before they kill.
#[cfg(unix)]
async fn asked_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    signal(SignalKind::terminate())?.recv().await;
    Ok(())
}

#[cfg(not(unix))]
async fn asked_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Serves until it is asked to stop, and leaves nothing behind.
async fn run(registration: &Registration) -> Result<(), Failure> {
    let outcome = tokio::select! {
        () = serve() => Ok(()),
        stopped = asked_to_stop() => stopped.map_err(Failure::from),
        // Others do not see this instance any more: what must not run twice stops here.
        state = registration.lost() => Err(format!("the registration is {state:?}").into()),
    };
    // While it finishes what it has begun, callers see that it is no use to begin more.
    registration.set_status(ServiceStatus::Shutdown).await?;
    registration.deregister().await?;
    outcome
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // In production: `Registry::from_env().await?`. This clock is moved, so that nothing has to wait 35 s.
    let clock = ManualClock::at(1_750_000_000);
    let registry = Registry::new(Client::embedded_with_clock(clock.clone()));
    registry.create_table().await?;

    let mut watch = registry.watch("orders");
    let one = registry.register("orders", "i-1").address("10.0.0.7:8080").metadata("zone", "a").await?;
    let two = registry.register("orders", "i-2").address("10.0.0.8:8080").status(ServiceStatus::Standby).await?;
    for change in watch.poll().await? {
        println!("{}", line(&change));
    }
    let active = registry.instances("orders").status(ServiceStatus::Active).await?;
    assert_eq!(active, [one.instance()]);

    run(&one).await?;
    two.set_status(ServiceStatus::Active).await?;
    for change in watch.poll().await? {
        println!("{}", line(&change));
    }

    // Killed: nobody deregisters, and there are no more heartbeats.
    drop(two);
    assert_eq!(registry.instances("orders").await?.len(), 1);
    clock.advance(Duration::from_secs(36));
    assert_eq!(registry.instances("orders").await?.len(), 0);
    println!("after 36 s without a heartbeat: hidden, and still stored");

    // DynamoDB deletes the entry within days. A clean-up does it now, and says why.
    for instance in registry.cleanup().await?.removed {
        let reasons: Vec<String> = instance.reasons.iter().map(ToString::to_string).collect();
        println!("removed {} {}: {}", instance.service_name, instance.instance_id, reasons.join(", "));
    }
    assert!(registry.instances("orders").with_stale().await?.is_empty());
    Ok(())
}

fn line(change: &Change) -> String {
    let instance = change.instance();
    let (id, address) = (&instance.instance_id, instance.address.as_deref().unwrap_or("nowhere"));
    match change {
        Change::Joined(_) => format!("{id} joined at {address}, {}", instance.status),
        Change::StatusChanged { previous, .. } => format!("{id} was {previous}, is {}", instance.status),
        Change::Left { reason, .. } => format!("{id} left: {reason:?}"),
        _ => format!("{id} changed"),
    }
}
