//! What a page draws, as positioned glyphs, ruling lines and pictures. Lengths are points, the origin is the
//! top left corner of the page as shown, y grows downwards.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph as PdfGlyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask};

use super::fonts::{FontTraits, drawn_traits, named_traits, shows_weight};
use super::rules::Rule;

/// Most glyphs read of one page; a page of dense text has about 8,000.
pub const GLYPHS_PER_PAGE: usize = 200_000;
/// Most drawing calls followed on one page.
const CALLS_PER_PAGE: usize = 2_000_000;
/// Ruling lines kept of one page.
const RULES_PER_PAGE: usize = 6_000;
/// Thickest filled shape that counts as a ruling line, in points.
const RULE_THICKNESS: f64 = 3.0;
/// Shortest ruling line, in points.
const RULE_LENGTH: f64 = 6.0;

/// Payload of the unwinding that stops a page which draws too much.
pub struct TooMuch;

/// Direction of writing of a glyph, in the page as shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Left to right.
    Right,
    /// Top to bottom (turned clockwise).
    Down,
    /// Upside down.
    Left,
    /// Bottom to top (turned anticlockwise).
    Up,
    /// Slanted: watermarks.
    Slanted,
}

/// A drawn character.
#[derive(Debug, Clone, Copy)]
pub struct Glyph {
    /// The character; U+FFFD where the file does not say.
    pub c: char,
    /// Left end on the baseline.
    pub x: f32,
    /// Baseline.
    pub y: f32,
    /// Advance.
    pub w: f32,
    /// Font size.
    pub size: f32,
    /// Whether its font is bold.
    pub bold: bool,
    /// Whether it is drawn without ink (text behind a scanned picture).
    pub invisible: bool,
    /// Direction of writing.
    pub direction: Direction,
}

/// Everything a page draws.
#[derive(Default)]
pub struct Drawing {
    /// Glyphs in drawing order.
    pub glyphs: Vec<Glyph>,
    /// Ruling lines.
    pub rules: Vec<Rule>,
    /// Area covered by pictures, in square points (overlaps counted twice).
    pub image_area: f32,
    /// Filled shapes with curves or many corners: outlined letters or drawings.
    pub shapes: usize,
    /// Glyphs without a Unicode value.
    pub unknown: usize,
}

/// What is known of the fonts of a document, kept from page to page: finding it out costs as much as a page.
#[derive(Default)]
pub struct Fonts {
    /// By glyph: what its font's name and weight tell, if the file gives them.
    named: HashMap<u128, Option<FontTraits>>,
    /// By glyph: what its strokes tell.
    drawn: HashMap<u128, FontTraits>,
}

/// The device that collects a [`Drawing`].
pub struct Collector<'f> {
    /// What was collected so far.
    pub drawing: Drawing,
    width: f64,
    height: f64,
    calls: usize,
    seen: usize,
    fonts: &'f mut Fonts,
}

impl<'f> Collector<'f> {
    /// A collector for a page of the given size in points.
    pub fn new(width: f32, height: f32, fonts: &'f mut Fonts) -> Self {
        Self { drawing: Drawing::default(), width: width.into(), height: height.into(), calls: 0, seen: 0, fonts }
    }

    fn count_call(&mut self) {
        self.calls += 1;
        if self.calls > CALLS_PER_PAGE || self.seen > GLYPHS_PER_PAGE {
            std::panic::resume_unwind(Box::new(TooMuch));
        }
    }

    /// The traits of the font of a run; all glyphs of a run share it.
    fn traits_of(&mut self, run: &GlyphRun<'_, '_>) -> FontTraits {
        let Some(PdfGlyph::Outline(first)) = run.glyphs().first().map(|g| &**g) else {
            return FontTraits::default();
        };
        let told = *self.fonts.named.entry(first.identifier().cache_key()).or_insert_with(|| named_traits(first));
        told.unwrap_or_else(|| {
            let telling = run.glyphs().iter().take(12).find(|g| shows_weight(g));
            let Some(PdfGlyph::Outline(glyph)) = telling.map(|g| &**g) else { return FontTraits::default() };
            *self.fonts.drawn.entry(glyph.identifier().cache_key()).or_insert_with(|| drawn_traits(glyph))
        })
    }

