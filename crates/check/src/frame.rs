//! The frame around a match: who owes, with what force, under what negation.

use crate::parties::{Mention, Parties, Role};
use crate::segment::Segments;
use crate::tokens::{Mark, Token};
use contract::Debtor;

/// What stands around a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Who owes.
    pub debtor: Debtor,
    /// An option, a right of the debtor, something on quotation.
    pub optional: bool,
    /// A best effort, an aim, an indication, something still to be defined.
    pub soft: bool,
    /// Denied or excluded.
    pub negated: bool,
    /// A definition of terms.
    pub definition: bool,
}

/// Frames of one document.
pub struct Framer<'a> {
    segments: &'a Segments,
    parties: &'a Parties,
}

struct Sentence<'a> {
    segments: &'a Segments,
    tokens: &'a [Token],
}

impl<'a> Sentence<'a> {
    fn word(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |t| self.segments.word(t))
    }

    fn back(&self, at: usize, by: usize) -> &'a str {
        at.checked_sub(by).map_or("", |i| self.word(i))
    }

    /// The clause around a token: from the last comma-like mark before to the next after.
    fn clause(&self, first: usize, last: usize, mark: Mark) -> (usize, usize) {
        let mut start = first;
        while start > 0 && self.tokens[start].before < mark {
            start -= 1;
        }
        let mut end = last + 1;
        while end < self.tokens.len() && self.tokens[end].before < mark {
            end += 1;
        }
        (start, end)
    }
}

impl<'a> Framer<'a> {
    /// Frames over a document's units.
    pub fn new(segments: &'a Segments, parties: &'a Parties) -> Self {
        Self { segments, parties }
    }

    /// The frame around the tokens `first..=last` of a unit.
    pub fn frame(&self, unit: usize, first: usize, last: usize) -> Frame {
        let tokens = self.segments.tokens(unit);
        let sentence = Sentence { segments: self.segments, tokens };
        let intro = self.segments.units[unit].intro;
        let debtor = self.debtor(unit, &sentence, first, last);
        let mut is_negated = negated(&sentence, first, last);
        let mut is_optional = optional(&sentence, first, last);
        let mut is_soft = soft(&sentence, first, last);
        if let Some(intro) = intro {
            let lead = Sentence { segments: self.segments, tokens: self.segments.tokens(intro) };
            let end = lead.tokens.len().saturating_sub(1);
            is_negated |= excludes(&lead);
            is_optional |= optional_ending(&lead, end);
            is_soft |= soft(&lead, end, end);
        }
        is_negated |= self.segments.units[unit]
            .headings
            .last()
            .is_some_and(|h| excludes(&Sentence { segments: self.segments, tokens: &self.segments.texts[*h].tokens }));
        Frame {
            debtor,
            optional: is_optional,
            soft: is_soft,
            negated: is_negated,
            definition: self.definition(unit, &sentence),
        }
    }

    fn definition(&self, unit: usize, sentence: &Sentence) -> bool {
        let defines = (0..sentence.tokens.len().min(14))
            .any(|i| matches!(sentence.word(i), "designe" | "designent" | "signifie" | "entend"));
        let under = self.segments.units[unit].headings.last().is_some_and(|h| {
            self.segments.texts[*h].tokens.iter().any(|t| {
                ["definition", "glossaire", "lexique", "terminologie"]
                    .iter()
                    .any(|s| self.segments.word(t).starts_with(s))
            })
        });
        defines && sentence.word(0) != "le" || under
    }

    fn debtor(&self, unit: usize, sentence: &Sentence, first: usize, last: usize) -> Debtor {
        if falls_on_pronoun(sentence)
            && let Some(role) = self.subject_before(unit)
        {
            return as_debtor(role);
        }
        if let Some(role) = self.owes_in(sentence, first, last) {
            return as_debtor(role);
        }
        let mut intro = self.segments.units[unit].intro;
        for _ in 0..3 {
            let Some(lead) = intro else { break };
            let tokens = self.segments.tokens(lead);
            let sentence = Sentence { segments: self.segments, tokens };
            let end = tokens.len().saturating_sub(1);
            if let Some(role) = self.owes_in(&sentence, end, end) {
                return as_debtor(role);
            }
            intro = self.segments.units[lead].intro;
        }
        if starts_with_pronoun(sentence)
            && let Some(role) = self.subject_before(unit)
        {
            return as_debtor(role);
        }
        for heading in self.segments.units[unit].headings.iter().rev() {
            let tokens = &self.segments.texts[*heading].tokens;
            if let Some(role) = self.heading_role(tokens) {
                return as_debtor(role);
            }
        }
        Debtor::Unsaid
    }

    /// Who owes in the sentence before, going back over sentences that themselves begin with a pronoun.
    fn subject_before(&self, unit: usize) -> Option<Role> {
        let mut previous = self.segments.units[unit].previous;
        for _ in 0..3 {
            let tokens = self.segments.tokens(previous?);
            let sentence = Sentence { segments: self.segments, tokens };
            if let Some(role) = self.owes_in(&sentence, 0, 0) {
                return Some(role);
            }
            previous = self.segments.units[previous?].previous;
        }
        None
    }

