//! Every route × every role × another organisation, from a table of its own: a route that is not in it fails the test.

mod common;

use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use common::{Machine, request, send, text};
use follow::{Cadence, Promise};
use people::{Right, Role, Secret};
use std::path::PathBuf;
use store::{Contract, Incoming, Newcomer, Place, Stage, Standing, Store};
use web::{App, Host as _, Settings};

/// Method, path, what is needed: written by hand, apart from the table the router is built from.
const TABLE: &[(&str, &str, &str)] = &[
    ("GET", "/", "Read"),
    ("GET", "/alertes", "Read"),
    ("GET", "/analyses", "Read"),
    ("GET", "/analyses.xlsx", "Read"),
    ("GET", "/analyses/comparer", "Read"),
    ("GET", "/analyses/{id}", "Read"),
    ("GET", "/analyses/{id}/corriger", "Read"),
    ("POST", "/analyses/{id}/corriger", "Contribute"),
    ("GET", "/analyses/{id}/corriger/apercu", "Read"),
    ("GET", "/analyses/{id}/corriger/avenant/{form}", "Read"),
    ("GET", "/analyses/{id}/corriger/contrat", "Read"),
    ("GET", "/analyses/{id}/corriger/lettre/{form}", "Read"),
    ("GET", "/analyses/{id}/lecture", "Read"),
    ("GET", "/analyses/{id}/lecture.css", "Read"),
    ("GET", "/analyses/{id}/original", "Read"),
    ("GET", "/analyses/{id}/points/{point}", "Read"),
    ("GET", "/analyses/{id}/prestataire", "Read"),
    ("GET", "/analyses/{id}/prestataire/contrat", "Read"),
    ("POST", "/analyses/{id}/profil", "Contribute"),
    ("GET", "/analyses/{id}/rapport/{form}", "Read"),
    ("POST", "/analyses/{id}/reponses", "Contribute"),
    ("GET", "/analyses/{id}/retirer", "Contribute"),
    ("POST", "/analyses/{id}/retirer", "Contribute"),
    ("GET", "/analyses/{id}/suivre", "Contribute"),
    ("POST", "/analyses/{id}/suivre", "Contribute"),
    ("GET", "/analyses/{id}/versions", "Read"),
    ("GET", "/api/v1/comparison", "Read"),
    ("GET", "/api/v1/cascade", "Read"),
    ("GET", "/api/v1/checkpoint", "Verify"),
    ("GET", "/api/v1/contracts", "Visit"),
    ("GET", "/api/v1/contracts/{id}", "Visit"),
    ("POST", "/api/v1/contracts/{id}/decisions", "Manage"),
    ("GET", "/api/v1/contracts/{id}/promises", "Visit"),
    ("GET", "/api/v1/contracts/{id}/status", "Visit"),
    ("GET", "/api/v1/entries", "Verify"),
    ("GET", "/api/v1/entries/{seq}/inclusion", "Verify"),
    ("GET", "/api/v1/me", "SignedIn"),
    ("GET", "/api/v1/openapi.json", "Nothing"),
    ("GET", "/api/v1/proofs", "Visit"),
    ("POST", "/api/v1/proofs", "Bring"),
    ("GET", "/api/v1/proofs/{id}", "Visit"),
    ("POST", "/api/v1/proofs/{id}/contract", "Contribute"),
    ("GET", "/api/v1/search", "Visit"),
    ("GET", "/api/v1/alerts", "Read"),
    ("GET", "/api/v1/contracts/{id}/document", "Visit"),
    ("POST", "/api/v1/contracts/{id}/corrections", "Manage"),
    ("POST", "/api/v1/contracts/{id}/waivers", "Manage"),
    ("POST", "/api/v1/contracts/{id}/dossier", "Verify"),
    ("GET", "/api/v1/documents", "Read"),
    ("GET", "/api/v1/documents/{name}", "Read"),
    ("POST", "/api/v1/documents/{name}/{form}", "Read"),
    ("POST", "/api/v1/dossier", "Verify"),
    ("GET", "/api/v1/invitations", "Administer"),
    ("POST", "/api/v1/invitations", "Administer"),
    ("DELETE", "/api/v1/invitations/{digest}", "Administer"),
    ("GET", "/api/v1/people", "Administer"),
    ("POST", "/api/v1/people/{id}", "Administer"),
    ("GET", "/api/v1/points", "Read"),
    ("GET", "/api/v1/points/{id}", "Read"),
    ("GET", "/api/v1/proofs/{id}/file", "Visit"),
    ("GET", "/api/v1/providers", "Read"),
    ("GET", "/api/v1/reviews", "Read"),
    ("POST", "/api/v1/reviews", "Contribute"),
    ("GET", "/api/v1/reviews/{id}", "Read"),
    ("DELETE", "/api/v1/reviews/{id}", "Contribute"),
    ("POST", "/api/v1/reviews/{id}/answers", "Contribute"),
    ("POST", "/api/v1/reviews/{id}/contract", "Contribute"),
    ("GET", "/api/v1/reviews/{id}/files/{name}", "Read"),
    ("POST", "/api/v1/reviews/{id}/judgement", "Contribute"),
    ("GET", "/api/v1/reviews/{id}/mend", "Read"),
    ("POST", "/api/v1/reviews/{id}/mend", "Contribute"),
    ("GET", "/api/v1/reviews/{id}/verdicts", "Read"),
    ("GET", "/api/v1/reviews/{id}/versions", "Read"),
    ("GET", "/api/v1/settings", "Administer"),
    ("POST", "/api/v1/settings", "Administer"),
    ("GET", "/api/v1/sources", "Administer"),
    ("POST", "/api/v1/sources", "Administer"),
    ("DELETE", "/api/v1/sources/{id}", "Administer"),
    ("GET", "/api/v1/tokens", "Administer"),
    ("POST", "/api/v1/tokens", "Administer"),
    ("DELETE", "/api/v1/tokens/{id}", "Administer"),
    ("POST", "/api/v1/verifications", "Verify"),
    ("POST", "/api/v1/contracts/{id}/term", "Manage"),
    ("POST", "/api/v1/contracts/{id}/rank", "Manage"),
    ("GET", "/api/v1/contracts/{id}/reports/{month}/{form}", "Read"),
    ("POST", "/api/v1/proofs/{id}/share", "Contribute"),
    ("GET", "/assets/{name}", "Nothing"),
    ("GET", "/compte", "SignedIn"),
    ("POST", "/compte/cles", "SignedIn"),
    ("POST", "/compte/cles/defi", "SignedIn"),
    ("POST", "/compte/cles/{id}/retirer", "SignedIn"),
    ("POST", "/compte/code", "SignedIn"),
    ("POST", "/compte/mot-de-passe", "SignedIn"),
    ("GET", "/connexion", "Nothing"),
    ("POST", "/connexion", "Nothing"),
    ("POST", "/connexion/cle", "Nothing"),
    ("POST", "/connexion/cle/defi", "Nothing"),
    ("POST", "/connexion/code", "Nothing"),
    ("GET", "/connexion/oidc", "Nothing"),
    ("GET", "/connexion/oidc/retour", "Nothing"),
    ("GET", "/contrats", "Visit"),
    ("GET", "/contrats/{id}", "Visit"),
    ("GET", "/contrats/{id}/dates", "Manage"),
    ("POST", "/contrats/{id}/dates", "Manage"),
    ("POST", "/contrats/{id}/decisions", "Manage"),
    ("GET", "/contrats/{id}/document", "Visit"),
    ("POST", "/contrats/{id}/dossier", "Verify"),
    ("GET", "/contrats/{id}/promesses", "Manage"),
    ("POST", "/contrats/{id}/promesses/corriger", "Manage"),
    ("POST", "/contrats/{id}/promesses/dispenser", "Manage"),
    ("GET", "/contrats/{id}/rang", "Manage"),
    ("POST", "/contrats/{id}/rang", "Manage"),
    ("GET", "/contrats/{id}/rapports/{month}/{form}", "Read"),
    ("POST", "/deconnexion", "Nothing"),
    ("GET", "/documents", "Read"),
    ("GET", "/documents/{name}", "Read"),
    ("POST", "/documents/{name}", "Read"),
    ("POST", "/exemple", "Contribute"),
    ("GET", "/guide", "Read"),
    ("GET", "/guide/{point}", "Read"),
    ("GET", "/invitation/{secret}", "Nothing"),
    ("POST", "/invitation/{secret}", "Nothing"),
    ("GET", "/invitation/{secret}/oidc", "Nothing"),
    ("POST", "/langue", "Nothing"),
    ("POST", "/lectures", "Contribute"),
    ("GET", "/lectures/{batch}", "Read"),
    ("GET", "/prestataires", "Read"),
    ("GET", "/prestataires/cascade", "Read"),
    ("GET", "/preuves", "Visit"),
    ("POST", "/preuves", "Bring"),
    ("GET", "/preuves/{id}", "Visit"),
    ("GET", "/preuves/{id}/fichier", "Visit"),
    ("POST", "/preuves/{id}/partager", "Contribute"),
    ("POST", "/preuves/{id}/rattacher", "Contribute"),
    ("GET", "/rapports", "Read"),
    ("GET", "/recherche", "Visit"),
    ("GET", "/registre", "Verify"),
    ("POST", "/registre/dossier", "Verify"),
    ("GET", "/registre/verification", "Verify"),
    ("POST", "/registre/verifier", "Verify"),
    ("GET", "/registre/{seq}/preuve", "Verify"),
    ("GET", "/reglages", "Administer"),
    ("GET", "/reglages/conservation", "Administer"),
    ("POST", "/reglages/conservation", "Administer"),
    ("POST", "/reglages/conservation/effacer", "Administer"),
    ("GET", "/reglages/courrier", "Administer"),
    ("POST", "/reglages/courrier/essai", "Administer"),
    ("GET", "/reglages/organisation", "Administer"),
    ("GET", "/reglages/sauvegarde", "Administer"),
    ("POST", "/reglages/sauvegarde", "Administer"),
    ("GET", "/reglages/sources", "Administer"),
    ("POST", "/reglages/sources", "Administer"),
    ("POST", "/reglages/sources/{id}/retirer", "Administer"),
    ("POST", "/reglages/invitations/{digest}/retirer", "Administer"),
    ("POST", "/reglages/inviter", "Administer"),
    ("POST", "/reglages/jetons", "Administer"),
    ("POST", "/reglages/jetons/{id}/retirer", "Administer"),
    ("POST", "/reglages/organisation", "Administer"),
    ("POST", "/reglages/personnes/{id}", "Administer"),
    ("POST", "/reglages/premier", "Administer"),
];

