//! The articles of a contract: where each begins and ends, where the final clauses and the signatures begin.

use super::labels::Label;
use contract::{Block, BlockKind, Document, Folded};
use readers::SourceMap;

/// An article or a part of one.
#[derive(Debug, Clone)]
pub struct Article {
    /// Block of its heading.
    pub block: usize,
    /// Level of its heading, from 1.
    pub level: u8,
    /// Its heading, white space folded.
    pub heading: String,
    /// Its heading folded.
    pub folded: String,
    /// The label it begins with.
    pub label: Option<Label>,
    /// Whether the label is written by the word processor.
    pub automatic: bool,
    /// First block after its own text: the next heading of any level, or the signatures.
    pub end: usize,
    /// First block after it and its parts.
    pub close: usize,
    /// The headings around it, outermost first, as positions in [`Outline::articles`].
    pub above: Vec<usize>,
}

/// The outline of a document.
#[derive(Debug)]
pub struct Outline<'d> {
    /// The document.
    pub document: &'d Document,
    /// Its articles in order.
    pub articles: Vec<Article>,
    /// The level on which the contract numbers its articles.
    pub main: u8,
    /// First block of the signatures, or of the first annex, or one past the last block.
    pub signatures: usize,
    /// For each article, whether it is no place for a clause.
    frames: Vec<bool>,
}

/// Headings of clauses that close a contract.
const FINAL: [&str; 20] = [
    "signature",
    "divers",
    "dispositions generales",
    "dispositions finales",
    "dispositions diverses",
    "clauses generales",
    "loi applicable",
    "droit applicable",
    "juridiction",
    "competence",
    "litige",
    "differend",
    "election de domicile",
    "notification",
    "integralite",
    "nullite",
    "non validite",
    "entree en vigueur",
    "langue",
    "documents contractuels",
];

/// Beginnings of a contract's title.
const TITLES: [&str; 8] =
    ["contrat", "convention", "conditions", "accord", "marche", "annexe", "cahier des clauses", "cahier des charges"];
/// Block after which no title of the contract is looked for.
const TITLE_WITHIN: usize = 2;

/// Beginnings of the block that signs.
const SIGNING: [&str; 11] = [
    "fait a ",
    "fait en ",
    "fait le ",
    "signature",
    "lu et approuve",
    "bon pour accord",
    "en deux exemplaires",
    "pour le client",
    "pour le prestataire",
    "pour la societe",
    "date et signature",
];

impl<'d> Outline<'d> {
    /// The outline of a document; `map` tells automatic labels from literal ones.
    pub fn of(document: &'d Document, map: Option<&SourceMap>) -> Self {
        let mut articles: Vec<Article> = Vec::new();
        for (index, block) in document.blocks.iter().enumerate() {
            let BlockKind::Heading { level } = block.kind else { continue };
            let heading = words(document, block);
            let label = Label::parse(&heading).map(|(label, _)| label);
            let first = map.and_then(|m| m.pieces_in(block.span()).first()).map(|p| p.text.start);
            let automatic = label.is_some() && first.is_some_and(|at| at > block.span().start);
            let folded = Folded::of(&heading).text().to_owned();
            let above = (0..articles.len()).rev().fold(Vec::new(), |mut above: Vec<usize>, at| {
                let lowest = above.last().map_or(level, |a| articles[*a].level);
                if articles[at].level < lowest {
                    above.push(at);
                }
                above
            });
            let above = above.into_iter().rev().collect();
            articles.push(Article { block: index, level, heading, folded, label, automatic, end: 0, close: 0, above });
        }
        let count = document.blocks.len();
        let main = main_level(&articles);
        let mut outline = Self { document, articles, main, signatures: count, frames: Vec::new() };
        outline.signatures = outline.find_signatures();
        let signatures = outline.signatures;
        for at in 0..outline.articles.len() {
            let (block, level) = (outline.articles[at].block, outline.articles[at].level);
            let stop = if block < signatures { signatures } else { count };
            let next = |lower: bool| {
                let rest = &outline.articles[at + 1..];
                rest.iter().find(|a| !lower || a.level <= level).map_or(stop, |a| a.block.min(stop))
            };
            let (end, close) = (next(false), next(true));
            outline.articles[at].end = end;
            outline.articles[at].close = close;
        }
        outline.frames = (0..outline.articles.len()).map(|article| outline.frames_contract(article)).collect();
        outline
    }

    /// Positions of the numbered articles of the main body: those of the main level before the signatures and annexes.
    pub fn main_articles(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        (0..self.articles.len()).filter(|a| {
            let article = &self.articles[*a];
            article.level == self.main && article.block < self.signatures && !is_annex(&article.folded)
        })
    }

    /// The first of the articles that close the contract; `None` when the last one is of another matter.
    pub fn first_final(&self) -> Option<usize> {
        let mains: Vec<usize> = self.main_articles().collect();
        let closing = |a: &&usize| FINAL.iter().any(|f| self.articles[**a].folded.contains(f));
        let tail = mains.iter().rev().take_while(closing).count();
        (tail > 0 && tail < mains.len()).then(|| mains[mains.len() - tail])
    }

    /// Whether an article is no place for a clause: the title of the contract, who the parties are, why they contract,
    /// what words mean.
    pub fn is_frame(&self, article: usize) -> bool {
        self.frames[article]
    }

