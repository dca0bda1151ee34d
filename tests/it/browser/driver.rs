//! Headless Chromium through chromedriver, by the few commands of WebDriver
//! (<https://www.w3.org/TR/webdriver2/>) that these tests need.
//!
//! By hand, because the client crates give the tests other features of
//! shared crates than the program has: everything heavy would compile twice.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::left_out;

/// The key under which WebDriver gives an element's identifier.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser of its own, with nothing remembered.
pub struct Browser {
    session: String,
    driver: Driver,
    _profile: TempDir,
}

/// A running chromedriver, stopped when it is dropped.
struct Driver {
    process: Child,
    address: String,
}

/// An element of the page.
pub struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ends the browser, which the driver alone would leave behind.
        let address = format!("{}/session/{}", self.driver.address, self.session);
        let _ = ureq::delete(address).call();
    }
}

impl Element<'_> {
    pub fn click(&self) {
        self.command("click", &json!({}));
    }

    pub fn text(&self) -> String {
        let text = self.browser.get(&format!("element/{}/text", self.id));
        text.as_str().unwrap().to_owned()
    }

    pub fn prop(&self, name: &str) -> Option<String> {
        let value = self
            .browser
            .get(&format!("element/{}/property/{name}", self.id));
        value.as_str().map(str::to_owned)
    }

    fn command(&self, name: &str, body: &Value) {
        let path = format!("element/{}/{name}", self.id);
        self.browser.post(&path, body).unwrap();
    }
}

impl Browser {
    /// Nothing, with a word about it, where no browser is installed; under CI
    /// that is a failure.
    pub fn open() -> Option<Self> {
        let Some(driver) = Driver::start() else {
            left_out("no `chromedriver`; install Chromium and its driver");
            return None;
        };
        let profile = TempDir::new().unwrap();
        let body = json!({ "capabilities": { "alwaysMatch": capabilities(&profile) } });
        let reply = post(&format!("{}/session", driver.address), &body).unwrap();
        let session = reply["sessionId"].as_str().unwrap().to_owned();
        Some(Self {
            session,
            driver,
            _profile: profile,
        })
    }

    pub fn goto(&self, address: &str) {
        self.post("url", &json!({ "url": address })).unwrap();
    }

    /// Where the browser is.
    pub fn address(&self) -> String {
        let address = self.run("return location.href");
        address.as_str().unwrap().to_owned()
    }

    pub fn wait_for(&self, selector: &str, time: Duration) -> Element<'_> {
        let started = Instant::now();
        loop {
            if let Ok(element) = self.element(selector) {
                return element;
            }
            if started.elapsed() > time {
                panic!(
                    "no `{selector}`\n{}\n{:?}",
                    self.text("body"),
                    self.complaints()
                );
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn wait_for_address(&self, address: &str, time: Duration) {
        let wanted = json!(address);
        self.wait_until(&format!("return location.href === {wanted}"), time);
    }

    /// Waits until the script returns something true.
    pub fn wait_until(&self, script: &str, time: Duration) {
        let started = Instant::now();
        loop {
            // A page that is being left cannot be asked.
            if self.execute(script).is_ok_and(|value| value == json!(true)) {
                return;
            }
            if started.elapsed() > time {
                panic!("never true: {script}\n{}", self.text("body"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn run(&self, script: &str) -> Value {
        self.execute(script).unwrap()
    }

    pub fn click(&self, selector: &str) {
        let visible = format!("{selector}:not([hidden])");
        self.wait_for(&visible, Duration::from_secs(20)).click();
    }

    pub fn keys(&self, selector: &str, keys: &str) {
        self.element(selector)
            .unwrap()
            .command("value", &json!({ "text": keys }));
    }

    pub fn text(&self, selector: &str) -> String {
        self.element(selector).unwrap().text()
    }

    pub fn find_all(&self, selector: &str) -> usize {
        let query = json!({ "using": "css selector", "value": selector });
        self.post("elements", &query)
            .unwrap()
            .as_array()
            .unwrap()
            .len()
    }

    /// Fails when a script broke, a file was missing or the content security
    /// policy was violated.
    pub fn has_no_complaints(&self) {
        let complaints = self.complaints();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }

    /// What stands in the browser's console since it was last read.
    fn complaints(&self) -> Vec<String> {
        let log = self.post("se/log", &json!({ "type": "browser" })).unwrap();
        log.as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["message"].to_string())
            .collect()
    }

    fn element(&self, selector: &str) -> Result<Element<'_>, String> {
        let query = json!({ "using": "css selector", "value": selector });
        let found = self.post("element", &query)?;
        let id = found[ELEMENT].as_str().ok_or("no element")?.to_owned();
        Ok(Element { browser: self, id })
    }

    fn execute(&self, script: &str) -> Result<Value, String> {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    fn get(&self, path: &str) -> Value {
        let address = format!("{}/session/{}/{path}", self.driver.address, self.session);
        value(ureq::get(address).call().unwrap()).unwrap()
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        post(
            &format!("{}/session/{}/{path}", self.driver.address, self.session),
            body,
        )
    }
}

fn post(address: &str, body: &Value) -> Result<Value, String> {
    let request = ureq::post(address)
        .config()
        .http_status_as_error(false)
        .build();
    value(
        request
            .send(body.to_string())
            .map_err(|error| error.to_string())?,
    )
}

/// The value of a reply, or what went wrong.
fn value(reply: ureq::http::Response<ureq::Body>) -> Result<Value, String> {
    let status = reply.status();
    let text = reply
        .into_body()
        .read_to_string()
        .map_err(|error| error.to_string())?;
    let reply: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if status.is_success() {
        Ok(reply["value"].clone())
    } else {
        Err(reply["value"].to_string())
    }
}

fn capabilities(profile: &TempDir) -> Value {
    json!({
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": { "args": [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-dev-shm-usage",
            "--disable-sync",
            "--no-first-run",
            "--window-size=1280,900",
            format!("--user-data-dir={}", profile.path().display()),
        ] },
    })
}

impl Driver {
    fn start() -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let process = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let driver = Self {
            process,
            address: format!("http://127.0.0.1:{port}"),
        };
        let status = format!("{}/status", driver.address);
        for _ in 0..200 {
            if ureq::get(&status).call().is_ok() {
                return Some(driver);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("chromedriver does not answer");
    }
}
