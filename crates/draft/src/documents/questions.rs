//! The answers file of a document, to be filled by someone who is no lawyer.

use super::{Template, answers::SECTION};
use crate::answers;
use contract::Profile;
use points::{Catalogue, Parameter};

/// The file: the document's own questions first, then those of the clauses it takes in, each with the value that
/// stands in the document as long as the line is switched off.
pub fn questionnaire(template: &Template, catalogue: &Catalogue, asked: Option<Profile>) -> String {
    let profile = template.profile_for(asked);
    let mut out = format!(
        "# {}\n#\n# Répondez après le signe = et retirez le # du début de la ligne. Une ligne laissée telle quelle\n\
         # garde la valeur proposée ; là où rien n'est proposé, le document garde un blanc à remplir.\n\
         # Ensuite : clausule draft {} --answers CE_FICHIER -o {}.docx\n\n[{SECTION}]\n",
        template.title, template.name, template.name
    );
    for open in &template.parameters {
        out.push('\n');
        out.push_str(&answers::question(&open.parameter, open.parameter.default_for(profile)));
    }
    let points = template.clauses().into_iter().filter_map(|id| catalogue.get(id));
    // What the document asks by itself serves its clauses too.
    let own = |parameter: &Parameter| template.parameters.iter().any(|open| open.parameter.name == parameter.name);
    let clauses = answers::questions(points, profile, |parameter| !own(parameter));
    if !clauses.trim().is_empty() {
        out.push_str("\n# Les clauses du document. Les valeurs proposées conviennent le plus souvent.\n\n");
        out.push_str(clauses.trim_start());
    }
    out
}
