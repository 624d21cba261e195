//! An output that grows document by document and survives being killed: the bytes go to a file beside the output, and
//! after each document a line of a journal says how far they are whole. Once complete, the file takes the output's name.

use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Documents after which everything is forced to the disk.
const SYNC_EVERY: usize = 200;

/// First line of a journal: what the bytes were made with.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Settings {
    settings: String,
}

/// A later line: a document whose bytes are whole.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    /// Where its bytes end.
    end: u64,
    /// What became of it.
    state: State,
    /// The file, as `{:?}` writes a path: always one line, and no two paths the same.
    file: String,
    /// The [`digest`] of the bytes that were judged; 0 when there were none.
    digest: u64,
}

impl Mark {
    /// Whether it tells of this file as it is today.
    fn is_of(&self, file: &Path) -> bool {
        format!("{file:?}") == self.file && fs::read(file).map_or(0, |bytes| digest(&bytes)) == self.digest
    }
}

/// A number that changes with the bytes of a file: Fowler, Noll and Vo's hash (FNV-1a, 64 bits). It guards against
/// changes, not against a forger.
pub fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What became of a document, for the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Judged; nothing grave.
    Good,
    /// Judged; a gap at or above the severity asked for.
    Gap,
    /// Not read.
    Failed,
}

/// The output while it grows.
#[derive(Debug)]
pub struct Partial {
    target: PathBuf,
    bytes_path: PathBuf,
    journal_path: PathBuf,
    bytes: File,
    journal: File,
    end: u64,
    since_sync: usize,
    /// How many documents of the list are whole, from its beginning.
    pub done: usize,
    /// Whole documents that were dropped, because the files or their list changed since.
    pub dropped: usize,
    /// The gravest state so far.
    pub worst: State,
}

impl Partial {
    /// Begins an output, or goes on with one that was interrupted when `resume` is set: the documents that stand in it
    /// in the order of `files`, as the files are today, are kept; from the first that is not, all are judged anew, so
    /// that the output is what a run without interruption gives. `opening` is written at the head of a new one.
    ///
    /// # Errors
    /// A French sentence: the output exists, another run works on it, or it was begun with other settings.
    pub fn open(
        target: &Path,
        settings: &str,
        opening: &[u8],
        files: &[&Path],
        (resume, force): (bool, bool),
    ) -> Result<Self, String> {
        let name = target.file_name().ok_or("le fichier de sortie n'a pas de nom")?;
        let beside = |end: &str| {
            let mut name = name.to_owned();
            name.push(end);
            target.with_file_name(name)
        };
        let (bytes_path, journal_path) = (beside(".partiel"), beside(".reprise"));
        let begun = journal_path.exists();
        if target.exists() && !force {
            let what = if begun || !resume { "ajoutez --force pour le remplacer" } else { "rien n'est à reprendre" };
            return Err(format!("{} existe déjà : {what}", target.display()));
        }
        if begun && !resume && !force {
            return Err(format!(
                "{} : un travail interrompu existe ; ajoutez --resume pour le reprendre ou --force pour recommencer",
                target.display()
            ));
        }
        let failed = |error: io::Error| format!("écriture de {} impossible : {error}", target.display());
        let journal = open(&journal_path).map_err(failed)?;
        journal.try_lock().map_err(|_| format!("{} : un autre clausule y travaille", target.display()))?;
        let bytes = open(&bytes_path).map_err(failed)?;
        let mut partial = Self {
            target: target.to_owned(),
            bytes_path,
            journal_path,
            bytes,
            journal,
            end: 0,
            since_sync: 0,
            done: 0,
            dropped: 0,
            worst: State::Good,
        };
        if begun && resume {
            partial.recover(settings, opening.len() as u64, files)?;
        }
        partial.cut(settings, opening).map_err(failed)?;
        Ok(partial)
    }

