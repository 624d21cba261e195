//! Tests of the figures every format shows.

use super::*;
use crate::PointInfo;
use contract::{Document, Format, Page, PageState, Profile, Span};

fn verdict(point: &str, verdict: Verdict, severity: Severity) -> PointVerdict {
    PointVerdict {
        point: point.to_owned(),
        verdict,
        severity,
        sure: true,
        quotes: Vec::new(),
        reason: String::new(),
        contrary: Vec::new(),
        absence: None,
    }
}

fn assessment(verdicts: Vec<PointVerdict>) -> Assessment {
    Assessment {
        profile: Profile::Pme,
        profile_proposed: false,
        facts: Vec::new(),
        provider_names: Vec::new(),
        client_names: Vec::new(),
        remarks: Vec::new(),
        verdicts,
        commitments: Vec::new(),
        stale_references: Vec::new(),
        provider_view: None,
    }
}

fn document(states: Vec<PageState>) -> Document {
    let pages = states.into_iter().zip(1..).map(|(state, number)| Page { number, span: Span::new(0, 0), state });
    Document {
        format: Format::Pdf,
        text: String::new(),
        pages: pages.collect(),
        blocks: Vec::new(),
        problems: Vec::new(),
    }
}

fn info(id: &str, category: &str) -> PointInfo {
    PointInfo {
        id: id.to_owned(),
        title: format!("Titre {id}"),
        category: category.to_owned(),
        category_title: format!("Catégorie {category}"),
        ask: String::new(),
        why: String::new(),
    }
}

#[test]
fn gaps_are_ordered_by_severity_then_contrary_silent_vague() {
    use Severity::{Bloquant, Majeur, Mineur};
    use Verdict::{Adverse, Missing, NotReadable, Satisfied, Weak};
    let assessment = assessment(vec![
        verdict("A", Adverse, Mineur),
        verdict("B", Weak, Bloquant),
        verdict("C", Missing, Majeur),
        verdict("D", Adverse, Majeur),
        verdict("E", Missing, Bloquant),
        verdict("F", Satisfied, Bloquant),
        verdict("G", NotReadable, Bloquant),
        verdict("H", Adverse, Bloquant),
        verdict("I", Adverse, Bloquant),
    ]);
    let order: Vec<&str> = worst_gaps(&assessment, 10).iter().map(|gap| gap.point.as_str()).collect();
    assert_eq!(order, ["H", "I", "E", "B", "D", "C", "A"]);
    assert_eq!(worst_gaps(&assessment, 2).len(), 2);
}

#[test]
fn a_score_weighs_by_severity_and_leaves_out_what_does_not_apply() {
    let verdicts = [
        verdict("A", Verdict::Satisfied, Severity::Bloquant),
        verdict("B", Verdict::Weak, Severity::Majeur),
        verdict("C", Verdict::NotReadable, Severity::Mineur),
        verdict("D", Verdict::NotApplicable, Severity::Bloquant),
    ];
    // (3 × 1 + 2 × 0.4 + 1 × 0) / 6 = 63.3 %
    assert_eq!(score(&verdicts), Some(63));
    assert_eq!(score(&verdicts[3..]), None);
    assert_eq!(score(&verdicts[..1]), Some(100));
    assert_eq!(score(&verdicts[2..3]), Some(0));
}

#[test]
fn a_score_is_100_only_when_everything_is_satisfied() {
    let mut verdicts: Vec<PointVerdict> =
        (0..400).map(|_| verdict("A", Verdict::Satisfied, Severity::Bloquant)).collect();
    verdicts.push(verdict("B", Verdict::Missing, Severity::Mineur));
    assert_eq!(score(&verdicts), Some(99));
}

#[test]
fn categories_follow_the_catalogue_and_keep_unknown_points() {
    let catalogue = Catalogue::new(vec![info("SAU-01", "SAU"), info("HEB-01", "HEB")]);
    let assessment = assessment(vec![
        verdict("NEW-01", Verdict::Missing, Severity::Mineur),
        verdict("HEB-01", Verdict::Satisfied, Severity::Majeur),
        verdict("SAU-01", Verdict::Weak, Severity::Majeur),
    ]);
    let found = categories(&catalogue, &assessment);
    let codes: Vec<(&str, &str, Option<u8>)> = found.iter().map(|c| (c.code, c.title, c.score)).collect();
    assert_eq!(
        codes,
        [("SAU", "Catégorie SAU", Some(40)), ("HEB", "Catégorie HEB", Some(100)), ("NEW", "NEW", Some(0)),]
    );
}

#[test]
fn counts_tell_unsure_and_blocking_apart() {
    let mut unsure = verdict("A", Verdict::Weak, Severity::Bloquant);
    unsure.sure = false;
    let mut aside = verdict("B", Verdict::NotApplicable, Severity::Bloquant);
    aside.sure = false;
    let counts = Counts::of(&[unsure, aside, verdict("C", Verdict::NotReadable, Severity::Bloquant)]);
    assert_eq!((counts.unsure, counts.blocking, counts.applicable(), counts.gaps()), (1, 1, 2, 1));
}

#[test]
fn three_sentences_say_what_is_there_what_to_mend_and_what_to_doubt() {
    let catalogue = Catalogue::new(vec![info("A-1", "A")]);
    let mut verdicts = vec![
        verdict("A-1", Verdict::Adverse, Severity::Bloquant),
        verdict("A-2", Verdict::Satisfied, Severity::Majeur),
        verdict("A-3", Verdict::NotReadable, Severity::Majeur),
    ];
    verdicts[1].sure = false;
    let assessment = assessment(verdicts);
    let unreadable = PageState::Unreadable { reason: "image".to_owned() };
    let document = document(vec![PageState::Text, unreadable]);
    let [first, second, third] =
        sentences(&catalogue, &Assessed { file: "a.pdf", document: &document, assessment: &assessment });
    assert_eq!(
        first.replace('\u{202f}', " "),
        "Sur 3 points vérifiés pour le profil « petite ou moyenne entreprise », ce contrat en satisfait 1 ; \
         les autres : 1 réglé à l’inverse de ce qu’il faudrait et 1 illisible."
    );
    assert!(second.contains("un manque est bloquant") && second.contains("Titre A-1"), "{second}");
    assert_eq!(
        third,
        "La page 2 n’a pas pu être lue (ce qui laisse 1 point sans réponse) et 1 verdict est à vérifier de vos yeux."
    );
}

#[test]
fn a_clean_contract_is_not_alarming() {
    let catalogue = Catalogue::default();
    let assessment = assessment(vec![verdict("A-1", Verdict::Satisfied, Severity::Bloquant)]);
    let document = document(vec![PageState::Text]);
    let sentences = sentences(&catalogue, &Assessed { file: "a", document: &document, assessment: &assessment });
    assert!(sentences[1].starts_with("Rien d’important"));
    assert!(sentences[2].starts_with("Toutes les pages"));
}
