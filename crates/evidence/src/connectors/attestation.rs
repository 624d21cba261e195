//! Certificates and attestations, as the text of a PDF: HDS, ISO 27001, insurance.
//!
//! Written from documentation and fictitious documents. Decisive: holder, number, scope and both ends of validity;
//! whether the holder is the contract's party and the day is inside is for the expectation.

use super::{Basis, Source};
use crate::core::clock::Moment;
use crate::core::fact::{Fact, Kind};
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::measures;

pub const SOURCES: &[Source] = &[
    source(
        "hds certificate",
        "certificat HDS (hébergement de données de santé)",
        "hds-certificate",
        |m| {
            has(m, &["hds", "hebergeur de donnees de sante", "hebergement de donnees de sante"])
                && has(m, &["certificat"])
                && is_prose(m)
        },
        read_hds,
    ),
    source(
        "iso 27001 certificate",
        "certificat ISO/IEC 27001",
        "iso-27001-certificate",
        |m| has(m, &["27001"]) && has(m, &["certificat"]) && is_prose(m),
        read_iso,
    ),
    source(
        "insurance",
        "attestation d'assurance professionnelle",
        "insurance",
        |m| {
            has(
                m,
                &[
                    "attestation d'assurance",
                    "attestation d’assurance",
                    "attestation de responsabilite civile",
                    "certificate of insurance",
                ],
            ) && is_prose(m)
        },
        read_insurance,
    ),
];

/// Recognises a certificate.
pub type Recognise = fn(&Material) -> bool;
/// Reads a certificate.
pub type Read = fn(&Material, &Source) -> Vec<Fact>;

/// A source of attestations.
pub const fn source(
    name: &'static str,
    about: &'static str,
    rule: &'static str,
    recognise: Recognise,
    read: Read,
) -> Source {
    Source {
        name,
        about,
        kind: Kind::Attestation,
        basis: Basis::Documentation,
        rule: Rule { id: rule, version: 1 },
        recognise,
        read,
    }
}

/// Longest text taken for a certificate, in bytes.
const LONGEST: usize = 400_000;

/// Whether one of the words (lower-case, no accents) stands in the text.
pub fn has(material: &Material, words: &[&str]) -> bool {
    if material.out.len() > LONGEST {
        return false;
    }
    let text = plain(&material.out);
    words.iter().any(|w| text.contains(w))
}

/// A certificate is prose, not a tool's JSON, XML or mail.
fn is_prose(material: &Material) -> bool {
    material.json.is_none() && material.lines.is_empty() && !material.out.trim_start().starts_with('<')
}

/// Lower-case without accents, apostrophes straight; one character for one.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' => 'e',
            'à' | 'â' | 'À' | 'Â' => 'a',
            'î' | 'ï' => 'i',
            'ô' | 'Ô' => 'o',
            'û' | 'ù' => 'u',
            'ç' | 'Ç' => 'c',
            '’' => '\'',
            '\u{a0}' | '\u{202f}' => ' ',
            other => other.to_ascii_lowercase(),
        })
        .collect()
}

/// The value behind the first of the labels, at the start of a line or after a stop; what follows ` - ` is left off.
pub fn field(text: &str, labels: &[&str]) -> Option<String> {
    for label in labels {
        for line in text.lines() {
            let folded = plain(line);
            let Some(at) = folded.find(label) else { continue };
            let starts = at == 0
                || folded.get(..at).is_some_and(|b| {
                    b.trim().is_empty() || b.trim_end().ends_with(['-', ':', '.', ';', '\u{2022}']) || b.ends_with(' ')
                });
            let count = folded.get(..at + label.len()).map_or(0, |p| p.chars().count());
            let rest: String = line.chars().skip(count).collect();
            let value = rest.trim_start();
            let Some(value) = value.strip_prefix(':').or_else(|| value.strip_prefix('\t')).filter(|_| starts) else {
                continue;
            };
            let value = value.split(" - ").next().unwrap_or(value).trim();
            if !value.is_empty() {
                return Some(value.to_owned());
            }
        }
    }
    None
}

