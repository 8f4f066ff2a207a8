//! Tests how instances end, each in a process of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, SystemTime};

use singlet::registry::Registry;
use singlet::{Client, ManualClock, TTLAttribute};
use tokio::signal::unix::{SignalKind, signal};

use super::ids;
use crate::emulator;
use crate::transport::{Fate, Transport};

const TEST: &str = "registry::failover::a_signal_ends_an_instance";
const INSTANCE: &str = "SINGLET_TEST_INSTANCE";
const DATABASE: &str = "SINGLET_TEST_DATABASE";

/// The database that the processes share: the one of an access key on the server, or a file of the embedded DynamoDB.
async fn open(database: &str) -> Client {
    match emulator::endpoint() {
        Some(endpoint) => {
            let builder = Client::builder().region("eu-west-1").endpoint_url(endpoint);
            let plain = aws_smithy_http_client::Builder::new().build_http();
            builder.credentials(database, "secret", None).http_client(plain).build().await.unwrap()
        }
        None => Client::embedded_at(file(database)).unwrap(),
    }
}

fn file(database: &str) -> PathBuf {
    std::env::temp_dir().join(format!("{database}.db"))
}

/// What the process of an instance does, as in the example.
async fn serve(id: &str, database: &str) {
    let mut sigterm = signal(SignalKind::terminate()).unwrap();
    let registration = Registry::new(open(database).await).register("orders", id).await.unwrap();
    // Directly, because the test's output is captured.
    std::io::stdout().write_all(b"registered\n").unwrap();
    tokio::time::timeout(Duration::from_mins(1), sigterm.recv()).await.expect("the other process ends this one");
    registration.deregister().await.unwrap();
}

/// An instance, which is killed if the test fails.
struct Instance {
    child: Child,
    /// Kept open while the other process may write.
    _output: BufReader<ChildStdout>,
}

impl Instance {
    fn start(id: &str, database: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([TEST, "--exact"])
            .envs([(INSTANCE, id), (DATABASE, database)])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let registered = output.by_ref().lines().map_while(Result::ok).any(|line| line.ends_with("registered"));
        let instance = Instance { child, _output: output };
        assert!(registered, "the instance did not register");
        instance
    }

    fn terminate(mut self) {
        let kill = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success() && self.child.wait().unwrap().success());
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.child.kill().ok();
    }
}

#[tokio::test]
async fn a_signal_ends_an_instance() {
    if let (Ok(id), Ok(database)) = (std::env::var(INSTANCE), std::env::var(DATABASE)) {
        return serve(&id, &database).await;
    }
    let database = format!("failover{}", std::process::id());
    // The clock of this process stands still, as does that of the database; the clocks of the instances continue.
    let clock = ManualClock::at(TTLAttribute::from(SystemTime::now()).epoch_seconds());
    let service = clock.clone();
    let transport = Transport::new(move |_, _| Fate::Dated(service.now()));
    let registry = Registry::new(transport.between(&open(&database).await).with_clock(clock.clone()));
    registry.create_table().await.unwrap();

    let terminated = Instance::start("terminated", &database);
    let killed = Instance::start("killed", &database);
    let found = registry.instances("orders").with_stale().consistent().await.unwrap();
    assert_eq!(found.iter().map(|i| &*i.instance_id).collect::<Vec<_>>(), ["killed", "terminated"]);

    terminated.terminate();
    assert_eq!(ids(&registry, "orders").await, ["killed"], "gone at once");

    killed.kill();
    let last = &registry.instances("orders").with_stale().await.unwrap()[0];
    clock.set(last.last_heartbeat.div_euclid(1000));
    clock.advance(Duration::from_secs(35));
    assert_eq!(ids(&registry, "orders").await, ["killed"]);
    clock.advance(Duration::from_secs(1));
    assert!(ids(&registry, "orders").await.is_empty(), "hidden after 35 s");
    assert_eq!(registry.instances("orders").with_stale().await.unwrap().len(), 1);
    assert_eq!(registry.cleanup().await.unwrap().removed.len(), 1);
    std::fs::remove_file(file(&database)).ok();
}
