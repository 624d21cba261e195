//! Reading a point file: a TOML header between `+++` lines, then the page, then the cases.

use crate::figure;
use crate::parse_clause::{self, RawClause};
use crate::proof::Proof;
use crate::types::{Case, Catalogue, Category, Item, Kind, Owes, Point, Sign, Stance, Turn};
use contract::{Fact, Profile, Severity, Verdict};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// A point file or a lexicon that can't be accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}: {what}")]
pub struct PointError {
    /// The file's name.
    pub file: String,
    /// What is wrong and what would be right.
    pub what: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawItem {
    One(String),
    Any(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSign {
    verdict: Verdict,
    aspect: Option<String>,
    name: Option<String>,
    #[serde(default)]
    all: Vec<RawItem>,
    #[serde(default)]
    none: Vec<String>,
    #[serde(default)]
    heading: Vec<String>,
    #[serde(default)]
    not_heading: Vec<String>,
    near: Option<u32>,
    #[serde(default)]
    strict: bool,
    owes: Option<Owes>,
    #[serde(default)]
    stance: Vec<Stance>,
    figure: Option<String>,
    client: Option<Turn>,
    soft: Option<Turn>,
    negated: Option<Turn>,
    #[serde(default)]
    unless_sign: Vec<String>,
    #[serde(default)]
    unless_doc: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    id: String,
    title: String,
    sources: Vec<String>,
    when: Fact,
    kind: Kind,
    severity: Severity,
    #[serde(default)]
    severity_by: BTreeMap<Profile, Severity>,
    ask: String,
    why: String,
    looked_for: Vec<String>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    adverse_first: bool,
    no_clause: Option<String>,
    clause: Option<RawClause>,
    proof: Option<Proof>,
    #[serde(default)]
    concept: BTreeMap<String, Vec<String>>,
    sign: Vec<RawSign>,
}

/// The headings every point's page must have, in order.
pub const PAGE_HEADINGS: [&str; 4] =
    ["## Ce que le point demande", "## Pourquoi", "## Que négocier", "## Échappatoires courantes"];

/// The headings every demand's page must have, in order.
pub const DEMAND_HEADINGS: [&str; 3] =
    ["## Ce que la clause demande", "## Pourquoi c'est trop", "## Ce que vous pouvez accepter"];

/// What a file asks of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// What it should say: a point.
    Point,
    /// What a provider should not sign: a demand beyond what it can be held to. It is found (`adverse`) or not
    /// (`missing`), and says nothing of what the client owes, of a best effort, or under a negation.
    Demand,
}

impl Asks {
    fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Point => &PAGE_HEADINGS,
            Self::Demand => &DEMAND_HEADINGS,
        }
    }

    /// Verdicts that need a case each.
    fn cases(self) -> [Verdict; 2] {
        match self {
            Self::Point => [Verdict::Satisfied, Verdict::Missing],
            Self::Demand => [Verdict::Adverse, Verdict::Missing],
        }
    }
}

/// Reads one file.
///
/// # Errors
/// [`PointError`] when the header is not valid TOML of the expected shape, a heading of the page is missing, a verdict
/// lacks the case it needs, or a demand has no clause to propose instead.
pub fn point(file: &str, text: &str, asks: Asks) -> Result<Point, PointError> {
    let fail = |what: String| PointError { file: file.to_owned(), what };
    let rest = text.strip_prefix("+++\n").ok_or_else(|| fail("must begin with a line +++".into()))?;
    let (header, body) =
        rest.split_once("\n+++\n").ok_or_else(|| fail("the header must end with a line +++".into()))?;
    let header: Header = toml::from_str(header).map_err(|e| fail(e.to_string()))?;
    let (page, cases) = body.split_once("\n## Cas\n").ok_or_else(|| fail("no section ## Cas".into()))?;
    let mut from = 0;
    for heading in asks.headings() {
        let at = page[from..].find(heading).ok_or_else(|| fail(format!("the page lacks {heading:?}, in its order")))?;
        from += at;
    }
    let cases = read_cases(cases).map_err(fail)?;
    if let Some(verdict) = asks.cases().into_iter().find(|verdict| !cases.iter().any(|c| c.verdict == *verdict)) {
        return Err(fail(format!("no case for {verdict:?}: there must be one")));
    }
    let mut signs = header.sign.into_iter().map(sign).collect::<Result<Vec<_>, _>>().map_err(fail)?;
    if asks == Asks::Demand {
        signs.iter_mut().for_each(of_provider);
    }
    check_signs(&header.needs, &signs).map_err(fail)?;
    let clause = header.clause.map(parse_clause::clause).transpose().map_err(|e| fail(format!("[clause] {e}")))?;
    header.proof.as_ref().map_or(Ok(()), Proof::check).map_err(&fail)?;
    if asks == Asks::Demand && clause.is_none() {
        return Err(fail("a demand needs a [clause] to propose instead".into()));
    }
    if clause.is_some() && header.no_clause.is_some() {
        return Err(fail("a point has a [clause] or a `no_clause`, not both".into()));
    }
    Ok(Point {
        id: header.id,
        title: header.title,
        sources: header.sources,
        when: header.when,
        kind: header.kind,
        severity: header.severity,
        severity_by: header.severity_by,
        ask: header.ask,
        why: header.why,
        looked_for: header.looked_for,
        needs: header.needs,
        adverse_first: header.adverse_first,
        no_clause: header.no_clause,
        clause,
        proof: header.proof,
        concept: header.concept,
        signs,
        page: page.trim().to_owned(),
        cases,
    })
}

