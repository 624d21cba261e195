//! The two parties and the names the contract gives them.

use crate::party_words::{BOTH, CLIENT, MAYBE_CLIENT, PROVIDER, PROVIDER_VERBS, role_of};
use crate::segment::Segments;
use crate::tokens::{Mark, Token, Vocabulary};
use contract::Document;
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// A party's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Who renders the service.
    Provider,
    /// Who pays for it.
    Client,
    /// Both at once.
    Both,
}

/// A mention of a party in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// First token of the name.
    pub first: u32,
    /// Last token of the name.
    pub last: u32,
    /// Whose.
    pub role: Role,
}

/// Names of the parties of one document.
#[derive(Debug, Default)]
pub struct Parties {
    /// First word → (all words, role), longest first.
    names: FxHashMap<u32, Vec<(Vec<u32>, Role)>>,
    /// As shown to users.
    pub provider_names: Vec<String>,
    /// As shown to users.
    pub client_names: Vec<String>,
}

impl Parties {
    /// A number that tells these names from others, whatever the words' places in the vocabulary.
    pub(crate) fn digest(&self, vocabulary: &Vocabulary) -> u64 {
        let spelt = |(words, role): &(Vec<u32>, Role)| {
            (words.iter().map(|word| vocabulary.word(*word)).collect::<Vec<_>>(), *role as u8)
        };
        let mut names: Vec<_> = self.names.values().flatten().map(spelt).collect();
        names.sort_unstable();
        let mut hasher = DefaultHasher::new();
        names.hash(&mut hasher);
        hasher.finish()
    }

