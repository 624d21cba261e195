//! Highlights over the contract's text: quotes that overlap, nest, cross each other and cross blocks.

use super::escape::{html, push, slug};
use crate::Catalogue;
use crate::typography::french;
use crate::words::sign;
use contract::{Assessment, PointVerdict, Quote, Span};
use std::collections::HashSet;

/// Why a passage is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It decides.
    Decides,
    /// It says the contrary of the verdict.
    Contrary,
    /// It came near and was rejected; marked only when pointed at.
    Near,
}

/// A passage to mark.
#[derive(Debug, Clone)]
struct Mark {
    /// The fragment that leads to it.
    id: String,
    /// The fragment of its verdict.
    home: String,
    span: Span,
    role: Role,
    classes: String,
    sign: &'static str,
    point: String,
    title: String,
    /// Whether all its words stand in running lines or tables of contents.
    aside: bool,
    /// The first leaf that shows a part of it.
    first: Option<usize>,
    /// Whether it may show as several elements, and whether it did.
    parted: bool,
    split: bool,
}

/// Fragment ids of a document's passages; `prefix` keeps documents of one page apart.
pub(super) fn quote_id(prefix: &str, point: &str, number: usize) -> String {
    format!("{prefix}q-{}-{number}", slug(point))
}

pub(super) fn contrary_id(prefix: &str, point: &str, number: usize) -> String {
    format!("{prefix}c-{}-{number}", slug(point))
}

pub(super) fn near_id(prefix: &str, point: &str, number: usize) -> String {
    format!("{prefix}n-{}-{number}", slug(point))
}

pub(super) fn point_id(prefix: &str, point: &str) -> String {
    format!("{prefix}p-{}", slug(point))
}

/// Class names that tell a verdict: its kind, whether it is a gap, whether it is unsure.
pub(super) fn classes(verdict: &PointVerdict) -> String {
    let kind = super::class(verdict.verdict);
    let gap = if verdict.verdict.is_gap() { " gap" } else { "" };
    let unsure = if verdict.sure { "" } else { " unsure" };
    format!("v-{kind}{gap}{unsure}")
}

/// The passages of a document, ready to be drawn over its leaves.
pub(super) struct Marks<'t> {
    text: &'t str,
    leaves: Vec<Leaf>,
    marks: Vec<Mark>,
}

/// A run of text shown in one go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf {
    pub(super) span: Span,
    /// Whether it may decide: running lines and tables of contents are marked only where a passage has no other
    /// words, so that a sentence that goes over a page does not light the footer between.
    pub(super) evidence: bool,
}

impl Leaf {
    fn shows(&self, mark: &Mark) -> bool {
        self.span.overlaps(&mark.span) && (self.evidence || mark.aside)
    }
}

impl<'t> Marks<'t> {
    /// Passages of the assessment over leaves, which are the runs of text in the order in which they are shown.
    pub(super) fn new(
        prefix: &str,
        catalogue: &Catalogue,
        assessment: &Assessment,
        text: &'t str,
        leaves: Vec<Leaf>,
    ) -> Self {
        let mut marks = Vec::new();
        for verdict in &assessment.verdicts {
            let mut add = |role: Role, id: String, quote: &Quote| {
                let span = quote.span();
                let sound = text.get(span.start..span.end).is_some_and(|words| !words.is_empty());
                if sound {
                    marks.push(mark(prefix, catalogue, verdict, role, id, span));
                }
            };
            for (at, quote) in verdict.quotes.iter().enumerate() {
                add(Role::Decides, quote_id(prefix, &verdict.point, at + 1), quote);
            }
            for (at, quote) in verdict.contrary.iter().enumerate() {
                add(Role::Contrary, contrary_id(prefix, &verdict.point, at + 1), quote);
            }
            for (at, near) in verdict.absence.iter().flat_map(|absence| &absence.nearest).enumerate() {
                add(Role::Near, near_id(prefix, &verdict.point, at + 1), &near.quote);
            }
        }
        // Longer first where two begin together, so that the shorter nests.
        marks.sort_by_key(|mark| (mark.span.start, std::cmp::Reverse(mark.span.end)));
        for mark in &mut marks {
            mark.aside = !leaves.iter().any(|leaf| leaf.evidence && leaf.span.overlaps(&mark.span));
            mark.first = leaves.iter().position(|leaf| leaf.shows(mark));
            mark.parted = leaves.iter().filter(|leaf| leaf.shows(mark)).nth(1).is_some();
        }
        for at in 0..marks.len() {
            let end = marks[at].span.end;
            // What begins within another and goes beyond it is closed with it and opened again.
            let inside = marks[at + 1..].iter_mut().take_while(|later| later.span.start < end);
            inside.filter(|later| later.span.end > end).for_each(|later| later.parted = true);
        }
        Self { text, leaves, marks }
    }

    /// Fragments that exist in the contract's text.
    pub(super) fn shown(&self) -> HashSet<&str> {
        self.marks.iter().filter(|mark| mark.first.is_some()).map(|mark| mark.id.as_str()).collect()
    }

    /// Style rules that light every part of a passage shown in several parts when it is the target. To be asked
    /// after all leaves are drawn.
    pub(super) fn style(&self, prefix: &str) -> String {
        let rules = self.marks.iter().enumerate().filter(|(_, mark)| mark.split);
        rules
            .map(|(at, mark)| format!(":root:has(#{}:target) .k-{prefix}{at}{{outline:var(--aim)}}\n", mark.id))
            .collect()
    }

