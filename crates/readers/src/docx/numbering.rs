//! Automatic numbering: definitions of `numbering.xml` and the counters that run through the document.

use crate::numerals::{Numeral, bullet};
use crate::xml::{Attributes, Space, Visitor};
use std::collections::HashMap;

/// Levels of a numbering.
const LEVELS: usize = 9;

/// Longest text of a level, in characters.
const LONGEST_LABEL: usize = 120;

/// One level of a numbering.
#[derive(Debug, Clone)]
struct Level {
    start: u32,
    numeral: Numeral,
    text: String,
    legal: bool,
    /// The level whose number restarts this one, from 1; 0 never restarts. `None`: any higher level.
    restart: Option<u32>,
    style: Option<String>,
    spaced: bool,
}

impl Default for Level {
    fn default() -> Self {
        let (start, numeral) = (1, Numeral::Decimal);
        Self { start, numeral, text: String::new(), legal: false, restart: None, style: None, spaced: true }
    }
}

#[derive(Debug, Default)]
struct Abstract {
    levels: Vec<Level>,
    style_link: Option<String>,
    num_style_link: Option<String>,
}

#[derive(Debug, Default, Clone)]
struct Num {
    abstract_id: i64,
    starts: HashMap<u8, u32>,
    overrides: HashMap<u8, Level>,
}

/// The numberings of a document.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    abstracts: HashMap<i64, Abstract>,
    nums: HashMap<i64, Num>,
    reading: Reading,
}

#[derive(Debug, Default)]
struct Reading {
    abstract_id: Option<i64>,
    num: Option<i64>,
    override_of: Option<u8>,
    level: Option<(u8, Level)>,
}

/// A label that was counted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numbered {
    /// The label as it shows, with the space after it; may be empty.
    pub label: String,
    /// Level from 0.
    pub depth: u8,
    /// How the level writes its number.
    pub numeral: Numeral,
}

/// Where the counters stand.
#[derive(Debug, Default)]
pub(super) struct Counters {
    values: HashMap<i64, [Option<u32>; LEVELS]>,
    started: Vec<(i64, u8)>,
}

impl Numbering {
    /// The abstract numbering of a numbering, through links by style.
    fn abstract_of(&self, num: &Num) -> Option<(i64, &Abstract)> {
        let found = self.abstracts.get(&num.abstract_id)?;
        let Some(link) = &found.num_style_link else { return Some((num.abstract_id, found)) };
        let target = self.abstracts.iter().find(|(_, a)| a.style_link.as_ref() == Some(link));
        Some(target.map_or((num.abstract_id, found), |(id, a)| (*id, a)))
    }

    /// The level that a style stands for in a numbering.
    pub fn level_of_style(&self, num: i64, style: Option<&str>) -> Option<u8> {
        let (_, found) = self.abstract_of(self.nums.get(&num)?)?;
        let at = found.levels.iter().position(|level| level.style.as_deref().is_some_and(|s| Some(s) == style))?;
        u8::try_from(at).ok()
    }

    fn level<'n>(num: &'n Num, found: &'n Abstract, depth: u8) -> Option<&'n Level> {
        num.overrides.get(&depth).or_else(|| found.levels.get(usize::from(depth)))
    }

