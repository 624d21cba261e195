//! XLSX, for those who sort and share: one row a point, a filter on every column, the header always in view, and
//! a sheet of documents when there are several.

use crate::summary::{self, Counts};
use crate::words::format_name;
use crate::{Assessed, Catalogue, Report};
use contract::{PointVerdict, Verdict};
use paper::{Date, Tone, clean};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// Characters that a cell may hold; Excel refuses more.
const CELL: usize = 32_000;

const POINTS: [(&str, f64); 13] = [
    ("Document", 24.0),
    ("Sujet", 24.0),
    ("Point", 9.0),
    ("Intitulé", 38.0),
    ("Verdict", 13.0),
    ("Gravité", 11.0),
    ("À vérifier", 10.0),
    ("Motif", 44.0),
    ("Passage", 60.0),
    ("Page", 7.0),
    ("Article", 28.0),
    ("Pourquoi", 44.0),
    ("À demander", 44.0),
];

const DOCUMENTS: [(&str, f64); 12] = [
    ("Document", 34.0),
    ("Format", 9.0),
    ("Pages", 8.0),
    ("Profil", 24.0),
    ("Prestataire", 30.0),
    ("Client", 30.0),
    ("Score (%)", 10.0),
    ("Satisfaits", 11.0),
    ("Insuffisants", 12.0),
    ("Défavorables", 13.0),
    ("Absents", 10.0),
    ("Bloquants", 11.0),
];

/// The report as the bytes of a workbook. The same report and date give the same bytes.
///
/// # Errors
/// When the library refuses a sheet, which ours never give it reason to.
pub fn write(report: &Report<'_>, date: Option<Date>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let day = date.unwrap_or(Date { year: 2000, month: 1, day: 1 });
    let year = u16::try_from(day.year).unwrap_or(2000);
    let properties = DocProperties::new()
        .set_title("Examen de contrats")
        .set_author("Clausule")
        .set_creation_datetime(&ExcelDateTime::from_ymd(year, day.month, day.day)?);
    workbook.set_properties(&properties);
    points(&mut workbook, report)?;
    if report.documents.len() + report.failures.len() > 1 {
        documents(&mut workbook, report)?;
    }
    workbook.save_to_buffer()
}

/// Height of a line, in points.
const LINE: f64 = 14.5;
/// Lines of a row shown at the most.
const MOST_LINES: f64 = 8.0;
/// Room that a letter takes on average, words that don't break included, in the unit of the columns' widths.
const WIDE: f64 = 1.08;

struct Looks {
    head: Format,
    cell: Format,
    verdicts: Vec<(Verdict, Format)>,
}

fn colour(rgb: &str) -> Color {
    Color::RGB(u32::from_str_radix(rgb, 16).unwrap_or(0))
}

impl Looks {
    fn new() -> Self {
        let cell = Format::new()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border_bottom(FormatBorder::Hair)
            .set_border_bottom_color(colour("CBD3DB"));
        let head = Format::new()
            .set_bold()
            .set_align(FormatAlign::VerticalCenter)
            .set_font_color(Color::White)
            .set_background_color(colour(Tone::Accent.strong()));
        let tones = [
            (Verdict::Satisfied, Tone::Good),
            (Verdict::Weak, Tone::Caution),
            (Verdict::Adverse, Tone::Bad),
            (Verdict::Missing, Tone::Silent),
            (Verdict::NotReadable, Tone::Unknown),
        ];
        let look = |tone: Tone| {
            cell.clone().set_background_color(colour(tone.pale())).set_font_color(colour(tone.strong())).set_bold()
        };
        let verdicts = tones.map(|(verdict, tone)| (verdict, look(tone))).into();
        Self { head, cell, verdicts }
    }

    fn verdict(&self, verdict: Verdict) -> &Format {
        self.verdicts.iter().find(|(of, _)| *of == verdict).map_or(&self.cell, |(_, format)| format)
    }
}

