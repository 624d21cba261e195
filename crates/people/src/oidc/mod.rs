//! OpenID Connect: the authorization code flow with PKCE, state and nonce, as a relying party. Pure: a [`Call`] is made by
//! whoever has a network, the time is handed in.

mod token;

pub use token::{Claims, Keys};

use crate::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// Longest document of a provider that is read, in bytes.
const LONGEST: usize = 256 << 10;

/// Why a sign-in by a provider failed. The words are for the log; they hold nothing of what was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// What the provider publishes about itself can't be used.
    #[error("the provider's configuration: {0}")]
    Provider(&'static str),
    /// The provider does not accept us, or the code.
    #[error("the provider refused the code: {0}")]
    Code(String),
    /// The token is no token, or is signed in a way that is not accepted.
    #[error("the token: {0}")]
    Token(&'static str),
    /// No key of the provider is the one that signed: its keys may have been renewed.
    #[error("the token is signed by a key that the provider does not publish")]
    UnknownKey,
    /// The signature is not that of the key.
    #[error("the token's signature is wrong")]
    Signature,
    /// Another provider made it.
    #[error("the token is of another issuer")]
    Issuer,
    /// It was made for another application.
    #[error("the token is for another application")]
    Audience,
    /// It was made for another sign-in.
    #[error("the token answers another sign-in")]
    Nonce,
    /// It is too old, or not good yet by our clock.
    #[error("the token is not good at this time")]
    Time,
}

/// A provider of identities, as an administrator set it up.
#[derive(Clone)]
pub struct Client {
    /// What people call it: "Pro Santé Connect".
    pub name: String,
    /// Its address, exactly as in its tokens.
    pub issuer: String,
    /// The name under which it knows us.
    pub id: String,
    /// What proves that it is us.
    pub secret: String,
    /// Where browsers reach us, without a slash at the end.
    pub address: String,
    /// What is asked for; `openid` is always.
    pub scopes: String,
    /// The strength of sign-in asked for, where one is.
    pub acr: Option<String>,
    /// Whether the secret goes in the body (`client_secret_post`); as the provider publishes where nothing is said.
    pub post: Option<bool>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "Client({} at {})", self.id, self.issuer)
    }
}

/// What a provider publishes about itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

/// A request to a provider.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// Where to.
    pub url: String,
    /// Headers besides those of the form.
    pub headers: Vec<(String, String)>,
    /// The form to post; a plain question where there is none.
    pub form: Option<String>,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "Call({})", self.url)
    }
}

impl Call {
    fn get(url: &str) -> Self {
        Self { url: url.to_owned(), headers: Vec::new(), form: None }
    }
}

/// What the token endpoint gives.
#[derive(Clone, Deserialize)]
pub struct Tokens {
    id_token: String,
    #[serde(default)]
    access_token: Option<String>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("Tokens(…)")
    }
}

/// The state that goes through the browser: it follows from a ticket that only this browser holds.
pub fn state(ticket: &Secret) -> Secret {
    ticket.derived("oidc state")
}

fn nonce(ticket: &Secret) -> Secret {
    ticket.derived("oidc nonce")
}

fn verifier(ticket: &Secret) -> Secret {
    ticket.derived("oidc verifier")
}

/// Pairs as a query or a form.
fn encoded(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect::<Vec<_>>().join("&")
}

/// A text as it stands in addresses and forms.
pub fn percent(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Whether an address may be asked: TLS, or this machine for a provider that is on this machine.
fn allowed(url: &str) -> bool {
    let here = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let loopback = here.iter().any(|h| url.strip_prefix(h).is_some_and(|r| r.is_empty() || r.starts_with([':', '/'])));
    let clean = url.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'#' | b'@' | b'"' | b'<' | b'>'));
    clean && (url.starts_with("https://") || loopback)
}

impl Client {
    /// Whether the addresses can be used; what is wrong with them, in French.
    ///
    /// # Errors
    /// When one is no HTTPS address (this machine excepted), or a name is missing.
    pub fn checked(self) -> Result<Self, String> {
        for (what, url) in [("issuer", &self.issuer), ("address", &self.address)] {
            if !allowed(url) {
                return Err(format!(
                    "« {what} » doit être une adresse https:// (http:// pour cette machine seulement)"
                ));
            }
        }
        if self.address.ends_with('/') || self.id.is_empty() || self.secret.is_empty() || self.name.trim().is_empty() {
            return Err("donnez name, client_id, un secret, et address sans barre à la fin".to_owned());
        }
        Ok(self)
    }

    /// Where the provider sends browsers back to; it must be told this address.
    pub fn redirect(&self) -> String {
        format!("{}/connexion/oidc/retour", self.address)
    }

