//! A watched folder: what is put there whole is filed, then moved to `fait/`; what never can be is moved to `refusé/` with the
//! reason beside it. A file that is still being written is let be. A restart loses and doubles nothing: a file that was filed
//! and not yet moved is known by its bytes. Whoever may put files here may not have others read or written: from the opened folder
//! on no link is followed.

use crate::http::{from_source, plain};
use crate::keeper::Refusal;
use crate::{Keeper, MOST, Metrics, clock};
use rustix::fs::{AtFlags, Mode, OFlags, mkdirat, open, openat, renameat, statat};
use rustix::io::Errno;
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use store::Owned;

/// The folder is looked at this often.
pub(crate) const EVERY: Duration = Duration::from_secs(2);
/// A file must not have changed for this long.
const SETTLED: Duration = Duration::from_secs(4);
/// Where filed ones go.
const DONE: &str = "fait";
/// Where refused ones go.
const ASIDE: &str = "refusé";
/// Most files looked at in one round.
const ROUND: usize = 2_000;
/// Endings of files that are still being written.
const UNFINISHED: [&str; 7] = ["tmp", "part", "partial", "filepart", "crdownload", "swp", "lock"];

/// What was seen of a file: size, last change, since when.
type Sight = (u64, Option<SystemTime>, Instant);

/// A folder under watch.
#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    owned: Owned,
    seen: HashMap<PathBuf, Sight>,
    /// How long a file must have been still.
    settled: Duration,
}

impl Folder {
    /// Watches a folder for a source.
    #[must_use]
    pub fn new(dir: PathBuf, owned: Owned) -> Self {
        Self { dir, owned, seen: HashMap::new(), settled: SETTLED }
    }

    /// Looks once: files what is complete. Gives how many were dealt with.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub async fn round(&mut self, keeper: &Keeper, metrics: &Metrics) -> io::Result<usize> {
        let mut dealt = 0;
        for path in self.complete()? {
            match self.one(&path, keeper).await {
                Ok(true) => dealt += 1,
                Ok(false) => {}
                Err(error) => {
                    metrics.count("clausule_worker_errors_total", "folder");
                    tracing::warn!(source = self.owned.source.name, %error, "a file of a watched folder was put off");
                }
            }
        }
        Ok(dealt)
    }

    /// Files that have stood still since an earlier round.
    fn complete(&mut self) -> io::Result<Vec<PathBuf>> {
        let now = clock::tick();
        let mut there = HashMap::new();
        let mut out = Vec::new();
        for entry in fs::read_dir(&self.dir)?.take(ROUND) {
            let Ok(entry) = entry else { continue };
            let name = entry.file_name().to_string_lossy().into_owned();
            let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
            // No links are followed: only files that were put here.
            let Ok(data) = fs::symlink_metadata(entry.path()) else { continue };
            if !data.is_file() || name.starts_with('.') || name.ends_with('~') || UNFINISHED.contains(&ending.as_str())
            {
                continue;
            }
            let (size, changed) = (data.len(), data.modified().ok());
            let since = match self.seen.get(&entry.path()) {
                Some((s, c, since)) if (*s, *c) == (size, changed) => *since,
                _ => now,
            };
            if now.duration_since(since) >= self.settled && self.seen.contains_key(&entry.path()) {
                out.push(entry.path());
            }
            there.insert(entry.path(), (size, changed, since));
        }
        self.seen = there;
        // The oldest first, as they came.
        out.sort_by_key(|p| (self.seen.get(p).and_then(|s| s.1), p.clone()));
        Ok(out)
    }

    /// Files one; `false` when it is to be tried again.
    async fn one(&self, path: &Path, keeper: &Keeper) -> io::Result<bool> {
        let name = path.file_name().unwrap_or_default();
        let dir = self.open()?;
        let file = plain_file(&dir, name)?;
        if file.metadata()?.len() > MOST as u64 {
            let why = format!("plus de {} Mio : envoyez un extrait", MOST >> 20);
            return aside(&dir, name, &why).map(|()| true);
        }
        let mut arrival = from_source(&self.owned, "folder");
        file.take(MOST as u64 + 1).read_to_end(&mut arrival.bytes)?;
        if arrival.bytes.is_empty() {
            return aside(&dir, name, "le fichier est vide").map(|()| true);
        }
        arrival.name = plain(&name.to_string_lossy());
        match keeper.file(arrival, None).await {
            Ok(_) => put(&dir, name, DONE).map(|_| true),
            Err(Refusal::Refused(why)) => aside(&dir, name, &why).map(|()| true),
            Err(Refusal::Later(_)) => Ok(false),
        }
    }

    fn open(&self) -> io::Result<File> {
        Ok(open(&self.dir, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?.into())
    }
}

