//! Whether a font is bold or made of pictograms: by its name and weight where the file tells, by its strokes
//! where it does not. Lengths are thousandths of the font size.

use hayro_interpret::font::{Glyph, OutlineGlyph};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{BezPath, PathEl, Point, Rect, Shape, flatten};

/// Upright strokes of small letters at least this wide are bold (Times 84, Helvetica 88; bold 139 and 140).
const BOLD_SMALL: f64 = 100.0;
/// The same for capitals and figures, whose strokes are wider (Times 102, Helvetica 94; bold 155 and 150).
const BOLD_CAPITAL: f64 = 118.0;
/// The same for letters of typewriters, all 600 wide (Courier 51; bold 106).
const BOLD_TYPEWRITER: f64 = 75.0;

/// What matters of a font.
#[derive(Clone, Copy, Default)]
pub struct FontTraits {
    /// Bold.
    pub bold: bool,
    /// Pictograms whose Unicode values are arbitrary letters.
    pub symbol: bool,
}

/// Whether a glyph has an upright stroke from which the weight of its font can be told.
pub fn shows_weight(glyph: &Glyph<'_>) -> bool {
    letter(glyph.as_unicode()).is_some_and(|c| "bdhilmnpqrtuBDEFHILPTU14".contains(c))
}

/// What the name and the weight of a glyph's font tell, if the file gives them.
pub fn named_traits(outline: &OutlineGlyph) -> Option<FontTraits> {
    let data = outline.font_data()?;
    let name = data.postscript_name.unwrap_or_default().to_lowercase();
    let bold = data.weight.is_some_and(|w| w >= 600)
        || ["bold", "black", "heavy", "-bd", "cmbx", "sfbx"].iter().any(|mark| name.contains(mark));
    let symbol = ["wingdings", "webdings", "zapfdingbats"].iter().any(|mark| name.contains(mark));
    Some(FontTraits { bold, symbol })
}

/// What the strokes of a glyph that [`shows_weight`] tell of its font.
pub fn drawn_traits(outline: &OutlineGlyph) -> FontTraits {
    let small = letter(outline.as_unicode()).is_some_and(char::is_lowercase);
    let typewriter = outline.advance_width() == Some(600.0);
    let least = match (typewriter, small) {
        (true, _) => BOLD_TYPEWRITER,
        (false, true) => BOLD_SMALL,
        (false, false) => BOLD_CAPITAL,
    };
    FontTraits { bold: stroke(&outline.outline()) >= least, symbol: false }
}

fn letter(unicode: Option<BfString>) -> Option<char> {
    match unicode {
        Some(BfString::Char(c)) => Some(c),
        _ => None,
    }
}

/// Width of the upright stroke: the widest run of ink at each of five heights, and the least of these.
fn stroke(outline: &BezPath) -> f64 {
    let mut sides: Vec<(Point, Point)> = Vec::new();
    let (mut start, mut last) = (Point::ZERO, Point::ZERO);
    flatten(outline, 2.0, |element| match element {
        PathEl::MoveTo(p) => (start, last) = (p, p),
        PathEl::LineTo(p) => {
            sides.push((last, p));
            last = p;
        }
        _ => {
            sides.push((last, start));
            last = start;
        }
    });
    let Rect { y0, y1, .. } = outline.bounding_box();
    let runs = [0.19, 0.33, 0.47, 0.61, 0.75].map(|share| widest_run(&sides, y0 + share * (y1 - y0)));
    let least = runs.into_iter().filter(|run| *run > 0.0).fold(f64::MAX, f64::min);
    if least == f64::MAX { 0.0 } else { least }
}

/// The widest run of ink at a height.
fn widest_run(sides: &[(Point, Point)], y: f64) -> f64 {
    let mut crossings: Vec<f64> = sides
        .iter()
        .filter(|(a, b)| (a.y <= y) != (b.y <= y))
        .map(|(a, b)| a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x))
        .collect();
    crossings.sort_by(f64::total_cmp);
    crossings.chunks_exact(2).map(|run| run[1] - run[0]).fold(0.0, f64::max)
}
