//! What strangers try: paths and headers that mean something else, uploads beyond every limit, words of mails and proofs that would
//! be script.

mod common;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, Request, Response, StatusCode, header};
use common::{Machine, app, get, request, send, text};
use follow::{Cadence, Promise};
use people::{Role, Secret};
use store::{Contract, Newcomer, Stage, Standing, Store};
use web::{App, Host as _};

/// Words that would do something wherever they are not escaped.
const BAD: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>\" onload=\"x' onload='y";

fn harmless(path: &str, body: &str) {
    for bad in ["<script>alert", "<img src=x", "onload=\"x", "onload='y"] {
        assert!(!body.contains(bad), "{path} has {bad}");
    }
}

const BOUNDARY: &str = "clausule-test";

fn part(field: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    [head.as_bytes(), bytes, b"\r\n"].concat()
}

async fn upload(router: &Router, path: &str, parts: &[Vec<u8>]) -> Response<Body> {
    let body = [parts.concat(), format!("--{BOUNDARY}--\r\n").into_bytes()].concat();
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let form = request("POST", path).header(header::CONTENT_TYPE, kind);
    send(router, form.body(Body::from(body)).expect("a request")).await
}

/// A contract under follow-up whose provider and promise are hostile.
fn hostile_contract(app: &App) -> String {
    let mut store = register(app);
    let contract = Contract {
        id: String::new(),
        provider: BAD.to_owned(),
        file: BAD.to_owned(),
        sha256: ledger::Digest::of(b""),
        signed: jiff::civil::date(2026, 1, 1),
        term: None,
        clauses: Vec::new(),
        region: follow::Region::default(),
        zone: "Europe/Paris".to_owned(),
        service: follow::ServiceHours::default(),
    };
    let id = store.add_contract(contract, b"x", BAD, Machine.now()).expect("filed");
    let promise = Promise {
        id: format!("{id}/SAU-01"),
        point: None,
        title: BAD.to_owned(),
        debtor: contract::Debtor::Provider,
        article: BAD.to_owned(),
        page: 1,
        quote: BAD.to_owned(),
        figures: Vec::new(),
        proved_by: vec!["backup".to_owned()],
        machines: vec![BAD.to_owned()],
        cadence: Cadence::Days(1),
        grace: None,
        yardstick: None,
        reference: BAD.to_owned(),
        from: jiff::civil::date(2026, 11, 1),
        until: None,
        waivers: Vec::new(),
        exclusions: Vec::new(),
        penalty: None,
    };
    store.add_promises(&id, vec![promise], Standing::Confirmed, BAD, Machine.now()).expect("entered");
    id
}

