//! The estimate as a paper to read or to hand over.

use crate::coverage::{Coverage, Shown};
use crate::estimate::{Estimate, Formula, Situation};
use crate::money::grouped;
use crate::reference::{Caution, Reference, Step, Whom};
use contract::{PointVerdict, Verdict};
use paper::typography::{french, quoted};
use paper::{Block, Cell, Date, Inline, Item, Meta, Paper, Style, Table, Tone, bold, plain};

/// Quotes shown for a point.
const MOST_QUOTES: usize = 2;

/// A contract as the sheet shows it.
#[derive(Debug, Clone, Copy)]
pub struct Contract<'a> {
    /// The file's name as the user knows it.
    pub file: &'a str,
    /// What it shows of each demand.
    pub coverage: &'a [Coverage<'a>],
    /// Whether its pages are numbered for a reader.
    pub pages: bool,
}

/// What a sheet is made of.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    /// What is known.
    pub reference: &'a Reference,
    /// What the insured said.
    pub situation: &'a Situation,
    /// The estimate.
    pub estimate: &'a Estimate,
    /// The contract, where one was given.
    pub contract: Option<Contract<'a>>,
    /// The title of each point, for its verdict.
    pub title: &'a dyn Fn(&str) -> String,
    /// The day the paper bears.
    pub date: Option<Date>,
}

impl Estimate {
    /// The price in words: "de 110 € à 220 € par an", "à partir de 430 € par an".
    pub fn price(&self) -> Option<String> {
        let bracket = self.bracket?;
        Some(match bracket.most {
            Some(most) => format!("de {} à {most} par an", bracket.least),
            None => format!("à partir de {} par an, sans plafond connu", bracket.least),
        })
    }
}

