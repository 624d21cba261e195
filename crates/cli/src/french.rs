//! What the system and the command line's library say in English, said in French once, at the door.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error as _;

/// What the system says, and the same in French.
const SYSTEM: [(&str, &str); 14] = [
    ("No such file or directory (os error 2)", "introuvable : vérifiez le nom et le dossier"),
    ("Permission denied (os error 13)", "accès refusé : vérifiez les droits"),
    ("File exists (os error 17)", "un fichier de ce nom existe déjà"),
    ("Not a directory (os error 20)", "ce n'est pas un dossier"),
    ("Is a directory (os error 21)", "c'est un dossier, et il faut un fichier"),
    ("File too large (os error 27)", "le fichier serait trop grand pour ce qui est permis"),
    ("No space left on device (os error 28)", "le disque est plein"),
    ("Read-only file system (os error 30)", "ce disque ne peut pas être écrit"),
    ("Address already in use (os error 98)", "l'adresse est déjà prise par un autre programme"),
    ("Connection refused (os error 111)", "personne ne répond à cette adresse"),
    ("Cannot assign requested address (os error 99)", "cette machine n'a pas cette adresse"),
    ("stream did not contain valid UTF-8", "le texte n'est pas en UTF-8 : enregistrez-le en UTF-8"),
    ("file is not a database", "ce fichier n'est pas un registre de Clausule"),
    ("unclosed table, expected `]`", "crochet non fermé, « ] » attendu"),
];

/// An error as shown: the system's English replaced.
pub fn said(error: &str) -> String {
    SYSTEM.iter().fold(error.to_owned(), |text, (english, french)| text.replace(english, french))
}

