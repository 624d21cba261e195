//! Signing in and out, the one-time code, an invitation taken up.

use crate::actor::Needs;
use crate::app::App;
use crate::links::{encoded, inside};
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::session;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::Form;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use people::webauthn::Site;
use people::{Secret, password, totp};
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use store::{Account, Invitation, Stage, Store};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/connexion", Needs::Nothing, || get(form)),
    Route::post("/connexion", Needs::Nothing, || post(sign_in)),
    Route::post("/connexion/code", Needs::Nothing, || post(code)),
    Route::post("/deconnexion", Needs::Nothing, || post(sign_out)),
    Route::get("/invitation/{secret}", Needs::Nothing, || get(invitation)),
    Route::post("/invitation/{secret}", Needs::Nothing, || post(accept)),
];

/// Free failures of a network address beyond an account's: an office shares one.
const OFFICE: i64 = 30;
/// Free failures of an account from all over the world beyond those from one address: few enough against guessing, too many for
/// a stranger to lock its owner out.
const WORLD: i64 = 1_000;

#[derive(Template)]
#[template(path = "keep/sign.html")]
pub(crate) struct SignPage {
    page: Page,
    /// What went wrong.
    wrong: String,
    email: String,
    back: String,
    /// Whether the one-time code is asked for now.
    code: bool,
    /// Whether the organisation must be told.
    org: bool,
    /// The provider of identities: its name, and where signing in by it begins.
    provider: Option<(String, String)>,
    /// Whether browsers allow passkeys under the name by which this one came.
    keys: bool,
}

impl SignPage {
    /// The page with nothing typed yet.
    pub(crate) fn new(app: &App, headers: &HeaderMap, page: Page, back: String) -> Self {
        let begins = format!("/connexion/oidc?suite={}", encoded(&back));
        let provider = app.host().provider().map(|p| (p.name.clone(), begins));
        let keys = site(app, headers).is_some();
        Self { page, wrong: String::new(), email: String::new(), back, code: false, org: false, provider, keys }
    }

    /// The same with what went wrong.
    pub(crate) fn saying(self, wrong: String) -> Self {
        Self { wrong, ..self }
    }
}

/// The site that passkeys are for, where browsers allow any.
pub(crate) fn site(app: &App, headers: &HeaderMap) -> Option<Site> {
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok())?;
    Site::of(host, app.settings().secure)
}

