//! `clausule fix`.

use crate::args::{JudgeArgs, severity};
use crate::draft_command::Form;
use crate::isolate::{Bounds, Isolate, Order};
use crate::{fix_amendment, fix_provider, input, output};
use check::Engine;
use contract::{Assessment, Severity, Verdict};
use draft::answers::questionnaire;
use draft::mend::{How, Mended, Selection, Task, fix, fix_demands};
use draft::redline::{Opened, Plan, RedlineError, Signature};
use draft::{Answers, Demands};
use points::Catalogue;
use std::fmt::{Display, Write as _};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Longest time one step of editing may take.
const TIME: Duration = Duration::from_secs(20);
/// Memory an editing process may take, in bytes.
const MEMORY: u64 = 1 << 30;

/// Arguments of `fix`.
#[derive(Debug, clap::Args)]
pub struct FixArgs {
    /// Le contrat.
    pub file: PathBuf,
    /// Le fichier corrigé ; à côté du contrat s'il n'est pas donné.
    #[arg(long, short)]
    pub output: Option<PathBuf>,
    /// Remplace le fichier de sortie s'il existe.
    #[arg(long)]
    pub force: bool,
    /// Écrit un avenant, même pour un fichier Word.
    #[arg(long)]
    pub amendment: bool,
    /// Forme de l'avenant.
    #[arg(long, value_enum, conflicts_with = "questions")]
    pub format: Option<Form>,
    /// How the contract is read and judged.
    #[command(flatten)]
    pub judge: JudgeArgs,
    /// Corrige les manques de cette gravité ou plus graves.
    #[arg(long, value_parser = severity, default_value = "majeur")]
    pub severity: Severity,
    /// Seulement ces points, par exemple SAU-06, quelle que soit leur gravité.
    #[arg(long = "point", value_delimiter = ',')]
    pub points: Vec<String>,
    /// Seulement ces catégories, par exemple SAU.
    #[arg(long = "category", value_delimiter = ',')]
    pub categories: Vec<String>,
    /// Vos réponses : délais, montants, rythmes à écrire dans les clauses.
    #[arg(long)]
    pub answers: Option<PathBuf>,
    /// Écrit seulement le fichier des questions, à compléter puis à donner à --answers.
    #[arg(long, conflicts_with = "answers")]
    pub questions: bool,
    /// L'auteur des modifications ; Clausule s'il n'est pas donné.
    #[arg(long)]
    pub author: Option<String>,
    /// Le jour des modifications (AAAA-MM-JJ) ; aujourd'hui s'il n'est pas donné.
    #[arg(long, value_parser = output::parse_day)]
    pub date: Option<paper::Date>,
}

/// Mends a contract.
///
/// # Errors
/// When the file can't be read or edited, an answer can't be taken, or the output can't be written.
pub fn run(args: &FixArgs) -> Result<ExitCode, String> {
    let engine = &Engine::embedded_with_clauses();
    known(args, &engine.catalogue)?;
    let bytes = fs::read(&args.file).map_err(|e| format!("{} : {}", args.file.display(), input::explain(&e)))?;
    let answers = match &args.answers {
        Some(path) => {
            let text = fs::read_to_string(path).map_err(|e| format!("{} : {}", path.display(), input::explain(&e)))?;
            Answers::parse(&text, &engine.catalogue).map_err(|e| e.to_string())?
        }
        None => Answers::default(),
    };
    if args.questions {
        return questions(args, engine);
    }
    if is_word(&bytes) && !args.amendment {
        if args.format.is_some_and(|form| form != Form::Docx) {
            return Err("le suivi des modifications n'existe qu'en Word ; pour un avenant, ajoutez --amendment".into());
        }
        return redline(args, engine, &answers, &Arc::new(bytes));
    }
    fix_provider::refuse_amendment(args)?;
    fix_amendment::run(args, engine, &answers)
}

