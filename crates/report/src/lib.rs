//! Assessments made readable: terminal, JSON, HTML, a paper for print, XLSX, SARIF, OSCAL, CSV and Parquet. This crate
//! never knows the engine; it is given documents, assessments and the words of the points.

pub mod agenda;
pub mod dossier;
pub mod html;
pub mod json;
pub mod monthly;
pub mod notice;
pub mod oscal;
pub mod parquet;
pub mod rows;
pub mod sarif;
pub mod summary;
pub mod terminal;
mod words;
pub mod xlsx;

use paper::typography;

use contract::{Assessment, Document};
use std::collections::HashMap;

/// What a report says of a point besides its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointInfo {
    /// The point's id, such as `SAU-06`.
    pub id: String,
    /// What the point checks, in French.
    pub title: String,
    /// The category's code, such as `SAU`.
    pub category: String,
    /// The category's name, in French.
    pub category_title: String,
    /// One French sentence: what to ask the other party for.
    pub ask: String,
    /// One French sentence: why it matters.
    pub why: String,
}

/// The points a report can name, in the order in which they are shown.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    points: Vec<PointInfo>,
    index: HashMap<String, usize>,
}

impl Catalogue {
    /// A catalogue of these points; the order of points gives the order of categories.
    pub fn new(points: Vec<PointInfo>) -> Self {
        let index = points.iter().enumerate().map(|(at, point)| (point.id.clone(), at)).collect();
        Self { points, index }
    }

    /// Every point, in order.
    pub fn points(&self) -> &[PointInfo] {
        &self.points
    }

    /// The point with this id.
    pub fn get(&self, id: &str) -> Option<&PointInfo> {
        self.index.get(id).map(|at| &self.points[*at])
    }

    /// The title of a point; the id itself where the catalogue does not know it.
    pub fn title<'a>(&'a self, id: &'a str) -> &'a str {
        self.get(id).map_or(id, |point| point.title.as_str())
    }

    /// The code of a point's category; the letters before the dash where the catalogue does not know it.
    pub fn category<'a>(&'a self, id: &'a str) -> &'a str {
        match self.get(id) {
            Some(point) => &point.category,
            None => id.split('-').next().unwrap_or(id),
        }
    }
}

impl From<&points::Catalogue> for Catalogue {
    fn from(catalogue: &points::Catalogue) -> Self {
        let info = |p: &points::Point| PointInfo {
            id: p.id.clone(),
            title: p.title.clone(),
            category: p.category().to_owned(),
            category_title: catalogue.category_title(p.category()).to_owned(),
            ask: p.ask.clone(),
            why: p.why.clone(),
        };
        Self::new(catalogue.points.iter().map(info).collect())
    }
}

/// A document with what the engine says of it.
#[derive(Debug, Clone, Copy)]
pub struct Assessed<'a> {
    /// The file's name as the user knows it.
    pub file: &'a str,
    /// The document.
    pub document: &'a Document,
    /// What the engine says of it.
    pub assessment: &'a Assessment,
}

/// A file that could not be read at all; a report that left it out would be read as "nothing to say".
#[derive(Debug, Clone, Copy)]
pub struct Failure<'a> {
    /// The file's name as the user knows it.
    pub file: &'a str,
    /// What is wrong and what to do, in French.
    pub message: &'a str,
}

/// Everything a run of the checker has to say.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The words of the points.
    pub catalogue: &'a Catalogue,
    /// Documents, in the order the user gave them.
    pub documents: &'a [Assessed<'a>],
    /// Files that could not be read.
    pub failures: &'a [Failure<'a>],
}
