//! Figures held to the contract's own: availability by day, delays case by case.

use super::{Kept, Month, place, sign_of};
use crate::words::count;
use evidence::Fact;
use follow::{Cadence, Day, Measure, Sign, State, words};
use jiff::civil::Date;

/// Most cases listed.
const CASES: usize = 40;

/// What a day's watching showed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chart {
    /// The day.
    pub date: Date,
    /// Minutes down; none where nobody watched.
    pub down: Option<f64>,
}

/// Availability over the month.
#[derive(Debug, Clone, PartialEq)]
pub struct Uptime {
    /// What is promised.
    pub title: String,
    /// "article 7, page 5"; may be empty.
    pub place: String,
    /// "99,62 %"; "non mesurée" where nothing was seen.
    pub measured: String,
    /// "au moins 99,9 %".
    pub promised: String,
    /// Whether it was kept.
    pub state: State,
    /// The percentage promised.
    pub goal: f64,
    /// Minutes down by day.
    pub days: Vec<Chart>,
    /// Everything in one sentence, for those who can't see the chart.
    pub caption: String,
}

/// A case held to a delay.
#[derive(Debug, Clone, PartialEq)]
pub struct Delay {
    /// The day.
    pub date: Date,
    /// "ticket 412, panne d’imprimante".
    pub what: String,
    /// The measured value in the measure's unit; none where it is not known.
    pub value: Option<f64>,
    /// The value in words.
    pub shown: String,
    /// How it went.
    pub sign: Sign,
}

/// Cases held to one promise's delay.
#[derive(Debug, Clone, PartialEq)]
pub struct Delays {
    /// What is promised.
    pub title: String,
    /// "article 7, page 5"; may be empty.
    pub place: String,
    /// "au plus 4 h".
    pub promised: String,
    /// What is measured: its unit is the cases'.
    pub measure: Measure,
    /// The bound, in the cases' unit.
    pub bound: f64,
    /// The cases, in order of day.
    pub cases: Vec<Delay>,
    /// Everything in one sentence.
    pub caption: String,
}

/// Counts or figures of a promise, short.
pub(super) fn detail(kept: &Kept) -> String {
    let status = kept.status;
    if let (Some(measured), Some(yardstick)) = (status.measured, kept.promise.yardstick) {
        return format!("{} mesuré, {} promis", yardstick.measure.show(measured), yardstick.label());
    }
    let c = &status.counts;
    match (kept.promise.cadence, status.state) {
        (_, State::Pending) => {
            let due = status.next_due.map(|d| format!("au plus tard le {}", words::date(d.date())));
            due.unwrap_or_else(|| "rien n’était dû".to_owned())
        }
        (_, State::Waived) => "dispense accordée".to_owned(),
        (Cadence::Always, State::Kept) => "document en cours de validité".to_owned(),
        (Cadence::Always, _) => "document absent ou périmé".to_owned(),
        _ => format!("{} sur {}", c.received, count(c.expected as usize, "attendue", "attendues")),
    }
}

/// Availability promised, with what was watched day by day.
pub(super) fn uptimes(month: &Month) -> Vec<Uptime> {
    let of = |k: &&Kept| k.promise.yardstick.is_some_and(|y| y.measure == Measure::Availability);
    month.kept.iter().filter(of).map(|kept| uptime(month, kept)).collect()
}