    fn push_glyph(&mut self, glyph: &PdfGlyph<'_>, place: Affine, traits: FontTraits, invisible: bool) {
        let [a, b, c, d, x, y] = place.as_coeffs();
        let stretch = length(a, b);
        let size = (length(c, d) * 1000.0) as f32;
        let inside = x >= -2.0 && y >= -2.0 && x <= self.width + 2.0 && y <= self.height + 2.0;
        if !inside || !(0.5..2000.0).contains(&size) {
            return;
        }
        let advance = match glyph {
            PdfGlyph::Outline(outline) => outline.advance_width(),
            PdfGlyph::Type3(type3) => type3.advance_width(),
        };
        let template = Glyph {
            c: '\u{fffd}',
            x: x as f32,
            y: y as f32,
            w: (f64::from(advance.unwrap_or(500.0)) * stretch) as f32,
            size,
            bold: traits.bold,
            invisible,
            direction: direction(a, b),
        };
        self.push_text(glyph, template, traits);
    }

    fn push_text(&mut self, glyph: &PdfGlyph<'_>, template: Glyph, traits: FontTraits) {
        match glyph.as_unicode() {
            Some(_) if traits.symbol => self.drawing.glyphs.push(Glyph { c: '•', ..template }),
            Some(BfString::Char(c)) => self.drawing.glyphs.push(Glyph { c: plain(c), ..template }),
            Some(BfString::String(text)) => {
                let count = text.chars().count().max(1) as f32;
                let w = template.w / count;
                let (dx, dy) = unit(template.direction);
                for (i, c) in text.chars().take(8).enumerate() {
                    let at = i as f32 * w;
                    let (x, y) = (template.x + dx * at, template.y + dy * at);
                    self.drawing.glyphs.push(Glyph { c: plain(c), x, y, w, ..template });
                }
            }
            None => {
                let code = glyph.char_code();
                let c = match glyph {
                    PdfGlyph::Type3(_) => char::from_u32(code).filter(|c| c.is_ascii_graphic() || *c == ' '),
                    PdfGlyph::Outline(_) => None,
                };
                self.drawing.unknown += usize::from(c.is_none());
                self.drawing.glyphs.push(Glyph { c: c.unwrap_or('\u{fffd}'), ..template });
            }
        }
    }

    fn add_rule(&mut self, from: Point, to: Point, weak: bool) {
        let (dx, dy) = ((to.x - from.x).abs(), (to.y - from.y).abs());
        if self.drawing.rules.len() >= RULES_PER_PAGE || dx.max(dy) < RULE_LENGTH {
            return;
        }
        if dy <= 0.75 && dx > dy {
            self.drawing.rules.push(Rule::horizontal((from.y + to.y) / 2.0, from.x, to.x, weak));
        } else if dx <= 0.75 {
            self.drawing.rules.push(Rule::vertical((from.x + to.x) / 2.0, from.y, to.y, weak));
        }
    }

    fn add_filled_box(&mut self, shape: Rect) {
        let (w, h) = (shape.width(), shape.height());
        if h <= RULE_THICKNESS && w >= RULE_LENGTH {
            let y = (shape.y0 + shape.y1) / 2.0;
            self.add_rule(Point::new(shape.x0, y), Point::new(shape.x1, y), false);
        } else if w <= RULE_THICKNESS && h >= RULE_LENGTH {
            let x = (shape.x0 + shape.x1) / 2.0;
            self.add_rule(Point::new(x, shape.y0), Point::new(x, shape.y1), false);
        } else if h >= 8.0 && w >= 20.0 && w * h < 0.6 * self.width * self.height {
            self.add_rule(Point::new(shape.x0, shape.y0), Point::new(shape.x1, shape.y0), true);
            self.add_rule(Point::new(shape.x0, shape.y1), Point::new(shape.x1, shape.y1), true);
        }
    }

    fn add_stroke(&mut self, path: &BezPath, transform: Affine) {
        let mut start = Point::ZERO;
        let mut last = Point::ZERO;
        for element in path.elements().iter().take(2_000) {
            match *element {
                PathEl::MoveTo(p) => {
                    start = transform * p;
                    last = start;
                }
                PathEl::LineTo(p) => {
                    let to = transform * p;
                    self.add_rule(last, to, false);
                    last = to;
                }
                PathEl::ClosePath => {
                    self.add_rule(last, start, false);
                    last = start;
                }
                PathEl::QuadTo(_, p) | PathEl::CurveTo(_, _, p) => last = transform * p,
            }
        }
    }

