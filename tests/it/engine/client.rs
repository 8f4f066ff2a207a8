//! Where a client comes from, what it refuses, and the embedded DynamoDB behind the SDK's own client.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::operation::RequestId as _;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
    TimeToLiveSpecification,
};
use singlet::{Client, ClientBuilder, ErrorKind, ManualClock, Model};
use tokio::net::TcpSocket;

async fn create_table(client: &Client, table: &str) {
    let pk = AttributeDefinition::builder().attribute_name("pk").attribute_type(ScalarAttributeType::S).build();
    let key = KeySchemaElement::builder().attribute_name("pk").key_type(KeyType::Hash).build();
    client
        .sdk()
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(pk.unwrap())
        .key_schema(key.unwrap())
        .send()
        .await
        .unwrap();
}

async fn put(client: &Client, table: &str, pk: &str, attribute: &str, value: AttributeValue) {
    let put = client.sdk().put_item().table_name(table).item("pk", text(pk)).item(attribute, value);
    put.send().await.unwrap();
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

#[tokio::test]
async fn embedded_answers_the_sdk() {
    let client = Client::embedded();
    create_table(&client, "users").await;
    put(&client, "users", "ann", "age", number(42)).await;

    let read = client.sdk().get_item().table_name("users").key("pk", text("ann")).send().await.unwrap();
    assert_eq!(read.item().unwrap()["age"], number(42));
    let again = client.sdk().get_item().table_name("users").key("pk", text("ann")).send().await.unwrap();
    assert_ne!(read.request_id().unwrap(), again.request_id().unwrap());
}

#[tokio::test]
async fn embedded_errors_are_the_services() {
    let client = Client::embedded();
    let error = client.sdk().get_item().table_name("absent").key("pk", text("a")).send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_resource_not_found_exception());

    create_table(&client, "users").await;
    put(&client, "users", "ann", "age", number(42)).await;
    let create = client.sdk().put_item().table_name("users").item("pk", text("ann"));
    let error = create.condition_expression("attribute_not_exists(pk)").send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_conditional_check_failed_exception());

    let error = client.sdk().list_backups().send().await.unwrap_err();
    assert_eq!(error.code(), Some("UnknownOperationException"));
}

#[tokio::test]
async fn embedded_clients_share_nothing_and_clones_everything() {
    let (one, other) = (Client::embedded(), Client::embedded());
    create_table(&one, "users").await;
    assert_eq!(one.clone().sdk().list_tables().send().await.unwrap().table_names(), ["users"]);
    assert!(other.sdk().list_tables().send().await.unwrap().table_names().is_empty());
}

#[tokio::test]
async fn a_deep_condition_does_not_overflow_the_stack() {
    let client = Client::embedded();
    create_table(&client, "users").await;
    put(&client, "users", "ann", "age", number(200)).await;

    let terms: Vec<String> = (1..=200).map(|n| format!("age = :v{n}")).collect();
    let mut scan = client.sdk().scan().table_name("users").filter_expression(terms.join(" OR "));
    for n in 1..=200 {
        scan = scan.expression_attribute_values(format!(":v{n}"), number(n));
    }
    assert_eq!(scan.send().await.unwrap().count(), 1);
}

#[tokio::test]
async fn concurrent_requests_are_all_answered() {
    let client = Client::embedded();
    create_table(&client, "counters").await;
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                let add = client.sdk().update_item().table_name("counters").key("pk", text("hits"));
                let add = add.update_expression("ADD hits :one").expression_attribute_values(":one", number(1));
                add.send().await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let read = client.sdk().get_item().table_name("counters").key("pk", text("hits")).send().await.unwrap();
    assert_eq!(read.item().unwrap()["hits"], number(32));
}

#[tokio::test]
async fn a_sweep_deletes_what_expired_by_the_manual_clock() {
    let clock = ManualClock::at(1_700_000_000);
    let client = Client::embedded_with_clock(clock.clone());
    create_table(&client, "sessions").await;
    let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name("expires_at").build().unwrap();
    client.sdk().update_time_to_live().table_name("sessions").time_to_live_specification(ttl).send().await.unwrap();
    put(&client, "sessions", "short", "expires_at", number(1_700_000_010)).await;
    put(&client, "sessions", "long", "expires_at", number(1_700_001_000)).await;

    assert_eq!(client.sweep_expired().await.unwrap(), 0);
    clock.advance(Duration::from_secs(90));
    assert_eq!(client.now(), 1_700_000_090);
    assert_eq!(client.sweep_expired().await.unwrap(), 1);
    let left = client.sdk().scan().table_name("sessions").send().await.unwrap();
    assert_eq!(left.items()[0]["pk"], text("long"));
}

