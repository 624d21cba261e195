//! A large file handed out while it is written: a few parts of it are in memory, never the whole.

use crate::trouble::Trouble;
use axum::body::{Body, Bytes};
use futures_util::{StreamExt as _, stream};
use std::io::{self, Write};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// Longest part, in bytes, and how many wait for the reader.
const PART: usize = 64 << 10;
const AHEAD: usize = 4;
/// Longest wait for a reader that takes nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the parts are written.
struct Pipe(mpsc::Sender<io::Result<Bytes>>);

impl Pipe {
    fn send(&self, part: io::Result<Bytes>) -> io::Result<()> {
        let sent = Handle::current().block_on(async { tokio::time::timeout(PATIENCE, self.0.send(part)).await });
        match sent {
            Ok(Ok(())) => Ok(()),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = bytes.get(..PART).unwrap_or(bytes);
        self.send(Ok(Bytes::copy_from_slice(part)))?;
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs the work, which writes a file, on a thread that may block; gives the file as it comes. What goes wrong before the first part
/// is there is told; later it breaks the download off.
///
/// # Errors
/// What the work says.
pub(crate) async fn parts(
    work: impl FnOnce(&mut dyn Write) -> Result<(), Trouble> + Send + 'static,
) -> Result<Body, Trouble> {
    let (send, mut parts) = mpsc::channel(AHEAD);
    let writer = tokio::task::spawn_blocking(move || {
        let pipe = Pipe(send.clone());
        let mut out = io::BufWriter::with_capacity(PART, Pipe(send));
        let done = work(&mut out).and_then(|()| out.flush().map_err(|e| Trouble::Broken(e.to_string())));
        if done.is_err() {
            // Whoever reads must not take what came for all of it.
            let _ = pipe.send(Err(io::ErrorKind::Other.into()));
        }
        done
    });
    match parts.recv().await {
        Some(Ok(first)) => {
            let rest = stream::unfold(parts, |mut parts| async move { parts.recv().await.map(|part| (part, parts)) });
            Ok(Body::from_stream(stream::iter([Ok(first)]).chain(rest)))
        }
        _ => {
            let done = writer.await.map_err(|e| Trouble::Broken(e.to_string()))?;
            done.and_then(|()| Err(Trouble::Broken("nothing was written".to_owned())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_file_comes_whole_in_parts_and_a_failure_is_no_file() {
        let whole = parts(|out| {
            let wrong = |e: io::Error| Trouble::Broken(e.to_string());
            out.write_all(&[b'a'; 300_000]).map_err(wrong)?;
            out.write_all(b"fin").map_err(wrong)
        });
        let whole = axum::body::to_bytes(whole.await.expect("written"), usize::MAX).await.expect("read");
        assert!(whole.len() == 300_003 && whole.ends_with(b"fin"));
        let early = parts(|_| Err(Trouble::Refused("non".to_owned()))).await;
        assert!(matches!(early, Err(Trouble::Refused(_))));
        let late = parts(|out| {
            let _ = out.write_all(&[b'a'; 300_000]);
            Err(Trouble::Broken("non".to_owned()))
        });
        assert!(axum::body::to_bytes(late.await.expect("begun"), usize::MAX).await.is_err(), "broken off");
    }
}
