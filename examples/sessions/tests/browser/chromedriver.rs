//! Gives each test its own chromedriver and browsers.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// Names a browser may have.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Nothing but the page: no first steps, no updates, no other networking.
const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// The number of times that chromedriver is started if its port is in use.
const STARTS: usize = 20;

/// What chromedriver prints before it ends because its port is in use. With port 0, it binds one that is free on
/// `::1`, and then the same port on `127.0.0.1`, which another program may already use.
const PORT_IN_USE: &str = "port not available";

/// The browser that is installed.
pub(crate) fn installed() -> Option<PathBuf> {
    BROWSERS.iter().find_map(|name| in_path(name))
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Chromium's sandbox does not start for root, as which containers often run.
#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

pub(crate) struct Chromedriver {
    process: Child,
    url: String,
    browser: PathBuf,
    profiles: TempDir,
}

impl Chromedriver {
    pub(crate) async fn start(browser: PathBuf) -> Self {
        let program = in_path("chromedriver").expect("there is a browser: install its chromedriver too");
        let mut output = String::new();
        for _ in 0..STARTS {
            output.clear();
            if let Some((process, url)) = listening(&program, &mut output).await {
                return Chromedriver { process, url, browser, profiles: TempDir::new().unwrap() };
            }
            if !output.contains(PORT_IN_USE) {
                break;
            }
        }
        panic!("chromedriver does not start: {output}");
    }

    /// Opens a browser with a window of this size, and nothing in its profile.
    pub(crate) async fn open(&self, (width, height): (u32, u32)) -> Client {
        let profile = TempDir::new_in(&self.profiles).unwrap().keep();
        let mut arguments: Vec<String> = ARGUMENTS.map(str::to_owned).to_vec();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        arguments.push("--window-size=1280,900".to_owned());
        if is_root() {
            arguments.push("--no-sandbox".to_owned());
        }
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".to_owned(), json!({ "binary": self.browser, "args": arguments }));
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(&self.url).await.unwrap();
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        devtools(&client, "Emulation.setDeviceMetricsOverride", metrics).await;
        client
    }

    pub(crate) async fn stop(mut self) {
        self.process.kill().await.unwrap();
    }
}

/// Starts chromedriver, and returns its process and URL; `None` if it ends before it listens. Appends its output until then to
/// `output`.
async fn listening(program: &Path, output: &mut String) -> Option<(Child, String)> {
    let mut command = Command::new(program);
    command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut process = command.spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some(port) = line.strip_prefix("ChromeDriver was started successfully on port ") {
            let url = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
            // It must not stop at a pipe that nobody reads.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some((process, url));
        }
        output.push_str(&line);
        output.push('\n');
    }
    None
}

/// Sends a command of Chrome's own protocol, for what the standard one has no word.
pub(crate) async fn devtools(client: &Client, command: &'static str, parameters: Value) -> Value {
    client.issue_cmd(Devtools { command, parameters }).await.unwrap()
}

#[derive(Debug)]
struct Devtools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (http::Method::POST, Some(body.to_string()))
    }
}