/// What is wrong with a command line, and where to look.
pub fn usage(error: &clap::Error) -> String {
    let of = |kind| error.get(kind).map(words).filter(|w| !w.is_empty());
    let arg = of(ContextKind::InvalidArg).unwrap_or_default();
    let value = of(ContextKind::InvalidValue).unwrap_or_default();
    let meant = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let meant = meant.into_iter().find_map(of).map(|m| format!(" ; vouliez-vous dire {m} ?")).unwrap_or_default();
    let said = match error.kind() {
        ErrorKind::MissingRequiredArgument => format!("il manque : {arg}"),
        ErrorKind::InvalidValue if value.is_empty() => format!("il manque une valeur après {arg}{}", choices(&of)),
        ErrorKind::InvalidValue => format!("« {value} » n'est pas une valeur de {arg}{}{meant}", choices(&of)),
        ErrorKind::ValueValidation => {
            format!("« {value} » n'est pas une valeur de {arg} : {}", reason(error))
        }
        ErrorKind::UnknownArgument if arg.starts_with('-') => {
            format!("{arg} n'est pas une option{meant} (un nom de fichier qui commence par un tiret se donne après --)")
        }
        ErrorKind::UnknownArgument => format!("« {arg} » est de trop{meant}"),
        ErrorKind::InvalidSubcommand => {
            format!("« {} » n'est pas une commande{meant}", of(ContextKind::InvalidSubcommand).unwrap_or_default())
        }
        ErrorKind::ArgumentConflict => match of(ContextKind::PriorArg) {
            Some(prior) if prior != arg => format!("{arg} et {prior} ne vont pas ensemble"),
            _ => format!("{arg} ne se donne qu'une fois"),
        },
        ErrorKind::TooFewValues | ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues => {
            format!("{arg} n'a pas le bon nombre de valeurs")
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return help(&error.to_string()),
        ErrorKind::InvalidUtf8 => "un argument n'est pas en UTF-8".to_owned(),
        _ => error.to_string(),
    };
    format!("{said}\nAide : clausule --help, ou clausule COMMANDE --help")
}

/// Words of the library in a page of help, and the same in French.
const HELP: [(&str, &str); 13] = [
    ("Usage:", "Emploi :"),
    ("Commands:", "Commandes :"),
    ("Arguments:", "Arguments :"),
    ("Options:", "Options :"),
    ("[OPTIONS]", "[OPTIONS…]"),
    ("<COMMAND>", "<COMMANDE>"),
    ("Possible values:", "Valeurs possibles :"),
    ("[possible values:", "[valeurs possibles :"),
    ("[default:", "[sinon :"),
    ("Print help (see more with '--help')", "Affiche l'aide (plus longue avec --help)"),
    ("Print help (see a summary with '-h')", "Affiche l'aide (plus courte avec -h)"),
    ("Print help", "Affiche l'aide"),
    ("Print version", "Affiche la version"),
];

/// A page of help as the library writes it, its own words replaced.
pub fn help(page: &str) -> String {
    let page =
        page.replace("Print this message or the help of the given subcommand(s)", "Affiche l'aide d'une commande");
    HELP.iter().fold(page, |text, (english, french)| text.replace(english, french))
}

fn choices(of: &dyn Fn(ContextKind) -> Option<String>) -> String {
    of(ContextKind::ValidValue).map(|all| format!(" ; au choix : {all}")).unwrap_or_default()
}

/// Why a value was refused: our own sentence, or what the library says of dates, numbers and addresses.
fn reason(error: &clap::Error) -> String {
    let told = error.source().map(ToString::to_string).unwrap_or_default();
    let english = |words: &[&str]| words.iter().any(|w| told.contains(w));
    if english(&["failed to parse", "parsing", "datetime", "month", "day"]) {
        "une date s'écrit AAAA-MM-JJ, par exemple 2026-03-01, une heure 2026-03-01T08:00:00Z".to_owned()
    } else if english(&["invalid digit", "invalid float", "not in", "number too", "empty string"]) {
        "ce n'est pas un nombre permis ici".to_owned()
    } else if english(&["socket address"]) {
        "une adresse s'écrit 127.0.0.1:8017".to_owned()
    } else {
        told
    }
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(all) => all.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::StyledStrs(all) => all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        ContextValue::Bool(_) | ContextValue::Number(_) | ContextValue::None => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Args;
    use clap::Parser;

    fn refused(line: &[&str]) -> String {
        usage(&Args::try_parse_from([&["clausule"], line].concat()).expect_err("refused"))
    }

    #[test]
    fn refusals_are_french() {
        assert!(
            refused(&["check", "--formt", "json", "a.pdf"])
                .contains("--formt n'est pas une option ; vouliez-vous dire --format ?")
        );
        assert!(refused(&["chek"]).contains("« chek » n'est pas une commande ; vouliez-vous dire check ?"));
        assert!(refused(&["check"]).contains("il manque : "));
        let choices = refused(&["check", "--format", "doc", "a.pdf"]);
        assert!(choices.contains("« doc » n'est pas une valeur de --format") && choices.contains("json"), "{choices}");
        let date = refused(&["follow", "add", "a.pdf", "--provider", "X", "--signed", "2026-13-01"]);
        assert!(date.contains("une date s'écrit AAAA-MM-JJ"), "{date}");
        assert!(refused(&["follow", "add", "a.pdf", "--provider", " "]).contains("il faut quelques mots"));
    }

    #[test]
    fn help_is_french() {
        for line in [&["--help"][..], &["-h"], &["check", "--help"], &["follow", "--help"], &["check", "-h"]] {
            let page = help(&refused_page(line));
            let english = ["Usage:", "Options:", "Commands:", "Print ", "values:", "[default"];
            assert!(page.contains("Emploi :") && !english.iter().any(|e| page.contains(e)), "{page}");
        }
    }

    fn refused_page(line: &[&str]) -> String {
        Args::try_parse_from([&["clausule"], line].concat()).expect_err("a page of help").to_string()
    }

    #[test]
    fn the_system_speaks_french() {
        let missing = std::fs::read("/nulle/part").expect_err("missing");
        assert_eq!(said(&missing.to_string()), "introuvable : vérifiez le nom et le dossier");
    }
}
