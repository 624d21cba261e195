//! One row a point and document, for a spreadsheet: CSV, and the rows that Parquet is made of.

use crate::{Assessed, Catalogue, Failure};
use contract::PointVerdict;
use serde::{Deserialize, Serialize};

/// What one document says on one point; a file that could not be read has one row with nothing but its name and the
/// error. The fields are the columns, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The file's name as it was given.
    pub fichier: String,
    /// Such as `pdf`.
    pub format: Option<String>,
    /// How many pages the file has.
    pub pages: Option<i32>,
    /// Whose eyes the contract was read with.
    pub profil: Option<String>,
    /// Such as `SAU-06`.
    pub point: Option<String>,
    /// The point's title.
    pub intitule: Option<String>,
    /// Such as `SAU`.
    pub categorie: Option<String>,
    /// The verdict in French, as reports show it.
    pub verdict: Option<String>,
    /// How grave a gap is for the profile.
    pub gravite: Option<String>,
    /// Whether nobody needs to check the verdict.
    pub sur: Option<bool>,
    /// Why, one French sentence.
    pub raison: Option<String>,
    /// How many quotes the verdict stands on.
    pub citations: Option<i32>,
    /// The first of them, word for word.
    pub citation: Option<String>,
    /// Its page.
    pub page: Option<i32>,
    /// The headings above it.
    pub article: Option<String>,
    /// The first words that say the contrary.
    pub contraire: Option<String>,
    /// What to ask the other party for, where something is lacking.
    pub a_demander: Option<String>,
    /// Why the file could not be read.
    pub erreur: Option<String>,
}

/// The names of the columns.
pub const COLUMNS: [&str; 18] = [
    "fichier",
    "format",
    "pages",
    "profil",
    "point",
    "intitule",
    "categorie",
    "verdict",
    "gravite",
    "sur",
    "raison",
    "citations",
    "citation",
    "page",
    "article",
    "contraire",
    "a_demander",
    "erreur",
];

impl Row {
    /// The cells in the order of [`COLUMNS`].
    fn cells(&self) -> [String; 18] {
        let words = |cell: &Option<String>| safe(cell.as_deref().unwrap_or_default());
        let number = |cell: Option<i32>| cell.map_or_else(String::new, |n| n.to_string());
        [
            safe(&self.fichier),
            words(&self.format),
            number(self.pages),
            words(&self.profil),
            words(&self.point),
            words(&self.intitule),
            words(&self.categorie),
            words(&self.verdict),
            words(&self.gravite),
            self.sur.map_or("", |sure| if sure { "oui" } else { "non" }).to_owned(),
            words(&self.raison),
            number(self.citations),
            words(&self.citation),
            number(self.page),
            words(&self.article),
            words(&self.contraire),
            words(&self.a_demander),
            words(&self.erreur),
        ]
    }
}

/// A spreadsheet would take a cell of a hostile contract that begins with one of these for a formula, and run it.
fn safe(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

/// The rows of a document, in the catalogue's order.
pub fn of_document(catalogue: &Catalogue, assessed: &Assessed<'_>) -> Vec<Row> {
    assessed.assessment.verdicts.iter().map(|verdict| of_verdict(catalogue, assessed, verdict)).collect()
}

fn of_verdict(catalogue: &Catalogue, assessed: &Assessed<'_>, verdict: &PointVerdict) -> Row {
    let quote = verdict.quotes.first();
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let page = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    let ask = catalogue.get(&verdict.point).map(|info| info.ask.clone());
    Row {
        fichier: assessed.file.to_owned(),
        format: serde_json::to_value(assessed.document.format).ok().and_then(|v| v.as_str().map(str::to_owned)),
        pages: Some(count(assessed.document.pages.len())),
        profil: Some(assessed.assessment.profile.name().to_owned()),
        point: Some(verdict.point.clone()),
        intitule: Some(catalogue.title(&verdict.point).to_owned()),
        categorie: Some(catalogue.category(&verdict.point).to_owned()),
        verdict: Some(verdict.verdict.label().to_owned()),
        gravite: Some(verdict.severity.label().to_owned()),
        sur: Some(verdict.sure),
        raison: Some(verdict.reason.clone()),
        citations: Some(count(verdict.quotes.len())),
        citation: quote.map(|q| q.text.clone()),
        page: quote.filter(|q| q.page > 0).map(|q| page(q.page)),
        article: quote.map(|q| q.article.clone()).filter(|a| !a.is_empty()),
        contraire: verdict.contrary.first().map(|q| q.text.clone()),
        a_demander: ask.filter(|_| verdict.verdict.is_gap()),
        erreur: None,
    }
}

/// The row of a file that could not be read.
pub fn of_failure(failure: &Failure<'_>) -> Row {
    Row { fichier: failure.file.to_owned(), erreur: Some(failure.message.to_owned()), ..Row::default() }
}

/// The head of a CSV file: the mark by which spreadsheets know UTF-8, and the names of the columns.
pub fn csv_head() -> Vec<u8> {
    let mut head = "\u{feff}".as_bytes().to_vec();
    head.extend(csv_lines([COLUMNS.map(str::to_owned)]));
    head
}

/// Rows as lines of CSV: semicolons, as French spreadsheets expect; quotation marks where a cell needs them (RFC 4180).
pub fn csv(rows: &[Row]) -> Vec<u8> {
    csv_lines(rows.iter().map(Row::cells))
}

fn csv_lines(lines: impl IntoIterator<Item = [String; 18]>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .has_headers(false)
        .from_writer(Vec::new());
    for cells in lines {
        writer.write_record(&cells).expect("writing to memory does not fail");
    }
    writer.into_inner().expect("writing to memory does not fail")
}
