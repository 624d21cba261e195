//! What every connector shares: facts, dates, sizes, mails, the proof made readable, and the judge.

pub mod clock;
pub mod codepage;
pub mod expect;
pub mod fact;
pub mod forward;
pub mod html;
pub mod json;
pub mod judge;
pub mod mail;
pub mod proof;
pub mod series;
pub mod size;
pub mod text;
pub mod tongue;
pub mod xml;
