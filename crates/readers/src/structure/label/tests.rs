//! Labels of headings and list items, told from numbers in prose.

use super::*;

fn decimal(depth: u8, last: u32, marked: bool) -> Option<Label> {
    Some(Label::Decimal { depth, last, marked })
}

fn label(line: &str) -> Option<Label> {
    label_of(line).map(|l| l.label)
}

fn content(line: &str) -> &str {
    label_of(line).map_or("", |l| &line[l.content..])
}

#[test]
fn divisions_need_a_number_and_a_separator_or_title() {
    assert_eq!(label("Article 5 – Objet"), Some(Label::Division(Division::Article)));
    assert_eq!(label("ARTICLE V : DURÉE"), Some(Label::Division(Division::Article)));
    assert_eq!(label("ARTICLE 1er"), Some(Label::Division(Division::Article)));
    assert_eq!(label("Annexe 2"), Some(Label::Division(Division::Annex)));
    assert_eq!(label("Titre III - Exécution"), Some(Label::Division(Division::Part)));
    assert_eq!(label("Article 28 du RGPD"), None);
    assert_eq!(label("article 5 – objet"), None);
    assert_eq!(label("Annexe au contrat"), None);
    assert_eq!(content("Article 5.2 – Objet"), "Objet");
}

#[test]
fn numbers_give_their_depth() {
    assert_eq!(label("5. Objet"), decimal(1, 5, true));
    assert_eq!(label("5 Objet"), decimal(1, 5, false));
    assert_eq!(label("5.2.1 Titre"), decimal(3, 1, false));
    assert_eq!(label("I.5.6 Résiliation"), decimal(3, 6, false));
    assert_eq!(label("2.1.10          Base de données"), decimal(3, 10, false));
    assert_eq!(label("IV. Durée"), Some(Label::Roman));
    assert_eq!(label("B - Périmètre"), Some(Label::Letter));
    assert_eq!(content("5.2.1. Titre"), "Titre");
}

#[test]
fn figures_and_titles_of_persons_are_no_labels() {
    for line in [
        "30 jours suivant",
        "7 500 EUR",
        "M. Dupont",
        "2016/679 du 27 avril",
        "99,9 % du temps",
        "12.5 % du prix",
        "4.2.1) les briques",
    ] {
        assert_eq!(label(line), None, "{line}");
    }
}

#[test]
fn items_of_lists() {
    for line in
        ["- texte", "• texte", "–\ttexte", "* texte", "o   texte", "-Le Client", "☐ oui", "[x] fait", "\u{f0b7} texte"]
    {
        assert_eq!(label(line), Some(Label::Bullet), "{line}");
    }
    for line in ["a) texte", "(i) texte", "1) texte", "1° texte", "i. texte", "b. texte"] {
        assert_eq!(label(line), Some(Label::Counter), "{line}");
    }
    for line in ["- 3 -", "-là", "---", "**gras** texte"] {
        assert_eq!(label(line), None, "{line}");
    }
}

#[test]
fn markdown_and_emphasis() {
    assert_eq!(label("## 3. Durée"), Some(Label::Hash(2)));
    assert_eq!(label("#mot"), None);
    assert_eq!(label("**Article 3 : Durée**"), Some(Label::Division(Division::Article)));
    assert_eq!(label("<h2>Durée</h2>"), Some(Label::Hash(2)));
}
