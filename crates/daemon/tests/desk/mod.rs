//! A register with one contract and its nightly backup, and a web server of a few lines.

use contract::Debtor;
use follow::{Cadence, Promise};
use jiff::Zoned;
use jiff::civil::{Date, date};
use ledger::Digest;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use store::{Contract, Incoming, Place, Standing, Store};

/// A scratch folder of this test's own.
pub fn scratch(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a folder");
    dir
}

/// Eight in the morning in France.
pub fn morning(day: Date) -> Zoned {
    day.at(8, 0, 0, 0).in_tz("Europe/Paris").expect("a time")
}

pub fn open(dir: &std::path::Path) -> Store {
    let now = morning(date(2026, 3, 1)).timestamp();
    Store::open(&Place::folder(dir), "cabinet", &|| [9; 32], now).expect("the register opens")
}

/// A contract from 1 March with a daily backup under follow-up.
pub fn register(dir: &std::path::Path) -> Store {
    let mut store = open(dir);
    let now = morning(date(2026, 3, 1)).timestamp();
    let contract = Contract {
        id: String::new(),
        provider: "Médorane".to_owned(),
        file: "contrat.pdf".to_owned(),
        sha256: Digest::of(b""),
        signed: date(2026, 3, 1),
        term: None,
        clauses: Vec::new(),
        region: follow::Region::Metropole,
        zone: "Europe/Paris".to_owned(),
        service: follow::ServiceHours::default(),
    };
    let id = store.add_contract(contract, b"le contrat", "Dr Martin", now).expect("filed");
    let daily = Promise {
        id: format!("{id}/SAU-01"),
        point: Some("SAU-01".to_owned()),
        title: "Sauvegardes quotidiennes".to_owned(),
        debtor: Debtor::Provider,
        article: "Article 6 – Sauvegardes".to_owned(),
        page: 4,
        quote: "Le Prestataire sauvegarde chaque jour.".to_owned(),
        figures: Vec::new(),
        proved_by: vec!["backup".to_owned()],
        machines: Vec::new(),
        cadence: Cadence::Days(1),
        grace: None,
        yardstick: None,
        reference: String::new(),
        from: date(2026, 3, 1),
        until: None,
        waivers: Vec::new(),
        exclusions: Vec::new(),
        penalty: None,
    };
    store.add_promises(&id, vec![daily], Standing::Confirmed, "Dr Martin", now).expect("entered");
    store
}

/// Files what restic says of the night before `day`.
pub fn night(store: &mut Store, day: Date, good: bool) {
    let bytes = if good {
        format!(
            "{{\"message_type\":\"summary\",\"files_new\":1,\"total_files_processed\":1800,\
             \"total_bytes_processed\":1800000,\"data_added\":10,\"total_duration\":1.5,\
             \"backup_start\":\"{day}T01:00:00Z\",\"backup_end\":\"{day}T01:05:00Z\",\"snapshot_id\":\"{}\"}}\n",
            Digest::of(day.to_string().as_bytes())
        )
    } else {
        format!("Fatal: unable to open repository: connection refused\n{day}T01:00:00Z restic backup\n")
    };
    let incoming = Incoming {
        name: "restic.json",
        bytes: bytes.as_bytes(),
        via: "file",
        source: Some("restic backup"),
        exit_code: Some(i32::from(!good)),
        ..Incoming::default()
    };
    let received = morning(day);
    store.file(&incoming, &received, received.timestamp()).expect("filed");
}

/// A request as the server got it.
pub struct Request {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|h| h.0 == name).map_or("", |h| h.1.as_str())
    }
}

/// A web server that answers each request by `answer` (status, body) and hands requests out.
pub fn server(answer: impl Fn(usize, &Request) -> (u16, Vec<u8>) + Send + 'static) -> (String, Receiver<Request>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (send, requests) = channel();
    std::thread::spawn(move || {
        for (nth, stream) in listener.incoming().flatten().enumerate() {
            let mut reader = BufReader::new(stream);
            let mut headers = Vec::new();
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|n| n > 2) {
                if let Some((name, value)) = line.trim_end().split_once(": ") {
                    headers.push((name.to_lowercase(), value.to_owned()));
                }
                line.clear();
            }
            let length = headers.iter().find(|h| h.0 == "content-length").and_then(|h| h.1.parse().ok()).unwrap_or(0);
            let mut body = vec![0; length];
            let _ = reader.read_exact(&mut body);
            let request = Request { headers, body };
            let (status, bytes) = answer(nth, &request);
            // Handed out first: whoever has the answer finds the request.
            let _ = send.send(request);
            let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", bytes.len());
            let _ = reader.into_inner().write_all(&[head.as_bytes(), &bytes].concat());
        }
    });
    (url, requests)
}
