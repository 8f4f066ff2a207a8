//! Gives each test its own DynamoDB, and runs commands on it: in this process if it is embedded, or as the built binary
//! if `SINGLET_TEST_ENDPOINT` names a server.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use clap::Parser as _;
use serde_json::Value;
use singlet::{Client, Item, ManualClock, Table};
use singlet_cli::{Arguments, Exit, Failure, Output, Session};

use crate::emulator;
use crate::transport::Transport;

/// The table of most tests.
#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at")]
#[table(index(
    name = "gsi1",
    hash_key = "gsi1pk",
    range_key = "gsi1sk",
    range_key_type = "N",
    projection = "keys_only"
))]
#[table(index(name = "lsi1", local, range_key = "rank", include("b", "a")))]
pub(crate) struct Shop;

/// The DynamoDB of one test, and how the tool connects to it.
pub(crate) struct Stand {
    pub(crate) client: Client,
    /// The clock of the embedded DynamoDB. A server uses the system clock.
    pub(crate) clock: Option<ManualClock>,
    server: Option<Server>,
    folder: PathBuf,
}

struct Server {
    endpoint: String,
    key: String,
}

/// The exit code and the output of a command.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts that the command succeeded without output on standard error.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{self:?}");
        self
    }
}

/// Runs a test with an empty DynamoDB and an empty directory.
pub(crate) async fn run(test: impl AsyncFnOnce(&Stand)) {
    let key = emulator::access_key();
    let folder = std::env::temp_dir().join(format!("singlet-{key}"));
    std::fs::create_dir_all(&folder).unwrap();
    let stand = match emulator::endpoint() {
        Some(endpoint) => {
            let builder =
                Client::builder().region("eu-west-1").endpoint_url(&endpoint).credentials(&key, "secret", None);
            // An explicit URL, so that a `Transport` can forward to it.
            let http_client = aws_smithy_http_client::Builder::new().build_http();
            let builder = builder.retries(4, Duration::from_millis(1)).http_client(http_client);
            let client = builder.build().await.unwrap();
            Stand { client, clock: None, server: Some(Server { endpoint, key }), folder }
        }
        None => {
            let clock = ManualClock::at(1_800_000_000);
            let client = Client::embedded_with_clock(clock.clone());
            Stand { client, clock: Some(clock), server: None, folder }
        }
    };
    singlet::with_client(stand.client.clone(), test(&stand)).await;
    std::fs::remove_dir_all(&stand.folder).unwrap();
}

impl Stand {
    /// Runs the tool.
    pub(crate) async fn singlet(&self, arguments: &[&str]) -> Ran {
        if self.server.is_some() {
            let mut command = self.command(arguments);
            return tokio::task::spawn_blocking(move || output_of(&mut command)).await.unwrap();
        }
        self.in_process(arguments, |session| session).await
    }

    /// Runs the tool, and deletes expired items at the same time, as a server does by itself.
    pub(crate) async fn singlet_while_sweeping(&self, arguments: &[&str]) -> Ran {
        let sweep = async {
            loop {
                if let Some(clock) = &self.clock {
                    clock.advance(Duration::from_secs(1));
                    self.client.sweep_expired().await.unwrap();
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            ran = self.singlet(arguments) => ran,
            () = sweep => unreachable!("it sweeps for ever"),
        }
    }

    /// Runs the tool in this process, in a session that the test modifies.
    pub(crate) async fn in_process(&self, arguments: &[&str], change: impl FnOnce(Session) -> Session) -> Ran {
        let arguments = match Arguments::try_parse_from(["singlet"].iter().chain(arguments)) {
            Ok(arguments) => arguments,
            Err(message) => return Ran { code: Exit::Usage.code(), out: String::new(), err: message.to_string() },
        };
        let (out, err) = (Words::default(), Words::default());
        let output = Output::new(arguments.json, out.clone(), err.clone());
        let session = change(Session::new(self.client.clone(), output));
        let outcome = singlet_cli::run(&arguments.command, &session).await;
        let exit = outcome.unwrap_or_else(|failure: Failure| {
            writeln!(err.clone(), "singlet: {failure}").unwrap();
            failure.exit()
        });
        Ran { code: exit.code(), out: out.text(), err: err.text() }
    }

    /// A client that sends its requests through `transport`.
    pub(crate) fn through(&self, transport: &Transport) -> Client {
        let client = transport.between(&self.client);
        match &self.clock {
            Some(clock) => client.with_clock(clock.clone()),
            None => client,
        }
    }

    /// Runs the tool in this process, and sends its requests through `transport`.
    pub(crate) async fn singlet_through(&self, transport: &Transport, arguments: &[&str]) -> Ran {
        let client = self.through(transport);
        self.in_process(arguments, |mut session| {
            session.client = client;
            session
        })
        .await
    }

    /// The binary, connected to the server. `None` for the embedded DynamoDB, which other processes cannot reach.
    pub(crate) fn binary(&self, arguments: &[&str]) -> Option<Command> {
        self.server.as_ref().map(|_| self.command(arguments))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(arguments);
        if let Some(Server { endpoint, key }) = &self.server {
            command.args(["--endpoint-url", endpoint, "--region", "eu-west-1"]);
            command.env("AWS_ACCESS_KEY_ID", key).env("AWS_SECRET_ACCESS_KEY", "secret");
        }
        command
    }

    /// A path in the directory of the test.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    /// The names of the files in the directory of the test.
    pub(crate) fn files(&self) -> Vec<String> {
        let names = std::fs::read_dir(&self.folder).unwrap();
        let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) async fn put(&self, table: &str, item: Item) {
        self.client.sdk().put_item().table_name(table).set_item(Some(item)).send().await.unwrap();
    }

    /// All items of a table.
    pub(crate) async fn stored(&self, table: &str) -> Vec<Item> {
        let mut items = Vec::new();
        let mut pages =
            self.client.sdk().scan().table_name(table).consistent_read(true).into_paginator().items().send();
        while let Some(item) = pages.next().await {
            items.push(item.unwrap());
        }
        items
    }
}

/// The binary, in an environment without AWS settings.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_singlet"));
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
        command.env_remove(name);
    }
    command.env("AWS_CONFIG_FILE", "/nonexistent").env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// Runs the command until it ends.
pub(crate) fn output_of(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// A writer that keeps what a command prints.
#[derive(Clone, Default)]
struct Words(Arc<Mutex<Vec<u8>>>);

impl Words {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Words {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub(crate) fn n(digits: impl Display) -> AttributeValue {
    AttributeValue::N(format!("{digits}"))
}

/// An item from names and values.
pub(crate) fn item<const N: usize>(attributes: [(&str, AttributeValue); N]) -> Item {
    attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The sorted lines of a file, which may be compressed.
pub(crate) fn sorted_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

pub(crate) fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The code of an exit.
pub(crate) fn code(exit: Exit) -> i32 {
    exit.code()
}
