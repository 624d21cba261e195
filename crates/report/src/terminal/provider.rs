//! The provider's view: what goes too far with a counter-proposal, and what it is rightly held to.

use super::Page;
use super::paint::clean;
use crate::typography::french;
use crate::{Assessed, words};
use contract::ExcessiveDemand;

impl Page<'_> {
    pub(super) fn provider(&mut self, assessed: &Assessed<'_>) {
        let Some(view) = &assessed.assessment.provider_view else { return };
        self.title(&words::excess_title(view));
        if view.demands.is_empty() {
            self.paragraph(&french(words::NO_EXCESS), 2);
        }
        for demand in &view.demands {
            self.demand(demand);
        }
        self.title(&words::held_title(view));
        for held in &view.held_to {
            let title = self.catalogue.title(&held.point).to_owned();
            let title = self.paint.bold(&french(&title).replace('\u{202f}', " "));
            self.line(&format!("\n  ✓ {title} ({})", clean(&held.point)));
            for quote in &held.quotes {
                self.quote("Vous promettez :", quote, 4);
            }
        }
    }

    fn demand(&mut self, demand: &ExcessiveDemand) {
        let title = self.paint.bold(&french(&demand.title).replace('\u{202f}', " "));
        let severity = self.paint.severity(demand.severity);
        self.line(&format!("\n  ▲ {title} ({}) · {severity}", clean(&demand.demand)));
        for quote in &demand.quotes {
            self.quote("Le contrat dit :", quote, 4);
        }
        self.labelled("Pourquoi :", &french(&demand.why), 4);
        self.labelled("→", &french(&demand.ask), 4);
        for (at, paragraph) in demand.proposal.lines().enumerate() {
            self.labelled(if at == 0 { "Contre-proposition :" } else { " " }, &french(paragraph), 4);
        }
    }
}
