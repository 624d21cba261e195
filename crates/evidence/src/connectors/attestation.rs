//! Certificates and attestations, as the text of a PDF: HDS, ISO 27001, insurance.
//!
//! Written from documentation and fictitious documents. Decisive: holder, number, scope and both ends of validity;
//! whether the holder is the contract's party and the day is inside is for the expectation.

use super::attestation_text::{field, has, is_prose, lettered, lone_number, named, number, plain, told, validity};
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
        |m| has(m, &["27001"]) && has(m, &["certificat", "zertifikat"]) && is_prose(m),
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
        rule: Rule { id: rule, version: 2 },
        recognise,
        read,
    }
}

/// Words that take a certificate back.
const WITHDRAWN: [&str; 10] = [
    "certificat suspendu",
    "certificat retire",
    "certificat annule",
    "a ete suspendu",
    "a ete retire",
    "contrat resilie",
    "a ete resilie",
    "certificate suspended",
    "certificate withdrawn",
    "has been withdrawn",
];
/// Words that make a condition of it.
const CONDITIONS: [&str; 6] = [" si ", "s'il ", " if ", "en cas", "sauf", "unless"];

/// Turns of the sentences that name the holder.
const CERTIFIED: [&str; 14] = [
    "mis en place par",
    "mis en oeuvre par",
    "certifie que le systeme de management de",
    "ceci certifie que",
    "certifions que",
    "certifie que",
    "attestons que",
    "attestons par la presente que",
    "atteste par la presente que",
    "atteste que",
    "this is to certify that",
    "certify that the management system of",
    "certifies that",
    "hereby certify that",
];

