//! Words, marks and class names that several formats share.

use contract::{Document, Format, PageState, ProviderView, StaleReference, Verdict};

/// A sign that tells verdicts apart without colour.
pub(crate) fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Satisfied => "✓",
        Verdict::Weak => "≈",
        Verdict::Adverse => "✕",
        Verdict::Missing => "∅",
        Verdict::NotReadable => "?",
        Verdict::NotApplicable => "–",
    }
}

/// The verdicts that apply, from best to least known, as legends and bars list them.
pub(crate) const SHOWN: [Verdict; 5] =
    [Verdict::Satisfied, Verdict::Weak, Verdict::Adverse, Verdict::Missing, Verdict::NotReadable];

/// The French name of a format.
pub(crate) fn format_name(format: Format) -> &'static str {
    match format {
        Format::Pdf => "PDF",
        Format::Docx => "DOCX",
        Format::Odt => "ODT",
        Format::Html => "HTML",
        Format::Markdown => "Markdown",
        Format::Text => "texte",
    }
}

/// A number with its noun, plural from two up as French has it.
pub(crate) fn count(n: usize, singular: &str, plural: &str) -> String {
    format!("{n} {}", if n < 2 { singular } else { plural })
}

/// "1, 2 et 5".
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} et {last}", first.join(", ")),
    }
}

/// "page 4" or "pages 4, 5 et 9".
pub(crate) fn pages(numbers: &[u32]) -> String {
    let words: Vec<String> = numbers.iter().map(u32::to_string).collect();
    format!("{} {}", if numbers.len() < 2 { "page" } else { "pages" }, list(&words))
}

/// What the reader must know before trusting the verdicts: pages, remarks and problems, one sentence each.
pub(crate) fn notices(document: &Document, remarks: &[String]) -> Vec<String> {
    let mut notices = Vec::new();
    for page in &document.pages {
        if let PageState::Unreadable { reason } = &page.state {
            notices.push(format!("Page {} illisible : {reason}", page.number));
        }
    }
    let ocr: Vec<u32> = document.ocr_pages().map(|page| page.number).collect();
    if !ocr.is_empty() {
        let verb = if ocr.len() < 2 { "lue" } else { "lues" };
        let pages = capitalised(&pages(&ocr));
        notices.push(format!("{pages} {verb} par reconnaissance de caractères (OCR) : comparez avec l'original."));
    }
    notices.extend(remarks.iter().cloned());
    for problem in &document.problems {
        notices.push(match problem.page {
            Some(page) => format!("Page {page} : {}", problem.message),
            None => problem.message.clone(),
        });
    }
    notices
}

/// What to cite instead of a stale reference, since when, and who says so.
pub(crate) fn replacement(reference: &StaleReference) -> String {
    let StaleReference { replaced_by, since, basis, .. } = reference;
    match since {
        Some(since) => format!("{replaced_by} Depuis le {since} ({basis})."),
        None => format!("{replaced_by} ({basis}.)"),
    }
}

/// What the provider's view says where no demand goes too far.
pub(crate) const NO_EXCESS: &str = "Aucune des demandes excessives que Clausule connaît n'a été trouvée. Relisez tout de même les annexes auxquelles le contrat renvoie.";

/// "3 demandes vont trop loin".
pub(crate) fn excess_title(view: &ProviderView) -> String {
    match view.demands.len() {
        0 => "Ce qui va trop loin pour un prestataire".to_owned(),
        n => count(n, "demande va trop loin", "demandes vont trop loin"),
    }
}

/// "Ce à quoi vous êtes légitimement tenu : 12 engagements".
pub(crate) fn held_title(view: &ProviderView) -> String {
    let held = count(view.held_to.len(), "engagement", "engagements");
    format!("Ce à quoi vous êtes légitimement tenu : {held}")
}

/// The text with its first letter in upper case.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// Whether a character could hide or reorder what the reader sees: controls, escapes, marks of direction.
pub(crate) fn is_unsafe(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_counts_zero_as_singular() {
        assert_eq!(count(0, "page", "pages"), "0 page");
        assert_eq!(count(2, "page", "pages"), "2 pages");
        assert_eq!(pages(&[4, 5, 9]), "pages 4, 5 et 9");
    }
}
