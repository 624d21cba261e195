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
/// stated, is proposed from its verdict when it is satisfied and something proves it.
pub fn propose(assessment: &Assessment, needs: &[Need], contract: &str, from: Date) -> Vec<Promise> {
    let mut out = Vec::new();
    for need in needs {
        let own = assessment.commitments.iter().filter(|c| c.point == need.point && c.debtor != Debtor::Client);
        let rank = |(at, c): &(usize, &Commitment)| (weight(c, need), strictness(c, need), usize::MAX - at);
        let best = own.enumerate().max_by_key(rank).map(|(_, c)| c);
        let stated = assessment
            .verdicts
            .iter()
            .find(|v| v.point == need.point && v.verdict == Verdict::Satisfied && !need.kinds.is_empty());
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

/// How well a commitment answers the point: words of the point's title in it or above it, a figure of the kind that is
/// measured, a frequency, the provider by name.
fn weight(commitment: &Commitment, need: &Need) -> u32 {
    let measured = need.measure.as_deref().and_then(Measure::from_name);
    let fits = measured.is_some_and(|m| read(m, &commitment.figures, &commitment.quote.text).is_some());
    let around = format!("{} {}", commitment.quote.article, commitment.quote.text).to_lowercase();
    let title = need.title.to_lowercase();
    let stems = title.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().count() > 4);
    let shared = stems.filter(|w| around.contains(&w.chars().take(6).collect::<String>())).count();
    3 * shared as u32
        + 4 * u32::from(commitment.frequency.is_some())
        + 4 * u32::from(fits)
        + u32::from(commitment.debtor == Debtor::Provider)
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
    // An event stays one, a document in force too, whatever frequency the sentence names besides.
    let fixed = matches!(own, Cadence::Event | Cadence::Always) || need.measure.as_deref() == Some("availability");
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
        cadence: cadence.filter(|_| !fixed).unwrap_or(own),
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
        _ => yardstick(measure, figures),
    }
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
    fn retention_is_counted_in_versions_or_in_days() {
        let month = Quantity::Duration(Duration { amount: 30.0, unit: DurationUnit::Day });
        let days = read(Measure::Versions, &[month], "gardées trente jours").expect("a figure");
        assert_eq!((days.measure, days.value as i32), (Measure::RetentionDays, 30));
        let versions = read(Measure::Versions, &[month, Quantity::Count(14.0)], "").expect("a figure");
        assert_eq!((versions.measure, versions.value as i32), (Measure::Versions, 14));
    }
}
