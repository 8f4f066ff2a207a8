//! A server on the loopback interface, in threads of its own, that gives every request the same answer: over HTTP or TLS.
//!
//! Its threads do not count in the CPU time of the thread that measures.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use aws_sdk_dynamodb::Client;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::canned::config;

/// How requests reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http,
    Tls,
}

const HEAD_END: &[u8] = b"\r\n\r\n";
const LISTENS: &str = "a port of the loopback interface";

/// Starts a server and returns a client of it, with the SDK's HTTP client.
pub(crate) fn client(protocol: Protocol, answer: &str) -> Client {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect(LISTENS);
    let port = listener.local_addr().expect(LISTENS).port();
    let http = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\n\
         x-amzn-requestid: ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJKLMNOP\r\ncontent-length: {}\r\n\r\n{answer}",
        answer.len()
    );
    let (endpoint, client, tls) = match protocol {
        Protocol::Http => {
            (format!("http://localhost:{port}"), aws_smithy_http_client::Builder::new().build_http(), None)
        }
        Protocol::Tls => {
            let (client, server) = tls();
            (format!("https://localhost:{port}"), client, Some(server))
        }
    };
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (tls, http) = (tls.clone(), http.clone());
            // A connection ends with an error when its client is dropped.
            thread::spawn(move || drop(serve(stream, tls, http.as_bytes())));
        }
    });
    Client::from_conf(config().endpoint_url(endpoint).http_client(client).build())
}

/// A client that trusts only a new certificate, and the settings of the server that has it.
fn tls() -> (SharedHttpClient, Arc<ServerConfig>) {
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(issued.signing_key.serialize_der()).expect("its key");
    let server = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![issued.cert.der().clone()], key)
        .expect("the certificate and its key");
    let trust = TrustStore::empty().with_pem_certificate(issued.cert.pem());
    let context = TlsContext::builder().with_trust_store(trust).build().expect("a trust store");
    let client = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(context)
        .build_https();
    (client, Arc::new(server))
}

fn serve(stream: TcpStream, tls: Option<Arc<ServerConfig>>, answer: &[u8]) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match tls {
        None => answer_all(stream, answer),
        Some(config) => {
            let connection = ServerConnection::new(config).map_err(io::Error::other)?;
            answer_all(StreamOwned::new(connection, stream), answer)
        }
    }
}

/// Answers the requests of a connection until it ends.
fn answer_all(mut stream: impl Read + Write, answer: &[u8]) -> io::Result<()> {
    let mut received = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        received.extend_from_slice(&buffer[..read]);
        while let Some(length) = first_request(&received) {
            received.drain(..length);
            stream.write_all(answer)?;
            stream.flush()?;
        }
    }
}

/// Returns the length of the first request, if all of it is there.
fn first_request(received: &[u8]) -> Option<usize> {
    let head = received.windows(HEAD_END.len()).position(|window| window == HEAD_END)?;
    let lines = std::str::from_utf8(&received[..head]).ok()?.lines();
    let mut headers = lines.filter_map(|line| line.split_once(':'));
    let (_, length) = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    let end = head + HEAD_END.len() + length.trim().parse::<usize>().ok()?;
    (received.len() >= end).then_some(end)
}
