//! The JSON: valid for its schema, nothing lost on the way.

mod fixture;
mod schema;

use contract::{Absence, Commitment, PointVerdict, Quote, StaleReference};
use report::{Assessed, Failure, Report, json};
use serde_json::{Value, json};

fn schema() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/assessment.schema.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("the schema")).expect("JSON")
}

fn written(several: bool) -> Value {
    let (catalogue, document, assessment) = fixture::contract();
    let one = Assessed { file: "contrat \"un\".pdf", document: &document, assessment: &assessment };
    let documents = if several { vec![one, one] } else { vec![one] };
    let failures = [Failure { file: "vide.pdf", message: "le fichier est vide." }];
    let mut out = Vec::new();
    json::write(&Report { catalogue: &catalogue, documents: &documents, failures: &failures }, &mut out)
        .expect("written");
    serde_json::from_slice(&out).expect("JSON")
}

#[test]
fn real_output_is_valid_for_the_schema() {
    for several in [false, true] {
        let errors = schema::errors(&schema(), &written(several));
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let schema = schema();
    let spoil = |pointer: &str, value: Value| {
        let mut output = written(false);
        *output.pointer_mut(pointer).expect("a place") = value;
        assert!(!schema::errors(&schema, &output).is_empty(), "{pointer} spoilt is refused");
    };
    spoil("/schema", json!("clausule/assessment/2"));
    spoil("/documents/0/verdicts/0/verdict", json!("good"));
    spoil("/documents/0/verdicts/0/quotes/0/page", json!(0));
    spoil("/documents/0/verdicts/0/quotes/0", json!({"text": "x"}));
    spoil("/documents/0/summary/score", json!(101));
    spoil("/documents/0/profile", json!("boulangerie"));
    spoil("/documents/0/commitments/0/figures/0", json!({"type": "duration", "value": 3}));
    spoil("/documents/0/verdicts/0", json!({"point": "PER-01"}));
    spoil("/failures/0", json!({"file": "a", "message": "b", "more": 1}));
}

#[test]
fn verdicts_and_commitments_come_back_as_they_went() {
    let (_, _, assessment) = fixture::contract();
    let output = written(false);
    let document = &output["documents"][0];
    for (verdict, json) in assessment.verdicts.iter().zip(document["verdicts"].as_array().expect("verdicts")) {
        let back = PointVerdict {
            point: json["point"].as_str().expect("a point").to_owned(),
            verdict: serde_json::from_value(json["verdict"].clone()).expect("a verdict"),
            severity: serde_json::from_value(json["severity"].clone()).expect("a severity"),
            sure: json["sure"].as_bool().expect("sure"),
            quotes: serde_json::from_value::<Vec<Quote>>(json["quotes"].clone()).expect("quotes"),
            reason: json["reason"].as_str().expect("a reason").to_owned(),
            contrary: serde_json::from_value(json["contrary"].clone()).expect("quotes"),
            absence: serde_json::from_value::<Option<Absence>>(json["absence"].clone()).expect("absence"),
        };
        assert_eq!(&back, verdict);
    }
    let commitments: Vec<Commitment> = serde_json::from_value(document["commitments"].clone()).expect("commitments");
    assert_eq!(commitments, assessment.commitments);
    let stale: Vec<StaleReference> = serde_json::from_value(document["stale_references"].clone()).expect("references");
    assert_eq!(stale, assessment.stale_references);
}

#[test]
fn the_summary_says_what_the_verdicts_say() {
    let output = written(true);
    let document = &output["documents"][1];
    assert_eq!(document["file"], "contrat \"un\".pdf");
    assert_eq!(document["unreadable_pages"][0]["page"], 5);
    assert_eq!(document["ocr_pages"], json!([6]));
    assert_eq!(document["summary"]["counts"]["satisfied"], 21);
    assert_eq!(document["summary"]["worst"][0], "INC-08");
    assert_eq!(document["categories"][0]["category"], "PER");
    assert_eq!(output["failures"][0]["file"], "vide.pdf");
}