    /// Reads the journal as far as it is whole and agrees with the bytes.
    fn recover(&mut self, settings: &str, opening: u64, files: &[&Path]) -> Result<(), String> {
        let unreadable = |error: io::Error| format!("journal {} illisible : {error}", self.journal_path.display());
        let length = self.bytes.metadata().map_err(unreadable)?.len();
        let mut reader = BufReader::new(&self.journal);
        let mut line = String::new();
        let mut whole = 0;
        while reader.read_line(&mut line).map_err(unreadable)? > 0 && line.ends_with('\n') {
            if whole == 0 {
                let Ok(found) = serde_json::from_str::<Settings>(&line) else { break };
                if found.settings != settings {
                    return Err(format!(
                        "{} a été commencé avec d'autres options ou une autre version ({}) : relancez avec les mêmes, ou avec --force",
                        self.target.display(),
                        found.settings
                    ));
                }
                self.end = opening.min(length);
            } else {
                let Ok(mark) = serde_json::from_str::<Mark>(&line) else { break };
                if mark.end > length || mark.end < self.end {
                    break;
                }
                if self.dropped > 0 || files.get(self.done).is_none_or(|file| !mark.is_of(file)) {
                    self.dropped += 1;
                    line.clear();
                    continue;
                }
                self.end = mark.end;
                self.worst = self.worst.max(mark.state);
                self.done += 1;
            }
            whole += line.len() as u64;
            line.clear();
        }
        self.journal.set_len(whole).map_err(unreadable)
    }

    /// Cuts off what is not whole; writes the head of a new output.
    fn cut(&mut self, settings: &str, opening: &[u8]) -> io::Result<()> {
        self.bytes.set_len(self.end)?;
        self.bytes.seek(SeekFrom::End(0))?;
        if self.done == 0 {
            self.bytes.set_len(0)?;
            self.bytes.seek(SeekFrom::Start(0))?;
            self.bytes.write_all(opening)?;
            self.end = opening.len() as u64;
            self.journal.set_len(0)?;
            self.journal.seek(SeekFrom::Start(0))?;
            return self.journal_line(&Settings { settings: settings.to_owned() });
        }
        self.journal.seek(SeekFrom::End(0)).map(|_| ())
    }

    fn journal_line(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.journal.write_all(&text)
    }

    /// The output's place once it is complete.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Adds a document; `digest` is that of the bytes judged, 0 when the file could not be opened.
    ///
    /// # Errors
    /// A French sentence when the disk refuses.
    pub fn push(&mut self, file: &Path, bytes: &[u8], state: State, digest: u64) -> Result<(), String> {
        self.write(file, bytes, state, digest)
            .map_err(|e| format!("écriture de {} impossible : {e}", self.target.display()))
    }

    fn write(&mut self, file: &Path, bytes: &[u8], state: State, digest: u64) -> io::Result<()> {
        self.bytes.write_all(bytes)?;
        self.end += bytes.len() as u64;
        self.since_sync += 1;
        if self.since_sync >= SYNC_EVERY {
            self.bytes.sync_data()?;
            self.since_sync = 0;
        }
        self.worst = self.worst.max(state);
        let file = format!("{file:?}");
        self.journal_line(&Mark { end: self.end, state, file, digest })
    }

    /// The bytes, whole, from their beginning; what is made of them takes the output's name by [`Partial::finish`].
    ///
    /// # Errors
    /// When the file can't be opened.
    pub fn reread(&self) -> io::Result<BufReader<File>> {
        File::open(&self.bytes_path).map(BufReader::new)
    }

    /// Gives the output its name: the bytes themselves, or what `made` holds in their place.
    ///
    /// # Errors
    /// A French sentence when the disk refuses.
    pub fn finish(self, made: Option<&Path>) -> Result<State, String> {
        let failed = |error: io::Error| format!("écriture de {} impossible : {error}", self.target.display());
        self.bytes.sync_all().map_err(failed)?;
        fs::rename(made.unwrap_or(&self.bytes_path), &self.target).map_err(failed)?;
        if made.is_some() {
            fs::remove_file(&self.bytes_path).map_err(failed)?;
        }
        fs::remove_file(&self.journal_path).map_err(failed)?;
        Ok(self.worst)
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}
