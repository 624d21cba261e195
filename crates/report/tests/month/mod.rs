//! A practice whose March is known: 29 good nights, one failure, one silence, an outage, a late intervention.

use contract::{Debtor, Duration, DurationUnit};
use evidence::{Fact, measures};
use follow::{
    Bound, Cadence, Calendar, Day, KeyDate, Mark, Measure, Penalty, Promise, Seen, Status, Term, Window, Yardstick,
    status, timeline,
};
use jiff::civil::{Date, date};
use report::monthly::{Kept, Month};
use serde_json::json;

/// Everything a report looks at, owned.
pub struct Practice {
    pub provider: String,
    pub kept: Vec<(Promise, Status, Vec<Mark>, Vec<Seen>)>,
    pub facts: Vec<(Day, Fact)>,
    pub dates: Vec<KeyDate>,
}

const TODAY: Date = date(2026, 4, 3);

fn march(day: i8) -> Date {
    date(2026, 3, day)
}

fn window() -> Window {
    Window { first: march(1).into(), last: march(31).into() }
}

fn promise(id: &str, title: &str, kind: &str, cadence: Cadence) -> Promise {
    Promise {
        id: format!("medorane-2026/{id}"),
        point: Some(id.to_owned()),
        title: title.to_owned(),
        debtor: Debtor::Provider,
        article: "Article 6 – Engagements".to_owned(),
        page: 4,
        quote: "Le Prestataire sauvegarde chaque nuit les données du Client et lui en rend compte.".to_owned(),
        figures: Vec::new(),
        proved_by: vec![kind.to_owned()],
        machines: Vec::new(),
        cadence,
        grace: None,
        yardstick: None,
        reference: String::new(),
        from: march(1),
        until: None,
        waivers: Vec::new(),
        exclusions: Vec::new(),
        penalty: None,
    }
}

fn fact(kind: &str, state: &str, happened: &str, reason: &str) -> Fact {
    let json = json!({
        "source": "essai", "kind": kind, "state": state, "reasons": [reason], "happened": happened,
        "happened_certainty": null, "started": happened, "host": "srv-cabinet", "client": null, "job": null,
        "scope": [], "volume": {}, "tool_version": null, "measures": {}, "rule": "r", "rule_version": 1,
    });
    serde_json::from_value(json).expect("a fact")
}

impl Practice {
    fn add(&mut self, promise: Promise, facts: Vec<Fact>) {
        let calendar = Calendar::default();
        let mut seen = Vec::new();
        for fact in facts {
            let day: Date = fact.happened.as_deref().expect("a date")[..10].parse().expect("a day");
            let received = day.at(6, 0, 0, 0).in_tz("Europe/Paris").expect("a time");
            seen.push(follow::facts::seen(&promise, &fact, &received, &calendar));
            if !self.facts.iter().any(|f| f.1 == fact) {
                self.facts.push((day.into(), fact));
            }
        }
        self.facts.sort_by_key(|f| f.0);
        let status = status(&promise, &seen, window(), TODAY.into(), &calendar);
        let marks = timeline(&promise, &seen, window(), TODAY.into(), &calendar);
        self.kept.push((promise, status, marks, seen));
    }

    /// A contract whose promises nobody confirmed.
    pub fn empty() -> Self {
        Self { provider: "Médorane".to_owned(), kept: Vec::new(), facts: Vec::new(), dates: Vec::new() }
    }

    /// A month without fault.
    pub fn good() -> Self {
        let mut practice = Self::empty();
        let nights = (1..=31).map(|d| fact("backup", "ok", &format!("2026-03-{d:02}T02:00:00"), "1 800 fichiers"));
        practice.add(promise("SAU-01", "Sauvegardes quotidiennes", "backup", Cadence::Days(1)), nights.collect());
        practice
    }

