//! Who owes, with what force, under what negation: sentences of contracts and what the engine makes of them.

use check::frame::{Frame, Framer};
use check::parties::Parties;
use check::segment::{Segments, segment};
use contract::{Block, BlockKind, Debtor, Document, Format, Span};

fn document(lines: &[(BlockKind, &str)]) -> Document {
    let mut text = String::new();
    let mut blocks = Vec::new();
    for (kind, line) in lines {
        let start = text.len();
        text.push_str(line);
        blocks.push(Block::new(*kind, Span::new(start, text.len())));
        text.push('\n');
    }
    Document { format: Format::Text, text, pages: Vec::new(), blocks, problems: Vec::new() }
}

/// The frame around a word of the last unit.
fn frame_of(lines: &[(BlockKind, &str)], word: &str) -> Frame {
    let document = document(lines);
    let segments: Segments = segment(&document);
    let parties = Parties::learn(&document, &segments);
    let unit = (0..segments.units.len())
        .rev()
        .find(|u| segments.tokens(*u).iter().any(|t| segments.word(t).starts_with(word)))
        .expect("the word stands somewhere");
    let at = segments.tokens(unit).iter().position(|t| segments.word(t).starts_with(word)).expect("found above");
    Framer::new(&segments, &parties).frame(unit, at, at)
}

fn sentence(text: &str, word: &str) -> Frame {
    frame_of(&[(BlockKind::Paragraph, text)], word)
}

#[test]
fn the_subject_owes_and_the_object_does_not() {
    assert_eq!(sentence("Le Prestataire informe le Client de la sauvegarde.", "sauvegarde").debtor, Debtor::Provider);
    assert_eq!(sentence("Le Client informe le Prestataire de la panne.", "panne").debtor, Debtor::Client);
    assert_eq!(sentence("La sauvegarde est assurée par le Titulaire.", "sauvegarde").debtor, Debtor::Provider);
}

#[test]
fn idioms_that_put_a_duty_on_somebody_are_known() {
    assert_eq!(sentence("La sauvegarde est à la charge du Client.", "sauvegarde").debtor, Debtor::Client);
    assert_eq!(sentence("Il appartient au Client de sauvegarder ses données.", "sauvegarder").debtor, Debtor::Client);
    assert_eq!(sentence("Les Parties coopèrent à la sauvegarde.", "sauvegarde").debtor, Debtor::Both);
    assert_eq!(sentence("Le Client et le Prestataire sauvegardent.", "sauvegardent").debtor, Debtor::Both);
}

#[test]
fn a_lead_in_and_a_heading_carry_the_debtor_to_the_items() {
    let item = BlockKind::ListItem { depth: 0 };
    let lines = [(BlockKind::Paragraph, "Le Client s'engage à :"), (item, "- sauvegarder ses données ;")];
    assert_eq!(frame_of(&lines, "sauvegarder").debtor, Debtor::Client);
    let lines = [(BlockKind::Heading { level: 1 }, "Obligations du Prestataire"), (item, "- sauvegarder ;")];
    assert_eq!(frame_of(&lines, "sauvegarder").debtor, Debtor::Provider);
}

#[test]
fn the_contract_s_own_names_are_learnt() {
    let lines = [
        (BlockKind::Paragraph, "La société Aubrac Services, ci-après dénommée « le Prestataire »."),
        (BlockKind::Paragraph, "La clinique des Lys, ci-après « la Clinique »."),
        (BlockKind::Paragraph, "La Clinique assure la sauvegarde de ses postes."),
    ];
    assert_eq!(frame_of(&lines, "sauvegarde").debtor, Debtor::Client);
}

#[test]
fn a_name_defined_on_a_line_of_its_own_is_learnt() {
    let lines = [
        (BlockKind::Paragraph, "ci-après « Aubrac »,"),
        (BlockKind::Paragraph, "ci-après le « Client »,"),
        (BlockKind::Paragraph, "Aubrac assure la sauvegarde des postes."),
    ];
    assert_eq!(frame_of(&lines, "sauvegarde").debtor, Debtor::Provider);
}

#[test]
fn options_efforts_and_negations_are_seen() {
    assert!(sentence("Le Prestataire pourra proposer une sauvegarde.", "sauvegarde").optional);
    assert!(sentence("La sauvegarde est proposée en option.", "sauvegarde").optional);
    assert!(sentence("Le Prestataire s'efforce de sauvegarder.", "sauvegarder").soft);
    assert!(sentence("La sauvegarde n'est pas comprise.", "sauvegarde").negated);
    assert!(sentence("Ne sont pas couverts les virus, hors sauvegarde.", "sauvegarde").negated);
    assert!(!sentence("Le Prestataire n'agit que sur instruction.", "instruction").negated);
    assert!(!sentence("Le Prestataire assure la sauvegarde.", "sauvegarde").optional);
}

#[test]
fn an_exclusion_heading_covers_its_items() {
    let lines = [
        (BlockKind::Heading { level: 2 }, "Exclusions"),
        (BlockKind::ListItem { depth: 0 }, "- la sauvegarde des postes ;"),
    ];
    assert!(frame_of(&lines, "sauvegarde").negated);
}

