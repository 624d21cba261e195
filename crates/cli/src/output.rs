//! What commands write, and the day they write on it.

use paper::Date;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Refuses a path that exists, unless the user said `--force`; what is no plain file is never replaced.
///
/// # Errors
/// When it exists.
pub fn refuse_overwrite(path: &Path, force: bool) -> Result<(), String> {
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(format!("{} n'est pas un fichier ordinaire : donnez un autre nom", path.display()));
    }
    if path.exists() && !force {
        return Err(format!("{} existe déjà : ajoutez --force pour le remplacer", path.display()));
    }
    Ok(())
}

/// Refuses to write over what was handed in, `--force` or not, under whatever name: a contract is never lost.
///
/// # Errors
/// When the output is one of the inputs.
pub fn refuse_input(output: &Path, inputs: &[PathBuf]) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;
    let own = |path: &Path| fs::metadata(path).map(|found| (found.dev(), found.ino())).ok();
    let Some(there) = own(output) else { return Ok(()) };
    if inputs.iter().any(|input| own(input) == Some(there)) {
        return Err(format!(
            "{} est le fichier donné à lire : il serait perdu ; donnez un autre nom avec -o",
            output.display()
        ));
    }
    Ok(())
}

/// Writes to the path, or to the standard output where there is none. A file is written beside its place and
/// renamed, so that nothing is ever half written.
///
/// # Errors
/// When the place can't be written.
pub fn write(path: Option<&Path>, bytes: &[u8]) -> Result<(), String> {
    let Some(path) = path else {
        return match io::stdout().write_all(bytes) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("écriture impossible : {error}")),
            _ => Ok(()),
        };
    };
    let temporary = temporary(path)?;
    let done = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temporary)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&temporary, path));
    done.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        format!("écriture de {} impossible : {error}", path.display())
    })
}

/// A name beside a file's for its bytes until they are whole.
///
/// # Errors
/// When the path names no file.
pub fn temporary(path: &Path) -> Result<PathBuf, String> {
    let mut name = path.file_name().ok_or("le fichier de sortie n'a pas de nom")?.to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    Ok(path.with_file_name(name))
}

/// The day given, else today where the user is.
///
/// # Errors
/// When the clock stands beyond what a calendar holds.
pub fn day(given: Option<Date>) -> Result<Date, String> {
    match given {
        Some(date) => Ok(date),
        None => date_of(jiff::Zoned::now().date()),
    }
}

/// Reads `AAAA-MM-JJ`.
///
/// # Errors
/// When it is no day of the calendar.
pub fn parse_day(text: &str) -> Result<Date, String> {
    let date: jiff::civil::Date =
        text.parse().map_err(|_| "un jour s'écrit AAAA-MM-JJ, par exemple 2026-03-01".to_owned())?;
    date_of(date)
}

fn date_of(date: jiff::civil::Date) -> Result<Date, String> {
    let part = |n: i8| u8::try_from(n).map_err(|_| "date illisible".to_owned());
    Ok(Date { year: i32::from(date.year()), month: part(date.month())?, day: part(date.day())? })
}