    /// Counts one paragraph and gives its label.
    pub fn count(&self, counters: &mut Counters, num_id: i64, depth: u8) -> Option<Numbered> {
        let num = self.nums.get(&num_id)?;
        let (abstract_id, found) = self.abstract_of(num)?;
        let depth = depth.min(LEVELS as u8 - 1);
        let level = Self::level(num, found, depth)?;
        let values = counters.values.entry(abstract_id).or_default();
        if let Some(start) = num.starts.get(&depth)
            && !counters.started.contains(&(num_id, depth))
        {
            counters.started.push((num_id, depth));
            values[usize::from(depth)] = start.checked_sub(1);
            if *start == 0 {
                values[usize::from(depth)] = None;
            }
        }
        for above in 0..depth {
            let start = Self::level(num, found, above).map_or(1, |l| l.start);
            values[usize::from(above)].get_or_insert(start);
        }
        let own = &mut values[usize::from(depth)];
        *own = Some(own.map_or(level.start, |value| value.saturating_add(1)));
        for below in depth + 1..LEVELS as u8 {
            let restart = Self::level(num, found, below).and_then(|l| l.restart);
            if restart.is_none_or(|at| at != 0 && at > u32::from(depth)) {
                values[usize::from(below)] = None;
            }
        }
        let label = write_label(level, values, |at| Self::level(num, found, at).cloned());
        Some(Numbered { label, depth, numeral: level.numeral })
    }
}

fn write_label(level: &Level, values: &[Option<u32>; LEVELS], at: impl Fn(u8) -> Option<Level>) -> String {
    if level.numeral == Numeral::Bullet {
        return format!("{} ", bullet(&level.text));
    }
    let mut label = String::new();
    let mut chars = level.text.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(digit) = chars.peek().filter(|_| c == '%').and_then(|d| d.to_digit(10)).filter(|d| *d > 0) else {
            label.push(c);
            continue;
        };
        chars.next();
        let index = digit as usize - 1;
        let numeral = at(index as u8).map_or(Numeral::Decimal, |l| l.numeral);
        let numeral = if level.legal && numeral != Numeral::None { Numeral::Decimal } else { numeral };
        if let Some(value) = values.get(index).copied().flatten() {
            label.push_str(&numeral.write(value));
        }
    }
    if level.spaced && !label.is_empty() && !label.ends_with(char::is_whitespace) {
        label.push(' ');
    }
    label
}

impl Numbering {
    fn start_in_level(&mut self, name: &str, attributes: &Attributes) {
        let Some((_, level)) = self.reading.level.as_mut() else { return };
        let value = || attributes.get("val").unwrap_or_default().into_owned();
        let number = || attributes.number("val").and_then(|n| u32::try_from(n).ok());
        match name {
            "start" => level.start = number().unwrap_or(1),
            "numFmt" => level.numeral = Numeral::of_word(&value()),
            "lvlText" => level.text = value().chars().take(LONGEST_LABEL).collect(),
            "isLgl" => level.legal = attributes.is_on("val"),
            "lvlRestart" => level.restart = number(),
            "pStyle" => level.style = Some(value()),
            "suff" => level.spaced = value() != "nothing",
            _ => {}
        }
    }
}

impl Visitor for Numbering {
    fn start(&mut self, space: Space, name: &str, attributes: &Attributes) {
        if space != Space::Word {
            return;
        }
        let level =
            || attributes.number("ilvl").and_then(|n| u8::try_from(n).ok()).filter(|n| usize::from(*n) < LEVELS);
        match name {
            "abstractNum" => {
                let id = attributes.number("abstractNumId").unwrap_or(-1);
                self.abstracts.insert(id, Abstract::default());
                self.reading.abstract_id = Some(id);
            }
            "num" if self.reading.abstract_id.is_none() => {
                let id = attributes.number("numId").unwrap_or(-1);
                self.nums.insert(id, Num { abstract_id: -1, ..Num::default() });
                self.reading.num = Some(id);
            }
            "lvl" => self.reading.level = level().map(|at| (at, Level::default())),
            "lvlOverride" => self.reading.override_of = level(),
            "abstractNumId" => {
                let id = attributes.number("val").unwrap_or(-1);
                if let Some(num) = self.reading.num.and_then(|num| self.nums.get_mut(&num)) {
                    num.abstract_id = id;
                }
            }
            "startOverride" => {
                let start = attributes.number("val").and_then(|n| u32::try_from(n).ok());
                let num = self.reading.num.and_then(|num| self.nums.get_mut(&num));
                if let (Some(num), Some(at), Some(start)) = (num, self.reading.override_of, start) {
                    num.starts.insert(at, start);
                }
            }
            "styleLink" | "numStyleLink" => {
                let link = attributes.get("val").map(|v| v.into_owned());
                if let Some(found) = self.reading.abstract_id.and_then(|id| self.abstracts.get_mut(&id)) {
                    let slot = if name == "styleLink" { &mut found.style_link } else { &mut found.num_style_link };
                    *slot = link;
                }
            }
            _ => self.start_in_level(name, attributes),
        }
    }

