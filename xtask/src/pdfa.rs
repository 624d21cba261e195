//! `cargo xtask pdfa FILE…`: what ISO 19005-2 (level A) and ISO 14289-1 ask of a file's structure, read with a parser that
//! is not the one that wrote it. veraPDF checks more (glyph widths, the fonts' own tables); what is checked here is named
//! in the messages, clause by clause.

use anyhow::{Context, Result, bail};
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::content::UntypedIter;
use hayro_interpret::hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};
use std::borrow::Cow;
use std::fs;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// PDF files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// Checks every file and prints what is wrong.
///
/// # Errors
/// When a file can't be read or something is wrong.
pub fn run(args: &Args) -> Result<()> {
    let mut wrong = 0;
    for path in &args.files {
        let faults = faults(fs::read(path).with_context(|| path.display().to_string())?);
        println!("{}: {}", path.display(), if faults.is_empty() { "no fault".into() } else { faults.join("; ") });
        wrong += usize::from(!faults.is_empty());
    }
    if wrong > 0 {
        bail!("{wrong} of {} files are not what they claim", args.files.len());
    }
    Ok(())
}

/// What is wrong with a file that claims PDF/A-2a and PDF/UA-1.
pub fn faults(bytes: Vec<u8>) -> Vec<String> {
    let mut report = Report::default();
    file_structure(&bytes, &mut report);
    let Ok(pdf) = Pdf::new(bytes) else {
        report.fault("6.1", "no readable PDF");
        return report.0;
    };
    match pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) {
        Some(root) => catalog(&root, &mut report),
        None => report.fault("6.1.1", "no catalog"),
    }
    for page in pdf.pages().iter() {
        annotations(page.raw(), &mut report);
        content(page.operations(), &mut report);
    }
    for object in pdf.objects() {
        anything(&object, &mut report);
    }
    report.0.sort();
    report.0.dedup();
    report.0
}

/// Faults with the clause of ISO 19005-2, or of ISO 14289-1 after "UA".
#[derive(Default)]
struct Report(Vec<String>);

impl Report {
    fn fault(&mut self, clause: &str, what: impl Into<String>) {
        self.0.push(format!("{clause} {}", what.into()));
    }

    fn wants(&mut self, holds: bool, clause: &str, what: &str) {
        if !holds {
            self.fault(clause, what);
        }
    }
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|w| w == words)
}

/// Header, end, identifier, no encryption.
fn file_structure(bytes: &[u8], report: &mut Report) {
    report.wants(bytes.starts_with(b"%PDF-1."), "6.1.2", "no header of PDF 1.x at the first byte");
    let second = bytes.iter().position(|b| matches!(b, b'\n' | b'\r')).map_or(&[][..], |at| &bytes[at..]);
    let mark = second.iter().skip_while(|b| b.is_ascii_whitespace()).take(5).collect::<Vec<_>>();
    let binary = mark.first() == Some(&&b'%') && mark.len() == 5 && mark[1..].iter().all(|b| **b > 127);
    report.wants(binary, "6.1.2", "no comment of four high bytes after the header");
    let last = bytes.windows(5).rposition(|w| w == b"%%EOF");
    let after = last.map_or(usize::MAX, |at| bytes.len() - at - 5);
    report.wants(after <= 2, "6.1.3", "no end mark, or data after it");
    let tail = &bytes[bytes.len().saturating_sub(4096)..];
    report.wants(holds(tail, b"/ID"), "6.1.3", "no file identifier");
    report.wants(!holds(tail, b"/Encrypt"), "6.1.3", "encrypted");
}