    /// "Obligations du Client", "Engagements de l'Hébergeur".
    fn heading_role(&self, tokens: &[Token]) -> Option<Role> {
        let duty = tokens.iter().position(|t| {
            ["obligation", "engagement", "responsabilite", "devoir", "charge", "collaboration", "prerequis"]
                .iter()
                .any(|stem| self.segments.word(t).starts_with(stem))
        })?;
        let mentions = self.parties.mentions(tokens);
        let mut roles = mentions.iter().filter(|m| m.first as usize > duty).map(|m| m.role);
        let role = roles.next()?;
        roles.all(|r| r == role).then_some(role)
    }

    /// Who owes in a sentence, seen from the tokens `first..=last`.
    fn owes_in(&self, sentence: &Sentence, first: usize, last: usize) -> Option<Role> {
        let mentions = self.parties.mentions(sentence.tokens);
        let mut subject: Option<(usize, Role)> = None;
        let mut after: Option<Role> = None;
        for (index, mention) in mentions.iter().enumerate() {
            let Some(part) = part(sentence, mention) else { continue };
            let role = joined_role(sentence, &mentions, index);
            let at = mention.first as usize;
            match part {
                Part::Owner => return Some(role),
                Part::Agent if role == Role::Client && !passive_before(sentence, at) => {}
                Part::Agent if at + 12 >= first && at <= last + 10 => after = after.or(Some(role)),
                Part::Subject if at <= last => subject = Some((at, role)),
                Part::Subject if subject.is_none() && after.is_none() => after = Some(role),
                _ => {}
            }
        }
        // What the client does "afin de permettre" something is not a promise of that thing.
        subject = subject.filter(|(at, role)| *role != Role::Client || !purpose_between(sentence, *at, first));
        after.filter(|_| subject.is_none()).or(subject.map(|(_, role)| role)).or(after)
    }
}

/// Folding makes "a" of "à": the verb is followed by a participle or a noun that one has, not by an infinitive.
fn has(sentence: &Sentence, at: usize) -> bool {
    let word = sentence.word(at);
    let infinitive = ["er", "ir", "re"].iter().any(|e| word.ends_with(e)) && word != "pour";
    let participle = ["e", "i", "u", "is", "it"].iter().any(|e| word.ends_with(e)) && word.len() > 3;
    let owned = matches!(sentence.word(at + 1), "charge" | "responsabilite" | "faculte" | "possibilite" | "obligation");
    !infinitive && (participle || owned || matches!(word, "pour" | "droit" | "acces" | "toute"))
}

/// "est effectué par le Client" makes the client the debtor; "les données fournies par le Client" does not.
fn passive_before(sentence: &Sentence, at: usize) -> bool {
    (at.saturating_sub(8)..at)
        .any(|i| matches!(sentence.word(i), "est" | "sont" | "sera" | "seront" | "etre" | "reste" | "demeure"))
}

fn purpose_between(sentence: &Sentence, from: usize, to: usize) -> bool {
    (from..to).any(|i| match sentence.word(i) {
        "afin" => true,
        "vue" => sentence.word(i + 1) == "de" && sentence.back(i, 1) == "en",
        word => word.starts_with("permett"),
    })
}

/// What a party is in its sentence.
enum Part {
    /// "Le Prestataire assure".
    Subject,
    /// "assuré par le Prestataire".
    Agent,
    /// "à la charge du Client", "il appartient au Client".
    Owner,
}

