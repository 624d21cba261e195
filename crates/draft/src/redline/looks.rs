//! How inserted paragraphs look: like the paragraphs around them.

use super::plan::NewParagraph;
use super::tree::{Id, Tree, escape};
use super::write::Writer;

/// Properties of a paragraph that an inserted one does not take over: section ends, tracked formatting, page breaks,
/// frames, and the mark's own look, which is rebuilt.
const NOT_TAKEN: [&str; 7] = ["sectPr", "pPrChange", "rPr", "framePr", "pageBreakBefore", "cnfStyle", "divId"];
/// Properties of a run that an inserted one does not take over.
const RUN_NOT_TAKEN: [&str; 14] = [
    "rPrChange",
    "ins",
    "del",
    "moveFrom",
    "moveTo",
    "highlight",
    "vanish",
    "strike",
    "dstrike",
    "vertAlign",
    "u",
    "shd",
    "webHidden",
    "specVanish",
];

/// The look of a model paragraph.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// Children of `w:pPr`, ready to copy, without numbering.
    paragraph: String,
    /// The `w:numPr` child, where it has one of its own.
    numbering: String,
    /// Children of `w:rPr` of its longest run: style and fonts, which come first, then the rest.
    run: (String, String),
    /// Whether the paragraph's style may number it: then not being numbered must be said.
    styled: bool,
}

impl Look {
    /// The look of a paragraph.
    pub fn of(tree: &Tree, paragraph: Id) -> Self {
        let mut look = Self::default();
        if let Some(properties) = tree.child(paragraph, "pPr") {
            for child in tree.children(properties) {
                let name = tree.name(child);
                match name {
                    "numPr" => look.numbering = tree.outer(child).to_owned(),
                    _ if NOT_TAKEN.contains(&name) => {}
                    _ => look.paragraph.push_str(tree.outer(child)),
                }
                look.styled |= name == "pStyle";
            }
        }
        if let Some(properties) = longest_run(tree, paragraph).and_then(|run| tree.child(run, "rPr")) {
            for child in tree.children(properties) {
                let name = tree.name(child);
                match name {
                    "rStyle" | "rFonts" => look.run.0.push_str(tree.outer(child)),
                    _ if RUN_NOT_TAKEN.contains(&name) => {}
                    _ => look.run.1.push_str(tree.outer(child)),
                }
            }
        }
        look
    }

