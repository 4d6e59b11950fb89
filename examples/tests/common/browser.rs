//! A real browser. Needs `chromium` and `chromedriver`.

#![allow(dead_code, reason = "every test file uses a part of it")]

use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

/// A browser with a profile of its own. Both programs end with it.
pub(crate) struct Browser {
    pub(crate) client: Client,
    driver: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    pub(crate) async fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("chromedriver")
            .args([format!("--port={port}"), "--log-level=OFF".to_owned()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("this test needs `chromedriver` on the path: install Chromium and its driver");
        let profile = tempfile::tempdir().unwrap();
        let folder = format!("--user-data-dir={}", profile.path().display());
        let mut args =
            vec!["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
        args.extend(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
        args.extend(["--window-size=360,780", folder.as_str()]);
        let wanted = json!({ "browserName": "chrome", "goog:chromeOptions": { "args": args } });
        let wanted = wanted.as_object().unwrap().clone();
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let mut builder = ClientBuilder::new(connector);
        builder.capabilities(wanted);
        let address = format!("http://127.0.0.1:{port}");
        let mut tries = 0;
        let client = loop {
            match builder.connect(&address).await {
                Ok(client) => break client,
                Err(_) if tries < 150 => tries += 1,
                Err(error) => panic!("no browser: is `chromium` installed beside `chromedriver`? {error}"),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        Self { client, driver, _profile: profile }
    }

    pub(crate) async fn end(mut self) {
        self.client.close().await.unwrap();
        self.driver.kill().await.unwrap();
    }

    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// Who looks from now on: chosen by a button, or typed.
    pub(crate) async fn become_engineer(&self, base: &str, user: &str) {
        self.open(&format!("{base}/who")).await;
        self.press(&format!("button[value={user}]")).await;
        self.leaves("/who").await;
    }

    pub(crate) async fn become_somebody(&self, base: &str, name: &str) {
        self.open(&format!("{base}/who")).await;
        self.write("#name", name).await;
        self.press("form.stack button").await;
        self.leaves("/who").await;
    }

    /// Waits until the answer to a form is there: going on before that would take the form back.
    pub(crate) async fn leaves(&self, path: &str) {
        let begun = std::time::Instant::now();
        while self.client.current_url().await.unwrap().path() == path {
            assert!(begun.elapsed() < WAIT, "{path} is never left");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) async fn press(&self, css: &str) {
        let found = self.client.wait().at_most(WAIT).for_element(Locator::Css(css)).await;
        let element = found.unwrap_or_else(|error| panic!("{css} is missing: {error}"));
        element.click().await.unwrap_or_else(|error| panic!("{css} can not be pressed: {error}"));
    }

    pub(crate) async fn write(&self, css: &str, text: &str) {
        let found = self.client.wait().at_most(WAIT).for_element(Locator::Css(css)).await;
        let element = found.unwrap_or_else(|error| panic!("{css} is missing: {error}"));
        element.send_keys(text).await.unwrap();
    }

    pub(crate) async fn value(&self, css: &str) -> String {
        let element = self.client.find(Locator::Css(css)).await.unwrap();
        element.prop("value").await.unwrap().unwrap_or_default()
    }

    /// Waits until the page shows that, without loading it again.
    pub(crate) async fn shows(&self, text: &str) {
        let begun = std::time::Instant::now();
        loop {
            let page = self.text().await;
            if page.contains(text) {
                return;
            }
            assert!(begun.elapsed() < WAIT, "the page never shows {text:?}:\n{page}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub(crate) async fn text(&self) -> String {
        let text = self.client.execute("return document.body ? document.body.innerText : ''", vec![]).await;
        text.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Puts a value into a field that is not typed letter by letter.
    pub(crate) async fn set(&self, css: &str, value: &str) {
        let script = "document.querySelector(arguments[0]).value = arguments[1]";
        self.client.execute(script, vec![json!(css), json!(value)]).await.unwrap();
    }

    pub(crate) async fn yes(&self, script: &str) -> bool {
        self.client.execute(script, vec![]).await.unwrap() == json!(true)
    }

    /// Shows pages that wide and high, in light or dark, from now on.
    pub(crate) async fn looks(&self, (width, height): (u32, u32), scheme: &str) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    async fn devtools(&self, cmd: &'static str, params: Value) {
        self.client.issue_cmd(DevTools { cmd, params }).await.unwrap();
    }
}

/// What WebDriver has no words for, and Chromium's driver passes on.
#[derive(Debug)]
struct DevTools {
    cmd: &'static str,
    params: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (axum::http::Method, Option<String>) {
        let body = json!({ "cmd": self.cmd, "params": self.params });
        (axum::http::Method::POST, Some(body.to_string()))
    }
}

/// Long enough for a cold browser, and shorter than the desk's longest sleep: a wake-up that is missed shows.
pub(crate) const WAIT: Duration = Duration::from_secs(25);