/// Opens a file of the folder: itself, not what a link put in its place names.
fn plain_file(dir: &File, name: &OsStr) -> io::Result<File> {
    // A pipe must not make us wait.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file: File = openat(dir, name, flags, Mode::empty())?.into();
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("not a file")) }
}

fn aside(dir: &File, name: &OsStr, why: &str) -> io::Result<()> {
    let (folder, mut name) = put(dir, name, ASIDE)?;
    name.push(".raison.txt");
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut file: File = openat(&folder, &name, flags, Mode::from(0o666))?.into();
    file.write_all(format!("{why}\n").as_bytes())?;
    file.sync_all()?;
    folder.sync_all()
}

/// Moves a file beside; nothing there is ever overwritten. Gives the folder and its name there.
fn put(dir: &File, name: &OsStr, to: &str) -> io::Result<(File, OsString)> {
    match mkdirat(dir, to, Mode::from(0o777)) {
        Ok(()) | Err(Errno::EXIST) => {}
        Err(error) => return Err(error.into()),
    }
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = openat(dir, to, flags, Mode::empty());
    let folder: File =
        folder.map_err(|e| io::Error::other(format!("{to}/ must be a folder, not a link ({e})")))?.into();
    let free = (0..10_000)
        .map(|n| {
            let mut name = name.to_owned();
            if n > 0 {
                name.push(format!(".{n}"));
            }
            name
        })
        .find(|n| statat(&folder, n, AtFlags::SYMLINK_NOFOLLOW).is_err());
    let target = free.ok_or_else(|| io::Error::other("too many files of this name"))?;
    renameat(dir, name, &folder, &target)?;
    folder.sync_all()?;
    dir.sync_all()?;
    Ok((folder, target))
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::{Source, Way};

    fn folder(name: &str) -> Folder {
        let dir = std::env::temp_dir().join(format!("clausule-folder-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).expect("a folder");
        let source = Source {
            id: String::new(),
            name: name.to_owned(),
            way: Way::Folder,
            contract: None,
            tool: None,
            zone: "Europe/Paris".to_owned(),
            settings: serde_json::Map::new(),
            created: String::new(),
            revoked: None,
        };
        let mut folder = Folder::new(dir, Owned { org: "principal".to_owned(), source });
        folder.settled = Duration::ZERO;
        folder
    }

    #[test]
    fn only_whole_files_that_stand_still_are_taken() {
        let mut folder = folder("still");
        for name in ["a.json", "b.json.part", ".c", "d~"] {
            fs::write(folder.dir.join(name), "x").expect("written");
        }
        std::os::unix::fs::symlink("/etc/passwd", folder.dir.join("lien.txt")).expect("linked");
        assert!(folder.complete().expect("read").is_empty(), "seen for the first time");
        assert_eq!(folder.complete().expect("read"), [folder.dir.join("a.json")]);
        fs::write(folder.dir.join("a.json"), "longer").expect("written");
        folder.settled = Duration::from_secs(3600);
        assert!(folder.complete().expect("read").is_empty(), "it has changed");
    }

    #[test]
    fn what_is_put_aside_overwrites_nothing_and_says_why() {
        let folder = folder("aside");
        for _ in 0..2 {
            fs::write(folder.dir.join("a.json"), "x").expect("written");
            aside(&folder.open().expect("opened"), "a.json".as_ref(), "non").expect("moved");
        }
        let mut names: Vec<String> = fs::read_dir(folder.dir.join(ASIDE))
            .expect("read")
            .flatten()
            .map(|e| e.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        assert_eq!(names, ["a.json", "a.json.1", "a.json.1.raison.txt", "a.json.raison.txt"]);
    }

    #[test]
    fn a_link_put_in_the_place_of_a_file_or_folder_leads_nowhere() {
        let folder = folder("links");
        let elsewhere = folder.dir.with_extension("ailleurs");
        let _ = fs::remove_dir_all(&elsewhere);
        fs::create_dir_all(&elsewhere).expect("a folder");
        fs::write(elsewhere.join("secret"), "x").expect("written");
        let dir = folder.open().expect("opened");
        std::os::unix::fs::symlink(elsewhere.join("secret"), folder.dir.join("a.json")).expect("linked");
        assert!(plain_file(&dir, "a.json".as_ref()).is_err(), "swapped after it was looked at");
        fs::write(folder.dir.join("b.json"), "x").expect("written");
        for to in [DONE, ASIDE] {
            std::os::unix::fs::symlink(&elsewhere, folder.dir.join(to)).expect("linked");
        }
        let refused = put(&dir, "b.json".as_ref(), DONE).expect_err("refused");
        assert!(refused.to_string().contains("not a link"), "{refused}");
        assert!(aside(&dir, "b.json".as_ref(), "non").is_err());
        assert_eq!(fs::read_dir(&elsewhere).expect("read").count(), 1, "nothing was put there");
        assert!(folder.dir.join("b.json").exists());
    }
}