/// `n° X`, `no X`, `number: X` behind a word.
pub fn number(text: &str, words: &[&str]) -> Option<String> {
    text.lines().find_map(|line| {
        let folded = plain(line);
        let at = words.iter().filter_map(|w| folded.find(w).map(|i| i + w.len())).max()?;
        let count = folded.get(..at)?.chars().count();
        let rest: String = line.chars().skip(count).collect();
        let rest = rest.trim_start_matches([' ', ':', '°', 'º', '.', '\t']);
        let value = rest.split(" - ").next()?.trim();
        let value: String = value.chars().take(60).collect();
        value.chars().any(|c| c.is_ascii_digit()).then_some(value)
    })
}

/// Both ends of validity: `du … au …`, `from … to …`, or an end alone.
fn validity(text: &str, material: &Material) -> (Option<Moment>, Option<Moment>) {
    for line in text.lines() {
        let folded = plain(line);
        for (from, to) in
            [(" du ", " au "), (" from ", " to "), (" from ", " until "), (" a compter du ", " jusqu'au ")]
        {
            let padded = format!(" {folded} ");
            let Some(start) = padded.find(from) else { continue };
            let Some(rest) = padded.get(start + from.len()..) else { continue };
            let Some(middle) = rest.find(to) else { continue };
            let (a, b) = (rest.get(..middle).unwrap_or_default(), rest.get(middle + to.len()..).unwrap_or_default());
            if let (Some(a), Some(b)) = (material.moment(a), material.moment(b)) {
                return (Some(a), Some(b));
            }
        }
    }
    let one = |labels: &[&str]| {
        text.lines().find_map(|line| {
            let folded = plain(line);
            let at = labels.iter().find_map(|l| folded.find(l).map(|i| i + l.len()))?;
            material.moment(folded.get(at..)?)
        })
    };
    let start = one(&[
        "date d'effet",
        "date de debut",
        "valable a compter du",
        "valid from",
        "issue date",
        "date d'emission",
        "date de delivrance",
        "effective date",
    ]);
    let end = one(&[
        "expiration date",
        "date d'expiration",
        "date de fin",
        "valable jusqu'au",
        "valide jusqu'au",
        "valid until",
        "valid to",
        "expiry date",
        "expires on",
        "date d'echeance",
        "date de fin de validite",
    ]);
    (start, end)
}

/// Holder, number and validity: what every attestation must say.
fn common(judge: &mut Judge, material: &Material, holders: &[&str], numbers: &[&str]) {
    let text = &material.out;
    let holder = field(text, holders)
        .map(|h| h.split(" SIREN").next().unwrap_or_default().trim_end_matches(['-', ',', ' ']).to_owned());
    let found = number(text, numbers);
    let (start, end) = validity(text, material);
    if holder.is_none() {
        judge.lack("le titulaire n'est pas lisible");
    }
    judge.client(holder.clone());
    if found.is_none() {
        judge.lack("le numéro n'est pas lisible");
    }
    judge.job(found);
    if let Some(siren) = text
        .split("SIREN")
        .nth(1)
        .map(|t| {
            t.chars()
                .filter(|c| !c.is_whitespace() && *c != ':')
                .take_while(char::is_ascii_digit)
                .take(9)
                .collect::<String>()
        })
        .filter(|s| s.len() == 9)
    {
        judge.measure("siren", siren);
    }
    let issued = text.lines().find_map(|l| {
        let folded = plain(l);
        folded.trim_start().starts_with("fait a").then(|| material.moment(&folded)).flatten()
    });
    judge.happened(issued.or_else(|| start.clone()));
    period(judge, start, end);
}

