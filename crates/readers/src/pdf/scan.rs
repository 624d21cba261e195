//! Pictures of pages for OCR.

use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use hayro_interpret::InterpreterSettings;

/// Resolution wanted, in dots an inch.
const DPI: f32 = 300.0;
/// Longest side of a picture, in dots: A3 at 300 dpi.
const LONGEST: f32 = 5_000.0;

/// The page as a grey PNG and its resolution in dots an inch.
///
/// # Errors
/// A French sentence when the page is too small or can't be drawn.
pub fn picture<'p>(page: &'p Page<'p>) -> Result<(Vec<u8>, u32), String> {
    let (width, height) = page.render_dimensions();
    let dpi = DPI.min(LONGEST / width.max(height).max(1.0) * 72.0);
    let scale = dpi / 72.0;
    if width.min(height) * scale < 20.0 {
        return Err("la page est trop étroite pour être dessinée".into());
    }
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let pixmap =
        render(page, &RenderCache::new(), &InterpreterSettings::default(), &RenderSettings::default(), &settings);
    let grey: Vec<u8> = pixmap
        .data_as_u8_slice()
        .chunks_exact(4)
        .map(|p| ((u32::from(p[0]) * 77 + u32::from(p[1]) * 151 + u32::from(p[2]) * 28) >> 8) as u8)
        .collect();
    let png = encode(&grey, pixmap.width().into(), pixmap.height().into())
        .map_err(|e| format!("la page n'a pas pu être dessinée ({e})"))?;
    Ok((png, dpi.round() as u32))
}

fn encode(grey: &[u8], width: u32, height: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(grey)?;
    writer.finish()?;
    Ok(out)
}
