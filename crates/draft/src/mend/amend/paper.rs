//! The amendment as a document to sign.

use super::super::Work;
use super::Terms;
use super::designate::designate;
use super::identity::Identity;
use super::revise::{Added, Edit, Revisions};
use crate::clause::Paragraph;
use crate::documents::blanks;
use crate::party::{PartyName, capital};
use ::paper::typography::{THIN, french};
use ::paper::{Block, Cover, Inline, Meta, Numbering, Paper, Running, Signatory, Style, blank, plain};
use contract::{BlockKind, Document, Span};

/// The amendment.
pub fn paper(work: &Work, revisions: &Revisions, terms: &Terms) -> Paper {
    let identity = Identity::of(work.document);
    let title = "Avenant au contrat".to_owned();
    let mut facts = vec![
        ("Contrat".to_owned(), contract_name(&identity, terms)),
        ("Signé le".to_owned(), vec![identity.date.clone().map_or_else(|| blank("date du contrat"), Inline::Text)]),
    ];
    if let Some(date) = terms.date {
        facts.push(("Projet du".to_owned(), plain(date.words())));
    }
    if !terms.author.is_empty() {
        facts.push(("Proposé par".to_owned(), plain(terms.author)));
    }
    let mut blocks = parties(work);
    blocks.push(Block::numbered(1, "Objet"));
    blocks.push(Block::words(french(
        "Le présent avenant modifie le contrat désigné ci-dessus (le Contrat). Les mots que le Contrat définit gardent \
         leur sens. Les numéros d'articles cités sont ceux du Contrat.",
    )));
    blocks.push(Block::words(french(
        "L'expression « présent contrat » y désigne le Contrat ainsi modifié. Un délai que les dispositions nouvelles \
         font courir de l'entrée en vigueur du Contrat court de celle du présent avenant.",
    )));
    changes(work, revisions, &mut blocks);
    closing(work, &mut blocks);
    Paper {
        meta: Meta { title: title.clone(), author: terms.author.to_owned(), date: terms.date, ..Meta::default() },
        cover: Some(Cover {
            kicker: french("Projet à relire, à compléter et à signer"),
            title: title.clone(),
            subtitle: String::new(),
            facts,
            own_page: false,
        }),
        running: Running { head: title, head_right: String::new(), foot: format!("Paraphes{THIN}:") },
        numbering: Numbering::Article,
        blocks,
    }
}

fn contract_name(identity: &Identity, terms: &Terms) -> Vec<Inline> {
    match &identity.title {
        Some(title) => plain(title.as_str()),
        None if terms.file.is_empty() => vec![blank("intitulé du contrat")],
        None => vec![blank("intitulé du contrat"), Inline::Text(format!(" (fichier {})", terms.file))],
    }
}

/// Who the parties are: their names in the contract, and blanks for what it can't be trusted to tell.
fn parties(work: &Work) -> Vec<Block> {
    let one = |lead: &str, party: &PartyName, end: &str| {
        Block::paragraph(vec![
            Inline::Text(lead.to_owned()),
            blank("dénomination, forme, adresse, numéro SIREN, représentant"),
            Inline::Text(french(&format!(", ci-après « {} »{end}", party.le()))),
        ])
    };
    let parties = &work.parties;
    vec![one("Entre ", &parties.client, ","), one("et ", &parties.provider, ", il est convenu ce qui suit.")]
}

fn changes(work: &Work, revisions: &Revisions, blocks: &mut Vec<Block>) {
    if !revisions.edits.is_empty() {
        blocks.push(Block::numbered(1, french("Articles modifiés")));
    }
    let mut last = None;
    for edit in &revisions.edits {
        let named = designate(&work.outline, edit.article);
        if last != Some(edit.article) {
            blocks.push(Block::numbered(2, french(&capital(&named.name))));
            last = Some(edit.article);
        }
        blocks.extend(told(work.document, &named, edit));
    }
    if !revisions.added.is_empty() {
        blocks.push(Block::numbered(1, french("Articles ajoutés")));
        blocks.push(Block::words(french(&format!("{} :", added_where(work, revisions)))));
        for article in &revisions.added {
            blocks.extend(added(article));
        }
    }
}

/// A change in a sentence, and the words it brings.
fn told(document: &Document, named: &PartyName, edit: &Edit) -> Vec<Block> {
    let agreed = if named.feminine { "complétée" } else { "complété" };
    let words = quoted(document, edit.at);
    let line = match (words.is_empty(), edit.by.is_empty()) {
        (true, _) => plain(french(&format!("{} est {agreed} comme suit :", capital(&named.le())))),
        (false, no_clause) => {
            let end = if no_clause { " sont supprimés." } else { " sont remplacés par les dispositions suivantes :" };
            let mut line = plain(french(&format!("{}, les mots ", capital(&named.au()))));
            line.extend(words.into_iter().map(Inline::Text));
            line.push(Inline::Text(french(end)));
            line
        }
    };
    std::iter::once(Block::paragraph(line)).chain(quotation(&edit.by, None)).collect()
}

