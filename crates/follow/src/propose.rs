//! Promises proposed from an assessment: one a point, the commitment that says most; a person confirms them.

use crate::due::Cadence;
use crate::measure::{Bound, Measure, Yardstick};
use crate::promise::Promise;
use contract::{Assessment, Commitment, Debtor, Duration, DurationUnit, Quantity, Quote, Verdict};
use jiff::civil::Date;

/// What a point says of its proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The point's id.
    pub point: String,
    /// Its title.
    pub title: String,
    /// Kinds of fact that prove it; none when nothing does by itself.
    pub kinds: Vec<String>,
    /// How often, where the contract doesn't say; a name that [`Cadence::from_name`] knows.
    pub every: String,
    /// What is measured.
    pub measure: Option<String>,
    /// The reference, in French.
    pub reference: String,
}

/// What each point of the catalogue says of its proof, in its order.
pub fn needs(catalogue: &points::Catalogue) -> Vec<Need> {
    let none = |point: &points::Point| Need {
        point: point.id.clone(),
        title: point.title.clone(),
        kinds: Vec::new(),
        every: "event".to_owned(),
        measure: None,
        reference: String::new(),
    };
    let with = |point: &points::Point| match &point.proof {
        None => none(point),
        Some(proof) => Need {
            kinds: proof.kinds.clone(),
            every: proof.every.clone(),
            measure: proof.measure.clone(),
            reference: proof.reference.clone().unwrap_or_default(),
            ..none(point)
        },
    };
    catalogue.points.iter().map(with).collect()
}

/// Proposes promises of the provider, in the order of `needs`. Each point gives at most one: of its commitments the one
/// that names a frequency or figure, and the provider. A point without commitment, such as a certificate that is only
/// stated, is proposed from its verdict when it is satisfied and something proves it. A sentence that promises another
/// point's figure and not this one's is that point's alone.
pub fn propose(assessment: &Assessment, needs: &[Need], contract: &str, from: Date) -> Vec<Promise> {
    let mut out = Vec::new();
    for need in needs {
        let own: Vec<&Commitment> =
            assessment.commitments.iter().filter(|c| c.point == need.point && c.debtor != Debtor::Client).collect();
        let rank = |(at, c): &(usize, &Commitment)| (weight(c, need), strictness(c, need), usize::MAX - at);
        let free = own.iter().copied().filter(|c| !is_of_another(c, need, needs, &assessment.commitments));
        let best = free.enumerate().max_by_key(rank).map(|(_, c)| c);
        let stated = assessment.verdicts.iter().find(|v| {
            own.is_empty() && v.point == need.point && v.verdict == Verdict::Satisfied && !need.kinds.is_empty()
        });
        let promise = match (best, stated.and_then(|v| v.quotes.first())) {
            (Some(c), _) => promise(need, &c.quote, c.debtor, &c.figures, c.frequency.map(Cadence::of), contract, from),
            (None, Some(quote)) => promise(need, quote, Debtor::Provider, &[], None, contract, from),
            (None, None) => continue,
        };
        out.push(promise);
    }
    one_proof_one_promise(&mut out);
    out
}

/// What the same proofs would keep or break alike, by words of the same article, is followed once: the others stay in the
/// register as promises that no proof of their own follows, so that a failure is told once and not four times.
fn one_proof_one_promise(promises: &mut [Promise]) {
    for at in 1..promises.len() {
        let (before, rest) = promises.split_at_mut(at);
        let own = &mut rest[0];
        let same = |p: &Promise| {
            p.proved_by == own.proved_by
                && p.cadence == own.cadence
                && p.article == own.article
                && (own.yardstick.is_none() || p.yardstick == own.yardstick)
        };
        if !own.proved_by.is_empty() && before.iter().any(same) {
            own.proved_by.clear();
        }
    }
}

/// Whether the commitment has a figure of what the point measures.
fn fits(commitment: &Commitment, need: &Need) -> bool {
    let measured = need.measure.as_deref().and_then(Measure::from_name);
    measured.is_some_and(|m| read(m, &commitment.figures, &commitment.quote.text).is_some())
}

/// Whether the sentence gives no figure of what this point measures, and that of another point that stands on it too.
fn is_of_another(commitment: &Commitment, need: &Need, needs: &[Need], all: &[Commitment]) -> bool {
    let other = |c: &&Commitment| c.point != need.point && c.quote.text == commitment.quote.text;
    need.measure.is_some()
        && !fits(commitment, need)
        && all
            .iter()
            .filter(other)
            .any(|c| needs.iter().any(|n| n.point == c.point && n.measure != need.measure && fits(c, n)))
}

/// Whether the point's own words fix when it is due: an event stays one, a document in force too.
fn is_fixed(need: &Need) -> bool {
    let own = Cadence::from_name(&need.every).unwrap_or(Cadence::Event);
    matches!(own, Cadence::Event | Cadence::Always) || need.measure.as_deref() == Some("availability")
}

