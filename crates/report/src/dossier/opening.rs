//! The first page: what the contract is, whether to sign it, counts, a chart by category, what limits the reading.

use super::{More, base_name, colour, gaps::place};
use crate::summary::{self, Counts};
use crate::typography::french;
use crate::words::{self, SHOWN, count};
use crate::{Assessed, Catalogue};
use contract::{PointVerdict, Quote, Verdict};
use paper::{Bar, Block, Cover, Inline, Item, Paper, Part, Style, Table, Tile, Tone, bold, plain};

/// Gaps named on the first page; the next pages have them all.
const NAMED: usize = 8;
/// Notices shown on the first page; the others would push the chart off it.
const NOTICES: usize = 3;

/// The head of a dossier on one contract.
pub(super) fn cover(assessed: &Assessed<'_>, more: &More) -> Cover {
    Cover {
        kicker: "Rapport d’examen".to_owned(),
        title: french("Que vaut ce contrat ?"),
        subtitle: base_name(assessed.file).to_owned(),
        facts: facts(assessed, more).into_iter().map(|(label, value)| (label.to_owned(), plain(value))).collect(),
        own_page: false,
    }
}

/// The head of a contract among several.
pub(super) fn head(assessed: &Assessed<'_>, more: &More, paper: &mut Paper) {
    paper.push(Block::heading(1, base_name(assessed.file)));
    let mut table = Table::with(&[1.0, 4.2], &[]);
    for (label, value) in facts(assessed, more) {
        table.rows.push(vec![vec![bold(label)].into(), value.into()]);
    }
    paper.push(Block::Table(table));
}

pub(super) fn page(catalogue: &Catalogue, assessed: &Assessed<'_>, paper: &mut Paper) {
    let counts = Counts::of(&assessed.assessment.verdicts);
    paper.push(banner(catalogue, assessed, &counts));
    let [first, _, third] = summary::sentences(catalogue, assessed);
    paper.push(Block::words(format!("{first} {third}")));
    paper.push(Block::Tiles { tiles: tiles(&counts) });
    let label = "Par sujet : nombre de points, et part satisfaite compte tenu de leur gravité";
    paper.push(Block::styled(Style::Label, french(label)));
    paper.push(chart(catalogue, assessed, &counts));
    let notices = words::notices(assessed.document, &assessed.assessment.remarks);
    if !notices.is_empty() {
        let left = notices.len().saturating_sub(NOTICES);
        let mut items: Vec<String> = notices.iter().take(NOTICES).map(|notice| french(notice)).collect();
        if left > 0 {
            items.push(french(&format!("et {}.", count(left, "autre remarque", "autres remarques"))));
        }
        paper.push(Block::Callout {
            tone: Tone::Caution,
            title: plain("À savoir avant de s’y fier"),
            blocks: vec![Block::bullets(items)],
        });
    }
}

/// Whether to sign, and what to mend first.
fn banner(catalogue: &Catalogue, assessed: &Assessed<'_>, counts: &Counts) -> Block {
    let named = if counts.blocking > 0 { counts.blocking.min(NAMED) } else { 3 };
    let mut items: Vec<Item> = summary::worst_gaps(assessed.assessment, named)
        .into_iter()
        .map(|gap| first_to_mend(catalogue, assessed, gap).into())
        .collect();
    if counts.blocking > NAMED {
        let left = counts.blocking - NAMED;
        items.push(plain(format!("et {}", count(left, "autre manque bloquant", "autres manques bloquants"))).into());
    }
    let tone = match (counts.blocking, counts.gaps()) {
        (0, 0) => Tone::Good,
        (0, _) => Tone::Caution,
        _ => Tone::Bad,
    };
    let blocks = if items.is_empty() { Vec::new() } else { vec![Block::List { ordered: false, items }] };
    Block::Callout { tone, title: plain(french(&summary::headline(counts))), blocks }
}

/// "Sauvegardes quotidiennes : défavorable (page 3)"
fn first_to_mend(catalogue: &Catalogue, assessed: &Assessed<'_>, gap: &PointVerdict) -> Vec<Inline> {
    // A page is enough here, and keeps the line short; the next pages name the article too.
    let short = |quote: &Quote| match assessed.document.has_pages() {
        true => format!("page\u{a0}{}", quote.page),
        false => place(assessed.document, quote),
    };
    let place = gap.quotes.first().map(short).unwrap_or_default();
    let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
    vec![bold(french(catalogue.title(&gap.point))), Inline::Text(format!("\u{202f}: {}{place}", gap.verdict.label()))]
}

fn facts(assessed: &Assessed<'_>, more: &More) -> Vec<(&'static str, String)> {
    let assessment = assessed.assessment;
    let format = words::format_name(assessed.document.format);
    let pages = if assessed.document.has_pages() {
        format!("{format}, {}", count(assessed.document.pages.len(), "page", "pages"))
    } else {
        format.to_owned()
    };
    let proposed = if assessment.profile_proposed { " (proposé d’après le texte)" } else { "" };
    let all = vec![
        ("Prestataire", more.provider.clone()),
        ("Client", more.client.clone()),
        ("Document", pages),
        ("Examiné pour", format!("{}{proposed}", assessment.profile.label())),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn tiles(counts: &Counts) -> Vec<Tile> {
    let labels = [
        (Verdict::Satisfied, "satisfait", "satisfaits"),
        (Verdict::Weak, "insuffisant", "insuffisants"),
        (Verdict::Adverse, "défavorable", "défavorables"),
        (Verdict::Missing, "absent", "absents"),
        (Verdict::NotReadable, "illisible", "illisibles"),
    ];
    labels
        .into_iter()
        .filter(|(verdict, ..)| *verdict != Verdict::NotReadable || counts.not_readable > 0)
        .map(|(verdict, one, many)| {
            let n = counts.with(verdict);
            let label = if n < 2 { one } else { many };
            Tile { figure: n.to_string(), label: label.to_owned(), tone: colour(verdict) }
        })
        .collect()
}

fn chart(catalogue: &Catalogue, assessed: &Assessed<'_>, counts: &Counts) -> Block {
    let shown: Vec<Verdict> = SHOWN.into_iter().filter(|verdict| counts.with(*verdict) > 0).collect();
    let mut alt = Vec::new();
    let mut bars = Vec::new();
    for category in summary::categories(catalogue, assessed.assessment) {
        let Some(score) = category.score else { continue };
        let parts = shown.iter().map(|verdict| Part {
            tone: colour(*verdict),
            amount: u32::try_from(category.counts.with(*verdict)).unwrap_or(u32::MAX),
        });
        let value = format!("{score}\u{202f}%");
        alt.push(format!("{} {value}", category.title));
        bars.push(Bar { label: category.title.to_owned(), parts: parts.collect(), value });
    }
    let legend = shown.iter().map(|verdict| (colour(*verdict), verdict.label().to_owned()));
    Block::Bars { alt: format!("Part satisfaite par sujet : {}.", alt.join(" ; ")), legend: legend.collect(), bars }
}