/// Words that stand in the other organisation's data only.
const MARK: &str = "Zébulon";

struct World {
    router: Router,
    place: Place,
}

fn open(place: &Place, org: &str) -> Store {
    Store::open(place, org, &|| [9; 32], Machine.now()).expect("the register opens")
}

fn promise(contract: &str) -> Promise {
    Promise {
        id: format!("{contract}/SAU-01"),
        point: None,
        title: format!("Sauvegardes {MARK}"),
        debtor: contract::Debtor::Provider,
        article: String::new(),
        page: 1,
        quote: format!("Le prestataire {MARK} sauvegarde chaque jour."),
        figures: Vec::new(),
        proved_by: vec!["backup".to_owned()],
        machines: Vec::new(),
        cadence: Cadence::Days(1),
        grace: None,
        yardstick: None,
        reference: String::new(),
        from: jiff::civil::date(2026, 11, 1),
        until: None,
        waivers: Vec::new(),
        exclusions: Vec::new(),
        penalty: None,
    }
}

/// A contract with a promise and a proof.
fn fill(store: &mut Store, provider: &str) -> String {
    let now = Machine.now();
    let contract = Contract {
        id: String::new(),
        provider: provider.to_owned(),
        file: "contrat.pdf".to_owned(),
        sha256: ledger::Digest::of(b""),
        signed: jiff::civil::date(2026, 1, 1),
        term: None,
        clauses: Vec::new(),
        region: follow::Region::default(),
        zone: "Europe/Paris".to_owned(),
        service: follow::ServiceHours::default(),
    };
    let id = store.add_contract(contract, provider.as_bytes(), "x", now).expect("filed");
    store.add_promises(&id, vec![promise(&id)], Standing::Confirmed, "x", now).expect("entered");
    let received = now.to_zoned(jiff::tz::TimeZone::UTC);
    let bytes = format!("preuve {provider}");
    let incoming =
        Incoming { name: "p.txt", bytes: bytes.as_bytes(), via: "file", contract: Some(&id), ..Incoming::default() };
    store.file(&incoming, &received, now).expect("filed");
    id
}

