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
    out
}

/// How well a commitment answers the point: words of the point's title in it or above it, a figure of the kind that is
/// measured, a frequency, the provider by name.
fn weight(commitment: &Commitment, need: &Need) -> u32 {
    let measured = need.measure.as_deref().and_then(Measure::from_name);
    let fits = measured.is_some_and(|m| yardstick(m, &commitment.figures).is_some());
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
    let Some(yardstick) = measured.and_then(|m| yardstick(m, &commitment.figures)) else { return i64::MIN };
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
    let yardstick = need.measure.as_deref().and_then(Measure::from_name).and_then(|m| yardstick(m, figures));
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
