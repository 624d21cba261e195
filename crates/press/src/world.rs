//! All that Typst may see: one template, one JSON, five fonts.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// The template, a file of ours.
const TEMPLATE: &str = concat!(
    include_str!("template.typ"),
    include_str!("charts.typ"),
    include_str!("blocks.typ"),
    include_str!("main.typ")
);

/// Lato for the text; DejaVu Sans for signs and scripts that Lato lacks. The order is that of preference.
const FONTS: [&[u8]; 5] = [
    include_bytes!("../fonts/Lato-Regular.ttf"),
    include_bytes!("../fonts/Lato-Bold.ttf"),
    include_bytes!("../fonts/Lato-Italic.ttf"),
    include_bytes!("../fonts/Lato-BoldItalic.ttf"),
    include_bytes!("../fonts/DejaVuSans.ttf"),
];

/// The fonts in the binary.
pub(crate) fn fonts() -> Vec<Font> {
    FONTS.iter().flat_map(|bytes| Font::iter(Bytes::new(*bytes))).collect()
}

/// What Typst is given for one compilation.
pub(crate) struct PressWorld {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: Source,
    /// The data files: the paper, the tones.
    data: [(FileId, Bytes); 2],
}

impl PressWorld {
    /// A world whose only data files are these: the paper and the tones, as JSON.
    pub(crate) fn new(fonts: Vec<Font>, paper: Vec<u8>, tones: Vec<u8>) -> Self {
        let main = Source::new(file("/main.typ"), TEMPLATE.to_owned());
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main,
            data: [(file("/paper.json"), Bytes::new(paper)), (file("/tones.json"), Bytes::new(tones))],
        }
    }
}

#[expect(clippy::expect_used, reason = "the two paths are constants")]
fn file(path: &str) -> FileId {
    RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).expect("a valid path")).intern()
}

impl World for PressWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.data.iter().find(|(name, _)| *name == id).map(|(_, bytes)| bytes.clone()).ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
