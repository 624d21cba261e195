//! Styles of an ODT: weight, size, hidden text, page breaks, and the lists that styles name.

use super::lists::{ListStyle, Lists};
use crate::xml::{Attributes, Space, Visitor};
use std::collections::HashMap;

/// Longest chain of styles with parents.
const CHAIN: usize = 24;

#[derive(Debug, Default, Clone)]
struct Style {
    parent: Option<String>,
    bold: Option<bool>,
    size: Option<f32>,
    hidden: Option<bool>,
    break_before: Option<bool>,
    list: Option<String>,
    outline: Option<u8>,
}

/// What a style says, with its parents.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Look {
    /// Bold, where the chain says so or not.
    pub bold: Option<bool>,
    /// Letters' height in points.
    pub size: Option<f32>,
    /// Hidden text.
    pub hidden: bool,
    /// Whether a page begins before the paragraph (the style's own word only).
    pub break_before: bool,
    /// List style named.
    pub list: Option<String>,
    /// Outline level, from 1.
    pub outline: Option<u8>,
    /// Whether it or a parent is a style of tables of contents.
    pub toc: bool,
    /// Whether it or a parent is the style "Title".
    pub title: bool,
}

/// All styles of a document.
#[derive(Debug, Default)]
pub(super) struct Looks {
    styles: HashMap<(String, String), Style>,
    /// List styles and the numbering of headings.
    pub lists: Lists,
    current: Option<(String, String)>,
}

impl Looks {
    /// The look of a style of a family ("paragraph", "text").
    pub fn of(&self, family: &str, name: &str) -> Look {
        let mut look = Look::default();
        let mut hidden = None;
        let mut next = Some(name.to_owned());
        for step in 0..CHAIN {
            let Some(name) = next else { break };
            let plain = name.replace("_20_", " ");
            look.toc |= plain.starts_with("Contents ") || plain.starts_with("Table des matières");
            look.title |= plain == "Title" || plain == "Titre";
            let Some(style) = self.styles.get(&(family.to_owned(), name)) else { break };
            look.bold = look.bold.or(style.bold);
            look.size = look.size.or(style.size);
            hidden = hidden.or(style.hidden);
            look.list = look.list.or_else(|| style.list.clone());
            look.outline = look.outline.or(style.outline);
            look.break_before |= step == 0 && style.break_before == Some(true);
            next = style.parent.clone();
        }
        look.hidden = hidden.unwrap_or(false);
        look
    }

    fn style(&mut self) -> Option<&mut Style> {
        self.styles.get_mut(self.current.as_ref()?)
    }
}

/// "12pt" in points; other units are rare for letters.
fn points(size: &str) -> Option<f32> {
    size.strip_suffix("pt")?.trim().parse().ok()
}

impl Visitor for Looks {
    fn start(&mut self, space: Space, name: &str, attributes: &Attributes) {
        self.lists.start(space, name, attributes);
        if space != Space::OdfStyle {
            return;
        }
        match name {
            "style" => {
                let text = |local: &str| attributes.get(local).map(|v| v.into_owned());
                let key = (text("family").unwrap_or_default(), text("name").unwrap_or_default());
                let style = Style {
                    parent: text("parent-style-name"),
                    list: text("list-style-name"),
                    outline: attributes
                        .number("default-outline-level")
                        .and_then(|n| u8::try_from(n).ok())
                        .filter(|n| *n > 0),
                    ..Style::default()
                };
                self.styles.insert(key.clone(), style);
                self.current = Some(key);
            }
            "text-properties" => {
                let Some(style) = self.style() else { return };
                style.bold =
                    attributes.get("font-weight").map(|w| w == "bold" || w.parse::<u16>().is_ok_and(|n| n >= 600));
                style.size = attributes.get("font-size").and_then(|s| points(&s));
                style.hidden = attributes.get("display").map(|d| d == "none");
            }
            "paragraph-properties" => {
                let breaks = attributes.get("break-before").map(|b| b == "page");
                if let Some(style) = self.style() {
                    style.break_before = breaks;
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, space: Space, name: &str) {
        self.lists.end(space, name);
        if space == Space::OdfStyle && name == "style" {
            self.current = None;
        }
    }

    fn text(&mut self, _: &str) {}
}

/// Lets tests and readers name the list style of a style.
impl Looks {
    /// The list style of this name.
    pub fn list(&self, name: &str) -> Option<&ListStyle> {
        self.lists.named(name)
    }
}
