//! Headless Chromium through chromedriver's own protocol (WebDriver, plain HTTP on loopback), and the program serving.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// Widths that pages are looked at: a phone, a tablet, a desk.
const WIDTHS: [u32; 3] = [390, 768, 1440];

/// The path of a sample contract.
pub fn sample(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../samples")
        .join(name)
        .canonicalize()
        .expect("a sample")
        .display()
        .to_string()
}

/// What must hold on every page: no complaint, nothing wider than the window, no violation that axe finds.
pub fn hold(browser: &Browser, name: &str) {
    for width in WIDTHS {
        browser.width(width);
        let over = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert!(over.as_i64().unwrap_or(0) <= 1, "{name} at {width}: {over} pixels too wide");
        browser.shoot(&format!("{name}-{width}"));
    }
    // 200 % zoom of a desk's window is a window half as wide.
    browser.width(720);
    let over = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assert!(over.as_i64().unwrap_or(0) <= 1, "{name} at 200 %: {over} pixels too wide");
    browser.width(1440);
    if let Some(script) = axe() {
        // Injected through the protocol: the page's own policy lets no foreign script in.
        browser.chrome("Runtime.evaluate", &json!({ "expression": script }));
        let found = browser.wait_for_script(
            "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations.map(v => \
             v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + (n.any[0] || n.all[0] || n.none[0] || {}).message).join(' | '))))",
        );
        assert_eq!(found, json!([]), "{name}");
    }
    assert_eq!(browser.complaints(), Vec::<String>::new(), "{name}");
}

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
    /// The folder of its register.
    pub data: PathBuf,
}

impl Server {
    /// Starts the program on a free port.
    pub fn start(name: &str) -> Self {
        Self::start_with(name, &[])
    }

    /// The same with further options.
    pub fn start_with(name: &str, options: &[&str]) -> Self {
        let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&data);
        let mut child = Command::new(env!("CARGO_BIN_EXE_clausule"))
            .args(["serve", "--listen", "127.0.0.1:0", "--by", "Camille", "--data"])
            .arg(&data)
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let address = lines.find_map(|line| Some(line.ok()?.split_once("prêt : ")?.1.trim().to_owned()));
        // The program goes on speaking; nobody reading would stop it.
        thread::spawn(move || lines.for_each(drop));
        Self { address: address.expect("an address"), data, _process: Owned(child) }
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
        // A page may be on its way when its address is already there.
        self.until_true(&format!("document.querySelector({})", json!(css)));
        let found = self.ask("POST", "/element", &json!({"using": "css selector", "value": css}));
        let id = found.as_object().and_then(|o| o.values().next()).and_then(Value::as_str);
        id.unwrap_or_else(|| panic!("{css} is not there")).to_owned()
    }

    /// Clicks an element.
    pub fn click(&self, css: &str) {
        self.find(css);
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

    /// Goes on with the tabulator, as somebody without a mouse does, until an element has the focus.
    pub fn reach(&self, css: &str) {
        let there =
            format!("document.activeElement !== document.body && document.activeElement.matches({})", json!(css));
        for _ in 0..250 {
            if self.run(&format!("return {there}")) == json!(true) {
                return;
            }
            self.press("\u{E004}");
        }
        panic!("{}: the tabulator never reaches {css}", self.at());
    }

    /// The same, then a key: Enter for a link or a button, the space bar for a box.
    pub fn reach_and_press(&self, css: &str, key: &str) {
        self.reach(css);
        self.press(key);
    }

    /// Lets downloads go into this folder.
    pub fn downloads_to(&self, folder: &Path) {
        std::fs::create_dir_all(folder).expect("a folder");
        self.chrome("Page.setDownloadBehavior", &json!({"behavior": "allow", "downloadPath": folder}));
    }

    /// Keeps the page as it prints, where CLAUSULE_SHOTS names a folder.
    pub fn print(&self, name: &str) {
        let Some(folder) = shots() else { return };
        let printed =
            self.chrome("Page.printToPDF", &json!({"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": true}));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(format!("{name}.pdf")), decode(printed["data"].as_str().expect("a PDF")))
            .expect("written");
    }

    /// Presses keys where the focus is.
    pub fn press(&self, key: &str) {
        let strokes = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
        self.ask("POST", "/actions", &json!({"actions": [{"type": "key", "id": "keys", "actions": strokes}]}));
    }

    /// Waits until the address holds these words: those that begin with a slash in its path, since the sign-in page names in
    /// its query the page it leads to.
    pub fn until(&self, words: &str) {
        let there = |at: String| match at.split_once('?') {
            Some((path, _)) if words.starts_with('/') => path.contains(words),
            _ => at.contains(words),
        };
        assert!(patient(|| there(self.at())), "never reached {words}, still at {}", self.at());
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

    /// Keeps a picture of the page, as long as it is, where CLAUSULE_SHOTS names a folder.
    pub fn shoot(&self, name: &str) {
        let Some(folder) = shots() else { return };
        let size =
            self.run("const e = document.documentElement; return [e.clientWidth, Math.min(e.scrollHeight, 4000)]");
        let clip = json!({"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1});
        let picture = self.chrome("Page.captureScreenshot", &json!({"captureBeyondViewport": true, "clip": clip}));
        std::fs::create_dir_all(&folder).expect("a folder");
        let bytes = decode(picture["data"].as_str().expect("a picture"));
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

/// Waits for a file to be whole: browsers write under another name first.
pub fn arrives(path: &Path) -> Vec<u8> {
    assert!(patient(|| path.exists()), "{} never comes", path.display());
    std::fs::read(path).expect("readable")
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
