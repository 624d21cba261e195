//! The parties as a contract writes them: names are learnt folded, people read them as they stand.

use crate::{Document, Folded};
use std::collections::BTreeMap;

/// Longest name of a company, in characters.
const LONGEST: usize = 70;
/// What stands before a company's name and is no part of it.
const BEFORE: [&str; 9] =
    ["entre ", "et ", "la societe ", "l'entreprise ", "l'association ", "la sas ", "la sarl ", ": ", "- "];
/// Signs that a piece of a preamble is not a company's name.
const NO_NAME: [&str; 6] = ["ci-apres", "soussigne", "designe", "denomme", "parties", "contrat"];

impl Folded {
    /// Where a folded name stands as whole words; spaces of the name match the marks that folding keeps.
    pub fn occurrences<'t>(&'t self, name: &'t str) -> impl Iterator<Item = usize> + 't {
        let bytes = self.text().as_bytes();
        let same = move |at: usize| {
            let Some(here) = bytes.get(at..at + name.len()) else { return false };
            let like = |(a, b): (&u8, u8)| *a == b || (b == b' ' && matches!(a, b'-' | b'\''));
            let edge = |i: Option<&u8>| i.is_none_or(|b| !b.is_ascii_alphanumeric());
            here.iter().zip(name.bytes()).all(like)
                && edge(at.checked_sub(1).and_then(|i| bytes.get(i)))
                && edge(bytes.get(at + name.len()))
        };
        let first = name.as_bytes().first().copied().unwrap_or(b' ');
        (0..bytes.len()).filter(move |at| bytes[*at] == first && same(*at))
    }
}

impl Document {
    /// The names of a party as the document writes them, its company's name first where the preamble tells it. A name
    /// that does not stand in the text stays as it is.
    pub fn party(&self, names: &[String]) -> Vec<String> {
        let folded = Folded::of(&self.text);
        let mut out: Vec<String> = names.iter().find_map(|name| self.company(name)).into_iter().collect();
        for name in names {
            let spelled = self.spelled(&folded, name).unwrap_or_else(|| name.clone());
            if !out.iter().any(|known| known.to_lowercase() == spelled.to_lowercase()) {
                out.push(spelled);
            }
        }
        out
    }

    /// The spelling found most often, one with a capital where there are as many.
    fn spelled(&self, folded: &Folded, name: &str) -> Option<String> {
        let mut spellings: BTreeMap<String, usize> = BTreeMap::new();
        for at in folded.occurrences(name) {
            let written = self.slice(folded.original(at, at + name.len()));
            *spellings.entry(squeezed(written)).or_default() += 1;
        }
        let capital = |s: &str| s.starts_with(char::is_uppercase);
        spellings.into_iter().max_by_key(|(s, n)| (*n, capital(s))).map(|(s, _)| s)
    }

    /// "Médorane Services" of "Médorane Services, société par actions…, ci-après « Médorane »".
    fn company(&self, name: &str) -> Option<String> {
        let mut before: Option<String> = None;
        for block in self.blocks.iter().take(60) {
            let text: Vec<&str> = block.pieces.iter().map(|p| self.slice(*p)).collect();
            let text = squeezed(&text.join(" "));
            let folded = Folded::of(&text);
            // One block may present both parties: each "ci-après" closes its own.
            let mut from = 0;
            for (at, _) in folded.text().match_indices("ci-apres") {
                let near: String = folded.text()[at..].chars().take(90).collect();
                let named = Folded::of(&near).occurrences(name).next().is_some();
                let own = || text.get(folded.original(from, from + 1).start..).map(str::to_owned);
                let presented = if at > from + 12 { own() } else { before.clone() };
                if let Some(found) = presented.filter(|_| named).and_then(|p| company(&p)) {
                    return Some(found);
                }
                let end = folded.text()[at..].find(['.', ';']).map_or(at + "ci-apres".len(), |e| at + e + 1);
                from = end.min(folded.text().len());
            }
            if text.chars().count() > 12 {
                before = Some(text);
            }
        }
        None
    }
}

/// The company's name at the beginning of a presentation: what stands before its first comma.
fn company(presentation: &str) -> Option<String> {
    let head = presentation.split([',', '(']).next().unwrap_or_default();
    let mut rest = head.trim();
    loop {
        let folded = Folded::of(rest);
        let Some(mark) = BEFORE.iter().find(|b| folded.text().starts_with(**b)) else { break };
        let after = folded.original(mark.len() - 1, mark.len()).end;
        rest = rest.get(after..).unwrap_or_default().trim();
    }
    let folded = Folded::of(rest);
    let fits = (3..=LONGEST).contains(&rest.chars().count())
        && rest.starts_with(char::is_uppercase)
        && !NO_NAME.iter().any(|n| folded.text().contains(n));
    fits.then(|| rest.to_owned())
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Block, BlockKind, Format, Span};

    fn document(paragraphs: &[&str]) -> Document {
        let (mut text, mut blocks) = (String::new(), Vec::new());
        for paragraph in paragraphs {
            let start = text.len();
            text.push_str(paragraph);
            blocks.push(Block { kind: BlockKind::Paragraph, pieces: vec![Span::new(start, text.len())] });
            text.push('\n');
        }
        Document { format: Format::Text, text, pages: Vec::new(), blocks, problems: Vec::new() }
    }

    fn party(paragraphs: &[&str], names: &[&str]) -> Vec<String> {
        document(paragraphs).party(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_company_is_told_from_its_role() {
        let apart = [
            "Entre",
            "Médorane Services, société par actions simplifiée, SIREN 999 604 771,",
            "ci-après « Médorane »,",
            "et",
            "SELARL Vautrac et Delombre, dont le cabinet est situé à Bellombre,",
            "ci-après le « Cabinet ».",
            "Médorane sauvegarde les données du Cabinet.",
        ];
        assert_eq!(party(&apart, &["medorane"]), ["Médorane Services", "Médorane"]);
        assert_eq!(party(&apart, &["cabinet"]), ["SELARL Vautrac et Delombre", "Cabinet"]);
        let together =
            ["Entre la société Éolienne SAS, au capital de 5 000 €, ci-après le Prestataire. Et l'association \
                         Les Prés, ci-après le Client."];
        assert_eq!(party(&together, &["prestataire"]), ["Éolienne SAS", "Prestataire"]);
    }

    #[test]
    fn names_are_spelled_as_they_stand() {
        let text = ["L'Hébergeur assure. Un hébergeur. L’Hébergeur garde ; le sous-traitant aussi."];
        assert_eq!(party(&text, &["hebergeur", "sous traitant"]), ["Hébergeur", "sous-traitant"]);
        assert_eq!(party(&text, &["ARMORIQUE"]), ["ARMORIQUE"], "what is not there stays as it is");
    }
}
