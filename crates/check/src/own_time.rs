//! What the contract says of its own time, read sentence by sentence: the candidates are weighed, the best of each kind
//! is proposed, and a person confirms it. A sentence that leaves a doubt gives nothing: a wrong date is worse than none.

mod days;

use crate::assess::Reader;
use crate::quantities::{Figure, figures};
use crate::segment::{Segments, segment};
use contract::{Document, Duration, DurationUnit, Quantity, TermClause, TermKind};

/// Reads the clauses of a document on its own time, at most one of each kind, in order of kind.
pub fn own_time(document: &Document) -> Vec<TermClause> {
    let segments = segment(document);
    let reader = Reader::new(document, &segments);
    let mut best: Vec<(u32, TermClause)> = Vec::new();
    for unit in 0..segments.units.len() {
        let sentence = Sentence::new(&segments, unit);
        for (weight, clause) in sentence.clauses(&reader, unit) {
            match best.iter_mut().find(|b| b.1.kind == clause.kind) {
                Some(known) if known.0 >= weight => {}
                Some(known) => *known = (weight, clause),
                None => best.push((weight, clause)),
            }
        }
    }
    let mut out: Vec<TermClause> = best.into_iter().map(|b| b.1).collect();
    out.sort_by_key(|c| c.kind);
    // What is not renewed and has no length has no end that a notice could precede.
    if !out.iter().any(|c| c.kind == TermKind::Length) {
        out.retain(|c| c.kind != TermKind::Notice && c.kind != TermKind::Renewal);
    }
    out
}

/// A sentence as folded words.
struct Sentence<'a> {
    words: Vec<&'a str>,
    /// The words with single spaces, one before and one after.
    line: String,
    /// The words of the headings above it, likewise.
    headings: String,
    figures: Vec<Figure>,
}

/// A weighed clause.
type Weighed = (u32, TermClause);

impl<'a> Sentence<'a> {
    fn new(segments: &'a Segments, unit: usize) -> Self {
        let own = &segments.units[unit];
        let of = |text: usize| segments.texts[text].tokens.iter().map(|t| segments.word(t)).collect::<Vec<_>>();
        let words = of(own.text);
        let headings: Vec<&str> = own.headings.iter().flat_map(|h| of(*h)).collect();
        Self {
            line: format!(" {} ", words.join(" ")),
            headings: format!(" {} ", headings.join(" ")),
            figures: figures(segments, own.text),
            words,
        }
    }

    fn has(&self, any: &[&str]) -> bool {
        any.iter().any(|w| self.line.contains(w))
    }

    fn under(&self, any: &[&str]) -> bool {
        any.iter().any(|w| self.headings.contains(w))
    }

