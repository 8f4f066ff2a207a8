//! The binary as users start it.

use std::process::Stdio;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStderr, Command};

use crate::{emulator, stand};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sessions-app"));
    for variable in ["SESSIONS_STORE", "SESSIONS_SEED", "SESSIONS_LOG", "SESSIONS_TABLE", "RUST_LOG"] {
        command.env_remove(variable);
    }
    command.env_remove("AWS_ENDPOINT_URL").env_remove("AWS_ENDPOINT_URL_DYNAMODB");
    command.env("SESSIONS_ADDR", "127.0.0.1:0").stdin(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// A program that serves: its process, the rest of its log, and its address.
struct Serving {
    process: Child,
    log: BufReader<ChildStderr>,
    url: String,
}

async fn serving(command: &mut Command) -> Serving {
    let mut process = command.env("SESSIONS_LOG", "json").spawn().unwrap();
    let mut log = BufReader::new(process.stderr.take().unwrap());
    loop {
        let mut line = String::new();
        assert_ne!(log.read_line(&mut line).await.unwrap(), 0, "it ended");
        let event: Value = serde_json::from_str(&line).unwrap();
        if let Some(url) = event["fields"]["url"].as_str() {
            assert_eq!(event["fields"]["message"], "listening");
            return Serving { process, log, url: url.to_owned() };
        }
    }
}

impl Serving {
    /// Asks it to end, and gives the rest of its log.
    async fn stop(mut self) -> String {
        let id = self.process.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let ended = tokio::time::timeout(Duration::from_secs(10), self.process.wait()).await;
        assert!(ended.expect("it ends when it is asked to").unwrap().success());
        let mut log = String::new();
        self.log.read_to_string(&mut log).await.unwrap();
        log
    }
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn count(url: &str) -> usize {
    stand::json(http().get(format!("{url}/sessions"))).await.1.as_array().unwrap().len()
}

#[tokio::test]
async fn it_needs_nothing_and_seeds_itself_and_ends_when_asked() {
    let serving = serving(&mut program()).await;
    assert_eq!(count(&serving.url).await, 20);

    let seed = program().args(["seed", "--count", "3", "--ttl", "30", "--url", &serving.url]).output().await.unwrap();
    assert!(seed.status.success(), "{seed:?}");
    assert_eq!(String::from_utf8(seed.stdout).unwrap(), "stored 3 sessions with a TTL of 30 s\n");
    assert_eq!(count(&serving.url).await, 23);

    assert_eq!(http().get(format!("{}/health", serving.url)).send().await.unwrap().status(), StatusCode::OK);
    assert!(serving.stop().await.contains("stopping"));
}

#[tokio::test]
async fn logs_tell_of_requests_and_never_of_what_is_in_them() {
    let loud = "sessions_app=trace,singlet=trace,axum=trace,tower_http=trace";
    let serving = serving(program().env("SESSIONS_SEED", "0").env("RUST_LOG", loud)).await;
    let create = format!("{}/sessions?user_name=Zaphod&memory_fragment=towel", serving.url);
    let session = stand::json(http().post(create)).await.1;
    let token = session["token"].as_str().unwrap();
    for path in [format!("/sessions/{token}"), "/sessions".to_owned(), "/sessions?user_name=Zaphod".to_owned()] {
        assert!(http().get(format!("{}{path}", serving.url)).send().await.unwrap().status().is_success());
    }
    let log = serving.stop().await;
    assert!(log.contains(r#""route":"/sessions/{token}""#) && log.contains(r#""status":201"#), "{log}");
    for secret in ["Zaphod", "towel", token] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[tokio::test]
async fn seed_without_an_application_or_a_dynamodb_says_what_to_do() {
    let seed = program().args(["seed", "--url", "http://127.0.0.1:1"]).output().await.unwrap();
    assert_eq!(seed.status.code(), Some(1));
    let said = String::from_utf8(seed.stderr).unwrap();
    assert!(said.contains("start the application first"), "{said}");
}

#[tokio::test]
async fn settings_that_cannot_be_are_refused_at_the_start() {
    let wrong =
        [("SESSIONS_ADDR", "8001"), ("SESSIONS_STORE", "disk"), ("SESSIONS_SEED", "-1"), ("SESSIONS_LOG", "xml")];
    for (name, value) in wrong {
        let ended = program().env(name, value).output().await.unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(ended.status.code() == Some(1) && said.contains(name) && !said.contains(value), "{said}");
    }
    for arguments in [["seed", "--count=0"], ["seed", "--ttl=0"], ["seed", "--ttl=604801"], ["seed", "--count=x"]] {
        assert_eq!(program().args(arguments).output().await.unwrap().status.code(), Some(2), "{arguments:?}");
    }
}

/// The embedded DynamoDB cannot be reached from other processes.
#[tokio::test]
async fn both_commands_use_the_dynamodb_that_the_environment_names() {
    let Some(endpoint) = emulator::endpoint() else { return };
    let key = emulator::access_key();
    let on_server = || {
        let mut command = program();
        command.env("AWS_ENDPOINT_URL_DYNAMODB", &endpoint).env("AWS_REGION", "eu-west-1");
        command.env("AWS_ACCESS_KEY_ID", &key).env("AWS_SECRET_ACCESS_KEY", "secret").env("SESSIONS_TABLE", "other");
        command
    };
    // Before the application: the table is made by whoever comes first.
    assert!(on_server().args(["seed"]).status().await.unwrap().success());
    let serving = serving(&mut on_server()).await;
    assert_eq!(count(&serving.url).await, 20);
    serving.stop().await;
    let client = stand::on_server(&endpoint, &key, singlet::ManualClock::at(0)).await;
    assert_eq!(client.sdk().list_tables().send().await.unwrap().table_names(), ["other"]);
}
