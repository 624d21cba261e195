//! With what force, and under what negation, a sentence says a thing.

use crate::frame::Sentence;
use crate::tokens::Mark;

pub(crate) fn negated(sentence: &Sentence, first: usize, last: usize) -> bool {
    let (start, end) = sentence.clause(first, last, Mark::Comma);
    (start..end).any(|i| negates_clause(sentence, i, end))
        || excluded_before(sentence, first)
        || left_out_after(sentence, last)
}

/// "Les mises à jour, y compris de sécurité, ne sont pas comprises": the predicate of the whole sentence denies,
/// though a comma stands between.
fn left_out_after(sentence: &Sentence, last: usize) -> bool {
    let (_, end) = sentence.clause(last, last, Mark::Colon);
    (last + 1..end).any(|i| {
        negates_clause(sentence, i, end)
            && matches!(sentence.word(i), "ne" | "n" | "non")
            && (i + 1..end.min(i + 7)).any(|j| {
                ["compris", "inclu", "couvert", "garanti", "prevu", "fourni", "due", "dues", "dus", "assure"]
                    .iter()
                    .any(|stem| sentence.word(j).starts_with(stem))
            })
    })
}

/// "ne … pas", "aucune", "n'est jamais" within a clause; "ne … que" and "s'interdit" are no negation here.
fn negates_clause(sentence: &Sentence, at: usize, end: usize) -> bool {
    match sentence.word(at) {
        "ne" | "n" if conditional(sentence, at) || bounds(sentence, at) || twice(sentence, at, end) => false,
        "ne" | "n" => {
            cannot_promise(sentence, at, end)
                || (at + 1..end.min(at + 9)).any(|i| {
                    matches!(
                        sentence.word(i),
                        "pas" | "aucun" | "aucune" | "jamais" | "point" | "ni" | "saurait" | "sauraient"
                    )
                }) && !(at + 1..end.min(at + 7)).any(|i| matches!(sentence.word(i), "que" | "qu"))
        }
        "exclu" | "exclus" | "exclue" | "exclues" => true,
        "aucun" | "aucune" | "nul" | "nulle" => (at + 1..end.min(at + 14)).any(|i| {
            matches!(sentence.word(i), "ne" | "n")
                && (i + 1..end.min(i + 6)).any(|j| {
                    ["consenti", "garanti", "fourni", "assure", "prevu", "du", "due", "donne", "accord", "souscri"]
                        .iter()
                        .any(|stem| sentence.word(j).starts_with(stem))
                })
        }),
        "non" => matches!(
            sentence.word(at + 1),
            "compris"
                | "inclus"
                | "comprise"
                | "incluse"
                | "comprises"
                | "incluses"
                | "couvert"
                | "couverts"
                | "couverte"
                | "couvertes"
        ),
        _ => false,
    }
}

/// "n'excède pas une semaine", "ne peut être inférieur à trente jours": a bound, not a denial.
fn bounds(sentence: &Sentence, at: usize) -> bool {
    (at + 1..at + 5)
        .any(|i| ["exced", "depass", "inferieur", "superieur"].iter().any(|s| sentence.word(i).starts_with(s)))
}

/// "Aucune copie ne sort sans être chiffrée", "ne communique rien sans accord": denied twice, it is a duty.
fn twice(sentence: &Sentence, at: usize, end: usize) -> bool {
    (at + 1..end).any(|i| sentence.word(i) == "sans")
}

/// "ne peut garantir", "ne saurait s'engager".
fn cannot_promise(sentence: &Sentence, at: usize, end: usize) -> bool {
    let able = |w: &str| ["peu", "pou", "saur"].iter().any(|stem| w.starts_with(stem));
    let vow = |w: &str| matches!(w, "garantir" | "garantie" | "assurer" | "engager" | "promettre" | "certifier");
    able(sentence.word(at + 1)) && (at + 2..end.min(at + 6)).any(|i| vow(sentence.word(i)))
}

