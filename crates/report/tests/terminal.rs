//! The terminal text: complete, within the width, safe.

mod fixture;

use report::{Assessed, Failure, Report, terminal};

fn options(width: usize, colour: bool) -> terminal::Options {
    terminal::Options { colour, width }
}

#[test]
fn a_document_is_told_from_the_worst_to_the_detail() {
    let (catalogue, document, assessment) = fixture::contract();
    let documents = [Assessed { file: "contrat.pdf", document: &document, assessment: &assessment }];
    let text =
        terminal::render(&Report { catalogue: &catalogue, documents: &documents, failures: &[] }, options(100, false));
    let wanted = [
        "contrat.pdf\nPDF · 8 pages · profil « cabinet médical » (proposé",
        "EN BREF",
        "La page 5 n’a pas pu être lue",
        "À SAVOIR",
        "Page 5 illisible :",
        "LES DIX MANQUES",
        "1. ✕ défavorable · Cyberattaque : restauration (INC-08) · bloquant",
        "10. ",
        "1 RÉFÉRENCE PÉRIMÉE",
        "Directive 95/46/CE sur la protection des données",
        "(page 7, ",
        "→ Le règlement (UE) 2016/679 (RGPD). Depuis le 25 mai 2018 (RGPD, articles 94 et 99).",
        "CATÉGORIES",
        "Sauvegardes                              █████░░░░░  46 %",
        "DÉTAIL",
        "Mais il dit aussi : « En cas de sinistre",
        "Cherché : signaler, notifier",
        "écarté : ne vise que les violations",
        "Pas de frais de sortie prohibitifs (FIN-07) · bloquant · à vérifier",
        "lu par OCR",
        "Sans objet pour ce profil : PCI-01, PCI-02",
    ];
    let mut at = 0;
    for words in wanted {
        at += text[at..].find(words).unwrap_or_else(|| panic!("{words} after {:.200}", &text[at..]));
    }
    assert!(!text.contains('\x1b'), "no colour was asked for");
}

#[test]
fn lines_keep_within_the_width() {
    let (catalogue, document, assessment) = fixture::contract();
    let one = Assessed {
        file: "un-nom-de-fichier-vraiment-beaucoup-trop-long-pour-tenir.pdf",
        document: &document,
        assessment: &assessment,
    };
    for (documents, width) in [(vec![one], 60), (vec![one], 80), (vec![one; 14], 80), (vec![one; 3], 100)] {
        let report = Report { catalogue: &catalogue, documents: &documents, failures: &[] };
        for line in terminal::render(&report, options(width, false)).lines() {
            let heading = line.contains(" · ");
            assert!(heading || line.chars().count() <= width, "{} > {width}: {line}", line.chars().count());
        }
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    let (catalogue, document, assessment) = fixture::contract();
    let documents = [Assessed { file: "contrat.pdf", document: &document, assessment: &assessment }];
    let report = Report { catalogue: &catalogue, documents: &documents, failures: &[] };
    let mut coloured = terminal::render(&report, options(100, true));
    assert!(coloured.contains("\x1b[31m"));
    while let Some(at) = coloured.find('\x1b') {
        let end = at + coloured[at..].find('m').expect("an escape's end");
        coloured.replace_range(at..=end, "");
    }
    assert_eq!(coloured, terminal::render(&report, options(100, false)));
}

#[test]
fn several_documents_are_compared_and_failures_told() {
    let (catalogue, document, assessment) = fixture::contract();
    let better = fixture::variant(&assessment, 2);
    let documents = [
        Assessed { file: "a.pdf", document: &document, assessment: &assessment },
        Assessed { file: "b\x1b[2J.pdf", document: &document, assessment: &better },
    ];
    let failures = [Failure { file: "c.pdf", message: "le fichier est vide." }];
    let text = terminal::render(
        &Report { catalogue: &catalogue, documents: &documents, failures: &failures },
        options(100, false),
    );
    assert!(text.starts_with("2 contrats\n  [1] a.pdf"), "{text}");
    assert!(text.contains("  Aspects financiers                   22 %    78 %\n"), "{text}");
    assert!(text.contains("Hébergement des données               0 %?    0 %?"), "{text}");
    assert!(text.contains("! c.pdf : le fichier est vide."));
    assert!(!text.contains('\x1b'));
}
