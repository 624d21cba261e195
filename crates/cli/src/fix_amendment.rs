//! `clausule fix` for a contract that can't be changed where it stands: an amendment that names its articles.

use crate::draft_command::{Form, by_name, render};
use crate::fix_command::{FixArgs, beside, selection, summary};
use crate::{input, output};
use check::Engine;
use contract::{Document, Format};
use draft::Answers;
use draft::mend::amend::{Amended, Identity, Terms, amend};
use draft::mend::{How, Task};
use std::path::PathBuf;
use std::process::ExitCode;

/// Writes the amendment.
///
/// # Errors
/// When the contract can't be read or the output can't be written.
pub fn run(args: &FixArgs, engine: &Engine, answers: &Answers) -> Result<ExitCode, String> {
    let outputs = outputs(args)?;
    for (path, _) in &outputs {
        output::refuse_overwrite(path, args.force)?;
        output::refuse_input(path, std::slice::from_ref(&args.file))?;
    }
    let shown = args.file.display();
    let document = input::read(&args.file, args.judge.ocr()).map_err(|e| format!("{shown} : {e}"))?;
    let date = output::day(args.date)?;
    let file = args.file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let terms = Terms { file: &file, author: args.author.as_deref().unwrap_or_default(), date: Some(date) };
    let request = args.judge.request();
    let task = Task { engine, request, selection: selection(args), answers, comments: "" };
    let amended = amend(&task, &document, &terms);
    let Some(paper) = &amended.paper else {
        println!("{}", nothing(&amended));
        print!("{}", caution(&document));
        return Ok(ExitCode::SUCCESS);
    };
    for (path, form) in &outputs {
        output::write(Some(path), &render(paper, *form)?)?;
    }
    let names: Vec<String> = outputs.iter().map(|(path, _)| path.display().to_string()).collect();
    let after = amended.after.as_ref();
    print!("{}", summary(&names.join(", "), &amended.mended, (&amended.before, after), &engine.catalogue));
    print!("{}", blanks(&document));
    if document.format == Format::Odt {
        println!(
            "Pour un suivi des modifications dans le texte même, enregistrez le contrat en DOCX depuis LibreOffice, puis recommencez."
        );
    }
    print!("{}", caution(&document));
    Ok(ExitCode::SUCCESS)
}

/// Where the amendment goes, and in which forms.
fn outputs(args: &FixArgs) -> Result<Vec<(PathBuf, Form)>, String> {
    if let Some(path) = &args.output {
        let form = args.format.map_or_else(|| by_name(path), Ok)?;
        return Ok(vec![(path.clone(), form)]);
    }
    let forms = args.format.map_or_else(|| vec![Form::Docx, Form::Pdf], |form| vec![form]);
    Ok(forms.into_iter().map(|form| (beside(&args.file, "avenant", form.extension()), form)).collect())
}

fn nothing(amended: &Amended) -> String {
    let commented = amended.mended.iter().filter(|m| m.how == How::Commented).count();
    if commented > 0 {
        return format!(
            "Aucun avenant écrit : {commented} passages sont à renégocier, mais aucune clause ne les corrige sans \
             risque. Lisez-les : clausule check."
        );
    }
    "Rien à corriger : aucun manque de la gravité demandée. Voyez tous les points : clausule check.".into()
}

/// What is left for the user to write in.
fn blanks(document: &Document) -> String {
    let identity = Identity::of(document);
    let mut open = vec!["l'identité des parties", "la date d'effet", "les signatures"];
    if identity.date.is_none() {
        open.insert(1, "la date du contrat");
    }
    if identity.title.is_none() {
        open.insert(1, "l'intitulé du contrat");
    }
    format!("À compléter dans l'avenant : {}. À relire avec un juriste avant signature.\n", open.join(", "))
}

/// What the reading leaves in doubt.
fn caution(document: &Document) -> String {
    let pages = |list: Vec<u32>| list.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    let ocr: Vec<u32> = document.ocr_pages().map(|p| p.number).collect();
    let unread: Vec<u32> = document.unreadable_pages().map(|p| p.number).collect();
    let mut out = String::new();
    if !ocr.is_empty() {
        out.push_str(&format!(
            "Pages lues par reconnaissance de caractères ({}) : comparez à l'original chaque mot cité du contrat.\n",
            pages(ocr)
        ));
    }
    if !unread.is_empty() {
        out.push_str(&format!(
            "Pages illisibles ({}) : l'avenant ne tient pas compte de ce qu'elles disent.\n",
            pages(unread)
        ));
    }
    out
}
