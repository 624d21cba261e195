//! What a party is in its sentence: who acts, by whom it is done, on whom it falls, whom it only serves.

use crate::frame::Sentence;
use crate::parties::{Mention, Role};
use crate::tokens::{Mark, Token};

/// Folding makes "a" of "à": the verb is followed by a participle or a noun that one has, not by an infinitive.
fn has(sentence: &Sentence, at: usize) -> bool {
    let word = sentence.word(at);
    let infinitive = ["er", "ir", "re"].iter().any(|e| word.ends_with(e)) && word != "pour";
    let participle = ["e", "i", "u", "is", "it"].iter().any(|e| word.ends_with(e)) && word.len() > 3;
    let owned = matches!(sentence.word(at + 1), "charge" | "responsabilite" | "faculte" | "possibilite" | "obligation");
    !infinitive && (participle || owned || matches!(word, "pour" | "droit" | "acces" | "toute"))
}

/// "est effectué par le Client" makes the client the debtor; "les données fournies par le Client" does not.
pub(crate) fn passive_before(sentence: &Sentence, at: usize) -> bool {
    (at.saturating_sub(8)..at)
        .any(|i| matches!(sentence.word(i), "est" | "sont" | "sera" | "seront" | "etre" | "reste" | "demeure"))
}

pub(crate) fn purpose_between(sentence: &Sentence, from: usize, to: usize) -> bool {
    (from..to).any(|i| match sentence.word(i) {
        "afin" => true,
        "vue" => sentence.word(i + 1) == "de" && sentence.back(i, 1) == "en",
        word => word.starts_with("permett"),
    })
}

/// What a party is in its sentence.
pub(crate) enum Part {
    /// "Le Prestataire assure".
    Subject,
    /// "assuré par le Prestataire".
    Agent,
    /// "à la charge du Client", "il appartient au Client".
    Owner,
}

pub(crate) fn part(sentence: &Sentence, mention: &Mention) -> Option<Part> {
    let at = mention.first as usize;
    let (mut prep, mut by) = (sentence.back(at, 1), 2);
    if matches!(prep, "le" | "la" | "l" | "les" | "chaque" | "son" | "sa" | "un") {
        prep = sentence.back(at, 2);
        by = 3;
    }
    let label = |t: &Token| {
        sentence.segments.word(t).len() == 1 || sentence.segments.word(t).bytes().all(|b| b.is_ascii_digit())
    };
    let starts = at < by - 1
        || sentence.tokens[..at + 2 - by].iter().all(label) && at <= 6
        || sentence.tokens.get(at + 2 - by).is_some_and(|t| t.before >= Mark::Comma);
    if serves(sentence, prep, at, by) {
        return None;
    }
    let begins = !matches!(prep, "par" | "au" | "du" | "aux" | "des" | "a" | "de" | "pour" | "avec" | "sans");
    if begins && (starts || joins_clauses(prep) || acts(sentence, mention.last as usize + 1)) {
        return Some(Part::Subject);
    }
    let before = |n: usize| sentence.back(at, by + n - 1);
    match prep {
        "par" => Some(Part::Agent),
        "au" | "aux" | "a" => {
            let falls = |w| {
                matches!(
                    w,
                    "appartient"
                        | "incombe"
                        | "incombent"
                        | "revient"
                        | "incombera"
                        | "appartiendra"
                        | "reviendra"
                        | "incombant"
                        | "reviennent"
                )
            };
            (falls(before(1)) || falls(before(2))).then_some(Part::Owner)
        }
        "du" | "de" | "des" if staff(sentence, at, by) => Some(Part::Agent),
        "du" | "de" | "des" => {
            let side = |w| matches!(w, "charge" | "responsabilite" | "soins" | "ressort" | "frais" | "initiative");
            let owner = side(before(1))
                && matches!(before(2), "la" | "sa" | "seule" | "exclusive" | "les" | "du" | "entiere" | "aux");
            let alone = side(before(2)) && matches!(before(1), "exclusive" | "entiere" | "seule" | "pleine");
            let falls = |w: &str| matches!(w, "releve" | "relevent" | "relevera" | "releveront");
            let falls = falls(before(1)) || falls(before(2)) && before(1).starts_with("exclusiv");
            (owner || alone || falls).then_some(Part::Owner)
        }
        // After a verb or a noun a party is the object: "informera le Client".
        _ => None,
    }
}