    /// The month of the tests.
    pub fn of_march() -> Self {
        let mut practice = Self::empty();
        let nights = (1..=31).filter(|d| *d != 21).map(|d| {
            let at = format!("2026-03-{d:02}T02:00:00");
            if d == 17 {
                fact("backup", "failed", &at, "le dépôt ne s’ouvre pas")
            } else {
                fact("backup", "ok", &at, "1 800 fichiers sauvegardés")
            }
        });
        practice.add(promise("SAU-01", "Sauvegardes quotidiennes", "backup", Cadence::Days(1)), nights.collect());
        let mut uptime = promise("CON-01", "Disponibilité du service", "availability", Cadence::Months(1));
        uptime.article = "Article 7 – Disponibilité".to_owned();
        uptime.quote = "La disponibilité mensuelle du service est d'au moins 99,9 %.".to_owned();
        uptime.yardstick = Some(Yardstick {
            measure: Measure::Availability,
            bound: Bound::AtLeast,
            value: 99.9,
            service_hours: false,
        });
        uptime.penalty = Some(Penalty { rate: 5.0, percent: true, step: 0.1, base: 450.0, cap_percent: Some(30.0) });
        let days = (1..=31).filter(|d| *d != 8).map(|d| {
            let mut one = fact("availability", "ok", &format!("2026-03-{d:02}"), "mesuré");
            let down = if d == 12 {
                5400.0
            } else if d == 25 {
                900.0
            } else {
                0.0
            };
            one.measures.insert(measures::DOWN_S.to_owned(), json!(down));
            one.measures.insert(measures::OBSERVED_S.to_owned(), json!(86_400.0));
            one
        });
        practice.add(uptime, days.collect());
        let mut call = promise("INC-01", "Délai d’intervention", "intervention", Cadence::Event);
        call.yardstick =
            Some(Yardstick { measure: Measure::Intervention, bound: Bound::AtMost, value: 4.0, service_hours: false });
        let tickets = [
            (4, 412, "Imprimante du secrétariat", 45),
            (12, 418, "Serveur injoignable", 372),
            (25, 431, "Lenteur du réseau", 130),
        ];
        let tickets = tickets.map(|(day, number, title, minutes)| {
            let mut one = fact("intervention", "ok", &format!("2026-03-{day:02}T10:00:00"), "pris en compte");
            one.host = None;
            one.job = Some(format!("ticket {number}"));
            one.scope = vec![title.to_owned()];
            one.measures.insert(measures::TAKE_MINUTES.to_owned(), json!(minutes));
            one
        });
        practice.add(call, tickets.to_vec());
        let mut patches = promise("MAJ-01", "Mises à jour de sécurité incluses", "patch", Cadence::Months(1));
        patches.article = "Annexe 2 – Maintenance".to_owned();
        practice.add(patches, vec![fact("patch", "ok", "2026-03-14T03:00:00", "14 paquets traités sans erreur")]);
        let mut certificate = promise("HEB-01", "Certification HDS", "attestation", Cadence::Always);
        certificate.article = "Article 3 – Hébergement".to_owned();
        let mut document = fact("attestation", "ok", "2026-03-02", "certificat HDS lu");
        document.measures.insert(measures::VALID_FROM.to_owned(), json!("2026-01-01"));
        document.measures.insert(measures::VALID_TO.to_owned(), json!("2026-06-30"));
        practice.add(certificate, vec![document]);
        practice.add(promise("SAU-06", "Test de restauration", "restore", Cadence::Months(12)), Vec::new());
        let months = |amount| Some(Duration { amount, unit: DurationUnit::Month });
        let (start, length, notice, renewal) = (march(1), months(36.0), months(3.0), months(12.0));
        let term = Term { start, length, notice, renewal, revision: months(12.0), revised: None };
        practice.dates = term.dates(TODAY, &Calendar::default());
        practice
    }

    /// Hands the month to a report.
    pub fn with<T>(&self, report: impl Fn(&Month) -> T) -> T {
        let kept: Vec<Kept> =
            self.kept.iter().map(|(promise, status, marks, seen)| Kept { promise, status, marks, seen }).collect();
        report(&Month {
            client: "Cabinet Martin",
            provider: &self.provider,
            contract: "medorane-2026",
            file: "contrat.pdf",
            window: window(),
            today: TODAY,
            kept: &kept,
            facts: &self.facts,
            dates: &self.dates,
        })
    }
}