fn register(app: &App) -> Store {
    Store::open(&app.settings().place, "principal", &|| [9; 32], Machine.now()).expect("opens")
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_mails_and_proofs_stay_words() {
    let app = app("hostile-mail");
    let contract = hostile_contract(&app);
    let router = web::router(app);
    let mail = format!(
        "From: \"{BAD}\" <robot@exemple.fr>\r\nTo: preuves@exemple.fr\r\nSubject: {BAD} Sauvegarde\r\n\
         Date: Mon, 23 Nov 2026 06:05:00 +0100\r\nMessage-ID: <{BAD}@exemple.fr>\r\n\
         Content-Type: text/html; charset=utf-8\r\n\r\n<p>Sauvegarde {BAD} de {BAD} terminée avec succès.</p>\r\n"
    );
    let log = format!("2026-11-23 06:05:00 INFO backup {BAD} finished successfully on {BAD}\n");
    let names = ["<script>alert(3)<img src=x onerror=y>.eml", "x<script>alert(3)<p>.log", "a%22%20onload=%22x.txt"];
    let contents = [mail.as_bytes(), log.as_bytes(), BAD.as_bytes()];
    for (name, bytes) in names.into_iter().zip(contents) {
        let response = upload(&router, "/preuves", &[part("fichiers", name, bytes)]).await;
        assert!(response.status().is_redirection() || response.status().is_success(), "{name}: {}", response.status());
    }
    let ways =
        ["/preuves", "/preuves/1", "/preuves/2", "/preuves/3", "/registre", "/alertes", "/prestataires", "/contrats"];
    let own = [format!("/contrats/{contract}"), "/recherche?q=alert".to_owned()];
    let mut shown = 0;
    for path in ways.into_iter().chain(own.iter().map(String::as_str)) {
        let (status, body) = get(&router, path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        harmless(path, &body);
        shown += body.matches("&#60;script&#62;alert").count();
    }
    assert!(shown > 10, "the words are shown, as words: {shown}");
    let asked = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%20onload%3D%22x";
    for path in
        ["/recherche?q=", "/contrats?q=", "/analyses?q=", "/connexion?suite=", "/nulle-part/", "/preuves?contrat="]
    {
        let (_, body) = get(&router, &format!("{path}{asked}")).await;
        harmless(path, &body);
    }
    let document = format!("/contrats/{contract}/document");
    for file in ["/preuves/1/fichier", "/preuves/2/fichier", &document] {
        let response = send(&router, request("GET", file).body(Body::empty()).expect("a request")).await;
        let disposition = response.headers()[header::CONTENT_DISPOSITION].to_str().expect("text").to_owned();
        assert!(
            disposition.starts_with("attachment") && disposition.is_ascii() && !disposition.contains('<'),
            "{disposition}"
        );
        assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_ne!(response.headers()[header::CONTENT_TYPE], "text/html");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_have_limits() {
    let router = web::router(app("hostile-uploads"));
    let large = vec![b' '; web::uploads::LARGEST + 1];
    for path in ["/lectures", "/preuves", "/registre/verifier"] {
        let response = upload(&router, path, &[part("fichiers", "a.txt", &large)]).await;
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
    let many: Vec<Vec<u8>> = (0..=web::uploads::FILES).map(|n| part("fichiers", &format!("{n}.txt"), b"x")).collect();
    assert_eq!(upload(&router, "/lectures", &many).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    // What is no form with files takes no more than a form's worth.
    for path in ["/reglages/organisation", "/langue", "/connexion"] {
        let form = request("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = format!("nom={}", "x".repeat(3 << 20));
        let response = send(&router, form.body(Body::from(body)).expect("a request")).await;
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
    let cut =
        request("POST", "/lectures").header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    let body = Body::from(part("fichiers", "a.txt", b"x"));
    let response = send(&router, cut.body(body).expect("a request")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "broken off");
}

/// An application with an administrator and a reader; the reader's cookie.
fn peopled(name: &str) -> (Router, String) {
    let app = app(name);
    let mut store = register(&app);
    for (n, role) in [(1, Role::Administrator), (2, Role::Reader)] {
        let email = format!("{n}@exemple.fr");
        let who = Newcomer { email, name: "Nom".to_owned(), role, contract: None };
        store.add_account(&who, "$argon2id$x", "", Machine.now()).expect("made");
    }
    let secret = Secret::new(&[2; 32]);
    store.begin_session(2, Stage::Whole, &secret.digest(), None, Machine.now()).expect("begun");
    (web::router(app), format!("clausule={}", secret.text()))
}

#[tokio::test]
async fn no_spelling_of_a_path_opens_what_is_closed() {
    let (router, reader) = peopled("hostile-paths");
    let spellings = [
        "/reglages",
        "/reglages/",
        "//reglages",
        "/./reglages",
        "/contrats/../reglages",
        "/contrats/%2e%2e/reglages",
        "/contrats/..%2freglages",
        "/%72eglages",
        "/REGLAGES",
        "/reglages;x=1",
        "/reglages%00",
        "/reglages%2f",
        "/reglages?/contrats",
        "/assets/../reglages",
        "/assets/%2e%2e%2freglages",
        "/assets/..%5c..%5cetc%5cpasswd",
        "/contrats/..%2f..%2f..%2fetc%2fpasswd",
    ];
    for path in spellings {
        let asked = request("GET", path).header(header::COOKIE, &reader);
        let response = send(&router, asked.body(Body::empty()).expect("a request")).await;
        let status = response.status();
        assert!(matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND), "{path}: {status}");
        let body = text(response).await;
        assert!(!body.contains("/reglages/inviter") && !body.contains("root:"), "{path}");
    }
}

#[tokio::test]
async fn no_header_opens_what_is_closed() {
    let (router, reader) = peopled("hostile-headers");
    let tricks = [
        ("x-original-url", "/reglages"),
        ("x-rewrite-url", "/reglages"),
        ("x-http-method-override", "POST"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-host", "127.0.0.1"),
        ("x-forwarded-user", "1@exemple.fr"),
        ("x-remote-user", "1@exemple.fr"),
        ("forwarded", "for=127.0.0.1;host=localhost"),
        ("authorization", "Bearer x"),
        ("authorization", "Basic MUBleGVtcGxlLmZyOng="),
    ];
    for (name, value) in tricks {
        for (path, cookie) in [("/reglages", reader.as_str()), ("/contrats", "")] {
            let asked =
                request("GET", path).header(header::COOKIE, cookie).header(HeaderName::from_static(name), value);
            let response = send(&router, asked.body(Body::empty()).expect("a request")).await;
            let closed = matches!(response.status(), StatusCode::FORBIDDEN | StatusCode::SEE_OTHER);
            assert!(closed, "{name}: {path}: {}", response.status());
            assert!(!text(response).await.contains("/reglages/inviter"), "{name}");
        }
    }
    // Two cookies, one of them made up: the first counts, and a made-up one opens nothing.
    let made_up = format!("clausule={}; {reader}", Secret::new(&[50; 32]).text());
    let asked = request("GET", "/contrats").header(header::COOKIE, made_up);
    let response = send(&router, asked.body(Body::empty()).expect("a request")).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn hosts_and_origins_are_ours_to_the_letter() {
    let (router, reader) = peopled("hostile-hosts");
    for host in [
        "",
        "127.0.0.1.evil.example",
        "evil.example#127.0.0.1",
        "127.0.0.1@evil.example",
        "user@127.0.0.1",
        "127.0.0.1 evil",
    ] {
        let asked = Request::builder().uri("/connexion").header(header::HOST, host);
        let response = send(&router, asked.body(Body::empty()).expect("a request")).await;
        assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    let nameless = send(&router, Request::builder().uri("/connexion").body(Body::empty()).expect("a request")).await;
    assert_eq!(nameless.status(), StatusCode::MISDIRECTED_REQUEST);
    for origin in [
        "null",
        "http://127.0.0.1:8018",
        "http://127.0.0.1:8017.evil.example",
        "http://127.0.0.1",
        "ftp://127.0.0.1:8017",
    ] {
        let asked = Request::builder()
            .method("POST")
            .uri("/deconnexion")
            .header(header::HOST, "127.0.0.1:8017")
            .header(header::COOKIE, &reader)
            .header(header::ORIGIN, origin);
        let response = send(&router, asked.body(Body::empty()).expect("a request")).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{origin}");
    }
    for site in ["cross-site", "same-site", "none"] {
        let asked = Request::builder()
            .method("POST")
            .uri("/deconnexion")
            .header(header::HOST, "127.0.0.1:8017")
            .header(header::ORIGIN, "http://127.0.0.1:8017")
            .header("sec-fetch-site", site)
            .header(header::COOKIE, &reader);
        let response = send(&router, asked.body(Body::empty()).expect("a request")).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{site}");
    }
    // Nobody writes a header of ours through a form.
    let form = request("POST", "/langue").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let body = Body::from("langue=en%0d%0aSet-Cookie:%20x=y&retour=/%0d%0aX-Evil:%201");
    let response = send(&router, form.body(body).expect("a request")).await;
    assert!(response.headers().get("x-evil").is_none());
    assert!(response.headers().get_all(header::SET_COOKIE).iter().all(|c| !c.as_bytes().starts_with(b"x=")));
}
