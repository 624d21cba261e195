//! Headless Chromium through chromedriver's own protocol (WebDriver, plain HTTP on loopback), and the program serving.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// A process that ends with its owner.
struct Owned(Child);

impl Drop for Owned {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program, serving from a folder of its own.
pub struct Server {
    _process: Owned,
    /// Its address, with a slash at the end.
    pub address: String,
}

impl Server {
    /// Starts the program on a free port.
    pub fn start(name: &str) -> Self {
        let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&data);
        let mut child = Command::new(env!("CARGO_BIN_EXE_clausule"))
            .args(["serve", "--listen", "127.0.0.1:0", "--by", "Camille", "--data"])
            .arg(&data)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let address = lines.find_map(|line| Some(line.ok()?.split_once("prêt : ")?.1.trim().to_owned()));
        // The program goes on speaking; nobody reading would stop it.
        thread::spawn(move || lines.for_each(drop));
        Self { address: address.expect("an address"), _process: Owned(child) }
    }
}

/// A browser window.
pub struct Browser {
    _driver: Owned,
    port: u16,
    session: String,
}

impl Browser {
    /// Opens a window; `None`, said aloud, where Chromium or its driver is not installed.
    pub fn open() -> Option<Self> {
        let started = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let Ok(mut child) = started else {
            eprintln!("SKIPPED: no chromedriver here (apt-get install chromium chromium-driver)");
            return None;
        };
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let port = lines.find_map(|line| {
            let line = line.ok()?;
            line.rsplit("on port ").next().filter(|_| line.contains("successfully"))?.trim_end_matches('.').parse().ok()
        });
        // The driver goes on writing; nobody reading would stop it.
        thread::spawn(move || lines.for_each(drop));
        let mut browser = Self { _driver: Owned(child), port: port.expect("a port"), session: String::new() };
        let options = json!({"args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=fr", "--accept-lang=fr", "--force-color-profile=srgb",
            "--hide-scrollbars",
        ]});
        let wanted = json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}});
        let session = browser.call("POST", "/session", &wanted);
        browser.session = format!("/session/{}", session["sessionId"].as_str().expect("a session"));
        Some(browser)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the driver listens");
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("a limit");
        let body = if method == "GET" { String::new() } else { body.to_string() };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).expect("sent");
        let mut reader = BufReader::new(stream);
        let (mut line, mut length) = (String::new(), 0);
        loop {
            line.clear();
            reader.read_line(&mut line).expect("a header");
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).expect("the answer");
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        let value = answer["value"].clone();
        assert!(value.get("error").is_none(), "{method} {path}: {value}");
        value
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        self.call(method, &format!("{}{path}", self.session), body)
    }

    /// Goes to an address.
    pub fn go(&self, url: &str) {
        self.ask("POST", "/url", &json!({ "url": url }));
    }

    /// Where it is.
    pub fn at(&self) -> String {
        self.ask("GET", "/url", &Value::Null).as_str().expect("an address").to_owned()
    }

    /// Runs script in the page.
    pub fn run(&self, script: &str) -> Value {
        self.ask("POST", "/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Runs script that calls its last argument when it is done.
    pub fn wait_for_script(&self, script: &str) -> Value {
        self.ask("POST", "/timeouts", &json!({"script": 60_000}));
        self.ask("POST", "/execute/async", &json!({"script": script, "args": []}))
    }

    fn find(&self, css: &str) -> String {
        let found = self.ask("POST", "/element", &json!({"using": "css selector", "value": css}));
        let id = found.as_object().and_then(|o| o.values().next()).and_then(Value::as_str);
        id.unwrap_or_else(|| panic!("{css} is not there")).to_owned()
    }

    /// Clicks an element.
    pub fn click(&self, css: &str) {
        // The driver scrolls no further than the window's edge, where a bar that stays on top may cover the element.
        self.run(&format!("document.querySelector({}).scrollIntoView({{block: 'center'}})", json!(css)));
        let id = self.find(css);
        self.ask("POST", &format!("/element/{id}/click"), &json!({}));
    }

    /// Types into an element; a path into a file input.
    pub fn enter(&self, css: &str, text: &str) {
        let id = self.find(css);
        self.ask("POST", &format!("/element/{id}/value"), &json!({ "text": text }));
    }

    /// Presses keys where the focus is.
    pub fn press(&self, key: &str) {
        let strokes = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
        self.ask("POST", "/actions", &json!({"actions": [{"type": "key", "id": "keys", "actions": strokes}]}));
    }

    /// Waits until the address holds these words.
    pub fn until(&self, words: &str) {
        assert!(patient(|| self.at().contains(words)), "never reached {words}, still at {}", self.at());
    }

    /// Waits until the page says these words: a page may be on its way when its address is already there.
    pub fn says(&self, words: &str) {
        assert!(patient(|| self.text().contains(words)), "{} never says {words:?}, but: {}", self.at(), self.text());
    }

    /// Waits until something holds in the page.
    pub fn until_true(&self, expression: &str) {
        let holds = || self.run(&format!("return Boolean({expression})")) == json!(true);
        assert!(patient(holds), "{} never fulfils {expression}", self.at());
    }

    /// What the page says.
    pub fn text(&self) -> String {
        self.run("return document.body ? document.body.innerText : ''").as_str().unwrap_or_default().to_owned()
    }

    /// Sets the window's width, high enough for the top of a page.
    pub fn width(&self, width: u32) {
        self.ask("POST", "/goog/cdp/execute", &json!({"cmd": "Emulation.setDeviceMetricsOverride",
            "params": {"width": width, "height": if width < 500 { 844 } else { 900 }, "deviceScaleFactor": 1, "mobile": width < 500}}));
    }

    /// Runs a command of Chromium's own protocol.
    pub fn chrome(&self, command: &str, parameters: &Value) -> Value {
        self.ask("POST", "/goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// What the console said: errors of script, refused requests.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.ask("POST", "/se/log", &json!({"type": "browser"}));
        let lines = log.as_array().map(Vec::as_slice).unwrap_or_default().iter();
        lines.filter(|l| l["level"] == "SEVERE").map(|l| l["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Keeps a picture of what is shown, where CLAUSULE_SHOTS names a folder.
    pub fn shoot(&self, name: &str) {
        let Some(folder) = shots() else { return };
        let picture = self.ask("GET", "/screenshot", &Value::Null);
        std::fs::create_dir_all(&folder).expect("a folder");
        let bytes = decode(picture.as_str().expect("a picture"));
        std::fs::write(folder.join(format!("{name}.png")), bytes).expect("written");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() && !thread::panicking() {
            self.call("DELETE", &self.session, &json!({}));
        }
    }
}

/// Where pictures go, where somebody wants them.
#[expect(clippy::disallowed_methods, reason = "a test may be asked for pictures")]
fn shots() -> Option<PathBuf> {
    std::env::var("CLAUSULE_SHOTS").ok().map(PathBuf::from)
}

/// axe-core's script, where `cargo xtask browser` fetched it.
#[expect(clippy::disallowed_methods, reason = "the checker is no part of the repository")]
pub fn axe() -> Option<String> {
    let path = std::env::var("CLAUSULE_AXE").ok()?;
    Some(std::fs::read_to_string(Path::new(&path)).expect("the checker's script"))
}

/// Asks again for a minute and a half: a busy machine is slow, and nothing here tests how fast it is.
fn patient(holds: impl Fn() -> bool) -> bool {
    (0..900).any(|_| {
        let held = holds();
        if !held {
            thread::sleep(Duration::from_millis(100));
        }
        held
    })
}

/// Base64, for pictures.
fn decode(text: &str) -> Vec<u8> {
    let value = |b: u8| match b {
        b'A'..=b'Z' => b - b'A',
        b'a'..=b'z' => b - b'a' + 26,
        b'0'..=b'9' => b - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let (mut out, mut bits, mut held) = (Vec::with_capacity(text.len() / 4 * 3), 0, 0_u32);
    for b in text.bytes().filter(|b| *b != b'=' && !b.is_ascii_whitespace()) {
        held = held << 6 | u32::from(value(b));
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
        }
    }
    out
}
