//! References to law that no longer holds: one TOML file each under `law/stale/`.

use crate::parse::PointError;
use crate::types::Item;
use serde::{Deserialize, Serialize};

/// A text, a body or a regime that contracts still cite although another took its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaleReference {
    /// A short name, the file's own, such as `directive-95-46`; never reused.
    pub id: String,
    /// What is cited, in French.
    pub title: String,
    /// One French sentence: what is wrong with citing it.
    pub why: String,
    /// One French sentence: what to cite instead.
    pub replaced_by: String,
    /// Since when, as a French date; absent where no text that was read gives it.
    pub since: Option<String>,
    /// The texts that say so.
    pub basis: String,
    /// All of these must match in a sentence.
    pub all: Vec<Item>,
    /// None of these may.
    pub none: Vec<String>,
    /// Sentences that must be reported.
    pub stale: Vec<String>,
    /// Sentences that come near and must not be.
    pub sound: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawItem {
    One(String),
    Any(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStale {
    id: String,
    title: String,
    why: String,
    replaced_by: String,
    since: Option<String>,
    basis: String,
    all: Vec<RawItem>,
    #[serde(default)]
    none: Vec<String>,
    stale: Vec<String>,
    sound: Vec<String>,
}

/// Reads the files of `law/stale/`, each as path and text, in the order given.
///
/// # Errors
/// [`PointError`] for a file that is not valid TOML of the expected shape, is not named by its id, has no pattern,
/// or lacks a sentence to report or one to leave alone.
pub fn stale_references<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<StaleReference>, PointError> {
    files.into_iter().map(|(path, text)| stale_reference(path, text)).collect()
}

fn stale_reference(path: &str, text: &str) -> Result<StaleReference, PointError> {
    let fail = |what: &str| PointError { file: path.to_owned(), what: what.to_owned() };
    let raw: RawStale = toml::from_str(text).map_err(|e| fail(&e.to_string()))?;
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.strip_suffix(".toml") != Some(&raw.id) {
        return Err(fail("the file must be named by its id"));
    }
    if raw.all.is_empty() {
        return Err(fail("`all` needs a pattern"));
    }
    if raw.stale.is_empty() || raw.sound.is_empty() {
        return Err(fail("a reference needs a sentence that is `stale` and one that is `sound`"));
    }
    let item = |item| match item {
        RawItem::One(pattern) => Item(vec![pattern]),
        RawItem::Any(patterns) => Item(patterns),
    };
    Ok(StaleReference {
        id: raw.id,
        title: raw.title,
        why: raw.why,
        replaced_by: raw.replaced_by,
        since: raw.since,
        basis: raw.basis,
        all: raw.all.into_iter().map(item).collect(),
        none: raw.none,
        stale: raw.stale,
        sound: raw.sound,
    })
}
