//! What the frame and the figures around a match make of a sign's verdict.

use crate::frame::Frame;
use crate::judge::Reason;
use contract::{Debtor, Quantity, Verdict};
use points::{Kind, Measure, Owes, Sign, Stance, Turn};

/// Whether a figure meets a condition.
pub fn meets(condition: &points::Figure, quantity: &Quantity) -> bool {
    let value = match (condition.measure, quantity) {
        (Measure::Duration | Measure::Any, Quantity::Duration(d)) => d.hours(),
        (Measure::Percent | Measure::Any, Quantity::Percent(p)) => *p,
        (Measure::Frequency | Measure::Any, Quantity::Frequency(f)) => f.per_year,
        (Measure::Money | Measure::Any, Quantity::Money(m)) => *m,
        (Measure::Count | Measure::Any, Quantity::Count(c)) => *c,
        _ => return false,
    };
    condition.least.is_none_or(|l| value >= l * 0.999) && condition.most.is_none_or(|m| value <= m * 1.02)
}

/// The verdict after the frame was weighed, and what was taken from it.
///
/// # Errors
/// Why the sign does not speak.
pub fn turn(sign: &Sign, kind: Kind, frame: &Frame) -> Result<(Verdict, Option<Reason>), Reason> {
    let owes = match sign.owes {
        None => true,
        Some(Owes::Provider) => matches!(frame.debtor, Debtor::Provider | Debtor::Both),
        Some(Owes::Client) => matches!(frame.debtor, Debtor::Client | Debtor::Both),
        Some(Owes::Both) => frame.debtor == Debtor::Both,
    };
    if !owes {
        return Err(Reason::OtherOwes);
    }
    let stands = |stance: &Stance| match stance {
        Stance::Denied => frame.negated,
        Stance::Burden => frame.burden,
    };
    if !sign.stance.is_empty() && !sign.stance.iter().any(stands) {
        return Err(Reason::Other);
    }
    let promise = matches!(kind, Kind::Commitment | Kind::Figure);
    let satisfied = sign.verdict == Verdict::Satisfied;
    let default = |turn: Turn| if satisfied && promise { turn } else { Turn::Keep };
    let denied = if satisfied && (promise || kind == Kind::Right) { Turn::Drop } else { Turn::Keep };
    let mut verdict = sign.verdict;
    let mut taken = None;
    let client = frame.debtor == Debtor::Client && sign.owes != Some(Owes::Client);
    let stands = [
        (frame.negated, sign.negated.unwrap_or(denied), Reason::Negated),
        (client, sign.client.unwrap_or(default(Turn::Weak)), Reason::ClientOwes),
        (frame.optional || frame.soft, sign.soft.unwrap_or(default(Turn::Weak)), Reason::NotFirm),
        (frame.definition, default(Turn::Weak), Reason::Definition),
        (frame.note, Turn::Weak, Reason::NotFirm),
    ];
    for (applies, turn, reason) in stands {
        if !applies {
            continue;
        }
        let next = match turn {
            Turn::Keep => continue,
            Turn::Drop => return Err(reason),
            Turn::Weak if verdict == Verdict::Satisfied => Verdict::Weak,
            Turn::Weak => continue,
            Turn::Adverse => Verdict::Adverse,
            Turn::Satisfied => Verdict::Satisfied,
        };
        verdict = next;
        taken = Some(reason);
        if next == Verdict::Adverse {
            break;
        }
    }
    Ok((verdict, taken))
}

/// How strongly a sign speaks, for ranking.
pub fn strength(sign: &Sign, frame: &Frame, verdict: Verdict, depth: usize) -> i32 {
    let mut strength = 2 * sign.all.len() as i32;
    if frame.debtor == Debtor::Provider {
        strength += 2;
    }
    if !frame.optional && !frame.soft {
        strength += 1;
    }
    if sign.figure.is_some() {
        strength += 2;
    }
    if verdict == sign.verdict {
        strength += 2;
    }
    strength + i32::from(depth > 0)
}