fn part(sentence: &Sentence, mention: &Mention) -> Option<Part> {
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
    let begins = !matches!(prep, "par" | "au" | "du" | "aux" | "des" | "a" | "de" | "pour" | "avec" | "sans");
    if begins && (starts || joins_clauses(prep) || acts(sentence, mention.last as usize + 1)) {
        return Some(Part::Subject);
    }
    let before = |n: usize| sentence.back(at, by + n - 1);
    match prep {
        "par" => Some(Part::Agent),
        "au" | "aux" | "a" => {
            let falls =
                |w| matches!(w, "appartient" | "incombe" | "incombent" | "revient" | "incombera" | "appartiendra");
            (falls(before(1)) || falls(before(2))).then_some(Part::Owner)
        }
        "du" | "de" | "des" => {
            let owner = matches!(before(1), "charge" | "responsabilite" | "soins" | "ressort" | "frais")
                && matches!(before(2), "la" | "sa" | "seule" | "exclusive" | "les" | "du" | "entiere" | "aux");
            owner.then_some(Part::Owner)
        }
        // After a verb or a noun a party is the object: "informera le Client".
        _ => None,
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
fn joined_role(sentence: &Sentence, mentions: &[Mention], index: usize) -> Role {
    let mention = mentions[index];
    let joined = |a: &Mention, b: &Mention| {
        let between = (a.last as usize + 1)..(b.first as usize);
        between.len() <= 3 && between.clone().any(|i| matches!(sentence.word(i), "et" | "ou")) && a.role != b.role
    };
    let with_next = mentions.get(index + 1).is_some_and(|next| joined(&mention, next));
    let with_last = index.checked_sub(1).is_some_and(|i| joined(&mentions[i], &mention));
    if with_next || with_last { Role::Both } else { mention.role }
}

fn as_debtor(role: Role) -> Debtor {
    match role {
        Role::Provider => Debtor::Provider,
        Role::Client => Debtor::Client,
        Role::Both => Debtor::Both,
    }
}

/// Whether a text goes on about what the sentence before spoke of.
pub fn starts_with_pronoun_words(segments: &Segments, text: usize) -> bool {
    starts_with_pronoun(&Sentence { segments, tokens: &segments.texts[text].tokens })
}

fn starts_with_pronoun(sentence: &Sentence) -> bool {
    match sentence.word(0) {
        "il" | "elle" | "ils" | "elles" | "celui" | "celle" | "ceux" | "celles" | "ce" | "cette" | "ces" | "cet"
        | "leur" | "lequel" => true,
        "a" | "dans" | "en" | "pour" => matches!(sentence.word(1), "ce" | "cet" | "cette" | "ces"),
        _ => false,
    }
}

/// "Il lui revient de", "il leur appartient de": the duty falls on whom the sentence before spoke of.
fn falls_on_pronoun(sentence: &Sentence) -> bool {
    (1..sentence.tokens.len().min(8)).any(|i| {
        matches!(sentence.word(i), "revient" | "appartient" | "incombe" | "appartiendra" | "incombera" | "reviendra")
            && matches!(sentence.back(i, 1), "lui" | "leur")
    })
}

fn negated(sentence: &Sentence, first: usize, last: usize) -> bool {
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
        "ne" | "n" if conditional(sentence, at) => false,
        "ne" | "n" => {
            (at + 1..end.min(at + 9)).any(|i| {
                matches!(
                    sentence.word(i),
                    "pas" | "aucun" | "aucune" | "jamais" | "point" | "ni" | "saurait" | "sauraient"
                )
            }) && !(at + 1..end.min(at + 7)).any(|i| matches!(sentence.word(i), "que" | "qu"))
        }
        "exclu" | "exclus" | "exclue" | "exclues" => true,
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
        "hors" | "hormis" => true,
        "exclusion" | "exception" => sentence.back(i, 1) == "l",
        "sans" => first - i <= 3,
        "aucun" | "aucune" => first - i <= 3,
        _ => false,
    })
}

/// A lead-in or a heading that excludes what follows: "Ne sont pas compris :", "Exclusions".
fn excludes(sentence: &Sentence) -> bool {
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

fn optional(sentence: &Sentence, first: usize, last: usize) -> bool {
    let from = first.saturating_sub(14);
    let to = (last + 6).min(sentence.tokens.len());
    (from..to).any(|i| may(sentence, i)) || (0..sentence.tokens.len()).any(|i| on_request(sentence, i))
}

fn optional_ending(sentence: &Sentence, end: usize) -> bool {
    (end.saturating_sub(14)..=end).any(|i| may(sentence, i) || on_request(sentence, i))
}

fn may(sentence: &Sentence, at: usize) -> bool {
    matches!(sentence.word(at), "peut" | "peuvent" | "pourra" | "pourront" | "pourrait" | "pourraient")
        && !matches!(sentence.back(at, 1), "ne" | "qui" | "n" | "qu")
        && !reachable(sentence, at)
        || sentence.word(at) == "reserve" && sentence.back(at, 1) == "se"
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

fn soft(sentence: &Sentence, first: usize, last: usize) -> bool {
    (0..sentence.tokens.len()).any(|i| match sentence.word(i) {
        "efforce" | "efforcera" | "efforcer" | "efforcent" | "indicatif" | "indicative" | "indicatifs" => true,
        "mesure" => sentence.word(i + 1) == "du" && sentence.word(i + 2) == "possible",
        "possible" => matches!(sentence.back(i, 1), "que" | "son" | "si"),
        "efforts" => {
            matches!(sentence.back(i, 1), "meilleurs" | "ses" | "des")
                || sentence.word(i + 1).starts_with("raisonnable")
        }
        // An aim in brackets beside a promise leaves the promise whole.
        "objectif" | "cible" | "cibles" | "vise" => {
            sentence.tokens[i].before != Mark::Bracket && i + 12 >= first && i <= last + 8
        }
        "visee" | "visees" | "vises" => !matches!(sentence.word(i + 1), "a" | "aux" | "au" | "par"),
        "essayer" | "essaie" | "essaiera" | "tenter" | "tente" | "tentera" => true,
        "recommande" | "recommandons" | "souhaite" | "envisage" => true,
        "definir" | "convenir" | "preciser" | "completer" | "confirmer" | "determiner" | "formaliser" | "finaliser"
        | "renseigner" | "calibrer" => sentence.back(i, 1) == "a",
        "mettre" => sentence.back(i, 1) == "a" && i >= 1 && sentence.tokens[i - 1].before == Mark::Bracket,
        _ => false,
    })
}
