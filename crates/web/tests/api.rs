//! What the pages do, done by a program: every answer is one that the description names.

mod common;

use axum::Router;
use axum::body::Body;
use axum::http::{StatusCode, header};
use common::{app, request, send, text};
use http_body_util::BodyExt;
use people::{Role, Scope, Secret};
use serde_json::{Value, json};
use std::time::Duration;
use store::Newcomer;

async fn call(router: &Router, method: &str, path: &str, body: Vec<u8>) -> (StatusCode, Value) {
    let request = request(method, &format!("/api/v1{path}")).header(header::CONTENT_TYPE, "application/json");
    let response = send(router, request.body(Body::from(body)).expect("a request")).await;
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).map(|k| k.to_str().expect("text").to_owned());
    let answer = text(response).await;
    if status.is_client_error() {
        assert_eq!(kind.as_deref(), Some("application/problem+json"), "{path}: {answer}");
    }
    (status, serde_json::from_str(&answer).unwrap_or(Value::Null))
}

async fn ask(router: &Router, path: &str) -> Value {
    let (status, value) = call(router, "GET", path, Vec::new()).await;
    assert_eq!(status, StatusCode::OK, "{path}: {value}");
    value
}

async fn tell(router: &Router, path: &str, body: Value) -> (StatusCode, Value) {
    call(router, "POST", path, body.to_string().into_bytes()).await
}

async fn bytes(router: &Router, method: &str, path: &str, body: Vec<u8>) -> Vec<u8> {
    let request = request(method, &format!("/api/v1{path}")).header(header::CONTENT_TYPE, "application/json");
    let response = send(router, request.body(Body::from(body)).expect("a request")).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.into_body().collect().await.expect("a body").to_bytes().to_vec()
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../samples/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a sample")
}

/// A router with one contract read, from a sample.
async fn read(name: &str) -> Router {
    let router = web::router(app(name));
    let brought =
        call(&router, "POST", "/reviews?name=lot%2Fcontrat.docx&profile=pme", sample("maintenance-faible.docx"));
    let (status, brought) = brought.await;
    assert_eq!((status, &brought["batch"]), (StatusCode::CREATED, &json!(1)), "{brought}");
    assert_eq!(brought["items"][0]["name"], "contrat.docx");
    until_read(&router, 1).await;
    router
}

