//! Rows for spreadsheets: CSV and Parquet hold what the assessment says.

mod fixture;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, RowAccessor};
use report::rows::{self, COLUMNS, Row};
use report::{Assessed, Failure};

fn all() -> Vec<Row> {
    let (catalogue, document, assessment) = fixture::contract();
    let assessed = Assessed { file: "contrat; \"un\".pdf", document: &document, assessment: &assessment };
    let mut all = rows::of_document(&catalogue, &assessed);
    assert_eq!(all.len(), assessment.verdicts.len());
    for (row, verdict) in all.iter().zip(&assessment.verdicts) {
        assert_eq!(row.citation.as_deref(), verdict.quotes.first().map(|q| q.text.as_str()));
        assert_eq!(row.a_demander.is_some(), verdict.verdict.is_gap());
    }
    all.push(rows::of_failure(&Failure { file: "@vide.pdf", message: "le fichier est vide." }));
    all
}

#[test]
fn every_cell_of_the_csv_comes_back() {
    let rows = all();
    let bytes = [rows::csv_head(), rows::csv(&rows)].concat();
    let text = std::str::from_utf8(&bytes).expect("UTF-8").strip_prefix('\u{feff}').expect("the mark of UTF-8");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    assert_eq!(reader.headers().expect("a head").iter().collect::<Vec<_>>(), COLUMNS);
    let back: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("whole rows");
    assert_eq!(back.len(), rows.len());
    for (row, cells) in rows.iter().zip(&back) {
        assert!(cells[0].ends_with(&row.fichier));
        assert_eq!(&cells[7], row.verdict.as_deref().unwrap_or_default());
        assert_eq!(cells[12].trim_start_matches('\''), row.citation.as_deref().unwrap_or_default());
    }
    assert_eq!(&back[rows.len() - 1][0], "'@vide.pdf", "no spreadsheet takes it for a formula");
}

#[test]
fn every_row_of_the_parquet_comes_back() {
    let rows = all();
    let mut writer = report::parquet::Writer::new(Vec::new()).expect("begun");
    let (first, second) = rows.split_at(rows.len() / 2);
    writer.push(first).expect("written");
    writer.push(second).expect("written");
    let bytes = bytes::Bytes::from(writer.finish().expect("ended"));
    let reader = SerializedFileReader::new(bytes).expect("a Parquet file");
    assert_eq!(reader.num_row_groups(), 2);
    let back: Vec<parquet::record::Row> =
        reader.get_row_iter(None).expect("rows").collect::<Result<_, _>>().expect("whole rows");
    assert_eq!(back.len(), rows.len());
    for (row, read) in rows.iter().zip(&back) {
        let names: Vec<&str> = read.get_column_iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, COLUMNS);
        assert_eq!(read.get_string(0).ok(), Some(&row.fichier));
        assert_eq!(read.get_int(2).ok(), row.pages);
        assert_eq!(read.get_bool(9).ok(), row.sur);
        assert_eq!(read.get_string(12).ok(), row.citation.as_ref());
        let last = read.get_column_iter().last().map(|(_, field)| field.clone());
        assert_eq!(last, Some(row.erreur.clone().map_or(Field::Null, Field::Str)));
    }
}
