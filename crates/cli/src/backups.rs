//! Backups made from the pages: files of the data folder, named by organisation and moment.

use crate::keep_command::write_archive;
use crate::place::{PlaceArgs, restrict};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fs;
use std::path::PathBuf;
use web::Backup;

/// How a moment stands in a name.
const FORM: &str = "%Y%m%d-%H%M%S";

fn folder(place: &PlaceArgs) -> Result<PathBuf, String> {
    Ok(place.folder()?.join("sauvegardes"))
}

/// The folder of an organisation's backups and what is in it, the newest first.
///
/// # Errors
/// When the folder can't be read.
pub fn list(place: &PlaceArgs) -> Result<(String, Vec<Backup>), String> {
    let folder = folder(place)?;
    let shown = folder.display().to_string();
    if !folder.is_dir() {
        return Ok((shown, Vec::new()));
    }
    let mut all = Vec::new();
    for entry in fs::read_dir(&folder).map_err(|e| format!("{shown} : {e}"))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some((made, meta)) = moment(&name, &place.org).zip(entry.metadata().ok()) {
            all.push(Backup { name, size: meta.len(), made });
        }
    }
    all.sort_by(|a, b| b.made.cmp(&a.made).then_with(|| b.name.cmp(&a.name)));
    Ok((shown, all))
}

/// When a backup of this organisation was made, by its name.
fn moment(name: &str, org: &str) -> Option<Timestamp> {
    let text = name.strip_prefix(org)?.strip_prefix('-')?.strip_suffix(".zip")?;
    let civil = jiff::civil::DateTime::strptime(FORM, text).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Makes a backup and reads it back.
///
/// # Errors
/// When it can't be written, or does not read back.
pub fn make(place: &PlaceArgs) -> Result<(), String> {
    let folder = folder(place)?;
    restrict(&folder).map_err(|e| format!("{} : {e}", folder.display()))?;
    let now = place.now();
    let name = format!("{}-{}.zip", place.org, now.to_zoned(TimeZone::UTC).strftime(FORM));
    let data = place.folder()?;
    write_archive(&mut place.open()?, Some(&data), now, &folder.join(name), false).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_whose_and_when() {
        let made = moment("cabinet-20261129-080500.zip", "cabinet").expect("a moment");
        assert_eq!(made.to_string(), "2026-11-29T08:05:00Z");
        for (name, org) in [
            ("cabinet-durand-20261129-080500.zip", "cabinet"),
            ("cabinet-20261129-080500.zip.12.tmp", "cabinet"),
            ("cabinet-20261329-080500.zip", "cabinet"),
            ("notes.zip", "cabinet"),
        ] {
            assert_eq!(moment(name, org), None, "{name}");
        }
    }
}
