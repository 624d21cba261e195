//! What the text of a certificate says: fields behind labels, numbers, names, both ends of validity.

use crate::core::clock::Moment;
use crate::core::proof::Material;
use std::borrow::Cow;

/// Longest text taken for a certificate, in bytes.
const LONGEST: usize = 400_000;

/// Whether one of the words (lower-case, no accents) stands in the text.
pub fn has(material: &Material, words: &[&str]) -> bool {
    if material.out.len() > LONGEST {
        return false;
    }
    let text = plain(&letters(&material.out));
    words.iter().any(|w| text.contains(w))
}

/// The text as a PDF holds it, in plain letters: ligatures and loose accents taken apart and put together.
pub fn letters(text: &str) -> Cow<'_, str> {
    const LIGATURES: [(&str, &str); 7] =
        [("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl"), ("ﬅ", "st"), ("ﬆ", "st")];
    const LOOSE: [(&str, &str); 12] = [
        ("e\u{301}", "é"),
        ("e\u{300}", "è"),
        ("e\u{302}", "ê"),
        ("e\u{308}", "ë"),
        ("a\u{300}", "à"),
        ("a\u{302}", "â"),
        ("i\u{302}", "î"),
        ("o\u{302}", "ô"),
        ("u\u{300}", "ù"),
        ("u\u{302}", "û"),
        ("c\u{327}", "ç"),
        ("E\u{301}", "É"),
    ];
    let mut out = Cow::Borrowed(text);
    for (found, own) in LIGATURES.iter().chain(&LOOSE) {
        if out.contains(found) {
            out = Cow::Owned(out.replace(found, own));
        }
    }
    out
}

/// The proof with its text in plain letters.
pub fn lettered(material: &Material) -> Material {
    Material { out: letters(&material.out).into_owned(), ..material.clone() }
}

/// A certificate is prose, not a tool's JSON, XML or mail.
pub fn is_prose(material: &Material) -> bool {
    material.json.is_none() && material.lines.is_empty() && !material.out.trim_start().starts_with('<')
}

/// Lower-case without accents, apostrophes straight; one character for one.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' => 'e',
            'à' | 'â' | 'À' | 'Â' => 'a',
            'ä' | 'Ä' => 'a',
            'î' | 'ï' => 'i',
            'ô' | 'Ô' | 'ö' | 'Ö' => 'o',
            'û' | 'ù' | 'ü' | 'Ü' => 'u',
            'ç' | 'Ç' => 'c',
            '’' => '\'',
            '\u{a0}' | '\u{202f}' => ' ',
            other => other.to_ascii_lowercase(),
        })
        .collect()
}

/// The value behind the first of the labels, at the start of a line or after a stop; what follows ` - ` is left off. It
/// stands behind a colon, a tab or a wide gap, or on the next line when the label stands alone.
pub fn field(text: &str, labels: &[&str]) -> Option<String> {
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    for label in labels {
        for (nth, line) in lines.iter().enumerate() {
            let Some(rest) = behind(line, label) else { continue };
            let value = rest.trim();
            let value = match value.strip_prefix([':', '\t', '|']).map(str::trim) {
                Some("") => lines.get(nth + 1).map_or("", |l| l.trim()),
                Some(value) => value,
                None if rest.starts_with('\t') || rest.starts_with("  ") => value,
                // A label alone on its line, as tables become.
                None if value.is_empty() && plain(line).trim() == *label => lines.get(nth + 1).map_or("", |l| l.trim()),
                None => continue,
            };
            let value = value.split(" - ").next().unwrap_or(value).trim();
            if !value.is_empty() {
                return Some(value.to_owned());
            }
        }
    }
    None
}

/// What stands behind a label that begins the line or follows a stop.
fn behind<'a>(line: &'a str, label: &str) -> Option<&'a str> {
    let folded = plain(line);
    let at = folded.find(label)?;
    let before = folded.get(..at)?;
    let starts = before.trim().is_empty()
        || before.trim_end().ends_with(['-', ':', '.', ';', '\u{2022}'])
        || before.ends_with([' ', '\t']);
    let count = before.chars().count() + label.chars().count();
    let from = line.char_indices().nth(count).map_or(line.len(), |(i, _)| i);
    line.get(from..).filter(|_| starts)
}

/// What stands behind one of the turns of a sentence: the rest of the line, or the next line.
pub fn told<'a>(text: &'a str, turns: &[&str]) -> Option<&'a str> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    lines.iter().enumerate().find_map(|(nth, line)| {
        let rest = turns.iter().find_map(|turn| behind_anywhere(line, turn))?;
        let rest = rest.trim_matches([' ', ':', ',', '\u{a0}']);
        Some(if rest.is_empty() { lines.get(nth + 1).copied()? } else { rest })
    })
}