#[derive(Template)]
#[template(path = "keep/invitation.html")]
struct InvitationPage {
    page: Page,
    wrong: String,
    name: String,
    invited: Invitation,
    secret: String,
    /// The name of the provider of identities.
    provider: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Back {
    pub(crate) suite: Option<String>,
}

async fn form(State(app): State<App>, page: Page, headers: HeaderMap, Query(back): Query<Back>) -> Answer {
    show(&SignPage::new(&app, &headers, page, inside(back.suite)))
}

#[derive(Deserialize)]
struct Entry {
    email: String,
    mot_de_passe: String,
    organisation: Option<String>,
    suite: Option<String>,
}

/// The page again, with what was wrong, under the status that says so.
pub(crate) fn again(status: StatusCode, page: &SignPage, wait: i64) -> Answer {
    let mut response = (status, show(page)?).into_response();
    *response.status_mut() = status;
    if wait > 0 {
        response.headers_mut().insert(header::RETRY_AFTER, wait.into());
    }
    Ok(response)
}

/// Where a request comes from, as axum knows it.
pub(crate) type Peer = Option<axum::Extension<ConnectInfo<SocketAddr>>>;

/// What failures are counted under, with what each has free: the account from this network, the network, the account.
fn subjects(email: &str, network: &str) -> [(String, i64); 3] {
    let account = ledger::Digest::of(email.trim().to_lowercase().as_bytes());
    [
        (format!("compte {account} {network}"), 0),
        (format!("réseau {network}"), OFFICE),
        (format!("compte {account}"), WORLD),
    ]
}

/// The network a request comes from: an address, of IPv6 the half that one subscriber has. Behind a server of ours the peer is that
/// server, and the last address it wrote down is the one that it saw.
fn network(app: &App, peer: &Peer, headers: &HeaderMap) -> String {
    let written = headers.get_all("x-forwarded-for").iter().next_back().filter(|_| app.settings().proxied);
    let seen = written.and_then(|v| v.to_str().ok()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    match seen.or_else(|| peer.as_ref().map(|p| p.0.0.ip())).map(|ip| ip.to_canonical()) {
        Some(IpAddr::V6(v6)) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Some(v4) => v4.to_string(),
        None => "-".to_owned(),
    }
}

/// Seconds that a network must wait; where it need not, a failure is counted, to be taken back by [`Store::relent`].
pub(crate) async fn network_waits(app: &App, peer: &Peer, headers: &HeaderMap) -> Result<(String, i64), Trouble> {
    let (subject, now) = (format!("réseau {}", network(app, peer, headers)), app.host().now());
    let home = app.settings().org.clone();
    let found = app.store(&home, move |store| {
        let wait = store.attempt(&[(&subject, OFFICE)], now)?;
        Ok((subject, wait))
    });
    found.await
}

async fn sign_in(
    State(app): State<App>,
    page: Page,
    peer: Peer,
    headers: HeaderMap,
    Form(entry): Form<Entry>,
) -> Answer {
    let now = app.host().now();
    let home = app.settings().org.clone();
    let subjects = subjects(&entry.email, &network(&app, &peer, &headers));
    let asked = subjects.clone();
    let waits = app.store(&home, move |store| {
        let all: Vec<(&str, i64)> = asked.iter().map(|(subject, spare)| (subject.as_str(), *spare)).collect();
        store.attempt(&all, now)
    });
    let back = inside(entry.suite.clone());
    let mut shown = SignPage { email: entry.email.clone(), ..SignPage::new(&app, &headers, page, back) };
    let wait = waits.await?;
    if wait > 0 {
        shown.wrong = format!("Trop d'essais. Attendez {} avant de réessayer.", minutes(wait));
        return again(StatusCode::TOO_MANY_REQUESTS, &shown, wait);
    }
    let mut found = known(&app, &entry).await?;
    if found.len() > 1 {
        shown.org = true;
        shown.wrong = "Cette adresse a un compte dans plusieurs organisations : dites laquelle.".to_owned();
        return again(StatusCode::UNPROCESSABLE_ENTITY, &shown, 0);
    }
    let Some(account) = found.pop() else {
        shown.wrong = "Adresse ou mot de passe inconnus.".to_owned();
        return again(StatusCode::UNAUTHORIZED, &shown, 0);
    };
    let counted = app.store(&home, move |store| {
        let [(own, _), (network, _), (account, _)] = &subjects;
        store.forgive(own)?;
        // Others of this network, and other networks, may still be guessing.
        store.relent(network)?;
        store.relent(account)
    });
    counted.await?;
    begin(&app, &headers, &account, shown).await
}

/// "30 secondes", "15 minutes".
pub(crate) fn minutes(seconds: i64) -> String {
    if seconds < 60 { format!("{seconds} secondes") } else { format!("{} minutes", (seconds + 59) / 60) }
}

/// The accounts that this address and password open.
async fn known(app: &App, entry: &Entry) -> Result<Vec<Account>, Trouble> {
    let email = entry.email.clone();
    let mut all = app.store(&app.settings().org.clone(), move |s| s.accounts_anywhere(&email)).await?;
    if let Some(org) = entry.organisation.as_deref().map(str::trim).filter(|o| !o.is_empty()) {
        all.retain(|(account, _)| account.org == org);
    }
    let typed = entry.mot_de_passe.clone();
    app.hash(move || {
        if all.is_empty() {
            password::verify(&typed, None);
        }
        all.into_iter().filter(|(_, hash)| password::verify(&typed, hash.as_deref())).map(|(a, _)| a).collect()
    })
    .await
}

/// Begins a session with a fresh secret; whatever session the browser brought ends, so that none can be fixed beforehand.
pub(crate) async fn begin(app: &App, headers: &HeaderMap, account: &Account, mut shown: SignPage) -> Answer {
    let stage = if account.totp { Stage::Code } else { Stage::Whole };
    let cookie = open(app, headers, account, stage).await?;
    let mut response = if account.totp {
        shown.code = true;
        show(&shown)?
    } else {
        see(&shown.back)
    };
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

pub(crate) async fn open(
    app: &App,
    headers: &HeaderMap,
    account: &Account,
    stage: Stage,
) -> Result<axum::http::HeaderValue, Trouble> {
    let secure = app.settings().secure;
    let former = session::Papers::of(headers, secure, false).session.map(|s| s.digest());
    let (secret, id, now) = (Secret::new(&app.host().random()), account.id, app.host().now());
    let digest = secret.digest();
    app.store(&account.org, move |s: &mut Store| s.begin_session(id, stage, &digest, former.as_deref(), now)).await?;
    Ok(session::set(Some(&secret), secure))
}

#[derive(Deserialize)]
struct Code {
    code: String,
    suite: Option<String>,
}

async fn code(State(app): State<App>, page: Page, headers: HeaderMap, Form(typed): Form<Code>) -> Answer {
    let now = app.host().now();
    let papers = session::Papers::of(&headers, app.settings().secure, false);
    let Some(secret) = papers.session else { return Ok(see("/connexion")) };
    let (home, digest) = (app.settings().org.clone(), secret.digest());
    let half = app.store(&home, move |s: &mut Store| s.session_anywhere(&digest, now)).await?;
    let Some(half) = half.filter(|h| h.stage == Stage::Code) else { return Ok(see("/connexion")) };
    let (id, subject, text) = (half.account, format!("code {}/{}", half.org, half.account), typed.code);
    let done = app.store(&half.org, move |store| {
        let wait = store.attempt(&[(&subject, 0)], now)?;
        if wait > 0 {
            return Ok(Err(wait));
        }
        let (key, last) = store.totp(id)?;
        let step = key.and_then(|k| totp::accept(&k, &text, now.as_second(), last));
        let good = match step {
            Some(step) => store.use_totp(id, step)?,
            None => false,
        };
        if !good {
            return Ok(Err(0));
        }
        store.forgive(&subject)?;
        Ok(Ok(store.account(id)?))
    });
    let back = inside(typed.suite);
    match done.await? {
        Ok(account) => {
            let mut response = see(&back);
            response.headers_mut().insert(header::SET_COOKIE, open(&app, &headers, &account, Stage::Whole).await?);
            Ok(response)
        }
        Err(wait) => {
            let wrong = if wait > 0 {
                format!("Trop d'essais. Attendez {} avant de réessayer.", minutes(wait))
            } else {
                "Ce code n'est pas le bon, ou il a déjà servi. Attendez le suivant.".to_owned()
            };
            let status = if wait > 0 { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNAUTHORIZED };
            again(status, &SignPage { wrong, code: true, ..SignPage::new(&app, &headers, page, back) }, wait)
        }
    }
}

async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Answer {
    let secure = app.settings().secure;
    if let Some(secret) = session::Papers::of(&headers, secure, false).session {
        let digest = secret.digest();
        app.store(&app.settings().org.clone(), move |s: &mut Store| s.end_session(&digest)).await?;
    }
    let mut response = see("/connexion");
    response.headers_mut().insert(header::SET_COOKIE, session::set(None, secure));
    Ok(response)
}

/// The invitation of a secret, or none such page.
pub(crate) async fn invited(app: &App, secret: &str) -> Result<(Invitation, String), Trouble> {
    let digest = Secret::parse(secret).ok_or(Trouble::NotFound)?.digest();
    let (now, asked) = (app.host().now(), digest.clone());
    let home = app.settings().org.clone();
    let found = app.store(&home, move |s: &mut Store| s.invitation_anywhere(&asked, now)).await?;
    Ok((found.ok_or(Trouble::NotFound)?, digest))
}

async fn invitation(State(app): State<App>, page: Page, Path(secret): Path<String>) -> Answer {
    let (invited, _) = invited(&app, &secret).await?;
    let name = invited.who.name.clone();
    let provider = app.host().provider().map(|p| p.name.clone());
    show(&InvitationPage { page, wrong: String::new(), name, invited, secret, provider })
}

#[derive(Deserialize)]
struct Accepted {
    nom: String,
    mot_de_passe: String,
}

async fn accept(
    State(app): State<App>,
    page: Page,
    headers: HeaderMap,
    Path(secret): Path<String>,
    Form(form): Form<Accepted>,
) -> Answer {
    let (invited, digest) = invited(&app, &secret).await?;
    if let Some(wrong) = password::refusal(&form.mot_de_passe, &[&form.nom, &invited.who.email]) {
        let provider = app.host().provider().map(|p| p.name.clone());
        let shown = InvitationPage { page, wrong, name: form.nom, invited, secret, provider };
        let mut response: Response = show(&shown)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let hash = hashed(&app, form.mot_de_passe).await?;
    let (name, now) = (form.nom, app.host().now());
    let account = app.store(&invited.org, move |store| {
        let id = store.accept(&digest, &name, &hash, now)?;
        store.account(id)
    });
    let cookie = open(&app, &headers, &account.await?, Stage::Whole).await?;
    let mut response = see("/contrats");
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The hash of a new password.
pub(crate) async fn hashed(app: &App, typed: String) -> Result<String, Trouble> {
    let random = app.host().random();
    let mut salt = [0; 16];
    salt.copy_from_slice(&random[..16]);
    let hash = app.hash(move || password::hash(&typed, &salt)).await?;
    hash.ok_or_else(|| Trouble::Broken("argon2 refused its own settings".to_owned()))
}
