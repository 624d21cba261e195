//! Passwords: what is accepted, and argon2id.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

/// Fewest characters.
pub const LEAST: usize = 12;
/// Most bytes: hashing must not be a lever to keep the machine busy.
pub const MOST: usize = 256;

/// Why a password is refused, in French; `None` when it is good. `known` are words it may not consist of: name, address.
pub fn refusal(password: &str, known: &[&str]) -> Option<String> {
    if password.chars().count() < LEAST {
        return Some(format!(
            "Le mot de passe doit avoir au moins {LEAST} caractères : une phrase convient très bien."
        ));
    }
    if password.len() > MOST {
        return Some(format!("Le mot de passe ne peut pas dépasser {MOST} octets."));
    }
    let folded = password.to_lowercase();
    let mut letters: Vec<char> = folded.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 5 {
        return Some("Ce mot de passe répète trop peu de caractères : on le devine vite.".to_owned());
    }
    let mut rest = folded;
    for word in COMMON.iter().copied().map(str::to_owned).chain(known.iter().map(|k| k.to_lowercase())) {
        for part in word.split(|c: char| !c.is_alphanumeric()).filter(|p| p.chars().count() >= 3) {
            rest = rest.replace(part, "");
        }
    }
    let left = rest.chars().filter(|c| c.is_alphabetic() || !c.is_alphanumeric() && !c.is_whitespace()).count();
    (left < 5).then(|| "Ce mot de passe tient à votre nom ou à des mots trop courants : on le devine vite.".to_owned())
}

/// Words that everybody tries first.
const COMMON: [&str; 14] = [
    "azertyuiop",
    "qwertyuiop",
    "azerty",
    "qwerty",
    "motdepasse",
    "password",
    "clausule",
    "bonjour",
    "soleil",
    "admin",
    "bienvenue",
    "welcome",
    "secret",
    "marseille",
];

/// 19 MiB and two passes: the least that OWASP's cheat sheet advises for argon2id.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The hash to keep, in PHC form; `salt` is fresh randomness.
pub fn hash(password: &str, salt: &[u8; 16]) -> Option<String> {
    argon2().hash_password_with_salt(password.as_bytes(), salt).ok().map(|h| h.to_string())
}

/// Whether the password is the one of this hash. Without a hash the same work is done and the answer is no, so that the time
/// taken does not tell who has an account.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    let password = if password.len() > MOST { "" } else { password };
    let known = hash.and_then(|h| PasswordHash::new(h).ok());
    match known {
        Some(known) => argon2().verify_password(password.as_bytes(), &known).is_ok(),
        None => {
            let _ = self::hash(password, &[0; 16]);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_verified_by_its_hash_only() {
        let kept = hash("une phrase assez longue", &[7; 16]).expect("hashed");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("une phrase assez longue", Some(&kept)));
        assert!(!verify("une phrase assez longuE", Some(&kept)));
        assert!(!verify("une phrase assez longue", None));
        assert!(!verify("une phrase assez longue", Some("$argon2id$abîmé")));
        assert!(!verify("", Some(&kept)));
        assert_ne!(hash("une phrase assez longue", &[8; 16]), Some(kept));
    }

    #[test]
    fn what_is_easily_guessed_is_refused() {
        let known = ["Marie Dupont", "marie.dupont@cabinet.fr"];
        for bad in ["court", "aaaaaaaaaaaaaaaa", "azertyuiop12", "Marie.Dupont2026", "motdepasse2026!", "123456789012"]
        {
            assert!(refusal(bad, &known).is_some(), "{bad}");
        }
        for good in ["le chat dort sous la lampe", "Vr8!kqz-Lm3xPt", "éléphant violet à roulettes"] {
            assert_eq!(refusal(good, &known), None, "{good}");
        }
        assert!(refusal(&"é-".repeat(200), &known).is_some());
    }
}
