//! Files by their digest. Small ones stand in the database, written with the fact they prove in one commit; large ones on
//! disk or wherever a [`Pieces`] keeps them (an object store), durable before the commit that names them.

use crate::Conn;
use crate::error::{Error, Result};
use crate::schema::piece;
use diesel::prelude::*;
use ledger::Digest;
use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files up to this many bytes stand in the database.
pub const SMALL: usize = 128 << 10;

/// A place for large files.
pub trait Pieces: std::fmt::Debug + Send + Sync {
    /// Keeps the bytes durably under their digest; keeping them twice is no harm.
    ///
    /// # Errors
    /// When they could not be made durable.
    fn put(&self, org: &str, sha256: &Digest, bytes: &[u8]) -> io::Result<()>;

    /// The bytes.
    ///
    /// # Errors
    /// When they are not there ([`io::ErrorKind::NotFound`]) or can't be read.
    fn get(&self, org: &str, sha256: &Digest) -> io::Result<Vec<u8>>;

    /// Takes the bytes away; it is no harm when they are not there.
    ///
    /// # Errors
    /// When they can't be taken away.
    fn remove(&self, org: &str, sha256: &Digest) -> io::Result<()>;
}

/// A folder, one file a digest, two levels.
#[derive(Debug, Clone)]
pub struct Folder(pub PathBuf);

impl Folder {
    fn path(&self, org: &str, sha256: &Digest) -> PathBuf {
        let name = sha256.to_string();
        self.0.join(org).join(&name[..2]).join(name)
    }
}

impl Pieces for Folder {
    fn put(&self, org: &str, sha256: &Digest, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(org, sha256);
        if fs::read(&path).is_ok_and(|b| Digest::of(&b) == *sha256) {
            return Ok(());
        }
        write_durably(&path, bytes)
    }

    fn get(&self, org: &str, sha256: &Digest) -> io::Result<Vec<u8>> {
        fs::read(self.path(org, sha256))
    }

    fn remove(&self, org: &str, sha256: &Digest) -> io::Result<()> {
        match fs::remove_file(self.path(org, sha256)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }
}

/// Files go elsewhere; what the folder held before still counts.
#[derive(Debug)]
pub(crate) struct Moved {
    pub elsewhere: Arc<dyn Pieces>,
    pub folder: Folder,
}

impl Pieces for Moved {
    fn put(&self, org: &str, sha256: &Digest, bytes: &[u8]) -> io::Result<()> {
        self.elsewhere.put(org, sha256, bytes)
    }

    fn get(&self, org: &str, sha256: &Digest) -> io::Result<Vec<u8>> {
        match self.elsewhere.get(org, sha256) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.folder.get(org, sha256),
            got => got,
        }
    }

    fn remove(&self, org: &str, sha256: &Digest) -> io::Result<()> {
        self.elsewhere.remove(org, sha256)?;
        self.folder.remove(org, sha256)
    }
}

/// Writes a file beside its place, syncs it, renames it and syncs the folders: it is there whole or not at all.
///
/// # Errors
/// When any step fails; the place is then as it was.
pub fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::other("no folder"))?;
    let new = !folder.exists();
    fs::create_dir_all(folder)?;
    let mut name = path.file_name().ok_or_else(|| io::Error::other("no name"))?.to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = folder.join(name);
    let _ = fs::remove_file(&temporary);
    let written = OpenOptions::new().write(true).create_new(true).open(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        File::open(folder)?.sync_all()?;
        match folder.parent().filter(|_| new) {
            Some(above) => File::open(above)?.sync_all(),
            None => Ok(()),
        }
    });
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Whether a file is there.
pub(crate) fn has(conn: &mut Conn, org: &str, sha256: &Digest) -> Result<bool> {
    let own = piece::table.filter(piece::org.eq(org)).filter(piece::sha256.eq(sha256.to_string()));
    Ok(own.select(piece::size).first::<i64>(conn).optional()?.is_some())
}

/// The digests of the files that were erased.
pub(crate) fn erased(conn: &mut Conn, org: &str) -> Result<HashSet<String>> {
    let own = piece::table.filter(piece::org.eq(org)).filter(piece::erased.is_not_null());
    Ok(own.select(piece::sha256).load(conn)?.into_iter().collect())
}

