//! The few words of XML that a Word part is made of.

use crate::clean;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io;

/// The namespace of word processing.
const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// The namespace of relations between parts.
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Writes elements one after the other; text and attributes are escaped on the way.
pub(super) struct Xml {
    writer: Writer<Vec<u8>>,
}

impl Xml {
    /// Nothing yet.
    pub(super) fn blank() -> Self {
        Self { writer: Writer::new(Vec::new()) }
    }

    /// A part whose root has this name and the namespaces of Word.
    pub(super) fn word(root: &str) -> io::Result<Self> {
        Self::root(root, &[("xmlns:w", MAIN), ("xmlns:r", RELATIONS)])
    }

    /// A part whose root has this name and these attributes.
    pub(super) fn root(root: &str, attributes: &[(&str, &str)]) -> io::Result<Self> {
        let mut xml = Self::blank();
        xml.writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), Some("yes"))))?;
        xml.open(root, attributes)?;
        Ok(xml)
    }

    fn start<'n>(name: &'n str, attributes: &[(&str, &str)]) -> BytesStart<'n> {
        BytesStart::new(name).with_attributes(attributes.iter().copied())
    }

    /// Opens an element.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.writer.write_event(Event::Start(Self::start(name, attributes)))
    }

    /// Closes an element.
    pub(super) fn close(&mut self, name: &str) -> io::Result<()> {
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.writer.write_event(Event::Empty(Self::start(name, attributes)))
    }

    /// An element whose one attribute is `w:val`.
    pub(super) fn value(&mut self, name: &str, value: &str) -> io::Result<()> {
        self.empty(name, &[("w:val", value)])
    }

    /// An element that holds words.
    pub(super) fn words(&mut self, name: &str, attributes: &[(&str, &str)], words: &str) -> io::Result<()> {
        self.open(name, attributes)?;
        self.writer.write_event(Event::Text(BytesText::new(&clean(words))))?;
        self.close(name)
    }

    /// Closes the root and gives the bytes.
    pub(super) fn finish(mut self, root: &str) -> io::Result<Vec<u8>> {
        self.close(root)?;
        Ok(self.writer.into_inner())
    }
}
