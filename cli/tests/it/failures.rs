//! Failed requests, and how the tool reports them.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::Parser as _;
use singlet::Table as _;
use singlet_cli::{Arguments, Exit, Output, Session};

use crate::stand::{self, Shop, item, read, s};
use crate::transport::{Fate, Transport};

/// An error response of the service with this message.
fn answer(code: &str, words: &str) -> Fate {
    Fate::Answer(400, serde_json::json!({ "__type": format!("com.amazon.coral#{code}"), "message": words }).to_string())
}

#[tokio::test]
async fn the_words_of_the_service_are_shown_unless_they_may_hold_values() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        for (code, words, is_shown) in [
            ("AccessDeniedException", "User: ann is not authorized to perform: dynamodb:Scan", true),
            ("ValidationException", "the value secret is none", false),
            ("SerializationException", "the value secret is none", false),
        ] {
            let transport = Transport::new(move |_, request| match request.operation.as_str() {
                "Scan" => answer(code, words),
                _ => Fate::Pass,
            });
            let ran = stand.singlet_through(&transport, &["export", "shop", &stand.path("out")]).await;
            assert_eq!((ran.code, ran.err.lines().count()), (1, 1), "{ran:?}");
            assert!(ran.err.starts_with(&format!("singlet: table `shop` cannot be scanned: {code}")), "{ran:?}");
            assert_eq!(ran.err.contains(words), is_shown, "{ran:?}");
            assert_eq!(stand.files(), [] as [&str; 0]);
        }
        // A request about a table contains no values.
        for command in [
            &["table", "describe", "s"][..],
            &["table", "verify", "s", "--hash-key", "pk"],
            &["table", "create", "s", "--hash-key", "pk"],
            &["ttl", "status", "s"],
            &["ttl", "enable", "s", "--attribute", "x"],
            &["inspect", "s"],
        ] {
            let refused = Transport::new(|_, _| answer("ValidationException", "names have 3 letters at least"));
            let ran = stand.singlet_through(&refused, command).await;
            assert!(ran.code == 1 && ran.err.ends_with(": names have 3 letters at least\n"), "{command:?}: {ran:?}");
        }
        let ran = stand.singlet(&["table", "create", "ab", "--hash-key", "pk"]).await;
        assert!(ran.code == 1 && ran.err.contains("ValidationException") && ran.err.contains("length"), "{ran:?}");
    })
    .await;
}

/// The SDK tries four times before it fails.
#[tokio::test]
async fn a_throttled_export_goes_on() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        stand.put("shop", item([("pk", s("a")), ("sk", s("b"))])).await;
        let code = "ProvisionedThroughputExceededException";
        let scans = AtomicUsize::new(0);
        let transport = Transport::new(move |_, request| match request.operation.as_str() {
            "Scan" if scans.fetch_add(1, Ordering::Relaxed) < 6 => answer(code, "slower"),
            _ => Fate::Pass,
        });
        let path = stand.path("out");
        let ran = stand.singlet_through(&transport, &["export", "shop", &path, "--segments", "1"]).await.done();
        assert_eq!(
            (ran.out.as_str(), read(&path).lines().count()),
            ("exported 1 items from `shop` for 0.5 capacity units\n", 1)
        );
    })
    .await;
}

/// Standard output after its reader has closed it.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A closed pipe is not a failure, and does not replace what the exit code says.
#[tokio::test]
async fn a_closed_pipe_leaves_the_exit_code() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let commands = [
            (&["table", "describe", "shop"][..], Exit::Done),
            (&["table", "verify", "shop", "--hash-key", "pk", "--range-key", "sk", "--at-least"], Exit::Done),
            (&["table", "verify", "shop", "--hash-key", "id"], Exit::Unmet),
            (&["ttl", "status", "shop"], Exit::Done),
            // Nothing is deleted in no time.
            (&["ttl", "verify", "shop", "--expires-in", "0", "--timeout", "0"], Exit::Unmet),
            (&["export", "shop", "-"], Exit::Done),
        ];
        stand.put("shop", item([("pk", s("a")), ("sk", s("b"))])).await;
        for (command, exit) in commands {
            for json in [&[][..], &["--json"]] {
                let arguments = Arguments::try_parse_from([&["singlet"], command, json].concat()).unwrap();
                let session = Session::new(stand.client.clone(), Output::new(arguments.json, Closed, io::sink()));
                let ran = singlet_cli::run(&arguments.command, &session).await;
                assert_eq!(ran.unwrap_or_else(|failure| failure.exit()), exit, "{arguments:?}");
            }
        }
    })
    .await;
}
