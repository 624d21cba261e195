//! Random single changes to a dossier, in its bytes and in what it holds; counts those that `verify` misses.

use anyhow::{Context, Result, ensure};
use std::path::PathBuf;
use verify::Member;

#[derive(clap::Args)]
pub struct Args {
    /// How many changes.
    #[arg(default_value_t = 10_000)]
    number: u64,
    /// The dossier.
    #[arg(long, default_value = "crates/verify/tests/vectors/dossier.zip")]
    dossier: PathBuf,
    /// Where the random numbers begin.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Xorshift: the same changes for the same seed, anywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

/// The kinds of change; the first four to the file's bytes, the others to one member, past the envelope.
const KINDS: [&str; 12] = [
    "octet changé",
    "octet retiré",
    "octet ajouté",
    "fichier coupé",
    "membre changé",
    "membre retiré",
    "membre coupé",
    "ligne retirée",
    "ligne doublée",
    "lignes échangées",
    "dernières lignes coupées",
    "membres échangés",
];

/// Runs the changes.
///
/// # Errors
/// When one was not found.
pub fn run(args: &Args) -> Result<()> {
    let whole = std::fs::read(&args.dossier).with_context(|| args.dossier.display().to_string())?;
    ensure!(verify::dossier(&whole, None).is_whole(), "the dossier is not whole to begin with");
    let members = members(&whole)?;
    let mut random = Random(args.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let (mut tried, mut missed) = ([0_u64; KINDS.len()], [0_u64; KINDS.len()]);
    while tried.iter().sum::<u64>() < args.number {
        let kind = random.below(KINDS.len());
        let found = if kind < 4 {
            bytes(kind, &whole, &mut random).map(|b| !verify::dossier(&b, None).is_whole())
        } else {
            content(kind, &members, &mut random).map(|changed| {
                let changed: Vec<Member> = changed.iter().map(|(n, b)| Member { name: n.clone(), bytes: b }).collect();
                !verify::contents(&changed, &verify::Trust::default()).is_whole()
            })
        };
        if let Some(found) = found {
            tried[kind] += 1;
            missed[kind] += u64::from(!found);
        }
    }
    for ((kind, tried), missed) in KINDS.iter().zip(tried).zip(missed) {
        println!("{kind:26} {tried:6} tried {missed:4} missed");
    }
    let lost: u64 = missed.iter().sum();
    println!("{} changes, {lost} missed", args.number);
    ensure!(lost == 0, "{lost} changes were not found");
    Ok(())
}

/// A change to the bytes; `None` when it changes nothing.
fn bytes(kind: usize, whole: &[u8], random: &mut Random) -> Option<Vec<u8>> {
    let mut out = whole.to_vec();
    let at = random.below(whole.len());
    let value = random.below(256) as u8;
    match kind {
        0 => out[at] = value,
        1 => drop(out.remove(at)),
        2 => out.insert(at, value),
        _ => out.truncate(at),
    }
    (out != whole).then_some(out)
}

type Files = Vec<(String, Vec<u8>)>;

/// A change to what the dossier holds; `None` when it changes nothing.
fn content(kind: usize, members: &Files, random: &mut Random) -> Option<Files> {
    let mut out = members.clone();
    let at = random.below(out.len());
    let content = out[at].1.clone();
    match kind {
        4 => {
            let byte = random.below(content.len());
            *out[at].1.get_mut(byte)? = random.below(256) as u8;
        }
        5 => drop(out.remove(at)),
        6 => out[at].1.truncate(random.below(content.len())),
        11 => {
            let other = random.below(out.len());
            out.swap(at, other);
        }
        _ => {
            let mut lines: Vec<&[u8]> = content.split_inclusive(|b| *b == b'\n').collect();
            let line = random.below(lines.len());
            match kind {
                7 => drop(lines.remove(line)),
                8 => lines.insert(line, lines[line]),
                9 => {
                    let other = random.below(lines.len());
                    lines.swap(line, other);
                }
                _ => lines.truncate(line),
            }
            out[at].1 = lines.concat();
        }
    }
    (out != *members).then_some(out)
}

/// The members, by the simplest reading of a ZIP whose members are stored.
fn members(zip: &[u8]) -> Result<Files> {
    let mut out = Vec::new();
    let mut at = 0;
    while zip[at..].starts_with(b"PK\x03\x04") {
        let number =
            |from: usize| u32::from_le_bytes([zip[from], zip[from + 1], zip[from + 2], zip[from + 3]]) as usize;
        let size = number(at + 18);
        let name = usize::from(zip[at + 26]) | usize::from(zip[at + 27]) << 8;
        let content = at + 30 + name;
        out.push((String::from_utf8(zip[at + 30..content].to_vec())?, zip[content..content + size].to_vec()));
        at = content + size;
    }
    Ok(out)
}
