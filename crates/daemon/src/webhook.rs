//! Alerts to a program of the user's: JSON by HTTP, signed, tried again with growing pauses.

use crate::alerts::{Carrier, Parcel};
use crate::client::{self, Failure};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::time::Duration;

/// Pauses between tries, in seconds; after the last the alert waits for the next round.
const PAUSES: [u64; 3] = [1, 5, 20];

/// Carries alerts to a webhook.
pub struct Webhook {
    url: String,
    secret: Vec<u8>,
    sleep: Box<dyn Fn(Duration) + Send>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("Webhook")
    }
}

/// The signature of a body sent at a second of Unix time: HMAC-SHA256 of `SECOND.BODY` in hexadecimal.
pub fn signature(secret: &[u8], second: i64, body: &[u8]) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(format!("{second}.").as_bytes());
    mac.update(body);
    mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect()
}

impl Webhook {
    /// A webhook; `sleep` pauses the thread.
    ///
    /// # Errors
    /// When the secret is too short to sign anything.
    pub fn new(url: &str, secret: &str, sleep: Box<dyn Fn(Duration) + Send>) -> Result<Self, String> {
        if secret.len() < 16 {
            return Err("le secret du webhook (CLAUSULE_WEBHOOK_SECRET) a moins de 16 caractères".to_owned());
        }
        Ok(Self { url: url.to_owned(), secret: secret.as_bytes().to_vec(), sleep })
    }
}

impl Carrier for Webhook {
    fn channel(&self) -> &'static str {
        "webhook"
    }

    fn recipients(&self) -> Vec<String> {
        // The path may hold a token.
        vec![client::host(&self.url)]
    }

    fn send(&mut self, parcel: &Parcel) -> Result<(), String> {
        let body = parcel.json.to_string();
        let second = parcel.now.as_second();
        let signed = format!("sha256={}", signature(&self.secret, second, body.as_bytes()));
        let at = second.to_string();
        let headers = [
            ("x-clausule-signature", signed.as_str()),
            ("x-clausule-timestamp", at.as_str()),
            ("idempotency-key", parcel.id.as_str()),
        ];
        let mut pauses = PAUSES.iter();
        loop {
            match client::post(&self.url, "application/json", &headers, body.as_bytes(), false) {
                Ok(_) => return Ok(()),
                Err(Failure { message, again }) => match pauses.next().filter(|_| again) {
                    Some(pause) => (self.sleep)(Duration::from_secs(*pause)),
                    None => return Err(format!("webhook : {message}")),
                },
            }
        }
    }
}
