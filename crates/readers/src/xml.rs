//! A plain stream over XML: elements with their namespace told, text with character references resolved. No
//! document type with entities is accepted and nesting is bounded.

use crate::ReadError;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::{NsReader, XmlVersion};
use std::borrow::Cow;
use std::ops::Range;

/// The vocabularies that matter, transitional and strict forms alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    /// WordprocessingML.
    Word,
    /// Relationship attributes of Office documents.
    Relation,
    /// Markup compatibility.
    Compatibility,
    /// `text:` of OpenDocument.
    OdfText,
    /// `table:` of OpenDocument.
    OdfTable,
    /// `style:` of OpenDocument.
    OdfStyle,
    /// `office:` of OpenDocument.
    Office,
    /// `draw:` of OpenDocument.
    Draw,
    /// Formulas of Office documents.
    Math,
    /// Anything else.
    Other,
}

impl Space {
    fn of(uri: &str) -> Self {
        match uri {
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
            | "http://purl.oclc.org/ooxml/wordprocessingml/main" => Self::Word,
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
            | "http://purl.oclc.org/ooxml/officeDocument/relationships" => Self::Relation,
            "http://schemas.openxmlformats.org/markup-compatibility/2006" => Self::Compatibility,
            "http://schemas.openxmlformats.org/officeDocument/2006/math"
            | "http://purl.oclc.org/ooxml/officeDocument/math" => Self::Math,
            "urn:oasis:names:tc:opendocument:xmlns:text:1.0" => Self::OdfText,
            "urn:oasis:names:tc:opendocument:xmlns:table:1.0" => Self::OdfTable,
            "urn:oasis:names:tc:opendocument:xmlns:style:1.0" => Self::OdfStyle,
            "urn:oasis:names:tc:opendocument:xmlns:office:1.0" => Self::Office,
            "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" => Self::Draw,
            _ => Self::Other,
        }
    }
}

/// The attributes of an element, found by local name.
pub(crate) struct Attributes<'e>(&'e BytesStart<'e>);

impl<'e> Attributes<'e> {
    /// The value of the first attribute with this local name.
    pub fn get(&self, local: &str) -> Option<Cow<'e, str>> {
        let mut all = self.0.attributes();
        all.with_checks(false);
        let attribute = all.flatten().find(|a| a.key.local_name().as_ref() == local)?;
        attribute.normalized_value(XmlVersion::Implicit1_0).ok()
    }

    /// The value as a whole number.
    pub fn number(&self, local: &str) -> Option<i64> {
        self.get(local)?.trim().parse().ok()
    }

    /// The value of an on/off attribute; absent counts as on.
    pub fn is_on(&self, local: &str) -> bool {
        !matches!(self.get(local).as_deref(), Some("0" | "false" | "off" | "none"))
    }
}

/// What is told of the elements and text of a stream.
pub(crate) trait Visitor {
    /// Where, in bytes of the decoded part, the element or text told next stands.
    fn at(&mut self, _place: Range<usize>) {}
    /// An element begins.
    fn start(&mut self, space: Space, name: &str, attributes: &Attributes);
    /// An element ends.
    fn end(&mut self, space: Space, name: &str);
    /// Text between tags.
    fn text(&mut self, text: &str);
}

/// How far a stream could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// To its end.
    Whole,
    /// Up to a place where the XML is broken.
    Broken,
}

/// Streams a part to a visitor.
///
/// # Errors
/// `Hostile` for entities and for nesting deeper than `depth`.
pub(crate) fn visit(
    bytes: &[u8],
    format: &'static str,
    depth: usize,
    visitor: &mut dyn Visitor,
) -> Result<Reach, ReadError> {
    let text = decoded(bytes);
    let mut reader = NsReader::from_str(&text);
    reader.config_mut().check_end_names = false;
    let hostile = |detail: &str| ReadError::Hostile { format, detail: detail.into() };
    let mut open: Vec<(Space, String)> = Vec::new();
    let mut from = 0;
    loop {
        let Ok((resolved, event)) = reader.read_resolved_event() else { return Ok(Reach::Broken) };
        let space = space_of(&resolved);
        let to = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        visitor.at(std::mem::replace(&mut from, to)..to);
        match event {
            Event::Start(element) => {
                let name = element.local_name();
                visitor.start(space, name.as_ref(), &Attributes(&element));
                open.push((space, name.as_ref().to_owned()));
                if open.len() > depth {
                    return Err(hostile("éléments XML imbriqués à l'excès"));
                }
            }
            Event::Empty(element) => {
                let name = element.local_name();
                visitor.start(space, name.as_ref(), &Attributes(&element));
                visitor.end(space, name.as_ref());
            }
            Event::End(_) => {
                let Some((space, name)) = open.pop() else { return Ok(Reach::Broken) };
                visitor.end(space, &name);
            }
            Event::Text(words) => visitor.text(&words.xml10_content()),
            Event::CData(words) => visitor.text(&words.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => visitor.text(c.encode_utf8(&mut [0; 4])),
                _ => visitor.text(predefined(&reference.xml10_content())),
            },
            Event::DocType(declaration) => {
                let declaration = declaration.xml10_content();
                if declaration.contains("<!ENTITY") || declaration.contains('[') {
                    return Err(hostile("le XML déclare des entités"));
                }
            }
            Event::Eof => return Ok(if open.is_empty() { Reach::Whole } else { Reach::Broken }),
            _ => {}
        }
    }
}

fn space_of(resolved: &ResolveResult) -> Space {
    match resolved {
        ResolveResult::Bound(namespace) => Space::of(namespace.as_ref()),
        _ => Space::Other,
    }
}

/// UTF-16 parts exist; all others are UTF-8.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xff, 0xfe, ..] => encoding_rs::UTF_16LE.decode(bytes).0,
        [0xfe, 0xff, ..] => encoding_rs::UTF_16BE.decode(bytes).0,
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        _ => String::from_utf8_lossy(bytes),
    }
}

fn predefined(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Log(String);

    impl Visitor for Log {
        fn start(&mut self, space: Space, name: &str, attributes: &Attributes) {
            self.0 += &format!("<{space:?} {name} {}>", attributes.get("val").unwrap_or_default());
        }
        fn end(&mut self, _: Space, name: &str) {
            self.0 += &format!("</{name}>");
        }
        fn text(&mut self, text: &str) {
            self.0 += text;
        }
    }

    fn log(xml: &str) -> Result<(String, Reach), ReadError> {
        let mut log = Log::default();
        let reach = visit(xml.as_bytes(), "DOCX", 256, &mut log)?;
        Ok((log.0, reach))
    }

    #[test]
    fn prefixes_do_not_matter_and_references_are_resolved() {
        let xml = r#"<x:p xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main" x:val="a&amp;b">d&#233;&lt;&inconnu;</x:p>"#;
        assert_eq!(log(xml).unwrap(), ("<Word p a&b>dé<</p>".to_owned(), Reach::Whole));
    }

    #[test]
    fn entities_and_deep_nesting_are_hostile() {
        let bomb = r#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "xxxx">]><a>&x;</a>"#;
        assert!(matches!(log(bomb), Err(ReadError::Hostile { .. })));
        assert!(matches!(log(&"<a>".repeat(300)), Err(ReadError::Hostile { .. })));
        assert!(log("<!DOCTYPE html><a/>").is_ok());
    }

    #[test]
    fn broken_xml_keeps_what_came_before() {
        assert_eq!(log("<a>mots<b").unwrap(), ("<Other a >mots".to_owned(), Reach::Broken));
    }
}