    /// Durations with the place of their first token.
    fn durations(&self) -> impl Iterator<Item = (usize, Duration)> + '_ {
        self.figures.iter().filter_map(|f| match f.quantity {
            Quantity::Duration(d) => Some((f.first as usize, d)),
            _ => None,
        })
    }

    /// The first duration at most `reach` words after one of these words.
    fn after(&self, words: &[&str], reach: usize) -> Option<(usize, Duration)> {
        let places = || (0..self.words.len()).filter(|at| words.iter().any(|w| self.words[*at].starts_with(w)));
        self.durations().find(|(first, _)| places().any(|at| at < *first && first - at <= reach))
    }

    /// The last duration at most `reach` words before one of these words.
    fn before(&self, words: &[&str], reach: usize) -> Option<(usize, Duration)> {
        let places = || (0..self.words.len()).filter(|at| words.iter().any(|w| self.words[*at].starts_with(w)));
        self.durations().filter(|(first, _)| places().any(|at| at > *first && at - first <= reach)).last()
    }

    fn clauses(&self, reader: &Reader, unit: usize) -> Vec<Weighed> {
        let found = [self.start(), self.length(), self.renewal(), self.notice(), self.revision()];
        let quoted = found.into_iter().flatten().map(|(weight, at, mut clause)| {
            clause.quote = reader.quote(unit, at.min(self.words.len().saturating_sub(1)), at);
            (weight, clause)
        });
        quoted.collect()
    }

    /// What speaks of another time than the contract's own.
    fn is_elsewhere(&self) -> bool {
        self.has(&[
            " confidentialit",
            " conserv",
            " archiv",
            " secret ",
            " apres la fin ",
            " apres sa fin ",
            " apres la resiliation ",
            " apres l expiration ",
            " apres la cessation ",
            " concurrence ",
            " sollicitation ",
            " garantie ",
            " brevet",
            " prescription ",
            " phase ",
            " essai ",
            " sauvegarde",
            " journaux ",
            " retention ",
            " hebergement de donnees ",
            " facture ",
            " paiement ",
            " bon de commande ",
            " bons de commande ",
            " suspension ",
            " historique ",
        ])
    }

    fn start(&self) -> Option<(u32, usize, TermClause)> {
        let begins = self.has(&[
            " prend effet ",
            " prendra effet ",
            " entre en vigueur ",
            " entrera en vigueur ",
            " entree en vigueur ",
            " prise d effet ",
            " date d effet ",
            " debute le ",
            " commence le ",
            " commence a courir le ",
        ]);
        let signed = self.line.starts_with(" fait a ") || self.has(&[" signe le ", " signee le "]);
        let (at, day) = days::first(&self.words).filter(|(_, d)| d.year.is_some())?;
        let own =
            self.has(&[" contrat", " convention", " accord", " marche ", " presentes ", " abonnement ", " services "]);
        let weight = match (begins, signed) {
            (true, _) if own || self.under(&[" duree ", " effet ", " vigueur "]) => 4,
            (_, true) => 2,
            _ => return None,
        };
        let elsewhere = self.has(&[" tarif", " prix ", " avenant ", " decret ", " loi ", " reglement ", " version "]);
        (!elsewhere).then(|| (weight, at, TermClause { day: Some(day), ..clause(TermKind::Start, None) }))
    }

    fn length(&self) -> Option<(u32, usize, TermClause)> {
        if self.is_elsewhere() || self.has(&[" preavis ", " resili"]) && !self.has(&[" conclu", " duree initiale "]) {
            return None;
        }
        let subject = self.has(&[
            " contrat",
            " convention ",
            " accord cadre ",
            " marche ",
            " abonnement",
            " presentes ",
            " conditions ",
            " engagement ",
            " souscription",
            " tranche ferme ",
            " accord ",
        ]);
        let concluded = self.has(&[
            " conclu",
            " souscrit",
            " consenti",
            " etabli ",
            " etablie ",
            " duree initiale ",
            " periode initiale ",
            " duree d engagement ",
            " engagement initial ",
            " duree minimale ",
            " est d une duree ",
            " a une duree ",
            " engage pour ",
            " duree ferme ",
            " duree est de ",
            " entre en vigueur ",
            " prend effet ",
            " duree est fixee ",
            " est fixee a ",
            " signe pour ",
        ]);
        let titled = self.under(&[" duree "]);
        let (at, duration) = self
            .after(&["duree", "periode", "engagement"], 8)
            .or_else(|| self.after(&["conclu", "souscrit", "consenti", "signe", "engage"], 5))
            .or_else(|| self.after(&["pour"], 2))?;
        let long = duration.hours() >= 24.0 * 28.0 && !matches!(duration.unit, DurationUnit::WorkingDay);
        let weight = 2 * u32::from(subject)
            + 2 * u32::from(concluded)
            + 2 * u32::from(titled)
            + u32::from(self.has(&[" initiale ", " ferme ", " conclu "]));
        (long && weight >= 4).then(|| (weight, at, clause(TermKind::Length, Some(duration))))
    }

    fn renewal(&self) -> Option<(u32, usize, TermClause)> {
        let renews = self.has(&[" renouvel", " reconduit", " reconduc", " proroge"]);
        let unless = self.has(&[
            " automatique",
            " sauf opposition ",
            " sauf denonciation ",
            " sauf si ",
            " sauf preavis ",
            " sauf resiliation ",
            " de plein droit ",
            " a defaut de denonciation ",
            " a defaut d opposition ",
            " par defaut ",
        ]);
        let tacit = self.has(&[" tacite reconduction ", " tacitement ", " reconduction tacite "]) || renews && unless;
        let denied = self.has(&[
            " sans tacite ",
            " pas tacite",
            " pas reconduit",
            " pas de tacite ",
            " ne peut etre reconduit",
            " aucune tacite ",
            " non reconductible ",
            " exclusion de toute tacite ",
            " exclut toute tacite ",
            " pas renouvel",
            " jamais tacite",
        ]);
        if !tacit || denied || self.has(&[" prix ", " nom de domaine", " noms de domaine", " certificat"]) {
            return None;
        }
        let told =
            self.after(&["reconduc", "renouvel", "reconduit", "tacite"], 14).filter(|(_, d)| d.hours() >= 24.0 * 28.0);
        // What follows "dénoncé" or "préavis" is the notice.
        let of_notice = |at: usize| {
            self.words[..at].iter().rev().take(12).any(|w| {
                w.starts_with("denonc")
                    || w.starts_with("preavis")
                    || *w == "sauf"
                    || w.starts_with("avant")
                    || w.starts_with("resili")
            })
        };
        let told = told.filter(|(at, _)| !of_notice(*at));
        let yearly = self.has(&[
            " annee en annee ",
            " chaque annee ",
            " chaque date anniversaire ",
            " periodes annuelles ",
            " annuellement ",
            " periode annuelle ",
        ]);
        let year = yearly.then_some(Duration { amount: 1.0, unit: DurationUnit::Year });
        let stems = ["tacite", "renouvel", "recondu", "proroge"];
        let at =
            told.map(|t| t.0).or_else(|| self.words.iter().position(|w| stems.iter().any(|s| w.starts_with(s))))?;
        let weight = 3 + u32::from(told.is_some() || yearly);
        Some((weight, at, clause(TermKind::Renewal, told.map(|t| t.1).or(year))))
    }

    fn notice(&self) -> Option<(u32, usize, TermClause)> {
        let ends = self.has(&[
            " echeance",
            " terme ",
            " date anniversaire ",
            " expiration ",
            " fin de la periode ",
            " fin de chaque ",
            " fin du contrat ",
            " reconduction",
            " renouvellement",
            " fin de l abonnement ",
            " periode en cours ",
        ]);
        let gives = self.has(&[
            " preavis ",
            " denonc",
            " resili",
            " s opposer ",
            " opposition ",
            " oppose ",
            " non renouvel",
            " met fin ",
            " mettre fin ",
            " mettant fin ",
        ]);
        let elsewhere = self.has(&[
            " prix ",
            " tarif",
            " sous traitant",
            " audit ",
            " manquement",
            " mise en demeure ",
            " faute ",
            " retard ",
            " maintenance ",
            " modification",
            " cession ",
            " plan de reversibilite ",
            " penalite",
            " phase ",
            " restitution ",
        ]);
        let provider_only = self.has(&[" prestataire peut ", " resiliation par le prestataire ", " titulaire peut "]);
        if !ends || !gives || elsewhere || provider_only {
            return None;
        }
        let (at, duration) = self
            .before(&["avant"], 10)
            .or_else(|| self.after(&["preavis"], 8))
            .or_else(|| self.before(&["preavis"], 6))
            .or_else(|| self.after(&["avant", "delai"], 4))?;
        let weight = 3 + u32::from(self.has(&[" preavis "])) + u32::from(self.has(&[" avant "]));
        let registered = self.has(&[" recommande", " lrar ", " lr ar ", " lr/ar "]);
        let mut found = clause(TermKind::Notice, Some(duration));
        found.registered = registered;
        (duration.hours() < 24.0 * 400.0).then_some((weight, at, found))
    }

    fn revision(&self) -> Option<(u32, usize, TermClause)> {
        let price = self.has(&[
            " prix ",
            " tarif",
            " redevance",
            " forfait",
            " montant",
            " remuneration ",
            " abonnement",
            " cout",
            " honoraires ",
        ]) || self.under(&[" prix ", " tarif", " financi", " redevance"]);
        let changes = self.has(&[" revis", " index", " actualis", " mis a jour "]);
        if !price
            || !changes
            || self.has(&[" ne sont pas revis", " non revisable", " ferme et non ", " pas revis", " document"])
        {
            return None;
        }
        let index = [("syntec", "Syntec"), ("insee", "INSEE"), ("ilat", "ILAT"), ("icht", "ICHT")]
            .into_iter()
            .find(|(w, _)| self.words.contains(w))
            .map_or(String::new(), |(_, name)| name.to_owned());
        let yearly = self.has(&[
            " annuel",
            " chaque annee ",
            " tous les ans ",
            " une fois par an ",
            " date anniversaire ",
            " par annee ",
            " anniversaire ",
        ]);
        let first = days::first(&self.words).filter(|(_, d)| d.year.is_none());
        let told = self.figures.iter().find_map(|f| match f.quantity {
            Quantity::Frequency(q) if q.per_year > 0.0 && q.per_year <= 12.0 => {
                Some(Duration { amount: (12.0 / q.per_year).round(), unit: DurationUnit::Month })
            }
            _ => None,
        });
        let year = (yearly || first.is_some()).then_some(Duration { amount: 12.0, unit: DurationUnit::Month });
        let duration = told.or(year)?;
        let at = self
            .words
            .iter()
            .position(|w| ["revis", "index", "actualis"].iter().any(|p| w.starts_with(p)))
            .unwrap_or(0);
        let weight = 2 + u32::from(!index.is_empty()) + u32::from(self.under(&[" revision ", " index"]));
        let mut found = clause(TermKind::Revision, Some(duration));
        found.index = index;
        found.day = first.map(|f| f.1);
        Some((weight, at, found))
    }
}

fn clause(kind: TermKind, duration: Option<Duration>) -> TermClause {
    let quote = contract::Quote { text: String::new(), page: 0, start: 0, end: 0, article: String::new(), ocr: false };
    TermClause { kind, duration, day: None, registered: false, index: String::new(), quote }
}
