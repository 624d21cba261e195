//! What contracts say of their own time, in sentences of our own: what is read, and what must not be.

use check::own_time;
use contract::{
    Block, BlockKind, Document, Duration, DurationUnit, Format, Page, PageState, Span, TermClause, TermKind,
};

/// A document of headings (`# …`) and paragraphs, one a line.
fn document(lines: &[&str]) -> Document {
    let text = lines.join("\n");
    let mut at = 0;
    let mut blocks = Vec::new();
    for line in lines {
        let span = Span::new(at, at + line.len());
        let kind = if line.starts_with("# ") { BlockKind::Heading { level: 1 } } else { BlockKind::Paragraph };
        blocks.push(Block::new(kind, span));
        at += line.len() + 1;
    }
    let page = Page { number: 1, span: Span::new(0, text.len()), state: PageState::Text };
    Document { format: Format::Text, text, pages: vec![page], blocks, problems: Vec::new() }
}

fn read(lines: &[&str]) -> Vec<TermClause> {
    own_time(&document(lines))
}

fn find(clauses: &[TermClause], kind: TermKind) -> Option<&TermClause> {
    clauses.iter().find(|c| c.kind == kind)
}

fn duration(clauses: &[TermClause], kind: TermKind) -> Option<(u32, DurationUnit)> {
    find(clauses, kind).and_then(|c| c.duration).map(|d: Duration| (d.amount as u32, d.unit))
}

#[test]
fn a_clause_with_everything_in_two_sentences() {
    let found = read(&[
        "# Article 12 – Durée",
        "Le présent contrat prend effet le 1er mars 2026 pour une durée initiale de trois ans.",
        "Il est ensuite reconduit tacitement par périodes d’un an, sauf dénonciation par lettre recommandée trois mois avant \
         l’échéance.",
        "# Article 13 – Prix",
        "Le forfait est révisé chaque année au 1er janvier selon l’indice Syntec.",
    ]);
    let start = find(&found, TermKind::Start).and_then(|c| c.day).expect("a day");
    assert_eq!((start.year, start.month, start.day), (Some(2026), 3, 1));
    assert_eq!(duration(&found, TermKind::Length), Some((3, DurationUnit::Year)));
    assert_eq!(duration(&found, TermKind::Renewal), Some((1, DurationUnit::Year)));
    assert_eq!(duration(&found, TermKind::Notice), Some((3, DurationUnit::Month)));
    assert!(find(&found, TermKind::Notice).is_some_and(|c| c.registered && c.quote.article.contains("12")));
    let revision = find(&found, TermKind::Revision).expect("a revision");
    assert_eq!((revision.index.as_str(), revision.day.map(|d| (d.month, d.day))), ("Syntec", Some((1, 1))));
    assert!(
        found.iter().all(|c| !c.quote.text.is_empty() && c.quote.page == 0),
        "every date has its words; a text has no page"
    );
}

#[test]
fn other_ways_to_say_it() {
    for (length, lines) in [
        ((36, DurationUnit::Month), ["# Durée", "Le contrat est souscrit pour 36 mois fermes."]),
        ((1, DurationUnit::Year), ["# Durée du contrat", "Les présentes sont conclues pour une durée d’un an."]),
        (
            (48, DurationUnit::Month),
            ["# Engagement", "L’abonnement est conclu pour une durée minimale de quarante-huit (48) mois."],
        ),
        (
            (24, DurationUnit::Month),
            ["# Vie du contrat", "La convention entre en vigueur à sa signature pour une période initiale de 24 mois."],
        ),
    ] {
        assert_eq!(duration(&read(&lines), TermKind::Length), Some(length), "{lines:?}");
    }
    let renewals = [
        "Il se renouvelle d’année en année, sauf opposition d’une partie deux mois avant le terme.",
        "Il est renouvelable par tacite reconduction à chaque date anniversaire, avec un préavis de deux mois avant l’échéance.",
    ];
    for renewal in renewals {
        let found = read(&["# Durée", "Le contrat est conclu pour une durée de deux ans.", renewal]);
        assert_eq!(duration(&found, TermKind::Renewal), Some((1, DurationUnit::Year)), "{renewal}");
        assert_eq!(duration(&found, TermKind::Notice), Some((2, DurationUnit::Month)), "{renewal}");
    }
    let same =
        read(&["# Durée", "Le contrat est conclu pour une durée de deux ans, renouvelable par tacite reconduction."]);
    assert!(find(&same, TermKind::Renewal).is_some_and(|c| c.duration.is_none()), "as long as the first time");
}

#[test]
fn what_is_no_date_of_the_contract() {
    for line in [
        "L’obligation de confidentialité dure cinq ans après la fin du contrat.",
        "Les sauvegardes sont conservées pendant une durée de douze mois.",
        "Le prestataire informe le client de toute hausse de tarif avec un préavis de soixante jours.",
        "Le client peut résilier pour manquement grave trente jours après une mise en demeure.",
        "L’audit est annoncé avec un préavis d’un mois.",
        "Le contrat n’est pas reconduit tacitement.",
        "Les prix sont fermes et non révisables.",
        "Le certificat de nom de domaine est renouvelé automatiquement chaque année.",
        "La phase de prise en main a une durée de deux mois.",
    ] {
        let found = read(&["# Dispositions", line]);
        assert!(found.is_empty(), "{line}: {found:?}");
    }
}

#[test]
fn a_notice_without_an_end_is_none() {
    let found = read(&[
        "# Résiliation",
        "Chaque partie peut mettre fin au contrat à l’échéance avec un préavis de trois mois.",
    ]);
    assert!(found.is_empty(), "no length, no last day: {found:?}");
}