fn uptime(month: &Month, kept: &Kept) -> Uptime {
    let days: Vec<Chart> = (month.window.first.0..=month.window.last.0)
        .map(|n| {
            let own = kept.seen.iter().filter(|s| s.day == Day(n) && !s.value.is_nan() && s.weight > 0.0);
            let down: Vec<f64> = own.map(|s| s.value.max(0.0) / 60.0).collect();
            Chart { date: Day(n).date(), down: (!down.is_empty()).then(|| down.iter().sum::<f64>().min(1440.0)) }
        })
        .collect();
    let measured = kept.status.measured.map_or("non mesurée".to_owned(), |m| Measure::Availability.show(m));
    let total: f64 = days.iter().filter_map(|d| d.down).sum();
    let blind = days.iter().filter(|d| d.down.is_none() && d.date <= month.today).count();
    let worst = days
        .iter()
        .filter(|d| d.down.is_some_and(|m| m > 0.0))
        .max_by(|a, b| a.down.unwrap_or(0.0).total_cmp(&b.down.unwrap_or(0.0)));
    let mut caption = format!("Disponibilité {measured}, promis {}", kept.status.promised);
    if total > 0.0 {
        caption.push_str(&format!(" ; {} d’arrêt en tout", span(total)));
    }
    if let Some(day) = worst {
        caption.push_str(&format!(", le plus long le {}", words::date(day.date)));
    }
    if blind > 0 {
        caption.push_str(&format!(
            " ; {}, jamais comptés comme bons",
            count(blind, "jour sans mesure", "jours sans mesure")
        ));
    }
    let state = kept.status.state;
    let promised = kept.status.promised.clone();
    caption.push('.');
    let goal = kept.promise.yardstick.map_or(100.0, |y| y.value);
    let (title, place) = (kept.promise.title.clone(), place(kept.promise));
    Uptime { title, place, measured, promised, state, goal, days, caption }
}

/// "1 h 20", "12 min".
pub(super) fn span(minutes: f64) -> String {
    let whole = minutes.round() as u64;
    match (whole / 60, whole % 60) {
        (0, m) => format!("{m}\u{a0}min"),
        (h, 0) => format!("{h}\u{a0}h"),
        (h, m) => format!("{h}\u{a0}h\u{a0}{m:02}"),
    }
}

/// Delays promised case by case.
pub(super) fn delays(month: &Month) -> Vec<Delays> {
    let of = |k: &&Kept| {
        let measure = k.promise.yardstick.map(|y| y.measure);
        matches!(measure, Some(Measure::Intervention | Measure::Recovery | Measure::PatchDays))
    };
    let all = month.kept.iter().filter(of).filter_map(|kept| delay(month, kept));
    all.filter(|d| !d.cases.is_empty()).collect()
}

fn delay(month: &Month, kept: &Kept) -> Option<Delays> {
    let yardstick = kept.promise.yardstick?;
    let facts: Vec<&(Day, Fact)> =
        month.facts.iter().filter(|(_, f)| follow::facts::bears_on(kept.promise, f)).collect();
    let mut cases = Vec::new();
    let mut used = vec![false; kept.seen.len()];
    for (day, fact) in facts.into_iter().take(CASES) {
        // The n-th fact of a day is the n-th seen of that day: both come from the same proofs in the same order.
        let at = (0..used.len()).find(|n| !used[*n] && kept.seen[*n].day == *day);
        if let Some(at) = at {
            used[at] = true;
        }
        let value = at.map(|n| kept.seen[n].value).filter(|v| !v.is_nan());
        let sign = match value {
            None => sign_of(fact.state).max(Sign::Unproven),
            Some(v) if yardstick.keeps(v) => sign_of(fact.state),
            Some(_) => Sign::Failed,
        };
        let shown = match (value, yardstick.measure) {
            (None, _) => "non daté".to_owned(),
            (Some(v), Measure::PatchDays) => yardstick.measure.show(v),
            (Some(v), _) => span(v * 60.0),
        };
        cases.push(Delay { date: day.date(), what: what(fact), value, shown, sign });
    }
    let late = cases.iter().filter(|c| c.sign == Sign::Failed).count();
    let caption = format!(
        "{} sur {} dans le délai promis ({}).",
        cases.len() - late,
        count(cases.len(), "cas", "cas"),
        yardstick.label()
    );
    let promised = yardstick.label();
    let (title, place) = (kept.promise.title.clone(), place(kept.promise));
    let (measure, bound) = (yardstick.measure, yardstick.value);
    Some(Delays { title, place, promised, measure, bound, cases, caption })
}

fn what(fact: &Fact) -> String {
    let priority =
        fact.measures.get("priority").and_then(|p| p.as_str()).map(|p| format!("priorité {}", p.to_lowercase()));
    let parts = [fact.job.clone(), fact.scope.first().cloned(), fact.host.clone(), priority];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