/// "si le taux n'est pas atteint": a condition, not a denial.
fn conditional(sentence: &Sentence, at: usize) -> bool {
    let mut i = at;
    while i > 0 && at - i < 12 && sentence.tokens[i].before < Mark::Comma {
        i -= 1;
        if matches!(sentence.word(i), "si" | "lorsque" | "lorsqu" | "quand" | "ou" | "cas") {
            return true;
        }
    }
    false
}

/// "à l'exclusion de la sauvegarde", "hors sauvegarde", "sans sauvegarde".
fn excluded_before(sentence: &Sentence, first: usize) -> bool {
    (first.saturating_sub(6)..first).any(|i| match sentence.word(i) {
        // "hors urgence", "hors heures ouvrées" say when, and exclude nothing.
        "hors" => !matches!(
            sentence.word(i + 1),
            "urgence"
                | "urgences"
                | "heure"
                | "heures"
                | "periode"
                | "periodes"
                | "jours"
                | "cas"
                | "taxe"
                | "taxes"
                | "ht"
        ),
        "hormis" => true,
        "exclusion" | "exception" => sentence.back(i, 1) == "l",
        // "sans engagement et résiliable à tout moment" leaves the second adjective whole.
        "sans" => {
            first - i <= 3
                && !(i + 1..first).any(|j| matches!(sentence.word(j), "et" | "que" | "qu"))
                && !denied(sentence, i)
        }
        "aucun" | "aucune" => first - i <= 3 && !twice(sentence, first, sentence.clause(first, first, Mark::Comma).1),
        _ => false,
    })
}

/// Whether a "sans" stands under another denial: "aucun poste n'est livré sans antivirus".
fn denied(sentence: &Sentence, sans: usize) -> bool {
    let (start, _) = sentence.clause(sans, sans, Mark::Comma);
    (start..sans).any(|i| matches!(sentence.word(i), "aucun" | "aucune" | "nul" | "nulle" | "ne" | "n" | "jamais"))
}

/// A lead-in or a heading that excludes what follows: "Ne sont pas compris :", "Exclusions".
pub(crate) fn excludes(sentence: &Sentence) -> bool {
    let end = sentence.tokens.len();
    (0..end).any(|i| {
        let word = sentence.word(i);
        word.starts_with("exclusion") && end <= 6
            || matches!(word, "exclu" | "exclus" | "exclue" | "exclues")
            || negates_clause(sentence, i, end)
                && (i..end).any(|j| {
                    ["compris", "inclu", "couvert", "comprend", "fournit", "concern"]
                        .iter()
                        .any(|s| sentence.word(j).starts_with(s))
                })
    })
}

pub(crate) fn optional(sentence: &Sentence, first: usize, last: usize) -> bool {
    let from = first.saturating_sub(14);
    let to = (last + 6).min(sentence.tokens.len());
    (from..to).any(|i| may(sentence, i)) || (0..sentence.tokens.len()).any(|i| on_request(sentence, i))
}

pub(crate) fn optional_ending(sentence: &Sentence, end: usize) -> bool {
    (end.saturating_sub(14)..=end).any(|i| may(sentence, i) || on_request(sentence, i))
}

fn may(sentence: &Sentence, at: usize) -> bool {
    matches!(
        sentence.word(at),
        "peut" | "peuvent" | "pouvons" | "pouvez" | "pourra" | "pourront" | "pourrait" | "pourraient"
    ) && !matches!(sentence.back(at, 1), "ne" | "qui" | "n" | "qu")
        && !reachable(sentence, at)
        && !aside(sentence, at)
        || sentence.word(at) == "reserve" && sentence.back(at, 1) == "se"
}