/// Holder, number and validity: what every attestation must say.
fn common(judge: &mut Judge, material: &Material, holders: &[&str], numbers: &[&str]) {
    let text = &material.out;
    let holder = field(text, holders).or_else(|| named(text, &CERTIFIED)).map(|h| {
        let name = h.split(" SIREN").next().unwrap_or_default();
        name.trim_end_matches(['-', ',', ' ']).to_owned()
    });
    let firm = text.lines().map(plain).filter(|l| !CONDITIONS.iter().any(|c| format!(" {l}").contains(c)));
    for line in firm {
        if let Some(words) = WITHDRAWN.iter().find(|w| line.contains(**w)) {
            judge.fail(format!("le document dit « {words} »"));
        }
    }
    let below = || field(text, numbers).filter(|n| n.chars().any(|c| c.is_ascii_digit()));
    let found = number(text, numbers).or_else(below).or_else(|| lone_number(text));
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

const HOLDERS: [&str; 16] = [
    "entreprise",
    "denomination sociale",
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

/// What each activity of the HDS scheme is, as certificates write it out.
const ACTIVITIES: [(u8, &[&str]); 6] = [
    (1, &["sites physiques permettant"]),
    (2, &["infrastructure materielle du systeme d'information"]),
    (3, &["infrastructure virtuelle du systeme d'information"]),
    (4, &["plateforme d'hebergement d'applications"]),
    (5, &["administration et l'exploitation du systeme", "administration et exploitation du systeme"]),
    (6, &["sauvegarde des donnees de sante", "sauvegardes externalisees"]),
];

/// The activities certified: numbers behind a label or in sentences, or each written out. What is told to be left out counts
/// for nothing.
fn activities(text: &str) -> Vec<u8> {
    let excluded = |l: &str| {
        ["non couvert", "non certifie", "hors perimetre", "exclu", "a l'exception", "exclusion"]
            .iter()
            .any(|w| l.contains(w))
    };
    let lines: Vec<String> = text.lines().map(plain).filter(|l| !excluded(l)).collect();
    let digits = |part: &str| -> Vec<u8> {
        let numbers = part.split(|c: char| !c.is_ascii_digit()).filter(|n| n.len() == 1);
        numbers.filter_map(|n| n.parse().ok()).filter(|n| (1..=6).contains(n)).collect()
    };
    let kept = lines.join("\n");
    let labelled = field(&kept, &["activites certifiees", "activites", "perimetre", "activities"]).unwrap_or_default();
    let mut found = digits(&labelled);
    for line in &lines {
        for mark in ["activite ", "activites ", "activites n", "activite n"] {
            found.extend(
                line.split(mark).skip(1).flat_map(|rest| digits(rest.split([':', '.', '(']).next().unwrap_or(rest))),
            );
        }
    }
    // Words written out may run over two lines.
    let whole = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    found.extend(ACTIVITIES.iter().filter(|(_, words)| words.iter().any(|w| whole.contains(w))).map(|(n, _)| *n));
    found.sort_unstable();
    found.dedup();
    found
}

fn read_hds(material: &Material, source: &Source) -> Vec<Fact> {
    let material = &lettered(material);
    let mut judge = source.judge();
    common(
        &mut judge,
        material,
        &HOLDERS,
        &["certificat n", "certificate n", "numero de certificat", "certificate number", "n° de certificat"],
    );
    let numbers: Vec<String> = activities(&material.out).iter().map(|n| format!("activité {n}")).collect();
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
    let material = &lettered(material);
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
        &[
            "perimetre",
            "domaine d'application",
            "champ d'application",
            "scope of certification",
            "scope",
            "geltungsbereich",
        ],
    )
    .or_else(|| {
        told(
            &material.out,
            &["pour les activites suivantes", "for the following activities", "for the following scope"],
        )
        .map(ToOwned::to_owned)
    });
    if scope.is_none() {
        judge.lack("le périmètre certifié n'est pas lisible");
    }
    judge.scope(scope);
    if let Some(version) = field(&material.out, &["declaration d'applicabilite", "statement of applicability"]) {
        judge.measure("statement_of_applicability", version);
    }
    vec![judge.fact()]
}

/// A guarantee and its amount in euros: `RC exploitation : 1 500 000 EUR par sinistre`, `RC Pro ........ 3 M€`.
fn ceiling(line: &str) -> Option<(String, u64)> {
    let folded = plain(line);
    let units = ["eur", "€", "m€", "millions d'euros", "million d'euros"];
    let places = units.iter().flat_map(|u| folded.match_indices(u).map(|(at, _)| at));
    let counted = |at: &usize| folded.get(..*at).is_some_and(|b| b.trim_end().ends_with(|c: char| c.is_ascii_digit()));
    let at = places.filter(counted).min()?;
    let before = folded.get(..at)?;
    let amount: String = before
        .chars()
        .rev()
        .skip_while(|c| c.is_whitespace())
        .take_while(|c| c.is_ascii_digit() || matches!(c, ' ' | '.' | ','))
        .collect();
    let amount: String = amount.chars().rev().collect();
    let name = before.strip_suffix(&amount).or_else(|| before.trim_end().strip_suffix(amount.trim_end()))?;
    let kept = name.trim_end_matches([' ', '.', ':', '\t', '…', '-', '|']).chars().count();
    let name: String = line.chars().take(kept).collect();
    let amount = amount.trim_matches([' ', '.', ',']);
    let whole = amount.strip_suffix(",00").or_else(|| amount.strip_suffix(".00")).unwrap_or(amount);
    let millions = folded.get(at..)?.starts_with('m');
    let euros = if millions {
        size::decimal(whole).map(|n| n * 1e6).and_then(size::whole)
    } else {
        size::count(&whole.replace([' ', '.', ','], ""))
    };
    euros.filter(|_| !name.trim().is_empty()).map(|euros| (name.trim().to_owned(), euros))
}

fn read_insurance(material: &Material, source: &Source) -> Vec<Fact> {
    let material = &lettered(material);
    let mut judge = source.judge();
    common(
        &mut judge,
        material,
        &["assure", "souscripteur", "nom de l'assure", "insured", "societaire"],
        &["contrat n", "police n", "numero de contrat", "numero de police", "policy n", "policy number"],
    );
    let insurer = field(&material.out, &["assureur", "compagnie", "insurer"]);
    let signed = || {
        named(&material.out, &["nous soussignes", "nous soussignee", "nous soussigne", "je soussigne", "la compagnie"])
    };
    if let Some(insurer) = insurer.or_else(signed) {
        judge.measure("insurer", insurer);
    } else {
        judge.lack("l'assureur n'est pas lisible");
    }
    let ceilings: Vec<(String, u64)> = material.out.lines().filter_map(ceiling).collect();
    judge.scope(ceilings.iter().map(|(name, _)| name.as_str()));
    if let Some(most) = ceilings.iter().map(|(_, euros)| *euros).max() {
        judge.measure(measures::CEILING_EUR, most);
    } else {
        judge.lack("aucune garantie chiffrée n'est lisible");
    }
    vec![judge.fact()]
}