/// Unless the sign says otherwise it speaks only of what the provider firmly owes.
fn of_provider(sign: &mut Sign) {
    for turn in [&mut sign.client, &mut sign.soft, &mut sign.negated] {
        turn.get_or_insert(Turn::Drop);
    }
}

fn sign(raw: RawSign) -> Result<Sign, String> {
    if raw.all.is_empty() {
        return Err("a sign needs at least one pattern in `all`".into());
    }
    let all = raw
        .all
        .into_iter()
        .map(|item| match item {
            RawItem::One(pattern) => Item(vec![pattern]),
            RawItem::Any(patterns) => Item(patterns),
        })
        .collect();
    Ok(Sign {
        verdict: raw.verdict,
        aspect: raw.aspect,
        name: raw.name,
        all,
        none: raw.none,
        heading: raw.heading,
        not_heading: raw.not_heading,
        near: raw.near,
        strict: raw.strict,
        owes: raw.owes,
        figure: raw.figure.as_deref().map(figure::parse).transpose()?,
        client: raw.client,
        soft: raw.soft,
        stance: raw.stance,
        negated: raw.negated,
        unless_sign: raw.unless_sign,
        unless_doc: raw.unless_doc,
    })
}

fn check_signs(needs: &[String], signs: &[Sign]) -> Result<(), String> {
    for sign in signs {
        if !matches!(sign.verdict, Verdict::Satisfied | Verdict::Weak | Verdict::Adverse) {
            return Err(format!("a sign can't speak for {:?}", sign.verdict));
        }
        if let Some(aspect) = &sign.aspect
            && !needs.contains(aspect)
        {
            return Err(format!("aspect {aspect:?} is not among `needs`"));
        }
    }
    for need in needs {
        if !signs.iter().any(|s| s.aspect.as_ref() == Some(need)) {
            return Err(format!("no sign for the needed aspect {need:?}"));
        }
    }
    Ok(())
}

/// Cases stand under `### satisfied`, `### weak`, `### adverse` and `### missing`, one bullet each; ` ⏎ ` in a
/// bullet is a line end.
fn read_cases(text: &str) -> Result<Vec<Case>, String> {
    let mut verdict = None;
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        let line = line.trim_end();
        if let Some(name) = line.strip_prefix("### ") {
            verdict = Some(match name.trim() {
                "satisfied" => Verdict::Satisfied,
                "weak" => Verdict::Weak,
                "adverse" => Verdict::Adverse,
                "missing" => Verdict::Missing,
                other => return Err(format!("unknown case heading {other:?}")),
            });
        } else if let Some(text) = line.strip_prefix("- ") {
            let verdict = verdict.ok_or("a case before any ### heading")?;
            cases.push(Case { verdict, text: text.replace(" ⏎ ", "\n") });
        } else if !line.trim().is_empty() {
            return Err(format!("not a case bullet: {line:?}"));
        }
    }
    Ok(cases)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLexicon {
    #[serde(default)]
    category: Vec<Category>,
    #[serde(default)]
    concept: BTreeMap<String, Vec<String>>,
}

/// Builds the catalogue from the files of the `points/` folder, given as (path, text): `*.toml` are lexicons
/// with shared concepts (and the categories), `*.md` are points.
///
/// # Errors
/// The first [`PointError`] found; also for an id used twice, a file name that does not begin with the id, a
/// category that is not declared.
pub fn catalogue<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Catalogue, PointError> {
    read(files, Asks::Point)
}

/// Builds the catalogue of demands from the files of the `demands/` folder and the lexicons of `points/`, whose
/// concepts it shares; their categories are left out.
///
/// # Errors
/// As [`catalogue`].
pub fn demands<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Catalogue, PointError> {
    let mut catalogue = read(files, Asks::Demand)?;
    let used: BTreeSet<String> = catalogue.points.iter().map(|p| p.category().to_owned()).collect();
    catalogue.categories.retain(|c| used.contains(&c.id));
    Ok(catalogue)
}

fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>, asks: Asks) -> Result<Catalogue, PointError> {
    let mut catalogue =
        Catalogue { categories: Vec::new(), concepts: BTreeMap::new(), points: Vec::new(), stale: Vec::new() };
    for (path, text) in files {
        let fail = |what: String| PointError { file: path.to_owned(), what };
        let name = path.rsplit('/').next().unwrap_or(path);
        if name.ends_with(".toml") {
            let lexicon: RawLexicon = toml::from_str(text).map_err(|e| fail(e.to_string()))?;
            catalogue.categories.extend(lexicon.category);
            for (concept, patterns) in lexicon.concept {
                if catalogue.concepts.insert(concept.clone(), patterns).is_some() {
                    return Err(fail(format!("concept {concept:?} is defined twice")));
                }
            }
        } else if name.ends_with(".md") {
            let point = point(path, text, asks)?;
            if !name.starts_with(&point.id.to_lowercase()) {
                return Err(fail(format!("the file's name must begin with {}", point.id.to_lowercase())));
            }
            if catalogue.points.iter().any(|p| p.id == point.id) {
                return Err(fail(format!("id {} is used twice", point.id)));
            }
            catalogue.points.push(point);
        }
    }
    let rank = |id: &str| catalogue.categories.iter().position(|c| c.id == id);
    for point in &catalogue.points {
        if rank(point.category()).is_none() {
            return Err(PointError { file: point.id.clone(), what: "its category is not declared".into() });
        }
    }
    let order: Vec<String> = catalogue.categories.iter().map(|c| c.id.clone()).collect();
    catalogue.points.sort_by_key(|p| (order.iter().position(|c| c == p.category()), p.id.clone()));
    Ok(catalogue)
}
