//! The HTML page: safe, self-contained, linked both ways, whatever the quotes.

mod fixture;
mod page;

use contract::{Assessment, Block, BlockKind, Document, Profile, Quote, Severity, Span, Verdict};
use page::plain;
use proptest::prelude::*;
use report::{Assessed, Catalogue, Failure, Report, html};

fn render(catalogue: &Catalogue, document: &Document, assessment: &Assessment) -> String {
    let documents = [Assessed { file: "contrat.pdf", document, assessment }];
    html::render(&Report { catalogue, documents: &documents, failures: &[] })
}

#[test]
fn every_quote_links_to_its_words_and_its_words_link_back() {
    let (catalogue, document, assessment) = fixture::contract();
    let page = page::read(&render(&catalogue, &document, &assessment));
    for link in &page.links {
        assert!(page.ids.contains(link), "#{link} leads somewhere");
    }
    for verdict in &assessment.verdicts {
        let home = format!("p-{}", verdict.point);
        assert!(page.ids.contains(&home));
        let back = page.tags.iter().filter(|tag| **tag == home).count();
        assert_eq!(back, verdict.quotes.len() + verdict.contrary.len(), "links back to {home}");
        let near = verdict.absence.iter().flat_map(|absence| absence.nearest.iter().map(|near| &near.quote));
        let quotes = verdict.quotes.iter().zip(1..).map(|(quote, n)| ("q", n, quote));
        let contrary = verdict.contrary.iter().zip(1..).map(|(quote, n)| ("c", n, quote));
        for (kind, n, quote) in quotes.chain(contrary).chain(near.zip(1..).map(|(quote, n)| ("n", n, quote))) {
            let id = format!("{kind}-{}-{n}", verdict.point);
            assert!(page.links.contains(&id), "the verdict links to {id}");
            let key = &page.mark_of[&id];
            assert_eq!(page.marked[key], plain(&quote.text), "{id} covers its words");
        }
    }
}

#[test]
fn hostile_words_stay_words() {
    let hostile = "</mark></p><script>alert(1)</script><img src=x onerror=\"a()\"> '\"&\u{202e} © \u{1b}[2J";
    let document = fixture::Builder::document(&format!(
        "%text\n#1 {hostile}\n{hostile}\n- {hostile}\n|!{hostile} | b\n.{hostile}\n~{hostile}\n%unreadable {hostile}"
    ));
    let (catalogue, _, mut assessment) = fixture::contract();
    assessment.remarks = vec![hostile.to_owned()];
    assessment.provider_names = vec![hostile.to_owned()];
    assessment.commitments.clear();
    assessment.verdicts.truncate(1);
    let verdict = &mut assessment.verdicts[0];
    verdict.point = "X\"><script>-1".to_owned();
    verdict.reason = hostile.to_owned();
    verdict.quotes = vec![fixture::quote(&document, hostile)];
    verdict.quotes[0].article = hostile.to_owned();
    let documents = [Assessed { file: hostile, document: &document, assessment: &assessment }; 2];
    let failures = [Failure { file: hostile, message: hostile }];
    let written = html::render(&Report { catalogue: &catalogue, documents: &documents, failures: &failures });
    let page = page::read(&written);
    assert!(!page.elements.contains("script") && !page.elements.contains("img"));
    assert!(!written.contains("<script") && !written.contains("<img"));
    assert!(!written.contains('\u{202e}') && !written.contains('\u{1b}'));
    assert_eq!(page.marked[&page.mark_of["d1-q-X___script_-1-1"]].matches("script").count(), 2);
}

#[test]
fn the_page_needs_nothing_from_outside() {
    let (catalogue, document, assessment) = fixture::contract();
    let written = render(&catalogue, &document, &assessment);
    for outside in ["http:", "https:", "//", "@import", "url(", "src=", "<script", "javascript:", "</style><"] {
        let found = written.replace("&lt;img src=x", "").matches(outside).count();
        assert_eq!(found, 0, "{outside}");
    }
    assert!(written.contains("default-src 'none'"));
    assert!(written.contains("<html lang=\"fr\">"));
}

#[test]
fn unreadable_and_recognised_pages_are_shown_where_they_are() {
    let (catalogue, document, assessment) = fixture::contract();
    let written = render(&catalogue, &document, &assessment);
    let at = |words: &str| written.find(words).unwrap_or_else(|| panic!("{words} is shown"));
    let order = [at("4.2 Restauration</h"), at("id=\"page-5\""), at("id=\"page-6\""), at("Article 6 –")];
    assert!(at("class=\"page unreadable\" id=\"page-5\"") > 0 && at("class=\"page ocr\" id=\"page-6\"") > 0);
    assert!(order[0] < order[1] && order[1] < order[2], "{order:?}");
    assert_eq!(written.matches("id=\"page-").count(), 8);
}

