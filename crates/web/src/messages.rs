//! What the pages say, from `messages/*.toml`: one file an area, each key with its French and its English.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A language of the interface. Verdicts and clauses stay French, as the contracts they speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl Lang {
    /// The tag for `lang=`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The first language of an Accept-Language header that we speak; French where there is none.
    pub fn accepted(header: &str) -> Self {
        let tags = header.split(',').map(|part| part.split(';').next().unwrap_or_default().trim());
        tags.filter_map(Self::of).next().unwrap_or_default()
    }

    /// The language of a tag such as `en-GB`.
    pub fn of(tag: &str) -> Option<Self> {
        match tag.split('-').next()? {
            "fr" => Some(Self::Fr),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// The files, by area; a key is `area.name`.
pub const FILES: &[(&str, &str)] = &[
    ("access", include_str!("../messages/access.toml")),
    ("analysis", include_str!("../messages/analysis.toml")),
    ("compare", include_str!("../messages/compare.toml")),
    ("dates", include_str!("../messages/dates.toml")),
    ("error", include_str!("../messages/error.toml")),
    ("follow", include_str!("../messages/follow.toml")),
    ("grid", include_str!("../messages/grid.toml")),
    ("guide", include_str!("../messages/guide.toml")),
    ("help", include_str!("../messages/help.toml")),
    ("keep", include_str!("../messages/keep.toml")),
    ("mend", include_str!("../messages/mend.toml")),
    ("nav", include_str!("../messages/nav.toml")),
    ("papers", include_str!("../messages/papers.toml")),
    ("ranks", include_str!("../messages/ranks.toml")),
    ("reports", include_str!("../messages/reports.toml")),
    ("settings", include_str!("../messages/settings.toml")),
    ("welcome", include_str!("../messages/welcome.toml")),
];

static ALL: LazyLock<HashMap<String, [String; 2]>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for (area, text) in FILES {
        // A file that does not parse is caught by the tests of this module.
        let table: HashMap<String, [String; 2]> = toml::from_str(text).unwrap_or_default();
        all.extend(table.into_iter().map(|(name, both)| (format!("{area}.{name}"), both)));
    }
    all
});

/// The words for a key; the key itself where there are none, which a test excludes.
pub fn text(lang: Lang, key: &'static str) -> &'static str {
    let both = ALL.get(key);
    both.map_or(key, |[fr, en]| if lang == Lang::Fr { fr.as_str() } else { en.as_str() })
}

/// The words with `{}` filled in, in order.
pub fn fill(lang: Lang, key: &'static str, values: &[&dyn std::fmt::Display]) -> String {
    let mut parts = text(lang, key).split("{}");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for (at, part) in parts.enumerate() {
        out.push_str(&values.get(at).map(ToString::to_string).unwrap_or_default());
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    fn keys() -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for (area, text) in FILES {
            let table: HashMap<String, [String; 2]> = toml::from_str(text).unwrap_or_else(|e| panic!("{area}: {e}"));
            for (name, [fr, en]) in table {
                assert!(!fr.trim().is_empty() && !en.trim().is_empty(), "{area}.{name} lacks a language");
                assert_eq!(fr.matches("{}").count(), en.matches("{}").count(), "{area}.{name}: not as many blanks");
                assert!(keys.insert(format!("{area}.{name}")));
            }
        }
        keys
    }

    /// Every string of sources and templates that looks like a key of one of our areas.
    fn used(dir: &Path, out: &mut BTreeSet<String>) {
        for entry in fs::read_dir(dir).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                used(&path, out);
                continue;
            }
            let text = fs::read_to_string(&path).expect("readable");
            for quoted in text.split('"') {
                let area = quoted.split('.').next().unwrap_or_default();
                let key = quoted.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b));
                if key
                    && !quoted.ends_with(".html")
                    && quoted.matches('.').count() == 1
                    && FILES.iter().any(|(known, _)| *known == area)
                {
                    out.insert(quoted.to_owned());
                }
            }
        }
    }

    #[test]
    fn every_key_that_is_used_is_there_and_no_other() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut all = BTreeSet::new();
        used(&root.join("src"), &mut all);
        used(&root.join("templates"), &mut all);
        let keys = keys();
        assert_eq!(all.difference(&keys).collect::<Vec<_>>(), Vec::<&String>::new(), "used, not written");
        assert_eq!(keys.difference(&all).collect::<Vec<_>>(), Vec::<&String>::new(), "written, not used");
    }

    #[test]
    fn languages_are_chosen_as_asked() {
        let asked = ["en-GB,fr;q=0.5", "de,fr;q=0.8", "", "de"].map(Lang::accepted);
        assert_eq!(asked, [Lang::En, Lang::Fr, Lang::Fr, Lang::Fr]);
    }
}
