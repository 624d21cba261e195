//! `clausule fix --profile prestataire`: what goes too far for the provider, commented and replaced.

use crate::fix_command::FixArgs;
use contract::{Profile, Verdict};
use draft::Demands;
use draft::mend::{Fixed, How};
use std::fmt::Write;

/// Whether the provider's redline is asked for; with points or categories named, their clauses are written as for
/// any profile.
pub fn is_asked(args: &FixArgs) -> bool {
    args.judge.profile == Some(Profile::Prestataire) && args.points.is_empty() && args.categories.is_empty()
}

/// Refuses the provider's view of a file that is not changed itself: an amendment mends what is missing for the client.
///
/// # Errors
/// When the provider's redline is asked for.
pub fn refuse_amendment(args: &FixArgs) -> Result<(), String> {
    if is_asked(args) {
        return Err(
            "la vue du prestataire ne se corrige que dans un fichier Word ; lisez ses contre-propositions avec \
             clausule check --profile prestataire"
                .into(),
        );
    }
    Ok(())
}

/// What was done, demand by demand.
pub fn summary(written: &str, fixed: &Fixed, demands: &Demands) -> String {
    let replaced = fixed.mended.iter().filter(|m| m.how == How::Replaced).count();
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{written} : {replaced} demandes excessives remplacées par une contre-proposition, {} seulement commentées",
        fixed.mended.len() - replaced
    );
    for mended in &fixed.mended {
        let title = demands.catalogue().get(&mended.point).map_or("", |d| d.title.as_str());
        let done = match mended.how {
            How::Replaced => "passage remplacé",
            _ => "commentaire seulement : le passage porte aussi ce que le contrat doit au client",
        };
        let _ = writeln!(out, "  {}  {title} — {done}", mended.point);
    }
    if let Some(after) = &fixed.after {
        let left = after.verdicts.iter().filter(|v| v.verdict == Verdict::Adverse).count();
        let _ = writeln!(out, "Demandes excessives encore là après acceptation : {left}.");
    }
    out
}