fn head(sheet: &mut Worksheet, columns: &[(&str, f64)], looks: &Looks) -> Result<(), XlsxError> {
    sheet.set_row_height(0, 22)?;
    for (at, (name, width)) in (0u16..).zip(columns) {
        sheet.set_column_width(at, *width)?;
        sheet.write_string_with_format(0, at, *name, &looks.head)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

fn end(sheet: &mut Worksheet, columns: usize, rows: u32) -> Result<(), XlsxError> {
    let last = u16::try_from(columns.saturating_sub(1)).unwrap_or(0);
    sheet.autofilter(0, 0, rows, last)?;
    Ok(())
}

/// A text that Excel takes for words, never for a formula, and that fits a cell.
fn words(text: &str) -> String {
    clean(text).chars().take(CELL).collect()
}

/// A row's height in points: LibreOffice shows wrapped lines only where there is room for them. A long passage is cut
/// off on the screen, not in the cell.
fn height(columns: &[(&str, f64)], texts: &[(u16, String)]) -> f64 {
    let lines = |(column, text): &(u16, String)| {
        let room = columns.get(usize::from(*column)).map_or(10.0, |(_, width)| *width);
        (text.chars().count() as f64 * WIDE / room).ceil()
    };
    LINE * texts.iter().map(lines).fold(1.0, f64::max).min(MOST_LINES) + 2.0
}

fn points(workbook: &mut Workbook, report: &Report<'_>) -> Result<(), XlsxError> {
    let looks = Looks::new();
    let sheet = workbook.add_worksheet().set_name("Points")?;
    head(sheet, &POINTS, &looks)?;
    let mut row = 0;
    for assessed in report.documents {
        for verdict in &assessed.assessment.verdicts {
            row += 1;
            point(sheet, row, report.catalogue, assessed, verdict, &looks)?;
        }
    }
    end(sheet, POINTS.len(), row)
}

fn point(
    sheet: &mut Worksheet,
    row: u32,
    catalogue: &Catalogue,
    assessed: &Assessed<'_>,
    verdict: &PointVerdict,
    looks: &Looks,
) -> Result<(), XlsxError> {
    let info = catalogue.get(&verdict.point);
    let quote = verdict.quotes.first();
    let passages: Vec<&str> = verdict.quotes.iter().map(|quote| quote.text.as_str()).collect();
    let severity = if verdict.verdict == Verdict::NotApplicable { "" } else { verdict.severity.label() };
    let texts = [
        (0, assessed.file.to_owned()),
        (1, info.map_or(String::new(), |info| info.category_title.clone())),
        (2, verdict.point.clone()),
        (3, catalogue.title(&verdict.point).to_owned()),
        (5, severity.to_owned()),
        (6, if verdict.sure { "" } else { "oui" }.to_owned()),
        (7, verdict.reason.clone()),
        (8, passages.join(" / ")),
        (10, quote.map_or(String::new(), |quote| quote.article.clone())),
        (11, info.map_or(String::new(), |info| info.why.clone())),
        (12, info.map_or(String::new(), |info| info.ask.clone())),
    ];
    sheet.set_row_height(row, height(&POINTS, &texts))?;
    for (column, text) in texts {
        sheet.write_string_with_format(row, column, words(&text), &looks.cell)?;
    }
    sheet.write_string_with_format(row, 4, verdict.verdict.label(), looks.verdict(verdict.verdict))?;
    match quote.filter(|_| assessed.document.has_pages()) {
        Some(quote) => sheet.write_number_with_format(row, 9, quote.page, &looks.cell)?,
        None => sheet.write_string_with_format(row, 9, "", &looks.cell)?,
    };
    Ok(())
}

fn documents(workbook: &mut Workbook, report: &Report<'_>) -> Result<(), XlsxError> {
    let looks = Looks::new();
    let sheet = workbook.add_worksheet().set_name("Documents")?;
    head(sheet, &DOCUMENTS, &looks)?;
    let mut row = 0;
    for assessed in report.documents {
        row += 1;
        let assessment = assessed.assessment;
        let counts = Counts::of(&assessment.verdicts);
        let texts = [
            (0, assessed.file.to_owned()),
            (1, format_name(assessed.document.format).to_owned()),
            (3, assessment.profile.label().to_owned()),
            (4, assessed.document.party(&assessment.provider_names).join(", ")),
            (5, assessed.document.party(&assessment.client_names).join(", ")),
        ];
        sheet.set_row_height(row, height(&DOCUMENTS, &texts))?;
        for (column, text) in texts {
            sheet.write_string_with_format(row, column, words(&text), &looks.cell)?;
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut numbers = vec![
            (2, count(assessed.document.pages.len())),
            (7, count(counts.satisfied)),
            (8, count(counts.weak)),
            (9, count(counts.adverse)),
            (10, count(counts.missing)),
            (11, count(counts.blocking)),
        ];
        numbers.extend(summary::score(&assessment.verdicts).map(|score| (6, u32::from(score))));
        for (column, number) in numbers {
            sheet.write_number_with_format(row, column, number, &looks.cell)?;
        }
    }
    for failure in report.failures {
        row += 1;
        sheet.write_string_with_format(row, 0, words(failure.file), &looks.cell)?;
        sheet.write_string_with_format(row, 3, words(&format!("Non lu : {}", failure.message)), &looks.cell)?;
    }
    end(sheet, DOCUMENTS.len(), row)
}
