//! List styles of an ODT and the labels they write.

use crate::numerals::{Numeral, bullet};
use crate::xml::{Attributes, Space};
use std::collections::HashMap;

/// Levels of a list.
pub(super) const LEVELS: usize = 10;

/// Longest prefix or suffix of a number, in characters.
const LONGEST_LABEL: usize = 120;

#[derive(Debug, Clone)]
struct Level {
    numeral: Numeral,
    mark: String,
    prefix: String,
    suffix: String,
    shown: usize,
    start: u32,
}

/// A list style: up to ten levels.
#[derive(Debug, Clone, Default)]
pub(super) struct ListStyle {
    levels: Vec<Option<Level>>,
}

/// All list styles.
#[derive(Debug, Default)]
pub(super) struct Lists {
    styles: HashMap<String, ListStyle>,
    /// The numbering of headings.
    pub outline: ListStyle,
    current: Option<Current>,
}

#[derive(Debug)]
enum Current {
    Named(String),
    Outline,
}

/// Numbers reached in a list.
pub(super) type Numbers = [Option<u32>; LEVELS];

impl ListStyle {
    /// Counts an item at a level (from 0) and gives its label with the space after it, and its numeral.
    pub fn count(&self, numbers: &mut Numbers, level: usize, start: Option<u32>) -> Option<(String, Numeral)> {
        let level = level.min(LEVELS - 1);
        let found = self.levels.get(level)?.as_ref()?;
        for (above, number) in numbers.iter_mut().enumerate().take(level) {
            number.get_or_insert(self.start(above));
        }
        let own = &mut numbers[level];
        *own = Some(start.unwrap_or_else(|| own.map_or(found.start, |n| n.saturating_add(1))));
        for below in numbers.iter_mut().skip(level + 1) {
            *below = None;
        }
        Some((self.label(found, numbers, level), found.numeral))
    }

    fn start(&self, level: usize) -> u32 {
        self.levels.get(level).and_then(Option::as_ref).map_or(1, |l| l.start)
    }

    fn label(&self, found: &Level, numbers: &Numbers, level: usize) -> String {
        if found.numeral == Numeral::Bullet {
            return format!("{} ", bullet(&found.mark));
        }
        if found.numeral == Numeral::None {
            let bare = format!("{}{}", found.prefix, found.suffix);
            return if bare.trim().is_empty() { String::new() } else { bare + " " };
        }
        let first = (level + 1).saturating_sub(found.shown.max(1));
        let parts: Vec<String> = (first..=level)
            .filter_map(|at| {
                let numeral = self.levels.get(at).and_then(Option::as_ref).map_or(Numeral::Decimal, |l| l.numeral);
                let number = numbers.get(at).copied().flatten()?;
                let written = numeral.write(number);
                (!written.is_empty()).then_some(written)
            })
            .collect();
        let label = format!("{}{}{}", found.prefix, parts.join("."), found.suffix);
        if label.is_empty() || label.ends_with(char::is_whitespace) { label } else { label + " " }
    }
}

impl Lists {
    /// The list style of this name.
    pub fn named(&self, name: &str) -> Option<&ListStyle> {
        self.styles.get(name)
    }

    /// An element of the styles begins.
    pub fn start(&mut self, space: Space, name: &str, attributes: &Attributes) {
        if space != Space::OdfText {
            return;
        }
        match name {
            "list-style" => {
                let name = attributes.get("name").unwrap_or_default().into_owned();
                self.styles.insert(name.clone(), ListStyle::default());
                self.current = Some(Current::Named(name));
            }
            "outline-style" => self.current = Some(Current::Outline),
            "list-level-style-number" | "outline-level-style" => self.level(attributes, false),
            "list-level-style-bullet" | "list-level-style-image" => self.level(attributes, true),
            _ => {}
        }
    }

    /// An element of the styles ends.
    pub fn end(&mut self, space: Space, name: &str) {
        if space == Space::OdfText && matches!(name, "list-style" | "outline-style") {
            self.current = None;
        }
    }

    fn level(&mut self, attributes: &Attributes, bulleted: bool) {
        let style = match &self.current {
            Some(Current::Named(name)) => self.styles.get_mut(name),
            Some(Current::Outline) => Some(&mut self.outline),
            None => None,
        };
        let at = attributes.number("level").and_then(|n| usize::try_from(n).ok()).filter(|n| (1..=LEVELS).contains(n));
        let (Some(style), Some(at)) = (style, at) else { return };
        let text =
            |local: &str| attributes.get(local).unwrap_or_default().chars().take(LONGEST_LABEL).collect::<String>();
        let numeral = if bulleted { Numeral::Bullet } else { Numeral::of_odf(&text("num-format")) };
        if style.levels.len() < at {
            style.levels.resize(at, None);
        }
        style.levels[at - 1] = Some(Level {
            numeral,
            mark: text("bullet-char"),
            prefix: text("num-prefix"),
            suffix: text("num-suffix"),
            shown: attributes.number("display-levels").and_then(|n| usize::try_from(n).ok()).unwrap_or(1),
            start: attributes.number("start-value").and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
        });
    }
}
