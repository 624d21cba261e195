//! What every route must hold: headers, hosts, foreign forms, sizes, no foreign address.

mod common;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{app, get, request, send, text};

/// A path of the table with its blanks filled.
fn filled(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_route_answers_with_the_headers_and_refuses_strangers() {
    let router = web::router(app("door-headers"));
    for route in web::routes::all() {
        let path = filled(route.path);
        let answer = send(&router, request(route.method, &path).body(Body::empty()).expect("a request")).await;
        assert!(!answer.status().is_server_error(), "{} {path}: {}", route.method, answer.status());
        let policy = answer.headers().get(header::CONTENT_SECURITY_POLICY).expect("a policy").to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        let foreign = Request::builder().method(route.method).uri(&path).header(header::HOST, "evil.example:8017");
        let answer = send(&router, foreign.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST, "{path}");
        if route.method != "GET" {
            for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("x", "y")] {
                let foreign = Request::builder()
                    .method(route.method)
                    .uri(&path)
                    .header(header::HOST, "127.0.0.1:8017")
                    .header(name, value);
                let answer = send(&router, foreign.body(Body::empty()).expect("a request")).await;
                // A program that says nothing of itself lacks its token; either way nothing is done.
                let program = path.starts_with("/api/") && name == "x";
                let expected = if program { StatusCode::UNAUTHORIZED } else { StatusCode::FORBIDDEN };
                assert_eq!(answer.status(), expected, "{path} with {name}: {value}");
            }
        }
    }
}

#[tokio::test]
async fn no_page_has_inline_code_or_a_foreign_address() {
    let router = web::router(app("door-pages"));
    for route in web::routes::all().filter(|r| r.method == "GET") {
        let answer = send(&router, request("GET", &filled(route.path)).body(Body::empty()).expect("a request")).await;
        // What is handed over as a file is no page of ours: browsers keep it, they don't show it here.
        let kept =
            answer.headers().get(header::CONTENT_DISPOSITION).is_some_and(|d| d.as_bytes().starts_with(b"attach"));
        let body = if kept { String::new() } else { text(answer).await };
        for bad in ["<script>", " style=\"", " onclick", "src=\"http", "href=\"http", "url(http", "@import"] {
            assert!(!body.contains(bad), "{}: {bad}", route.path);
        }
    }
}

#[tokio::test]
async fn pages_that_are_not_there_say_so_in_the_readers_language() {
    let router = web::router(app("door-lost"));
    let (status, body) = get(&router, "/nulle-part").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(body.contains("Cette page n’existe pas") && body.contains("lang=\"fr\""));
    let english = request("GET", "/nulle-part").header(header::ACCEPT_LANGUAGE, "en-GB,en;q=0.9");
    let body = text(send(&router, english.body(Body::empty()).expect("a request")).await).await;
    assert!(body.contains("There is no such page") && body.contains("lang=\"en\""));
}

#[tokio::test]
async fn the_language_is_kept_and_nobody_is_sent_away() {
    let router = web::router(app("door-language"));
    for (back, place) in [("/", "/"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("https://evil", "/")] {
        let form = request("POST", "/langue").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = format!("langue=en&retour={}", back.replace('\\', "%5C"));
        let answer = send(&router, form.body(Body::from(body)).expect("a request")).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()[header::LOCATION], place, "{back}");
        assert!(answer.headers()[header::SET_COOKIE].to_str().expect("text").starts_with("langue=en;"));
    }
}
