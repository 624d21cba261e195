//! One page: draw it, decide whether its text can be trusted, lay it out or hand its picture to OCR.

use std::io::Read;

use contract::{PageState, Problem};
use hayro_interpret::hayro_syntax::object::dict::keys::{CONTENTS, FILTER};
use hayro_interpret::hayro_syntax::object::{Array, Name, Stream};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, TransformExt, interpret_page};

use super::glyphs::{Collector, Drawing, Fonts};
use super::order::Placed;
use super::{layout, quality, scan};
use crate::Ocr;
use crate::lines::Line;

/// Largest content stream interpreted, in bytes; a dense page has about 100,000.
const CONTENT_BYTES: u64 = 64 << 20;
/// Packed content streams below this size are not measured first: they can't unpack beyond reason.
const SMALL_PACKED: usize = 48 << 10;
/// Share of the page that a picture must cover to count as a scan.
const SCAN_SHARE: f32 = 0.3;

/// What became of a page.
pub enum Outcome {
    /// The file holds the words (or OCR words hidden behind a picture).
    Text {
        /// Lines in reading order.
        placed: Vec<Placed>,
        /// How the words were obtained.
        state: PageState,
    },
    /// Words recognised from the picture of the page.
    Recognised(Vec<Line>),
    /// Nothing, and why, in French.
    Unreadable(String),
}

/// The reading of one page.
pub struct Reading<'r, 'p> {
    /// The page.
    pub page: &'p Page<'p>,
    /// Its number, from 1.
    pub number: u32,
    /// For pages without usable text.
    pub ocr: &'r dyn Ocr,
    /// Where to report what was left out.
    pub problems: &'r mut Vec<Problem>,
    /// What earlier pages told of the fonts.
    pub fonts: &'r mut Fonts,
}

impl<'p> Reading<'_, 'p> {
    /// Reads the page.
    pub fn run(mut self, cache: &InterpreterCache<'p>, settings: &InterpreterSettings) -> Outcome {
        if content_bytes(self.page) > CONTENT_BYTES {
            return Outcome::Unreadable("le contenu de la page est démesuré une fois décompressé".into());
        }
        let (width, height) = self.page.render_dimensions();
        let mut collector = Collector::new(width, height, self.fonts);
        let area = Rect::new(0.0, 0.0, width.into(), height.into());
        let transform = self.page.initial_transform(true).to_kurbo();
        let mut context = Context::new(transform, area, cache, self.page.xref(), settings.clone());
        interpret_page(self.page, &mut context, &mut collector);
        let drawing = collector.drawing;
        self.judge(drawing, width, height)
    }

    fn judge(&mut self, mut drawing: Drawing, width: f32, height: f32) -> Outcome {
        let covered = drawing.image_area / (width * height).max(1.0);
        let letters = drawing.glyphs.iter().filter(|g| !g.c.is_whitespace()).count();
        let hidden = drawing.glyphs.iter().filter(|g| g.invisible && !g.c.is_whitespace()).count();
        let mut state = PageState::Text;
        if hidden > 0 {
            if hidden * 2 > letters && covered > SCAN_SHARE {
                state = PageState::Ocr;
            } else {
                self.drop_hidden(&mut drawing, hidden);
            }
        }
        let letters = drawing.glyphs.iter().filter(|g| !g.c.is_whitespace()).count();
        let pictured = covered > SCAN_SHARE || drawing.shapes > 150;
        if letters < 16 && pictured {
            let kept = layout::page(drawing, width, height);
            return self.recognise().unwrap_or_else(|reason| match kept.is_empty() {
                true => Outcome::Unreadable(reason),
                false => self.kept_with_problem(kept, reason),
            });
        }
        let unknown = drawing.unknown;
        let placed = layout::page(drawing, width, height);
        let garbled = unknown > 30 && unknown * 4 > letters;
        if garbled || quality::is_gibberish(placed.iter().map(|p| p.line.text.as_str())) {
            return self.recognise().unwrap_or_else(|reason| {
                Outcome::Unreadable(format!("les lettres de la page ne se laissent pas décoder ; {reason}"))
            });
        }
        if covered > 0.5 && letters < 250 && state == PageState::Text {
            return self.best_of(placed, letters);
        }
        Outcome::Text { placed, state }
    }

    fn drop_hidden(&mut self, drawing: &mut Drawing, hidden: usize) {
        drawing.glyphs.retain(|g| !g.invisible);
        if hidden > 10 {
            self.problems.push(Problem {
                page: Some(self.number),
                message: "du texte invisible à l'écran a été laissé de côté".into(),
            });
        }
    }

    /// A page with a large picture and a little text: a letterhead over a scan, or a cover page.
    fn best_of(&mut self, placed: Vec<Placed>, letters: usize) -> Outcome {
        match self.recognise() {
            Ok(Outcome::Recognised(lines)) => {
                let seen: usize = lines.iter().map(|l| l.text.chars().filter(|c| !c.is_whitespace()).count()).sum();
                if seen > letters * 3 / 2 + 40 {
                    return Outcome::Recognised(lines);
                }
                Outcome::Text { placed, state: PageState::Text }
            }
            Ok(other) => other,
            Err(reason) => self.kept_with_problem(placed, reason),
        }
    }

    fn kept_with_problem(&mut self, placed: Vec<Placed>, reason: String) -> Outcome {
        self.problems.push(Problem {
            page: Some(self.number),
            message: format!("une image couvre la page et ses mots n'ont pas été lus : {reason}"),
        });
        Outcome::Text { placed, state: PageState::Text }
    }

    fn recognise(&self) -> Result<Outcome, String> {
        let (png, dpi) = scan::picture(self.page)?;
        let mut lines = self.ocr.recognise(&png, dpi, self.number)?;
        for line in &mut lines {
            line.page = self.number;
        }
        Ok(Outcome::Recognised(lines))
    }
}

