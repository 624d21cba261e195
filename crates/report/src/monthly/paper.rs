//! The monthly report as a paper, for Word, PDF and Markdown.

use super::figures::{Chart, Delay, Delays, Uptime};
use super::{Content, Month, Sheet, breaches::Breach, euros, glyph, state_glyph, state_tone, tone};
use crate::typography::french;
use follow::{Measure, Sign, words};
use paper::{
    Align, Bar, Block, Calendar, CalendarDay, CalendarRow, Cell, Date, Goal, Inline, Line, Meta, Paper, Part, Running,
    Sample, Style, Table, Tone, bold, break_line, plain,
};

/// The report as a paper. Nothing in it depends on a clock.
pub fn paper(month: &Month) -> Paper {
    let content = Content::of(month);
    let today = month.today;
    let date = Date { year: today.year().into(), month: today.month().unsigned_abs(), day: today.day().unsigned_abs() };
    let title = format!("{} – {}", content.title, content.provider);
    let mut paper = Paper {
        meta: Meta {
            title: title.clone(),
            author: "Clausule".to_owned(),
            subject: french("Ce que le prestataire a tenu, manqué ou non prouvé dans le mois, clause par clause."),
            date: Some(date),
            ..Meta::default()
        },
        running: Running {
            head: title,
            head_right: date.words(),
            foot: french("Établi par Clausule d'après les preuves reçues ; il ne remplace pas un conseil juridique."),
        },
        ..Paper::default()
    };
    opening(&content, &mut paper);
    content.sheets.iter().for_each(|s| sheet(s, &mut paper));
    figures(&content, &mut paper);
    troubles(&content, &mut paper);
    dates(&content, &mut paper);
    letter(&content, &mut paper);
    standings(&content, &mut paper);
    paper
}

fn opening(content: &Content, paper: &mut Paper) {
    paper.push(Block::heading(1, french(&content.title)));
    let facts: Vec<String> = content.facts.iter().map(|(label, value)| format!("{label} : {value}")).collect();
    paper.push(Block::styled(Style::Note, french(&facts.join(" · "))));
    paper.push(Block::Callout {
        tone: content.tone,
        title: Vec::new(),
        blocks: vec![Block::styled(Style::Lead, french(&content.verdict))],
    });
    paper.push(Block::Tiles { tiles: content.tiles.clone() });
}

/// A heading with its clause behind it.
fn title(title: &str, place: &str) -> Block {
    let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
    Block::heading(2, french(&format!("{title}{place}")))
}

fn sheet(sheet: &Sheet, paper: &mut Paper) {
    paper.push(title(&sheet.title, &sheet.place));
    let days = sheet.squares.iter().filter_map(|square| {
        let date = square.date;
        let date =
            Date { year: date.year().into(), month: date.month().unsigned_abs(), day: date.day().unsigned_abs() };
        Some(CalendarDay { date, tone: shade(square.sign?) })
    });
    let mut legend: Vec<(Tone, String)> = Vec::new();
    for sign in &sheet.legend {
        match legend.iter_mut().find(|(tone, _)| *tone == shade(*sign)) {
            Some((_, words)) => *words = format!("{words} ou {}", sign.label()),
            None => legend.push((shade(*sign), sign.label().to_owned())),
        }
    }
    paper.push(Block::Calendar(Calendar {
        alt: french(&sheet.caption),
        legend,
        rows: vec![CalendarRow { label: String::new(), days: days.collect() }],
    }));
    paper.push(Block::styled(Style::Note, french(&sheet.caption)));
}

/// The shade of a day: silence is told apart from failure.
fn shade(sign: Sign) -> Tone {
    match sign {
        Sign::Missing => Tone::Silent,
        Sign::Late | Sign::Running | Sign::Waived => Tone::Unknown,
        other => tone(other),
    }
}

fn signed(sign: Sign) -> Cell {
    Cell { text: plain(format!("{} {}", glyph(sign), sign.label())), tone: tone(sign) }
}