#[test]
fn what_the_client_receives_is_no_duty_of_the_clients() {
    let frame = sentence("Le Client bénéficie d'une sauvegarde quotidienne.", "sauvegarde");
    assert_eq!((frame.debtor, frame.burden), (Debtor::Unsaid, false));
    let frame = sentence("Vous recevez chaque matin le bilan des sauvegardes.", "sauvegardes");
    assert_eq!(frame.debtor, Debtor::Unsaid);
    assert!(sentence("Le Client effectue lui-même la sauvegarde.", "sauvegarde").burden);
    assert!(sentence("La sauvegarde relève exclusivement du Client.", "sauvegarde").burden);
    assert!(sentence("La sauvegarde est à l'initiative exclusive du Client.", "sauvegarde").burden);
    assert!(!sentence("Le Prestataire effectue la sauvegarde.", "sauvegarde").burden);
}

#[test]
fn a_refusal_to_promise_denies() {
    assert!(sentence("Nous ne pouvons garantir la restauration.", "restauration").negated);
    assert!(sentence("Aucune garantie de disponibilité n'est consentie.", "disponibilite").negated);
    assert!(!sentence("L'arrêt ne peut excéder quatre heures.", "arret").negated);
}

#[test]
fn a_drafters_note_binds_nobody() {
    let note = "[À COMPLÉTER : si un taux de disponibilité de 99 % est souhaité par les parties]";
    assert!(sentence(note, "disponibilite").note);
    assert!(!sentence("Le taux de disponibilité est de [99] %.", "disponibilite").note);
}

#[test]
fn a_pronoun_after_an_opening_phrase_takes_up_the_sentence_before() {
    let text = "Le Client est responsable. En tout état de cause, celui-ci sauvegarde ses fichiers.";
    assert_eq!(sentence(text, "sauvegarde").debtor, Debtor::Client);
}

#[test]
fn a_matrix_lays_the_task_on_the_party_of_the_marked_column() {
    let row = BlockKind::TableRow { header: false };
    let head = (BlockKind::TableRow { header: true }, "| Activité | Prestataire | Client |");
    let frame = frame_of(&[head, (row, "| Sauvegarde | I | R |")], "sauvegarde");
    assert_eq!((frame.debtor, frame.burden), (Debtor::Client, true));
    assert_eq!(frame_of(&[head, (row, "| Sauvegarde | R | I |")], "sauvegarde").debtor, Debtor::Provider);
    assert_eq!(frame_of(&[head, (row, "| Sauvegarde | X | X |")], "sauvegarde").debtor, Debtor::Both);
    let head = (BlockKind::TableRow { header: true }, "| Tâche | Fréquence | À la charge du |");
    let lines = [head, (row, "| Sauvegarde | quotidienne | Client |")];
    assert_eq!(frame_of(&lines, "sauvegarde").debtor, Debtor::Client);
}

#[test]
fn what_is_said_in_passing_bounded_or_denied_twice_is_firm() {
    let firm = |text: &str, word: &str| {
        let frame = sentence(text, word);
        !(frame.optional || frame.soft || frame.negated || frame.definition)
    };
    assert!(firm("Le Prestataire protège les informations auxquelles il pourrait avoir accès.", "protege"));
    assert!(firm("Le contrat est conclu sans engagement et résiliable à tout moment.", "resiliable"));
    assert!(firm("La durée d'arrêt n'excède pas une semaine.", "arret"));
    assert!(firm("Hors urgence, les correctifs sont passés le samedi.", "correctifs"));
    assert!(firm("Aucun poste n'est livré sans antivirus à jour.", "antivirus"));
    assert!(firm("L'utilisateur désigné est prévenu de toute sauvegarde échouée.", "sauvegarde"));
    assert!(firm("Le délai sera arrêté à quatre heures.", "delai"));
}

#[test]
fn what_is_put_off_advised_or_tried_is_not_firm() {
    assert!(sentence("La procédure d'isolement sera définie lors de l'initialisation.", "isolement").soft);
    assert!(sentence("Nous essayons de répondre dans l'heure.", "repondre").soft);
    assert!(sentence("Nous faisons de notre mieux pour répondre.", "repondre").soft);
    assert!(sentence("Le rétablissement devrait prendre deux jours.", "retablissement").soft);
    assert!(sentence("Nous pouvons isoler le poste.", "isoler").optional);
    assert!(sentence("Le Prestataire ne fournit pas la sauvegarde.", "sauvegarde").negated);
}

#[test]
fn whom_a_thing_serves_does_not_owe_it_and_whose_people_act_acts() {
    let service = "La sauvegarde est faite chaque nuit pour que le Client puisse travailler.";
    assert_eq!(sentence(service, "sauvegarde").debtor, Debtor::Unsaid);
    assert_eq!(
        sentence("La sauvegarde est surveillée par l'équipe d'exploitation du Titulaire.", "sauvegarde").debtor,
        Debtor::Provider
    );
}
