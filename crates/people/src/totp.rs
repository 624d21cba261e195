//! One-time codes of an authenticator (RFC 6238, HMAC-SHA-1, six digits, thirty seconds: what every application reads).

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

/// Seconds a code lasts.
const STEP: i64 = 30;

/// The code of a step.
fn code(key: &[u8], step: i64) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 15);
    let word = u32::from_be_bytes([digest[at] & 0x7f, digest[at + 1], digest[at + 2], digest[at + 3]]);
    format!("{:06}", word % 1_000_000)
}

/// The step whose code was typed, at `seconds` since 1970: the current one or a neighbour, and none used before. Keep it: a
/// code is good once.
pub fn accept(key: &[u8], typed: &str, seconds: i64, last: i64) -> Option<i64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let now = seconds.div_euclid(STEP);
    let mut found = None;
    for step in now - 1..=now + 1 {
        let same = bool::from(code(key, step).as_bytes().ct_eq(typed.as_bytes()));
        if same && step > last && found.is_none() {
            found = Some(step);
        }
    }
    found
}

/// The key as authenticators want it: base 32, in groups of four.
pub fn shown(key: &[u8]) -> String {
    let text = base32(key);
    let groups: Vec<&str> = (0..text.len()).step_by(4).map(|at| &text[at..text.len().min(at + 4)]).collect();
    groups.join(" ")
}

/// The address that authenticators open.
pub fn address(key: &[u8], who: &str) -> String {
    let who = crate::oidc::percent(who);
    format!("otpauth://totp/Clausule:{who}?secret={}&issuer=Clausule", base32(key))
}

/// Base 32 of RFC 4648, capitals, without padding.
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    for chunk in bytes.chunks(5) {
        let mut word = [0; 8];
        word[3..3 + chunk.len()].copy_from_slice(chunk);
        let word = u64::from_be_bytes(word);
        let letters = (chunk.len() * 8).div_ceil(5);
        out.extend((0..letters).map(|n| char::from(LETTERS[(word >> (35 - 5 * n) & 31) as usize])));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six digits of eight.
        for (seconds, expected) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code(KEY, seconds / STEP), expected);
        }
    }

    #[test]
    fn a_code_is_good_once_and_for_a_minute_and_a_half() {
        assert_eq!(accept(KEY, "287 082", 59, 0), Some(1));
        assert_eq!(accept(KEY, "287082", 89, 0), Some(1));
        assert_eq!(accept(KEY, "287082", 90, 0), None);
        assert_eq!(accept(KEY, "287082", 59, 1), None);
        assert_eq!(accept(KEY, "", 59, 0), None);
        assert_eq!(accept(KEY, "287083", 59, 0), None);
    }

    #[test]
    fn keys_are_shown_in_base_32() {
        // RFC 4648, section 10, without padding.
        for (bytes, text) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
        assert_eq!(shown(b"foobar"), "MZXW 6YTB OI");
        assert!(address(KEY, "a b@c.fr").starts_with("otpauth://totp/Clausule:a%20b%40c.fr?secret=GEZDGNBV"));
    }
}
