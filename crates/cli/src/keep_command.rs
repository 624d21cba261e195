//! `clausule dossier`, `backup`, `restore`, `export`, `import`, `stamp`, `draw`: what goes out of the register, and back.

use crate::input;
use crate::place::{self, PlaceArgs};
use jiff::Timestamp;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::{Archived, Store};

/// Arguments of `dossier`.
#[derive(Debug, clap::Args)]
pub struct DossierArgs {
    /// Where the register is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Le contrat ; tout le registre s'il n'est pas donné.
    #[arg(long)]
    pub contract: Option<String>,
    /// Le fichier à écrire.
    #[arg(long, short)]
    pub output: PathBuf,
    /// Remplace le fichier de sortie s'il existe.
    #[arg(long)]
    pub force: bool,
}

/// Arguments of `backup` and `export`.
#[derive(Debug, clap::Args)]
pub struct ArchiveArgs {
    /// Where the register is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Le fichier à écrire (ZIP).
    pub output: PathBuf,
    /// Remplace le fichier de sortie s'il existe.
    #[arg(long)]
    pub force: bool,
}

/// Arguments of `restore` and `import`.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// Where the register is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// L'archive.
    pub archive: PathBuf,
}

/// Arguments of `stamp`.
#[derive(Debug, clap::Args)]
pub struct StampArgs {
    /// Where the register is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Écrit la demande d'horodatage (RFC 3161) du dernier relevé dans ce fichier.
    #[arg(long, value_name = "FICHIER", required_unless_present_any = ["answer", "tsa"])]
    pub request: Option<PathBuf>,
    /// Demande l'horodatage du dernier relevé à cette autorité et garde sa réponse.
    #[arg(long, value_name = "ADRESSE", conflicts_with_all = ["request", "answer"])]
    pub tsa: Option<String>,
    /// Garde la réponse de l'autorité, à côté du relevé qu'elle horodate.
    #[arg(long, value_name = "FICHIER", conflicts_with = "request")]
    pub answer: Option<PathBuf>,
    /// Certificat de l'autorité, ou de celle dont il dépend (PEM ou DER) : une réponse d'une autre n'est pas gardée.
    #[arg(long, value_name = "FICHIER", conflicts_with = "request")]
    pub tsa_ca: Option<PathBuf>,
    /// Remplace le fichier de sortie s'il existe.
    #[arg(long)]
    pub force: bool,
}

/// Arguments of `draw`.
#[derive(Debug, clap::Args)]
pub struct DrawArgs {
    /// Where the register is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// La promesse de test de restauration.
    pub promise: String,
    /// Les noms parmi lesquels tirer, un par ligne.
    #[arg(long)]
    pub names: PathBuf,
    /// Combien en tirer.
    #[arg(long, default_value_t = 10)]
    pub count: usize,
}

/// Writes a dossier.
///
/// # Errors
/// When the contract is unknown or the file can't be written.
pub fn dossier(args: &DossierArgs) -> Result<ExitCode, String> {
    let mut store = args.place.open()?;
    let (by, now) = (args.place.by(), args.place.now());
    place::create(&args.output, args.force, |file| {
        let mut out = io::BufWriter::new(file);
        store.dossier(args.contract.as_deref(), &by, now, &mut out).map_err(|e| e.to_string())
    })?;
    println!("{} : dossier écrit.", args.output.display());
    println!("Clé de signature, à remettre par une autre voie : {}", store.public_key());
    println!("Vérification : clausule verify {}", args.output.display());
    Ok(ExitCode::SUCCESS)
}

/// Writes a backup, then reads it back.
///
/// # Errors
/// When it can't be written, or does not read back.
pub fn backup(args: &ArchiveArgs) -> Result<ExitCode, String> {
    archive(args, true)
}

/// Writes an export: everything but the signing key.
///
/// # Errors
/// When it can't be written, or does not read back.
pub fn export(args: &ArchiveArgs) -> Result<ExitCode, String> {
    archive(args, false)
}