    /// An inserted paragraph with this look; `comment` is the number of a comment set at its end. The comment has no
    /// range: LibreOffice rejects a paragraph whole only where nothing but its words was inserted.
    pub fn paragraph(&self, writer: &mut Writer, new: &NewParagraph, comment: Option<u32>, kind: Mark) -> String {
        let w = writer.prefix.clone();
        let numbering = match (new.numbered, self.styled) {
            (true, _) => self.numbering.clone(),
            (false, true) => format!(r#"<{w}:numPr><{w}:ilvl {w}:val="0"/><{w}:numId {w}:val="0"/></{w}:numPr>"#),
            (false, false) => String::new(),
        };
        let bold = if new.bold { format!("<{w}:b/>") } else { String::new() };
        let rest =
            if new.bold { self.run.1.replace(&format!(r#"<{w}:b {w}:val="0"/>"#), "") } else { self.run.1.clone() };
        let rest = if new.bold { rest.replace(&format!("<{w}:b/>"), "") } else { rest };
        let run = format!("{}{bold}{rest}", self.run.0);
        let properties = in_order(&self.paragraph, &numbering, &w);
        let inserted = match kind {
            Mark::Inserted => format!("<{w}:ins {}/>", writer.signature()),
            Mark::Kept => String::new(),
        };
        let mark = format!("<{w}:rPr>{inserted}{run}</{w}:rPr>");
        let mark = if inserted.is_empty() && run.is_empty() { String::new() } else { mark };
        let run = if run.is_empty() { run } else { format!("<{w}:rPr>{run}</{w}:rPr>") };
        let text = escape(&new.text);
        let reference =
            comment.map_or_else(String::new, |id| format!(r#"<{w}:r><{w}:commentReference {w}:id="{id}"/></{w}:r>"#));
        let words = format!(r#"<{w}:r>{run}<{w}:t xml:space="preserve">{text}</{w}:t></{w}:r>"#);
        let ins = writer.signature();
        format!("<{w}:p><{w}:pPr>{properties}{mark}</{w}:pPr><{w}:ins {ins}>{words}{reference}</{w}:ins></{w}:p>")
    }

    /// The look of the last paragraph of a flow, for the one that takes its place there: its own, whole.
    pub fn of_last(tree: &Tree, paragraph: Id) -> Self {
        let mut look = Self::of(tree, paragraph);
        look.paragraph = String::new();
        if let Some(properties) = tree.child(paragraph, "pPr") {
            let kept = tree.children(properties).filter(|e| !matches!(tree.name(*e), "rPr" | "pPrChange"));
            look.paragraph = kept.map(|e| tree.outer(e)).collect();
        }
        look.numbering = String::new();
        look.styled = false;
        look
    }
}

/// What the mark at the end of an inserted paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Inserted with it.
    Inserted,
    /// That of the paragraph before, which was the last of the flow and got an inserted one.
    Kept,
}

/// The schema wants `numPr` after style, keeps and widow control, and before borders, shading, spacing.
fn in_order(paragraph: &str, numbering: &str, w: &str) -> String {
    if numbering.is_empty() {
        return paragraph.to_owned();
    }
    let mut at = 0;
    let mut rest = paragraph;
    while ["pStyle", "keepNext", "keepLines", "widowControl"].iter().any(|n| rest.starts_with(&format!("<{w}:{n}"))) {
        let Some(end) = rest.find("/>") else { break };
        at += end + 2;
        rest = &paragraph[at..];
    }
    format!("{}{numbering}{rest}", &paragraph[..at])
}

/// The run with most words among those that stand right in the paragraph.
fn longest_run(tree: &Tree, paragraph: Id) -> Option<Id> {
    let runs = tree.children(paragraph).filter(|e| tree.is(*e, "r"));
    let words = |run: Id| -> usize {
        tree.children(run).filter(|e| tree.is(*e, "t")).map(|e| tree.elements[e].inner.len()).sum()
    };
    runs.map(|run| (words(run), std::cmp::Reverse(run))).filter(|(n, _)| *n > 0).max().map(|(_, run)| run.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redline::plan::Signature;
    use crate::redline::tree::WORD;

    #[test]
    fn inserted_paragraphs_look_like_their_model_and_are_tracked() {
        let xml = format!(
            r#"<w:p xmlns:w="{WORD}"><w:pPr><w:pStyle w:val="Corps"/><w:numPr><w:numId w:val="3"/></w:numPr><w:jc w:val="both"/><w:rPr><w:b/></w:rPr><w:sectPr/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>Objet</w:t></w:r><w:r><w:rPr><w:rFonts w:ascii="Arial"/><w:sz w:val="20"/><w:highlight w:val="yellow"/></w:rPr><w:t>Le Prestataire livre le service.</w:t></w:r></w:p>"#
        );
        let tree = Tree::read(&xml).unwrap();
        let look = Look::of(&tree, 0);
        let signature = Signature { author: "Clausule".into(), date: "2026-11-29T10:00:00Z".into() };
        let mut writer = Writer::new("w", &signature, 10);
        let mut new = NewParagraph { text: "A & B".into(), model: None, numbered: true, bold: false, level: None };
        let made = look.paragraph(&mut writer, &new, Some(4), Mark::Inserted);
        let by = r#"w:author="Clausule" w:date="2026-11-29T10:00:00Z""#;
        assert_eq!(
            made,
            format!(
                r#"<w:p><w:pPr><w:pStyle w:val="Corps"/><w:numPr><w:numId w:val="3"/></w:numPr><w:jc w:val="both"/><w:rPr><w:ins w:id="10" {by}/><w:rFonts w:ascii="Arial"/><w:sz w:val="20"/></w:rPr></w:pPr><w:ins w:id="11" {by}><w:r><w:rPr><w:rFonts w:ascii="Arial"/><w:sz w:val="20"/></w:rPr><w:t xml:space="preserve">A &amp; B</w:t></w:r><w:r><w:commentReference w:id="4"/></w:r></w:ins></w:p>"#
            )
        );
        new.numbered = false;
        new.bold = true;
        let made = look.paragraph(&mut writer, &new, None, Mark::Inserted);
        assert!(made.contains(r#"<w:numId w:val="0"/>"#) && made.contains(r#"<w:rFonts w:ascii="Arial"/><w:b/>"#));
    }
}
