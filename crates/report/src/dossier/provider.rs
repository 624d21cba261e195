//! The provider's view: what goes too far with a counter-proposal, and what it is rightly held to.

use super::{clause_blocks, gaps};
use crate::typography::french;
use crate::{Assessed, Catalogue, words};
use contract::ExcessiveDemand;
use paper::{Block, Inline, Paper, Style, Tone, bold, plain};

pub(super) fn section(catalogue: &Catalogue, assessed: &Assessed<'_>, paper: &mut Paper) {
    let Some(view) = &assessed.assessment.provider_view else { return };
    paper.push(Block::PageBreak);
    paper.push(Block::heading(1, french(&words::excess_title(view))));
    if view.demands.is_empty() {
        paper.push(Block::words(french(words::NO_EXCESS)));
    }
    view.demands.iter().for_each(|found| paper.push(demand(assessed, found)));
    paper.push(Block::heading(1, french(&words::held_title(view))));
    for held in &view.held_to {
        let title = format!("{} ({})", catalogue.title(&held.point), held.point);
        paper.push(Block::styled(Style::Label, french(&title)));
        held.quotes.iter().for_each(|quote| paper.push(gaps::passage(assessed.document, quote)));
    }
}

fn demand(assessed: &Assessed<'_>, demand: &ExcessiveDemand) -> Block {
    let mut blocks = vec![
        Block::heading(2, french(&demand.title)),
        Block::styled(Style::Note, format!("{} · {}", demand.demand, demand.severity.label())),
    ];
    blocks.extend(demand.quotes.iter().map(|quote| gaps::passage(assessed.document, quote)));
    blocks.push(Block::words(french(&demand.why)));
    let label = Inline::Toned(Tone::Accent, vec![bold("À répondre")]);
    blocks.push(Block::paragraph(vec![label, Inline::Text(format!("\u{202f}: {}", french(&demand.ask)))]));
    blocks.push(Block::Callout {
        tone: Tone::Accent,
        title: plain("Contre-proposition"),
        blocks: clause_blocks(&demand.proposal),
    });
    Block::Card { tone: Tone::Caution, blocks }
}
