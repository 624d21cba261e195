//! The first page: what the contract is, three sentences, counts, a chart by category, what limits the reading.

use crate::summary::{self, Counts};
use crate::typography::french;
use crate::words::{self, SHOWN, count};
use crate::{Assessed, Catalogue};
use contract::Verdict;
use paper::{Bar, Block, Paper, Part, Style, Table, Tile, Tone, bold, plain};

/// Notices shown on the first page; the others would push the chart off it.
const NOTICES: usize = 4;

pub(super) fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Satisfied => Tone::Good,
        Verdict::Weak => Tone::Caution,
        Verdict::Adverse => Tone::Bad,
        Verdict::Missing => Tone::Silent,
        Verdict::NotReadable => Tone::Unknown,
        Verdict::NotApplicable => Tone::Plain,
    }
}

pub(super) fn page(catalogue: &Catalogue, assessed: &Assessed<'_>, paper: &mut Paper) {
    paper.push(Block::heading(1, assessed.file));
    paper.push(facts(assessed));
    let [first, second, third] = summary::sentences(catalogue, assessed);
    paper.push(Block::styled(Style::Lead, second));
    paper.push(Block::words(format!("{first} {third}")));
    let counts = Counts::of(&assessed.assessment.verdicts);
    paper.push(Block::Tiles { tiles: tiles(&counts) });
    paper.push(Block::styled(
        Style::Label,
        "Par sujet : nombre de points, et part satisfaite compte tenu de leur gravité",
    ));
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

fn facts(assessed: &Assessed<'_>) -> Block {
    let assessment = assessed.assessment;
    let mut table = Table::with(&[1.0, 4.2], &[]);
    let mut row = |label: &str, value: String| {
        if !value.is_empty() {
            table.rows.push(vec![vec![bold(label)].into(), value.into()]);
        }
    };
    let pages = if words::has_pages(assessed.document) {
        format!(
            "{}, {}",
            words::format_name(assessed.document.format),
            count(assessed.document.pages.len(), "page", "pages")
        )
    } else {
        words::format_name(assessed.document.format).to_owned()
    };
    let proposed = if assessment.profile_proposed { " (proposé d’après le texte)" } else { "" };
    row("Prestataire", assessment.provider_names.join(", "));
    row("Client", assessment.client_names.join(", "));
    row("Document", pages);
    row("Profil du lecteur", format!("{}{proposed}", assessment.profile.label()));
    Block::Table(table)
}

fn tiles(counts: &Counts) -> Vec<Tile> {
    let labels = [
        (Verdict::Satisfied, "satisfait", "satisfaits"),
        (Verdict::Weak, "insuffisant", "insuffisants"),
        (Verdict::Adverse, "défavorable", "défavorables"),
        (Verdict::Missing, "absent", "absents"),
        (Verdict::NotReadable, "illisible", "illisibles"),
    ];
    let mut tiles: Vec<Tile> = labels
        .into_iter()
        .filter(|(verdict, ..)| *verdict != Verdict::NotReadable || counts.not_readable > 0)
        .map(|(verdict, one, many)| {
            let n = counts.with(verdict);
            let label = if n < 2 { one } else { many };
            Tile { figure: n.to_string(), label: label.to_owned(), tone: tone(verdict) }
        })
        .collect();
    let label = if counts.blocking < 2 { "manque bloquant" } else { "manques bloquants" };
    let colour = if counts.blocking > 0 { Tone::Bad } else { Tone::Good };
    tiles.push(Tile { figure: counts.blocking.to_string(), label: label.to_owned(), tone: colour });
    tiles
}

fn chart(catalogue: &Catalogue, assessed: &Assessed<'_>, counts: &Counts) -> Block {
    let shown: Vec<Verdict> = SHOWN.into_iter().filter(|verdict| counts.with(*verdict) > 0).collect();
    let mut alt = Vec::new();
    let mut bars = Vec::new();
    for category in summary::categories(catalogue, assessed.assessment) {
        let Some(score) = category.score else { continue };
        let parts = shown.iter().map(|verdict| Part {
            tone: tone(*verdict),
            amount: u32::try_from(category.counts.with(*verdict)).unwrap_or(u32::MAX),
        });
        let value = format!("{score}\u{202f}%");
        alt.push(format!("{} {value}", category.title));
        bars.push(Bar { label: category.title.to_owned(), parts: parts.collect(), value });
    }
    let legend = shown.iter().map(|verdict| (tone(*verdict), verdict.label().to_owned()));
    Block::Bars { alt: format!("Part satisfaite par sujet : {}.", alt.join(" ; ")), legend: legend.collect(), bars }
}
