//! What a series of dated events shows: the period covered, gaps, clock jumps.

use crate::core::clock::Moment;
use crate::core::judge::Judge;

/// Silence that counts as a gap, in seconds: a day.
const GAP_S: i64 = 86_400;
/// Backward step of the clock that counts as a jump, in seconds: buffers may shuffle a few.
const JUMP_S: i64 = 60;

/// Gives the judge the period of a log, in the order written, with its gaps and jumps.
pub fn weigh(judge: &mut Judge, moments: &[Moment]) {
    let (Some(first), Some(last)) =
        (moments.iter().min_by_key(|m| m.seconds()), moments.iter().max_by_key(|m| m.seconds()))
    else {
        return judge.lack("aucun événement daté : la période couverte n'est pas connue");
    };
    judge.started(Some(first.clone())).happened(Some(last.clone()));
    judge.measure("coverage_s", last.seconds() - first.seconds());
    let mut times: Vec<i64> = moments.iter().map(Moment::seconds).collect();
    let descending = times.windows(2).filter(|w| w[1] < w[0]).count() * 2 > times.len();
    if descending {
        // Windows exports show the newest first.
        times.reverse();
    }
    let gaps: Vec<i64> = times.windows(2).map(|w| w[1] - w[0]).filter(|d| *d > GAP_S).collect();
    let jumps = times.windows(2).filter(|w| w[0] - w[1] > JUMP_S).count();
    judge
        .measure("gaps", gaps.len())
        .measure("largest_gap_s", gaps.iter().copied().max().unwrap_or(0))
        .measure("clock_jumps", jumps);
    if !gaps.is_empty() {
        judge.degrade(format!(
            "{} silences de plus d'un jour, le plus long de {} heures",
            gaps.len(),
            gaps.iter().max().unwrap_or(&0) / 3600
        ));
    }
    if jumps > 0 {
        judge.degrade(format!("{jumps} retours en arrière de l'horloge"));
    }
    if moments.len() < 2 {
        judge.lack("un seul événement : aucune période n'est couverte");
    }
}

/// Record numbers that are missing between the first and the last.
pub fn missing_records(judge: &mut Judge, mut ids: Vec<u64>) {
    ids.sort_unstable();
    ids.dedup();
    let missing: u64 = ids.windows(2).map(|w| w[1] - w[0] - 1).sum();
    judge.measure("missing_records", missing);
    if missing > 0 {
        judge.degrade(format!("{missing} enregistrements manquent dans la numérotation"));
    }
}
