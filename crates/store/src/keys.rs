//! The signing key of each organisation: a file that only its owner may read.

use crate::error::{Error, Result};
use crate::pieces::write_durably;
use ledger::{Digest, Signer};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn path(data: &Path, org: &str) -> PathBuf {
    data.join("keys").join(format!("{org}.key"))
}

/// Reads the key and holds it to the origin in the database.
pub(crate) fn read(data: &Path, org: &str, origin: &str) -> Result<Signer> {
    let path = path(data, org);
    let text = fs::read_to_string(&path)
        .map_err(|e| Error::Absent(format!("la clé de signature {} est illisible : {e}", path.display())))?;
    let signer = parse(&text, org).filter(|s| s.name() == origin);
    signer.ok_or_else(|| Error::Damaged(format!("{} n'est pas la clé de ce registre", path.display())))
}

/// The signer of a key file's text.
pub(crate) fn parse(text: &str, org: &str) -> Option<Signer> {
    let seed = Digest::from_hex(text.trim())?.0;
    Signer::new(&name(org, &seed), &seed)
}

/// The ledger's name: the organisation, and a part of the key's digest so that no two ledgers share it.
fn name(org: &str, seed: &[u8; 32]) -> String {
    format!("clausule/{org}-{}", &Digest::of(&[b"clausule-origin", &seed[..]].concat()).to_string()[..8])
}

/// Makes a key, or takes up the one that an interrupted creation left.
pub(crate) fn create(data: &Path, org: &str, seed: &dyn Fn() -> [u8; 32]) -> Result<Signer> {
    let path = path(data, org);
    if let Some(signer) = fs::read_to_string(&path).ok().and_then(|t| parse(&t, org)) {
        return Ok(signer);
    }
    let text = format!("{}\n", Digest(seed()));
    store(&path, &text)?;
    parse(&text, org).ok_or_else(|| Error::Refused(format!("« {org} » ne peut pas nommer un registre")))
}

/// Writes a key file for its owner's eyes.
pub(crate) fn store(path: &Path, text: &str) -> Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        use std::os::unix::fs::PermissionsExt as _;
        fs::create_dir_all(folder)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    write_durably(path, text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}
