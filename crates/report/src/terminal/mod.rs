//! Plain text in French for a terminal, with or without colour.

mod compare;
mod detail;
mod paint;
mod provider;

use crate::summary::{self, Category, Counts};
use crate::typography::french;
use crate::words::{self, SHOWN, sign};
use crate::{Assessed, Catalogue, Report};
use contract::PointVerdict;
use paint::{Paint, bar, clean, columns, fit, wrap};

/// How the text is to be laid out.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether ANSI colours may be used.
    pub colour: bool,
    /// Columns of the terminal; 60 to 110 are used.
    pub width: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { colour: false, width: 100 }
    }
}

/// A page being written.
struct Page<'a> {
    out: String,
    catalogue: &'a Catalogue,
    paint: Paint,
    width: usize,
}

/// The report as text: one document in full, several as a line each and a comparison table.
pub fn render(report: &Report<'_>, options: Options) -> String {
    let mut page = Page {
        out: String::new(),
        catalogue: report.catalogue,
        paint: Paint { colour: options.colour },
        width: options.width.clamp(60, 110),
    };
    match report.documents {
        [one] => page.document(one),
        several => page.compare(several),
    }
    page.failures(report);
    page.out
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn title(&mut self, text: &str) {
        let title = self.paint.bold(&text.to_uppercase());
        self.out.push('\n');
        self.line(&title);
    }

    fn paragraph(&mut self, text: &str, indent: usize) {
        let blank = " ".repeat(indent);
        let wrapped = wrap(text, self.width, indent, &blank, &blank);
        self.out.push_str(&wrapped);
    }

    /// A label then its text, the following lines under the text's first letter.
    fn labelled(&mut self, label: &str, text: &str, indent: usize) {
        let blank = " ".repeat(indent);
        let hang = " ".repeat(indent + columns(label) + 1);
        let first = format!("{blank}{} ", self.paint.dim(label));
        let wrapped = wrap(text, self.width, hang.len(), &first, &hang);
        self.out.push_str(&wrapped);
    }

    fn document(&mut self, assessed: &Assessed<'_>) {
        self.header(assessed);
        self.title("En bref");
        for sentence in summary::sentences(self.catalogue, assessed) {
            self.paragraph(&sentence, 2);
        }
        self.notices(assessed);
        self.provider(assessed);
        self.worst(assessed);
        self.stale(assessed);
        let categories = summary::categories(self.catalogue, assessed.assessment);
        self.categories(&categories, assessed);
        self.details(&categories);
    }

    fn header(&mut self, assessed: &Assessed<'_>) {
        let Assessed { file, document, assessment } = *assessed;
        let name = self.paint.bold(&clean(file));
        self.line(&name);
        let mut facts = vec![words::format_name(document.format).to_owned()];
        if document.has_pages() {
            facts.push(words::count(document.pages.len(), "page", "pages"));
        }
        let proposed = if assessment.profile_proposed { " (proposé d'après le texte)" } else { "" };
        facts.push(format!("profil « {} »{proposed}", assessment.profile.label()));
        self.paragraph(&french(&facts.join(" · ")), 0);
        for (label, names) in [("Prestataire :", &assessment.provider_names), ("Client :", &assessment.client_names)] {
            if !names.is_empty() {
                self.labelled(label, &document.party(names).join(", "), 0);
            }
        }
    }

    fn notices(&mut self, assessed: &Assessed<'_>) {
        let notices = words::notices(assessed.document, &assessed.assessment.remarks);
        if notices.is_empty() {
            return;
        }
        self.title("À savoir avant de s'y fier");
        for notice in notices {
            self.labelled("!", &french(&notice), 2);
        }
    }

    fn worst(&mut self, assessed: &Assessed<'_>) {
        let gaps = summary::worst_gaps(assessed.assessment, 10);
        if gaps.is_empty() {
            return;
        }
        let title = match gaps.len() {
            10 => "Les dix manques les plus graves".to_owned(),
            n => words::count(n, "manque", "manques"),
        };
        self.title(&title);
        for (rank, gap) in gaps.into_iter().enumerate() {
            self.gap(rank + 1, gap);
        }
    }

    fn gap(&mut self, rank: usize, gap: &PointVerdict) {
        let head = self.head(gap);
        self.line(&format!("\n  {rank:>2}. {head}"));
        if let Some(info) = self.catalogue.get(&gap.point) {
            self.labelled("Pourquoi :", &french(&info.why), 6);
            self.labelled("→", &french(&info.ask), 6);
        }
    }

    /// "✕ SAU-06 Test de restauration prévu · défavorable · bloquant".
    fn head(&self, verdict: &PointVerdict) -> String {
        let title = self.paint.bold(&french(self.catalogue.title(&verdict.point)).replace('\u{202f}', " "));
        let label =
            self.paint.verdict(verdict.verdict, &format!("{} {}", sign(verdict.verdict), verdict.verdict.label()));
        let mut head = format!("{label} · {title} ({})", clean(&verdict.point));
        if verdict.verdict != contract::Verdict::Satisfied {
            head.push_str(&format!(" · {}", self.paint.severity(verdict.severity)));
        }
        if !verdict.sure {
            head.push_str(" · à vérifier");
        }
        head
    }

    fn categories(&mut self, categories: &[Category<'_>], assessed: &Assessed<'_>) {
        self.title("Catégories");
        let legend: Vec<String> =
            SHOWN.iter().map(|verdict| format!("{} {}", sign(*verdict), verdict.label())).collect();
        self.paragraph(&legend.join(", "), 2);
        for category in categories {
            self.category_line(category.title, category.score, &category.counts);
        }
        let counts = Counts::of(&assessed.assessment.verdicts);
        self.category_line("Ensemble", summary::score(&assessed.assessment.verdicts), &counts);
    }

    fn category_line(&mut self, title: &str, score: Option<u8>, counts: &Counts) {
        let (room, cells) = match self.width {
            90.. => (40, 10),
            80..90 => (28, 10),
            _ => (22, 0),
        };
        let name = fit(&clean(title), room);
        let Some(score) = score else {
            let line = self.paint.dim(&format!("  {name}  sans objet"));
            return self.line(&line);
        };
        let figures: Vec<String> = SHOWN
            .iter()
            .map(|verdict| match counts.with(*verdict) {
                0 => "    ".to_owned(),
                n => self.paint.verdict(*verdict, &format!("{n:>2} {}", sign(*verdict))),
            })
            .collect();
        let line = format!("  {name} {} {score:>3} %  {}", bar(score, cells), figures.join(" "));
        self.line(line.trim_end());
    }

    fn failures(&mut self, report: &Report<'_>) {
        if report.failures.is_empty() {
            return;
        }
        self.title("Fichiers qui n'ont pas pu être lus");
        for failure in report.failures {
            self.labelled(&format!("! {} :", clean(failure.file)), &french(failure.message), 2);
        }
    }
}
