//! Files are opened in a process apart, bounded in memory and time for each order, without the right to write files. A
//! process that did one order well may take the next; after a damaged file, a crash, a limit or much memory, a fresh
//! one is started.

use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use draft::redline::{Plan, Signature};
use rustix::process::{Pid, Signal};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// First argument of a reading process.
pub const CHILD: &str = "__read";
/// Largest answer accepted, in bytes.
const ANSWER_BYTES: u64 = 512 << 20;

/// Rounds of waiting for a process that closed its output to end; all together about a second.
const PATIENCE: u64 = 45;

/// Why a process gave no answer.
#[derive(Debug, Error)]
pub enum IsolateError {
    /// Too slow.
    #[error("la lecture a dépassé {} secondes : découpez le fichier, ou vérifiez qu'il n'est pas piégé", .0.as_secs())]
    Time(Duration),
    /// Too much memory.
    #[error("la lecture a dépassé {} Mo de mémoire : le fichier est démesuré ou piégé", .0 >> 20)]
    Memory(u64),
    /// The reading process died.
    #[error("la lecture s'est interrompue ({0}) : le fichier est endommagé ou piégé ; demandez-en une nouvelle copie")]
    Crash(String),
    /// The reading process could not be started.
    #[error("impossible de lancer la lecture : {0}")]
    Start(#[from] io::Error),
}

/// What a process is to do with a file. Each answer is a `Result` with the file's own error.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Order {
    /// Read it: a `Document`.
    Read {
        /// The file's name.
        name: String,
    },
    /// Take an archive apart: its documents, each with its name and bytes.
    Unpack,
    /// Open a DOCX for editing: an `Opened`.
    Open,
    /// Make tracked changes and read the result as accepted: `(Applied, Document)`.
    Redline(Plan, Signature),
}

/// What one file may take.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Longest time on the clock.
    pub time: Duration,
    /// Memory in bytes.
    pub memory: u64,
    /// Whether scanned pages go through Tesseract where it is installed.
    pub ocr: bool,
}

/// Has files opened one after the other, each within its bounds.
pub struct Isolate {
    bounds: Bounds,
    running: Option<Running>,
}

impl Isolate {
    /// Starts nothing yet.
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, running: None }
    }

    /// Has something done with a file's bytes.
    ///
    /// # Errors
    /// [`IsolateError`], each with a French sentence for the user.
    pub fn ask<T: DeserializeOwned>(&mut self, order: &Order, bytes: &Arc<Vec<u8>>) -> Result<T, IsolateError> {
        let order = postcard::to_stdvec(order).map_err(io::Error::other)?;
        let reused = self.running.is_some();
        let answer = match self.attempt(&order, bytes) {
            // What the process had read before must not weigh on this file.
            Err(IsolateError::Memory(_) | IsolateError::Crash(_)) if reused => self.attempt(&order, bytes),
            result => result,
        }?;
        postcard::from_bytes(&answer).map_err(|_| IsolateError::Crash("réponse incomplète".into()))
    }

    fn attempt(&mut self, order: &[u8], bytes: &Arc<Vec<u8>>) -> Result<Vec<u8>, IsolateError> {
        let Bounds { time, memory, ocr } = self.bounds;
        let work = work_limit(bytes.len()).min(time);
        let mut running = match self.running.take() {
            Some(running) => running,
            None => Running::start(memory, ocr)?,
        };
        let question = Question { seconds: work.as_secs().max(1), order: order.to_vec(), bytes: Arc::clone(bytes) };
        match running.ask(question, time) {
            Ok(Some(answer)) => {
                if answer.goes_on {
                    self.running = Some(running);
                }
                Ok(answer.bytes)
            }
            Ok(None) => Err(running.death(work, memory)),
            Err(_) => Err(IsolateError::Time(time)),
        }
    }
}

/// Processor time that a file of so many bytes may need: a scanned page has 40,000 bytes or more and is drawn in
/// half a second; Tesseract's own time is counted apart.
fn work_limit(bytes: usize) -> Duration {
    Duration::from_secs(20 + bytes as u64 / 80_000)
}

/// What the reading process keeps of the environment: where programs and Tesseract's data are, how faults are told.
const KEPT: [&str; 4] = ["PATH", "TESSDATA_PREFIX", "RUST_BACKTRACE", "OMP_THREAD_LIMIT"];

/// An order and its file.
struct Question {
    seconds: u64,
    order: Vec<u8>,
    bytes: Arc<Vec<u8>>,
}