/// How well a commitment answers the point: first a figure of the kind that is measured, then words of the point's title
/// in it or above it, a frequency where it counts, and the provider as who acts.
fn weight(commitment: &Commitment, need: &Need) -> u32 {
    let around = format!("{} {}", commitment.quote.article, commitment.quote.text).to_lowercase();
    let title = need.title.to_lowercase();
    let stems = title.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().count() > 4);
    let shared = stems.filter(|w| around.contains(&w.chars().take(6).collect::<String>())).count();
    16 * u32::from(fits(commitment, need))
        + 3 * shared as u32
        + 4 * u32::from(commitment.frequency.is_some() && !is_fixed(need))
        + 4 * u32::from(commitment.debtor == Debtor::Provider)
}

/// Of two figures the one that asks more of the provider, as a number that grows with it.
fn strictness(commitment: &Commitment, need: &Need) -> i64 {
    let measured = need.measure.as_deref().and_then(Measure::from_name);
    let found = measured.and_then(|m| read(m, &commitment.figures, &commitment.quote.text));
    let Some(yardstick) = found else { return i64::MIN };
    let value = (yardstick.value.clamp(-1e12, 1e12) * 100.0) as i64;
    if yardstick.bound == Bound::AtMost { -value } else { value }
}

fn promise(
    need: &Need,
    quote: &Quote,
    debtor: Debtor,
    figures: &[Quantity],
    cadence: Option<Cadence>,
    contract: &str,
    from: Date,
) -> Promise {
    let own = Cadence::from_name(&need.every).unwrap_or(Cadence::Event);
    let yardstick = need.measure.as_deref().and_then(Measure::from_name).and_then(|m| read(m, figures, &quote.text));
    Promise {
        id: format!("{contract}/{}", need.point),
        point: Some(need.point.clone()),
        title: need.title.clone(),
        debtor,
        article: quote.article.clone(),
        page: quote.page,
        quote: quote.text.clone(),
        figures: figures.to_vec(),
        proved_by: need.kinds.clone(),
        machines: Vec::new(),
        cadence: cadence.filter(|_| !is_fixed(need)).unwrap_or(own),
        grace: None,
        yardstick,
        reference: need.reference.clone(),
        from,
        until: None,
        waivers: Vec::new(),
        exclusions: Vec::new(),
        penalty: None,
    }
}

/// The contract's figure for a measure as the sentence's words place it: of two delays the one for recovery and not for
/// the data that may be lost; where no number of versions stands, the time for which they are kept.
fn read(measure: Measure, figures: &[Quantity], text: &str) -> Option<Yardstick> {
    match measure {
        Measure::Recovery => yardstick(measure, &without_loss(figures, text)),
        Measure::Versions => yardstick(measure, figures).or_else(|| yardstick(Measure::RetentionDays, figures)),
        Measure::Availability if is_of_delays(text) => None,
        _ => yardstick(measure, figures),
    }
}

/// Whether a percentage is that of delays kept, and not of time in service: `Délai de résolution … 95 %`.
fn is_of_delays(text: &str) -> bool {
    let lower = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    says(&["délai", "delai", "résolution", "resolution", "temps écoulé", "prise en charge", "décroché"])
        && !says(&["disponib", "uptime"])
}

/// The figures without the delays of parts of the sentence that speak of data lost. The n-th delay stands in the part
/// with the n-th unit of time; where the two can't be told apart all figures stay.
fn without_loss(figures: &[Quantity], text: &str) -> Vec<Quantity> {
    const UNITS: [&str; 5] = ["minute", "heure", "jour", "semaine", "mois"];
    const LOSS: [&str; 5] = ["rpo", "pdma", "perte", "perdre", "perdue"];
    let lower = text.to_lowercase();
    let parts = lower.split([',', ';', '|', ':']).flat_map(|p| p.split(" ni ")).flat_map(|p| p.split(" et "));
    let mut lost: Vec<bool> = Vec::new();
    for part in parts {
        let words = part.split(|c: char| !c.is_alphanumeric());
        let units = words.filter(|w| UNITS.iter().any(|u| w.starts_with(u))).count();
        lost.extend(std::iter::repeat_n(LOSS.iter().any(|l| part.contains(l)), units));
    }
    let is_delay = |f: &Quantity| matches!(f, Quantity::Duration(_));
    if figures.iter().filter(|f| is_delay(f)).count() != lost.len() || lost.iter().all(|l| *l) {
        return figures.to_vec();
    }
    let mut lost = lost.into_iter();
    figures.iter().filter(|f| !is_delay(f) || !lost.next().unwrap_or(false)).copied().collect()
}

/// The contract's figure for a measure, if the sentence has one of its unit.
pub fn yardstick(measure: Measure, figures: &[Quantity]) -> Option<Yardstick> {
    let durations = || figures.iter().filter_map(|f| if let Quantity::Duration(d) = f { Some(*d) } else { None });
    let least = |value| Some(Yardstick { measure, bound: Bound::AtLeast, value, service_hours: false });
    let most = |value, service_hours| Some(Yardstick { measure, bound: Bound::AtMost, value, service_hours });
    match measure {
        Measure::Availability => figures.iter().find_map(|f| match f {
            Quantity::Percent(p) if *p > 50.0 => least(*p),
            _ => None,
        }),
        Measure::Intervention => durations().next().and_then(|d| most(hours(d), is_service(d))),
        Measure::Recovery => durations().next_back().and_then(|d| most(hours(d), is_service(d))),
        Measure::PatchDays => durations().next().and_then(|d| most(d.hours() / 24.0, false)),
        Measure::RetentionDays => durations().next_back().and_then(|d| least(d.hours() / 24.0)),
        Measure::Versions => figures.iter().find_map(|f| match f {
            Quantity::Count(n) if *n >= 1.0 => least(*n),
            _ => None,
        }),
        Measure::Cover => figures.iter().find_map(|f| match f {
            Quantity::Money(m) => least(*m),
            _ => None,
        }),
    }
}