impl Sheet<'_> {
    /// The paper.
    pub fn paper(&self) -> Paper {
        let title = "Assurance cyber : estimation".to_owned();
        let meta = Meta { title: french(&title), date: self.date, ..Meta::default() };
        let mut paper = Paper { meta, ..Paper::default() };
        self.answer(&mut paper);
        self.covers(&mut paper);
        match self.contract {
            Some(contract) => self.shown(contract, &mut paper),
            None => self.demands(&mut paper),
        }
        self.first_hours(&mut paper);
        heading("À lire avant de signer la police", &mut paper);
        paper.push(Block::List { ordered: false, items: self.reference.cautions.iter().map(caution).collect() });
        paper
    }

    /// The formula, the price, the warning, the reasons.
    fn answer(&self, paper: &mut Paper) {
        let Sheet { reference, estimate, .. } = *self;
        let (title, about) = match estimate.formula {
            Formula::Basic => (&reference.basic.title, &reference.basic.about),
            Formula::Full => (&reference.full.title, &reference.full.about),
        };
        let price = match estimate.price() {
            Some(price) => format!("{title}, {price}."),
            None => format!("{title}. Prix : à demander, les prix connus ne valent que pour un indépendant seul."),
        };
        paper.push(Block::Callout {
            tone: Tone::Accent,
            title: plain(french(&price)),
            blocks: vec![
                Block::words(french(about)),
                Block::words(french(&format!(
                    "Ceci est une estimation, pas une offre : les prix sont ceux de {} ({}). Seul un assureur peut donner un prix.",
                    reference.year, reference.source
                ))),
            ],
        });
        paper.push(Block::styled(Style::Note, french(&self.said())));
        heading("Pourquoi cette formule", paper);
        if estimate.factors.is_empty() {
            let cover = format!(
                "Rien dans votre situation ne demande plus que la formule basique : sa garantie de {} remplace au moins {} jours de votre chiffre d'affaires.",
                reference.basic.cover, reference.rules.cover_days
            );
            paper.push(Block::words(french(&cover)));
        } else {
            paper.push(Block::bullets(estimate.factors.iter().map(|f| french(&reference.explain(*f)))));
        }
    }

    /// What the user said, so that the reader can check it.
    fn said(&self) -> String {
        let Situation { activity, turnover, persons, staff, claims, .. } = self.situation;
        let activity = self.reference.activity(activity).map_or(activity.as_str(), |a| a.title.as_str());
        format!(
            "Vous avez dit : {activity} ; chiffre d'affaires {turnover} par an ; données de {} personnes ; effectif {staff} ; sinistres connus {claims}.",
            grouped(*persons)
        )
    }

    fn covers(&self, paper: &mut Paper) {
        heading("Ce qu'une telle assurance peut payer", paper);
        let wanted = |id: &str| self.estimate.options.iter().any(|o| o.id == id);
        let item = |o: &crate::reference::Cover| match wanted(&o.id) {
            true => french(&format!("{} : vous la voulez, demandez qu'elle soit écrite dans la police", o.title)),
            false => french(&o.title),
        };
        paper.push(Block::bullets(self.reference.options.iter().map(item)));
    }

    fn demands(&self, paper: &mut Paper) {
        heading("Ce que l'assureur vous demandera", paper);
        let mut table = Table::with(&[2.2, 3.6, 1.4], &["Demande", "Pourquoi", "Points de Clausule"]);
        for demand in &self.reference.demands {
            let points = demand.points.join(", ");
            table.rows.push(vec![french(&demand.title).into(), french(&demand.why).into(), points.into()]);
        }
        paper.push(Block::Table(table));
        let hint = "Ajoutez --contract et votre contrat informatique : Clausule dira ce qu'il montre de ces demandes.";
        paper.push(Block::styled(Style::Note, french(hint)));
    }

    fn shown(&self, contract: Contract<'_>, paper: &mut Paper) {
        heading("Ce que l'assureur vous demandera, et ce que votre contrat en montre", paper);
        let count = |shown| contract.coverage.iter().filter(|c| c.shown == shown).count();
        let total = contract.coverage.len();
        let line = format!(
            "{} : demandes couvertes, {} sur {total} ; en partie, {}.",
            contract.file,
            count(Shown::Covered),
            count(Shown::Partly)
        );
        paper.push(Block::styled(Style::Lead, french(&line)));
        for coverage in contract.coverage {
            let Some(demand) = self.reference.demands.iter().find(|d| d.id == coverage.demand) else { continue };
            paper.push(Block::heading(3, french(&format!("{} : {}", demand.title, coverage.shown.label()))));
            paper.push(Block::words(french(&demand.why)));
            let items = coverage.verdicts.iter().map(|v| self.verdict(v, contract.pages)).collect();
            paper.push(Block::List { ordered: false, items });
        }
    }

    fn verdict(&self, verdict: &PointVerdict, pages: bool) -> Item {
        let unsure = if verdict.sure || verdict.verdict == Verdict::Missing { "" } else { ", à vérifier" };
        let head =
            format!("{} ({}) : {}{unsure}.", (self.title)(&verdict.point), verdict.point, verdict.verdict.label());
        let mut text = plain(french(&head));
        for quote in verdict.quotes.iter().take(MOST_QUOTES) {
            let page = if pages { format!(" (page\u{a0}{})", quote.page) } else { String::new() };
            text.push(Inline::Text(format!(" {}{page}", quoted(&quote.text))));
        }
        Item::from(text)
    }

    fn first_hours(&self, paper: &mut Paper) {
        heading("En cas d'attaque : les 72 premières heures", paper);
        let activity = self.reference.activity(&self.situation.activity);
        let takes = |step: &&Step| match step.whom {
            None => true,
            Some(Whom::Provider) => activity.is_some_and(|a| a.provider),
            Some(Whom::Client) => activity.is_none_or(|a| !a.provider),
            Some(Whom::Health) => activity.is_some_and(|a| a.health),
        };
        let mut table = Table::with(&[1.3, 5.0], &["Quand", "Quoi"]);
        for step in self.reference.steps.iter().filter(takes) {
            let cell = Cell::from(with_basis(&step.what, step.basis.as_deref()));
            table.rows.push(vec![vec![bold(french(&step.when))].into(), cell]);
        }
        paper.push(Block::Table(table));
    }
}

fn heading(text: &str, paper: &mut Paper) {
    paper.push(Block::heading(2, french(text)));
}

fn caution(caution: &Caution) -> Item {
    Item::from(with_basis(&caution.what, caution.basis.as_deref()))
}

fn with_basis(what: &str, basis: Option<&str>) -> Vec<Inline> {
    let basis = basis.map(|b| format!(" ({b})")).unwrap_or_default();
    plain(french(&format!("{what}{basis}")))
}