fn catalog(root: &Dict<'_>, report: &mut Report) {
    metadata(root, report);
    output_intent(root, report);
    let marked = root.get::<Dict<'_>>("MarkInfo").and_then(|mark| mark.get::<bool>("Marked"));
    report.wants(marked == Some(true), "6.7.2.2", "not marked as tagged");
    report.wants(root.get::<PdfString<'_>>("Lang").is_some_and(|l| !l.as_bytes().is_empty()), "6.7.4", "no language");
    let shown = root.get::<Dict<'_>>("ViewerPreferences").and_then(|v| v.get::<bool>("DisplayDocTitle"));
    report.wants(shown == Some(true), "UA 7.1", "the title is not shown");
    for key in ["AA", "NeedsRendering"] {
        report.wants(!root.contains_key(key), "6.6.2", &format!("the catalog has {key}"));
    }
    let form = root.get::<Dict<'_>>("AcroForm");
    let asks = form.is_some_and(|f| f.contains_key("XFA") || f.get::<bool>("NeedAppearances") == Some(true));
    report.wants(!asks, "6.4", "a form without appearances");
    let names = root.get::<Dict<'_>>("Names").unwrap_or_else(Dict::empty);
    report.wants(!names.contains_key("JavaScript"), "6.5.1", "scripts");
    report.wants(!names.contains_key("EmbeddedFiles"), "6.8", "embedded files");
    match root.get::<Dict<'_>>("StructTreeRoot") {
        Some(tree) => {
            report.wants(tree.contains_key("ParentTree"), "UA 7.1", "no parent tree");
            let mut walk = Walk { roles: tree.get::<Dict<'_>>("RoleMap"), level: 0, elements: 0 };
            walk.kids(&tree, report, 0);
            report.wants(walk.elements > 0, "6.7.3", "an empty structure tree");
        }
        None => report.fault("6.7.3", "no structure tree"),
    }
}

fn metadata(root: &Dict<'_>, report: &mut Report) {
    let Some(stream) = root.get::<Stream<'_>>("Metadata") else {
        return report.fault("6.6.2.1", "no XMP metadata");
    };
    report.wants(!stream.dict().contains_key("Filter"), "6.6.2.1", "filtered metadata");
    let xmp = String::from_utf8_lossy(&stream.raw_data()).into_owned();
    let says = |name: &str, value: &str| {
        xmp.contains(&format!("<{name}>{value}</{name}>")) || xmp.contains(&format!("{name}=\"{value}\""))
    };
    report.wants(says("pdfaid:part", "2"), "6.6.4", "no claim of part 2");
    report.wants(says("pdfaid:conformance", "A"), "6.6.4", "no claim of level A");
    report.wants(says("pdfuaid:part", "1"), "UA 5", "no claim of PDF/UA-1");
    report.wants(xmp.contains("<dc:title>"), "UA 7.1", "no title in the metadata");
    report.wants(!xmp.contains("bytes=\"") && !xmp.contains("encoding=\""), "6.6.2.1", "attributes of the XMP packet");
}

fn output_intent(root: &Dict<'_>, report: &mut Report) {
    let intents: Vec<Dict<'_>> = root.get::<Array<'_>>("OutputIntents").map(|a| a.iter().collect()).unwrap_or_default();
    let named = |d: &&Dict<'_>| d.get::<Name<'_>>("S").is_some_and(|s| s.as_str() == "GTS_PDFA1");
    let Some(intent) = intents.iter().find(named) else {
        return report.fault("6.2.3", "no output intent of PDF/A");
    };
    let Some(profile) = intent.get::<Stream<'_>>("DestOutputProfile") else {
        return report.fault("6.2.3", "no colour profile");
    };
    let data = profile.decoded().map(Cow::into_owned).unwrap_or_default();
    let size = data.get(..4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let whole = size == data.len() && data.get(36..40) == Some(b"acsp".as_slice());
    report.wants(whole, "6.2.3", "a colour profile that is none");
    let channels = match data.get(16..20) {
        Some(b"RGB ") => 3,
        Some(b"GRAY") => 1,
        Some(b"CMYK") => 4,
        _ => 0,
    };
    report.wants(profile.dict().get::<i32>("N") == Some(channels), "6.2.3", "a profile of other channels than it says");
}

/// Standard structure types.
const STANDARD: [&str; 46] = [
    "Document",
    "Part",
    "Art",
    "Sect",
    "Div",
    "BlockQuote",
    "Caption",
    "TOC",
    "TOCI",
    "Index",
    "NonStruct",
    "Private",
    "P",
    "H",
    "H1",
    "H2",
    "H3",
    "H4",
    "H5",
    "H6",
    "L",
    "LI",
    "Lbl",
    "LBody",
    "Table",
    "TR",
    "TH",
    "TD",
    "THead",
    "TBody",
    "TFoot",
    "Span",
    "Quote",
    "Note",
    "Reference",
    "BibEntry",
    "Code",
    "Link",
    "Annot",
    "Ruby",
    "RB",
    "RT",
    "RP",
    "Figure",
    "Formula",
    "Form",
];

/// A walk over the structure tree in reading order.
struct Walk<'a> {
    roles: Option<Dict<'a>>,
    /// Level of the heading before.
    level: usize,
    elements: usize,
}

