//! `cargo xtask folder`: a folder of many contracts made by recombining the samples, to measure scale on.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// Articles of a made contract, at the least and at the most.
const ARTICLES: (usize, usize) = (6, 30);
/// One contract in so many is a sample as it is, PDF or DOCX by turns: readers take part in the measure.
const WHOLE: usize = 25;

#[derive(clap::Args)]
pub struct Args {
    /// Where to write; made when it is not there.
    #[arg(long, default_value = "target/folder")]
    out: PathBuf,
    /// How many contracts.
    #[arg(long, default_value_t = 10_000)]
    count: usize,
    /// Folder of samples.
    #[arg(long, default_value = "samples")]
    samples: PathBuf,
    /// The same seed gives the same contracts.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// A sample cut at its articles.
struct Sample {
    opening: String,
    articles: Vec<String>,
}

/// Writes the contracts.
///
/// # Errors
/// When a sample is missing or the folder can't be written.
pub fn run(args: &Args) -> Result<()> {
    let whole = files(&args.samples, &["pdf", "docx"])?;
    let mut mixer = Mixer::new(&args.samples, args.seed)?;
    if whole.is_empty() {
        bail!("no samples in {}", args.samples.display());
    }
    let mut bytes = 0;
    for number in 0..args.count {
        let dir = args.out.join(format!("{:03}", number / 100));
        fs::create_dir_all(&dir).with_context(|| dir.display().to_string())?;
        if number % WHOLE == WHOLE - 1 {
            let source = &whole[number / WHOLE % whole.len()];
            let extension = source.extension().unwrap_or_default().to_string_lossy();
            bytes += fs::copy(source, dir.join(format!("contrat-{number:05}.{extension}")))?;
            continue;
        }
        let text = mixer.contract();
        bytes += text.len() as u64;
        fs::write(dir.join(format!("contrat-{number:05}.txt")), text)?;
    }
    println!("{} contracts, {} MB in {}", args.count, bytes >> 20, args.out.display());
    Ok(())
}

/// Makes contracts out of the articles of the samples.
pub struct Mixer {
    samples: Vec<Sample>,
    articles: Vec<String>,
    dice: Dice,
}

impl Mixer {
    /// Reads the samples. The same seed gives the same contracts.
    ///
    /// # Errors
    /// When there are none.
    pub fn new(samples: &Path, seed: u64) -> Result<Self> {
        let texts = files(samples, &["txt"])?;
        let cut = texts.iter().map(|p| Ok(cut(&fs::read_to_string(p)?))).collect::<Result<Vec<_>>>()?;
        if cut.is_empty() {
            bail!("no samples in {}", samples.display());
        }
        let articles = cut.iter().flat_map(|s| s.articles.iter().cloned()).collect();
        Ok(Self { samples: cut, articles, dice: Dice(seed) })
    }

    /// The next contract.
    pub fn contract(&mut self) -> String {
        let dice = &mut self.dice;
        let mut text = self.samples[dice.below(self.samples.len())].opening.clone();
        for _ in 0..ARTICLES.0 + dice.below(ARTICLES.1 - ARTICLES.0 + 1) {
            text.push_str(&vary(&self.articles[dice.below(self.articles.len())], dice));
        }
        text
    }
}

/// Files of these kinds, in the order of their names.
///
/// # Errors
/// When the folder can't be read.
pub fn files(dir: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir)
        .with_context(|| dir.display().to_string())?
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| extensions.iter().any(|x| e == *x)))
        .collect();
    files.sort();
    Ok(files)
}

fn cut(text: &str) -> Sample {
    let mut sample = Sample { opening: String::new(), articles: Vec::new() };
    for line in text.lines() {
        if begins_article(line) {
            sample.articles.push(String::new());
        }
        let part = sample.articles.last_mut().unwrap_or(&mut sample.opening);
        part.push_str(line);
        part.push('\n');
    }
    sample
}

/// "Article 4 – Obligations", "12. Disponibilité".
fn begins_article(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let number = |word: &str| word.trim_end_matches('.').parse::<u32>().is_ok();
    first.eq_ignore_ascii_case("article") && number(second)
        || first.ends_with('.') && number(first) && second.starts_with(char::is_uppercase)
}

/// An article with some of its figures changed.
fn vary(article: &str, dice: &mut Dice) -> String {
    article
        .chars()
        .map(|c| {
            if c.is_ascii_digit() && c != '0' && dice.below(3) == 0 { (b'1' + dice.below(9) as u8) as char } else { c }
        })
        .collect()
}

/// Steele, Lea and Flood's SplitMix64: the same numbers from the same seed.
struct Dice(u64);

impl Dice {
    /// A number from 0 to one less than `most`.
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % most.max(1) as u64) as usize
    }
}