    /// Learns the names from the document: known roles, names defined by "ci-après", and proper names that act
    /// as the provider.
    pub fn learn(document: &Document, segments: &Segments) -> Self {
        let mut parties = Parties::default();
        let singular =
            subject_count(segments, "sous", "traitant") > 1 && segments.vocabulary.find("responsable").is_some();
        for (terms, role) in [(&PROVIDER[..], Role::Provider), (&CLIENT[..], Role::Client), (&BOTH[..], Role::Both)] {
            for term in terms {
                if *term == "sous traitant" && !singular {
                    continue;
                }
                parties.add(segments, term, role);
            }
        }
        parties.drop_common_nouns(segments);
        for (name, role) in defined_names(segments) {
            parties.add(segments, &name, role);
        }
        let counts = word_counts(segments);
        let count = |word: &str| segments.vocabulary.find(word).and_then(|w| counts.get(&w)).copied().unwrap_or(0);
        let sure: u32 = ["client", "clients", "acheteur", "abonne", "utilisateur"].iter().map(|w| count(w)).sum();
        for noun in MAYBE_CLIENT {
            if count(noun) >= 3 && count(noun) > sure && definite(segments, noun) * 2 > count(noun) {
                parties.add(segments, noun, Role::Client);
            }
        }
        parties.learn_proper_names(document, segments);
        for names in parties.names.values_mut() {
            names.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        parties.describe(segments);
        parties
    }

    fn add(&mut self, segments: &Segments, name: &str, role: Role) {
        let words: Option<Vec<u32>> = name.split(' ').map(|w| segments.vocabulary.find(w)).collect();
        let Some(words) = words.filter(|w| !w.is_empty()) else { return };
        let known = self.names.entry(words[0]).or_default();
        if !known.iter().any(|(w, _)| *w == words) {
            known.push((words, role));
        }
    }

    /// "L'agence" or "l'opérateur" is no provider where the contract calls its provider "le Titulaire".
    fn drop_common_nouns(&mut self, segments: &Segments) {
        let usual = ["prestataire", "titulaire", "infogerant"];
        if usual.iter().any(|noun| definite(segments, noun) > 0) {
            for noun in ["agence", "operateur", "consultant", "vendeur", "freelance"] {
                if let Some(word) = segments.vocabulary.find(noun) {
                    self.names.remove(&word);
                }
            }
        }
    }

    /// A capitalised word never written in lower case, often the subject of what providers do, is the provider's
    /// name when the contract has no usual term for it.
    fn learn_proper_names(&mut self, document: &Document, segments: &Segments) {
        let usual = ["prestataire", "titulaire", "infogerant", "hebergeur", "editeur", "fournisseur"];
        let counts = word_counts(segments);
        let count = |word: &str| segments.vocabulary.find(word).and_then(|w| counts.get(&w)).copied().unwrap_or(0);
        if usual.iter().any(|w| count(w) >= 5) {
            let known = ["client", "acheteur", "beneficiaire", "abonne", "collectivite"].iter().map(|w| count(w)).max();
            self.learn_client_name(document, segments, &counts, known.unwrap_or(0));
            return;
        }
        let mut acts: FxHashMap<u32, u32> = FxHashMap::default();
        let mut lower: FxHashSet<u32> = FxHashSet::default();
        for (index, text) in segments.texts.iter().enumerate() {
            for (at, token) in text.tokens.iter().enumerate() {
                let first = document.slice(segments.original(index, at, at)).chars().next();
                if first.is_some_and(char::is_lowercase) {
                    lower.insert(token.word);
                } else if first.is_some_and(char::is_uppercase) && acts_as_provider(segments, &text.tokens[at + 1..]) {
                    *acts.entry(token.word).or_default() += 1;
                }
            }
        }
        let mut found: Vec<(u32, u32)> =
            acts.into_iter().filter(|(w, n)| *n >= 2 && !lower.contains(w) && !self.names.contains_key(w)).collect();
        found.sort_by_key(|(w, n)| (std::cmp::Reverse(*n), *w));
        for (word, _) in found.into_iter().take(2) {
            self.names.entry(word).or_default().push((vec![word], Role::Provider));
        }
    }

    /// In a public tender the client is often only an acronym: the capitalised word that stands most often after
    /// "de", "par", "à" or as a subject, far more often than any usual term for a client.
    fn learn_client_name(
        &mut self,
        document: &Document,
        segments: &Segments,
        counts: &FxHashMap<u32, u32>,
        known: u32,
    ) {
        let mut best: Option<(u32, u32)> = None;
        for (word, count) in counts {
            let text = segments.vocabulary.word(*word);
            if *count >= 12.max(3 * known)
                && text.len() >= 3
                && !self.names.contains_key(word)
                && text.bytes().all(|b| b.is_ascii_alphabetic())
                && best.is_none_or(|(w, c)| (*count, std::cmp::Reverse(*word)) > (c, std::cmp::Reverse(w)))
                && is_acronym(document, segments, *word)
            {
                best = Some((*word, *count));
            }
        }
        if let Some((word, _)) = best {
            self.names.entry(word).or_default().push((vec![word], Role::Client));
        }
    }

    fn describe(&mut self, segments: &Segments) {
        let mut counts: FxHashMap<(Vec<u32>, Role), usize> = FxHashMap::default();
        for text in &segments.texts {
            for mention in self.mentions(&text.tokens) {
                let words =
                    text.tokens[mention.first as usize..=mention.last as usize].iter().map(|t| t.word).collect();
                *counts.entry((words, mention.role)).or_default() += 1;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.0.cmp(&b.0.0)));
        let most = counts.first().map_or(0, |(_, n)| *n);
        for ((words, role), count) in counts {
            let name = words.iter().map(|w| segments.vocabulary.word(*w)).collect::<Vec<_>>().join(" ");
            let list = match role {
                Role::Provider => &mut self.provider_names,
                Role::Client => &mut self.client_names,
                Role::Both => continue,
            };
            // Names used rarely are common nouns rather than the contract's own terms.
            if list.len() < 4 && count * 8 >= most {
                list.push(name);
            }
        }
    }

    /// Every mention of a party in a text, in order. "sous-traitant ultérieur" is neither party.
    pub fn mentions(&self, tokens: &[Token]) -> Vec<Mention> {
        let mut mentions = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let found = self.names.get(&tokens[at].word).and_then(|names| {
                names.iter().find(|(words, _)| {
                    tokens[at..].len() >= words.len() && words.iter().zip(&tokens[at..]).all(|(w, t)| *w == t.word)
                })
            });
            match found {
                Some((words, role)) => {
                    let last = at + words.len() - 1;
                    mentions.push(Mention { first: at as u32, last: last as u32, role: *role });
                    at = last + 1;
                }
                None => at += 1,
            }
        }
        mentions
    }
}

fn acts_as_provider(segments: &Segments, rest: &[Token]) -> bool {
    let word = |i: usize| rest.get(i).map_or("", |t| segments.word(t));
    let next = word(0);
    PROVIDER_VERBS.contains(&next)
        || (next == "s" && matches!(word(1), "engage" | "efforce" | "interdit"))
        || (next == "se" && word(1) == "reserve")
        || (next == "ne" && matches!(word(1), "saurait" | "pourra" | "garantit"))
}

fn word_counts(segments: &Segments) -> FxHashMap<u32, u32> {
    let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
    for token in segments.texts.iter().flat_map(|t| &t.tokens) {
        *counts.entry(token.word).or_default() += 1;
    }
    counts
}