impl<'a> Walk<'a> {
    fn kids(&mut self, parent: &Dict<'a>, report: &mut Report, depth: usize) {
        if depth > 200 {
            return report.fault("6.7.3", "a structure tree without end");
        }
        let one = parent.get::<Dict<'a>>("K");
        let many = parent.get::<Array<'a>>("K").map(|a| a.iter::<Object<'a>>().collect()).unwrap_or_default();
        let kids = one.map(Object::Dict).into_iter().chain::<Vec<Object<'a>>>(many);
        for kid in kids.filter_map(Object::into_dict).filter(|kid| kid.contains_key("S")) {
            self.element(&kid, report);
            self.kids(&kid, report, depth + 1);
        }
    }

    fn element(&mut self, element: &Dict<'a>, report: &mut Report) {
        self.elements += 1;
        let name = element.get::<Name<'a>>("S").map(|n| n.as_str().to_owned()).unwrap_or_default();
        let role = self.roles.as_ref().and_then(|r| r.get::<Name<'a>>(name.as_str())).map(|n| n.as_str().to_owned());
        let kind = role.unwrap_or_else(|| name.clone());
        report.wants(
            STANDARD.contains(&kind.as_str()),
            "6.7.3.4",
            &format!("structure type {name} stands for nothing"),
        );
        let words = |key: &str| element.get::<PdfString<'a>>(key).is_some_and(|s| !s.as_bytes().is_empty());
        match kind.as_str() {
            "Figure" | "Formula" => {
                report.wants(words("Alt") || words("ActualText"), "6.7.3.3", "a figure without words")
            }
            "TH" => report.wants(scoped(element), "UA 7.5", "a header cell without scope"),
            "Note" => report.wants(words("ID"), "UA 7.9", "a note without an identifier"),
            _ => {}
        }
        if let Some(level) = kind.strip_prefix('H').and_then(|n| n.parse::<usize>().ok()) {
            report.wants(level <= self.level + 1, "UA 7.4.2", &format!("a heading {level} after {}", self.level));
            self.level = level;
        }
    }
}

/// Whether a header cell says what it heads.
fn scoped(cell: &Dict<'_>) -> bool {
    let one = cell.get::<Dict<'_>>("A").into_iter();
    let many =
        cell.get::<Array<'_>>("A").into_iter().flat_map(|a| a.iter::<Object<'_>>().filter_map(Object::into_dict));
    one.chain(many).any(|a| a.contains_key("Scope")) || cell.contains_key("C")
}

fn annotations(page: &Dict<'_>, report: &mut Report) {
    report.wants(!page.contains_key("AA"), "6.5.2", "a page with actions");
    let Some(list) = page.get::<Array<'_>>("Annots") else { return };
    let tabs = page.get::<Name<'_>>("Tabs").is_some_and(|t| t.as_str() == "S");
    report.wants(tabs, "UA 7.18.3", "annotations that are not visited in the order of the structure");
    for annotation in list.iter::<Dict<'_>>() {
        let kind = annotation.get::<Name<'_>>("Subtype").map(|n| n.as_str().to_owned()).unwrap_or_default();
        let barred = ["3D", "Sound", "Screen", "Movie", "FileAttachment", ""].contains(&kind.as_str());
        report.wants(!barred, "6.3.1", &format!("an annotation of type {kind:?}"));
        let flags = annotation.get::<i32>("F").unwrap_or(0);
        // Print is bit 3; Invisible, Hidden, ToggleNoView and NoView are bits 1, 2, 9 and 6.
        report.wants(kind == "Popup" || flags & 4 != 0, "6.3.2", "an annotation that is not printed");
        report.wants(flags & 0b1_0010_0011 == 0, "6.3.2", "a hidden annotation");
        report.wants(annotation.contains_key("StructParent"), "UA 7.18.1", "an annotation outside the structure");
        report.wants(kind != "Link" || annotation.contains_key("Contents"), "UA 7.18.5", "a link without words");
    }
}

/// Every mark on a page is tagged or an artifact, marks and graphic states are closed, colours have a profile.
fn content(mut operations: UntypedIter<'_>, report: &mut Report) {
    let (mut saved, mut deepest, mut marked) = (0_i32, 0, 0_i32);
    while let Some(instruction) = operations.next() {
        match &**instruction.operator {
            b"q" => saved += 1,
            b"Q" => saved -= 1,
            b"BMC" | b"BDC" => marked += 1,
            b"EMC" => marked -= 1,
            b"k" | b"K" => report.fault("6.2.4.3", "CMYK without a profile"),
            b"Tj" | b"TJ" | b"'" | b"\"" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"S" | b"s" | b"sh"
            | b"Do" => {
                report.wants(marked > 0, "UA 7.1", "a mark on the page neither tagged nor an artifact");
            }
            _ => {}
        }
        deepest = deepest.max(saved);
    }
    report.wants(saved == 0 && marked == 0, "6.2.2", "graphic states or marks that are not closed");
    report.wants(deepest <= 28, "6.1.13", "graphic states nested too deep");
}

const ACTIONS: [&str; 13] = [
    "Launch",
    "Sound",
    "Movie",
    "ResetForm",
    "ImportData",
    "JavaScript",
    "Hide",
    "SetOCGState",
    "Rendition",
    "Trans",
    "GoTo3DView",
    "SubmitForm",
    "URI",
];

