//! The judge: a fact starts unproven, failures are heard before successes, and the worst wins.

use crate::core::clock::Moment;
use crate::core::fact::{Fact, Kind, State, Volume};
use crate::core::proof::Material;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

/// A rule: its id and version, both kept in the fact.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its id, the connector's file and subject.
    pub id: &'static str,
    /// Grows whenever the rule judges differently.
    pub version: u32,
}

/// Gathers what a proof says and gives the fact.
#[derive(Debug)]
pub struct Judge {
    fact: Fact,
    proven: Vec<String>,
    failed: Vec<String>,
    lacking: Vec<String>,
    degraded: Vec<String>,
    covered: HashSet<String>,
}

impl Judge {
    /// A judge for one fact.
    #[must_use]
    pub fn new(source: &str, kind: Kind, rule: Rule) -> Self {
        let fact = Fact {
            source: source.to_owned(),
            kind,
            state: State::Unproven,
            reasons: Vec::new(),
            happened: None,
            happened_certainty: None,
            started: None,
            host: None,
            client: None,
            job: None,
            scope: Vec::new(),
            volume: Volume::default(),
            tool_version: None,
            measures: BTreeMap::new(),
            rule: rule.id.to_owned(),
            rule_version: rule.version,
        };
        Self {
            fact,
            proven: Vec::new(),
            failed: Vec::new(),
            lacking: Vec::new(),
            degraded: Vec::new(),
            covered: HashSet::new(),
        }
    }

    /// Something that proves the thing done. Without one the fact stays unproven.
    pub fn prove(&mut self, reason: impl Into<String>) {
        self.proven.push(reason.into());
    }

    /// The thing was not done.
    pub fn fail(&mut self, reason: impl Into<String>) {
        push(&mut self.failed, reason.into());
    }

    /// Something decisive is missing.
    pub fn lack(&mut self, reason: impl Into<String>) {
        push(&mut self.lacking, reason.into());
    }

    /// Done in part.
    pub fn degrade(&mut self, reason: impl Into<String>) {
        push(&mut self.degraded, reason.into());
    }

    /// Whether a failure or a shortcoming was already heard.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.failed.is_empty() && self.degraded.is_empty() && self.lacking.is_empty()
    }

    /// Whether the thing is known not to be done.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        !self.failed.is_empty()
    }

    /// Judges the exit code: `warnings` are the codes that mean "done in part"; zero is necessary, never enough;
    /// an unknown one lacks where the output alone can't show partial failures.
    pub fn exit(&mut self, material: &Material, warnings: &[i32], needed: bool) {
        match material.code {
            Some(0) => {}
            Some(code) if warnings.contains(&code) => self.degrade(format!("code de sortie {code} : avertissement")),
            Some(code) => self.fail(format!("code de sortie {code} : la commande a échoué")),
            None if needed && self.is_clean() => {
                self.lack("le code de sortie n'est pas joint : rien ne dit que la commande a réussi");
            }
            None => {}
        }
    }

    /// When it happened (ended).
    pub fn happened(&mut self, moment: Option<Moment>) -> &mut Self {
        if let Some(moment) = moment {
            self.fact.happened_certainty = Some(moment.certainty);
            self.fact.happened = Some(moment.text());
        }
        self
    }

    /// When it happened, or the date of the mail that carried it.
    pub fn happened_or_mail(&mut self, moment: Option<Moment>, material: &Material) -> &mut Self {
        self.happened(moment.or_else(|| material.mail_date()))
    }

    /// When it began.
    pub fn started(&mut self, moment: Option<Moment>) -> &mut Self {
        self.fact.started = moment.map(|m| m.text());
        self
    }

    /// The machine.
    pub fn host(&mut self, host: Option<impl Into<String>>) -> &mut Self {
        if let Some(host) = host.map(Into::into).and_then(|h: String| name(&h)) {
            self.fact.host = Some(host);
        }
        self
    }

    /// The job.
    pub fn job(&mut self, job: Option<impl Into<String>>) -> &mut Self {
        self.fact.job = job.map(Into::into).and_then(|j: String| name(&j));
        self
    }

    /// The client or holder.
    pub fn client(&mut self, client: Option<impl Into<String>>) -> &mut Self {
        self.fact.client = client.map(Into::into).and_then(|c: String| name(&c));
        self
    }

    /// Adds what is covered, once each.
    pub fn scope<S: Into<String>>(&mut self, parts: impl IntoIterator<Item = S>) -> &mut Self {
        for part in parts.into_iter().map(Into::into).filter_map(|p: String| name(&p)) {
            if self.covered.len() < SCOPE && self.covered.insert(part.clone()) {
                self.fact.scope.push(part);
            }
        }
        self
    }

    /// Files handled.
    pub fn files(&mut self, files: Option<u64>) -> &mut Self {
        self.fact.volume.files = files.or(self.fact.volume.files);
        self
    }

    /// Bytes handled.
    pub fn bytes(&mut self, bytes: Option<u64>) -> &mut Self {
        self.fact.volume.bytes = bytes.or(self.fact.volume.bytes);
        self
    }

    /// Seconds taken.
    pub fn duration(&mut self, seconds: Option<f64>) -> &mut Self {
        self.fact.volume.duration_s = seconds.filter(|s| s.is_finite()).or(self.fact.volume.duration_s);
        self
    }

    /// The tool's version.
    pub fn version(&mut self, version: Option<impl Into<String>>) -> &mut Self {
        self.fact.tool_version =
            version.map(Into::into).and_then(|v: String| name(&v)).or(self.fact.tool_version.take());
        self
    }

    /// A measured figure.
    pub fn measure(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.fact.measures.insert(name.to_owned(), value.into());
        self
    }

    /// The fact.
    #[must_use]
    pub fn fact(mut self) -> Fact {
        self.fact.state = if !self.failed.is_empty() {
            State::Failed
        } else if !self.lacking.is_empty() || (self.proven.is_empty() && self.degraded.is_empty()) {
            State::Unproven
        } else if !self.degraded.is_empty() {
            State::Degraded
        } else {
            State::Ok
        };
        if self.fact.state == State::Unproven && self.lacking.is_empty() {
            self.lacking.push("rien de décisif n'a été compris dans cette preuve".into());
        }
        let said = [self.failed, self.lacking, self.degraded, self.proven];
        self.fact.reasons = said.into_iter().flatten().collect();
        self.fact
    }
}

/// Longest name kept, in characters.
const NAME: usize = 500;

/// A name as it may be kept: no control character, which a database may refuse and a terminal obey, and not too long.
pub fn name(text: &str) -> Option<String> {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(NAME).collect();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

/// Most things a fact covers by name.
const SCOPE: usize = 10_000;

/// The longest list of reasons of one sort: a log with a thousand errors says so in its first lines.
const REASONS: usize = 8;

fn push(list: &mut Vec<String>, reason: String) {
    if list.len() < REASONS && !list.contains(&reason) {
        list.push(reason);
    }
}
