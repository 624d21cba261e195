//! The detail of each point: words, places, reasons, proof of absence.

use super::Page;
use super::paint::clean;
use crate::summary::Category;
use crate::typography::{french, quoted};
use crate::{Assessed, words};
use contract::{Absence, PointVerdict, Quote, Verdict};

impl Page<'_> {
    pub(super) fn details(&mut self, categories: &[Category<'_>]) {
        self.title("Détail, point par point");
        for category in categories.iter().filter(|category| category.score.is_some()) {
            let title = self.paint.bold(&format!("── {} ──", clean(category.title)));
            self.line(&format!("\n{title}"));
            for verdict in &category.verdicts {
                if verdict.verdict != Verdict::NotApplicable {
                    self.point(verdict);
                }
            }
        }
        self.not_applicable(categories);
    }

    fn point(&mut self, verdict: &PointVerdict) {
        let head = self.head(verdict);
        self.line(&format!("\n  {head}"));
        if !verdict.reason.is_empty() {
            self.paragraph(&french(&verdict.reason), 4);
        }
        for quote in &verdict.quotes {
            self.quote("Le contrat dit :", quote, 4);
        }
        for quote in &verdict.contrary {
            self.quote("Mais il dit aussi :", quote, 4);
        }
        if let Some(absence) = &verdict.absence {
            self.absence(absence);
        }
        if verdict.verdict.is_gap()
            && let Some(info) = self.catalogue.get(&verdict.point)
        {
            self.labelled("→", &french(&info.ask), 4);
        }
    }

    /// References to law that no longer holds, each with its words.
    pub(super) fn stale(&mut self, assessed: &Assessed<'_>) {
        let stale = &assessed.assessment.stale_references;
        if stale.is_empty() {
            return;
        }
        self.title(&words::count(stale.len(), "référence périmée", "références périmées"));
        for reference in stale {
            let title = self.paint.bold(&french(&reference.title).replace('\u{202f}', " "));
            self.line(&format!("\n  {title}"));
            self.paragraph(&french(&reference.why), 4);
            for quote in &reference.quotes {
                self.quote("Le contrat dit :", quote, 4);
            }
            self.labelled("→", &french(&words::replacement(reference)), 4);
        }
    }

    pub(super) fn quote(&mut self, label: &str, quote: &Quote, indent: usize) {
        self.labelled(label, &format!("{} ({})", quoted(&quote.text), place(quote)), indent);
    }

    fn absence(&mut self, absence: &Absence) {
        if !absence.looked_for.is_empty() {
            self.labelled("Cherché :", &absence.looked_for.join(", "), 4);
        }
        for near in &absence.nearest {
            self.quote("Au plus près :", &near.quote, 4);
            self.labelled("écarté :", &french(&near.reason), 6);
        }
    }

    fn not_applicable(&mut self, categories: &[Category<'_>]) {
        let points: Vec<&str> = categories
            .iter()
            .flat_map(|category| &category.verdicts)
            .filter(|verdict| verdict.verdict == Verdict::NotApplicable)
            .map(|verdict| verdict.point.as_str())
            .collect();
        if !points.is_empty() {
            self.out.push('\n');
            self.labelled("Sans objet pour ce profil :", &points.join(", "), 2);
        }
    }
}

/// "page 5, Article 8 › 8.2, lu par OCR".
fn place(quote: &Quote) -> String {
    let article = Some(quote.article.clone()).filter(|a| !a.is_empty());
    let place: Vec<String> =
        quote.page_words().into_iter().chain(article).chain(quote.ocr.then(|| "lu par OCR".to_owned())).collect();
    if place.is_empty() { "avant le premier article".to_owned() } else { place.join(", ") }
}