async fn until_read(router: &Router, id: u64) {
    for _ in 0..600 {
        if ask(router, &format!("/reviews/{id}")).await["state"] == "done" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_brought_judged_answered_and_mended() {
    let router = read("api-review").await;
    let one = ask(&router, "/reviews/1").await;
    assert!(one["gaps"].as_u64() > Some(10) && one["profile"] == "pme" && one["categories"]["SAU"].is_u64(), "{one}");
    let list = ask(&router, "/reviews?q=contrat&sort=score&blocking=true&limit=1").await;
    assert_eq!((list["items"].as_array().map(Vec::len), &list["next"]), (Some(1), &Value::Null));
    assert_eq!(ask(&router, "/reviews?q=girafe").await["items"], json!([]));
    let verdicts = ask(&router, "/reviews/1/verdicts").await;
    let first = &verdicts["items"][0];
    let point = first["point"].as_str().expect("a point").to_owned();
    assert!(first["verdict"].is_string() && first["title"].is_string() && first["answer"].is_null());
    let said = json!({"point": point, "holds": false, "note": "voir l'annexe"});
    assert_eq!(tell(&router, "/reviews/1/answers", said.clone()).await.1["answers"][0]["note"], "voir l'annexe");
    assert_eq!(
        tell(&router, "/reviews/1/answers", json!({"point": "ZZZ-99", "holds": true})).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(tell(&router, "/reviews/1/answers", json!({"point": point})).await.0, StatusCode::BAD_REQUEST);
    let mend = ask(&router, "/reviews/1/mend").await;
    let offered = mend["offered"][0].as_str().expect("a clause").to_owned();
    let (status, chosen) = tell(&router, "/reviews/1/mend", json!({"points": [offered]})).await;
    assert_eq!((status, &chosen["points"]), (StatusCode::OK, &json!([offered])), "{chosen}");
    let wrong = tell(&router, "/reviews/1/mend", json!({"points": ["ZZZ-99"]})).await;
    assert!(wrong.0 == StatusCode::UNPROCESSABLE_ENTITY && wrong.1["detail"].is_string());
    for (name, begins) in [
        ("original", &b"PK"[..]),
        ("mended", b"PK"),
        ("amendment.docx", b"PK"),
        ("letter.pdf", b"%PDF"),
        ("report.xlsx", b"PK"),
        ("report.json", b"{"),
    ] {
        assert!(
            bytes(&router, "GET", &format!("/reviews/1/files/{name}"), Vec::new()).await.starts_with(begins),
            "{name}"
        );
    }
    assert_eq!(call(&router, "GET", "/reviews/1/files/report.exe", Vec::new()).await.0, StatusCode::NOT_FOUND);
    let again = tell(&router, "/reviews/1/judgement", json!({"profile": "finance", "facts": ["on-site"]})).await;
    assert_eq!(again.0, StatusCode::OK);
    assert_eq!(ask(&router, "/reviews/1/versions").await["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(call(&router, "DELETE", "/reviews/1", Vec::new()).await.0, StatusCode::NO_CONTENT);
    assert_eq!(call(&router, "GET", "/reviews/1", Vec::new()).await.0, StatusCode::NOT_FOUND);
    assert_eq!(call(&router, "POST", "/reviews?name=a.txt", Vec::new()).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_followed_its_promises_decided_its_dossier_verified() {
    let router = read("api-follow").await;
    let (status, made) =
        tell(&router, "/reviews/1/contract", json!({"provider": "Durand", "signed": "2026-01-05"})).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let id = made["contract"].as_str().expect("an id").to_owned();
    let twice = tell(&router, "/reviews/1/contract", json!({"provider": "Durand", "signed": "2026-01-05"})).await;
    assert_eq!(twice.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        bytes(&router, "GET", &format!("/contracts/{id}/document"), Vec::new()).await,
        sample("maintenance-faible.docx")
    );
    let promises = ask(&router, &format!("/contracts/{id}/promises")).await;
    let promise = promises["items"][0].clone();
    let name = promise["id"].as_str().expect("a promise");
    let correction = json!({"promise": name, "title": "Corrigée", "cadence": "mois", "reason": "lue"});
    let (status, corrected) = tell(&router, &format!("/contracts/{id}/corrections"), correction).await;
    assert_eq!(
        (status, &corrected["title"], &corrected["standing"]),
        (StatusCode::OK, &json!("Corrigée"), &json!("confirmed"))
    );
    assert_eq!(corrected["machines"], promise["machines"], "what is not named stays");
    let waiver = json!({"promise": name, "reason": "travaux", "from": "2026-02-01", "until": "2026-01-01"});
    let refused = tell(&router, &format!("/contracts/{id}/waivers"), waiver).await;
    assert_eq!(refused.0, StatusCode::UNPROCESSABLE_ENTITY, "it ends before it begins");
    let waiver = json!({"promise": name, "reason": "travaux", "from": "2026-02-01"});
    assert_eq!(tell(&router, &format!("/contracts/{id}/waivers"), waiver).await.0, StatusCode::OK);
    assert_eq!(ask(&router, "/providers").await["items"][0]["contracts"], json!([id]));
    assert!(ask(&router, "/alerts").await["items"].is_array());
    let term = json!({"start": "2026-01-05", "length": {"amount": 3, "unit": "year"}, "notice": {"amount": 3, "unit": "month"}});
    let (status, dated) = tell(&router, &format!("/contracts/{id}/term"), term).await;
    assert_eq!((status, &dated["term"]["start"]), (StatusCode::OK, &json!("2026-01-05")), "{dated}");
    let senseless = json!({"start": "2026-01-05", "notice": {"amount": 3, "unit": "month"}});
    assert_eq!(tell(&router, &format!("/contracts/{id}/term"), senseless).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let itself = tell(&router, &format!("/contracts/{id}/rank"), json!({"above": id})).await;
    assert_eq!(itself.0, StatusCode::UNPROCESSABLE_ENTITY, "{}", itself.1);
    let report = bytes(&router, "GET", &format!("/contracts/{id}/reports/2026-11/pdf"), Vec::new()).await;
    assert!(report.starts_with(b"%PDF"));
    let dossier = bytes(&router, "POST", &format!("/contracts/{id}/dossier"), Vec::new()).await;
    let (status, report) = call(&router, "POST", "/verifications", dossier.clone()).await;
    assert_eq!((status, &report["whole"], &report["ours"]), (StatusCode::OK, &json!(true), &json!(true)), "{report}");
    let mut altered = dossier;
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    assert_eq!(call(&router, "POST", "/verifications", altered).await.1["whole"], json!(false));
    let proof = call(&router, "POST", &format!("/proofs?name=p.txt&contract={id}"), b"bonjour".to_vec()).await;
    assert_eq!(proof.0, StatusCode::CREATED, "{}", proof.1);
    assert_eq!(bytes(&router, "GET", "/proofs/1/file", Vec::new()).await, b"bonjour");
}

#[tokio::test(flavor = "multi_thread")]
async fn offers_stand_side_by_side_and_a_subcontract_under_its_contract() {
    let router = read("api-side").await;
    let good = call(&router, "POST", "/reviews?name=bon.docx&profile=pme", sample("infogerance-complete.docx")).await;
    assert_eq!(good.0, StatusCode::CREATED, "{}", good.1);
    until_read(&router, 2).await;
    let told = ask(&router, "/comparison?reviews=1,2").await;
    assert!(told["reviews"][1]["score"].as_u64() > told["reviews"][0]["score"].as_u64(), "{}", told["reviews"]);
    let points = told["points"].as_array().expect("points");
    let better = points.iter().filter(|p| p["verdicts"][1]["best"] == true && p["verdicts"][0]["best"] == false);
    assert!(better.count() > 20 && points.iter().any(|p| p["same"] == true));
    for wrong in ["1", "1,2,1,2,1", "1,x", ""] {
        let refused = call(&router, "GET", &format!("/comparison?reviews={wrong}"), Vec::new()).await;
        assert_eq!(refused.0, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    assert_eq!(call(&router, "GET", "/comparison?reviews=1,99", Vec::new()).await.0, StatusCode::NOT_FOUND);

    let mut names = Vec::new();
    for id in [2, 1] {
        let given = json!({"provider": format!("Rang {id}"), "signed": "2026-01-05"});
        let made = tell(&router, &format!("/reviews/{id}/contract"), given).await.1;
        names.push(made["contract"].as_str().expect("an id").to_owned());
    }
    let down = ask(&router, &format!("/cascade?above={}&below={}", names[0], names[1])).await;
    let links = down["links"].as_array().expect("links");
    assert!(links.iter().any(|l| l["cover"] == "non répercuté" && l["covered"] == false), "{down}");
    let unknown = call(&router, "GET", &format!("/cascade?above={}&below=rien", names[0]), Vec::new()).await;
    assert_eq!(unknown.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_sent_twice_at_once_acts_once() {
    let router = web::router(app("api-twice"));
    let ask_for = |router: Router| async move {
        let request = request("POST", "/api/v1/proofs?name=p.txt").header("idempotency-key", "une");
        let request = request.header(header::CONTENT_TYPE, "application/octet-stream");
        let response = send(&router, request.body(Body::from("bonjour")).expect("a request")).await;
        (response.status(), text(response).await)
    };
    let (one, two) = tokio::join!(tokio::spawn(ask_for(router.clone())), tokio::spawn(ask_for(router.clone())));
    let (one, two) = (one.expect("answered"), two.expect("answered"));
    assert_eq!((one.0, &one), (StatusCode::CREATED, &two), "the second is told what the first was");
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_people_and_ways_are_kept_by_programs_too() {
    let router = web::router(app("api-people"));
    let documents = ask(&router, "/documents").await;
    let name = documents["items"][0]["name"].as_str().expect("a document").to_owned();
    assert!(ask(&router, &format!("/documents/{name}")).await["questions"].is_array());
    let made = bytes(&router, "POST", &format!("/documents/{name}/docx"), b"{}".to_vec()).await;
    assert!(made.starts_with(b"PK"));
    assert_eq!(tell(&router, "/documents/inconnu/docx", json!({})).await.0, StatusCode::NOT_FOUND);
    assert!(ask(&router, "/points").await["items"].as_array().map(Vec::len) > Some(100));
    assert_eq!(ask(&router, "/points/SAU-06").await["category"], "SAU");
    assert_eq!(tell(&router, "/settings", json!({"name": "Cabinet"})).await.0, StatusCode::OK);
    assert_eq!(ask(&router, "/settings").await["name"], "Cabinet");
    let invited = json!({"email": "a@exemple.fr", "name": "Anne", "role": "reader"});
    let (status, invitation) = tell(&router, "/invitations", invited).await;
    assert_eq!(status, StatusCode::CREATED, "{invitation}");
    let digest = invitation["digest"].as_str().expect("a digest").to_owned();
    assert_eq!(ask(&router, "/invitations").await["items"][0]["digest"], json!(digest));
    assert_eq!(call(&router, "DELETE", &format!("/invitations/{digest}"), Vec::new()).await.0, StatusCode::NO_CONTENT);
    assert_eq!(call(&router, "DELETE", &format!("/invitations/{digest}"), Vec::new()).await.0, StatusCode::NOT_FOUND);
    assert_eq!(ask(&router, "/people").await["items"], json!([]));
    let token = json!({"name": "x", "scopes": ["read"], "days": 3});
    assert_eq!(tell(&router, "/tokens", token).await.0, StatusCode::UNPROCESSABLE_ENTITY, "nobody to act for");
    let (status, source) = tell(&router, "/sources", json!({"name": "sauvegardes", "way": "http"})).await;
    assert_eq!(status, StatusCode::CREATED);
    assert!(source["token"].as_str().is_some_and(|t| t.len() > 20), "{source}");
    let id = source["id"].as_str().expect("an id");
    assert!(ask(&router, "/sources").await["items"][0]["token"].is_null(), "it is told once");
    assert_eq!(call(&router, "DELETE", &format!("/sources/{id}"), Vec::new()).await.0, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_token_gives_away_no_more_than_it_has() {
    let app = app("api-tokens");
    let (now, secret) = (app.host().now(), Secret::new(&[5; 32]));
    let made = app.store_now("principal", |store| {
        let (email, name) = ("a@exemple.fr".to_owned(), "Anne".to_owned());
        let who = Newcomer { email, name, role: Role::Administrator, contract: None };
        let account = store.add_account(&who, "$argon2id$x", "x", now)?;
        store.add_token(account, "essai", &[Scope::Administer], &secret.digest(), 2, now)
    });
    made.expect("made");
    let router = web::router(app);
    let ask = async |scopes: Value| {
        let body = json!({"name": "x", "scopes": scopes, "days": 1}).to_string();
        let request = request("POST", "/api/v1/tokens").header(header::CONTENT_TYPE, "application/json");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", secret.text()));
        send(&router, request.body(Body::from(body)).expect("a request")).await.status()
    };
    assert_eq!(ask(json!(["administer", "read"])).await, StatusCode::FORBIDDEN);
    assert_eq!(ask(json!(["administer"])).await, StatusCode::CREATED);
}