    fn end(&mut self, space: Space, name: &str) {
        if space != Space::Word {
            return;
        }
        match name {
            "abstractNum" => self.reading.abstract_id = None,
            "num" => self.reading.num = None,
            "lvlOverride" => self.reading.override_of = None,
            "lvl" => {
                let Some((at, level)) = self.reading.level.take() else { return };
                if let Some(num) = self.reading.num.and_then(|id| self.nums.get_mut(&id)) {
                    num.overrides.insert(at, level);
                } else if let Some(found) = self.reading.abstract_id.and_then(|id| self.abstracts.get_mut(&id)) {
                    let at = usize::from(at);
                    if found.levels.len() <= at {
                        found.levels.resize_with(at + 1, Level::default);
                    }
                    found.levels[at] = level;
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, _: &str) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbering(inner: &str) -> Numbering {
        let xml = format!(
            r#"<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{inner}</w:numbering>"#
        );
        let mut numbering = Numbering::default();
        crate::xml::visit(xml.as_bytes(), "DOCX", 64, &mut numbering).unwrap();
        numbering
    }

    fn level(at: u8, format: &str, text: &str) -> String {
        format!(
            r#"<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{format}"/><w:lvlText w:val="{text}"/></w:lvl>"#
        )
    }

    const NUM: &str = r#"<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>"#;

    fn articles() -> Numbering {
        let levels =
            level(0, "upperRoman", "Article %1 –") + &level(1, "decimal", "%1.%2.") + &level(2, "lowerLetter", "%3)");
        let again = r#"<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>"#;
        numbering(&format!(r#"<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{NUM}{again}"#))
    }

    fn labels(numbering: &Numbering, steps: &[(i64, u8)]) -> Vec<String> {
        let mut counters = Counters::default();
        steps.iter().map(|(num, depth)| numbering.count(&mut counters, *num, *depth).unwrap().label).collect()
    }

    #[test]
    fn labels_count_through_levels_and_restart_below() {
        let steps = [(1, 0), (1, 1), (1, 1), (1, 2), (1, 0), (1, 1), (1, 2)];
        let found = labels(&articles(), &steps);
        assert_eq!(found, ["Article I – ", "I.1. ", "I.2. ", "a) ", "Article II – ", "II.1. ", "a) "]);
    }

    #[test]
    fn an_override_begins_again_once() {
        assert_eq!(
            labels(&articles(), &[(1, 0), (1, 0), (2, 0), (2, 0)]),
            ["Article I – ", "Article II – ", "Article I – ", "Article II – "]
        );
    }

    #[test]
    fn a_level_reached_without_its_parent_counts_the_parent_as_begun() {
        assert_eq!(labels(&articles(), &[(1, 1), (1, 0)]), ["I.1. ", "Article II – "]);
    }

    #[test]
    fn legal_numbering_writes_figures_and_bullets_are_plain() {
        let levels = level(0, "upperRoman", "%1")
            + &level(1, "decimal", "%1.%2").replace("<w:lvlText", "<w:isLgl/><w:lvlText")
            + &level(2, "bullet", "\u{f0b7}");
        let numbering = numbering(&format!(r#"<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{NUM}"#));
        assert_eq!(labels(&numbering, &[(1, 0), (1, 1), (1, 2)]), ["I ", "1.1 ", "• "]);
    }

    #[test]
    fn unknown_numberings_have_no_label() {
        assert_eq!(articles().count(&mut Counters::default(), 9, 0), None);
    }
}
