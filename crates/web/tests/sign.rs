//! Signing in: guesses are slowed, sessions can't be fixed beforehand, codes are asked for, what people write stays text.

mod common;

use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use common::{Machine, app, request, send, text};
use people::{Role, Secret, password, totp};
use store::{Newcomer, Stage, Store};
use web::{App, Host as _};

const PASSWORD: &str = "le chat dort sous la lampe";

fn register(app: &App) -> Store {
    Store::open(&app.settings().place, "principal", &|| [9; 32], Machine.now()).expect("the register opens")
}

fn account(store: &mut Store, email: &str, name: &str) -> i64 {
    let who = Newcomer { email: email.to_owned(), name: name.to_owned(), role: Role::Administrator, contract: None };
    let hash = password::hash(PASSWORD, &[3; 16]).expect("hashed");
    store.add_account(&who, &hash, "", Machine.now()).expect("made")
}

async fn post(router: &Router, path: &str, cookie: &str, body: &str) -> Response<Body> {
    let request = request("POST", path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(router, request.body(Body::from(body.to_owned())).expect("a request")).await
}

async fn status(router: &Router, path: &str, cookie: &str) -> StatusCode {
    send(router, request("GET", path).header(header::COOKIE, cookie).body(Body::empty()).expect("a request"))
        .await
        .status()
}

/// The cookie that an answer sets.
fn cookie(response: &Response<Body>) -> String {
    let set = response.headers().get(header::SET_COOKIE).expect("a cookie").to_str().expect("text");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
    set.split(';').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_session_begins_anew_with_each_sign_in_and_ends_at_sign_out() {
    let app = app("sign-session");
    let mut store = register(&app);
    let id = account(&mut store, "a@exemple.fr", "Anne");
    let planted = Secret::new(&[66; 32]);
    store.begin_session(id, Stage::Code, &planted.digest(), None, Machine.now()).expect("begun");
    let planted = format!("clausule={}", planted.text());
    let router = web::router(app);
    let form = format!("email=A%40exemple.fr&mot_de_passe={}&suite=%2Fcontrats", PASSWORD.replace(' ', "+"));
    let response = post(&router, "/connexion", &planted, &form).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()[header::LOCATION], "/contrats");
    let first = cookie(&response);
    assert_ne!(first, planted, "what the browser brought is not kept");
    assert_eq!(status(&router, "/contrats", &planted).await, StatusCode::SEE_OTHER);
    assert_eq!(status(&router, "/contrats", &first).await, StatusCode::OK);
    let second = cookie(&post(&router, "/connexion", &first, &form).await);
    assert_ne!(first, second);
    assert_eq!(status(&router, "/contrats", &first).await, StatusCode::SEE_OTHER, "rotated");
    assert_eq!(status(&router, "/contrats", &second).await, StatusCode::OK);
    post(&router, "/deconnexion", &second, "").await;
    assert_eq!(status(&router, "/contrats", &second).await, StatusCode::SEE_OTHER, "ended on the server");
    for elsewhere in ["%2F%2Fevil.example", "https%3A%2F%2Fevil.example", "%2F%5Cevil.example"] {
        let form = format!("email=a%40exemple.fr&mot_de_passe={}&suite={elsewhere}", PASSWORD.replace(' ', "+"));
        let response = post(&router, "/connexion", "", &form).await;
        assert_eq!(response.headers()[header::LOCATION], "/", "{elsewhere}");
    }
}

#[tokio::test]
async fn guesses_are_slowed_even_with_the_right_password_and_tell_nothing() {
    let app = app("sign-guesses");
    account(&mut register(&app), "a@exemple.fr", "Anne");
    let router = web::router(app);
    let wrong = "email=a%40exemple.fr&mot_de_passe=pas+le+bon+du+tout";
    let mut pages = Vec::new();
    for _ in 0..5 {
        let response = post(&router, "/connexion", "", wrong).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        pages.push(text(response).await);
    }
    let unknown = post(&router, "/connexion", "", "email=b%40exemple.fr&mot_de_passe=pas+le+bon+du+tout").await;
    assert_eq!(unknown.status(), StatusCode::UNAUTHORIZED);
    let unknown = text(unknown).await.replace("b@exemple.fr", "a@exemple.fr");
    assert_eq!(unknown, pages[0], "nothing tells who has an account");
    let right = format!("email=a%40exemple.fr&mot_de_passe={}", PASSWORD.replace(' ', "+"));
    let response = post(&router, "/connexion", "", &right).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()[header::RETRY_AFTER], "15");
    let long = format!("email=c%40exemple.fr&mot_de_passe={}", "x".repeat(200_000));
    assert_eq!(post(&router, "/connexion", "", &long).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn guesses_at_many_accounts_and_at_codes_are_slowed_too() {
    let app = app("sign-many");
    let mut store = register(&app);
    let id = account(&mut store, "a@exemple.fr", "Anne");
    let router = web::router(app);
    // One guess at each of many accounts: it is the network that must wait.
    let mut last = StatusCode::UNAUTHORIZED;
    for n in 0..40 {
        let guess = format!("email=x{n}%40exemple.fr&mot_de_passe=pas+le+bon+du+tout");
        last = post(&router, "/connexion", "", &guess).await.status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    store.set_totp(id, Some(b"12345678901234567890"), 0, "x", Machine.now()).expect("set");
    let half = Secret::new(&[2; 32]);
    store.begin_session(id, Stage::Code, &half.digest(), None, Machine.now()).expect("begun");
    let half = format!("clausule={}", half.text());
    for _ in 0..5 {
        assert_eq!(post(&router, "/connexion/code", &half, "code=000000").await.status(), StatusCode::UNAUTHORIZED);
    }
    let slowed = post(&router, "/connexion/code", &half, "code=000000").await;
    assert_eq!(slowed.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(slowed.headers().contains_key(header::RETRY_AFTER));
}

#[tokio::test]
async fn an_office_that_signs_in_all_day_is_not_slowed() {
    let app = app("sign-office");
    account(&mut register(&app), "a@exemple.fr", "Anne");
    let router = web::router(app);
    let right = format!("email=a%40exemple.fr&mot_de_passe={}", PASSWORD.replace(' ', "+"));
    for n in 0..40 {
        assert_eq!(post(&router, "/connexion", "", &right).await.status(), StatusCode::SEE_OTHER, "{n}");
    }
}

#[tokio::test]
async fn a_one_time_code_is_asked_for_and_good_once() {
    let app = app("sign-code");
    let mut store = register(&app);
    let id = account(&mut store, "a@exemple.fr", "Anne");
    let key = b"12345678901234567890";
    store.set_totp(id, Some(key), 0, "x", Machine.now()).expect("set");
    let router = web::router(app);
    let right = format!("email=a%40exemple.fr&mot_de_passe={}", PASSWORD.replace(' ', "+"));
    let response = post(&router, "/connexion", "", &right).await;
    assert_eq!(response.status(), StatusCode::OK);
    let half = cookie(&response);
    assert!(text(response).await.contains("one-time-code"));
    assert_eq!(status(&router, "/contrats", &half).await, StatusCode::SEE_OTHER, "half way in is out");
    assert_eq!(post(&router, "/connexion/code", &half, "code=000000").await.status(), StatusCode::UNAUTHORIZED);
    let seconds = Machine.now().as_second();
    let good = (0..1_000_000).map(|n| format!("{n:06}")).find(|c| totp::accept(key, c, seconds, 0).is_some());
    let form = format!("code={}", good.expect("one of a million"));
    let response = post(&router, "/connexion/code", &half, &form).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let whole = cookie(&response);
    assert_eq!(status(&router, "/contrats", &whole).await, StatusCode::OK);
    let half = cookie(&post(&router, "/connexion", "", &right).await);
    assert_eq!(post(&router, "/connexion/code", &half, &form).await.status(), StatusCode::UNAUTHORIZED, "used");
}

#[tokio::test]
async fn the_first_account_closes_the_door_behind_it() {
    let app = app("sign-first");
    let router = web::router(app.clone());
    assert_eq!(status(&router, "/reglages", "").await, StatusCode::OK, "alone on one's own machine");
    let weak = post(&router, "/reglages/premier", "", "nom=Anne&email=a%40exemple.fr&mot_de_passe=azertyuiop12").await;
    assert_eq!(weak.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let form = format!("nom=Anne&email=a%40exemple.fr&mot_de_passe={}", PASSWORD.replace(' ', "+"));
    let response = post(&router, "/reglages/premier", "", &form).await;
    let own = cookie(&response);
    assert_eq!(status(&router, "/reglages", "").await, StatusCode::SEE_OTHER);
    assert_eq!(status(&router, "/reglages", &own).await, StatusCode::OK);
    let invite = "nom=%3Cscript%3Ealert(1)%3C%2Fscript%3E&email=b%40exemple.fr&role=reader";
    let page = text(post(&router, "/reglages/inviter", &own, invite).await).await;
    assert!(page.contains("/invitation/") && !page.contains("<script>alert"), "what people write stays text");
    let secret = page.split("/invitation/").nth(1).and_then(|t| t.get(..43)).expect("a secret");
    let form = format!("nom=Bob&mot_de_passe={}", PASSWORD.replace(' ', "+"));
    let accepted = post(&router, &format!("/invitation/{secret}"), "", &form).await;
    let reader = cookie(&accepted);
    assert_eq!(status(&router, "/contrats", &reader).await, StatusCode::OK);
    assert_eq!(status(&router, "/reglages", &reader).await, StatusCode::FORBIDDEN);
    let twice = post(&router, &format!("/invitation/{secret}"), "", &form).await;
    assert_eq!(twice.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_token_acts_within_its_scopes_and_repeats_without_harm() {
    let app = app("sign-token");
    let mut store = register(&app);
    let id = account(&mut store, "a@exemple.fr", "Anne");
    let secret = Secret::new(&[5; 32]);
    store.add_token(id, "x", &[people::Scope::Bring], &secret.digest(), 30, Machine.now()).expect("made");
    let router = web::router(app);
    let call = |method: &str, path: &str, key: &str, body: &'static str| {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:8017")
            .header(header::AUTHORIZATION, format!("Bearer {}", secret.text()))
            .header("idempotency-key", key);
        send(&router, request.body(Body::from(body)).expect("a request"))
    };
    let refused = call("GET", "/api/v1/contracts", "k", "").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(refused.headers()[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(call("GET", "/contrats", "k", "").await.status(), StatusCode::SEE_OTHER, "a token opens no page");
    let first = call("POST", "/api/v1/proofs?name=p.txt", "k1", "une preuve").await;
    assert_eq!(first.status(), StatusCode::CREATED);
    let first = text(first).await;
    let again = call("POST", "/api/v1/proofs?name=p.txt", "k1", "une preuve").await;
    assert_eq!((again.status(), text(again).await), (StatusCode::CREATED, first), "the same answer");
    assert_eq!(call("POST", "/api/v1/proofs?name=p.txt", "k1", "une autre").await.status(), StatusCode::CONFLICT);
    assert_eq!(register_size(&mut store), 1);
    let empty = call("POST", "/api/v1/proofs?name=p.txt", "k2", "").await;
    assert_eq!(empty.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(empty).await.contains("\"detail\":\"la preuve est vide\""));
}

fn register_size(store: &mut Store) -> usize {
    store.proofs(&store::Wanted::default(), 10).expect("read").len()
}