/// Whether the bytes are a package of Word's kind rather than an OpenDocument one, whose first entry tells its type.
fn is_word(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") && bytes.get(30..38).is_none_or(|name| name != b"mimetype")
}

/// Refuses points and categories that do not exist.
fn known(args: &FixArgs, catalogue: &Catalogue) -> Result<(), String> {
    if let Some(id) = args.points.iter().find(|id| catalogue.get(id).is_none()) {
        return Err(format!("point inconnu : {id} ; la liste : clausule points"));
    }
    let category = |id: &&String| !catalogue.categories.iter().any(|c| c.id.eq_ignore_ascii_case(id));
    match args.categories.iter().find(category) {
        Some(id) => Err(format!("catégorie inconnue : {id} ; la liste : clausule points")),
        None => Ok(()),
    }
}

/// Which gaps are to be mended.
pub fn selection(args: &FixArgs) -> Selection {
    Selection {
        severity: args.points.is_empty().then_some(args.severity),
        points: args.points.clone(),
        categories: args.categories.clone(),
    }
}

/// Writes the questions that the clauses for this contract ask.
fn questions(args: &FixArgs, engine: &Engine) -> Result<ExitCode, String> {
    let path = args.output.clone().unwrap_or_else(|| beside(&args.file, "reponses", "toml"));
    output::refuse_overwrite(&path, args.force)?;
    output::refuse_input(&path, std::slice::from_ref(&args.file))?;
    let document = input::read(&args.file, args.judge.ocr()).map_err(|e| format!("{} : {e}", args.file.display()))?;
    let assessment = engine.assess(&document, &args.judge.request());
    let selection = selection(args);
    let taken = assessment.verdicts.iter().filter_map(|v| {
        let point = engine.catalogue.get(&v.point)?;
        selection.takes(point, v).then_some(point)
    });
    output::write(Some(&path), questionnaire(taken, assessment.profile).as_bytes())?;
    println!("Questions écrites dans {}.", path.display());
    println!("Complétez-les, puis : clausule fix {} --answers {}", args.file.display(), path.display());
    Ok(ExitCode::SUCCESS)
}

/// `contrat.docx` → `contrat.corrige.docx`.
pub fn beside(file: &Path, word: &str, extension: &str) -> PathBuf {
    let stem = file.file_stem().map_or_else(|| "contrat".into(), |s| s.to_string_lossy());
    file.with_file_name(format!("{stem}.{word}.{extension}"))
}

fn redline(args: &FixArgs, engine: &Engine, answers: &Answers, bytes: &Arc<Vec<u8>>) -> Result<ExitCode, String> {
    let macros = args.file.extension().is_some_and(|e| e.eq_ignore_ascii_case("docm"));
    let path = args.output.clone();
    let path = path.unwrap_or_else(|| beside(&args.file, "corrige", if macros { "docm" } else { "docx" }));
    output::refuse_overwrite(&path, args.force)?;
    output::refuse_input(&path, std::slice::from_ref(&args.file))?;
    let shown = args.file.display();
    let wrong = |e: &dyn Display| format!("{shown} : {e}");
    let mut apart = Isolate::new(Bounds { time: TIME, memory: MEMORY, ocr: false });
    let opened: Result<Opened, RedlineError> = apart.ask(&Order::Open, bytes).map_err(|e| wrong(&e))?;
    let opened = opened.map_err(|e| wrong(&e))?;
    let signature = Signature { author: args.author.clone().unwrap_or_else(|| "Clausule".into()), date: moment(args)? };
    let request = args.judge.request();
    let task = Task { engine, request, selection: selection(args), answers, comments: &opened.comments };
    let mut redliner = |plan: &Plan| {
        let order = Order::Redline(plan.clone(), signature.clone());
        let made: Result<_, RedlineError> = apart.ask(&order, bytes).map_err(|e| wrong(&e))?;
        made.map_err(|e| wrong(&e))
    };
    let demands = fix_provider::is_asked(args).then(Demands::embedded);
    let fixed = match &demands {
        Some(demands) => fix_demands(&task, demands, &opened.document, &opened.map, &mut redliner),
        None => fix(&task, &opened.document, &opened.map, &mut redliner),
    }?;
    let Some(out) = &fixed.bytes else {
        println!("{}", nothing(&opened));
        return Ok(ExitCode::SUCCESS);
    };
    output::write(Some(&path), out)?;
    let shown = path.display().to_string();
    match &demands {
        Some(demands) => print!("{}", fix_provider::summary(&shown, &fixed, demands)),
        None => print!("{}", summary(&shown, &fixed.mended, (&fixed.before, fixed.after.as_ref()), &engine.catalogue)),
    }
    println!("Ouvrez le fichier dans Word ou LibreOffice : acceptez, modifiez ou refusez chaque changement.");
    if macros {
        println!("Les macros du fichier n'ont été ni lues ni modifiées.");
    }
    Ok(ExitCode::SUCCESS)
}

