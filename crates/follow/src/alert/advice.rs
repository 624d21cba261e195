//! What to do, in one or two sentences that a person without technical knowledge can follow.

use crate::due::Cadence;
use crate::promise::Promise;
use crate::timeline::{Episode, Sign};
use crate::words;

/// The proof to ask for, with its article: "le compte rendu de sauvegarde".
pub(super) fn proof(promise: &Promise) -> &'static str {
    match promise.proved_by.first().map(String::as_str) {
        Some("backup") => "le compte rendu de sauvegarde",
        Some("integrity") => "le résultat du contrôle d’intégrité",
        Some("restore") => "le procès-verbal du test de restauration",
        Some("retention") => "la liste des sauvegardes gardées",
        Some("patch") => "l’état des mises à jour",
        Some("inventory") => "l’inventaire du parc",
        Some("antivirus") => "l’état de l’antivirus sur chaque poste",
        Some("scan") => "le rapport d’analyse",
        Some("availability") => "le relevé de disponibilité",
        Some("log") => "l’extrait des journaux",
        Some("intervention") => "le relevé des interventions",
        Some("attestation") => "l’attestation en cours de validité",
        _ => "une attestation datée et signée",
    }
}

/// "le 17 mars 2026"; for what is not owed daily "pour la période du 1er au 31 mars 2026".
pub(super) fn when(promise: &Promise, episode: &Episode) -> String {
    match promise.cadence {
        Cadence::Weeks(_) | Cadence::Months(_) => {
            let (first, last) = (words::date(episode.first.date()), words::date(episode.last.date()));
            format!("pour la période du {first} au {last}")
        }
        _ => words::days(&episode.days, 0),
    }
}

/// What to do about an episode.
pub(super) fn trouble(promise: &Promise, episode: &Episode, provider: &str) -> String {
    let proof = proof(promise);
    let days = when(promise, episode);
    let kind = promise.proved_by.first().map_or("", String::as_str);
    match (promise.cadence, episode.worst, kind) {
        (Cadence::Always, _, _) => format!("Réclamez à {provider} {proof}, par écrit, en citant la clause."),
        (_, Sign::Missing, "backup") => format!(
            "Demandez à {provider} si la sauvegarde a eu lieu {days}, et {proof}. Sans réponse sous deux jours, faites-la \
             relancer et gardez une copie de vos données récentes."
        ),
        (_, Sign::Failed, "backup") => format!(
            "Demandez à {provider} la cause de l’échec, la reprise de la sauvegarde et le compte rendu de la nuit suivante."
        ),
        (_, Sign::Failed, "restore") => format!(
            "Ce qui ne se restaure pas n’est pas sauvegardé : demandez à {provider} un nouveau test sans attendre, et {proof}."
        ),
        (_, Sign::Failed, "availability" | "intervention") => {
            let penalty =
                if promise.penalty.is_some() { " et l’avoir ou la pénalité prévue au contrat" } else { "" };
            format!("Demandez à {provider} une explication écrite, les mesures prises{penalty}.")
        }
        (_, Sign::Missing, _) => format!("Réclamez à {provider} {proof}, par écrit, en citant la clause."),
        (_, Sign::Failed, _) => format!("Demandez à {provider} la cause, la correction et {proof} qui la montre."),
        (_, Sign::Partial, _) => {
            format!("Demandez à {provider} ce qui n’a pas été traité et pourquoi, puis {proof} d’un passage complet.")
        }
        _ => format!("Demandez à {provider} {proof}, lisible et complet : ce qui a été reçu ne montre rien."),
    }
}

/// The same, said to the provider.
pub(super) fn letter(promise: &Promise, episode: &Episode) -> String {
    let proof = proof(promise);
    let kind = promise.proved_by.first().map_or("", String::as_str);
    match (promise.cadence, episode.worst, kind) {
        (Cadence::Always, _, _) => format!("Merci de nous adresser {proof}."),
        (_, Sign::Missing | Sign::Failed, "backup") => {
            "Merci de nous dire la cause, si ces sauvegardes ont été reprises, et ce qui évitera que cela se reproduise ; \
             joignez le compte rendu de la dernière sauvegarde réussie."
                .to_owned()
        }
        (_, Sign::Failed, "restore") => {
            format!("Merci de refaire ce test sans attendre et de nous adresser {proof}.")
        }
        (_, Sign::Failed, _) => {
            format!("Merci de nous dire la cause et les mesures prises, et de nous adresser {proof}.")
        }
        (_, Sign::Missing, _) => format!("Merci de nous adresser {proof}, ou de nous dire pourquoi il n’existe pas."),
        (_, Sign::Partial, _) => {
            format!("Merci de nous dire ce qui n’a pas été traité et pourquoi, et de nous adresser {proof} complet.")
        }
        _ => format!("Merci de nous adresser {proof}, lisible et complet : ce que nous avons reçu ne montre rien."),
    }
}
