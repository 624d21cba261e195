//! The frame around a match: who owes, with what force, under what negation.

use crate::burden::{charges, in_note, pronoun_after_opening, receives};
use crate::force::{excludes, negated, optional, optional_ending, soft};
use crate::matrix::column_role;
use crate::parties::{Parties, Role};
use crate::segment::Segments;
use crate::subject::{Part, joined_role, part, passive_before, purpose_between};
use crate::tokens::{Mark, Token};
use contract::Debtor;

/// What stands around a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Who owes.
    pub debtor: Debtor,
    /// An option, a right of the debtor, something on quotation.
    pub optional: bool,
    /// A best effort, an aim, an indication, something still to be defined.
    pub soft: bool,
    /// Denied or excluded.
    pub negated: bool,
    /// A definition of terms.
    pub definition: bool,
    /// The client bears it, expressly.
    pub burden: bool,
    /// A drafter's note, still to be written.
    pub note: bool,
}

/// Frames of one document.
pub struct Framer<'a> {
    segments: &'a Segments,
    parties: &'a Parties,
}

/// A unit's words, for looking around.
pub(crate) struct Sentence<'a> {
    pub(crate) segments: &'a Segments,
    pub(crate) tokens: &'a [Token],
}

impl<'a> Sentence<'a> {
    pub(crate) fn word(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |t| self.segments.word(t))
    }

    pub(crate) fn back(&self, at: usize, by: usize) -> &'a str {
        at.checked_sub(by).map_or("", |i| self.word(i))
    }

    /// The clause around a token: from the last comma-like mark before to the next after.
    pub(crate) fn clause(&self, first: usize, last: usize, mark: Mark) -> (usize, usize) {
        let mut start = first;
        while start > 0 && self.tokens[start].before < mark {
            start -= 1;
        }
        let mut end = last + 1;
        while end < self.tokens.len() && self.tokens[end].before < mark {
            end += 1;
        }
        (start, end)
    }
}

impl<'a> Framer<'a> {
    /// Frames over a document's units.
    pub fn new(segments: &'a Segments, parties: &'a Parties) -> Self {
        Self { segments, parties }
    }

    /// The frame around the tokens `first..=last` of a unit.
    pub fn frame(&self, unit: usize, first: usize, last: usize) -> Frame {
        let tokens = self.segments.tokens(unit);
        let sentence = Sentence { segments: self.segments, tokens };
        let intro = self.segments.units[unit].intro;
        let column = column_role(self.segments, self.parties, unit);
        let debtor = column.map_or_else(|| self.debtor(unit, &sentence, first, last), as_debtor);
        let mut is_negated = negated(&sentence, first, last);
        let mut is_optional = optional(&sentence, first, last);
        let mut is_soft = soft(&sentence, first, last);
        if let Some(intro) = intro {
            let lead = Sentence { segments: self.segments, tokens: self.segments.tokens(intro) };
            let end = lead.tokens.len().saturating_sub(1);
            is_negated |= excludes(&lead);
            is_optional |= optional_ending(&lead, end);
            is_soft |= soft(&lead, end, end);
        }
        is_negated |= self.segments.units[unit]
            .headings
            .last()
            .is_some_and(|h| excludes(&Sentence { segments: self.segments, tokens: &self.segments.texts[*h].tokens }));
        Frame {
            debtor,
            optional: is_optional,
            soft: is_soft,
            negated: is_negated,
            definition: self.definition(unit, &sentence),
            burden: debtor == Debtor::Client && (column.is_some() || self.charged(unit, &sentence)),
            note: in_note(self.segments, self.segments.units[unit].text, first),
        }
    }

    /// Whether the sentence, its lead-in or its heading speaks of a duty.
    fn charged(&self, unit: usize, sentence: &Sentence) -> bool {
        let unit = &self.segments.units[unit];
        let lead = unit.intro.map(|i| self.segments.tokens(i));
        let heading = unit.headings.last().map(|h| self.segments.texts[*h].tokens.as_slice());
        charges(sentence)
            || lead.into_iter().chain(heading).any(|tokens| charges(&Sentence { segments: self.segments, tokens }))
    }

    fn definition(&self, unit: usize, sentence: &Sentence) -> bool {
        let defined = (0..sentence.tokens.len().min(14)).any(|i| defines(sentence, i));
        let under = self.segments.units[unit].headings.last().is_some_and(|h| {
            self.segments.texts[*h].tokens.iter().any(|t| {
                ["definition", "glossaire", "lexique", "terminologie"]
                    .iter()
                    .any(|s| self.segments.word(t).starts_with(s))
            })
        });
        defined && sentence.word(0) != "le" || under
    }

