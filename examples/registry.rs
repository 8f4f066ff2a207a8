//! Services that discover each other: register, send heartbeats, watch, shut down on SIGTERM, crash, and be cleaned up.

use std::time::Duration;

use singlet::registry::{InstanceChange, Registration, Registry, ServiceStatus};
use singlet::{Client, ManualClock};

type Failure = Box<dyn std::error::Error>;

/// Stands for the work of the service.
async fn serve() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

/// Waits for the signal that Docker, Kubernetes and systemd send before they kill a process.
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

/// Serves until the process is asked to stop, then deregisters.
async fn run(registration: &Registration) -> Result<(), Failure> {
    let outcome = tokio::select! {
        () = serve() => Ok(()),
        stopped = asked_to_stop() => stopped.map_err(Failure::from),
        // Other services no longer see this instance. Stop everything that must not run twice.
        state = registration.lost() => Err(format!("the registration is {state:?}").into()),
    };
    // While the instance finishes its work, callers see that it accepts no new requests.
    registration.set_status(ServiceStatus::Shutdown).await?;
    registration.deregister().await?;
    outcome
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // In production, use `Registry::from_env().await?`. The example moves the clock instead of waiting for 35 s.
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

    // A killed instance does not deregister and sends no more heartbeats.
    drop(two);
    assert_eq!(registry.instances("orders").await?.len(), 1);
    clock.advance(Duration::from_secs(36));
    assert_eq!(registry.instances("orders").await?.len(), 0);
    println!("after 36 s without a heartbeat: hidden, but still stored");

    // DynamoDB deletes the entry within days. A cleanup deletes it now and reports why.
    for instance in registry.cleanup().await?.removed {
        let reasons: Vec<String> = instance.reasons.iter().map(ToString::to_string).collect();
        println!("removed {} {}: {}", instance.service_name, instance.instance_id, reasons.join(", "));
    }
    assert!(registry.instances("orders").with_stale().await?.is_empty());
    Ok(())
}

fn line(change: &InstanceChange) -> String {
    let instance = change.instance();
    let (id, address) = (&instance.instance_id, instance.address.as_deref().unwrap_or("nowhere"));
    match change {
        InstanceChange::Joined(_) => format!("{id} joined at {address}, {}", instance.status),
        InstanceChange::StatusChanged { previous, .. } => format!("{id} was {previous}, is {}", instance.status),
        InstanceChange::Left { reason, .. } => format!("{id} left: {reason:?}"),
        _ => format!("{id} changed"),
    }
}
