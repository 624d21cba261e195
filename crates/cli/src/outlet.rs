//! Where documents go as they come: the terminal or a pipe, or a file written beside its place and then given its name, so that
//! nothing is ever half written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::output::{refuse_overwrite, temporary};

/// An output being written.
#[derive(Debug)]
pub struct Outlet {
    to: To,
    /// The reader of the pipe went away: nothing more needs to be said.
    closed: bool,
}

#[derive(Debug)]
enum To {
    Stdout(BufWriter<io::Stdout>),
    File { file: BufWriter<File>, temporary: PathBuf, target: PathBuf },
}

impl Outlet {
    /// Opens the output; without a path, the standard one.
    ///
    /// # Errors
    /// A French sentence: the file exists and `force` was not given, or it can't be written.
    pub fn open(path: Option<&Path>, force: bool) -> Result<Self, String> {
        let Some(path) = path else {
            return Ok(Self { to: To::Stdout(BufWriter::new(io::stdout())), closed: false });
        };
        refuse_overwrite(path, force)?;
        let temporary = temporary(path)?;
        let file = OpenOptions::new().write(true).create_new(true).open(&temporary);
        let file = file.map_err(|e| format!("écriture de {} impossible : {e}", path.display()))?;
        Ok(Self { to: To::File { file: BufWriter::new(file), temporary, target: path.to_owned() }, closed: false })
    }

    /// Whether the reader of the pipe went away.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// The French sentence for an error of writing.
    pub fn explain(&self, error: &io::Error) -> String {
        match &self.to {
            To::Stdout(_) => format!("écriture impossible : {error}"),
            To::File { target, .. } => format!("écriture de {} impossible : {error}", target.display()),
        }
    }

    /// Writes out what is still held back and gives the file its name.
    ///
    /// # Errors
    /// A French sentence when the disk refuses.
    pub fn finish(mut self) -> Result<(), String> {
        let done = self.flush().and_then(|()| match &mut self.to {
            To::Stdout(_) => Ok(()),
            To::File { file, temporary, target } => {
                file.get_ref().sync_all().and_then(|()| fs::rename(temporary, target))
            }
        });
        match done {
            Err(error) if !self.closed => Err(self.explain(&error)),
            _ => Ok(()),
        }
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.to {
            To::Stdout(out) => out.write(bytes),
            To::File { file, .. } => file.write(bytes),
        };
        self.closed |= written.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::BrokenPipe);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = match &mut self.to {
            To::Stdout(out) => out.flush(),
            To::File { file, .. } => file.flush(),
        };
        self.closed |= flushed.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::BrokenPipe);
        flushed
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        if let To::File { temporary, .. } = &self.to {
            // Gone already when the file got its name.
            let _ = fs::remove_file(temporary);
        }
    }
}