/// The moment written on each change: midnight of the day given, else of today, so that the day alone is told.
fn moment(args: &FixArgs) -> Result<String, String> {
    let day = output::day(args.date)?;
    Ok(format!("{:04}-{:02}-{:02}T00:00:00Z", day.year, day.month, day.day))
}

fn nothing(opened: &Opened) -> &'static str {
    if opened.comments.contains(" · ") && !opened.comments.is_empty() {
        "Rien à ajouter : les corrections sont déjà proposées dans ce fichier. Acceptez-les ou refusez-les dans Word \
         (Révision) ou LibreOffice (Édition, Suivi des modifications)."
    } else {
        "Rien à corriger : aucun manque de la gravité demandée. Voyez tous les points : clausule check."
    }
}

/// What was done, point by point; the assessments are those of before and after.
pub fn summary(
    written: &str,
    mended: &[Mended],
    (before, after): (&Assessment, Option<&Assessment>),
    catalogue: &Catalogue,
) -> String {
    let count = |how: How| mended.iter().filter(|m| m.how == how).count();
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{written} : {}, {}, {}",
        agreed(count(How::Inserted) + count(How::Restored), "clause ajoutée", "clauses ajoutées"),
        agreed(count(How::Replaced), "passage remplacé", "passages remplacés"),
        agreed(count(How::Commented), "commentaire sans clause", "commentaires sans clause")
    );
    for mended in mended {
        let title = catalogue.get(&mended.point).map_or("", |p| p.title.as_str());
        let _ = writeln!(out, "  {}  {title} — {}", mended.point, done(mended));
    }
    let satisfied = |list: &Assessment| list.verdicts.iter().filter(|v| v.verdict == Verdict::Satisfied).count();
    if let Some(after) = after {
        let judged = after.verdicts.iter().filter(|v| v.verdict != Verdict::NotApplicable).count();
        let _ = writeln!(
            out,
            "Points satisfaits : {} avant, {} après acceptation, sur {judged} (profil {}).",
            satisfied(before),
            satisfied(after),
            after.profile.label()
        );
    }
    out
}

/// "1 clause", "2 clauses"; French has no plural below two.
fn agreed(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count < 2 { one } else { many })
}

fn done(mended: &Mended) -> String {
    let place = match (mended.article.is_empty(), mended.created) {
        (true, _) => "en tête du contrat".to_owned(),
        (false, true) => format!("dans un nouvel article « {} »", mended.article),
        (false, false) => format!("dans « {} »", mended.article),
    };
    match mended.how {
        How::Inserted => format!("clause ajoutée {place}"),
        How::Replaced => format!("passage remplacé, clause {place}"),
        How::Restored => format!("clause ajoutée {place}, car un passage supprimé en tenait lieu"),
        How::Commented => "commentaire seulement : aucune clause ne peut être posée ici sans risque".into(),
        How::Left => "laissé tel quel : aucune clause ne peut être posée dans ce fichier sans risque".into(),
    }
}
