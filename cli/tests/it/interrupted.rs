//! Interrupted commands clean up.

use std::time::Duration;

use singlet::Table as _;
use singlet_cli::{Exit, Interrupt};

use crate::stand::{self, Shop, Stand, code};
use crate::transport::{Fate, Transport};

/// Waits until `ttl verify` has put its item.
async fn probe_is_put(stand: &Stand) {
    while !stand.stored("shop").await.iter().any(|item| item.contains_key("singlet_probe")) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn an_interrupted_verification_removes_its_item() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let (interrupter, interrupt) = Interrupt::manual();
        let verify = ["ttl", "verify", "shop", "--expires-in", "3600"];
        let ran = stand.in_process(&verify, |session| session.interrupted_by(interrupt));
        let (ran, ()) = tokio::join!(ran, async {
            probe_is_put(stand).await;
            interrupter.interrupt();
        });
        assert_eq!((ran.code, ran.err.as_str()), (code(Exit::Interrupted), "singlet: interrupted\n"));
        assert_eq!(stand.stored("shop").await, []);
    })
    .await;
}

/// Interrupts the binary by signals, on a server only, because other processes cannot reach the embedded DynamoDB.
#[cfg(unix)]
#[tokio::test]
async fn signals_interrupt_the_process() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        for signal in ["-INT", "-TERM"] {
            let Some(mut command) = stand.binary(&["ttl", "verify", "shop", "--expires-in", "3600"]) else { return };
            let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
            probe_is_put(stand).await;
            let kill = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
            assert!(kill.success());
            let status = tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
            assert_eq!(status.code(), Some(code(Exit::Interrupted)));
            assert_eq!(stand.stored("shop").await, []);
        }
    })
    .await;
}

#[tokio::test]
async fn who_insists_does_not_wait_for_the_removal() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::new(|_, request| match request.operation.as_str() {
            "DeleteItem" => Fate::Hang,
            _ => Fate::Pass,
        });
        let client = stand.through(&transport);
        let (interrupter, interrupt) = Interrupt::manual();
        let ran = stand.in_process(&["ttl", "verify", "shop", "--expires-in", "3600"], |mut session| {
            session.client = client;
            session.interrupted_by(interrupt)
        });
        let (ran, ()) = tokio::join!(ran, async {
            probe_is_put(stand).await;
            interrupter.interrupt();
            interrupter.interrupt();
        });
        assert_eq!(ran.code, code(Exit::Interrupted));
        assert!(ran.err.contains("the probe was not removed; it expires by itself"), "{ran:?}");
        assert_eq!(stand.stored("shop").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_interrupted_export_leaves_no_file() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::new(|_, request| match request.operation.as_str() {
            "Scan" => Fate::Hang,
            _ => Fate::Pass,
        });
        let client = stand.through(&transport);
        let (interrupter, interrupt) = Interrupt::manual();
        let path = stand.path("shop.jsonl");
        let arguments = ["export", "shop", &path];
        let ran = stand.in_process(&arguments, |mut session| {
            session.client = client;
            session.interrupted_by(interrupt)
        });
        let (ran, ()) = tokio::join!(ran, async {
            while stand.files().is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert!(stand.files()[0].starts_with(".shop.jsonl.partial-"), "{:?}", stand.files());
            interrupter.interrupt();
        });
        assert_eq!((ran.code, ran.out.as_str()), (code(Exit::Interrupted), ""), "{ran:?}");
        assert_eq!(stand.files(), [] as [&str; 0]);
    })
    .await;
}

#[tokio::test]
async fn an_interrupted_import_says_that_it_can_be_run_again() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::new(|_, request| match request.operation.as_str() {
            "BatchWriteItem" => Fate::Hang,
            _ => Fate::Pass,
        });
        let client = stand.through(&transport);
        let (interrupter, interrupt) = Interrupt::manual();
        let path = stand.path("items.json");
        std::fs::write(&path, "{\"Item\": {\"pk\": {\"S\": \"a\"}, \"sk\": {\"S\": \"b\"}}}\n").unwrap();
        let arguments = ["import", "shop", &path];
        let ran = stand.in_process(&arguments, |mut session| {
            session.client = client;
            session.interrupted_by(interrupt)
        });
        let (ran, ()) = tokio::join!(ran, async {
            while transport.sent().is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            interrupter.interrupt();
        });
        assert_eq!(ran.code, code(Exit::Interrupted));
        assert_eq!(ran.err, "singlet: interrupted; items that were imported stay, and you can run the import again\n");
    })
    .await;
}