/// "par l'équipe de sécurité du titulaire", "par les techniciens de l'hébergeur": whoever's people act acts.
fn staff(sentence: &Sentence, at: usize, by: usize) -> bool {
    let people =
        ["equipe", "service", "technicien", "personnel", "administrateur", "support", "collaborateur", "ingenieur"];
    let from = at.saturating_sub(by + 4);
    (from..at).any(|i| {
        sentence.word(i) == "par" && (i + 1..at).any(|j| people.iter().any(|p| sentence.word(j).starts_with(p)))
    })
}

/// "pour que le client puisse travailler", "sans que le client ait à payer", "ce dont le client a besoin": whom it serves or spares
/// owes nothing by it.
fn serves(sentence: &Sentence, prep: &str, at: usize, by: usize) -> bool {
    match prep {
        "que" | "qu" => matches!(sentence.back(at, by), "pour" | "afin" | "sorte" | "facon" | "maniere" | "sans"),
        "dont" => (at + 1..at + 4).any(|i| sentence.word(i) == "besoin"),
        _ => false,
    }
}

/// Words after which a new subject may stand.
fn joins_clauses(word: &str) -> bool {
    matches!(
        word,
        "que"
            | "qu"
            | "si"
            | "lorsque"
            | "lorsqu"
            | "quand"
            | "dont"
            | "ou"
            | "et"
            | "mais"
            | "car"
            | "donc"
            | "puisque"
            | "laquelle"
            | "lequel"
            | "lesquelles"
            | "lesquels"
            | "laquelles"
            | "auquel"
            | "cas"
            | "toutefois"
            | "alors"
            | "ainsi"
            | "seul"
            | "article"
    )
}

/// Whether the word at `at` is a verb whose subject stands before it.
fn acts(sentence: &Sentence, at: usize) -> bool {
    const VERBS: [&str; 61] = [
        "s",
        "se",
        "est",
        "sont",
        "doit",
        "doivent",
        "peut",
        "peuvent",
        "ne",
        "n",
        "met",
        "mettent",
        "assure",
        "assurent",
        "fournit",
        "garantit",
        "reconnait",
        "declare",
        "accepte",
        "dispose",
        "demeure",
        "reste",
        "conserve",
        "autorise",
        "renonce",
        "choisit",
        "utilise",
        "paie",
        "tient",
        "prend",
        "informe",
        "notifie",
        "remet",
        "traite",
        "heberge",
        "propose",
        "realise",
        "effectue",
        "procede",
        "intervient",
        "veille",
        "communique",
        "transmet",
        "respecte",
        "applique",
        "supporte",
        "prevoit",
        "maintient",
        "rend",
        "agit",
        "restitue",
        "supprime",
        "sauvegarde",
        "surveille",
        "aide",
        "assiste",
        "coopere",
        "collabore",
        "souhaite",
        "fait",
        "apporte",
    ];
    let word = sentence.word(at);
    if word == "a" {
        return has(sentence, at + 1);
    }
    VERBS.contains(&word) || word.len() > 4 && (word.ends_with("ra") || word.ends_with("ront"))
}

/// "Le Client et le Prestataire" owe together.
pub(crate) fn joined_role(sentence: &Sentence, mentions: &[Mention], index: usize) -> Role {
    let mention = mentions[index];
    let joined = |a: &Mention, b: &Mention| {
        let between = (a.last as usize + 1)..(b.first as usize);
        between.len() <= 3 && between.clone().any(|i| matches!(sentence.word(i), "et" | "ou")) && a.role != b.role
    };
    let with_next = mentions.get(index + 1).is_some_and(|next| joined(&mention, next));
    let with_last = index.checked_sub(1).is_some_and(|i| joined(&mentions[i], &mention));
    if with_next || with_last { Role::Both } else { mention.role }
}
