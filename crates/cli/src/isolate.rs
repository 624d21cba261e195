//! Each file is read in its own process, bounded in memory and time, without the right to write files.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use contract::Document;
use readers::{Limits, NoOcr, Ocr, ReadError};
use rustix::process::{Pid, Resource, Rlimit, Signal};
use thiserror::Error;

use crate::tesseract::Tesseract;

/// First argument of a reading process.
pub const CHILD: &str = "__read";
/// Largest answer accepted, in bytes.
const ANSWER_BYTES: u64 = 512 << 20;
/// Stack of the thread that reads, in bytes.
const STACK: usize = 64 << 20;
/// Name lengths are sent as this many bytes.
const LENGTH: usize = 4;

/// Why a file gave no document.
#[derive(Debug, Error)]
pub enum IsolateError {
    /// The file itself.
    #[error(transparent)]
    Read(#[from] ReadError),
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

/// Reads a file in a process of its own, bounded in time and in memory (bytes); with `ocr`, scanned pages go
/// through Tesseract where it is installed.
///
/// # Errors
/// [`IsolateError`], each with a French sentence for the user.
pub fn read_isolated_with(
    path_name: &str,
    bytes: &[u8],
    time_limit: Duration,
    memory_bytes: u64,
    ocr: bool,
) -> Result<Document, IsolateError> {
    let work = work_limit(bytes.len()).min(time_limit);
    let seconds = work.as_secs().max(1);
    let mut child = Command::new(std::env::current_exe()?)
        .args([CHILD, &seconds.to_string(), &memory_bytes.to_string(), if ocr { "ocr" } else { "no-ocr" }])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let answer = exchange(&mut child, path_name, bytes, time_limit);
    if answer.is_none() {
        kill_with_children(&mut child);
    }
    let status = child.wait()?;
    let Some((answer, complaint)) = answer else { return Err(IsolateError::Time(time_limit)) };
    if !status.success() {
        return Err(death(status, &complaint, work, memory_bytes));
    }
    let read: Result<Document, ReadError> =
        postcard::from_bytes(&answer).map_err(|_| IsolateError::Crash("réponse incomplète".into()))?;
    Ok(read?)
}

/// Processor time that a file of so many bytes may need: a scanned page has 40,000 bytes or more and is drawn in
/// half a second; Tesseract's own time is counted apart.
fn work_limit(bytes: usize) -> Duration {
    Duration::from_secs(20 + bytes as u64 / 80_000)
}

/// The Tesseract process that a reading process may have started goes with it.
fn kill_with_children(child: &mut Child) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = rustix::process::kill_process_group(pid, Signal::KILL);
    }
    let _ = child.kill();
}

/// Sends the file, waits for the answer and what the process complained of; `None` when it takes too long.
fn exchange(child: &mut Child, name: &str, bytes: &[u8], limit: Duration) -> Option<(Vec<u8>, String)> {
    let mut stdin = child.stdin.take()?;
    let mut stdout = child.stdout.take()?.take(ANSWER_BYTES);
    let stderr = child.stderr.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let complaint = thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.take(64 << 10).read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        let mut answer = Vec::new();
        let _ = stdout.read_to_end(&mut answer);
        let _ = sender.send((answer, complaint.join().unwrap_or_default()));
    });
    thread::scope(|scope| {
        scope.spawn(move || {
            let length = u32::try_from(name.len()).unwrap_or(0).to_le_bytes();
            let name = if length == [0; LENGTH] { "" } else { name };
            for part in [&length[..], name.as_bytes(), bytes] {
                if stdin.write_all(part).is_err() {
                    break;
                }
            }
        });
        let answer = receiver.recv_timeout(limit).ok();
        if answer.is_none() {
            kill_with_children(child);
        }
        answer
    })
}

fn death(status: ExitStatus, complaint: &str, time: Duration, memory: u64) -> IsolateError {
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

/// The reading process: limits itself, reads name and bytes from its input, writes the result to its output.
pub fn child_main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let number = |i: usize| arguments.get(i).and_then(|a| a.parse::<u64>().ok());
    let (Some(seconds), Some(memory)) = (number(0), number(1)) else { return ExitCode::from(2) };
    let ocr = arguments.get(2).is_some_and(|a| a == "ocr");
    if confine(seconds, memory).is_err() {
        return ExitCode::from(3);
    }
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || answer(ocr));
    match worker.map(thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::from(4),
    }
}

fn answer(ocr: bool) -> io::Result<()> {
    let mut input = Vec::new();
    io::stdin().lock().read_to_end(&mut input)?;
    let (name, bytes) = parted(&input).ok_or(io::ErrorKind::InvalidData)?;
    let tesseract = Tesseract::default();
    let engine: &dyn Ocr = if ocr { &tesseract } else { &NoOcr };
    let result = readers::read(name, bytes, engine, &Limits::default());
    let encoded = postcard::to_stdvec(&result).map_err(io::Error::other)?;
    io::stdout().lock().write_all(&encoded)
}

fn parted(input: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = input.split_first_chunk::<LENGTH>()?;
    let (name, bytes) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    Some((std::str::from_utf8(name).ok()?, bytes))
}

/// Gives up what reading does not need: memory, time, core dumps, new rights, writing files, TCP.
fn confine(seconds: u64, memory: u64) -> io::Result<()> {
    let limit =
        |resource, most| rustix::process::setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    limit(Resource::As, memory)?;
    limit(Resource::Cpu, seconds)?;
    limit(Resource::Core, 0)?;
    rustix::process::setpgid(None, None)?;
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    rustix::thread::set_no_new_privs(true)?;
    forbid_writing().map_err(io::Error::other)
}

/// Takes away the right to change files and to use TCP, as far as the kernel can; Tesseract inherits it.
fn forbid_writing() -> Result<(), landlock::RulesetError> {
    use landlock::{ABI, Access, AccessFs, AccessNet, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr};
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_write(ABI::V3))?
        .handle_access(AccessNet::from_all(ABI::V4))?
        .create()?;
    if let Ok(null) = PathFd::new("/dev/null") {
        rules = rules.add_rule(PathBeneath::new(null, AccessFs::WriteFile))?;
    }
    rules.restrict_self().map(|_| ())
}