/// Both ends of validity; an end is needed.
pub fn period(judge: &mut Judge, start: Option<Moment>, end: Option<Moment>) {
    for (name, moment) in [(measures::VALID_FROM, &start), (measures::VALID_TO, &end)] {
        if let Some(moment) = moment {
            judge.measure(name, moment.date().to_string());
        }
    }
    match (start, end) {
        (Some(a), Some(b)) if a.date() > b.date() => judge.fail("la validité finit avant de commencer"),
        (_, Some(end)) => judge.prove(format!("valable jusqu'au {}", end.date())),
        (_, None) => judge.lack("la fin de validité n'est pas lisible"),
    }
}

const HOLDERS: [&str; 14] = [
    "societe",
    "raison sociale",
    "entite certifiee",
    "entite juridique",
    "organisme certifie",
    "organisation certifiee",
    "titulaire",
    "nom de l'organisme",
    "certified organization",
    "organization",
    "organisation",
    "company name",
    "delivre a",
    "client",
];

fn read_hds(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    common(
        &mut judge,
        material,
        &HOLDERS,
        &["certificat n", "certificate n", "numero de certificat", "certificate number", "n° de certificat"],
    );
    let activities =
        field(&material.out, &["activites certifiees", "activites", "perimetre", "activities"]).unwrap_or_default();
    let numbers: Vec<String> = activities
        .split(|c: char| !c.is_ascii_digit())
        .filter(|n| n.len() == 1 && ("1"..="6").contains(n))
        .map(|n| format!("activité {n}"))
        .collect();
    if numbers.is_empty() {
        judge.lack("les activités certifiées (1 à 6) ne sont pas lisibles : le périmètre est inconnu");
    }
    judge.scope(numbers).scope(field(&material.out, &["sites", "site"]));
    if let Some(version) = field(&material.out, &["referentiel hds"])
        .or_else(|| number(&material.out, &["referentiel hds version", "referentiel hds v"]))
    {
        judge.measure("referential", version);
    }
    vec![judge.fact()]
}

fn read_iso(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    common(
        &mut judge,
        material,
        &HOLDERS,
        &[
            "certificat n",
            "certificate n",
            "numero de certificat",
            "certificate number",
            "n° de certificat",
            "certificate registration",
        ],
    );
    let scope = field(
        &material.out,
        &["perimetre", "domaine d'application", "champ d'application", "scope of certification", "scope"],
    );
    if scope.is_none() {
        judge.lack("le périmètre certifié n'est pas lisible");
    }
    judge.scope(scope);
    if let Some(version) = field(&material.out, &["declaration d'applicabilite", "statement of applicability"]) {
        judge.measure("statement_of_applicability", version);
    }
    vec![judge.fact()]
}

fn read_insurance(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    common(
        &mut judge,
        material,
        &["assure", "souscripteur", "nom de l'assure", "insured", "societaire"],
        &["contrat n", "police n", "numero de contrat", "numero de police", "policy n", "policy number"],
    );
    if let Some(insurer) = field(&material.out, &["assureur", "compagnie", "insurer"]) {
        judge.measure("insurer", insurer);
    } else {
        judge.lack("l'assureur n'est pas lisible");
    }
    let mut ceilings = Vec::new();
    for line in material.out.lines() {
        let folded = plain(line);
        if let Some((name, amount)) = line.split_once(':').filter(|_| folded.contains("eur") || folded.contains('€'))
            && let Some(euros) = size::count(&amount.replace([' ', '\u{a0}', '\u{202f}', '.'], ""))
        {
            ceilings.push((name.trim().to_owned(), euros));
        }
    }
    judge.scope(ceilings.iter().map(|(name, _)| name.as_str()));
    if let Some(most) = ceilings.iter().map(|(_, euros)| *euros).max() {
        judge.measure(measures::CEILING_EUR, most);
    } else {
        judge.lack("aucune garantie chiffrée n'est lisible");
    }
    vec![judge.fact()]
}