/// Size of the page's content once unpacked, in bytes, without unpacking more than the limit.
fn content_bytes(page: &Page<'_>) -> u64 {
    let dict = page.raw();
    if let Some(stream) = dict.get::<Stream<'_>>(CONTENTS) {
        return unpacked(&stream);
    }
    let parts = dict.get::<Array<'_>>(CONTENTS);
    parts.map_or(0, |parts| parts.iter::<Stream<'_>>().map(|s| unpacked(&s)).sum())
}

fn unpacked(stream: &Stream<'_>) -> u64 {
    let packers = ["FlateDecode", "Fl", "LZWDecode", "LZW", "RunLengthDecode", "RL"];
    let filters = filters(stream);
    let raw = stream.raw_data();
    let length = raw.len() as u64;
    match filters.iter().filter(|f| packers.contains(&f.as_str())).count() {
        0 => length,
        1 if raw.len() <= SMALL_PACKED => length,
        1 if filters.len() == 1 && filters[0].starts_with("Fl") => inflated(&raw),
        1 => length * 8,
        _ => CONTENT_BYTES + 1,
    }
}

/// Counts what comes out up to the limit or the first damage.
fn inflated(raw: &[u8]) -> u64 {
    let mut decoder = flate2::read::ZlibDecoder::new(raw);
    let mut buffer = vec![0; 64 << 10];
    let mut total = 0;
    while total <= CONTENT_BYTES {
        match decoder.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(read) => total += read as u64,
        }
    }
    total
}

fn filters(stream: &Stream<'_>) -> Vec<String> {
    let dict = stream.dict();
    match dict.get::<Name<'_>>(FILTER) {
        Some(name) => vec![name.as_str().to_string()],
        None => dict
            .get::<Array<'_>>(FILTER)
            .map(|names| names.iter::<Name<'_>>().map(|n| n.as_str().to_string()).collect())
            .unwrap_or_default(),
    }
}
