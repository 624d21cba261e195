//! What kind of document this is: facts, proposed profile, remarks for the user.

use crate::segment::Segments;
use contract::{Document, Fact, Profile};

/// What a first look says.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The profile proposed.
    pub profile: Profile,
    /// Facts seen in the document.
    pub facts: Vec<Fact>,
    /// Remarks, in French.
    pub remarks: Vec<String>,
    /// Whether the document is in a language that the engine does not judge.
    pub foreign: bool,
}

/// Word beginnings that show a fact, and how many are needed.
const SIGNS: [(Fact, &[&str], usize); 4] = [
    (Fact::PersonalData, &["rgpd", "personnel", "cnil"], 2),
    (Fact::HealthData, &["hds", "sante", "patient", "medical", "praticien", "soignant"], 3),
    (Fact::CardPayments, &["pci", "monetique", "encaissement"], 1),
    (Fact::OnSite, &["wifi", "wi", "locaux", "postes", "switch", "baie", "cablage", "site"], 3),
];

/// Looks at a document.
pub fn survey(document: &Document, segments: &Segments) -> Survey {
    // Each distinct word is compared once, however often it stands there.
    let totals = totals(segments);
    let count = |stems: &[&str]| {
        let words = segments.vocabulary.words().iter().zip(&totals);
        words.filter(|(word, _)| stems.iter().any(|s| word.starts_with(s))).map(|(_, n)| *n).sum()
    };
    let facts: Vec<Fact> =
        SIGNS.iter().filter(|(_, stems, least)| count(stems) >= *least).map(|(fact, _, _)| *fact).collect();
    let words = segments.texts.iter().map(|t| t.tokens.len()).sum();
    let profile = propose(&facts, words, &count);
    let mut remarks = Vec::new();
    let foreign = foreign(segments, &totals);
    if foreign {
        remarks.push(
            "Ce document semble rédigé en anglais : Clausule ne juge que le français et n'a rien jugé ici.".into(),
        );
    }
    if several(segments) {
        remarks.push(
            "Ce fichier semble contenir plusieurs contrats (les articles recommencent) : séparez-les, car les verdicts les mêlent.".into(),
        );
    }
    let blanks = blanks(document);
    if blanks > 0 {
        remarks.push(format!("{blanks} blanc(s) à remplir : un champ vide n'engage personne."));
    }
    Survey { profile, facts, remarks, foreign }
}

/// How often each word of the vocabulary stands in the document.
fn totals(segments: &Segments) -> Vec<usize> {
    let mut totals = vec![0; segments.vocabulary.words().len()];
    for token in segments.texts.iter().flat_map(|t| &t.tokens) {
        totals[token.word as usize] += 1;
    }
    totals
}

fn propose(facts: &[Fact], words: usize, count: &dyn Fn(&[&str]) -> usize) -> Profile {
    // A trade shows in the density of its words, not in a bank account or a liability policy named once.
    let dense = |stems: &[&str]| count(stems) >= 6 && count(stems) * 250 >= words;
    if facts.contains(&Fact::HealthData) && dense(SIGNS[1].1) {
        if count(&["medico", "ehpad", "residents", "essms"]) >= 2 {
            return Profile::MedicoSocial;
        }
        if count(&["hopital", "clinique", "laboratoire", "hospitalier"]) >= 3 {
            return Profile::Sante;
        }
        return Profile::CabinetMedical;
    }
    if dense(&["banque", "bancaire", "acpr", "dora"]) {
        return Profile::Finance;
    }
    if dense(&["assures", "sinistre", "courtier", "mutuelle", "assureurs"]) {
        return Profile::Assurance;
    }
    if facts.contains(&Fact::CardPayments) && count(&["boutique", "panier", "commerce"]) >= 3 {
        return Profile::ECommerce;
    }
    Profile::Pme
}

/// Common words of French and English that the other language does not have.
const FRENCH: [&str; 10] = ["le", "la", "les", "des", "est", "une", "dans", "pour", "que", "aux"];
const ENGLISH: [&str; 10] = ["the", "and", "shall", "of", "this", "with", "any", "by", "is", "be"];

/// Whether the document is mostly in English.
fn foreign(segments: &Segments, totals: &[usize]) -> bool {
    let count = |words: &[&str]| -> usize {
        words.iter().filter_map(|w| segments.vocabulary.find(w)).map(|id| totals[id as usize]).sum()
    };
    let (french, english) = (count(&FRENCH), count(&ENGLISH));
    english > 2 * french && english > 20
}

/// Two contracts in one file: the parties are named twice and the articles begin again at 1.
fn several(segments: &Segments) -> bool {
    let words = |text: usize| -> Vec<&str> { segments.texts[text].tokens.iter().map(|t| segments.word(t)).collect() };
    let parties = (0..segments.texts.len()).filter(|text| {
        let words = words(*text);
        let pair = |a: &str, b: &str| words.windows(2).any(|w| w[0].starts_with(a) && w[1].starts_with(b));
        words.len() <= 14
            && (pair("les", "soussigne")
                || pair("conclu", "entre")
                || words.first() == Some(&"entre") && words.len() <= 3)
    });
    let mut headings: Vec<usize> = segments.units.iter().flat_map(|u| u.headings.iter().copied()).collect();
    headings.sort_unstable();
    headings.dedup();
    let firsts =
        headings.iter().filter(|h| matches!(words(**h).as_slice(), ["article", "1" | "premier", ..] | ["1", _, ..]));
    parties.count() >= 2 && firsts.count() >= 2
}

/// Blanks to fill: runs of dots or underscores, bracketed placeholders.
fn blanks(document: &Document) -> usize {
    let text = &document.text;
    let runs = ["____", "……", "......"].iter().map(|mark| text.matches(mark).count().min(200)).sum::<usize>();
    let brackets = text
        .match_indices('[')
        .filter(|(at, _)| {
            let inside: String = text[at + 1..].chars().take(60).take_while(|c| *c != ']' && *c != '\n').collect();
            let folded = contract::fold::fold(&inside);
            ["completer", "a definir", "nom", "date", "adresse", "montant", "...", "x", "siren", "a preciser"]
                .iter()
                .any(|w| folded.starts_with(w) || folded.contains("a completer"))
        })
        .count();
    runs + brackets
}
