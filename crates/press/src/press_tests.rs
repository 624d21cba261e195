//! What leaves the press: the claims of the file, the words in it, and nothing that a hostile text asked for.

use super::*;
use paper::{
    Bar, Block, Calendar, CalendarDay, CalendarRow, Cover, Date, Goal, Inline, Item, Line, Meta, Part, Running, Sample,
    Signatory, Style, Table, Tile, Tone, blank, plain,
};

fn paper_of(blocks: Vec<Block>) -> Paper {
    Paper {
        meta: Meta {
            title: "Essai".to_owned(),
            author: "Clausule".to_owned(),
            date: Some(Date { year: 2026, month: 3, day: 1 }),
            ..Meta::default()
        },
        blocks,
        ..Paper::default()
    }
}

fn calendar(rows: &[&str]) -> Calendar {
    let day = |day, tone| CalendarDay { date: Date { year: 2026, month: 3, day }, tone };
    let row = |label: &&str| CalendarRow {
        label: (*label).to_owned(),
        days: vec![day(1, Tone::Good), day(2, Tone::Bad), day(31, Tone::Unknown)],
    };
    Calendar {
        alt: "Deux jours sur trois.".to_owned(),
        legend: vec![(Tone::Good, "réussie".to_owned()), (Tone::Bad, "échec".to_owned())],
        rows: rows.iter().map(row).collect(),
    }
}

fn line(values: &[Option<f64>]) -> Line {
    let sample = |value: &Option<f64>| Sample {
        label: "janv.".to_owned(),
        value: *value,
        words: "99,92 %".to_owned(),
        tone: Tone::Plain,
    };
    Line {
        label: "Disponibilité".to_owned(),
        samples: values.iter().map(sample).collect(),
        goal: Some(Goal { value: 99.9, words: "promis : 99,9 %".to_owned() }),
        ..Line::default()
    }
}

#[test]
fn odd_figures_make_a_chart_or_none_but_never_a_failure() {
    let odd = [f64::NAN, f64::INFINITY, f64::MAX, f64::MIN_POSITIVE, -0.0, 1e15, -1e15, 1e-300, 0.0];
    for value in odd {
        for stepped in [false, true] {
            let several = [Some(value), Some(3.0), None, Some(value)];
            for (values, goal) in [(&several[..], 99.9), (&several[..1], value), (&[], 0.0)] {
                let goal = Some(Goal { value: goal, words: String::new() });
                let block = Block::Line(Line { stepped, goal, ..line(values) });
                assert!(pdf(&paper_of(vec![block])).is_ok(), "{value} {stepped} {goal:?}", goal = values.len());
            }
        }
    }
    let empty = vec![Block::Calendar(Calendar::default()), Block::Line(Line::default())];
    assert!(pdf(&paper_of(empty)).is_ok());
}

fn every_block() -> Paper {
    let mut table = Table::with(&[1.0, 2.0], &["Mesure", "Délai"]);
    table.rows = vec![vec!["Correctif".into(), "4 heures".into()], vec!["☐ Sauvegarde".into()]];
    let mut paper = paper_of(vec![
        Block::heading(3, "Un titre trop profond"),
        Block::numbered(1, "Objet"),
        Block::paragraph(vec![Inline::Text("Le client : ".to_owned()), blank("nom"), Inline::Break]),
        Block::styled(Style::Quote, "Les mots du contrat."),
        Block::List {
            ordered: true,
            items: vec![Item { text: plain("un"), blocks: vec![Block::bullets(["dedans"])] }],
        },
        Block::Table(table),
        Block::Callout { tone: Tone::Bad, title: plain("Urgence"), blocks: vec![Block::words("Débranchez.")] },
        Block::Tiles { tiles: vec![Tile { figure: "12".to_owned(), label: "points".to_owned(), tone: Tone::Good }] },
        Block::Bars {
            alt: "Deux tiers sont satisfaits.".to_owned(),
            legend: vec![(Tone::Good, "satisfait".to_owned())],
            bars: vec![Bar {
                label: "Sauvegardes".to_owned(),
                parts: vec![Part { tone: Tone::Good, amount: 2 }, Part { tone: Tone::Bad, amount: 0 }],
                value: "66 %".to_owned(),
            }],
        },
        Block::Calendar(calendar(&["Serveur"])),
        Block::Calendar(calendar(&["Serveur", "Messagerie"])),
        Block::Line(line(&[Some(99.92), None, Some(99.5)])),
        Block::PageBreak,
        Block::Card { tone: Tone::Caution, blocks: vec![Block::heading(2, "Ensemble"), Block::words("Suite.")] },
        Block::Poster { blocks: vec![Block::heading(1, "À afficher"), Block::words("Appelez.")] },
        Block::Signatures {
            parties: vec![Signatory { party: plain("Pour le Client"), lines: vec![vec![blank("nom")]] }],
        },
    ]);
    paper.cover = Some(Cover { title: "Essai".to_owned(), own_page: true, ..Cover::default() });
    paper.running = Running { head: "Tête".to_owned(), ..Running::default() };
    paper
}

