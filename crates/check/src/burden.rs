//! Who bears a thing, beyond who is the subject: what the client receives is no duty of the client's, what the
//! client must do, install or keep is; and what a drafter's note still leaves to be written binds nobody.

use crate::frame::Sentence;
use crate::segment::Segments;
use crate::tokens::Mark;

/// "Le Client bénéficie de", "vous recevez", "l'Acheteur est informé": the other side owes.
pub(crate) fn receives(sentence: &Sentence, after: usize) -> bool {
    let mut at = after;
    while matches!(sentence.word(at), "y" | "en" | "ainsi" | "egalement" | "aussi" | "alors") {
        at += 1;
    }
    let told = |word: &str| {
        ["informe", "averti", "prevenu", "alerte", "notifie", "avise", "destinataire", "protege", "couvert", "credite"]
            .iter()
            .any(|stem| word.starts_with(stem))
    };
    match sentence.word(at) {
        "beneficie" | "beneficient" | "beneficiera" | "beneficieront" | "beneficiez" | "recoit" | "recoivent"
        | "recevra" | "recevront" | "recevez" | "obtient" | "obtiendra" | "obtenez" => true,
        "est" | "sont" | "sera" | "seront" | "etes" | "serez" => (at + 1..at + 4).any(|i| told(sentence.word(i))),
        "se" => {
            sentence.word(at + 1).starts_with("v") && sentence.word(at + 2) != "engage" && {
                matches!(sentence.word(at + 1), "voit" | "voient" | "verra" | "verront")
            }
        }
        _ => false,
    }
}

/// Whether a sentence of which the client is the debtor speaks of a duty, a risk or a task, not of a mere relation.
pub(crate) fn charges(sentence: &Sentence) -> bool {
    const STEMS: [&str; 27] = [
        "incomb",
        "apparten",
        "revien",
        "reviendra",
        "responsab",
        "garant",
        "effectu",
        "realis",
        "proced",
        "install",
        "equip",
        "maintien",
        "maintenir",
        "conserv",
        "premuni",
        "veille",
        "sauvegard",
        "dispos",
        "assum",
        "prend",
        "relev",
        "gere",
        "administr",
        "test",
        "oblig",
        "verifi",
        "protege",
    ];
    (0..sentence.tokens.len()).any(|i| {
        let word = sentence.word(i);
        matches!(
            word,
            "doit"
                | "doivent"
                | "devra"
                | "devront"
                | "devez"
                | "devrez"
                | "tenu"
                | "tenus"
                | "charge"
                | "appartient"
                | "affaire"
                | "engage"
                | "engagez"
                | "seul"
                | "seule"
                | "meme"
                | "memes"
                | "propres"
                | "propre"
                | "initiative"
                | "risques"
                | "soin"
                | "soins"
                | "met"
                | "mettre"
                | "fait"
                | "assure"
                | "assurer"
                | "invite"
        ) || STEMS.iter().any(|stem| word.starts_with(stem))
    })
}

/// Words with which a drafter's note in square brackets begins.
const NOTES: [&str; 7] =
    ["a completer", "a definir", "a preciser", "a confirmer", "a valider", "a renseigner", "completer"];

/// Shortest note, in bytes, that says more than the blank's own name.
const SHORTEST_NOTE: usize = 40;

/// Whether the tokens from `first` stand in a note to the drafter: "[À compléter : si un taux est souhaité …]".
pub(crate) fn in_note(segments: &Segments, text: usize, first: usize) -> bool {
    let text = &segments.texts[text];
    let Some(token) = text.tokens.get(first) else { return false };
    let folded = segments.folded[text.block].text();
    let before = &folded[..token.start as usize];
    let Some(open) = before.rfind('[') else { return false };
    let inside = &folded[open + 1..];
    let note = inside.split(']').next().unwrap_or_default();
    open + 1 + note.len() >= token.start as usize
        && note.len() >= SHORTEST_NOTE
        && NOTES.iter().any(|n| note.trim_start().starts_with(n))
}

/// "En tout état de cause, elle n'excède pas": a pronoun that takes up the sentence before, after an opening phrase.
pub(crate) fn pronoun_after_opening(sentence: &Sentence) -> bool {
    (1..sentence.tokens.len().min(9)).any(|i| {
        sentence.tokens[i].before == Mark::Comma
            && match sentence.word(i) {
                "elle" | "elles" | "celui" | "celle" | "ceux" | "celles" => true,
                "il" | "ils" => !matches!(
                    sentence.word(i + 1),
                    "est" | "appartient" | "incombe" | "revient" | "ne" | "s" | "y" | "en" | "faut" | "convient"
                ),
                _ => false,
            }
    })
}
