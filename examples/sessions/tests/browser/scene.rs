//! Starts the application and the browsers that show it.

use std::io::Write as _;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use fantoccini::{Client as Browser, Locator};
use futures_util::FutureExt as _;
use serde_json::{Value, json};
use sessions_app::server;
use sessions_app::session::Session;
use singlet::{Client, ManualClock};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::chromedriver::{Chromedriver, devtools, installed};

/// A desktop's window.
pub(crate) const WIDE: (u32, u32) = (1280, 880);

/// A small telephone's.
pub(crate) const NARROW: (u32, u32) = (360, 740);

/// Seventy years ahead of the browser's clock.
const START: i64 = 4_000_000_000;

pub(crate) struct Scene {
    pub(crate) client: Client,
    clock: ManualClock,
    stop: Mutex<Option<oneshot::Sender<()>>>,
    driver: Chromedriver,
    url: String,
    opened: Mutex<Vec<Browser>>,
}

/// Runs a test with the server's clock standing still, so that each refresh brings the same again.
pub(crate) async fn still(test: impl AsyncFnOnce(&Scene)) {
    let clock = ManualClock::at(START);
    run(Client::embedded_with_clock(clock.clone()), clock, test).await;
}

/// Runs a test in real time.
pub(crate) async fn live(test: impl AsyncFnOnce(&Scene)) {
    // Nobody looks at the other clock.
    run(Client::embedded(), ManualClock::at(0), test).await;
}