fn figures(content: &Content, paper: &mut Paper) {
    for uptime in &content.uptimes {
        paper.push(title(&uptime.title, &uptime.place));
        let mut table = Table::with(&[2.0, 2.0, 1.5], &["Mesurée", "Promise", "État"]);
        let state = format!("{} {}", state_glyph(uptime.state), uptime.state.label());
        table.rows.push(vec![
            uptime.measured.as_str().into(),
            uptime.promised.as_str().into(),
            Cell { text: plain(state), tone: state_tone(uptime.state) },
        ]);
        let down = uptime.days.iter().filter_map(|d| Some((d.date, d.down.filter(|m| *m > 0.0)?)));
        let down: Vec<String> =
            down.map(|(d, m)| format!("{} {} : {}", d.day(), month(d), super::figures::span(m))).collect();
        paper.push(Block::Table(table));
        paper.push(Block::Line(day_by_day(uptime)));
        let detail = if down.is_empty() { String::new() } else { format!(" Arrêts : {}.", down.join(", ")) };
        paper.push(Block::styled(Style::Note, french(&format!("{}{detail}", uptime.caption))));
    }
    for delays in &content.delays {
        paper.push(title(&delays.title, &delays.place));
        paper.push(case_by_case(delays));
        paper.push(Block::styled(Style::Note, french(&delays.caption)));
        let mut table = Table::with(&[1.2, 3.5, 1.3, 1.3], &["Jour", "Cas", "Délai", "État"]);
        for case in delays.cases.iter().filter(|c| !matches!(c.sign, Sign::Kept)) {
            let day = format!("{} {}", case.date.day(), month(case.date));
            table.rows.push(vec![day.into(), case.what.as_str().into(), case.shown.as_str().into(), signed(case.sign)]);
        }
        if !table.rows.is_empty() {
            paper.push(Block::Table(table));
        }
    }
    if !content.tests.is_empty() || !content.no_test.is_empty() {
        paper.push(Block::heading(2, "Tests de restauration"));
    }
    if !content.tests.is_empty() {
        let mut table = Table::with(&[1.2, 2.5, 3.0, 1.3], &["Jour", "Quoi", "Résultat", "État"]);
        for test in &content.tests {
            let day = format!("{} {}", test.date.day(), month(test.date));
            table.rows.push(vec![
                day.into(),
                test.what.as_str().into(),
                french(&test.reason).into(),
                signed(test.sign),
            ]);
        }
        paper.push(Block::Table(table));
    } else if !content.no_test.is_empty() {
        paper.push(Block::words(french(&content.no_test)));
    }
}

/// The availability of each day against what is promised; a day that nobody watched leaves a gap.
fn day_by_day(uptime: &Uptime) -> Line {
    const MINUTES: f64 = 1440.0;
    let percent = |down: f64| (100.0 * (1.0 - down / MINUTES)).clamp(0.0, 100.0);
    let sample = |day: &Chart| {
        let value = day.down.map(percent);
        Sample {
            label: format!("{} {}", day.date.day(), month(day.date)),
            value,
            words: value.map_or_else(|| french("non mesurée"), |v| Measure::Availability.show(v)),
            tone: if value.is_some_and(|v| v < uptime.goal) { Tone::Bad } else { Tone::Plain },
        }
    };
    Line {
        alt: french(&uptime.caption),
        label: french("Disponibilité de chaque jour (%)"),
        samples: uptime.days.iter().map(sample).collect(),
        goal: Some(Goal {
            value: uptime.goal,
            words: french(&format!("promis : {}", Measure::Availability.show(uptime.goal))),
        }),
        stepped: false,
    }
}

/// Longest words beside a bar, in characters: what fits on one line.
const BESIDE: usize = 37;

/// Words cut behind a whole word.
fn cut(words: &str) -> String {
    if words.chars().count() <= BESIDE {
        return words.to_owned();
    }
    let short: String = words.chars().take(BESIDE - 1).collect();
    let end = short.rfind(' ').filter(|end| *end > 0).unwrap_or(short.len());
    format!("{}…", short[..end].trim_end_matches([',', ':', ' ']))
}

