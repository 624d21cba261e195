//! One analysed contract: synthesis, reading, versions, downloads.

pub mod files;
pub mod follow;
pub mod provider;
pub mod reading;
pub mod synthesis;
pub mod versions;

use crate::actor::Actor;
use crate::app::App;
use crate::trouble::{Trouble, see};
use axum::response::{IntoResponse, Response};
use contract::{Assessment, Document};
use report::Assessed;
use std::collections::BTreeMap;
use store::{PointAnswer, Progress, Review};

/// A review with what was read and judged.
pub(crate) struct Loaded {
    pub(crate) review: Review,
    pub(crate) document: Document,
    pub(crate) assessment: Assessment,
    /// What persons said, by point.
    pub(crate) answers: BTreeMap<String, PointAnswer>,
}

impl Loaded {
    pub(crate) fn assessed(&self) -> Assessed<'_> {
        Assessed { file: &self.review.name, document: &self.document, assessment: &self.assessment }
    }

    /// The file's name without its ending, for downloads.
    pub(crate) fn stem(&self) -> &str {
        self.review.name.rsplit_once('.').map_or(self.review.name.as_str(), |(stem, _)| stem)
    }

    /// Whether the provider's view of it is wanted.
    pub(crate) fn for_provider(&self) -> bool {
        self.assessment.profile == contract::Profile::Prestataire
    }

    /// Whether it came as a Word file, which takes tracked changes.
    pub(crate) fn is_word(&self) -> bool {
        self.document.format == contract::Format::Docx
    }
}

/// Why there is nothing to show yet.
pub(crate) enum Absent {
    /// Something went wrong.
    Trouble(Trouble),
    /// It is still being read, or could not be: the page that tells.
    Elsewhere(String),
}

impl From<Trouble> for Absent {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl IntoResponse for Absent {
    fn into_response(self) -> Response {
        match self {
            Self::Trouble(trouble) => trouble.into_response(),
            Self::Elsewhere(place) => see(&place),
        }
    }
}

/// Answers of this module's handlers.
pub(crate) type Shown = Result<Response, Absent>;

/// Loads a review that is done.
pub(crate) async fn load(app: &App, actor: &Actor, id: u64) -> Result<Loaded, Absent> {
    let found = app.store(&actor.org, move |store| {
        let review = store.review(id)?;
        if review.progress != Progress::Done {
            return Ok(Err(review));
        }
        let (document, assessment) = store.review_result(id)?;
        let answers = store.review_answers(id)?.into_iter().map(|a| (a.point.clone(), a)).collect();
        Ok(Ok(Loaded { review, document, assessment, answers }))
    });
    found.await?.map_err(|review| Absent::Elsewhere(format!("/lectures/{}", review.batch)))
}

/// The parts of an analysis, for the tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    /// The summary.
    Synthesis,
    /// The contract beside its verdicts.
    Reading,
    /// Mending.
    Mend,
    /// The provider's view.
    Provider,
    /// Earlier and later versions.
    Versions,
}