/// Keeps a file, and says whether it was not there before: one statement for a small one.
pub(crate) fn keep_new(conn: &mut Conn, pieces: &dyn Pieces, org: &str, sha256: &Digest, bytes: &[u8]) -> Result<bool> {
    if bytes.len() > SMALL {
        let new = !has(conn, org, sha256)?;
        if new {
            add(conn, pieces, org, sha256, bytes)?;
        }
        return Ok(new);
    }
    let name = sha256.to_string();
    let row =
        (piece::org.eq(org), piece::sha256.eq(&name), piece::size.eq(bytes.len() as i64), piece::bytes.eq(Some(bytes)));
    let written = match conn {
        Conn::Sqlite(file) => diesel::insert_or_ignore_into(piece::table).values(row).execute(file)?,
        Conn::Postgres(server) => {
            diesel::insert_into(piece::table).values(row).on_conflict_do_nothing().execute(server)?
        }
    };
    Ok(written > 0)
}

/// Keeps a file within a transaction; one that is there stays, one that was erased is there again.
pub(crate) fn keep(conn: &mut Conn, pieces: &dyn Pieces, org: &str, sha256: &Digest, bytes: &[u8]) -> Result<()> {
    let name = sha256.to_string();
    let own = piece::table.filter(piece::org.eq(org)).filter(piece::sha256.eq(&name));
    match own.select(piece::erased).first::<Option<i64>>(conn).optional()? {
        None => add(conn, pieces, org, sha256, bytes),
        Some(None) => Ok(()),
        Some(Some(_)) => {
            let inline = place(pieces, org, sha256, bytes)?;
            diesel::update(own).set((piece::bytes.eq(inline), piece::erased.eq(None::<i64>))).execute(conn)?;
            Ok(())
        }
    }
}

/// Puts large bytes where they are kept; small ones are given back, to stand in the row.
fn place<'b>(pieces: &dyn Pieces, org: &str, sha256: &Digest, bytes: &'b [u8]) -> Result<Option<&'b [u8]>> {
    let inline = (bytes.len() <= SMALL).then_some(bytes);
    if inline.is_none() {
        pieces.put(org, sha256, bytes)?;
    }
    Ok(inline)
}

/// Keeps a file that is not there.
pub(crate) fn add(conn: &mut Conn, pieces: &dyn Pieces, org: &str, sha256: &Digest, bytes: &[u8]) -> Result<()> {
    let inline = place(pieces, org, sha256, bytes)?;
    let name = sha256.to_string();
    let row =
        (piece::org.eq(org), piece::sha256.eq(&name), piece::size.eq(bytes.len() as i64), piece::bytes.eq(inline));
    diesel::insert_into(piece::table).values(row).execute(conn)?;
    Ok(())
}

/// The bytes of a file, held to their digest.
pub(crate) fn fetch(conn: &mut Conn, pieces: &dyn Pieces, org: &str, sha256: &Digest) -> Result<Vec<u8>> {
    let row: Option<(Option<Vec<u8>>, Option<i64>)> = piece::table
        .filter(piece::org.eq(org))
        .filter(piece::sha256.eq(sha256.to_string()))
        .select((piece::bytes, piece::erased))
        .first(conn)
        .optional()?;
    let bytes = match row {
        None => return Err(Error::Absent(format!("le fichier {sha256} n'est pas dans le registre"))),
        Some((_, Some(_))) => {
            return Err(Error::Refused("ce document a été effacé : il n'en reste que l'empreinte".to_owned()));
        }
        Some((Some(bytes), None)) => bytes,
        Some((None, None)) => pieces.get(org, sha256).map_err(|error| gone(error, sha256))?,
    };
    if Digest::of(&bytes) != *sha256 {
        return Err(Error::Damaged(format!("le fichier {sha256} n'est plus celui qui a été reçu")));
    }
    Ok(bytes)
}

fn gone(error: io::Error, sha256: &Digest) -> Error {
    if error.kind() != io::ErrorKind::NotFound {
        return Error::Io(error);
    }
    Error::Absent(format!(
        "le fichier {sha256} manque là où sont les grands fichiers : s'ils ont été confiés à un dépôt d'objets, redonnez --objects"
    ))
}
