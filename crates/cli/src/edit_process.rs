//! A Word file is opened and changed in a process of its own, bounded in memory and time, without the right to write
//! files: the bytes come in, the changed bytes go out.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use contract::Document;
use draft::redline::{self, Applied, Opened, Plan, RedlineError, Signature};
use readers::{Limits, NoOcr};
use rustix::process::{Pid, Resource, Rlimit, Signal};
use serde::de::DeserializeOwned;

use crate::isolate::IsolateError;
use crate::reading_child::confine;

/// First argument of an editing process.
pub const CHILD: &str = "__edit";
/// Largest answer accepted, in bytes.
const ANSWER_BYTES: u64 = 512 << 20;
/// Stack of the thread that reads, in bytes.
const STACK: usize = 64 << 20;
/// The order's length is sent as this many bytes.
const LENGTH: usize = 4;

/// Opens a DOCX for editing in a process of its own.
///
/// # Errors
/// [`IsolateError`] when the process fails; the file's own error comes within.
pub fn open_isolated(
    bytes: &[u8],
    time_limit: Duration,
    memory_bytes: u64,
) -> Result<Result<Opened, RedlineError>, IsolateError> {
    ask(Mode::Open, &[], bytes, time_limit, memory_bytes)
}

/// Makes the changes of a plan in a process of its own and reads the result as accepted.
///
/// # Errors
/// As [`open_isolated`].
pub fn redline_isolated(
    bytes: &[u8],
    plan: &Plan,
    signature: &Signature,
    time_limit: Duration,
    memory_bytes: u64,
) -> Result<Result<(Applied, Document), RedlineError>, IsolateError> {
    let order = postcard::to_stdvec(&(plan, signature)).map_err(io::Error::other)?;
    ask(Mode::Redline, &order, bytes, time_limit, memory_bytes)
}

/// What an editing process is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Open,
    Redline,
}

impl Mode {
    const ALL: [Self; 2] = [Self::Open, Self::Redline];

    fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Redline => "redline",
        }
    }
}

/// Has a process of its own do something with a file: `head` tells it what, its answer is decoded.
fn ask<T: DeserializeOwned>(
    mode: Mode,
    head: &[u8],
    bytes: &[u8],
    time_limit: Duration,
    memory_bytes: u64,
) -> Result<T, IsolateError> {
    let work = work_limit(bytes.len()).min(time_limit);
    let seconds = work.as_secs().max(1);
    let mut child = Command::new(std::env::current_exe()?)
        .args([CHILD, &seconds.to_string(), &memory_bytes.to_string(), mode.name()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let answer = exchange(&mut child, head, bytes, time_limit);
    if answer.is_none() {
        kill_with_children(&mut child);
    }
    let status = child.wait()?;
    let Some((answer, complaint)) = answer else { return Err(IsolateError::Time(time_limit)) };
    if !status.success() {
        return Err(death(status, &complaint, work, memory_bytes));
    }
    postcard::from_bytes(&answer).map_err(|_| IsolateError::Crash("réponse incomplète".into()))
}

/// Processor time that a file of so many bytes may need.
fn work_limit(bytes: usize) -> Duration {
    Duration::from_secs(20 + bytes as u64 / 80_000)
}

/// Whatever the process may have started goes with it.
fn kill_with_children(child: &mut Child) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = rustix::process::kill_process_group(pid, Signal::KILL);
    }
    let _ = child.kill();
}

/// Sends the file, waits for the answer and what the process complained of; `None` when it takes too long.
fn exchange(child: &mut Child, head: &[u8], bytes: &[u8], limit: Duration) -> Option<(Vec<u8>, String)> {
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
            let length = u32::try_from(head.len()).unwrap_or(0).to_le_bytes();
            let head = if length == [0; LENGTH] { &[] } else { head };
            for part in [&length[..], head, bytes] {
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

/// The editing process: limits itself, reads its order and the bytes from its input, writes the result to its output.
pub fn child_main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let number = |i: usize| arguments.get(i).and_then(|a| a.parse::<u64>().ok());
    let (Some(seconds), Some(memory)) = (number(0), number(1)) else { return ExitCode::from(2) };
    let Some(mode) = Mode::ALL.into_iter().find(|m| arguments.get(2).is_some_and(|a| a == m.name())) else {
        return ExitCode::from(2);
    };
    if confine(memory).is_err() || limit_work(seconds).is_err() {
        return ExitCode::from(3);
    }
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || answer(mode));
    match worker.map(thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::from(4),
    }
}

fn answer(mode: Mode) -> io::Result<()> {
    let mut input = Vec::new();
    io::stdin().lock().read_to_end(&mut input)?;
    let (head, bytes) = parted(&input).ok_or(io::ErrorKind::InvalidData)?;
    let encoded = match mode {
        Mode::Open => postcard::to_stdvec(&redline::open(bytes, &Limits::default())),
        Mode::Redline => {
            let (plan, signature) = postcard::from_bytes(head).map_err(io::Error::other)?;
            postcard::to_stdvec(&redlined(bytes, &plan, &signature))
        }
    };
    io::stdout().lock().write_all(&encoded.map_err(io::Error::other)?)
}

fn redlined(bytes: &[u8], plan: &Plan, signature: &Signature) -> Result<(Applied, Document), RedlineError> {
    let limits = Limits::default();
    let applied = redline::apply(bytes, plan, signature, &limits)?;
    let accepted = readers::read("contrat.docx", &applied.bytes, &NoOcr, &limits)?;
    Ok((applied, accepted))
}

fn parted(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = input.split_first_chunk::<LENGTH>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

/// Processor time in seconds, after which the kernel ends the process.
fn limit_work(seconds: u64) -> io::Result<()> {
    let most = Some(seconds);
    Ok(rustix::process::setrlimit(Resource::Cpu, Rlimit { current: most, maximum: most })?)
}
