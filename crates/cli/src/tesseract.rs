//! OCR by the Tesseract program: one process a page, one thread, bounded in time.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use readers::Ocr;
use readers::lines::Line;

/// Longest time for one page; 300 dpi take 1 to 3 seconds.
const TIME_PER_PAGE: Duration = Duration::from_secs(60);
/// Largest answer accepted, in bytes.
const ANSWER_BYTES: u64 = 32 << 20;
/// Marks read out of ruling lines and specks when Tesseract itself is not sure (confidence in percent).
const DOUBTFUL: f32 = 60.0;

/// Mean confidence (percent) below which the page is tried again with its orientation sought.
const UNSURE: f32 = 55.0;

const INSTALL: &str = "installez l'OCR : sudo apt-get install tesseract-ocr tesseract-ocr-fra";

/// The `tesseract` program found on the PATH, with French.
#[derive(Debug, Default)]
pub struct Tesseract {
    languages: OnceLock<Result<Vec<String>, String>>,
}

impl Ocr for Tesseract {
    fn recognise(&self, png: &[u8], dpi: u32, page: u32) -> Result<Vec<Line>, String> {
        let languages = self.languages.get_or_init(languages).as_ref().map_err(Clone::clone)?;
        if !languages.iter().any(|l| l == "fra") {
            return Err(format!(
                "page numérisée sans texte, et les données françaises de Tesseract manquent ; {INSTALL}"
            ));
        }
        let mut answer = run(png, dpi, "3")?;
        if languages.iter().any(|l| l == "osd") && confidence(&answer) < UNSURE {
            // Perhaps the page lies on its side: mode 1 looks for its orientation first.
            let turned = run(png, dpi, "1").unwrap_or_default();
            if confidence(&turned) > confidence(&answer) {
                answer = turned;
            }
        }
        Ok(lines(&answer, dpi, page))
    }
}

fn languages() -> Result<Vec<String>, String> {
    let output = Command::new("tesseract")
        .arg("--list-langs")
        .stdin(Stdio::null())
        .output()
        .map_err(|_| format!("page numérisée sans texte ; {INSTALL}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Ok(text.lines().map(|l| l.trim().to_string()).collect())
}

fn run(png: &[u8], dpi: u32, mode: &str) -> Result<String, String> {
    let mut child = Command::new("tesseract")
        .args(["-", "-", "-l", "fra", "--psm", mode, "--dpi", &dpi.to_string(), "tsv"])
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| format!("page numérisée sans texte ; {INSTALL}"))?;
    let answer = exchange(&mut child, png);
    if answer.is_none() {
        let _ = child.kill();
    }
    let status = child.wait().map_err(|e| format!("l'OCR n'a pas rendu de réponse ({e})"))?;
    match answer {
        None => Err(format!("l'OCR de la page a dépassé {} secondes", TIME_PER_PAGE.as_secs())),
        Some(text) if status.success() => Ok(text),
        Some(_) => Err("l'OCR de la page a échoué".into()),
    }
}

/// Sends the picture and waits for the answer; `None` when it takes too long.
fn exchange(child: &mut Child, png: &[u8]) -> Option<String> {
    let mut stdin = child.stdin.take()?;
    let stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            let _ = stdin.write_all(png);
        });
        thread::spawn(move || {
            let mut answer = Vec::new();
            let _ = stdout.take(ANSWER_BYTES).read_to_end(&mut answer);
            let _ = sender.send(answer);
        });
        let answer = receiver.recv_timeout(TIME_PER_PAGE).ok();
        if answer.is_none() {
            let _ = child.kill();
        }
        answer.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    })
}

/// A word of Tesseract's table; lengths in dots.
struct Word<'t> {
    /// Block, paragraph and line numbers.
    place: [u32; 3],
    left: f32,
    top: f32,
    width: f32,
    height: f32,
    text: &'t str,
}