/// How often a noun stands after a definite article.
fn definite(segments: &Segments, noun: &str) -> u32 {
    let pairs = segments.texts.iter().flat_map(|t| t.tokens.windows(2));
    pairs
        .filter(|p| segments.word(&p[1]) == noun && matches!(segments.word(&p[0]), "le" | "la" | "l" | "du" | "au"))
        .count() as u32
}

/// Whether a word is nearly always written in capitals and acts as a party: "par X", "à la charge de X", "X doit".
fn is_acronym(document: &Document, segments: &Segments, word: u32) -> bool {
    let places = || {
        let texts = segments.texts.iter().enumerate();
        texts.flat_map(|(index, text)| {
            let here = text.tokens.iter().enumerate().filter(|(_, token)| token.word == word);
            here.map(move |(at, _)| (index, at))
        })
    };
    let acts = |(index, at): &(usize, usize)| {
        let before = at.checked_sub(1).map_or("", |i| segments.word(&segments.texts[*index].tokens[i]));
        matches!(before, "par" | "chez" | "avec" | "aupres")
    };
    if places().filter(acts).count() < 4 {
        return false;
    }
    let capital = |(index, at): &(usize, usize)| {
        document.slice(segments.original(*index, *at, *at)).chars().all(char::is_uppercase)
    };
    places().filter(capital).count() * 10 >= places().count() * 9
}

fn subject_count(segments: &Segments, first: &str, second: &str) -> usize {
    let (Some(a), Some(b)) = (segments.vocabulary.find(first), segments.vocabulary.find(second)) else { return 0 };
    let later = segments.vocabulary.find("ulterieur");
    segments
        .texts
        .iter()
        .flat_map(|t| t.tokens.windows(3))
        .filter(|w| w[0].word == a && w[1].word == b && Some(w[2].word) != later)
        .count()
}

/// Names defined by "ci-après dénommé « … »": those that hold a known role word give it to the whole name.
fn defined_names(segments: &Segments) -> Vec<(String, Role)> {
    let word = |t: &Token| segments.vocabulary.word(t.word);
    let mut out = Vec::new();
    let mut unknown = Vec::new();
    for text in &segments.texts {
        let tokens = &text.tokens;
        for at in 0..tokens.len().saturating_sub(2) {
            if word(&tokens[at]) != "ci" || word(&tokens[at + 1]) != "apres" {
                continue;
            }
            if let Some(name) = defined_name(segments, &tokens[at + 2..]) {
                match role_of(&name) {
                    Some(role) => out.push((name, role)),
                    None => unknown.push(name),
                }
            }
        }
    }
    unknown.retain(|name| name != "contrat");
    unknown.dedup();
    let has = |role| out.iter().any(|(_, r): &(String, Role)| *r == role);
    match (has(Role::Provider), has(Role::Client), unknown.as_slice()) {
        (false, true, [name, ..]) => out.push((name.clone(), Role::Provider)),
        (true, false, [name, ..]) => out.push((name.clone(), Role::Client)),
        // Two names and no usual term: the one that acts as providers do.
        (false, false, [one, two, ..]) => {
            let first = acts(segments, one) >= acts(segments, two);
            out.push((one.clone(), if first { Role::Provider } else { Role::Client }));
            out.push((two.clone(), if first { Role::Client } else { Role::Provider }));
        }
        _ => {}
    }
    out
}

/// How often a name is the subject of what providers do.
fn acts(segments: &Segments, name: &str) -> usize {
    let Some(last) = name.rsplit(' ').next().and_then(|w| segments.vocabulary.find(w)) else { return 0 };
    segments
        .texts
        .iter()
        .flat_map(|t| t.tokens.iter().enumerate().map(move |(at, token)| (t, at, token)))
        .filter(|(text, at, token)| token.word == last && acts_as_provider(segments, &text.tokens[at + 1..]))
        .count()
}

fn defined_name(segments: &Segments, rest: &[Token]) -> Option<String> {
    const SKIP: [&str; 14] = [
        "denomme",
        "denommee",
        "designe",
        "designee",
        "appele",
        "appelee",
        "denommes",
        "le",
        "la",
        "l",
        "les",
        "par",
        "individuellement",
        "nomme",
    ];
    let mut words = Vec::new();
    for (i, token) in rest.iter().enumerate().take(10) {
        let word = segments.vocabulary.word(token.word);
        if words.is_empty() && SKIP.contains(&word) {
            continue;
        }
        if !words.is_empty() && (token.before >= Mark::Bracket) {
            break;
        }
        if i == 9 || words.len() == 3 {
            return None;
        }
        words.push(word);
    }
    if words.is_empty() || matches!(words[0], "contrat" | "conditions" | "service" | "services" | "plateforme") {
        return None;
    }
    Some(words.join(" "))
}