#[tokio::test]
async fn embedded_at_keeps_its_tables_and_closes_its_file() {
    let path = std::env::temp_dir().join(format!("singlet-client-{}.db", std::process::id()));
    {
        let client = Client::embedded_at(&path).unwrap();
        create_table(&client, "users").await;
        put(&client, "users", "ann", "age", number(42)).await;
    }
    let client = Client::embedded_at(&path).unwrap();
    assert_eq!(client.sdk().scan().table_name("users").send().await.unwrap().count(), 1);

    // SQLite removes its log when the last connection closes: the thread and its database end with the client.
    let log = path.with_extension("db-wal");
    assert!(log.exists());
    drop(client);
    let deadline = Instant::now() + Duration::from_secs(10);
    while log.exists() {
        assert!(Instant::now() < deadline, "the database is still open");
        std::thread::yield_now();
    }
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn embedded_at_refuses_what_is_no_database() {
    let error = Client::embedded_at(std::env::temp_dir()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn only_embedded_clients_sweep() {
    let client = local("http://localhost:1").build().await.unwrap();
    assert_eq!(client.sweep_expired().await.unwrap_err().kind(), ErrorKind::Configuration);
}

fn local(endpoint: &str) -> ClientBuilder {
    Client::builder().region("eu-west-1").endpoint_url(endpoint).credentials("AKIAKEY", "s3cret", Some("t0ken".into()))
}

async fn refusal(builder: ClientBuilder) -> String {
    let error = builder.build().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    error.to_string()
}

#[tokio::test]
async fn bad_settings_are_refused_by_name() {
    let local = || local("http://localhost:8000");
    assert!(refusal(local().retries(0, Duration::ZERO)).await.contains("`retries`"));
    assert!(refusal(local().batch_retries(0, Duration::ZERO)).await.contains("`batch_retries`"));
    assert!(refusal(local().connect_timeout(Duration::ZERO)).await.contains("`connect_timeout`"));
    assert!(refusal(local().read_timeout(Duration::ZERO)).await.contains("`read_timeout`"));
    assert!(refusal(local().operation_timeout(Duration::ZERO)).await.contains("`operation_timeout`"));
    assert!(refusal(local().attempt_timeout(Duration::ZERO)).await.contains("`attempt_timeout`"));
    for url in ["localhost:8000", "http://", "ftp://localhost", "http://ann:hidden@localhost"] {
        let message = refusal(local().endpoint_url(url)).await;
        assert!(message.contains("`endpoint_url`") && !message.contains("hidden"), "{message}");
    }
}

#[tokio::test]
async fn https_works_with_the_feature_alone() {
    let built = local("https://localhost:8443").build().await;
    if cfg!(feature = "tls") {
        built.unwrap();
    } else {
        assert!(built.unwrap_err().to_string().contains("cargo feature `tls`"));
    }
}

#[tokio::test]
async fn retries_are_sized_for_dynamodb() {
    let retries = |client: &Client| {
        let config = client.sdk().config().retry_config().unwrap().clone();
        (config.max_attempts(), config.initial_backoff())
    };
    let client = local("http://localhost:8000").build().await.unwrap();
    assert_eq!(retries(&client), (4, Duration::from_millis(25)));
    let client = local("http://localhost:8000").retries(2, Duration::from_millis(7)).build().await.unwrap();
    assert_eq!(retries(&client), (2, Duration::from_millis(7)));
}

#[tokio::test]
async fn timeouts_reach_the_sdk() {
    let second = Duration::from_secs;
    let builder = local("http://localhost:8000").connect_timeout(second(1)).read_timeout(second(2));
    let client = builder.operation_timeout(second(4)).attempt_timeout(second(3)).build().await.unwrap();
    let config = client.sdk().config().timeout_config().unwrap();
    assert_eq!(config.connect_timeout(), Some(second(1)));
    assert_eq!(config.read_timeout(), Some(second(2)));
    assert_eq!(config.operation_attempt_timeout(), Some(second(3)));
    assert_eq!(config.operation_timeout(), Some(second(4)));
}

#[tokio::test]
async fn debug_shows_region_and_endpoint_but_no_secret() {
    let builder = local("http://localhost:8000");
    let shown = format!("{builder:?} {:?}", builder.clone().build().await.unwrap());
    assert!(shown.contains("eu-west-1") && shown.contains("http://localhost:8000"), "{shown}");
    for secret in ["AKIAKEY", "s3cret", "t0ken"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// Environment variables belong to the process, so the test runs itself again in one of its own.
#[tokio::test]
async fn from_env_reads_the_aws_variables() {
    const CHILD: &str = "SINGLET_TEST_FROM_ENV";
    if std::env::var_os(CHILD).is_none() {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["engine::client::from_env_reads_the_aws_variables", "--exact"])
            .env(CHILD, "1")
            .env("AWS_REGION", "eu-north-1")
            .env("AWS_ENDPOINT_URL", "http://localhost:1")
            .env("AWS_ENDPOINT_URL_DYNAMODB", "http://localhost:2")
            .env("AWS_MAX_ATTEMPTS", "3")
            .output()
            .unwrap();
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
        assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"));
        return;
    }
    let client = Client::from_env().await;
    let shown = format!("{client:?}");
    assert!(shown.contains("eu-north-1") && shown.contains("http://localhost:2"), "{shown}");
    assert_eq!(client.sdk().config().retry_config().unwrap().max_attempts(), 3);
    let set = format!("{:?}", local("http://localhost:3").build().await.unwrap());
    assert!(set.contains("eu-west-1") && set.contains("http://localhost:3"), "{set}");
}

/// Answers one request with `body`, and returns what was asked.
fn serve_once(body: &'static str) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        let mut chunk = [0; 4096];
        while !String::from_utf8_lossy(&asked).ends_with("{}") {
            let read = stream.read(&mut chunk).unwrap();
            asked.extend_from_slice(&chunk[..read]);
        }
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\nconnection: close";
        write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
        String::from_utf8(asked).unwrap()
    });
    (url, server)
}

#[tokio::test]
async fn a_plain_http_endpoint_needs_no_tls() {
    let (url, server) = serve_once(r#"{"TableNames":["theirs"]}"#);
    let client = local(&url).build().await.unwrap();
    let answer = client.sdk().list_tables().send().await.unwrap();
    assert_eq!(answer.table_names(), ["theirs"]);
    let asked = server.join().unwrap();
    assert!(asked.to_lowercase().contains("x-amz-target: dynamodb_20120810.listtables"), "{asked}");
    assert!(asked.contains("/eu-west-1/dynamodb/aws4_request"), "{asked}");
}

/// Returns a socket that reserves a port and does not listen, so connections to the port are refused.
fn closed_port() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    socket
}

#[tokio::test]
async fn retries_end_at_a_closed_port() {
    let socket = closed_port();
    let closed = socket.local_addr().unwrap();
    let client = local(&format!("http://{closed}")).retries(3, Duration::from_millis(1)).build().await.unwrap();
    let started = Instant::now();
    let error = client.sdk().list_tables().send().await.unwrap_err();
    assert!(matches!(error, aws_sdk_dynamodb::error::SdkError::DispatchFailure(_)), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

/// A timeout says which: of the connection, so that nothing was sent, or of the answer.
#[tokio::test]
async fn a_write_without_a_connection_has_changed_nothing() {
    #[derive(Debug, Model)]
    #[model(table = "notes")]
    struct Note {
        #[model(hash_key)]
        pk: String,
    }
    let socket = closed_port();
    let closed = socket.local_addr().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let listens = silent.local_addr().unwrap();
    let soon = Duration::from_millis(50);
    let through = |url: String| local(&url).retries(2, Duration::from_millis(1));
    for (case, builder, kind, is_maybe_written) in [
        ("a closed port", through(format!("http://{closed}")), ErrorKind::Connection, false),
        ("no handshake", through(format!("https://{listens}")).connect_timeout(soon), ErrorKind::Timeout, false),
        ("no answer", through(format!("http://{listens}")).read_timeout(soon), ErrorKind::Timeout, true),
    ] {
        let client = builder.build().await.unwrap();
        let error = Note { pk: "a".into() }.save().client(&client).await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_written()), (kind, is_maybe_written), "{case}: {error:?}");
    }
}