/// "les informations auxquelles elle pourrait avoir accès", "dont il pourrait avoir connaissance": said in passing of a
/// thing, no option about what is promised of it.
fn aside(sentence: &Sentence, at: usize) -> bool {
    (at.saturating_sub(4)..at).rev().take_while(|i| sentence.tokens[*i + 1].before < Mark::Comma).any(|i| {
        matches!(sentence.word(i), "dont" | "auquel" | "auxquels" | "auxquelles" | "duquel" | "desquels" | "desquelles")
    })
}

/// "peut être joint à tout moment": a way in, not an option.
fn reachable(sentence: &Sentence, at: usize) -> bool {
    sentence.word(at + 1) == "etre"
        && ["joint", "contact", "sollicit", "saisi", "consult", "appel"]
            .iter()
            .any(|s| sentence.word(at + 2).starts_with(s))
}

fn on_request(sentence: &Sentence, at: usize) -> bool {
    match sentence.word(at) {
        "option" | "options" => sentence.back(at, 1) == "en",
        "devis" => matches!(sentence.back(at, 1), "sur" | "un" | "d"),
        word => ["facultati", "optionnel", "payant"].iter().any(|stem| word.starts_with(stem)),
    }
}

pub(crate) fn soft(sentence: &Sentence, first: usize, last: usize) -> bool {
    (0..sentence.tokens.len()).any(|i| match sentence.word(i) {
        "efforce" | "efforcera" | "efforcer" | "efforcent" | "efforcons" | "efforcerons" | "indicatif"
        | "indicative" | "indicatifs" => true,
        "mieux" => matches!(sentence.back(i, 1), "notre" | "son") && sentence.back(i, 2) == "de",
        "mesure" => sentence.word(i + 1) == "du" && sentence.word(i + 2) == "possible",
        "possible" => matches!(sentence.back(i, 1), "que" | "son" | "si"),
        "moyens" | "diligences" => sentence.word(i + 1).starts_with("raisonnable"),
        "efforts" => {
            matches!(sentence.back(i, 1), "meilleurs" | "ses" | "des")
                || sentence.word(i + 1).starts_with("raisonnable")
        }
        // An aim in brackets beside a promise leaves the promise whole.
        "objectif" | "cible" | "cibles" | "vise" => {
            sentence.tokens[i].before != Mark::Bracket && i + 12 >= first && i <= last + 8
        }
        "visee" | "visees" | "vises" => !matches!(sentence.word(i + 1), "a" | "aux" | "au" | "par"),
        "essayer" | "essaie" | "essaiera" | "essayons" | "tenter" | "tente" | "tentera" | "tentons" => true,
        "visons" | "viserons" => true,
        "devrait" | "devraient" => i + 12 >= first && i <= last + 8,
        "conseille" => sentence.back(i, 1) == "est",
        "etude" => sentence.back(i, 1) == "l" && sentence.back(i, 2) == "a",
        "recommande" | "recommandons" | "souhaite" | "envisage" => true,
        "definir" | "convenir" | "preciser" | "completer" | "confirmer" | "determiner" | "formaliser" | "finaliser"
        | "renseigner" | "calibrer" => sentence.back(i, 1) == "a",
        "mettre" => sentence.back(i, 1) == "a" && i >= 1 && sentence.tokens[i - 1].before == Mark::Bracket,
        _ => false,
    }) || deferred(sentence, first, last)
}

/// "La procédure sera définie lors de l'initialisation": what is promised is still to be said. "sera arrêté à 4 heures" says it.
fn deferred(sentence: &Sentence, first: usize, last: usize) -> bool {
    let (start, end) = sentence.clause(first, last, Mark::Comma);
    (start..end).any(|i| {
        matches!(sentence.word(i), "sera" | "seront") && {
            let verb = if sentence.word(i + 1).ends_with("ment") { i + 2 } else { i + 1 };
            ["precise", "arrete", "defini", "determine", "convenu"].iter().any(|s| sentence.word(verb).starts_with(s))
                && sentence.word(verb + 1) != "a"
        }
    })
}
