//! Every template is whole, answers are put in as data, and the answers file reads back.

use super::*;

fn filled(template: &Template, answers: &DocumentAnswers) -> Paper {
    let catalogue = points::embedded();
    let parties = Parties::default();
    let filling = DocumentFilling { catalogue: &catalogue, parties: &parties, profile: None, answers, date: None };
    template.paper(&filling).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_template_is_whole_and_every_parameter_is_used() {
    let templates = all().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(templates.len(), FILES.len());
    for template in &templates {
        filled(template, &DocumentAnswers::default());
        for open in &template.parameters {
            let placeholder = format!("{{{}}}", open.parameter.name);
            let used = template.body.contains(&placeholder)
                || template.facts.iter().any(|(_, words)| words.contains(&placeholder));
            assert!(used, "{}: {placeholder} is asked and not used", template.name);
        }
        assert!(template.about.ends_with('.') && !template.title.is_empty(), "{}", template.name);
    }
}

#[test]
fn the_answers_file_is_read_back_with_every_line_switched_on() {
    let catalogue = points::embedded();
    for template in all().unwrap() {
        let file = questionnaire(&template, &catalogue, None);
        let on: String = file
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.split_once(" = ").is_some_and(|(name, _)| !name.contains(' ')) => {
                    format!("{}\n", rest.replace("= \"\"", "= \"une réponse\""))
                }
                _ => format!("{line}\n"),
            })
            .collect();
        let on = on.replace("echeance = \"une réponse\"", "echeance = 2027-01-31");
        let answers = DocumentAnswers::parse(&on, &template, &catalogue)
            .unwrap_or_else(|error| panic!("{}: {error}\n{on}", template.name));
        for open in &template.parameters {
            assert!(answers.own(&open.parameter.name).is_some(), "{}: {}", template.name, open.parameter.name);
        }
        filled(&template, &answers);
    }
}

#[test]
fn what_is_asked_once_is_said_once() {
    let catalogue = points::embedded();
    for template in all().unwrap() {
        for point in template.clauses().into_iter().filter_map(|id| catalogue.get(id)) {
            for parameter in point.clause.iter().flat_map(|clause| &clause.parameters) {
                let own = template.parameters.iter().find(|open| open.parameter.name == parameter.name);
                let Some(own) = own.map(|open| &open.parameter) else { continue };
                assert_eq!(own.kind, parameter.kind, "{}: {} of {}", template.name, own.name, point.id);
                assert_eq!((own.min, own.max), (parameter.min, parameter.max), "{}: {}", template.name, own.name);
                for profile in Profile::ALL.into_iter().filter(|_| own.kind != points::ParameterKind::Text) {
                    assert_eq!(own.default_for(profile), parameter.default_for(profile), "{}", template.name);
                }
            }
        }
    }
    let template = get("cyberattaque").unwrap().unwrap();
    let file = "[document]\nnumero = \"04 78 00 00 99\"\n[INC-06]\ndelai = 1\n";
    let paper = filled(&template, &DocumentAnswers::parse(file, &template, &catalogue).unwrap());
    let text = paper::markdown::write(&paper);
    assert!(text.contains("le numéro d’urgence 04 78 00 00 99"), "the clause has the number of the sheet");
    assert!(text.contains("| 1\u{a0}heure | Isoler") || text.contains("| 1 heure | Isoler"), "{text}");
}

#[test]
fn an_answer_is_shown_as_it_is() {
    let catalogue = points::embedded();
    let template = get("confidentialite").unwrap().unwrap();
    let hostile = "[document]\nclient = \"# *Cabinet* [x](y) & <b>\"\n";
    let answers = DocumentAnswers::parse(hostile, &template, &catalogue).unwrap();
    let paper = filled(&template, &answers);
    let facts = &paper.cover.as_ref().unwrap().facts;
    assert_eq!(facts[0].1, [Inline::Text("# *Cabinet* [x](y) & <b>".to_owned())]);
}

#[test]
fn wrong_answers_say_which_and_why() {
    let catalogue = points::embedded();
    let template = get("confidentialite").unwrap().unwrap();
    for (file, what) in [
        ("[document]\ninconnu = 1", "questions de ce document : client"),
        ("[document]\nverification = 400", "trop"),
        ("document = 3", "section"),
        ("[CNF-07]\ndelai = \"90 %\"", "jours"),
    ] {
        let error = DocumentAnswers::parse(file, &template, &catalogue).unwrap_err().to_string();
        assert!(error.contains(what), "{what}: {error}");
    }
}