    fn frames_contract(&self, article: usize) -> bool {
        const FRAMES: [&str; 11] = [
            "preambule",
            "expose",
            "il a ete",
            "il est",
            "entre ",
            "parties",
            "definition",
            "glossaire",
            "sommaire",
            "table des",
            "identification",
        ];
        let article = &self.articles[article];
        let of = |level: u8| self.articles.iter().filter(move |a| a.level == level && a.block < self.signatures);
        let level = || of(article.level);
        let labelled = level().filter(|a| a.label.is_some()).count();
        let first = self.articles.iter().find(|a| a.level == self.main && a.label.is_some());
        let numbered = of(self.main).filter(|a| a.label.is_some()).count() >= 2;
        if numbered && article.label.is_none() && first.is_some_and(|f| article.block < f.block) {
            return true;
        }
        // Among numbered articles, a heading without a number is the contract's title or a part of its frame.
        if article.label.is_none() && article.level <= self.main && labelled * 3 >= level().count() * 2 {
            return true;
        }
        // The contract's own title, in a style of the articles' level.
        if article.block <= TITLE_WITHIN
            && article.label.is_none()
            && TITLES.iter().any(|t| article.folded.starts_with(t))
        {
            return true;
        }
        let title = Label::parse(&article.heading).map_or(article.heading.as_str(), |(_, title)| title);
        let title = Folded::of(title);
        article.level < self.main || FRAMES.iter().any(|f| title.text().starts_with(f))
    }

    /// The article that holds a block.
    pub fn article_of(&self, block: usize) -> Option<usize> {
        self.articles.partition_point(|a| a.block <= block).checked_sub(1)
    }

    /// The block that holds a byte of the text, or the last before it.
    pub fn block_at(&self, byte: usize) -> usize {
        self.document.blocks.partition_point(|b| b.span().start <= byte).saturating_sub(1)
    }

    fn find_signatures(&self) -> usize {
        let blocks = &self.document.blocks;
        let annex = self.articles.iter().find(|a| {
            is_annex(&a.folded)
                && self.articles.iter().filter(|b| b.block < a.block && b.level == self.main).count() >= 2
        });
        let stop = annex.map_or(blocks.len(), |a| a.block);
        let signing = |a: &&Article| {
            let title = Label::parse(&a.heading).map_or(a.heading.as_str(), |(_, title)| title);
            a.block < stop && a.block * 2 > stop && signs(Folded::of(title).text())
        };
        if let Some(article) = self.articles.iter().find(signing) {
            return article.block;
        }
        let last = self.articles.iter().rfind(|a| a.block < stop && a.level == self.main);
        let from = last.map_or(blocks.len() / 2, |a| a.block + 1).max(blocks.len() / 4);
        let signing = (from..stop).find(|i| signs(Folded::of(&words(self.document, &blocks[*i])).text()));
        signing.unwrap_or(stop)
    }
}

fn signs(folded: &str) -> bool {
    SIGNING.iter().any(|s| folded.starts_with(s)) && folded.len() < 200
}

/// Whether a heading opens an annex.
pub fn is_annex(folded: &str) -> bool {
    folded.starts_with("annexe") || folded.starts_with("appendice")
}

/// The words of a block, white space folded.
pub fn words(document: &Document, block: &Block) -> String {
    let pieces = block.pieces.iter().map(|p| document.slice(*p)).collect::<Vec<_>>().join(" ");
    pieces.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The level with most labelled headings; without labels, the highest level that has three headings or more.
fn main_level(articles: &[Article]) -> u8 {
    let count = |level: u8, labelled: bool| {
        articles
            .iter()
            .filter(|a| a.level == level && (!labelled || a.label.as_ref().is_some_and(|l| l.outer.is_empty())))
            .count()
    };
    let labelled = (1..=9).max_by_key(|l| (count(*l, true), std::cmp::Reverse(*l))).filter(|l| count(*l, true) >= 2);
    labelled
        .or_else(|| (1..=9).find(|l| count(*l, false) >= 3))
        .or_else(|| articles.iter().map(|a| a.level).max())
        .unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use readers::{Limits, NoOcr};

    fn document(text: &str) -> Document {
        readers::read("contrat.md", text.as_bytes(), &NoOcr, &Limits::default()).expect("Markdown is read")
    }

    #[test]
    fn articles_final_clauses_and_signatures_are_found() {
        let text = "# CONTRAT\n\n## Article 1 – Objet\n\nLe Prestataire livre.\n\n### 1.1 Détail\n\nUn mot.\n\n\
            ## Article 2 – Prix\n\nLe Client paie.\n\n## Article 3 – Droit applicable\n\nLe droit français.\n\n\
            ## Article 4 – Divers\n\nRien.\n\nFait à Lyon, le 3 mars.\n\n## Annexe 1\n\nListe.\n";
        let document = document(text);
        let outline = Outline::of(&document, None);
        assert_eq!(outline.main, 2);
        let heading = |a: usize| outline.articles[a].heading.as_str();
        assert_eq!(outline.first_final().map(heading), Some("Article 3 – Droit applicable"));
        assert!(words(&document, &document.blocks[outline.signatures]).starts_with("Fait à Lyon"));
        assert_eq!(outline.main_articles().count(), 4);
        let detail = outline.articles.iter().position(|a| a.heading.contains("Détail")).expect("found");
        assert_eq!(
            outline.articles[detail].above.iter().map(|a| heading(*a)).collect::<Vec<_>>(),
            ["CONTRAT", "Article 1 – Objet"]
        );
        let divers = outline.articles.iter().find(|a| a.heading.contains("Divers")).expect("found");
        assert_eq!(divers.end, outline.signatures);
    }
}