#[test]
fn words_outside_every_block_are_still_shown_and_linked() {
    let (catalogue, _, mut assessment) = fixture::contract();
    let mut document = fixture::Builder::document("%text\nPremière phrase.\nPhrase oubliée.\nDernière.");
    document.blocks.remove(1);
    assessment.verdicts.truncate(1);
    assessment.verdicts[0].quotes = vec![fixture::quote(&document, "Phrase oubliée.")];
    let page = page::read(&render(&catalogue, &document, &assessment));
    assert_eq!(page.marked[&page.mark_of["q-PER-01-1"]], "Phraseoubliée.");
}

#[test]
fn several_documents_share_a_page_without_sharing_ids() {
    let (catalogue, document, assessment) = fixture::contract();
    let documents = [Assessed { file: "a.pdf", document: &document, assessment: &assessment }; 3];
    let failures = [Failure { file: "d.pdf", message: "illisible" }];
    let page = page::read(&html::render(&Report { catalogue: &catalogue, documents: &documents, failures: &failures }));
    for link in &page.links {
        assert!(page.ids.contains(link), "#{link} leads somewhere");
    }
    assert!(page.ids.contains("d3-q-SAU-06-1") && page.ids.contains("comparaison"));
}

#[test]
fn nothing_but_failures_is_still_a_page() {
    let catalogue = Catalogue::default();
    let failures = [Failure { file: "a.pdf", message: "fichier vide" }];
    let written = html::render(&Report { catalogue: &catalogue, documents: &[], failures: &failures });
    page::read(&written);
    assert!(written.contains("fichier vide"));
}

/// An assessment whose quotes are these spans, two for each point.
fn overlapping(document: &Document, spans: &[(usize, usize)]) -> Assessment {
    let (_, _, mut assessment) = fixture::contract();
    assessment.profile = Profile::Complete;
    assessment.verdicts.truncate(spans.len().div_ceil(2));
    for (verdict, spans) in assessment.verdicts.iter_mut().zip(spans.chunks(2)) {
        verdict.verdict = Verdict::Weak;
        verdict.severity = Severity::Majeur;
        verdict.contrary.clear();
        verdict.absence = None;
        verdict.quotes = spans
            .iter()
            .map(|(start, end)| Quote {
                text: document.text[*start..*end].to_owned(),
                page: 1,
                start: *start,
                end: *end,
                article: String::new(),
                ocr: false,
            })
            .collect();
    }
    assessment
}

/// The words a mark over the quote lights, in reading order: running lines and tables of contents are left out
/// unless there is nothing else.
fn lit(document: &Document, quote: &Quote) -> String {
    let aside = |block: &Block| matches!(block.kind, BlockKind::Running | BlockKind::TocEntry);
    let words = |blocks: &mut dyn Iterator<Item = &Block>| {
        let pieces = blocks.flat_map(|block| &block.pieces);
        let cut = pieces.map(|piece| Span::new(piece.start.max(quote.start), piece.end.min(quote.end)));
        plain(&cut.map(|span| document.slice(span)).collect::<String>())
    };
    let evidence = words(&mut document.blocks.iter().filter(|block| !aside(block)));
    if evidence.is_empty() { words(&mut document.blocks.iter()) } else { evidence }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quotes_that_overlap_nest_and_cross_keep_their_words(picks in prop::collection::vec((0usize..400, 1usize..200), 1..24)) {
        let (catalogue, document, _) = fixture::contract();
        let from = document.text.find("2.1 Délais").expect("the article");
        let bounds: Vec<usize> = document.text[from..].char_indices().map(|(at, _)| from + at).collect();
        let spans: Vec<(usize, usize)> =
            picks.iter().map(|(at, length)| (bounds[*at], bounds[at + length])).collect();
        let assessment = overlapping(&document, &spans);
        let page = page::read(&render(&catalogue, &document, &assessment));
        for verdict in &assessment.verdicts {
            for (quote, n) in verdict.quotes.iter().zip(1..) {
                let id = format!("q-{}-{n}", verdict.point);
                let words = lit(&document, quote);
                match page.mark_of.get(&id) {
                    Some(key) => {
                        let marked = page.marked.get(key).cloned().unwrap_or_default();
                        prop_assert_eq!(marked, words, "{}", id);
                        prop_assert!(page.links.contains(&id));
                    }
                    None => prop_assert!(words.is_empty(), "{} is lost", id),
                }
            }
        }
    }
}
