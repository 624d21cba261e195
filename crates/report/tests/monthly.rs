//! The monthly report: the sentence on top, the calendar, the breaches with their clause, the letter; one content for
//! every form.

mod month;

use ::paper::{Block, Tone};
use month::Practice;
use report::monthly::{Content, html, paper};

#[test]
fn a_bad_month_says_so_in_one_sentence() {
    let practice = Practice::of_march();
    let content = practice.with(Content::of);
    assert_eq!(
        content.verdict,
        "En mars 2026, Médorane a manqué 3 des 5 promesses dues : sauvegardes quotidiennes (1 échec, 1 jour sans preuve), \
         disponibilité du service (1 échec) et délai d’intervention (1 échec)."
    );
    assert_eq!(content.tiles[0].figure, "2");
    assert!(content.tiles.iter().any(|t| t.figure == "29/31"), "{:?}", content.tiles);
}

#[test]
fn a_good_month_has_nothing_to_ask() {
    let practice = Practice::good();
    let content = practice.with(Content::of);
    assert_eq!(content.verdict, "En mars 2026, Médorane a tenu la seule promesse due, preuves à l’appui.");
    assert!(content.letter.is_none() && content.breaches.is_empty());
}

#[test]
fn nothing_confirmed_is_no_good_month() {
    let practice = Practice::empty();
    let content = practice.with(Content::of);
    assert!(content.verdict.contains("aucune promesse n’est suivie"), "{}", content.verdict);
}

#[test]
fn breaches_have_clause_quote_days_and_the_proof_s_own_words() {
    let practice = Practice::of_march();
    let content = practice.with(Content::of);
    let backup = content.breaches.iter().find(|b| b.title == "Sauvegardes quotidiennes").expect("a breach");
    assert_eq!(backup.place, "article 6, page 4");
    assert!(backup.quote.contains("chaque nuit"));
    assert!(backup.reason.starts_with("29 preuves sur 31 attendues, 1 échec le 17 mars"), "{}", backup.reason);
    assert_eq!(backup.remarks, ["17 mars sur srv-cabinet : le dépôt ne s’ouvre pas"]);
    let letter = content.letter.as_ref().expect("a letter").text();
    assert!(letter.contains("article 6, page 4") && letter.contains("avant le 11 avril 2026"), "{letter}");
    assert!(letter.contains("pénalités prévues au contrat") && letter.contains("45"), "{letter}");
}

#[test]
fn signs_tell_days_apart_without_colour() {
    let practice = Practice::of_march();
    let page = practice.with(html);
    assert!(
        page.contains("<td class=\"bad\"><b>17</b><i aria-hidden=\"true\">✕</i><span class=\"vh\"> échec</span></td>")
    );
    assert!(page.contains("<b>21</b><i aria-hidden=\"true\">∅</i>"));
    assert!(page.contains("role=\"img\" aria-label=\"Disponibilité 99,"), "the chart has its words");
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));
}

#[test]
fn hostile_words_stay_words() {
    let mut practice = Practice::of_march();
    practice.provider = "<script>alert(1)</script>".to_owned();
    practice.kept[0].0.quote = "« <img src=x onerror=alert(1)> »".to_owned();
    let page = practice.with(html);
    assert!(!page.contains("<script>") && !page.contains("<img"));
}

#[test]
fn every_form_says_the_same_sentence() {
    let practice = Practice::of_march();
    let text = practice.with(|month| ::paper::markdown::write(&paper(month)));
    for words in [
        "3 des 5 promesses dues",
        "dernier jour pour dénoncer",
        "À demander au prestataire",
        "Toutes les promesses suivies",
        "Fin de validité du document reçu",
    ] {
        assert!(text.to_lowercase().contains(&words.to_lowercase()), "{words}: {text}");
    }
    let again = practice.with(|month| ::paper::markdown::write(&paper(month)));
    assert_eq!(text, again);
    let docx = practice.with(|month| ::paper::docx::write(&paper(month))).expect("a Word file");
    assert!(docx.starts_with(b"PK"));
}

#[test]
fn the_paper_charts_each_day_and_each_case_against_what_is_promised() {
    let practice = Practice::of_march();
    let blocks = practice.with(|month| paper(month).blocks);
    let line = blocks.iter().find_map(|b| if let Block::Line(line) = b { Some(line) } else { None }).expect("a line");
    assert_eq!(line.samples.len(), 31, "every day of the month");
    let goal = line.goal.as_ref().expect("what is promised").value;
    for sample in &line.samples {
        let missed = sample.value.is_some_and(|v| v < goal);
        assert_eq!(sample.tone == Tone::Bad, missed, "{sample:?}");
    }
    assert!(line.samples.iter().any(|s| s.tone == Tone::Bad) && line.samples.iter().any(|s| s.value == Some(100.0)));
    let bars =
        blocks.iter().find_map(|b| if let Block::Bars { bars, .. } = b { Some(bars) } else { None }).expect("bars");
    let late = |bar: &&::paper::Bar| bar.parts.iter().any(|part| part.tone == Tone::Bad);
    assert!(bars.iter().any(|b| late(&b)) && bars.iter().any(|b| !late(&b)), "{bars:?}");
}
