//! The dossier, XLSX, SARIF and OSCAL of the fixture.

mod fixture;

use contract::Verdict;
use paper::{Block, Date, text_of};
use report::dossier::{Clause, Extras, More};
use report::{Assessed, Failure, Report, dossier, oscal, sarif, xlsx};
use serde_json::Value;

const DAY: Date = Date { year: 2026, month: 3, day: 1 };

fn with_report<T>(make: impl Fn(&Report<'_>) -> T) -> T {
    let (catalogue, document, assessment) = fixture::contract();
    let documents = [Assessed { file: "contrat d'été.pdf", document: &document, assessment: &assessment }];
    let failures = [Failure { file: "b.pdf", message: "fichier vide" }];
    make(&Report { catalogue: &catalogue, documents: &documents, failures: &failures })
}

fn headings(paper: &paper::Paper) -> Vec<String> {
    fn gather(blocks: &[Block], out: &mut Vec<String>) {
        for block in blocks {
            match block {
                Block::Heading { text, .. } => out.push(text_of(text)),
                Block::Card { blocks, .. } => gather(blocks, out),
                _ => {}
            }
        }
    }
    let mut out = Vec::new();
    gather(&paper.blocks, &mut out);
    out
}

#[test]
fn the_dossier_tells_every_gap_once_worst_first_and_proposes_its_clause() {
    let (catalogue, _, assessment) = fixture::contract();
    let gap = report::summary::worst_gaps(&assessment, 1)[0].point.clone();
    let clauses = vec![Clause {
        point: gap.clone(),
        heading: "Article".to_owned(),
        text: "Le Prestataire :\n\n- a ;\n\n- b.".to_owned(),
    }];
    let more = [More { clauses, ..More::default() }];
    let paper = with_report(|report| dossier::paper(report, &Extras { date: Some(DAY), documents: &more }));
    let headings = headings(&paper);
    // What the contract is silent on stands in tables of three columns headed by what to ask for.
    let tables = paper.blocks.iter().filter_map(|block| match block {
        Block::Table(table) if table.header.iter().any(|cell| text_of(&cell.text) == "À demander") => Some(table),
        _ => None,
    });
    let rows: Vec<String> = tables.flat_map(|table| table.rows.iter().map(|row| text_of(&row[0].text))).collect();
    for verdict in assessment.verdicts.iter().filter(|verdict| verdict.verdict.is_gap()) {
        let title = paper::typography::french(catalogue.title(&verdict.point));
        let told = headings.iter().filter(|heading| **heading == title).count();
        let tabled = rows.iter().filter(|row| row.starts_with(&format!("{title} {}", verdict.point))).count();
        assert_eq!(told + tabled, 1, "{title}");
    }
    let at = |words: &str| headings.iter().position(|heading| heading.contains(words)).unwrap();
    assert!(at("bloquant") < at("majeur") && at("majeur") < at("Clauses à proposer"));
    assert_eq!(paper.running.head_right, "1er mars 2026");
    let proposed = paper.blocks.iter().any(|block| {
        matches!(block, Block::Card { blocks, .. }
        if matches!(&blocks[..], [Block::Heading { .. }, Block::Paragraph { .. }, Block::List { items, .. }] if items.len() == 2))
    });
    assert!(proposed, "the clause stands as a paragraph and a list of two items");
}

#[test]
fn sarif_locates_the_words_in_the_text_it_carries() {
    let out = with_report(|report| {
        let mut bytes = Vec::new();
        sarif::write(report, "0", &mut bytes).unwrap();
        bytes
    });
    let log: Value = serde_json::from_slice(&out).unwrap();
    let run = &log["runs"][0];
    let text: Vec<char> = run["artifacts"][0]["contents"]["text"].as_str().unwrap().chars().collect();
    let mut seen = 0;
    for result in run["results"].as_array().unwrap() {
        for location in result["locations"].as_array().unwrap() {
            let region = &location["physicalLocation"]["region"];
            let Some(start) = region["charOffset"].as_u64() else { continue };
            let length = region["charLength"].as_u64().unwrap();
            let words: String = text[start as usize..(start + length) as usize].iter().collect();
            assert_eq!(words, region["snippet"]["text"].as_str().unwrap());
            seen += 1;
        }
        let rule = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
    }
    assert!(seen > 3, "{seen} passages");
    assert_eq!(run["artifacts"][0]["location"]["uri"], "contrat%20d%27%C3%A9t%C3%A9.pdf");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn oscal_has_a_finding_and_its_observation_for_each_point_that_applies() {
    let bytes = with_report(|report| {
        let mut bytes = Vec::new();
        oscal::write(report, "0", DAY, &mut bytes).unwrap();
        bytes
    });
    let again = with_report(|report| {
        let mut bytes = Vec::new();
        oscal::write(report, "0", DAY, &mut bytes).unwrap();
        bytes
    });
    assert_eq!(bytes, again);
    let (_, _, assessment) = fixture::contract();
    let applicable = assessment.verdicts.iter().filter(|verdict| verdict.verdict != Verdict::NotApplicable).count();
    let document: Value = serde_json::from_slice(&bytes).unwrap();
    let result = &document["assessment-results"]["results"][0];
    let observations: Vec<&Value> = result["observations"].as_array().unwrap().iter().map(|o| &o["uuid"]).collect();
    let findings = result["findings"].as_array().unwrap();
    assert_eq!(findings.len(), applicable);
    for finding in findings {
        assert!(observations.contains(&&finding["related-observations"][0]["observation-uuid"]));
    }
}

#[test]
fn xlsx_is_the_same_each_time_and_has_both_sheets() {
    let make = || with_report(|report| xlsx::write(report, Some(DAY)).unwrap());
    let bytes = make();
    assert!(bytes.starts_with(b"PK"));
    assert!(bytes == make(), "the same report gives the same workbook");
    let has = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    assert!(has(b"xl/worksheets/sheet1.xml") && has(b"xl/worksheets/sheet2.xml"));
}