/// Hours as the contract counts them: a working day is eight service hours.
fn hours(duration: Duration) -> f64 {
    match duration.unit {
        DurationUnit::WorkingHour => duration.amount,
        DurationUnit::WorkingDay => duration.amount * 8.0,
        _ => duration.hours(),
    }
}

fn is_service(duration: Duration) -> bool {
    matches!(duration.unit, DurationUnit::WorkingHour | DurationUnit::WorkingDay)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(amount: f64) -> Quantity {
        Quantity::Duration(Duration { amount, unit: DurationUnit::Hour })
    }

    #[test]
    fn a_delay_for_lost_data_is_no_delay_for_recovery() {
        let text =
            "L’arrêt ne dépasse pas huit heures (RTO) ni ne fait perdre plus de vingt-quatre heures de données (RPO).";
        let found = read(Measure::Recovery, &[hours(8.0), hours(24.0)], text).expect("a figure");
        assert!((found.value - 8.0).abs() < 1e-9, "{found:?}");
        let turned = "RPO : 24 heures, RTO : 8 heures";
        let found = read(Measure::Recovery, &[hours(24.0), hours(8.0)], turned).expect("a figure");
        assert!((found.value - 8.0).abs() < 1e-9, "{found:?}");
        let row = "Bloquant | 1 heure | 6 heures";
        let found = read(Measure::Recovery, &[hours(1.0), hours(6.0)], row).expect("a figure");
        assert!((found.value - 6.0).abs() < 1e-9, "a table's last column: {found:?}");
    }

    #[test]
    fn a_share_of_delays_kept_is_no_availability() {
        let found = |text| read(Measure::Availability, &[Quantity::Percent(95.0)], text).is_some();
        assert!(found("Disponibilité mensuelle | 95 %") && found("Le service répond 95 % du temps"));
        assert!(!found("Délai de résolution des incidents | 3 j | 95 %"));
    }

    fn commitment(point: &str, text: &str, figures: Vec<Quantity>) -> Commitment {
        let quote = Quote { text: text.to_owned(), page: 5, start: 0, end: 0, article: String::new(), ocr: false };
        let (debtor, creditor) = (Debtor::Unsaid, Debtor::Client);
        let (point, action, object) = (point.to_owned(), String::new(), String::new());
        Commitment { point, debtor, creditor, action, object, figures, frequency: None, quote }
    }

    fn need(point: &str, title: &str, measure: &str) -> Need {
        let (kinds, measure, reference) = (vec!["intervention".to_owned()], Some(measure.to_owned()), String::new());
        let (point, title) = (point.to_owned(), title.to_owned());
        Need { point, title, kinds, every: "event".to_owned(), measure, reference }
    }

    #[test]
    fn a_sentence_with_the_figure_of_another_point_is_that_points() {
        let needs =
            [need("A", "Taux de disponibilité", "availability"), need("B", "Durée d'indisponibilité", "recovery")];
        let text = "Le taux de disponibilité est de 99,5 % par mois";
        let all = [
            commitment("A", text, vec![Quantity::Percent(99.5)]),
            commitment("B", text, vec![Quantity::Percent(99.5)]),
            commitment("B", "rétabli en huit heures", vec![hours(8.0)]),
        ];
        assert!(!is_of_another(&all[0], &needs[0], &needs, &all));
        assert!(is_of_another(&all[1], &needs[1], &needs, &all));
        assert!(!is_of_another(&all[2], &needs[1], &needs, &all));
    }

    #[test]
    fn the_figure_of_the_point_weighs_more_than_words_of_its_title() {
        let need = need("B", "Durée d'indisponibilité maximale et son suivi", "recovery");
        let words = commitment("B", "Le suivi de la durée d'indisponibilité maximale est mensuel", Vec::new());
        let figure = commitment("B", "GTR, incident critique | 8 heures", vec![hours(8.0)]);
        assert!(weight(&figure, &need) > weight(&words, &need));
    }

    #[test]
    fn retention_is_counted_in_versions_or_in_days() {
        let month = Quantity::Duration(Duration { amount: 30.0, unit: DurationUnit::Day });
        let days = read(Measure::Versions, &[month], "gardées trente jours").expect("a figure");
        assert_eq!((days.measure, days.value as i32), (Measure::RetentionDays, 30));
        let versions = read(Measure::Versions, &[month, Quantity::Count(14.0)], "").expect("a figure");
        assert_eq!((versions.measure, versions.value as i32), (Measure::Versions, 14));
    }
}
