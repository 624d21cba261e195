//! The process apart: gives up what reading and editing do not need, then does what it is ordered with the files it is
//! sent.

use std::fs;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::thread;

use contract::Document;
use draft::redline::{self, Applied, Opened, Plan, RedlineError, Signature};
use readers::{Limits, NoOcr, Ocr};
use rustix::process::{Resource, Rlimit};
use rustix::time::ClockId;
use serde::Serialize;

use crate::confine::confine;
use crate::isolate::Order;
use crate::tesseract::Tesseract;

/// Stack of the thread that reads, in bytes.
const STACK: usize = 64 << 20;
/// Files read by one process at the most.
const FILES: usize = 64;
/// Memory in use after a file beyond which the process ends, in bytes: the next file gets a fresh one.
const KEPT: u64 = 96 << 20;

/// Runs until no file comes or a fresh process should read the next.
pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let Some(memory) = arguments.first().and_then(|a| a.parse::<u64>().ok()) else { return ExitCode::from(2) };
    let ocr = arguments.get(1).is_some_and(|a| a == "ocr");
    if confine(memory, ocr).is_err() {
        return ExitCode::from(3);
    }
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || serve(ocr));
    match worker.map(thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::from(4),
    }
}

fn serve(ocr: bool) -> io::Result<()> {
    let tesseract = Tesseract::default();
    let engine: &dyn Ocr = if ocr { &tesseract } else { &NoOcr };
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut edited = None;
    for number in 1..=FILES {
        let Some((order, bytes)) = next(&mut input)? else { return Ok(()) };
        let (encoded, well) = done(&order, bytes, engine, &mut edited).map_err(io::Error::other)?;
        drop(order);
        let goes_on = well && number < FILES && in_use() <= KEPT;
        output.write_all(&[u8::from(goes_on)])?;
        output.write_all(&(encoded.len() as u64).to_le_bytes())?;
        output.write_all(&encoded)?;
        output.flush()?;
        if !goes_on {
            break;
        }
    }
    Ok(())
}

/// A DOCX that was opened for editing: most often the next order is about it too.
struct Edited {
    bytes: Vec<u8>,
    opened: Opened,
}

/// The answer to an order, encoded, and whether the file was as it should be.
fn done(
    order: &Order,
    bytes: Vec<u8>,
    ocr: &dyn Ocr,
    edited: &mut Option<Edited>,
) -> Result<(Vec<u8>, bool), postcard::Error> {
    fn answer<T: Serialize, E: Serialize>(result: &Result<T, E>) -> Result<(Vec<u8>, bool), postcard::Error> {
        Ok((postcard::to_stdvec(result)?, result.is_ok()))
    }
    if let Order::Read { name } = order {
        return answer(&readers::read(name, &bytes, ocr, &Limits::default()));
    }
    if let Order::Unpack = order {
        return answer(&readers::bundle::unpack(&bytes, &readers::bundle::Bounds::default()));
    }
    if edited.as_ref().is_none_or(|e| e.bytes != bytes) {
        *edited = match redline::open(&bytes, &Limits::default()) {
            Ok(opened) => Some(Edited { bytes, opened }),
            Err(error) => return answer(&Err::<(), _>(error)),
        };
    }
    match (order, edited) {
        (Order::Redline(plan, signature), Some(file)) => answer(&redlined(file, plan, signature)),
        (_, Some(file)) => answer(&Ok::<_, RedlineError>(&file.opened)),
        (_, None) => Ok((Vec::new(), false)),
    }
}

fn redlined(file: &Edited, plan: &Plan, signature: &Signature) -> Result<(Applied, Document), RedlineError> {
    let applied = redline::apply(&file.bytes, &file.opened, plan, signature)?;
    let accepted = readers::read("contrat.docx", &applied.bytes, &NoOcr, &Limits::default())?;
    Ok((applied, accepted))
}

/// The next order and its file, its processor time begun; `None` when there is none.
fn next(input: &mut impl Read) -> io::Result<Option<(Order, Vec<u8>)>> {
    let mut head = [0; 20];
    match input.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        result => result?,
    }
    let number = |range: std::ops::Range<usize>| {
        head[range].iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
    };
    let (seconds, order_length, length) = (number(0..8), number(8..12), number(12..20));
    let mut take = |length: u64| {
        let mut bytes = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
        input.take(length).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == length { Ok(bytes) } else { Err(io::Error::from(io::ErrorKind::UnexpectedEof)) }
    };
    let order = postcard::from_bytes(&take(order_length)?).map_err(io::Error::other)?;
    let bytes = take(length)?;
    allow(seconds)?;
    Ok(Some((order, bytes)))
}

/// Lets the process work so many seconds more.
fn allow(seconds: u64) -> io::Result<()> {
    let used = u64::try_from(rustix::time::clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(0);
    let maximum = rustix::process::getrlimit(Resource::Cpu).maximum;
    let most = used.saturating_add(seconds).min(maximum.unwrap_or(u64::MAX));
    Ok(rustix::process::setrlimit(Resource::Cpu, Rlimit { current: Some(most), maximum })?)
}

/// Memory that the process holds, in bytes; without an answer from the kernel, more than is allowed.
fn in_use() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()));
    pages.map_or(u64::MAX, |pages| pages.saturating_mul(rustix::param::page_size() as u64))
}
