//! `clausule fix` as a user runs it: Word files of every kind, files that are no Word, answers, places that refuse.

mod word;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use word::{Package, original};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// An empty folder of this test's own.
fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a scratch folder");
    dir
}

/// A copy of a sample in a folder.
fn sample(dir: &Path, name: &str) -> PathBuf {
    let to = dir.join(name);
    fs::copy(root().join("samples").join(name), &to).expect("the sample");
    to
}

fn fix(file: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clausule"));
    command.arg("fix").arg(file).args(["--date", "2026-11-29", "--profile", "pme", "--no-ocr"]).args(more);
    command.output().expect("the program starts")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What is said of a file that is refused; nothing is written beside it.
fn refused(file: &Path, more: &[&str]) -> String {
    let folder = file.parent().expect("a folder");
    let before = names(folder);
    let output = fix(file, more);
    assert_eq!(output.status.code(), Some(2), "{}: {}", file.display(), said(&output));
    assert_eq!(names(folder), before, "something was written");
    said(&output)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Points of a file that `check` finds satisfied.
fn satisfied(file: &Path) -> usize {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clausule"));
    let output = command.args(["check", "--format", "json", "--profile", "pme"]).arg(file).output().expect("starts");
    let out: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let verdicts = out["documents"][0]["verdicts"].as_array().expect("verdicts");
    verdicts.iter().filter(|v| v["verdict"] == "satisfied").count()
}

#[test]
fn a_word_file_gets_tracked_changes_once_and_keeps_its_words() {
    let dir = scratch("fix-word");
    let file = sample(&dir, "maintenance-faible.docx");
    let output = fix(&file, &[]);
    assert!(output.status.success(), "{}", said(&output));
    let out = dir.join("maintenance-faible.corrige.docx");
    assert_eq!(original(&out), original(&file), "rejecting every change gives the words back");
    assert!(satisfied(&out) > satisfied(&file) + 30, "{}", said(&output));
    let main = word::part(&out, "word/document.xml");
    assert!(main.contains(r#"w:date="2026-11-29T00:00:00Z""#) && main.contains("<w:del "));
    let again = fix(&out, &[]);
    assert!(said(&again).contains("Rien à ajouter"), "{}", said(&again));
    assert!(!dir.join("maintenance-faible.corrige.corrige.docx").exists());
}

#[test]
fn a_pdf_gets_an_amendment_in_word_and_pdf() {
    let dir = scratch("fix-pdf");
    let file = sample(&dir, "maintenance-faible.pdf");
    let output = fix(&file, &["--severity", "bloquant"]);
    assert!(output.status.success(), "{}", said(&output));
    let word = dir.join("maintenance-faible.avenant.docx");
    let text = word::words(&word);
    for said in [
        "est complété comme suit",
        "les mots «",
        "sont remplacés",
        "il prévaut",
        "restent inchangées",
        "Pour le Client",
    ] {
        assert!(text.contains(said), "{said:?} is not in the amendment");
    }
    let pdf = fs::read(dir.join("maintenance-faible.avenant.pdf")).expect("the PDF");
    assert!(pdf.starts_with(b"%PDF-"));
    assert!(refused(&file, &["--severity", "bloquant"]).contains("--force"));
    let forced = fix(&file, &["--severity", "bloquant", "--force", "--format", "md"]);
    assert!(forced.status.success(), "{}", said(&forced));
    assert!(fs::read_to_string(dir.join("maintenance-faible.avenant.md")).expect("Markdown").contains("# Avenant"));
}

#[test]
fn one_point_one_category_and_a_word_file_by_amendment() {
    let dir = scratch("fix-choice");
    let file = sample(&dir, "maintenance-faible.docx");
    let out = dir.join("un.md").display().to_string();
    let output = fix(&file, &["--amendment", "--point", "SAU-06", "-o", &out]);
    let text = fs::read_to_string(&out).expect("written");
    assert!(said(&output).contains("SAU-06") && !said(&output).contains("INC-01"), "{}", said(&output));
    assert!(text.matches(" est complété").count() + text.matches("les mots «").count() >= 1, "{text}");
    assert!(refused(&file, &["--point", "SAU-99"]).contains("point inconnu"));
    assert!(refused(&file, &["--category", "ZZZ"]).contains("catégorie inconnue"));
    assert!(refused(&file, &["--format", "pdf"]).contains("--amendment"));
}

#[test]
fn files_that_must_not_be_edited_are_refused_with_what_to_do() {
    let dir = scratch("fix-refused");
    let whole = fs::read(root().join("samples/maintenance-faible.docx")).expect("the sample");
    let put = |name: &str, bytes: &[u8]| {
        let path = dir.join(name);
        fs::write(&path, bytes).expect("written");
        path
    };
    assert!(refused(&put("coupe.docx", &whole[..whole.len() / 2]), &[]).contains("endommagé"));
    assert!(refused(&put("vide.docx", b""), &[]).contains("vide"));
    let mut ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    ole.extend("EncryptedPackage".bytes().flat_map(|b| [b, 0]));
    assert!(refused(&put("secret.docx", &ole), &[]).contains("mot de passe"));
    let signed = Package::sample().with("_xmlsignatures/origin.sigs", "").bytes();
    assert!(refused(&put("signe.docx", &signed), &[]).contains("signature électronique"));
    let settings =
        format!(r#"<w:settings {}><w:documentProtection w:edit="readOnly" w:enforcement="1"/></w:settings>"#, word::W);
    let locked = Package::sample().with("word/settings.xml", &settings).bytes();
    assert!(refused(&put("protege.docx", &locked), &[]).contains("protégé contre les modifications"));
    let broken = Package::of("<w:document><w:body>").bytes();
    assert!(refused(&put("xml.docx", &broken), &[]).contains("endommagé"));
    assert!(refused(&dir.join("absent.docx"), &[]).contains("introuvable"));
    let secret = root().join("crates/readers/tests/fixtures/chiffre-utilisateur.pdf");
    let copy = put("secret.pdf", &fs::read(secret).expect("the fixture"));
    assert!(refused(&copy, &[]).contains("mot de passe"));
}

#[test]
fn macros_nested_tables_content_controls_and_odd_prefixes_are_left_as_they_are() {
    let dir = scratch("fix-odd");
    for (name, package) in [
        ("macros.docm", Package::sample().with("word/vbaProject.bin", "macros")),
        ("tables.docx", Package::of(&word::nested_tables())),
        ("controles.docx", Package::of(&word::content_controls())),
        ("prefixes.docx", Package::of(&word::odd_prefixes())),
    ] {
        let path = dir.join(name);
        fs::write(&path, package.bytes()).expect("written");
        let output = fix(&path, &["--severity", "mineur"]);
        assert!(output.status.success(), "{name}: {}", said(&output));
        let out = path.with_file_name(name.replace('.', ".corrige."));
        assert_eq!(original(&out), original(&path), "{name}: rejecting gives the words back");
        assert!(satisfied(&out) > satisfied(&path) + 50, "{name}: {}", said(&output));
        if name.ends_with(".docm") {
            assert!(said(&output).contains("macros"), "{}", said(&output));
            assert_eq!(word::part(&out, "word/vbaProject.bin"), "macros");
        }
    }
}

#[test]
fn answers_are_taken_or_refused_with_the_line_to_mend() {
    let dir = scratch("fix-answers");
    let file = sample(&dir, "maintenance-faible.pdf");
    let answers = dir.join("reponses.toml");
    let path = answers.display().to_string();
    for (text, what) in [
        ("[SAU-06]\nfrequence = \"3 heures\"\n", "fois par an"),
        ("[SAU-06]\nfrequence = 0\n", "nul ou négatif"),
        ("[SAU-06]\nrythme = 2\n", "question inconnue"),
        ("[SAU-06]\nfrequence = 2\nfrequence = 4\n", "deux fois"),
        ("[INC-11]\ndelai = 24\n[RGP-09]\ndelai = 48\n", "même chose"),
        ("[XXX-01]\na = 1\n", "n'est pas un point"),
        ("frequence", "ligne 1"),
    ] {
        fs::write(&answers, text).expect("written");
        let message = refused(&file, &["--answers", &path]);
        assert!(message.contains(what), "{text:?}: {message}");
    }
    fs::remove_file(&answers).expect("removed");
    assert!(refused(&file, &["--answers", &path]).contains("introuvable"));
    let asked = fix(&file, &["--questions", "-o", &path]);
    assert!(asked.status.success(), "{}", said(&asked));
    let questions = fs::read_to_string(&answers).expect("the questions");
    let on: String =
        questions.lines().map(|l| if l.contains("# frequence = ") { "frequence = 12\n" } else { "" }).take(1).collect();
    assert!(on.is_empty() && questions.contains("[SAU-06]"), "{questions}");
    fs::write(&answers, questions.replacen("[SAU-06]\n", "[SAU-06]\nfrequence = 12\n", 1)).expect("written");
    let out = dir.join("avenant.md").display().to_string();
    let output = fix(&file, &["--answers", &path, "--point", "SAU-06", "-o", &out]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        fs::read_to_string(&out).expect("written").contains("une fois par mois"),
        "the answer is not in the clause"
    );
}

#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let dir = scratch("fix-full");
    let file = sample(&dir, "maintenance-faible.docx");
    let before = names(&dir);
    // Files may have 8 blocks of 512 bytes: every write beyond fails.
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" fix \"$1\" --no-ocr --profile pme";
    let output =
        Command::new("sh").args(["-c", script, env!("CARGO_BIN_EXE_clausule")]).arg(&file).output().expect("sh");
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("écriture de"), "{}", said(&output));
    assert_eq!(names(&dir), before, "something was left");
    // A pipe or a folder is never replaced, whatever the user says.
    let pipe = dir.join("tube.docx");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    for place in [&pipe, &dir] {
        assert!(refused(&file, &["-o", &place.display().to_string(), "--force"]).contains("ordinaire"));
    }
    let nowhere = dir.join("absent/avenant.docx").display().to_string();
    assert!(refused(&file, &["-o", &nowhere]).contains("écriture de"));
}

#[test]
fn open_document_html_and_text_get_an_amendment() {
    let dir = scratch("fix-others");
    for name in ["contrat.odt", "contrat.html"] {
        let file = dir.join(name);
        fs::copy(root().join("crates/readers/tests/fixtures").join(name), &file).expect("the fixture");
        let output = fix(&file, &["--severity", "mineur", "--format", "docx", "--force"]);
        assert!(output.status.success(), "{name}: {}", said(&output));
        assert_eq!(said(&output).contains("enregistrez le contrat en DOCX"), name.ends_with("odt"));
        assert!(word::words(&dir.join("contrat.avenant.docx")).contains("Entrée en vigueur"), "{name}");
    }
    let file = sample(&dir, "accord-rgpd.txt");
    assert!(fix(&file, &["--format", "md"]).status.success());
}
