//! What French contracts call the two parties, and the verbs that show a provider.

use crate::parties::Role;

/// Nouns of whoever renders the service.
pub(crate) const PROVIDER: [&str; 25] = [
    "prestataire",
    "titulaire",
    "hebergeur",
    "editeur",
    "fournisseur",
    "infogerant",
    "infogereur",
    "mainteneur",
    "vendeur",
    "integrateur",
    "exploitant",
    "sous traitant",
    "nous",
    "developpeur",
    "freelance",
    "agence",
    "operateur",
    "consultant",
    "concepteur",
    "attributaire",
    "processeur",
    "prestataires",
    "soumissionnaire",
    "loueur",
    "concedant",
];

/// Nouns of whoever pays for it.
pub(crate) const CLIENT: [&str; 27] = [
    "client",
    "cliente",
    "clients",
    "acheteur",
    "abonne",
    "utilisateur",
    "utilisateurs",
    "utilisatrice",
    "beneficiaire",
    "pouvoir adjudicateur",
    "maitre d ouvrage",
    "maitrise d ouvrage",
    "responsable de traitement",
    "responsable du traitement",
    "personne publique",
    "donneur d ordre",
    "licencie",
    "souscripteur",
    "vous",
    "tu",
    "commanditaire",
    "maitre de l ouvrage",
    "controleur",
    "entite adjudicatrice",
    "professionnel de sante",
    "adjudicateur",
    "donneuse d ordre",
];

/// Common nouns that are the client only where the contract uses them so.
pub(crate) const MAYBE_CLIENT: [&str; 30] = [
    "collectivite",
    "etablissement",
    "praticien",
    "adherent",
    "administration",
    "cabinet",
    "medecin",
    "locataire",
    "preneur",
    "organisme",
    "office",
    "membre",
    "responsable",
    "notaire",
    "association",
    "organisation",
    "commune",
    "ville",
    "agence",
    "universite",
    "departement",
    "institution",
    "usager",
    "hopital",
    "clinique",
    "mairie",
    "syndicat",
    "marchand",
    "officine",
    "metropole",
];

/// Both at once.
pub(crate) const BOTH: [&str; 5] =
    ["parties", "les deux parties", "chaque partie", "chacune des parties", "cocontractants"];

/// Verbs that show a name to be the provider's when it is their subject.
pub(crate) const PROVIDER_VERBS: [&str; 22] = [
    "assure",
    "fournit",
    "garantit",
    "heberge",
    "intervient",
    "propose",
    "remettra",
    "mettra",
    "effectue",
    "realise",
    "decline",
    "met",
    "maintient",
    "sauvegarde",
    "notifie",
    "informera",
    "fournira",
    "assurera",
    "applique",
    "chiffre",
    "surveille",
    "administre",
];

/// The side that a name speaks of, if it holds a known noun.
pub(crate) fn role_of(name: &str) -> Option<Role> {
    let held = |terms: &[&str]| terms.iter().any(|t| name == *t || name.split(' ').any(|w| w == *t));
    if held(&PROVIDER) {
        Some(Role::Provider)
    } else if held(&CLIENT) || held(&MAYBE_CLIENT) {
        Some(Role::Client)
    } else {
        None
    }
}