fn word(row: &str) -> Option<Word<'_>> {
    let fields: Vec<&str> = row.splitn(12, '\t').collect();
    let [level, _, block, paragraph, line, _, left, top, width, height, confidence, text] = fields[..] else {
        return None;
    };
    let text = text.trim();
    let speck = text.chars().all(|c| "|_—–-~=.'`‘’«»".contains(c));
    if level != "5" || text.is_empty() || (speck && confidence.parse::<f32>().ok()? < DOUBTFUL) {
        return None;
    }
    Some(Word {
        place: [block.parse().ok()?, paragraph.parse().ok()?, line.parse().ok()?],
        left: left.parse().ok()?,
        top: top.parse().ok()?,
        width: width.parse().ok()?,
        height: height.parse().ok()?,
        text,
    })
}

/// Mean confidence of the words, in percent; 0 without words.
fn confidence(table: &str) -> f32 {
    let words = table.lines().filter(|row| word(row).is_some());
    let values: Vec<f32> = words.filter_map(|row| row.split('\t').nth(10)?.parse().ok()).collect();
    values.iter().sum::<f32>() / values.len().max(1) as f32
}

/// Tesseract's table as lines, lengths in points. A new paragraph of Tesseract begins a new paragraph.
fn lines(table: &str, dpi: u32, page: u32) -> Vec<Line> {
    let scale = 72.0 / dpi.max(1) as f32;
    let words: Vec<Word<'_>> = table.lines().filter_map(word).collect();
    let mut out: Vec<Line> = Vec::new();
    let mut last: Option<[u32; 3]> = None;
    for group in words.chunk_by(|a, b| a.place == b.place) {
        let first = &group[0];
        let same_paragraph = last.is_some_and(|l| l[..2] == first.place[..2]);
        let top = group.iter().map(|w| w.top).fold(f32::MAX, f32::min);
        let right = group.iter().map(|w| w.left + w.width).fold(0.0, f32::max);
        let mut heights: Vec<f32> = group.iter().map(|w| w.height).collect();
        heights.sort_by(f32::total_cmp);
        out.push(Line {
            text: group.iter().map(|w| w.text).collect::<Vec<_>>().join(" "),
            page,
            indent: first.left * scale,
            right: right * scale,
            top: top * scale,
            size: heights[heights.len() / 2] * scale,
            gap: if same_paragraph || last.is_none() { 0.0 } else { 1.0 },
            ..Line::default()
        });
        last = Some(first.place);
    }
    even_sizes(&mut out);
    out
}

/// Letters of a word stand more or less high; sizes near the page's usual size are taken as that size.
fn even_sizes(lines: &mut [Line]) {
    let mut sizes: Vec<f32> = lines.iter().map(|l| l.size).collect();
    sizes.sort_by(f32::total_cmp);
    let Some(usual) = sizes.get(sizes.len() / 2).copied() else { return };
    for line in lines {
        if (0.65..1.35).contains(&(line.size / usual.max(0.1))) {
            line.size = usual;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
        1\t1\t0\t0\t0\t0\t0\t0\t2480\t3508\t-1\t\n\
        5\t1\t1\t1\t1\t1\t300\t300\t200\t40\t96.1\tArticle\n\
        5\t1\t1\t1\t1\t2\t520\t300\t20\t40\t95.0\t1\n\
        5\t1\t1\t2\t1\t1\t300\t420\t60\t38\t95.0\tLe\n\
        5\t1\t1\t2\t1\t2\t380\t420\t10\t38\t12.0\t|\n\
        5\t1\t1\t2\t2\t1\t300\t480\t160\t38\t91.0\tprestataire\n";

    #[test]
    fn the_table_becomes_lines_in_points_without_specks() {
        let found = lines(TABLE, 300, 7);
        let texts: Vec<&str> = found.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(texts, ["Article 1", "Le", "prestataire"]);
        assert_eq!(found[0].indent, 72.0);
        assert_eq!((found[0].gap, found[1].gap, found[2].gap), (0.0, 1.0, 0.0));
        assert!(found.iter().all(|l| l.page == 7 && l.size == found[0].size));
    }
}
