//! Paragraph styles: what a style says of heading levels, numbering, weight and size.

use crate::xml::{Attributes, Space, Visitor};
use std::collections::HashMap;

/// Longest chain of styles based on styles.
const CHAIN: usize = 24;

/// What one style says itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Style {
    name: String,
    based_on: Option<String>,
    /// Outline level from 0; 9 is body text.
    outline: Option<u8>,
    num: Option<i64>,
    level: Option<u8>,
    bold: Option<bool>,
    size: Option<f32>,
    hidden: Option<bool>,
}

/// What a paragraph style says, with what it is based on.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Look {
    /// Outline level from 0 (Title and "Heading 1" are 0).
    pub outline: Option<u8>,
    /// Numbering used.
    pub num: Option<i64>,
    /// Level in that numbering.
    pub level: Option<u8>,
    /// Bold.
    pub bold: bool,
    /// Letters' height in points.
    pub size: f32,
    /// Hidden text.
    pub hidden: bool,
    /// Whether it is a style of tables of contents.
    pub toc: bool,
}

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    default: Option<String>,
    default_size: Option<f32>,
    // While reading.
    current: Option<(String, Style)>,
    in_defaults: bool,
}

impl Styles {
    /// The look of a paragraph style (the default one where `id` is absent or unknown).
    pub fn look(&self, id: Option<&str>) -> Look {
        let mut look = Look::default();
        let mut size = None;
        let mut bold = None;
        let mut hidden = None;
        let mut next = id.filter(|id| self.by_id.contains_key(*id)).or(self.default.as_deref());
        for _ in 0..CHAIN {
            let Some(style) = next.and_then(|id| self.by_id.get(id)) else { break };
            look.outline = look.outline.or(style.outline).or_else(|| named_level(&style.name));
            look.num = look.num.or(style.num);
            look.level = look.level.or(style.level);
            bold = bold.or(style.bold);
            size = size.or(style.size);
            hidden = hidden.or(style.hidden);
            look.toc |= is_toc(&style.name);
            next = style.based_on.as_deref();
        }
        look.outline = look.outline.filter(|level| *level < 9);
        look.bold = bold.unwrap_or(false);
        look.hidden = hidden.unwrap_or(false);
        look.size = size.or(self.default_size).unwrap_or(10.0);
        look
    }
}

/// The level that a style's name gives: "heading 2", "Titre 2", "Title".
fn named_level(name: &str) -> Option<u8> {
    let lower = name.to_lowercase();
    if matches!(lower.as_str(), "title" | "titre" | "titre du document" | "titre principal") {
        return Some(0);
    }
    let rest = lower.strip_prefix("heading").or_else(|| lower.strip_prefix("titre"))?;
    let number: u8 = rest.trim().parse().ok()?;
    (1..=9).contains(&number).then(|| number - 1)
}

fn is_toc(name: &str) -> bool {
    let lower = name.to_lowercase();
    let numbered = |prefix: &str| lower.strip_prefix(prefix).is_some_and(|rest| rest.trim().parse::<u8>().is_ok());
    numbered("toc")
        || numbered("tm")
        || matches!(lower.as_str(), "toc heading" | "en-tête de table des matières" | "table of figures")
}

impl Visitor for Styles {
    fn start(&mut self, space: Space, name: &str, attributes: &Attributes) {
        if space != Space::Word {
            return;
        }
        if name == "style" {
            let id = attributes.get("styleId").unwrap_or_default().into_owned();
            let paragraph = attributes.get("type").is_none_or(|kind| kind == "paragraph");
            if paragraph && matches!(attributes.get("default").as_deref(), Some("1" | "true" | "on")) {
                self.default = Some(id.clone());
            }
            self.current = Some((id, Style::default()));
            return;
        }
        self.in_defaults |= name == "docDefaults";
        let size = || attributes.get("val").and_then(|v| v.parse::<f32>().ok()).map(|half| half / 2.0);
        let Some((_, style)) = self.current.as_mut() else {
            if self.in_defaults && name == "sz" {
                self.default_size = size();
            }
            return;
        };
        match name {
            "name" => style.name = attributes.get("val").unwrap_or_default().into_owned(),
            "basedOn" => style.based_on = attributes.get("val").map(|v| v.into_owned()),
            "outlineLvl" => style.outline = attributes.number("val").and_then(|n| u8::try_from(n).ok()),
            "numId" => style.num = attributes.number("val"),
            "ilvl" => style.level = attributes.number("val").and_then(|n| u8::try_from(n).ok()),
            "b" => style.bold = Some(attributes.is_on("val")),
            "vanish" => style.hidden = Some(attributes.is_on("val")),
            "sz" => style.size = size(),
            _ => {}
        }
    }

    fn end(&mut self, space: Space, name: &str) {
        if space != Space::Word {
            return;
        }
        match name {
            "style" => {
                if let Some((id, style)) = self.current.take() {
                    self.by_id.insert(id, style);
                }
            }
            "docDefaults" => self.in_defaults = false,
            _ => {}
        }
    }

    fn text(&mut self, _: &str) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styles(inner: &str) -> Styles {
        let xml = format!(
            r#"<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{inner}</w:styles>"#
        );
        let mut styles = Styles::default();
        crate::xml::visit(xml.as_bytes(), "DOCX", 64, &mut styles).unwrap();
        styles
    }

    #[test]
    fn levels_come_from_the_chain_or_from_the_name() {
        let styles = styles(
            r#"<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="heading 1"/></w:style>
            <w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Clause"/><w:basedOn w:val="T1"/><w:rPr><w:b/></w:rPr></w:style>
            <w:style w:type="paragraph" w:styleId="Corps"><w:name w:val="Corps"/><w:basedOn w:val="T1"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>
            <w:style w:type="paragraph" w:styleId="TM2"><w:name w:val="toc 2"/></w:style>"#,
        );
        assert_eq!(styles.look(Some("Clause")).outline, Some(0));
        assert!(styles.look(Some("Clause")).bold);
        assert_eq!(styles.look(Some("Corps")).outline, None);
        assert!(styles.look(Some("TM2")).toc);
        assert_eq!(styles.look(Some("absent")).outline, None);
    }

    #[test]
    fn a_circle_of_styles_ends() {
        let styles = styles(
            r#"<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style>
            <w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>"#,
        );
        assert_eq!(styles.look(Some("A")).outline, None);
    }
}
