//! The provider's view of a contract: demands that go beyond what it can be held to, each with a counter-proposal
//! under the contract's own names, and what it is rightly held to.

use crate::answers::Answers;
use crate::clause::{Filling, render};
use crate::party::{Parties, curved_apostrophes};
use check::{Engine, Request};
use contract::{
    Assessment, Debtor, Document, ExcessiveDemand, HeldTo, PointVerdict, Profile, ProviderView, Quote, Verdict,
};
use points::Catalogue;

/// Quotes shown for a promise that is rightly held.
const MOST_QUOTES: usize = 2;

/// The demands that the program carries, ready to be looked for.
#[derive(Debug)]
pub struct Demands {
    engine: Engine,
}

impl Demands {
    /// The demands that the program carries.
    ///
    /// # Panics
    /// Never for a program whose tests pass: they compile every pattern.
    pub fn embedded() -> Self {
        Self { engine: Engine::new(points::demands()).expect("every pattern of the demands compiles") }
    }

    /// The engine that finds them.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Their files: titles, pages, clauses.
    pub fn catalogue(&self) -> &Catalogue {
        &self.engine.catalogue
    }

    /// What an engine over demands says of a document.
    pub fn assess(&self, document: &Document) -> Assessment {
        self.engine.assess(document, &Request { profile: Some(Profile::Prestataire), facts: Vec::new() })
    }

    /// The provider's view of a contract that was judged.
    pub fn view(&self, document: &Document, assessment: &Assessment, answers: &Answers) -> ProviderView {
        let found = self.assess(document);
        let parties = Parties::of(document, assessment);
        let filling =
            Filling { parties: &parties, profile: Profile::Prestataire, answers, assessment: Some(assessment) };
        let curved = curved_apostrophes(document);
        let mut demands: Vec<ExcessiveDemand> = found
            .verdicts
            .iter()
            .filter(|verdict| verdict.verdict == Verdict::Adverse)
            .filter_map(|verdict| {
                let demand = self.engine.catalogue.get(&verdict.point)?;
                let proposal = render(demand, &filling).map(|clause| clause.text()).unwrap_or_default();
                Some(ExcessiveDemand {
                    demand: demand.id.clone(),
                    title: demand.title.clone(),
                    severity: verdict.severity,
                    why: demand.why.clone(),
                    ask: demand.ask.clone(),
                    quotes: verdict.quotes.clone(),
                    proposal: if curved { proposal.replace('\'', "\u{2019}") } else { proposal },
                })
            })
            .collect();
        demands.sort_by_key(|demand| std::cmp::Reverse(demand.severity));
        let held_to = held_to(assessment, &demands);
        ProviderView { demands, held_to }
    }
}

/// The promises of the provider that answer a point firmly, without those whose words go too far.
fn held_to(assessment: &Assessment, demands: &[ExcessiveDemand]) -> Vec<HeldTo> {
    let excessive = |quote: &Quote| demands.iter().flat_map(|d| &d.quotes).any(|q| q.span().overlaps(&quote.span()));
    let satisfied = |verdict: &&PointVerdict| verdict.verdict == Verdict::Satisfied;
    let held = assessment.verdicts.iter().filter(satisfied).map(|verdict| {
        let promises = assessment.commitments.iter().filter(|c| c.point == verdict.point);
        let owed = promises.filter(|c| matches!(c.debtor, Debtor::Provider | Debtor::Both));
        let quotes: Vec<Quote> =
            owed.map(|c| &c.quote).filter(|quote| !excessive(quote)).take(MOST_QUOTES).cloned().collect();
        HeldTo { point: verdict.point.clone(), quotes }
    });
    held.filter(|held| !held.quotes.is_empty()).collect()
}
