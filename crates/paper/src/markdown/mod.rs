//! Papers as Markdown (CommonMark with tables and alerts), and Markdown as blocks.

mod escape;
mod read;
mod write;

pub use read::{ReadError, read};
pub use write::write;