    fn debtor(&self, unit: usize, sentence: &Sentence, first: usize, last: usize) -> Debtor {
        if falls_on_pronoun(sentence)
            && let Some(role) = self.subject_before(unit)
        {
            return as_debtor(role);
        }
        if let Some(role) = self.owes_in(sentence, first, last) {
            return as_debtor(role);
        }
        let mut intro = self.segments.units[unit].intro;
        for _ in 0..3 {
            let Some(lead) = intro else { break };
            let tokens = self.segments.tokens(lead);
            let sentence = Sentence { segments: self.segments, tokens };
            let end = tokens.len().saturating_sub(1);
            if let Some(role) = self.owes_in(&sentence, end, end) {
                return as_debtor(role);
            }
            intro = self.segments.units[lead].intro;
        }
        if starts_with_pronoun(sentence)
            && let Some(role) = self.subject_before(unit)
        {
            return as_debtor(role);
        }
        for heading in self.segments.units[unit].headings.iter().rev() {
            let tokens = &self.segments.texts[*heading].tokens;
            if let Some(role) = self.heading_role(tokens) {
                return as_debtor(role);
            }
        }
        Debtor::Unsaid
    }

    /// Who owes in the sentence before, going back over sentences that themselves begin with a pronoun.
    fn subject_before(&self, unit: usize) -> Option<Role> {
        let mut previous = self.segments.units[unit].previous;
        for _ in 0..3 {
            let tokens = self.segments.tokens(previous?);
            let sentence = Sentence { segments: self.segments, tokens };
            if let Some(role) = self.owes_in(&sentence, 0, 0) {
                return Some(role);
            }
            previous = self.segments.units[previous?].previous;
        }
        None
    }

    /// "Obligations du Client", "Engagements de l'Hébergeur".
    fn heading_role(&self, tokens: &[Token]) -> Option<Role> {
        let duty = tokens.iter().position(|t| {
            ["obligation", "engagement", "responsabilite", "devoir", "charge", "collaboration", "prerequis"]
                .iter()
                .any(|stem| self.segments.word(t).starts_with(stem))
        })?;
        let mentions = self.parties.mentions(tokens);
        let mut roles = mentions.iter().filter(|m| m.first as usize > duty).map(|m| m.role);
        let role = roles.next()?;
        roles.all(|r| r == role).then_some(role)
    }

    /// Who owes in a sentence, seen from the tokens `first..=last`.
    fn owes_in(&self, sentence: &Sentence, first: usize, last: usize) -> Option<Role> {
        let mentions = self.parties.mentions(sentence.tokens);
        let mut subject: Option<(usize, Role)> = None;
        let mut after: Option<Role> = None;
        for (index, mention) in mentions.iter().enumerate() {
            let Some(part) = part(sentence, mention) else { continue };
            let role = joined_role(sentence, &mentions, index);
            let at = mention.first as usize;
            if matches!(part, Part::Subject) && role == Role::Client && receives(sentence, mention.last as usize + 1) {
                continue;
            }
            match part {
                Part::Owner => return Some(role),
                Part::Agent if role == Role::Client && !passive_before(sentence, at) => {}
                Part::Agent if at + 12 >= first && at <= last + 10 => after = after.or(Some(role)),
                Part::Subject if at <= last => subject = Some((at, role)),
                Part::Subject if subject.is_none() && after.is_none() => after = Some(role),
                _ => {}
            }
        }
        // What the client does "afin de permettre" something is not a promise of that thing.
        subject = subject.filter(|(at, role)| *role != Role::Client || !purpose_between(sentence, *at, first));
        after.filter(|_| subject.is_none()).or(subject.map(|(_, role)| role)).or(after)
    }
}

/// "désigne l'ensemble", "signifie", "on entend par"; not "l'utilisateur désigné est prévenu", which folding makes alike.
fn defines(sentence: &Sentence, at: usize) -> bool {
    let article = |w: &str| {
        matches!(
            w,
            "le" | "la"
                | "les"
                | "l"
                | "un"
                | "une"
                | "des"
                | "tout"
                | "toute"
                | "tous"
                | "toutes"
                | "ensemble"
                | "ici"
        )
    };
    match sentence.word(at) {
        "designe" => article(sentence.word(at + 1)),
        word => matches!(word, "designent" | "signifie" | "entend"),
    }
}

fn as_debtor(role: Role) -> Debtor {
    match role {
        Role::Provider => Debtor::Provider,
        Role::Client => Debtor::Client,
        Role::Both => Debtor::Both,
    }
}

/// Whether a text goes on about what the sentence before spoke of.
pub fn starts_with_pronoun_words(segments: &Segments, text: usize) -> bool {
    starts_with_pronoun(&Sentence { segments, tokens: &segments.texts[text].tokens })
}

fn starts_with_pronoun(sentence: &Sentence) -> bool {
    match sentence.word(0) {
        "il" | "elle" | "ils" | "elles" | "celui" | "celle" | "ceux" | "celles" | "ce" | "cette" | "ces" | "cet"
        | "leur" | "lequel" => true,
        "a" | "dans" | "en" | "pour" if matches!(sentence.word(1), "ce" | "cet" | "cette" | "ces") => true,
        _ => pronoun_after_opening(sentence),
    }
}

/// "Il lui revient de", "il leur appartient de": the duty falls on whom the sentence before spoke of.
fn falls_on_pronoun(sentence: &Sentence) -> bool {
    (1..sentence.tokens.len().min(8)).any(|i| {
        matches!(sentence.word(i), "revient" | "appartient" | "incombe" | "appartiendra" | "incombera" | "reviendra")
            && matches!(sentence.back(i, 1), "lui" | "leur")
    })
}