    fn add_fill(&mut self, path: &BezPath, transform: Affine) {
        let elements = path.elements();
        let curved = elements.iter().any(|e| matches!(e, PathEl::CurveTo(..) | PathEl::QuadTo(..)));
        if curved || elements.len() > 400 {
            self.drawing.shapes += 1;
            return;
        }
        let mut bounds: Option<Rect> = None;
        for element in elements {
            let point = match *element {
                PathEl::MoveTo(p) => {
                    if let Some(done) = bounds.take() {
                        self.add_filled_box(done);
                    }
                    Some(p)
                }
                PathEl::LineTo(p) => Some(p),
                _ => None,
            };
            if let Some(p) = point.map(|p| transform * p) {
                bounds = Some(bounds.map_or(Rect::from_points(p, p), |b| b.union_pt(p)));
            }
        }
        if let Some(done) = bounds {
            self.add_filled_box(done);
        }
    }
}

impl<'a> Device<'a> for Collector<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.count_call();
        if is_white(&props.paint) {
            return;
        }
        match mode {
            DrawMode::Fill(_) => self.add_fill(path, props.transform),
            DrawMode::Stroke(_) | DrawMode::FillAndStroke(..) => self.add_stroke(path, props.transform),
            DrawMode::Invisible => {}
        }
    }

    fn draw_rect(&mut self, rect: &Rect, props: DrawProps<'a>, mode: &DrawMode) {
        self.count_call();
        if is_white(&props.paint) {
            return;
        }
        match mode {
            DrawMode::Fill(_) => self.add_filled_box(props.transform.transform_rect_bbox(*rect)),
            DrawMode::Stroke(_) | DrawMode::FillAndStroke(..) => {
                self.add_stroke(&rect.to_path(0.1), props.transform);
            }
            DrawMode::Invisible => {}
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.count_call();
        self.seen += run.glyphs().len();
        let mut traits = self.traits_of(run);
        traits.bold |= matches!(mode, DrawMode::FillAndStroke(..));
        let invisible = matches!(mode, DrawMode::Invisible);
        for glyph in run.glyphs() {
            self.push_glyph(glyph, props.transform * glyph.transform(), traits, invisible);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.count_call();
        let own = Rect::new(0.0, 0.0, image.width().into(), image.height().into());
        let page = Rect::new(0.0, 0.0, self.width, self.height);
        let shown = props.transform.transform_rect_bbox(own).intersect(page);
        self.drawing.image_area += (shown.width().max(0.0) * shown.height().max(0.0)) as f32;
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_clip_rect(&mut self, _: &Rect) {}
    fn pop_clip(&mut self) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_transparency_group(&mut self) {}
}

/// Length of a vector; nearly all text is upright, where nothing needs to be computed.
fn length(x: f64, y: f64) -> f64 {
    if y == 0.0 {
        x.abs()
    } else if x == 0.0 {
        y.abs()
    } else {
        x.hypot(y)
    }
}

/// Unit vector of a direction of writing (slanted text is taken as written to the right).
pub fn unit(direction: Direction) -> (f32, f32) {
    match direction {
        Direction::Right | Direction::Slanted => (1.0, 0.0),
        Direction::Down => (0.0, 1.0),
        Direction::Left => (-1.0, 0.0),
        Direction::Up => (0.0, -1.0),
    }
}

/// Up to about 5° off an axis counts as that axis: OCR layers of crooked scans.
fn direction(a: f64, b: f64) -> Direction {
    if b.abs() <= 0.09 * a.abs() {
        if a >= 0.0 { Direction::Right } else { Direction::Left }
    } else if a.abs() <= 0.09 * b.abs() {
        if b >= 0.0 { Direction::Down } else { Direction::Up }
    } else {
        Direction::Slanted
    }
}

/// Control characters carry no text; private-use characters are pictograms, nearly always bullets.
fn plain(c: char) -> char {
    match c {
        '\u{e000}'..='\u{f8ff}' => '•',
        c if c.is_control() => ' ',
        c => c,
    }
}

fn is_white(paint: &Paint<'_>) -> bool {
    match paint {
        Paint::Color(color) => {
            let [r, g, b, a] = color.to_rgba().to_rgba8();
            a == 0 || (r > 250 && g > 250 && b > 250)
        }
        Paint::Pattern(_) => false,
    }
}