    /// Draws a leaf with its highlights; `tags` tells whether to put links back to verdicts beside them.
    pub(super) fn draw(&mut self, out: &mut String, prefix: &str, leaf: usize) {
        let Leaf { span, .. } = self.leaves[leaf];
        let active: Vec<usize> = (0..self.marks.len()).filter(|at| self.leaves[leaf].shows(&self.marks[*at])).collect();
        let mut waiting = active.into_iter().peekable();
        let mut open: Vec<usize> = Vec::new();
        let mut at = span.start;
        while at < span.end {
            self.close(out, prefix, &mut open, at);
            let mut starting = Vec::new();
            while let Some(mark) = waiting.next_if(|mark| self.marks[*mark].span.start <= at) {
                starting.push(mark);
            }
            self.tags(out, &starting, leaf);
            for mark in starting {
                self.open(out, prefix, mark, self.marks[mark].first == Some(leaf));
                open.push(mark);
            }
            let next_start = waiting.peek().map_or(span.end, |mark| self.marks[*mark].span.start);
            let next_end = open.iter().map(|mark| self.marks[*mark].span.end).min().unwrap_or(span.end);
            let next = next_start.min(next_end).min(span.end);
            push_flow(out, &self.text[at..next]);
            at = next;
        }
        out.push_str(&"</mark>".repeat(open.len()));
    }

    /// Closes what ends here; what is nested in it but goes on is closed and opened again.
    fn close(&mut self, out: &mut String, prefix: &str, open: &mut Vec<usize>, at: usize) {
        let Some(lowest) = open.iter().position(|mark| self.marks[*mark].span.end <= at) else { return };
        let above = open.split_off(lowest);
        out.push_str(&"</mark>".repeat(above.len()));
        for mark in above {
            if self.marks[mark].span.end > at {
                self.open(out, prefix, mark, false);
                open.push(mark);
            }
        }
    }

    fn open(&mut self, out: &mut String, prefix: &str, at: usize, first: bool) {
        let mark = &mut self.marks[at];
        mark.split |= !first;
        let classes = &mark.classes;
        if first {
            let part = if mark.parted { format!(" k-{prefix}{at}") } else { String::new() };
            out.push_str(&format!("<mark id=\"{}\" class=\"{classes}{part}\">", mark.id));
            if mark.role == Role::Near {
                let label = format!("écarté pour {}", mark.point);
                out.push_str(&format!("<a class=\"back\" href=\"#{}\">↩ {}</a> ", mark.home, html(&label)));
            }
        } else {
            out.push_str(&format!("<mark class=\"{classes} k-{prefix}{at}\">"));
        }
    }

    /// Links from passages that begin here to their verdicts.
    fn tags(&self, out: &mut String, starting: &[usize], leaf: usize) {
        let shown: Vec<&Mark> = starting
            .iter()
            .map(|at| &self.marks[*at])
            .filter(|mark| mark.role != Role::Near && mark.first == Some(leaf))
            .collect();
        if shown.is_empty() {
            return;
        }
        out.push_str("<span class=\"tags\">");
        for mark in shown {
            out.push_str(&format!(
                "<a class=\"tag {}\" href=\"#{}\" title=\"{}\">{} {}</a> ",
                mark.classes,
                mark.home,
                html(&mark.title),
                mark.sign,
                html(&mark.point),
            ));
        }
        out.push_str("</span>");
    }
}

fn mark(prefix: &str, catalogue: &Catalogue, verdict: &PointVerdict, role: Role, id: String, span: Span) -> Mark {
    let title = catalogue.title(&verdict.point);
    let (classes, sign, says) = match role {
        // The sign tells the verdict.
        Role::Decides => (classes(verdict), sign(verdict.verdict), ""),
        Role::Contrary => (format!("contrary {}", classes(verdict)), "⇄", " (dit le contraire)"),
        Role::Near => ("near".to_owned(), sign(verdict.verdict), ""),
    };
    Mark {
        id,
        home: point_id(prefix, &verdict.point),
        span,
        role,
        classes,
        sign,
        point: verdict.point.clone(),
        title: french(&format!("{title}{says}")),
        aside: false,
        first: None,
        parted: false,
        split: false,
    }
}

/// Appends running text: a word cut at a line end is brought together, its hyphen kept.
fn push_flow(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(cut) = rest.find("-\n") {
        let after = rest[cut + 2..].trim_start();
        let letter_before = rest[..cut].ends_with(char::is_alphabetic);
        let joins = letter_before && after.starts_with(char::is_lowercase);
        push_unbroken(out, &rest[..cut + 1]);
        rest = if joins { after } else { &rest[cut + 1..] };
    }
    push_unbroken(out, rest);
}

/// Appends words as they are, but spaces before high punctuation, inside quotation marks and inside numbers do
/// not break a line.
fn push_unbroken(out: &mut String, text: &str) {
    let mut held = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or_default();
        let number = held.ends_with(|p: char| p.is_ascii_digit()) && next.is_ascii_digit();
        let binds = held.ends_with('«') || matches!(next, '»' | ':' | ';' | '!' | '?' | '%' | '€') || number;
        held.push(if c == ' ' && binds { '\u{a0}' } else { c });
    }
    push(out, &held);
}