#[test]
fn every_block_is_set_and_the_file_claims_its_standards() {
    let bytes = pdf(&every_block()).unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7"));
    let text = String::from_utf8_lossy(&bytes);
    for claim in
        ["<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>", "<pdfuaid:part>1</pdfuaid:part>"]
    {
        assert!(text.contains(claim), "{claim}");
    }
    assert_eq!(bytes, pdf(&every_block()).unwrap(), "the same paper gives the same bytes");
}

/// The text of a PDF as our own reader finds it, white space squeezed.
fn read_back(bytes: &[u8]) -> String {
    let document = readers::read("a.pdf", bytes, &readers::ocr::NoOcr, &readers::Limits::default()).unwrap();
    document.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn fonts_are_embedded_and_the_page_is_tagged_in_french() {
    let bytes = pdf(&every_block()).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let count = |words: &str| text.matches(words).count();
    assert!(count("/CIDFontType") > 1 && count("/CIDFontType") == count("/FontFile"), "every font is embedded");
    assert_eq!(count("/CIDFontType"), count("/ToUnicode"), "every font says which letters its signs are");
    for claim in ["/Lang(fr)", "/MarkInfo", "/StructTreeRoot", "/DisplayDocTitle", "/OutputIntents", "/Outlines"] {
        assert!(text.contains(claim), "{claim}");
    }
    for risk in ["/JavaScript", "/EmbeddedFile", "/Launch", "/URI"] {
        assert!(!text.contains(risk), "{risk}");
    }
}

#[test]
fn a_quote_is_read_back_whole() {
    let words = "Le Prestataire rétablit l’infrastructure d’authentification centralisée dans un délai incompressible de \
                 quatre heures ouvrées, immédiatement après le signalement, et en rend compte au Client par écrit.";
    let quote = Block::styled(Style::Quote, paper::typography::quoted(words));
    let card = Block::Card { tone: Tone::Bad, blocks: vec![Block::heading(1, "Rétablissement"), quote] };
    let back = read_back(&pdf(&paper_of(vec![card])).unwrap());
    assert!(back.contains(words), "{back}");
}

#[test]
fn hostile_words_are_only_shown() {
    let hostile = "#panic(\"x\") #read(\"/etc/passwd\") $x^2$ @a <b> `c` *d* \u{202e}e \u{0} \u{4e2d} 🎉 \\ ] [ ﷽";
    let endless = "a".repeat(10_000);
    let mut table = Table::with(&[1.0, 3.0], &[hostile, "Délai"]);
    table.rows = vec![vec![endless.as_str().into(), hostile.into()]];
    let mut paper = paper_of(vec![
        Block::words(hostile),
        Block::heading(1, hostile),
        Block::bullets([hostile, &endless]),
        Block::paragraph(vec![blank(hostile), Inline::Toned(Tone::Bad, plain(hostile))]),
        Block::Table(table),
        Block::Poster { blocks: vec![Block::words(hostile)] },
    ]);
    paper.meta.title = hostile.to_owned();
    paper.cover = Some(Cover { title: hostile.to_owned(), kicker: hostile.to_owned(), ..Cover::default() });
    paper.running = Running { head: hostile.to_owned(), head_right: hostile.to_owned(), foot: hostile.to_owned() };
    let bytes = pdf(&paper).unwrap();
    let back = read_back(&bytes);
    for shown in ["#panic(\"x\")", "#read(\"/etc/passwd\")", "$x^2$", "@a", "<b>", "*d*"] {
        assert!(back.contains(shown), "{shown} in {back}");
    }
}

#[test]
fn a_paper_without_title_is_refused() {
    assert!(matches!(pdf(&Paper::default()), Err(PressError::Untitled)));
}
