//! The parties under the contract's own names, with the article, the elision and the pronoun that French wants.

use contract::{Assessment, Document, Folded};
use std::collections::BTreeMap;

/// The article that stands before a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Article {
    /// "le Prestataire".
    Le,
    /// "la Société".
    La,
    /// "l'Hébergeur".
    Elided,
    /// "Numéa": a proper name.
    None,
}

/// A party as the clauses name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyName {
    /// The name without its article, as the contract writes it: "Hébergeur".
    pub name: String,
    /// Its article.
    pub article: Article,
    /// Whether the pronoun is "elle".
    pub feminine: bool,
}

impl PartyName {
    /// A masculine name with "le", such as "Prestataire".
    fn usual(name: &str) -> Self {
        Self { name: name.into(), article: Article::Le, feminine: false }
    }

    /// "le Prestataire", "la Société", "l'Hébergeur", "Numéa".
    pub fn le(&self) -> String {
        let article = match self.article {
            Article::Le => "le ",
            Article::La => "la ",
            Article::Elided => "l'",
            Article::None => "",
        };
        format!("{article}{}", self.name)
    }

    /// "du Prestataire", "de la Société", "de l'Hébergeur", "de Numéa", "d'Aubrac".
    pub fn du(&self) -> String {
        match self.article {
            Article::Le => format!("du {}", self.name),
            Article::None if begins_with_vowel(&self.name) => format!("d'{}", self.name),
            _ => format!("de {}", self.le()),
        }
    }

    /// "au Prestataire", "à la Société", "à l'Hébergeur", "à Numéa".
    pub fn au(&self) -> String {
        match self.article {
            Article::Le => format!("au {}", self.name),
            _ => format!("à {}", self.le()),
        }
    }

    /// The name; empty where it is only its role.
    pub fn own(&self) -> &str {
        let role = ["client", "prestataire"].contains(&self.name.to_lowercase().as_str());
        if role { "" } else { &self.name }
    }

    /// "il" or "elle".
    pub fn il(&self) -> &'static str {
        if self.feminine { "elle" } else { "il" }
    }

    /// The words of a placeholder of this party: `Le`, `le`, `du`, `au`, `Il`, `il`.
    fn form(&self, form: &str) -> Option<String> {
        Some(match form {
            "Le" => capital(&self.le()),
            "le" => self.le(),
            "du" => self.du(),
            "au" => self.au(),
            "Il" => capital(self.il()),
            "il" => self.il().to_owned(),
            _ => return None,
        })
    }
}

fn begins_with_vowel(name: &str) -> bool {
    let folded = Folded::of(name);
    folded.text().starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h'])
}

/// The words with a capital first letter.
pub(crate) fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The two parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parties {
    /// Who renders the service.
    pub provider: PartyName,
    /// Who pays for it.
    pub client: PartyName,
}

impl Default for Parties {
    fn default() -> Self {
        Self { provider: PartyName::usual("Prestataire"), client: PartyName::usual("Client") }
    }
}

/// Names that a clause in the third person of the singular can't use, or that are roles of another matter.
const UNFIT: [&str; 9] = [
    "nous",
    "vous",
    "parties",
    "prestataires",
    "clients",
    "utilisateurs",
    "utilisateur",
    "utilisatrice",
    "soumissionnaire",
];

impl Parties {
    /// The parties of a contract: the first of the names the engine learnt that a clause can use, written as the
    /// document writes it most often. The usual "le Prestataire" and "le Client" where there is none.
    pub fn of(document: &Document, assessment: &Assessment) -> Self {
        let folded = Folded::of(&document.text);
        let find = |names: &[String], usual: &str| {
            let fit = names.iter().filter(|n| !UNFIT.contains(&n.as_str()));
            fit.filter_map(|name| written(document, &folded, name)).next().unwrap_or_else(|| PartyName::usual(usual))
        };
        Self {
            provider: find(&assessment.provider_names, "Prestataire"),
            client: find(&assessment.client_names, "Client"),
        }
    }

    /// The words of a placeholder such as `du_client`; `None` when it names no party.
    pub fn form(&self, placeholder: &str) -> Option<String> {
        let (form, party) = placeholder.split_once('_')?;
        match party {
            "prestataire" => self.provider.form(form),
            "client" => self.client.form(form),
            _ => None,
        }
    }
}