fn archive(args: &ArchiveArgs, key: bool) -> Result<ExitCode, String> {
    let mut store = args.place.open()?;
    let data = args.place.folder()?;
    let now = args.place.now();
    let data = key.then_some(data.as_path());
    let done = write_archive(&mut store, data, now, &args.output, args.force)?;
    let what = if key { "sauvegarde écrite et relue" } else { "export écrit et relu" };
    println!(
        "{} : {what}, {} écritures, {} preuves, {} fichiers.",
        args.output.display(),
        done.entries,
        done.proofs,
        done.files
    );
    if key {
        println!("Elle contient la clé de signature : gardez-la en lieu sûr.");
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes an archive for its owner's eyes and reads it back; with `data`, the data folder, its signing key goes along.
///
/// # Errors
/// When it can't be written, or does not read back; nothing of it is left.
pub fn write_archive(
    store: &mut Store,
    data: Option<&Path>,
    now: Timestamp,
    output: &Path,
    force: bool,
) -> Result<Archived, String> {
    let mut done = Archived::default();
    place::create(output, force, |file| {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            file.set_permissions(fs::Permissions::from_mode(0o600)).map_err(|e| e.to_string())?;
        }
        done = store.archive(data, now, io::BufWriter::new(&*file)).map_err(|e| e.to_string())?;
        // A backup that was never read back is not one.
        let again = file.try_clone().map_err(|e| e.to_string())?;
        store::check_archive(io::BufReader::new(again)).map_err(|e| e.to_string())
    })?;
    Ok(done)
}

/// Takes a backup or an export back into a register where its organisation is not.
///
/// # Errors
/// When it was changed, or the organisation is there.
pub fn restore(args: &RestoreArgs) -> Result<ExitCode, String> {
    let shown = input::display(&args.archive);
    let file = fs::File::open(&args.archive).map_err(|e| format!("{shown} : {}", input::explain(&e)))?;
    let done = args.place.restore(file)?;
    println!(
        "{shown} : organisation « {} » reprise, {} écritures, {} preuves, {} fichiers.",
        done.org, done.entries, done.proofs, done.files
    );
    println!("Clé qui a signé l'archive, à comparer à celle que vous tenez d'une autre voie : {}", done.signed_by);
    if !done.key {
        println!("L'archive n'avait pas de clé : le registre continue sous une nouvelle clé.");
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a request for a time stamp, or keeps the answer.
///
/// # Errors
/// When a file can't be read or written, or the answer is none.
pub fn stamp(args: &StampArgs) -> Result<ExitCode, String> {
    let trusted = args.tsa_ca.as_deref().map(crate::verify_command::authorities).transpose()?;
    let mut store = args.place.open()?;
    if let Some(authority) = &args.tsa {
        let nonce = place::random()[..8].iter().fold(0, |n, b| n << 8 | u64::from(*b));
        let obtained = daemon::stamp::obtain(&mut store, authority, nonce, trusted.as_ref())?;
        println!("Relevé de {} écritures horodaté le {}.", obtained.size, obtained.time);
        println!("{}", crate::verify_command::signed(&obtained.authority).join("\n"));
        return Ok(ExitCode::SUCCESS);
    }
    let note = store.sign().map_err(|e| e.to_string())?;
    let Some(path) = &args.answer else {
        let path = args.request.as_ref().ok_or("dites où écrire la demande : --request FICHIER")?;
        let digest = ledger::Digest::of(note.as_bytes());
        let nonce = u64::from_be_bytes([0, 1, 2, 3, 4, 5, 6, 7].map(|i| digest.0[i]));
        let request = ledger::stamp::request(note.as_bytes(), nonce);
        place::create(path, args.force, |f| f.write_all(&request).map_err(|e| e.to_string()))?;
        println!(
            "{} : demande écrite. Envoyez-la à l'autorité, puis : clausule stamp --answer REPONSE",
            path.display()
        );
        return Ok(ExitCode::SUCCESS);
    };
    let answer = fs::read(path).map_err(|e| format!("{} : {}", path.display(), input::explain(&e)))?;
    let (stamp, authority) =
        daemon::stamp::judge(&answer, trusted.as_ref()).map_err(|why| format!("{} : {why}", path.display()))?;
    let size = store.keep_stamp_for(&stamp.imprint, &answer).map_err(|e| e.to_string())?;
    println!("Relevé de {size} écritures horodaté le {}.", stamp.time);
    println!("{}", crate::verify_command::signed(&authority).join("\n"));
    Ok(ExitCode::SUCCESS)
}

/// Draws what a restore test must restore, from a seed that stood only once the ledger did.
///
/// # Errors
/// When the promise or the names can't be read.
pub fn draw(args: &DrawArgs) -> Result<ExitCode, String> {
    let mut store = args.place.open()?;
    let promise = store.promise(&args.promise).map_err(|e| e.to_string())?;
    let text =
        fs::read_to_string(&args.names).map_err(|e| format!("{} : {}", args.names.display(), input::explain(&e)))?;
    let names: Vec<&str> = text.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let day = args.place.here().date().to_string();
    let drawn = store
        .draw(&promise, &names, args.count, &day, &args.place.by(), args.place.now())
        .map_err(|e| e.to_string())?;
    store.sign().map_err(|e| e.to_string())?;
    println!("Graine {} (registre de {} écritures, {day})", drawn.seed, drawn.size);
    drawn.names.iter().for_each(|n| println!("{n}"));
    Ok(ExitCode::SUCCESS)
}