/// The words of the contract, exactly, between quotation marks.
fn quoted(document: &Document, span: Span) -> Vec<String> {
    let words = words(document, span);
    let count = words.len();
    let one = |(index, words): (usize, &String)| {
        let mark = match count - index {
            _ if index == 0 => "",
            1 => " et ",
            _ => ", ",
        };
        format!("{mark}«{THIN}{words}{THIN}»")
    };
    words.iter().enumerate().map(one).collect()
}

/// The words of a span block by block, cell by cell; running lines in between are no part of them.
pub(super) fn words(document: &Document, span: Span) -> Vec<String> {
    let mut all = Vec::new();
    for block in document.blocks.iter().filter(|b| b.span().overlaps(&span)) {
        if matches!(block.kind, BlockKind::Running | BlockKind::TocEntry) {
            continue;
        }
        let parts = block
            .pieces
            .iter()
            .filter(|p| p.overlaps(&span))
            .map(|p| document.slice(Span::new(p.start.max(span.start), p.end.min(span.end))));
        let text = parts.collect::<Vec<_>>().join(" ");
        let cells: Vec<&str> = match block.kind {
            BlockKind::TableRow { .. } => text.split(" | ").collect(),
            _ => vec![&text],
        };
        let squeezed = cells.into_iter().map(|c| c.split_whitespace().collect::<Vec<_>>().join(" "));
        all.extend(squeezed.filter(|c| !c.is_empty()));
    }
    all
}

/// Words to be read into the contract, between quotation marks and set apart.
fn quotation(paragraphs: &[Paragraph], heading: Option<&str>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    if let Some(heading) = heading {
        let text = vec![Inline::Bold(plain(french(heading)))];
        blocks.push(Block::Paragraph { style: Style::Quote, text });
    }
    for paragraph in paragraphs {
        let dash = if paragraph.item { "– " } else { "" };
        let text = blanks(&format!("{dash}{}", french(&paragraph.text)));
        blocks.push(Block::Paragraph { style: Style::Quote, text });
    }
    if let Some(Block::Paragraph { text, .. }) = blocks.first_mut() {
        text.insert(0, Inline::Text(format!("«{THIN}")));
    }
    if let Some(Block::Paragraph { text, .. }) = blocks.last_mut() {
        text.push(Inline::Text(format!("{THIN}»")));
    }
    blocks
}

fn added(article: &Added) -> Vec<Block> {
    quotation(&article.body, Some(&article.heading))
}

/// Where the new articles stand.
fn added_where(work: &Work, revisions: &Revisions) -> String {
    let many = revisions.added.len() > 1;
    let what = if many { "les articles suivants" } else { "l'article suivant" };
    let outline = &work.outline;
    let before = match revisions.place {
        crate::redline::Place::Before(byte) => outline
            .articles
            .iter()
            .position(|a| outline.document.blocks[a.block].span().start == byte && a.block < outline.signatures),
        crate::redline::Place::After(_) => None,
    };
    let last = outline.main_articles().next_back();
    match (before, last) {
        (Some(article), _) => format!("Le Contrat reçoit, avant {}, {what}", designate(outline, Some(article)).le()),
        (None, Some(article)) => format!("Le Contrat reçoit, après {}, {what}", designate(outline, Some(article)).le()),
        (None, None) => format!("Le Contrat reçoit {what}"),
    }
}

/// Precedence, entry into force, signatures.
fn closing(work: &Work, blocks: &mut Vec<Block>) {
    blocks.push(Block::numbered(1, french("Portée")));
    blocks.push(Block::words(french(
        "Le présent avenant fait partie du Contrat. En cas de contradiction avec le Contrat, ses annexes ou tout autre \
         document qui s'y rattache, il prévaut.",
    )));
    blocks.push(Block::words(french(
        "Toutes les stipulations que le présent avenant ne modifie pas restent inchangées et continuent de s'appliquer.",
    )));
    blocks.push(Block::numbered(1, french("Entrée en vigueur")));
    let mut line = plain(french("Le présent avenant entre en vigueur le "));
    line.push(blank("date d'effet"));
    line.push(Inline::Text(french(
        " ou, à défaut de date écrite ici, le jour de sa signature par la dernière des parties. Il dure autant que le Contrat.",
    )));
    blocks.push(Block::paragraph(line));
    let party = |party: &PartyName| Signatory {
        party: plain(french(&format!("Pour {}", party.le()))),
        lines: ["Nom et qualité", "Lieu et date"].into_iter().map(signed).collect(),
    };
    blocks.push(Block::Signatures { parties: vec![party(&work.parties.client), party(&work.parties.provider)] });
}

fn signed(label: &str) -> Vec<Inline> {
    let mut line = plain(french(&format!("{label} : ")));
    line.push(blank(label.to_lowercase()));
    line
}
