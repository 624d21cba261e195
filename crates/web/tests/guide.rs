//! Every point's page and every document is there and whole.

mod common;

use axum::body::Body;
use axum::http::{StatusCode, header};
use common::{app, get, request, send, text};
use http_body_util::BodyExt;

#[tokio::test]
async fn every_point_has_its_page() {
    let router = web::router(app("guide-points"));
    let catalogue = points::embedded();
    let (_, list) = get(&router, "/guide").await;
    for point in &catalogue.points {
        assert!(list.contains(&format!("href=\"/guide/{}\"", point.id)), "{} is listed", point.id);
        let (status, body) = get(&router, &format!("/guide/{}", point.id)).await;
        assert_eq!(status, StatusCode::OK, "{}", point.id);
        assert!(body.contains("<h2>") && !body.contains("+++"), "{}: its page is rendered", point.id);
    }
    let (_, found) = get(&router, "/guide?q=restauration").await;
    assert!(found.contains("/guide/SAU-06") && !found.contains("/guide/GOV-04"));
    assert_eq!(get(&router, "/guide/ZZZ-01").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_document_can_be_seen_and_taken() {
    let router = web::router(app("guide-documents"));
    let models = draft::documents::all().expect("whole templates");
    assert_eq!(models.len(), 13);
    for model in models {
        let path = format!("/documents/{}", model.name);
        assert_eq!(get(&router, &path).await.0, StatusCode::OK, "{path}");
        let post = |body: &'static str| {
            let form = request("POST", &path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            form.body(Body::from(body)).expect("a request")
        };
        let seen = text(send(&router, post("")).await).await;
        assert!(seen.contains("id=\"apercu\""), "{path} is shown");
        let taken = send(&router, post("prendre=docx")).await;
        assert_eq!(taken.status(), StatusCode::OK, "{path}");
        let bytes = taken.into_body().collect().await.expect("a body").to_bytes();
        let limits = readers::Limits::default();
        let read = readers::read("a.docx", &bytes, &readers::NoOcr, &limits).expect("it reads");
        assert!(read.text.len() > 500, "{path} says something");
        let wrong = send(&router, post("document.nulle-part=1")).await;
        assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
}
