//! Random secrets: of sessions, invitations and tokens. The bearer has the text, the base only its digest.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// A secret of 32 random bytes. Its text never stands in a log: `Debug` shows none.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// A new one from fresh randomness.
    pub fn new(random: &[u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(random))
    }

    /// What somebody sends back, if it can be one.
    pub fn parse(text: &str) -> Option<Self> {
        let whole = URL_SAFE_NO_PAD.decode(text).ok()?;
        (whole.len() == 32).then(|| Self(text.to_owned()))
    }

    /// The text for its bearer, 43 letters that need no quoting in an address or a cookie.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What the base keeps: SHA-256 in hexadecimal. The secret has 256 bits of its own, so that no slow hash is needed.
    pub fn digest(&self) -> String {
        Sha256::digest(self.0.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
    }

    /// A secret that follows from this one for a purpose, such as the token of a session's forms.
    pub fn derived(&self, purpose: &str) -> Self {
        let digest = Sha256::new().chain_update(purpose).chain_update([0]).chain_update(self.0.as_bytes()).finalize();
        Self::new(&digest.into())
    }

    /// Whether the text is this secret, in constant time.
    pub fn is(&self, text: &str) -> bool {
        bool::from(self.0.as_bytes().ct_eq(text.as_bytes()))
    }
}

/// Bytes as letters for addresses and forms, without padding.
pub fn letters(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of such letters.
pub fn bytes(letters: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(letters).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_back_and_only_whole() {
        let secret = Secret::new(&[3; 32]);
        assert_eq!(secret.text().len(), 43);
        assert_eq!(Secret::parse(secret.text()), Some(secret.clone()));
        for wrong in ["", "AAAA", &secret.text()[1..], &format!("{}=", secret.text()), "é"] {
            assert_eq!(Secret::parse(wrong), None, "{wrong}");
        }
        assert!(secret.is(secret.text()));
        assert!(!secret.is(&secret.text()[1..]));
        assert!(!format!("{secret:?}").contains(secret.text()));
    }

    #[test]
    fn purposes_give_secrets_apart() {
        let secret = Secret::new(&[3; 32]);
        assert_ne!(secret.derived("form"), secret.derived("other"));
        assert_eq!(secret.derived("form"), secret.derived("form"));
        assert_ne!(secret.derived("form").text(), secret.text());
        assert_ne!(secret.digest(), secret.text());
    }
}
