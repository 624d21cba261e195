//! `clausule status`: where every promise stands, worst first, with the reason in words.

use crate::place::PlaceArgs;
use clap::ValueEnum;
use follow::{Day, State, Window};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::process::ExitCode;
use store::{Contract, Line};

/// Forms of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Texte.
    Text,
    /// JSON.
    Json,
}

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
pub struct StatusArgs {
    /// Where the register is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Seulement ce contrat.
    #[arg(long)]
    pub contract: Option<String>,
    /// Forme du résultat.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Form,
    /// Le jour où l'on se place (AAAA-MM-JJ), aujourd'hui s'il n'est pas donné.
    #[arg(long)]
    pub today: Option<Date>,
    /// Premier jour compté ; il y a trente jours s'il n'est pas donné.
    #[arg(long, conflicts_with = "month")]
    pub from: Option<Date>,
    /// Dernier jour compté.
    #[arg(long, conflicts_with = "month")]
    pub to: Option<Date>,
    /// Un mois entier (AAAA-MM).
    #[arg(long)]
    pub month: Option<String>,
}

impl StatusArgs {
    fn window(&self, today: Date) -> Result<Window, String> {
        if let Some(month) = &self.month {
            let first: Date = format!("{month}-01").parse().map_err(|_| "--month attend AAAA-MM".to_owned())?;
            return Ok(Window { first: first.into(), last: first.last_of_month().into() });
        }
        let last = self.to.unwrap_or(today);
        let first = self.from.unwrap_or_else(|| last.saturating_sub(30.days()));
        if first > last {
            return Err("--from est après --to".to_owned());
        }
        Ok(Window { first: first.into(), last: last.into() })
    }
}

/// Prints the statuses. Exit code 1 when a promise is breached.
///
/// # Errors
/// When the register can't be read.
pub fn run(args: &StatusArgs) -> Result<ExitCode, String> {
    let today = args.today.unwrap_or_else(|| args.place.here().date());
    let window = args.window(today)?;
    let mut store = args.place.open()?;
    let lines = store.statuses(args.contract.as_deref(), window, today.into()).map_err(|e| e.to_string())?;
    let contracts = store.contracts().map_err(|e| e.to_string())?;
    let wanted = |c: &&Contract| args.contract.as_ref().is_none_or(|id| *id == c.id);
    let contracts: Vec<&Contract> = contracts.iter().filter(wanted).collect();
    match args.format {
        Form::Json => println!("{:#}", to_json(&contracts, &lines, window, today)),
        Form::Text => print!("{}", to_text(&contracts, &lines, window, today)),
    }
    let breached = lines.iter().any(|l| l.status.state == State::Breached);
    Ok(ExitCode::from(u8::from(breached)))
}

fn to_text(contracts: &[&Contract], lines: &[Line], window: Window, today: Date) -> String {
    let mut out = String::new();
    let mut line = |text: String| out.push_str(&(text + "\n"));
    if contracts.is_empty() {
        line("Aucun contrat suivi. Commencez par : clausule follow add contrat.pdf --provider \"…\"".to_owned());
    }
    for contract in contracts {
        let words = follow::words::date;
        line(format!("{} — {}", contract.provider, contract.id));
        line(format!("Du {} au {}, vu le {}.", words(window.first.date()), words(window.last.date()), words(today)));
        let mut own: Vec<&Line> = lines.iter().filter(|l| l.contract == contract.id).collect();
        own.sort_by(|a, b| b.status.state.cmp(&a.status.state).then_with(|| a.promise.id.cmp(&b.promise.id)));
        let count = |s: State| own.iter().filter(|l| l.status.state == s).count();
        let summary: Vec<String> = ORDER
            .iter()
            .filter(|s| count(**s) > 0)
            .map(|s| format!("{} {}", count(*s), if count(*s) > 1 { plural(*s) } else { s.label().to_owned() }))
            .collect();
        line(if own.is_empty() { "Aucune promesse suivie.".to_owned() } else { summary.join(", ") + "." });
        for one in own {
            line(String::new());
            line(format!("{} {}", one.status.state.label().to_uppercase(), one.promise.id));
            line(format!("  {}", one.status.reason));
            if let Some(due) = one.status.next_due {
                line(format!("  Prochaine preuve attendue au plus tard le {}.", words(due.date())));
            }
        }
        let dates = contract.term.map(|t| t.dates(today, &contract.calendar())).unwrap_or_default();
        if !dates.is_empty() {
            line(String::new());
            line("Dates du contrat".to_owned());
        }
        for date in dates {
            line(format!("  {} : {}", words(date.date), date.words));
        }
        line(String::new());
    }
    out
}

/// Worst first.
const ORDER: [State; 6] = [State::Breached, State::Unproved, State::Late, State::Kept, State::Waived, State::Pending];

fn plural(state: State) -> String {
    match state {
        State::Pending | State::Late => state.label().to_owned(),
        State::Unproved => "non prouvées".to_owned(),
        other => format!("{}s", other.label()),
    }
}

fn to_json(contracts: &[&Contract], lines: &[Line], window: Window, today: Date) -> Value {
    let days = |days: &[Day]| days.iter().map(|d| d.date().to_string()).collect::<Vec<_>>();
    let promise = |l: &Line| {
        let (p, s) = (&l.promise, &l.status);
        json!({
            "id": p.id, "point": p.point, "title": p.title, "article": p.article, "page": p.page, "quote": p.quote,
            "debtor": p.debtor, "state": s.state, "label": s.state.label(), "reason": s.reason, "counts": s.counts,
            "failed": days(&s.failed), "missing": days(&s.missing), "unproven": days(&s.unproven),
            "degraded": days(&s.degraded), "measured": s.measured, "promised": s.promised, "reference": s.reference,
            "penalty": s.penalty, "next_due": s.next_due.map(|d| d.date().to_string()),
        })
    };
    let contract = |c: &&Contract| {
        let own: Vec<Value> = lines.iter().filter(|l| l.contract == c.id).map(promise).collect();
        let dates = c.term.map(|t| t.dates(today, &c.calendar())).unwrap_or_default();
        json!({"id": c.id, "provider": c.provider, "signed": c.signed, "dates": dates, "promises": own})
    };
    json!({
        "schema": "clausule/status/1", "today": today, "from": window.first.date(), "to": window.last.date(),
        "contracts": contracts.iter().map(contract).collect::<Vec<_>>(),
    })
}
