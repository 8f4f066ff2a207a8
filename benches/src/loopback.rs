//! A server on the loopback interface, over HTTP or TLS.
//!
//! It has threads of its own, which do not count in the CPU time of the thread that measures.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use aws_sdk_dynamodb::Client;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
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

/// Gives each request, with its head, a whole response.
pub(crate) type Answer = Arc<dyn Fn(&[u8]) -> Arc<[u8]> + Send + Sync>;

/// A server that gives every request the same answer, and the SDK's HTTP client for it.
pub(crate) struct Service {
    endpoint: String,
    /// What the client must trust.
    context: Option<TlsContext>,
}

const PROVIDER: Provider = Provider::Rustls(CryptoMode::AwsLc);

impl Service {
    pub(crate) fn start(protocol: Protocol, answer: &str) -> Self {
        let answer = response(answer);
        let answer: Answer = Arc::new(move |_| Arc::clone(&answer));
        match protocol {
            Protocol::Http => Service { endpoint: format!("http://localhost:{}", serve(None, answer)), context: None },
            Protocol::Tls => {
                let (context, server) = tls();
                let endpoint = format!("https://localhost:{}", serve(Some(server), answer));
                Service { endpoint, context: Some(context) }
            }
        }
    }

    pub(crate) fn sdk(self) -> Client {
        let http = aws_smithy_http_client::Builder::new();
        let http = match self.context {
            None => http.build_http(),
            Some(context) => http.tls_provider(PROVIDER).tls_context(context).build_https(),
        };
        Client::from_conf(config().endpoint_url(self.endpoint).http_client(http).build())
    }

    /// The SDK's HTTP client alone, and the request with the server's address.
    pub(crate) fn connector(self, mut request: HttpRequest) -> (Connector, HttpRequest) {
        request.set_uri(format!("{}/", self.endpoint)).expect("a URL");
        let connector = Connector::builder();
        let connector = match self.context {
            None => connector.build_http(),
            Some(context) => connector.tls_provider(PROVIDER).tls_context(context).build(),
        };
        (connector, request)
    }
}

/// Starts a server and returns its port.
pub(crate) fn serve(tls: Option<Arc<ServerConfig>>, answer: Answer) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect(LISTENS);
    let port = listener.local_addr().expect(LISTENS).port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (tls, answer) = (tls.clone(), Arc::clone(&answer));
            // A connection ends with an error when its client is dropped.
            thread::spawn(move || drop(serve_connection(stream, tls, &answer)));
        }
    });
    port
}

/// Builds a successful response of the service.
pub(crate) fn response(body: &str) -> Arc<[u8]> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\n\
                x-amzn-requestid: ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJKLMNOP\r\ncontent-length:";
    format!("{head} {}\r\n\r\n{body}", body.len()).into_bytes().into()
}

/// The trust in nothing but a new certificate, and the settings of the server that has it.
fn tls() -> (TlsContext, Arc<ServerConfig>) {
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(issued.signing_key.serialize_der()).expect("its key");
    let server = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![issued.cert.der().clone()], key)
        .expect("the certificate and its key");
    let trust = TrustStore::empty().with_pem_certificate(issued.cert.pem());
    let context = TlsContext::builder().with_trust_store(trust).build().expect("a trust store");
    (context, Arc::new(server))
}

fn serve_connection(stream: TcpStream, tls: Option<Arc<ServerConfig>>, answer: &Answer) -> io::Result<()> {
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
fn answer_all(mut stream: impl Read + Write, answer: &Answer) -> io::Result<()> {
    let mut received = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        received.extend_from_slice(&buffer[..read]);
        while let Some(length) = first_request(&received) {
            let response = answer(&received[..length]);
            received.drain(..length);
            stream.write_all(&response)?;
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