async fn run(client: Client, clock: ManualClock, test: impl AsyncFnOnce(&Scene)) {
    let Some(browser) = installed() else {
        // Past the test runner, which would keep it to itself.
        let mut stderr = std::io::stderr().lock();
        writeln!(stderr, "skipped: neither Chromium nor Chrome is installed").unwrap();
        return;
    };
    server::prepare(&client).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(server::serve(listener, client.clone(), async { _ = stopped.await }));
    let driver = Chromedriver::start(browser).await;
    let scene = Scene { client, clock, stop: Mutex::new(Some(stop)), driver, url, opened: Mutex::default() };
    let outcome = AssertUnwindSafe(test(&scene)).catch_unwind().await;
    let opened = std::mem::take(&mut *scene.opened.lock().unwrap());
    for browser in opened {
        browser.close().await.ok();
    }
    scene.driver.stop().await;
    server.abort();
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

impl Scene {
    /// A new session, past the page.
    pub(crate) async fn session(&self, user: &str, fragment: &str, ttl: u64) -> Session {
        let ttl = Some(Duration::from_secs(ttl));
        let open = Session::open(user.to_owned(), fragment.to_owned(), ttl);
        singlet::with_client(self.client.clone(), open).await.unwrap()
    }

    /// Whether the session of this card is stored and live.
    pub(crate) async fn is_live(&self, session: &Session) -> bool {
        singlet::with_client(self.client.clone(), Session::find(session.token)).await.unwrap().is_some()
    }

    /// Sessions of each state, a minute after they were made; the first expires in a second.
    pub(crate) async fn all_states(&self) {
        self.session("Chidi", "A song my grandmother hummed, without its ending.", 61).await;
        self.session("Bohumil", "The exact blue of the door we were told not to open.", 65).await;
        self.session("Ada", "The smell of rain on the platform, the night the last train did not come.", 85).await;
        self.session("Delphine", "Where I put the letter so that I would not lose it.", 300).await;
        self.session("Emre", "The shortcut through the orchard.", 7_200).await;
        self.session("Fumiko", "The second verse. Only ever the second verse.", 150).await;
        self.clock.advance(Duration::from_mins(1));
    }

    /// A browser of its own that shows the page.
    pub(crate) async fn open(&self, window: (u32, u32)) -> Page {
        self.open_as(window, "light").await
    }

    /// A browser of its own that shows nothing yet.
    pub(crate) async fn blank(&self, window: (u32, u32)) -> Page {
        let browser = self.driver.open(window).await;
        self.opened.lock().unwrap().push(browser.clone());
        Page { browser }
    }

    pub(crate) async fn open_as(&self, window: (u32, u32), scheme: &str) -> Page {
        let page = self.blank(window).await;
        page.prefer(&[("prefers-color-scheme", scheme)]).await;
        page.goto(&self.url).await;
        page
    }

    pub(crate) fn stop_server(&self) {
        drop(self.stop.lock().unwrap().take());
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// A browser with the page in it.
pub(crate) struct Page {
    pub(crate) browser: Browser,
}

impl Page {
    pub(crate) async fn goto(&self, url: &str) {
        self.browser.goto(url).await.unwrap();
        self.js("window.refreshes = 0; document.addEventListener('htmx:afterSwap', () => { window.refreshes += 1; });")
            .await;
    }

    /// What the visitor's system is set to.
    pub(crate) async fn prefer(&self, features: &[(&str, &str)]) {
        let features: Vec<_> = features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        devtools(&self.browser, "Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Switches off the scripts of the pages that follow.
    pub(crate) async fn without_scripts(&self) {
        devtools(&self.browser, "Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    }

    /// Runs a script, and gives what it returns.
    pub(crate) async fn js(&self, script: &str) -> Value {
        self.browser.execute(script, vec![]).await.unwrap()
    }

    /// Runs a script for the card of a user, as `card`.
    pub(crate) async fn card(&self, user: &str, script: &str) -> Value {
        let find = "const card = [...document.querySelectorAll('.card')]
            .find((card) => card.querySelector('h3').textContent === arguments[0]);";
        self.browser.execute(&format!("{find} {script}"), vec![json!(user)]).await.unwrap()
    }

    /// The state of a user's card; `None` where there is none.
    pub(crate) async fn state(&self, user: &str) -> Option<String> {
        self.card(user, "return card?.dataset.state").await.as_str().map(str::to_owned)
    }

    pub(crate) async fn cards(&self) -> u64 {
        self.js("return document.querySelectorAll('.card').length").await.as_u64().unwrap()
    }

    /// The number that the page says there are.
    pub(crate) async fn count(&self) -> String {
        self.js("return document.getElementById('live').textContent").await.as_str().unwrap().to_owned()
    }

    pub(crate) async fn notice(&self) -> String {
        self.js("return document.getElementById('notice').textContent").await.as_str().unwrap().to_owned()
    }

    pub(crate) async fn press(&self, keys: &str) {
        self.browser.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    pub(crate) async fn click(&self, css: &str) {
        self.browser.find(Locator::Css(css)).await.unwrap().click().await.unwrap();
    }

    /// The id of the element that has the focus.
    pub(crate) async fn focused(&self) -> String {
        self.js("return document.activeElement.id").await.as_str().unwrap().to_owned()
    }

    /// Stops the page's refreshes, and its time so many milliseconds after the last one.
    pub(crate) async fn freeze(&self, millis: u32) {
        let freeze = "const list = document.getElementById('sessions');
            document.addEventListener('htmx:beforeRequest', (event) => event.preventDefault());
            htmx.trigger(list, 'htmx:abort');
            let now = performance.now();
            performance.now = () => now;
            // The page reckons from here, however long ago the last refresh was.
            list.dispatchEvent(new CustomEvent('htmx:afterSwap', { bubbles: true, detail: { target: list } }));
            now += arguments[0];
            const drawn = arguments[1];
            setTimeout(() => drawn(), 300);";
        self.browser.execute_async(freeze, vec![json!(millis)]).await.unwrap();
    }

    /// Leaves a picture of the window in the target folder.
    pub(crate) async fn picture(&self, name: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sessions");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), self.browser.screenshot().await.unwrap()).unwrap();
    }

    pub(crate) async fn refreshes(&self) -> u64 {
        self.js("return window.refreshes").await.as_u64().unwrap()
    }
}

/// How long after a refresh to stop a page that shows `Scene::all_states`, in milliseconds.
pub(crate) const ALL_STATES: u32 = 1_200;

/// Waits until something is so; fails after `seconds`.
pub(crate) async fn until(what: &str, seconds: u64, mut is_so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < Duration::from_secs(seconds), "after {seconds} s it is not so: {what}");
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}
