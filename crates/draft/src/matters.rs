//! Questions of different clauses that ask the same thing: one answer serves them all, two different ones contradict
//! each other.

use crate::answers::{AnswerError, Answers, answer};
use points::Catalogue;

/// Figures on one matter: as point and parameter. The library is one contract; it says one thing of each.
pub const SAME: &[&[(&str, &str)]] = &[
    &[("INC-11", "delai"), ("RGP-09", "delai"), ("RES-15", "alerte")],
    &[("INC-01", "retablissement"), ("CON-03", "duree")],
    &[("INC-01", "intervention"), ("INC-06", "delai"), ("AVP-05", "critique")],
    &[("MAJ-02", "frequence"), ("MAJ-08", "frequence")],
    &[("MAJ-03", "critique"), ("MAJ-07", "critique")],
    &[("INC-05", "taux"), ("FIN-03", "taux"), ("FIN-07", "taux")],
    &[("INC-05", "majoration"), ("FIN-03", "majoration")],
    &[("SOR-05", "delai"), ("RGP-12", "restitution")],
    &[("SOR-03", "delai"), ("CNF-07", "delai"), ("RGP-02", "delai"), ("RGP-12", "suppression")],
    &[("FIN-07", "jours"), ("SOR-04", "jours")],
    &[("FIN-04", "duree"), ("FIN-05", "duree")],
    &[("FIN-04", "preavis"), ("FIN-05", "preavis")],
    &[("SST-01", "preavis"), ("RGP-10", "preavis"), ("HEB-03", "preavis")],
    &[("AUD-04", "delai"), ("AUD-05", "delai")],
    &[("RES-13", "conservation"), ("AVP-05", "trace")],
];

/// Gives the answer to one question to the others on its matter that have none, where it keeps within their bounds.
///
/// # Errors
/// When two questions on one matter were answered differently.
pub(crate) fn settle(answers: &mut Answers, table: &toml::Table, catalogue: &Catalogue) -> Result<(), AnswerError> {
    for matter in SAME {
        let given = |(id, name): &(&str, &str)| table.get(*id).and_then(|values| values.get(*name)).cloned();
        let mut told = matter.iter().filter_map(|question| Some((*question, given(question)?)));
        let Some(((id, name), value)) = told.next() else { continue };
        let words = |(id, name): (&str, &str)| answers.get(id, name).map(|a| a.words.clone()).unwrap_or_default();
        let first = words((id, name));
        for (other, _) in told {
            if words(other) != first {
                return Err(AnswerError::new(format!(
                    "[{id}] {name} et [{}] {} parlent de la même chose mais disent {first} et {} : donnez la même réponse",
                    other.0,
                    other.1,
                    words(other)
                )));
            }
        }
        for (id, name) in matter.iter().filter(|question| given(question).is_none()) {
            let point = catalogue.get(id);
            if let Some(Ok(answer)) = point.map(|point| answer(point, name, &value)) {
                answers.set(id, name, answer);
            }
        }
    }
    Ok(())
}
