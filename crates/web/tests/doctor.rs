//! The path of somebody who brings a contract: from the drop zone to the files to send, and hostile files on the way.

mod common;

use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use common::{app, get, request, send, text};
use http_body_util::BodyExt;
use std::time::Duration;

const BOUNDARY: &str = "clausule-test";

/// A form with files, as a browser sends it.
async fn bring(router: &Router, files: &[(&str, &[u8])], fields: &[(&str, &str)]) -> Response<Body> {
    let mut body = Vec::new();
    for (name, bytes) in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"fichiers\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes().chain(bytes.iter().copied()).chain(*b"\r\n"));
    }
    for (name, value) in fields {
        let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.bytes());
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let form = request("POST", "/lectures").header(header::CONTENT_TYPE, kind);
    send(router, form.body(Body::from(body)).expect("a request")).await
}

async fn post(router: &Router, path: &str, body: &str) -> Response<Body> {
    let form = request("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(router, form.body(Body::from(body.to_owned())).expect("a request")).await
}

fn place(response: &Response<Body>) -> String {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    response.headers()[header::LOCATION].to_str().expect("a place").to_owned()
}

/// Waits until the page of a batch leads on, or says that all is read.
async fn settled(router: &Router, path: &str) -> String {
    for _ in 0..600 {
        let response = send(router, request("GET", path).body(Body::empty()).expect("a request")).await;
        if response.status() == StatusCode::SEE_OTHER {
            return place(&response);
        }
        let body = text(response).await;
        if !body.contains("data-wait") {
            return body;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{path} never settled");
}

async fn bytes(router: &Router, path: &str) -> (Vec<u8>, String) {
    let response = send(router, request("GET", path).body(Body::empty()).expect("a request")).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let disposition = response.headers()[header::CONTENT_DISPOSITION].to_str().expect("text").to_owned();
    (response.into_body().collect().await.expect("a body").to_bytes().to_vec(), disposition)
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../samples/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a sample")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_brought_read_answered_and_mended() {
    let router = web::router(app("doctor-path"));
    let (status, home) = get(&router, "/").await;
    assert_eq!(status, StatusCode::OK);
    assert!(home.contains("type=\"file\"") && home.contains("enctype=\"multipart/form-data\""));
    let waiting = place(&bring(&router, &[("contrat.docx", &sample("maintenance-faible.docx"))], &[]).await);
    let analysis = settled(&router, &waiting).await;
    assert_eq!(analysis, "/analyses/1");

    let (_, synthesis) = get(&router, &analysis).await;
    assert!(synthesis.contains("En bref") && synthesis.contains("Les dix manques les plus graves"));
    assert!(synthesis.contains("href=\"/analyses/1/corriger\""), "the next step is offered");
    let (_, reading) = get(&router, "/analyses/1/lecture").await;
    assert!(reading.contains("<mark ") && reading.contains("href=\"/analyses/1/lecture.css\""));
    assert!(!reading.contains(" style="), "the policy allows no inline style");

    let asked = reading.split("name=\"oui\" value=\"").nth(1).expect("a verdict to check");
    let point = asked.split('"').next().expect("its id");
    assert_eq!(
        place(&post(&router, "/analyses/1/reponses", &format!("oui={point}")).await),
        format!("/analyses/1/lecture#p-{point}")
    );
    let note = format!("non={point}&correction=Lisez+%3Cscript%3El%27annexe");
    assert!(place(&post(&router, "/analyses/1/reponses", &note).await).ends_with(point));
    let (_, reading) = get(&router, "/analyses/1/lecture").await;
    assert!(reading.contains("Contesté par Camille"));
    assert!(reading.contains("Lisez &#60;script&#62;l") && !reading.contains("<script>l"), "a remark is escaped");
    assert_eq!(post(&router, "/analyses/1/reponses", "oui=ZZZ-99").await.status(), StatusCode::NOT_FOUND);

    let (_, form) = get(&router, "/analyses/1/corriger").await;
    let chosen: Vec<&str> =
        form.split("name=\"clause\" value=\"").skip(1).filter_map(|r| r.split('"').next()).collect();
    assert!(chosen.len() > 10, "clauses are offered: {chosen:?}");
    let body: String = chosen.iter().take(3).map(|p| format!("clause={p}&")).collect();
    assert_eq!(place(&post(&router, "/analyses/1/corriger", &body).await), "/analyses/1/corriger/apercu");
    let (_, preview) = get(&router, "/analyses/1/corriger/apercu").await;
    assert!(preview.contains("3 changements") && preview.contains("<ins>"), "each change is shown");
    let (word, name) = bytes(&router, "/analyses/1/corriger/contrat").await;
    assert!(word.starts_with(b"PK") && name.contains("contrat - corrig"), "{name}");
    let limits = readers::Limits::default();
    readers::read("a.docx", &word, &readers::NoOcr, &limits).expect("the mended file reads");
    let (letter, _) = bytes(&router, "/analyses/1/corriger/lettre/docx").await;
    let letter = readers::read("lettre.docx", &letter, &readers::NoOcr, &limits).expect("the letter reads");
    assert!(letter.text.contains("Madame, Monsieur"));
    for form in ["pdf", "html", "xlsx", "json"] {
        assert!(bytes(&router, &format!("/analyses/1/rapport/{form}")).await.0.len() > 1_000, "{form}");
    }
    assert!(bytes(&router, "/analyses/1/corriger/avenant/pdf").await.0.starts_with(b"%PDF"));
    let openings = |page: &str| page.matches("Ouverture par Camille : contrat lu n° 1.").count();
    assert_eq!(openings(&get(&router, "/registre").await.1), 0);
    assert_eq!(bytes(&router, "/analyses/1/original").await.0, sample("maintenance-faible.docx"));
    assert_eq!(openings(&get(&router, "/registre").await.1), 1, "whoever took the document stands in the ledger");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_would_not_mend_is_asked_again() {
    let router = web::router(app("doctor-answers"));
    let waiting = place(&bring(&router, &[("contrat.docx", &sample("maintenance-faible.docx"))], &[]).await);
    settled(&router, &waiting).await;
    let (_, form) = get(&router, "/analyses/1/corriger").await;
    let catalogue = points::embedded();
    // A question that is asked and whose answer has a greatest value.
    let bounded = catalogue.points.iter().find_map(|point| {
        let asked =
            |p: &&points::Parameter| p.max.is_some() && form.contains(&format!("id=\"{}.{}\"", point.id, p.name));
        Some((point, point.clause.as_ref()?.parameters.iter().find(asked)?))
    });
    let (point, parameter) = bounded.expect("a question with a bound");
    let body = format!("clause={}&{}.{}=99999999", point.id, point.id, parameter.name);
    let response = post(&router, "/analyses/1/corriger", &body).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let body = text(response).await;
    assert!(body.contains("1 réponse est à revoir") && body.contains("aria-invalid=\"true\""));
    assert!(body.contains("value=\"99999999\""), "what was typed is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_profile_judges_again_and_versions_are_compared() {
    let router = web::router(app("doctor-versions"));
    let first = place(&bring(&router, &[("v1.txt", &sample("maintenance-faible.txt"))], &[]).await);
    settled(&router, &first).await;
    assert_eq!(place(&post(&router, "/analyses/1/profil", "profil=finance").await), "/lectures/1");
    settled(&router, "/lectures/1").await;
    let (_, body) = get(&router, "/analyses/1").await;
    assert!(body.contains("<p>finance"), "the profile asked for is used");
    let second = [("v2.txt", sample("infogerance-complete.txt"))];
    let second: Vec<(&str, &[u8])> = second.iter().map(|(n, b)| (*n, b.as_slice())).collect();
    let later = place(&bring(&router, &second, &[("precedente", "1"), ("profil", "finance")]).await);
    settled(&router, &later).await;
    let (_, body) = get(&router, "/analyses/2/versions").await;
    assert!(
        body.contains("Ce qui a changé depuis « v1.txt »") && body.contains("tone-good"),
        "what got better is told"
    );
    assert_eq!(place(&post(&router, "/analyses/1/retirer", "").await), "/analyses");
    assert_eq!(get(&router, "/analyses/1").await.0, StatusCode::NOT_FOUND);
    assert_eq!(get(&router, "/analyses/2").await.0, StatusCode::OK);
    assert_eq!(get(&router, "/analyses/2/versions").await.0, StatusCode::OK, "its predecessor is gone, it is not");
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_words_and_names_stay_words() {
    let router = web::router(app("doctor-hostile"));
    let bad = "<script>alert(1)</script><img src=x onerror=alert(2)>\" onload=\"x";
    let contract =
        format!("Contrat de maintenance\n\nLe Prestataire {bad} sauvegarde les données du Client.\n").repeat(20);
    let name = "x<script>alert(3)</script>'&.txt";
    let waiting = place(&bring(&router, &[(name, contract.as_bytes())], &[]).await);
    assert_eq!(settled(&router, &waiting).await, "/analyses/1");
    let ways = [
        "/",
        "/analyses",
        "/analyses/1",
        "/analyses/1/lecture",
        "/analyses/1/corriger",
        "/analyses/1/versions",
        "/analyses/1/corriger/apercu",
        "/analyses/1/retirer",
    ];
    for path in ways {
        let (status, body) = get(&router, path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        for bad in ["<script>alert", "<img src=x", "onload=\"x"] {
            assert!(!body.contains(bad), "{path} has {bad}");
        }
    }
    let (_, disposition) = bytes(&router, "/analyses/1/original").await;
    assert!(disposition.is_ascii() && !disposition.contains('<'), "{disposition}");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_at_once_one_of_them_broken() {
    let router = web::router(app("doctor-several"));
    let files = [
        ("a.txt", sample("maintenance-faible.txt")),
        ("b.docx", b"PK\x03\x04 broken".to_vec()),
        ("c.txt", sample("accord-rgpd.txt")),
    ];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (*n, b.as_slice())).collect();
    let waiting = place(&bring(&router, &files, &[]).await);
    let body = settled(&router, &waiting).await;
    assert!(body.contains("3 fichiers lus / 3") && body.contains("illisible"), "a broken file is one failed document");
    let (_, grid) = get(&router, "/analyses?tri=score").await;
    assert!(grid.contains("a.txt") && grid.contains("c.txt") && grid.contains("aria-sort=\"ascending\""));
    let (_, points) = get(&router, "/analyses?categorie=SAU&q=a.txt").await;
    assert!(points.contains("a.txt") && !points.contains("c.txt</a>") && points.contains("Test de restauration"));
    assert!(bytes(&router, "/analyses.xlsx").await.0.starts_with(b"PK"));
    let nothing = bring(&router, &[], &[]).await;
    assert_eq!(nothing.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(nothing).await.contains("aucun fichier"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_being_read_at_a_crash_is_read_after_it() {
    let app = app("doctor-crash");
    let router = web::router(app.clone());
    let bytes = sample("maintenance-faible.txt");
    let now = app.host().now();
    app.store_now("principal", |store| {
        let new = store::NewReview { name: "a.txt".into(), ..store::NewReview::default() };
        store.add_review(new, &bytes, "Camille", now)?;
        store.take_review()
    })
    .expect("taken and never finished");
    web::jobs::resume(&app).await.expect("resumed");
    assert_eq!(settled(&router, "/lectures/1").await, "/analyses/1");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_light() {
    let router = web::router(app("doctor-weight"));
    let (_, home) = get(&router, "/").await;
    let mut first = home.len();
    for asset in ["/assets/app.css", "/assets/app.js", "/assets/icon.svg"] {
        first += get(&router, asset).await.1.len();
    }
    assert!(first < 60_000, "the first page weighs {first} bytes in all");
    let waiting = place(&bring(&router, &[("c.txt", &sample("maintenance-faible.txt"))], &[]).await);
    settled(&router, &waiting).await;
    let pages = [
        "/analyses",
        "/analyses/1",
        "/analyses/1/corriger",
        "/analyses/1/corriger/apercu",
        "/analyses/1/versions",
        "/guide",
        "/guide/SAU-06",
        "/documents",
        "/documents/annexe-securite",
        "/analyses?categorie=SAU",
        "/analyses/1/suivre",
        "/contrats",
        "/alertes",
        "/recherche?q=sauvegarde",
        "/preuves",
        "/prestataires",
        "/registre",
        "/reglages",
        "/reglages/sources",
    ];
    for path in pages {
        let (status, page) = get(&router, path).await;
        assert!(status.is_success(), "{path}: {status}");
        let weight = page.len();
        assert!(weight < 200_000, "{path} weighs {weight} bytes");
    }
    // The reading holds the contract's own words, which nobody can make fewer; all else of it is held to the same limit.
    for (id, name) in [(1, "maintenance-faible.txt"), (2, "infogerance-complete.docx")] {
        if id > 1 {
            let waiting = place(&bring(&router, &[(name, &sample(name))], &[]).await);
            settled(&router, &waiting).await;
        }
        let (_, reading) = get(&router, &format!("/analyses/{id}/lecture")).await;
        let from = reading.find("class=\"sheet\"").expect("the contract");
        let to = from + reading[from..].find("class=\"panel\"").expect("its verdicts");
        let words: usize = reading[from..to].split('<').filter_map(|tag| Some(tag.split_once('>')?.1.len())).sum();
        assert!(words > 10_000, "{name} is shown");
        let weight = reading.len() - words;
        assert!(weight < 200_000, "the reading of {name} weighs {weight} bytes besides the words of the contract");
    }
    let (_, reading) = get(&router, "/analyses/1/lecture").await;
    let apart = reading.split("href=\"/analyses/1/points/").nth(1).and_then(|r| r.split('"').next()).expect("a point");
    let (_, point) = get(&router, &format!("/analyses/1/points/{apart}")).await;
    assert!(
        point.contains("Ce qui a été cherché") || point.contains("<blockquote>"),
        "what the list leaves out is there"
    );
}

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("begun");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("whole").into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_are_bounded_and_archives_taken_apart() {
    let router = web::router(app("doctor-uploads"));
    let one = sample("maintenance-faible.txt");
    let lot = archive(&[("../../lot/a.txt", &one), ("b/.htaccess", b"x"), ("b\\c.txt", &one), ("d.exe", b"MZ")]);
    let waiting = place(&bring(&router, &[("lot.zip", &lot)], &[]).await);
    let body = settled(&router, &waiting).await;
    assert!(body.contains(">a.txt<") && body.contains(">c.txt<") && body.contains("2 fichiers lus / 2"), "{body}");
    let refused = [
        ("lot.zip", archive(&[("d.exe", b"MZ")]), "aucun document lisible"),
        ("lot.zip", b"PK\x03\x04 broken".to_vec(), "abîmée"),
        ("lot.zip", archive(&[(&format!("{}a.txt", "d/".repeat(40)), b"x")]), "démesurés"),
    ];
    for (name, bytes, says) in refused {
        let response = bring(&router, &[(name, &bytes)], &[]).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{says}");
        assert!(text(response).await.contains(says), "{says}");
    }
    let many: Vec<(String, Vec<u8>)> = (0..=500).map(|n| (format!("{n}.txt"), b"x".to_vec())).collect();
    let named: Vec<(&str, &[u8])> = many.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let zipped = archive(&named);
    for files in [named, vec![("lot.zip", zipped.as_slice())]] {
        let response = bring(&router, &files, &[]).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text(response).await.contains("plusieurs fois"));
    }
    let large = vec![b' '; web::uploads::LARGEST + 1];
    assert_eq!(bring(&router, &[("a.txt", &large)], &[]).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let (_, grid) = get(&router, "/analyses").await;
    assert!(grid.contains("2 contrats"), "nothing of what was refused is filed: {grid}");
}