/// The session cookie of a new account.
fn member(store: &mut Store, role: Role, contract: Option<&str>, n: u8) -> String {
    let now = Machine.now();
    let email = format!("{}-{n}@exemple.fr", role.name());
    let who = Newcomer { email, name: format!("Nom {n}"), role, contract: contract.map(str::to_owned) };
    let id = store.add_account(&who, "$argon2id$x", "x", now).expect("made");
    let secret = Secret::new(&[n; 32]);
    store.begin_session(id, Stage::Whole, &secret.digest(), None, now).expect("begun");
    format!("clausule={}", secret.text())
}

fn world(name: &str) -> World {
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&data);
    std::fs::create_dir_all(&data).expect("a folder");
    let place = Place::folder(&data);
    let settings = Settings {
        place: place.clone(),
        org: "principal".to_owned(),
        person: "Camille".to_owned(),
        hosts: vec!["127.0.0.1".to_owned()],
        secure: false,
        shared: false,
        proxied: false,
    };
    let engine = check::Engine::new(points::embedded()).expect("patterns compile");
    World { router: web::router(App::new(settings, Box::new(Machine), engine)), place }
}

/// A path with its blanks filled: the contract, the proof.
fn filled(path: &str, contract: &str, number: &str) -> String {
    let contracts = path.contains("/contrats/") || path.contains("/contracts/");
    let fill = |part: &str| match part {
        "{id}" if contracts => contract.to_owned(),
        p if p.starts_with('{') => number.to_owned(),
        p => p.to_owned(),
    };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

async fn ask(router: &Router, method: &str, path: &str, cookie: &str) -> Response<Body> {
    let kind = if path.starts_with("/api/") { "application/json" } else { "application/x-www-form-urlencoded" };
    let request = request(method, path).header(header::COOKIE, cookie).header(header::CONTENT_TYPE, kind);
    send(router, request.body(Body::empty()).expect("a request")).await
}

fn right(name: &str) -> Option<Right> {
    Some(match name {
        "Nothing" | "SignedIn" => return None,
        "Visit" => Right::Visit,
        "Bring" => Right::Bring,
        "Read" => Right::Read,
        "Contribute" => Right::Contribute,
        "Manage" => Right::Decide,
        "Verify" => Right::Verify,
        "Administer" => Right::Administer,
        other => panic!("{other} is no need"),
    })
}

#[test]
fn every_route_is_in_the_table_with_what_it_needs() {
    let mut routes: Vec<(String, String)> =
        web::routes::all().map(|r| (format!("{} {}", r.method, r.path), format!("{:?}", r.needs))).collect();
    let mut table: Vec<(String, String)> =
        TABLE.iter().map(|(method, path, needs)| (format!("{method} {path}"), (*needs).to_owned())).collect();
    routes.sort();
    table.sort();
    assert_eq!(routes, table);
}

#[tokio::test]
async fn every_route_refuses_whoever_may_not_come() {
    let world = world("rights-roles");
    let mut store = open(&world.place, "principal");
    let own = fill(&mut store, "Un");
    let other = fill(&mut store, "Deux");
    let mut n = 10;
    // Administrators last: what they post changes who may come.
    for role in Role::ALL {
        n += 1;
        let cookie = member(&mut store, role, role.bound().then_some(own.as_str()), n);
        for (method, path, needs) in TABLE.iter().filter(|t| t.1 != "/deconnexion") {
            let may = right(needs).is_none_or(|r| role.may(r));
            let at = filled(path, &other, "2");
            let status = ask(&world.router, method, &at, &cookie).await.status();
            let say = format!("{role:?} {method} {at}: {status}");
            assert!(!status.is_server_error(), "{say}");
            if may {
                assert_ne!(status, StatusCode::UNAUTHORIZED, "{say}");
                assert!(status != StatusCode::FORBIDDEN, "{say}");
            } else {
                assert_eq!(status, StatusCode::FORBIDDEN, "{say}");
            }
            let about_one = path.contains("{id}") && matches!(*needs, "Visit" | "Bring");
            if role.bound() && about_one {
                assert_eq!(status, StatusCode::NOT_FOUND, "another contract does not exist for a guest: {say}");
                let mine = ask(&world.router, method, &filled(path, &own, "1"), &cookie).await.status();
                assert!(mine.is_success(), "its own does: {method} {path}: {mine}");
            }
        }
    }
}

#[tokio::test]
async fn strangers_are_asked_to_sign_in() {
    let world = world("rights-strangers");
    let mut store = open(&world.place, "principal");
    let id = fill(&mut store, "Un");
    member(&mut store, Role::Administrator, None, 1);
    let half = Secret::new(&[2; 32]);
    store.begin_session(1, Stage::Code, &half.digest(), None, Machine.now()).expect("begun");
    let cookies = [
        String::new(),
        format!("clausule={}", Secret::new(&[77; 32]).text()),
        "clausule=../../x".to_owned(),
        format!("clausule={}", half.text()),
    ];
    for cookie in &cookies {
        for (method, path, needs) in TABLE.iter().filter(|t| t.2 != "Nothing") {
            let at = filled(path, &id, "1");
            let response = ask(&world.router, method, &at, cookie).await;
            let page = *method == "GET" && !at.starts_with("/api/");
            let expected = if page { StatusCode::SEE_OTHER } else { StatusCode::UNAUTHORIZED };
            assert_eq!(response.status(), expected, "{method} {at} ({needs})");
            if page {
                assert!(response.headers()[header::LOCATION].to_str().expect("text").starts_with("/connexion"));
            }
            assert!(!text(response).await.contains(MARK), "{method} {at}");
        }
    }
}

#[tokio::test]
async fn another_organisation_sees_and_changes_nothing() {
    let world = world("rights-orgs");
    let mut store = open(&world.place, "principal");
    let id = fill(&mut store, MARK);
    let mut stranger = open(&world.place, "voisin");
    let cookie = member(&mut stranger, Role::Administrator, None, 1);
    let before = store.head().expect("read");
    for (method, path, needs) in TABLE.iter().filter(|t| t.1 != "/deconnexion") {
        let at = filled(path, &id, "1");
        let response = ask(&world.router, method, &at, &cookie).await;
        let status = response.status();
        assert!(!status.is_server_error(), "{method} {at}: {status}");
        assert!(!text(response).await.contains(MARK), "{method} {at} ({needs}) tells of another organisation");
        if path.contains("/contrats/{id}") || path.contains("/contracts/{id}") {
            let hidden =
                matches!(status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY);
            assert!(hidden, "{method} {at}: {status}");
        }
    }
    assert_eq!(store.head().expect("read"), before, "no entry was added");
}