/// How a document writes a folded name: the spelling and article found most often.
fn written(document: &Document, folded: &Folded, name: &str) -> Option<PartyName> {
    let text = folded.text();
    let mut spellings: BTreeMap<String, usize> = BTreeMap::new();
    let mut articles: BTreeMap<Article, usize> = BTreeMap::new();
    let mut feminine = 0_usize;
    // "sous traitant" stands for "sous-traitant", "maitre d ouvrage" for "maître d'ouvrage".
    for at in folded.occurrences(name) {
        let before = text[..at].trim_end_matches(['"', ' ', '*', '(']);
        let elided = before.ends_with('\'');
        let word = before.trim_end_matches('\'').rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
        let article = match word {
            "l" if elided => Some(Article::Elided),
            "le" | "du" | "au" => Some(Article::Le),
            "la" => Some(Article::La),
            "les" | "des" | "aux" | "un" | "de" => None,
            "une" | "cette" | "societe" | "sas" | "sarl" => {
                feminine += 1;
                None
            }
            _ => Some(Article::None),
        };
        let Some(article) = article else { continue };
        let spelling = squeeze(document.slice(folded.original(at, at + name.len())));
        let capital = spelling.chars().next().is_some_and(char::is_uppercase);
        if article == Article::None && !capital {
            continue;
        }
        *articles.entry(article).or_default() += 1;
        *spellings.entry(spelling).or_default() += 1;
    }
    let article = most(&articles)?;
    let shouting = |s: &&String| s.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    let calm: BTreeMap<String, usize> =
        spellings.iter().filter(|(s, _)| !shouting(s)).map(|(s, n)| (s.clone(), *n)).collect();
    // A contract that shouts its names nearly always means it.
    let rare = calm.values().sum::<usize>() * 5 < spellings.values().sum::<usize>();
    let name = most(if rare || article == Article::None { &spellings } else { &calm })?;
    let feminine = match article {
        Article::La => true,
        Article::Le => false,
        Article::Elided => feminine > 0 || feminine_by_ending(&name),
        // A company is "elle".
        Article::None => true,
    };
    Some(PartyName { name, article, feminine })
}

fn most<K: Clone + Ord>(counts: &BTreeMap<K, usize>) -> Option<K> {
    counts.iter().max_by_key(|(_, n)| **n).map(|(k, _)| k.clone())
}

fn feminine_by_ending(name: &str) -> bool {
    let folded = Folded::of(name);
    let word = folded.text().split([' ', '-']).next().unwrap_or_default();
    ["tion", "sion", "ence", "ance", "ise", "trice", "euse", "ite", "ee"].iter().any(|e| word.ends_with(e))
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the document writes its apostrophes curved.
pub fn curved_apostrophes(document: &Document) -> bool {
    let straight = document.text.matches('\'').count();
    document.text.matches('\u{2019}').count() > straight
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::Format;

    fn name(text: &str, folded: &str) -> PartyName {
        let document = Document {
            format: Format::Text,
            text: text.into(),
            pages: Vec::new(),
            blocks: Vec::new(),
            problems: Vec::new(),
        };
        written(&document, &Folded::of(text), folded).expect("the name stands in the text")
    }

    #[test]
    fn elision_and_contraction_follow_the_contract() {
        let host = name("L'Hébergeur assure. À la demande de l’Hébergeur, un hébergeur.", "hebergeur");
        assert_eq!(
            (host.le(), host.du(), host.au()),
            ("l'Hébergeur".into(), "de l'Hébergeur".into(), "à l'Hébergeur".into())
        );
        assert_eq!(host.il(), "il");
        let firm = name("La Collectivité paie. De la Collectivité.", "collectivite");
        assert_eq!(
            (firm.du(), firm.au(), firm.il()),
            ("de la Collectivité".into(), "à la Collectivité".into(), "elle")
        );
        let usual = name("LE PRESTATAIRE\nLe Prestataire livre au Prestataire.", "prestataire");
        assert_eq!((usual.le(), usual.du()), ("le Prestataire".into(), "du Prestataire".into()));
    }

    #[test]
    fn proper_names_have_no_article() {
        let firm = name("Entre la société AUBRAC et vous. AUBRAC assure le service. AUBRAC livre.", "aubrac");
        assert_eq!((firm.le(), firm.du(), firm.au()), ("AUBRAC".into(), "d'AUBRAC".into(), "à AUBRAC".into()));
        assert_eq!(firm.il(), "elle");
    }

    #[test]
    fn compound_names_are_found_with_their_hyphen() {
        let name = name("Le Sous-traitant notifie. Le Sous-traitant informe.", "sous traitant");
        assert_eq!(name.le(), "le Sous-traitant");
    }

    #[test]
    fn placeholders_are_filled_by_form_and_party() {
        let parties = Parties::default();
        assert_eq!(parties.form("au_client").as_deref(), Some("au Client"));
        assert_eq!(parties.form("Il_prestataire").as_deref(), Some("Il"));
        assert_eq!(parties.form("frequence"), None);
    }
}
