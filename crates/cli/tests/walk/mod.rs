//! What the people's paths share: files to drop, forms sent as the page would, a night's backup by mail.

use crate::browser::Browser;
use serde_json::json;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A scratch folder.
pub fn folder(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a scratch folder");
    dir
}

pub fn archive(path: &Path, files: &[(String, String)]) -> String {
    let mut zip = ZipWriter::new(File::create(path).expect("a file"));
    for (name, text) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).expect("begun");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("whole");
    path.display().to_string()
}

/// How many bytes an address of ours gives, and how they begin.
pub fn fetched(browser: &Browser, address: &str) -> (u64, String) {
    let script = format!(
        "const done = arguments[0]; fetch({}).then(r => r.arrayBuffer()).then(b => done([b.byteLength, \
         String.fromCharCode(...new Uint8Array(b).slice(0, 4))]))",
        json!(address)
    );
    let found = browser.wait_for_script(&script);
    (found[0].as_u64().unwrap_or(0), found[1].as_str().unwrap_or_default().to_owned())
}

/// Posts forms of ours one after the other, as the pages do, and gives where each led.
pub fn posted(browser: &Browser, forms: &[(String, String)]) -> Vec<String> {
    let script = format!(
        "const done = arguments[0]; (async () => {{ const out = []; for (const [path, body] of {}) {{ const answer = await \
         fetch(path, {{ method: 'POST', headers: {{ 'Content-Type': 'application/x-www-form-urlencoded' }}, body }}); \
         out.push(answer.ok ? answer.url : 'refused ' + answer.status); }} done(out); }})()",
        json!(forms)
    );
    let found = browser.wait_for_script(&script);
    found.as_array().expect("answers").iter().map(|a| a.as_str().unwrap_or_default().to_owned()).collect()
}

/// What a nightly restic run says, by mail of cron.
pub fn nightly(day: &str, weekday: &str, id: u32) -> String {
    format!(
        "From: root@srv-cabinet\r\nTo: preuves@cabinet.example\r\nSubject: Cron <root@srv-cabinet> restic backup --json\r\n\
         Date: {weekday}, {day} 02:10:00 +0100\r\nMessage-ID: <{id}@srv-cabinet>\r\n\r\n\
         {{\"message_type\":\"summary\",\"files_new\":3,\"total_files_processed\":1800,\"total_bytes_processed\":1800000,\
         \"data_added\":10,\"total_duration\":61.5,\"snapshot_id\":\"{id:08x}aaaaaaaa\"}}\r\nrc=0\r\n"
    )
}

/// Yesterday in France: as mails write it, and its weekday.
pub fn yesterday() -> (jiff::civil::Date, String, String) {
    let paris = jiff::tz::TimeZone::get("Europe/Paris").expect("a zone");
    let day = jiff::Timestamp::now().to_zoned(paris).date().yesterday().expect("a day");
    (day, day.strftime("%d %b %Y").to_string(), day.strftime("%a").to_string())
}

/// Base64 without any library: a test's own.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for part in bytes.chunks(3) {
        let three = [part[0], *part.get(1).unwrap_or(&0), *part.get(2).unwrap_or(&0)];
        let all = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for at in 0..4 {
            let letter = LETTERS[(all >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= part.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

/// Delivers a mail as a mail server does, over LMTP.
pub fn deliver(port: u16, to: &str, mail: &str) {
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("the way in listens");
    let mut reader = BufReader::new(stream.try_clone().expect("one more"));
    let mut writer = stream;
    let mut expect = |code: &str| loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("an answer");
        assert!(line.starts_with(code), "{line}");
        if line.as_bytes().get(3) != Some(&b'-') {
            return;
        }
    };
    expect("220");
    for (line, code) in [
        ("LHLO relais.exemple.fr".to_owned(), "250"),
        ("MAIL FROM:<root@srv-cabinet>".to_owned(), "250"),
        (format!("RCPT TO:<{to}>"), "250"),
        ("DATA".to_owned(), "354"),
        (format!("{mail}."), "250"),
        ("QUIT".to_owned(), "221"),
    ] {
        write!(writer, "{line}\r\n").expect("sent");
        expect(code);
    }
}
