//! The identity token: a signed statement of the provider (RFC 7519), held to its keys, to us and to the time.

use super::Refusal;
use crate::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::Value;

/// Longest token read, in bytes.
const LONGEST: usize = 32 << 10;
/// Seconds by which clocks may differ.
const SLACK: i64 = 60;
/// Most keys of a provider.
const KEYS: usize = 50;

/// Who signed in, as the provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The person's name at the provider, never given to another.
    pub subject: String,
    /// The address, where the provider has checked it.
    pub email: Option<String>,
    /// What the person is called.
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    id: Option<String>,
    alg: Option<String>,
    material: Material,
}

/// The keys a provider signs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys(Vec<Key>);

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn key(value: &Value) -> Option<Key> {
    let text = |name: &str| value[name].as_str();
    if text("use").is_some_and(|u| u != "sig") {
        return None;
    }
    let material = match text("kty")? {
        "RSA" => {
            let n: Vec<u8> = bytes(text("n")?)?.into_iter().skip_while(|b| *b == 0).collect();
            Material::Rsa { n, e: bytes(text("e")?)?.into_iter().skip_while(|b| *b == 0).collect() }
        }
        "EC" if text("crv") == Some("P-256") => {
            let (x, y) = (bytes(text("x")?)?, bytes(text("y")?)?);
            Material::P256([&[4][..], &x, &y].concat()).sized()?
        }
        _ => return None,
    };
    Some(Key { id: text("kid").map(str::to_owned), alg: text("alg").map(str::to_owned), material })
}

impl Material {
    fn sized(self) -> Option<Self> {
        match &self {
            Self::P256(point) if point.len() != 65 => None,
            _ => Some(self),
        }
    }

    fn alg(&self) -> &'static str {
        match self {
            Self::Rsa { .. } => "RS256",
            Self::P256(_) => "ES256",
        }
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rsa { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
            Self::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }
        }
    }
}

impl Keys {
    /// Reads the keys a provider publishes; those we can't use are left out.
    ///
    /// # Errors
    /// When there are none.
    pub fn read(body: &[u8]) -> Result<Self, Refusal> {
        let wrong = Refusal::Provider("its keys are unreadable");
        let set: Value = serde_json::from_slice(body).map_err(|_| wrong.clone())?;
        let keys: Vec<Key> = set["keys"].as_array().ok_or(wrong)?.iter().take(KEYS).filter_map(key).collect();
        if keys.is_empty() { Err(Refusal::Provider("it has no key that can be used")) } else { Ok(Self(keys)) }
    }

    fn verify(&self, alg: &str, id: Option<&str>, message: &[u8], signature: &[u8]) -> Result<(), Refusal> {
        let fits = |k: &&Key| {
            k.material.alg() == alg
                && k.alg.as_deref().is_none_or(|a| a == alg)
                && (id.is_none() || k.id.is_none() || k.id.as_deref() == id)
        };
        let mut fitting = self.0.iter().filter(fits).peekable();
        if fitting.peek().is_none() {
            return Err(Refusal::UnknownKey);
        }
        if fitting.any(|k| k.material.verifies(message, signature)) {
            return Ok(());
        }
        // Without a name any key may have signed, a new one too.
        Err(if id.is_none() { Refusal::UnknownKey } else { Refusal::Signature })
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Statement {
    iss: String,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    exp: f64,
    iat: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    nonce: Option<String>,
}

fn part<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    let json = bytes(text).ok_or(Refusal::Token("no base64"))?;
    serde_json::from_slice(&json).map_err(|_| Refusal::Token("lacks what it must say"))
}

/// See [`super::Client::verify`].
pub(super) fn verify(
    token: &str,
    keys: &Keys,
    issuer: &str,
    client: &str,
    nonce: &Secret,
    now: i64,
) -> Result<Claims, Refusal> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, body, signature] = parts[..] else { return Err(Refusal::Token("not three parts")) };
    if token.len() > LONGEST {
        return Err(Refusal::Token("too long"));
    }
    let head: Header = part(header)?;
    if head.crit.is_some() || !matches!(head.alg.as_str(), "RS256" | "ES256") {
        return Err(Refusal::Token("signed in a way that is not accepted"));
    }
    let signature = bytes(signature).ok_or(Refusal::Token("no base64"))?;
    let message = &token.as_bytes()[..header.len() + 1 + body.len()];
    keys.verify(&head.alg, head.kid.as_deref(), message, &signature)?;
    let said: Statement = part(body)?;
    if said.iss != issuer {
        return Err(Refusal::Issuer);
    }
    let (ours, many) = match &said.aud {
        Audience::One(aud) => (aud == client, false),
        Audience::Many(all) => (all.iter().any(|aud| aud == client), all.len() > 1),
    };
    let spoken_to = said.azp.as_deref().map_or(!many, |azp| azp == client);
    if !ours || !spoken_to {
        return Err(Refusal::Audience);
    }
    if !said.nonce.is_some_and(|n| nonce.is(&n)) {
        return Err(Refusal::Nonce);
    }
    let early = |at: f64| at as i64 > now + SLACK;
    if (said.exp as i64) + SLACK <= now || early(said.iat) || said.nbf.is_some_and(early) {
        return Err(Refusal::Time);
    }
    let told: Value = part(body)?;
    claims(&told).ok_or(Refusal::Token("names nobody"))
}