/// What the reading process says of a file.
struct Answer {
    /// Whether the process waits for another file.
    goes_on: bool,
    bytes: Vec<u8>,
}

/// A reading process that waits for a file.
struct Running {
    child: Child,
    questions: Option<Sender<Question>>,
    answers: Receiver<Answer>,
    complaint: Option<JoinHandle<String>>,
}

impl Running {
    fn start(memory: u64, ocr: bool) -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([CHILD, &memory.to_string(), if ocr { "ocr" } else { "no-ocr" }])
            // Passwords and keys come to us through the environment: a document must not meet them.
            .env_clear()
            .envs(KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else { return Err(io::ErrorKind::BrokenPipe.into()) };
        let (questions, asked) = mpsc::channel();
        let (answered, answers) = mpsc::channel();
        thread::spawn(move || send(stdin, &asked));
        thread::spawn(move || receive(stdout, &answered));
        let complaint = thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.take(64 << 10).read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        Ok(Self { child, questions: Some(questions), answers, complaint: Some(complaint) })
    }

    /// Sends a file and waits for the answer; `None` when the process ended without one.
    fn ask(&mut self, question: Question, limit: Duration) -> Result<Option<Answer>, RecvTimeoutError> {
        if self.questions.as_ref().is_none_or(|q| q.send(question).is_err()) {
            return Ok(None);
        }
        match self.answers.recv_timeout(limit) {
            Ok(answer) => Ok(Some(answer)),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(timeout) => Err(timeout),
        }
    }

    /// Why the process ended.
    fn death(mut self, time: Duration, memory: u64) -> IsolateError {
        self.questions = None;
        let mut status = self.child.try_wait();
        for patience in 1..=PATIENCE {
            if !matches!(status, Ok(None)) {
                break;
            }
            thread::sleep(Duration::from_millis(patience));
            status = self.child.try_wait();
        }
        if matches!(status, Ok(None)) {
            self.kill();
        }
        let status = self.child.wait();
        let complaint = self.complaint.take().and_then(|c| c.join().ok()).unwrap_or_default();
        match status {
            Ok(status) => reason(status, &complaint, time, memory),
            Err(error) => IsolateError::Start(error),
        }
    }
}

impl Running {
    /// The Tesseract process that a reading process may have started goes with it.
    fn kill(&mut self) {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = rustix::process::kill_process_group(pid, Signal::KILL);
        }
        let _ = self.child.kill();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.kill();
            let _ = self.child.wait();
        }
    }
}

/// Sends orders as they come: seconds, lengths, order, bytes.
fn send(mut stdin: ChildStdin, questions: &Receiver<Question>) {
    for question in questions {
        let Ok(length) = u32::try_from(question.order.len()) else { return };
        let parts = [
            &question.seconds.to_le_bytes()[..],
            &length.to_le_bytes(),
            &(question.bytes.len() as u64).to_le_bytes(),
            &question.order,
            &question.bytes,
        ];
        if parts.iter().any(|part| stdin.write_all(part).is_err()) {
            return;
        }
    }
}

/// Hands on answers as they come: whether the process goes on, length, bytes.
fn receive(mut stdout: ChildStdout, answers: &Sender<Answer>) {
    loop {
        let mut head = [0; 9];
        if stdout.read_exact(&mut head).is_err() {
            return;
        }
        let (goes_on, length) = (head[0] == 1, u64::from_le_bytes(head[1..].try_into().unwrap_or_default()));
        let mut bytes = Vec::new();
        let whole = length <= ANSWER_BYTES
            && (&mut stdout).take(length).read_to_end(&mut bytes).is_ok_and(|read| read as u64 == length);
        if !whole || answers.send(Answer { goes_on, bytes }).is_err() {
            return;
        }
    }
}

fn reason(status: ExitStatus, complaint: &str, time: Duration, memory: u64) -> IsolateError {
    use std::os::unix::process::ExitStatusExt;
    let signal = status.signal().and_then(Signal::from_named_raw);
    if complaint.contains("memory allocation") || complaint.contains("capacity overflow") {
        return IsolateError::Memory(memory);
    }
    match signal {
        Some(Signal::XCPU | Signal::KILL) => IsolateError::Time(time),
        Some(Signal::BUS) => IsolateError::Memory(memory),
        Some(signal) => IsolateError::Crash(format!("signal {}", signal.as_raw())),
        None => IsolateError::Crash("arrêt du lecteur".into()),
    }
}