/// Each case as a bar: the time promised in one colour, what goes beyond it in another.
fn case_by_case(delays: &Delays) -> Block {
    let (unit, each) = if delays.measure == Measure::PatchDays { ("heures", 24.0) } else { ("minutes", 60.0) };
    let amount = |value: f64| (value * each).round().clamp(0.0, 1e6) as u32;
    let bar = |case: &Delay| {
        let within = case.value.map_or(0.0, |v| v.min(delays.bound));
        let beyond = case.value.map_or(0.0, |v| (v - delays.bound).max(0.0));
        let parts = [(Tone::Good, within), (Tone::Bad, beyond)];
        let parts =
            parts.into_iter().map(|(tone, value)| Part { tone, amount: amount(value) }).filter(|p| p.amount > 0);
        let label = cut(&format!("{} {}, {}", case.date.day(), month(case.date), case.what));
        Bar { label: french(&label), parts: parts.collect(), value: french(&case.shown) }
    };
    Block::Bars {
        alt: french(&delays.caption),
        legend: vec![
            (Tone::Good, french(&format!("dans le délai promis, {} ({unit})", delays.promised))),
            (Tone::Bad, french(&format!("au-delà ({unit})"))),
        ],
        bars: delays.cases.iter().map(bar).collect(),
    }
}

fn month(date: jiff::civil::Date) -> &'static str {
    contract::month_words(date.month().unsigned_abs())
}

fn troubles(content: &Content, paper: &mut Paper) {
    if !content.breaches.is_empty() {
        paper.push(Block::heading(2, "Ce qui n’a pas été tenu ou prouvé"));
    }
    for breach in &content.breaches {
        paper.push(Block::Callout {
            tone: state_tone(breach.state),
            title: vec![Inline::Text(format!("{} {}", state_glyph(breach.state), breach.title))],
            blocks: trouble(breach),
        });
    }
    if !content.penalties.is_empty() {
        paper.push(Block::heading(2, "Pénalités dues selon le contrat"));
        let mut table = Table::with(&[4.0, 2.0, 1.5], &["Promesse", "Clause", "Montant"]);
        table.columns[2].align = Align::Right;
        for due in &content.penalties {
            table.rows.push(vec![due.title.as_str().into(), due.place.as_str().into(), euros(due.euros).into()]);
        }
        paper.push(Block::Table(table));
    }
}

fn trouble(breach: &Breach) -> Vec<Block> {
    let mut blocks = vec![Block::words(french(&breach.reason))];
    if !breach.remarks.is_empty() {
        blocks.push(Block::bullets(breach.remarks.iter().map(|r| french(r))));
    }
    if !breach.quote.is_empty() {
        let place = if breach.place.is_empty() { String::new() } else { format!("{} : ", breach.place) };
        let place = super::verdict::capital(&place);
        let words = paper::typography::quoted(&breach.quote);
        blocks.push(Block::styled(Style::Quote, format!("{}{words}", french(&place))));
    }
    blocks
}

fn dates(content: &Content, paper: &mut Paper) {
    if content.dates.is_empty() {
        return;
    }
    paper.push(Block::heading(2, "Dates à venir"));
    let mut table = Table::with(&[1.5, 5.0], &["Date", "Quoi"]);
    for coming in &content.dates {
        table.rows.push(vec![words::date(coming.date).into(), french(&coming.words).into()]);
    }
    paper.push(Block::Table(table));
}

fn letter(content: &Content, paper: &mut Paper) {
    let Some(letter) = &content.letter else { return };
    paper.push(Block::heading(2, "À demander au prestataire"));
    paper.push(Block::styled(Style::Label, "Prêt à envoyer"));
    let mut blocks =
        vec![Block::paragraph(vec![bold(french("Objet : ")), Inline::Text(french(&letter.subject)), break_line()])];
    blocks.extend(letter.opening.iter().map(|p| Block::words(french(p))));
    let items = letter.requests.iter().map(|r| plain(french(r)).into()).collect();
    blocks.push(Block::List { ordered: true, items });
    blocks.extend(letter.closing.iter().map(|p| Block::words(french(p))));
    paper.push(Block::Callout { tone: Tone::Accent, title: Vec::new(), blocks });
}

fn standings(content: &Content, paper: &mut Paper) {
    if content.standings.is_empty() {
        return;
    }
    paper.push(Block::heading(2, "Toutes les promesses suivies"));
    let mut table = Table::with(&[3.5, 2.0, 2.5, 1.5], &["Promesse", "Clause", "Constat", "État"]);
    for one in &content.standings {
        let state = format!("{} {}", state_glyph(one.state), one.state.label());
        table.rows.push(vec![
            one.title.as_str().into(),
            one.place.as_str().into(),
            french(&one.detail).into(),
            Cell { text: plain(state), tone: state_tone(one.state) },
        ]);
    }
    paper.push(Block::Table(table));
}
