//! The server as a whole: shutdown, and responses when DynamoDB does not respond.

use std::time::Duration;

use reqwest::StatusCode;
use sessions_app::{seed, server};
use singlet::{Client, ManualClock};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;

use crate::stand;

#[tokio::test]
async fn what_was_asked_for_before_the_end_is_answered() {
    let client = Client::embedded();
    server::prepare(&client).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(server::serve(listener, client, async { _ = stopped.await }));

    let mut connection = TcpStream::connect(address).await.unwrap();
    let form = "user_name=a&memory_fragment=b";
    let head = format!(
        "POST /sessions HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         expect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        form.len()
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    // The handler waits for the body.
    let mut line = [0; 25];
    connection.read_exact(&mut line).await.unwrap();
    assert_eq!(&line, b"HTTP/1.1 100 Continue\r\n\r\n");
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(5), async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("nobody else is let in");
    assert!(!server.is_finished());
    connection.write_all(form.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_embedded_dynamodb_is_swept_now_and_then() {
    let clock = ManualClock::at(stand::START);
    let client = Client::embedded_with_clock(clock.clone());
    server::prepare(&client).await.unwrap();
    let sweep = tokio::spawn(server::sweep(client.clone(), Duration::from_millis(1)));
    seed::write(&client, 3, |n| if n == 0 { 300 } else { 30 }).await.unwrap();
    let stored = async || client.sdk().scan().table_name("ephemera").send().await.unwrap().count();
    assert_eq!(stored().await, 3);
    clock.advance(Duration::from_secs(31));
    tokio::time::timeout(Duration::from_secs(10), async { while stored().await != 1 {} })
        .await
        .expect("what has expired is deleted, and nothing else");
    sweep.abort();
}

#[tokio::test]
async fn a_dynamodb_that_cannot_be_reached_is_no_secret_told() {
    // A socket that does not listen reserves its port, and connections to it are refused.
    let closed = TcpSocket::new_v4().unwrap();
    closed.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let endpoint = format!("http://{}", closed.local_addr().unwrap());
    let client = stand::on_server(&endpoint, "none", ManualClock::at(0)).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(server::serve(listener, client, std::future::pending()));
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let (status, body) = stand::json(http.get(format!("{url}/sessions"))).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(body, serde_json::json!({ "error": "DynamoDB is not responding; try again later" }));
    assert_eq!(stand::json(http.get(format!("{url}/health"))).await.0, StatusCode::SERVICE_UNAVAILABLE);
    server.abort();
}

/// The server on an embedded DynamoDB.
async fn serving() -> std::net::SocketAddr {
    let client = Client::embedded();
    server::prepare(&client).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(server::serve(listener, client, std::future::pending()));
    address
}

#[tokio::test]
async fn a_connection_that_sends_no_complete_headers_is_closed() {
    let address = serving().await;
    for sent in ["", "GET / HTTP/1.1\r\nhost: x\r\n"] {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(sent.as_bytes()).await.unwrap();
        // Lets the server read what was sent before the time passes.
        tokio::time::sleep(Duration::from_millis(50)).await;
        tokio::time::pause();
        let mut answer = Vec::new();
        let closed = tokio::time::timeout(Duration::from_mins(1), connection.read_to_end(&mut answer)).await;
        tokio::time::resume();
        assert!(closed.is_ok(), "the connection is still open");
        assert!(!answer.starts_with(b"HTTP/1.1 2"));
    }
}

#[tokio::test]
async fn connections_are_bounded_and_further_ones_wait_for_room() {
    let address = serving().await;
    let mut idle = Vec::new();
    for _ in 0..server::MAX_CONNECTIONS {
        idle.push(TcpStream::connect(address).await.unwrap());
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut late = TcpStream::connect(address).await.unwrap();
    late.write_all(format!("GET /health HTTP/1.1\r\nhost: {address}\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = [0; 15];
    let unanswered = tokio::time::timeout(Duration::from_millis(300), late.read_exact(&mut answer)).await;
    assert!(unanswered.is_err(), "there is no room");
    idle.pop();
    tokio::time::timeout(Duration::from_secs(5), late.read_exact(&mut answer)).await.expect("there is room").unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
}
