//! `clausule verify`: a dossier checked offline, from the file alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use verify::{Authorities, Authority, Key, Member, Report, Stamped, Trust};

/// Most findings listed in full.
const LISTED: usize = 40;

/// Arguments of `verify`.
#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// Le dossier (fichier ZIP, ou dossier dans lequel il a été décompressé).
    pub dossier: PathBuf,
    /// La clé publique attendue (nom+identifiant+base64), remise par une autre voie.
    #[arg(long)]
    pub key: Option<String>,
    /// Certificat de l'autorité d'horodatage, ou de celle dont il dépend (PEM ou DER) : chaque horodatage doit en venir.
    #[arg(long, value_name = "FICHIER")]
    pub tsa_ca: Option<PathBuf>,
    /// Un dossier plus ancien du même registre : vérifie que celui-ci en est la suite.
    #[arg(long)]
    pub since: Option<PathBuf>,
    /// En JSON.
    #[arg(long)]
    pub json: bool,
}

/// Checks and reports; exit code 1 when something is wrong.
///
/// # Errors
/// When a file can't be read or the key given is none.
pub fn run(args: &VerifyArgs) -> Result<ExitCode, String> {
    let key = args.key.as_deref().map(|k| Key::parse(k.trim()).map_err(|e| format!("--key : {e}"))).transpose()?;
    let authorities = args.tsa_ca.as_deref().map(authorities).transpose()?;
    let trust = Trust { key: key.as_ref(), authorities: authorities.as_ref() };
    let mut report = check(&args.dossier, &trust)?;
    if report.size == 0 && report.origin.is_empty() && report.key.is_empty() {
        return Err(format!(
            "{} n'est pas un dossier de preuves de Clausule : donnez le fichier ZIP que « clausule dossier » a écrit",
            args.dossier.display()
        ));
    }
    if let Some(since) = &args.since {
        // Stamps are asked of the dossier that is handed in, not of the former one.
        let mut earlier = check(since, &Trust { authorities: None, ..trust })?;
        for finding in &mut earlier.findings {
            finding.place = format!("{} : {}", since.display(), finding.place);
        }
        report.findings.append(&mut earlier.findings);
        report.findings.extend(verify::continues(&earlier, &report));
    }
    if args.json {
        json(&report)
    } else {
        print!("{}", text(&args.dossier, &report))
    };
    Ok(ExitCode::from(u8::from(!report.is_whole())))
}

/// The certificates of a file.
///
/// # Errors
/// When it can't be read or has none.
pub fn authorities(path: &Path) -> Result<Authorities, String> {
    let wrong = |why: String| format!("--tsa-ca {} : {why}", path.display());
    let bytes = fs::read(path).map_err(|e| wrong(e.to_string()))?;
    Authorities::read(&bytes).map_err(|e| wrong(e.to_owned()))
}

fn check(path: &Path, trust: &Trust) -> Result<Report, String> {
    let wrong = |e: std::io::Error| format!("lecture de {} impossible : {e}", path.display());
    if !path.is_dir() {
        return Ok(verify::dossier_by(&fs::read(path).map_err(wrong)?, trust));
    }
    let mut files = Vec::new();
    for dir in ["", "checkpoints", "stamps", "blobs"] {
        let Ok(entries) = fs::read_dir(path.join(dir)) else { continue };
        for entry in entries {
            let entry = entry.map_err(wrong)?;
            if entry.file_type().map_err(wrong)?.is_file() {
                let name = entry.file_name().to_string_lossy().into_owned();
                let name = if dir.is_empty() { name } else { format!("{dir}/{name}") };
                files.push((name, fs::read(entry.path()).map_err(wrong)?));
            }
        }
    }
    // A folder has no order of its own: the index gives it back.
    let members: Vec<Member> = files.iter().map(|(name, bytes)| Member { name: name.clone(), bytes }).collect();
    Ok(verify::contents(&verify::in_index_order(members), trust))
}

fn text(path: &Path, report: &Report) -> String {
    let mut out = String::new();
    let mut line = |text: String| out.push_str(&(text + "\n"));
    if report.is_whole() {
        line(format!("{} : dossier intact.", path.display()));
    } else {
        // Somebody else's time stamp on a ledger that is whole accuses nobody of having changed it.
        let stamps = report.findings.iter().all(|f| f.place.starts_with("stamps"));
        let what = if stamps { "HORODATAGE REFUSÉ, le reste est intact" } else { "DOSSIER ALTÉRÉ" };
        line(format!("{} : {what}, {} anomalie(s).", path.display(), report.findings.len()));
        for finding in report.findings.iter().take(LISTED) {
            line(format!("  - {} : {}", finding.place, finding.problem));
        }
        if report.findings.len() > LISTED {
            line(format!("  … et {} autres.", report.findings.len() - LISTED));
        }
    }
    line(String::new());
    line(format!("Registre   {}", report.origin));
    line(format!("Clé        {}", report.key));
    let contract = if report.contract.is_empty() { "tous" } else { &report.contract };
    line(format!("Contrat    {contract}, dossier établi le {}", report.created));
    line(format!("Écritures  {} montrées sur {}, {} fichiers", report.entries, report.size, report.blobs));
    if let Some((first, last)) = &report.period {
        line(format!("Période    du {first} au {last}"));
    }
    let sizes: Vec<String> = report.checkpoints.iter().map(u64::to_string).collect();
    line(format!("Relevés    signés à {} écritures", sizes.join(", ")));
    for stamp in &report.stamps {
        line(format!("Horodaté   relevé de {} écritures, le {}", stamp.size, stamp.time));
        signed(&stamp.authority).into_iter().for_each(|l| line(format!("           {l}")));
    }
    if report.is_whole() {
        line(String::new());
        line(
            "Comparez la clé avec celle qui vous a été remise par une autre voie, ou donnez-la avec --key.".to_owned(),
        );
    }
    out
}

/// Who signed a time stamp, in words.
pub fn signed(authority: &Result<Authority, String>) -> Vec<String> {
    match authority {
        Err(why) => vec![format!("signature non vérifiée : {why}")],
        Ok(authority) => {
            let how = if authority.trusted {
                "signature juste, autorité vérifiée"
            } else {
                "signature juste, autorité non vérifiée (donnez son certificat avec --tsa-ca)"
            };
            vec![
                how.to_owned(),
                format!("par {}", authority.subject),
                format!("certificat SHA-256 {}", authority.sha256),
            ]
        }
    }
}

fn stamp_json(stamp: &Stamped) -> serde_json::Value {
    let authority = stamp.authority.as_ref().ok();
    serde_json::json!({
        "size": stamp.size, "time": stamp.time, "signed": authority.is_some(),
        "authority": authority.map(|a| serde_json::json!({"subject": a.subject, "sha256": a.sha256})),
        "trusted": authority.is_some_and(|a| a.trusted), "why": stamp.authority.as_ref().err(),
    })
}

fn json(report: &Report) {
    let findings: Vec<serde_json::Value> =
        report.findings.iter().map(|f| serde_json::json!({"place": f.place, "problem": f.problem})).collect();
    let stamps: Vec<serde_json::Value> = report.stamps.iter().map(stamp_json).collect();
    let value = serde_json::json!({
        "whole": report.is_whole(), "findings": findings, "origin": report.origin, "key": report.key,
        "contract": report.contract, "created": report.created, "size": report.size, "entries": report.entries,
        "blobs": report.blobs, "checkpoints": report.checkpoints, "stamps": stamps,
    });
    println!("{value:#}");
}
