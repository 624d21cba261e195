//! What to ask the provider: a letter ready to send.

use super::breaches::Breach;
use super::{Due, Month, euros};
use follow::words;
use jiff::ToSpan;

/// Days given for an answer.
const ANSWER: i32 = 8;

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject line.
    pub subject: String,
    /// Paragraphs before the requests.
    pub opening: Vec<String>,
    /// The requests.
    pub requests: Vec<String>,
    /// Paragraphs after them.
    pub closing: Vec<String>,
}

impl Letter {
    /// The letter as plain text.
    pub fn text(&self) -> String {
        let requests = self.requests.iter().enumerate().map(|(n, r)| format!("{}. {r}", n + 1));
        let parts: Vec<String> =
            self.opening.iter().cloned().chain(requests).chain(self.closing.iter().cloned()).collect();
        format!("Objet : {}\n\n{}\n", self.subject, parts.join("\n\n"))
    }
}

/// The letter, where there is something to ask.
pub(super) fn letter(month: &Month, breaches: &[Breach], penalties: &[Due], name: &str) -> Option<Letter> {
    if breaches.is_empty() {
        return None;
    }
    let mut requests: Vec<String> = breaches.iter().map(request).collect();
    let sum: f64 = penalties.iter().map(|p| p.euros).sum();
    if sum > 0.0 {
        requests.push(format!(
            "Merci d’établir l’avoir ou le règlement des pénalités prévues au contrat : {} pour {name}.",
            euros(sum)
        ));
    }
    let answer = month.today.saturating_add(ANSWER.days());
    let mut closing = vec![
        format!("Merci de répondre par écrit, preuves jointes, avant le {}.", words::date(answer)),
        "Bien cordialement,".to_owned(),
    ];
    if !month.client.is_empty() {
        closing.push(month.client.to_owned());
    }
    Some(Letter {
        subject: format!("contrat {}, engagements de {name}", month.contract),
        opening: vec![
            "Bonjour,".to_owned(),
            format!(
                "Le suivi de notre contrat montre, pour {name}, {} que nous vous demandons d’expliquer :",
                if breaches.len() == 1 { "un point" } else { "des points" }
            ),
        ],
        requests,
        closing,
    })
}

/// "Sauvegardes quotidiennes (article 6, page 4). 29 preuves sur 31… Merci de nous dire …"
fn request(breach: &Breach) -> String {
    let place = if breach.place.is_empty() { String::new() } else { format!(" ({})", breach.place) };
    format!("{}{place}. {} {}", breach.title, breach.reason, breach.ask).trim().to_owned()
}