/// The name that a sentence gives behind one of its turns.
pub fn named(text: &str, turns: &[&str]) -> Option<String> {
    let value = told(text, turns)?;
    let folded = plain(value);
    let forms = ["la societe ", "l'entreprise ", "l'organisme ", "the company ", "the organization ", "le cabinet "];
    let skip = forms.iter().find(|f| folded.starts_with(**f)).map_or(0, |f| f.chars().count());
    let value: String = value.chars().skip(skip).collect();
    let value = value.split([',', '(', ';']).next()?.trim();
    let ends = [" sise ", " sis ", " dont le siege ", " est titulaire", " a souscrit", " demeurant ", " located "];
    let folded = plain(value);
    let end = ends.iter().filter_map(|e| folded.find(e)).min().unwrap_or(folded.len());
    let value: String = value.chars().take(folded.get(..end)?.chars().count()).collect();
    // A name begins with a capital; a sentence that goes on does not.
    let proper = value.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
    Some(value.trim().to_owned()).filter(|v| proper && v.chars().count() > 2)
}

fn behind_anywhere<'a>(line: &'a str, turn: &str) -> Option<&'a str> {
    let folded = plain(line);
    let at = folded.find(turn)?;
    let count = folded.get(..at)?.chars().count() + turn.chars().count();
    let from = line.char_indices().nth(count).map_or(line.len(), |(i, _)| i);
    line.get(from..)
}

/// `n° X`, `no X`, `number: X` behind a word.
pub fn number(text: &str, words: &[&str]) -> Option<String> {
    text.lines().find_map(|line| {
        let folded = plain(line);
        let at = words.iter().filter_map(|w| folded.find(w).map(|i| i + w.len())).max()?;
        let count = folded.get(..at)?.chars().count();
        let rest: String = line.chars().skip(count).collect();
        // `Certificat No 5`, `Certificat numéro : 5`.
        let rest = rest.trim_start_matches(char::is_lowercase);
        let rest = rest.trim_start_matches([' ', ':', '°', 'º', '.', '\t', '|', '\u{a0}']);
        let value = rest.split([',', ';', '|']).next()?.split(" - ").next()?;
        // The sentence may go on behind the number.
        let own = |w: &&str| w.chars().any(|c| c.is_ascii_digit()) || !w.chars().any(char::is_lowercase);
        let value: Vec<&str> = value.split_whitespace().take_while(own).collect();
        let value: String = value.join(" ").chars().take(60).collect();
        value.chars().any(|c| c.is_ascii_digit()).then_some(value)
    })
}

/// Lines at the top of a certificate among which its number may stand alone.
const TOP: usize = 12;

/// `N° HDS-2026-77`, alone on a line near the top.
pub fn lone_number(text: &str) -> Option<String> {
    let alone = text.lines().filter(|l| !l.trim().is_empty()).take(TOP).filter(|l| plain(l).trim().starts_with("n°"));
    alone.filter_map(|line| number(line, &["n°"])).next()
}

/// Both ends of validity: `du … au …`, `from … to …`, or an end alone. A sentence may run over two lines.
pub fn validity(text: &str, material: &Material) -> (Option<Moment>, Option<Moment>) {
    let lines: Vec<String> = text.lines().map(plain).filter(|l| !l.trim().is_empty()).collect();
    let with_next = |nth: usize| format!(" {} {} ", lines[nth], lines.get(nth + 1).map_or("", String::as_str));
    for (nth, line) in lines.iter().enumerate() {
        for (from, to) in [
            (" du ", " au "),
            (" from ", " to "),
            (" from ", " until "),
            (" a compter du ", " jusqu'au "),
            (" du ", " jusqu'au "),
            (" vom ", " bis "),
        ] {
            for padded in [format!(" {line} "), with_next(nth)] {
                let Some(start) = padded.find(from) else { continue };
                let Some(rest) = padded.get(start + from.len()..) else { continue };
                let Some(middle) = rest.find(to) else { continue };
                let (a, b) =
                    (rest.get(..middle).unwrap_or_default(), rest.get(middle + to.len()..).unwrap_or_default());
                if let (Some(a), Some(b)) = (material.moment(a), material.moment(b)) {
                    return (Some(a), Some(b));
                }
            }
        }
    }
    let one = |labels: &[&str]| {
        lines.iter().enumerate().find_map(|(nth, line)| {
            let at = labels.iter().find_map(|l| line.find(l).map(|i| i + l.len()))?;
            let rest = line.get(at..)?;
            let alone = rest.trim_matches([' ', ':', '\t']).is_empty();
            material.moment(rest).or_else(|| material.moment(lines.get(nth + 1)?).filter(|_| alone))
        })
    };
    let start = one(&[
        "date d'effet",
        "date de debut",
        "debut de validite",
        "valable a compter du",
        "valable du",
        "valide a compter du",
        "valide du",
        "valid from",
        "issue date",
        "date d'emission",
        "date de delivrance",
        "effective date",
        "entree en vigueur",
        "gultig ab",
    ]);
    let end = one(&[
        "expiration date",
        "date d'expiration",
        "date de fin",
        "fin de validite",
        "date limite de validite",
        "valable jusqu'au",
        "valide jusqu'au",
        "en vigueur jusqu'au",
        "expire le",
        "valid until",
        "valid till",
        "valid to",
        "valid through",
        "expiry date",
        "expires on",
        "date d'echeance",
        "gultig bis",
    ]);
    (start, end)
}