/// What no object of the file may be.
fn anything(object: &Object<'_>, report: &mut Report) {
    let dict = match object {
        Object::Stream(stream) => {
            let of = |key: &str| {
                let one = stream.dict().get::<Name<'_>>(key).into_iter();
                let many = stream.dict().get::<Array<'_>>(key).into_iter().flat_map(|a| a.iter::<Name<'_>>());
                one.chain(many).map(|n| n.as_str().to_owned()).collect::<Vec<_>>()
            };
            let barred = of("Filter").iter().any(|f| f == "LZWDecode" || f == "Crypt");
            report.wants(!barred, "6.1.7.2", "a filter that is barred");
            report.wants(!stream.dict().contains_key("F"), "6.1.7.1", "data outside the file");
            report.wants(
                stream.decoded().is_ok() || of("Filter").iter().any(|f| f != "FlateDecode"),
                "6.1.7",
                "broken data",
            );
            stream.dict()
        }
        Object::Dict(dict) => dict,
        _ => return,
    };
    let name = |key: &str| dict.get::<Name<'_>>(key).map(|n| n.as_str().to_owned()).unwrap_or_default();
    match (name("Type").as_str(), name("Subtype").as_str()) {
        ("Font", kind) => font(dict, kind, report),
        ("FontDescriptor", _) => {
            let embedded = ["FontFile", "FontFile2", "FontFile3"].iter().any(|key| dict.contains_key(key));
            report.wants(embedded, "6.2.11.4.1", "a font that is not embedded");
        }
        ("XObject", "Image") => {
            report.wants(dict.get::<bool>("Interpolate") != Some(true), "6.2.8", "an interpolated image");
            report.wants(!dict.contains_key("Alternates") && !dict.contains_key("OPI"), "6.2.8", "an alternate image");
        }
        ("XObject", "Form") => {
            report.wants(!dict.contains_key("PS") && !dict.contains_key("OPI"), "6.2.9", "a form of another world");
            report.wants(!dict.contains_key("Ref"), "6.2.9", "a form outside the file");
        }
        ("XObject", "PS") => report.fault("6.2.9", "PostScript"),
        ("ExtGState", _) => {
            report.wants(!dict.contains_key("TR") && !dict.contains_key("HTP"), "6.2.5", "a transfer function");
        }
        ("EmbeddedFile" | "Filespec", _) => report.fault("6.8", "an embedded file"),
        _ => {}
    }
    let action = name("Type") == "Action" || dict.contains_key("JS");
    report.wants(!(action && ACTIONS.contains(&name("S").as_str())), "6.5.1", "an action that is barred");
}

fn font(dict: &Dict<'_>, kind: &str, report: &mut Report) {
    let to_unicode = dict.get::<Stream<'_>>("ToUnicode").is_some();
    match kind {
        "Type0" => {
            report.wants(to_unicode, "6.2.11.7.2", "a font whose signs are no letters");
            let below: Vec<Dict<'_>> =
                dict.get::<Array<'_>>("DescendantFonts").map(|a| a.iter().collect()).unwrap_or_default();
            report.wants(below.len() == 1, "6.2.11.3", "a composite font without its font");
            let encoding = dict.get::<Name<'_>>("Encoding").map(|n| n.as_str().to_owned()).unwrap_or_default();
            report.wants(encoding.starts_with("Identity"), "6.2.11.3.3", "an encoding that is not in the file");
        }
        "CIDFontType0" | "CIDFontType2" => {
            report.wants(dict.contains_key("FontDescriptor"), "6.2.11.4.1", "a font that is not embedded");
            report.wants(dict.contains_key("CIDSystemInfo"), "6.2.11.3.1", "a font without its collection");
            let mapped = kind == "CIDFontType0" || dict.contains_key("CIDToGIDMap");
            report.wants(mapped, "6.2.11.3.2", "a TrueType font without a map");
        }
        "Type3" => report.wants(to_unicode, "6.2.11.7.2", "drawn signs that are no letters"),
        _ => {
            report.wants(dict.contains_key("FontDescriptor"), "6.2.11.4.1", "a font that is not embedded");
            report.wants(
                to_unicode || dict.contains_key("Encoding"),
                "6.2.11.7.2",
                "a font whose signs are no letters",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_claims_nothing_has_every_fault_of_its_kind() {
        let bytes = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/accord-rgpd.pdf")).expect("the sample");
        let found = faults(bytes);
        for clause in ["6.6.2.1 no XMP metadata", "6.2.3 no output intent of PDF/A", "6.7.2.2 not marked as tagged"] {
            assert!(found.iter().any(|f| f == clause), "{clause}: {found:?}");
        }
        assert_eq!(
            faults(b"no PDF".to_vec()).first().map(String::as_str),
            Some("6.1.2 no header of PDF 1.x at the first byte")
        );
    }
}