fn claims(told: &Value) -> Option<Claims> {
    let text = |name: &str, most: usize| {
        let text = told[name].as_str()?.trim();
        (!text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control))
            .then(|| text.to_owned())
    };
    let given = || Some(format!("{} {}", text("given_name", 60)?, text("family_name", 60)?));
    let checked = told["email_verified"] == Value::Bool(true) || told["email_verified"] == "true";
    Some(Claims {
        subject: text("sub", 255)?,
        email: text("email", 254).filter(|_| checked),
        name: text("name", 100).or_else(given),
    })
}

/// What the provider tells of a person elsewhere, if it is this one.
pub(super) fn person(body: &[u8], subject: &str) -> Option<Claims> {
    let told: Value = serde_json::from_slice(body).ok()?;
    claims(&told).filter(|c| c.subject == subject)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    use serde_json::json;

    const NOW: i64 = 1_800_000_000;
    const ISSUER: &str = "https://id.exemple.fr";

    struct Provider {
        pair: EcdsaKeyPair,
        id: &'static str,
    }

    impl Provider {
        fn new(id: &'static str) -> Self {
            let random = SystemRandom::new();
            let alg = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(alg, &random).expect("a key");
            Self { pair: EcdsaKeyPair::from_pkcs8(alg, pkcs8.as_ref(), &random).expect("a key"), id }
        }

        fn keys(&self) -> Keys {
            let point = self.pair.public_key().as_ref();
            let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
            let own = json!({"kty": "EC", "crv": "P-256", "kid": self.id, "use": "sig", "x": x, "y": y});
            let others =
                [json!({"kty": "oct", "k": "AAAA"}), json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"})];
            Keys::read(json!({"keys": [others[0], others[1], own]}).to_string().as_bytes()).expect("keys")
        }

        fn token(&self, header: &Value, body: &Value) -> String {
            let text = [header, body].map(|v| URL_SAFE_NO_PAD.encode(v.to_string())).join(".");
            let signature = self.pair.sign(&SystemRandom::new(), text.as_bytes()).expect("signed");
            format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
        }
    }

    fn nonce() -> Secret {
        Secret::new(&[8; 32])
    }

    fn body() -> Value {
        json!({"iss": ISSUER, "sub": "f:1:899", "aud": "clausule", "exp": NOW + 300, "iat": NOW - 1,
            "nonce": nonce().text(), "email": "anne@exemple.fr", "email_verified": true, "given_name": "Anne",
            "family_name": "Petit"})
    }

    fn read(token: &str, keys: &Keys) -> Result<Claims, Refusal> {
        verify(token, keys, ISSUER, "clausule", &nonce(), NOW)
    }

    #[test]
    fn a_good_token_says_who_it_is() {
        let provider = Provider::new("a");
        let claims = read(&provider.token(&json!({"alg": "ES256", "kid": "a"}), &body()), &provider.keys());
        let expected = Claims {
            subject: "f:1:899".to_owned(),
            email: Some("anne@exemple.fr".to_owned()),
            name: Some("Anne Petit".to_owned()),
        };
        assert_eq!(claims, Ok(expected));
        let unnamed = read(&provider.token(&json!({"alg": "ES256"}), &body()), &provider.keys());
        assert!(unnamed.is_ok());
    }

    #[test]
    fn every_statement_is_held() {
        let provider = Provider::new("a");
        let keys = provider.keys();
        let with = |name: &str, value: Value| {
            let mut body = body();
            body[name] = value;
            read(&provider.token(&json!({"alg": "ES256", "kid": "a"}), &body), &keys)
        };
        assert_eq!(with("iss", json!("https://id.exemple.fr/")), Err(Refusal::Issuer));
        assert_eq!(with("aud", json!("autre")), Err(Refusal::Audience));
        assert_eq!(with("aud", json!(["autre", "clausule"])), Err(Refusal::Audience), "who was it given to?");
        assert!(with("aud", json!(["clausule"])).is_ok());
        assert_eq!(with("azp", json!("autre")), Err(Refusal::Audience));
        assert_eq!(with("nonce", json!("autre")), Err(Refusal::Nonce));
        assert_eq!(with("nonce", Value::Null), Err(Refusal::Nonce));
        assert_eq!(with("exp", json!(NOW - 60)), Err(Refusal::Time));
        assert!(with("exp", json!(NOW - 59)).is_ok(), "clocks differ a little");
        assert_eq!(with("iat", json!(NOW + 61)), Err(Refusal::Time));
        assert_eq!(with("nbf", json!(NOW + 61)), Err(Refusal::Time));
        assert!(matches!(with("exp", json!("demain")), Err(Refusal::Token(_))));
        assert!(matches!(with("sub", json!("")), Err(Refusal::Token(_))));
        assert!(matches!(with("sub", json!("a\u{0}b")), Err(Refusal::Token(_))));
        assert_eq!(with("email_verified", json!(false)).map(|c| c.email), Ok(None), "nobody checked this address");
        assert_eq!(with("email_verified", Value::Null).map(|c| c.email), Ok(None));
    }

    #[test]
    fn only_the_providers_own_keys_sign() {
        let (provider, other) = (Provider::new("a"), Provider::new("a"));
        let head = json!({"alg": "ES256", "kid": "a"});
        let token = provider.token(&head, &body());
        assert_eq!(read(&token, &other.keys()), Err(Refusal::Signature));
        let renewed = Provider::new("b");
        let new = renewed.token(&json!({"alg": "ES256", "kid": "b"}), &body());
        assert_eq!(read(&new, &provider.keys()), Err(Refusal::UnknownKey), "its keys are asked for anew");
        assert!(read(&new, &renewed.keys()).is_ok());
        let parts: Vec<&str> = token.split('.').collect();
        let mut forged = body();
        forged["sub"] = json!("autre");
        let forged = URL_SAFE_NO_PAD.encode(forged.to_string());
        assert_eq!(read(&[parts[0], &forged, parts[2]].join("."), &provider.keys()), Err(Refusal::Signature));
        for alg in ["none", "HS256", "RS512", "es256"] {
            let head = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "kid": "a"}).to_string());
            let refused = read(&[&head, parts[1], parts[2]].join("."), &provider.keys());
            assert!(matches!(refused, Err(Refusal::Token(_))), "{alg}");
        }
        // The kind of key decides, not what the token says of itself.
        let head = URL_SAFE_NO_PAD.encode(json!({"alg": "RS256", "kid": "a"}).to_string());
        assert_eq!(read(&[&head, parts[1], parts[2]].join("."), &provider.keys()), Err(Refusal::UnknownKey));
        let crit = provider.token(&json!({"alg": "ES256", "kid": "a", "crit": ["b64"]}), &body());
        assert!(matches!(read(&crit, &provider.keys()), Err(Refusal::Token(_))));
        for bad in ["", "a.b", "a.b.c.d", "é.b.c", &format!("{}.x", parts[..2].join("."))] {
            assert!(read(bad, &provider.keys()).is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_that_cant_be_used_are_none() {
        for set in ["", "{}", r#"{"keys":[]}"#, r#"{"keys":[{"kty":"RSA","use":"enc","n":"AQAB","e":"AQAB"}]}"#] {
            assert!(matches!(Keys::read(set.as_bytes()), Err(Refusal::Provider(_))), "{set}");
        }
    }

    /// A key of RSA and a token it signed, made once and thrown away: `ring` makes no such keys.
    const RSA_KEY: &str = "2W5Dlv-CVb9mCQ26abRbUlkwxa0ojTrWXcQPmfTO2ogsKmHJsB1idaB8XBbfjh0euIhnA9fm8c-L5MQJ2y2RGqlwcGnmjs7Gs5aEcRSeibgsf6\
        y45UljCDLw4M72VL1UCDVejYTTV84ywvQ3aD13vFI7W3ImhLb7pu2pgz2lH0u6p3mBByYEVDToo_HlCtH2fCXraDjOG15N99gwW6HhuqwAfYiT\
        prI3iac8sjbcobrD9RHS4KZzK-VXvN4tPxw1Z34L9IY9fUOlj5cF14nHJlDE0zRfSQV5DSgO_2YDgB2u5O_zWu8CdGpSnQ3UI46A3DPCGDE3KW\
        XSaWiCVq9skQ";
    const RSA_TOKEN: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6InIifQ.eyJpc3MiOiJodHRwczovL2lkLmV4ZW1wbGUuZnIiLCJzdWIiOiIxIiwiYXVkIjoiY2xhdXN1bGU\
        iLCJleHAiOjE4MDAwMDAzMDAsImlhdCI6MTc5OTk5OTk5OSwibm9uY2UiOiJDQWdJQ0FnSUNBZ0lDQWdJQ0FnSUNBZ0lDQWdJQ0FnSUNBZ0lDQ\
        WdJQ0FnIn0";
    const RSA_SIGNATURE: &str = "K_2hDBoKmdUTWLe8y_KjTBR03yjx08mts17J9ptfNiXFXQteNVagGIGRnoAvQDEwHomW_loxadbv_59sMYeCQ-GLRRxOrNIwwOELlcjLVIhcF8\
        Offztts7M18UN8K8suPUb-AoeyZgpbnp4MqvLNMNqrQXxutLIvtWxb6yLiaUv7pLVtF87H75Zzaaxt434_XT9aHh7zisyweKrHWjc2C4x3DA3u\
        LkQExS3layq0W5y4UP6JcuzdfulScMnrXqkOjvc8BjFiO2MhlwoNUDa8Sk1lB-em5U5ucJPMAAZyzCs0e0SCZ_yQ5HxZo3BD3Myq0eKNeF0jee\
        bysvUjR2z1LQ";

    #[test]
    fn tokens_signed_with_rsa_are_read() {
        let set =
            json!({"keys": [{"kty": "RSA", "alg": "RS256", "kid": "r", "use": "sig", "n": RSA_KEY, "e": "AQAB"}]});
        let keys = Keys::read(set.to_string().as_bytes()).expect("keys");
        assert_eq!(read(&format!("{RSA_TOKEN}.{RSA_SIGNATURE}"), &keys).map(|c| c.subject), Ok("1".to_owned()));
        let altered = RSA_SIGNATURE.replacen(char::is_lowercase, "Z", 1);
        assert_eq!(read(&format!("{RSA_TOKEN}.{altered}"), &keys), Err(Refusal::Signature));
    }
}