    /// Asks what the provider publishes about itself.
    pub fn ask(&self) -> Call {
        Call::get(&format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/')))
    }

    /// Reads what it publishes.
    ///
    /// # Errors
    /// When it speaks for another issuer, or names an address without TLS.
    pub fn discovered(&self, body: &[u8]) -> Result<Discovery, Refusal> {
        if body.len() > LONGEST {
            return Err(Refusal::Provider("too long"));
        }
        let found: Discovery = serde_json::from_slice(body).map_err(|_| Refusal::Provider("unreadable"))?;
        if found.issuer != self.issuer {
            return Err(Refusal::Provider("another issuer"));
        }
        let named = [&found.authorization_endpoint, &found.token_endpoint, &found.jwks_uri];
        if named.into_iter().chain(&found.userinfo_endpoint).any(|url| !allowed(url)) {
            return Err(Refusal::Provider("an address without TLS"));
        }
        Ok(found)
    }

    /// Where the browser is sent to sign in.
    pub fn authorize(&self, at: &Discovery, ticket: &Secret) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier(ticket).text().as_bytes()));
        let (redirect, scope) = (self.redirect(), format!("openid {}", self.scopes));
        let (state, nonce) = (state(ticket), nonce(ticket));
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", self.id.as_str()),
            ("redirect_uri", redirect.as_str()),
            ("scope", scope.trim()),
            ("state", state.text()),
            ("nonce", nonce.text()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        pairs.extend(self.acr.as_deref().map(|acr| ("acr_values", acr)));
        let joint = if at.authorization_endpoint.contains('?') { '&' } else { '?' };
        format!("{}{joint}{}", at.authorization_endpoint, encoded(&pairs))
    }

    /// Changes a code into tokens.
    pub fn exchange(&self, at: &Discovery, code: &str, ticket: &Secret) -> Call {
        let (redirect, verifier) = (self.redirect(), verifier(ticket));
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect.as_str()),
            ("code_verifier", verifier.text()),
        ];
        let known = &at.token_endpoint_auth_methods_supported;
        let posts =
            || known.iter().any(|m| m == "client_secret_post") && !known.iter().any(|m| m == "client_secret_basic");
        let mut headers = vec![("Accept".to_owned(), "application/json".to_owned())];
        if self.post.unwrap_or_else(posts) {
            pairs.extend([("client_id", self.id.as_str()), ("client_secret", self.secret.as_str())]);
        } else {
            let pair = STANDARD.encode(format!("{}:{}", percent(&self.id), percent(&self.secret)));
            headers.push(("Authorization".to_owned(), format!("Basic {pair}")));
        }
        Call { url: at.token_endpoint.clone(), headers, form: Some(encoded(&pairs)) }
    }

    /// Reads the answer to a code.
    ///
    /// # Errors
    /// When the provider refuses the code or us.
    pub fn exchanged(status: u16, body: &[u8]) -> Result<Tokens, Refusal> {
        if status == 200 && body.len() <= LONGEST {
            return serde_json::from_slice(body).map_err(|_| Refusal::Token("no identity in the answer"));
        }
        let said = serde_json::from_slice::<serde_json::Value>(body).ok();
        let said = said.as_ref().and_then(|v| v["error"].as_str()).unwrap_or_default();
        let plain: String = said.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(60).collect();
        Err(Refusal::Code(format!("{status} {plain}")))
    }

    /// Asks for the provider's keys.
    pub fn ask_keys(at: &Discovery) -> Call {
        Call::get(&at.jwks_uri)
    }

    /// Who signed in, by a token that is held to the provider's keys, to us, to this sign-in and to `now`, in seconds since 1970.
    ///
    /// # Errors
    /// What is wrong with it; [`Refusal::UnknownKey`] when the keys should be asked for anew.
    pub fn verify(&self, tokens: &Tokens, keys: &Keys, ticket: &Secret, now: i64) -> Result<Claims, Refusal> {
        token::verify(&tokens.id_token, keys, &self.issuer, &self.id, &nonce(ticket), now)
    }

    /// Asks for what the token does not say of the person, where the provider tells.
    pub fn ask_person(at: &Discovery, tokens: &Tokens) -> Option<Call> {
        let (url, token) = (at.userinfo_endpoint.as_ref()?, tokens.access_token.as_ref()?);
        let headers = vec![("Authorization".to_owned(), format!("Bearer {token}"))];
        Some(Call { url: url.clone(), headers, form: None })
    }

    /// The same person with what the provider tells besides; nothing of another one is taken.
    pub fn completed(claims: Claims, body: &[u8]) -> Claims {
        let told = Some(body).filter(|b| b.len() <= LONGEST).and_then(|b| token::person(b, &claims.subject));
        match told {
            Some(told) => {
                Claims { email: claims.email.or(told.email), name: claims.name.or(told.name), subject: claims.subject }
            }
            None => claims,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> Client {
        Client {
            name: "Essai".to_owned(),
            issuer: "https://id.exemple.fr".to_owned(),
            id: "clausule & co".to_owned(),
            secret: "très secret:".to_owned(),
            address: "https://clausule.exemple.fr".to_owned(),
            scopes: "email profile".to_owned(),
            acr: Some("eidas1".to_owned()),
            post: None,
        }
    }

    fn published(issuer: &str, token: &str, methods: &str) -> Vec<u8> {
        format!(
            r#"{{"issuer":"{issuer}","authorization_endpoint":"https://id.exemple.fr/auth","token_endpoint":"{token}",
            "jwks_uri":"https://id.exemple.fr/keys","token_endpoint_auth_methods_supported":{methods}}}"#
        )
        .into_bytes()
    }

    #[test]
    fn a_provider_speaks_for_itself_and_over_tls() {
        let client = client();
        let good = published("https://id.exemple.fr", "https://id.exemple.fr/token", "[]");
        assert!(client.discovered(&good).is_ok());
        let other = published("https://id.exemple.fr.evil", "https://id.exemple.fr/token", "[]");
        assert_eq!(client.discovered(&other), Err(Refusal::Provider("another issuer")));
        for token in ["http://id.exemple.fr/token", "http://127.0.0.1.evil/token", "https://a@b/", "file:///etc/passwd"]
        {
            let plain = published("https://id.exemple.fr", token, "[]");
            assert_eq!(client.discovered(&plain), Err(Refusal::Provider("an address without TLS")), "{token}");
        }
        assert!(client.discovered(b"<html>").is_err());
        assert!(Client { issuer: "http://id.exemple.fr".to_owned(), ..client.clone() }.checked().is_err());
        assert!(Client { issuer: "http://127.0.0.1:3000".to_owned(), ..client.clone() }.checked().is_ok());
        assert!(Client { secret: String::new(), ..client }.checked().is_err());
    }

    #[test]
    fn nothing_of_the_ticket_goes_through_the_browser() {
        let client = client();
        let at = client.discovered(&published("https://id.exemple.fr", "https://id.exemple.fr/t", "[]")).expect("read");
        let ticket = Secret::new(&[4; 32]);
        let url = client.authorize(&at, &ticket);
        assert!(
            url.starts_with("https://id.exemple.fr/auth?response_type=code&client_id=clausule%20%26%20co&"),
            "{url}"
        );
        assert!(url.contains("redirect_uri=https%3A%2F%2Fclausule.exemple.fr%2Fconnexion%2Foidc%2Fretour&"), "{url}");
        assert!(url.contains("&scope=openid%20email%20profile&") && url.ends_with("&acr_values=eidas1"), "{url}");
        for hidden in [ticket.text(), verifier(&ticket).text()] {
            assert!(!url.contains(hidden), "{url}");
        }
        assert!(url.contains(state(&ticket).text()) && url.contains(nonce(&ticket).text()));
    }

    #[test]
    fn the_secret_goes_as_the_provider_wants_it_and_never_into_a_log() {
        let client = client();
        let ticket = Secret::new(&[4; 32]);
        let at = |methods: &str| {
            client.discovered(&published("https://id.exemple.fr", "https://id.exemple.fr/t", methods)).expect("read")
        };
        let basic = client.exchange(&at("[]"), "co de", &ticket);
        let pair = STANDARD.encode("clausule%20%26%20co:tr%C3%A8s%20secret%3A");
        assert!(basic.headers.iter().any(|h| h.1 == format!("Basic {pair}")));
        let form = basic.form.clone().expect("a form");
        assert!(form.contains("code=co%20de&") && !form.contains("client_secret"), "{form}");
        assert!(form.contains(verifier(&ticket).text()));
        let post = client.exchange(&at(r#"["client_secret_post"]"#), "c", &ticket);
        assert!(post.form.clone().expect("a form").ends_with("client_secret=tr%C3%A8s%20secret%3A"));
        assert!(post.headers.iter().all(|h| h.0 != "Authorization"));
        let both = client.exchange(&at(r#"["client_secret_post","client_secret_basic"]"#), "c", &ticket);
        assert!(both.headers.iter().any(|h| h.0 == "Authorization"));
        let logged = format!("{client:?} {basic:?} {post:?}");
        assert!(!logged.contains("secret:") && !logged.contains(&pair) && !logged.contains("%A8s"), "{logged}");
    }

    #[test]
    fn a_refused_code_says_why_without_repeating_what_came() {
        let refused = Client::exchanged(400, br#"{"error":"invalid_grant\n<b>","error_description":"secret"}"#);
        assert_eq!(refused.err(), Some(Refusal::Code("400 invalid_grantb".to_owned())));
        assert_eq!(Client::exchanged(502, b"<html>").err(), Some(Refusal::Code("502 ".to_owned())));
        assert!(matches!(Client::exchanged(200, b"{}"), Err(Refusal::Token(_))));
        assert!(Client::exchanged(200, br#"{"id_token":"a.b.c","token_type":"Bearer"}"#).is_ok());
    }

    #[test]
    fn what_is_told_besides_is_of_the_same_person() {
        let claims = Claims { subject: "1".to_owned(), email: None, name: None };
        let told = br#"{"sub":"1","email":"A@b.fr","email_verified":true,"name":"Anne"}"#;
        let whole = Client::completed(claims.clone(), told);
        assert_eq!((whole.email.as_deref(), whole.name.as_deref()), (Some("A@b.fr"), Some("Anne")));
        let other = br#"{"sub":"2","email":"a@b.fr","email_verified":true}"#;
        assert_eq!(Client::completed(claims.clone(), other), claims);
        let unproved = br#"{"sub":"1","email":"a@b.fr","email_verified":false}"#;
        assert_eq!(Client::completed(claims.clone(), unproved), claims);
    }
}
