//! The tables of Veeam's report mails: cells parted by tabs, or by spaces where a mail program made plain text of them.

/// Labels of the head of a report.
const LABELS: [&str; 16] = [
    "Success",
    "Warning",
    "Error",
    "Failed",
    "Start time",
    "End time",
    "Duration",
    "Total size",
    "Data read",
    "Transferred",
    "Backup size",
    "Dedupe",
    "Compression",
    "Data size",
    "Full backup",
    "Details",
];

/// The cell behind a label, in a row of cells parted by tabs, on the next line, or in a row parted by spaces.
pub fn after<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    all_after(text, label).next()
}

/// The cells behind a label, wherever it stands above the table of machines.
pub fn all_after<'a>(text: &'a str, label: &str) -> impl Iterator<Item = &'a str> {
    let lines: Vec<&str> = text.lines().take_while(|l| !is_head(l)).collect();
    let found: Vec<&str> =
        lines.iter().enumerate().filter_map(|(nth, line)| cell(line, label, lines.get(nth + 1))).collect();
    found.into_iter()
}

fn cell<'a>(line: &'a str, label: &str, next: Option<&&'a str>) -> Option<&'a str> {
    let mut cells = line.split('\t').map(str::trim);
    if cells.any(|c| c.trim_end_matches(':') == label) {
        let beside = cells.find(|c| !c.is_empty());
        return beside.or_else(|| next.map(|l| l.trim())).filter(|c| !c.is_empty());
    }
    if let Some(rest) = line.trim().strip_prefix(label).and_then(|r| r.strip_prefix(':')) {
        return Some(rest.trim());
    }
    let labels = LABELS.iter().filter(|l| line.contains(**l)).count();
    if labels < 2 || line.contains('\t') {
        return None;
    }
    let (_, rest) = line.split_once(&format!("{label} "))?;
    let end = LABELS.iter().filter_map(|l| rest.find(*l)).min().unwrap_or(rest.len());
    rest.get(..end).map(str::trim).filter(|c| !c.is_empty())
}

/// Words of the first two columns, English and French.
fn is_head(line: &str) -> bool {
    let words: Vec<String> = line.split_whitespace().take(2).map(str::to_lowercase).collect();
    let name = |w: &str| matches!(w, "name" | "nom" | "object" | "vm" | "machine");
    let status = |w: &str| matches!(w, "status" | "état" | "statut" | "result" | "résultat");
    matches!(words.as_slice(), [first, second] if name(first) && status(second))
}

/// Most rows read.
const ROWS: usize = 5_000;

/// Name and result of every row below the head, whatever the word of the result.
pub fn machines(text: &str) -> Vec<(String, String)> {
    let below = text.lines().skip_while(|l| !is_head(l)).filter(|l| !is_head(l));
    below.filter_map(|l| if l.contains('\t') { tabbed(l) } else { spaced(l) }).take(ROWS).collect()
}

fn tabbed(line: &str) -> Option<(String, String)> {
    let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
    match cells.as_slice() {
        [name, word, _, ..] if !name.is_empty() && !word.is_empty() => Some(((*name).to_owned(), (*word).to_owned())),
        _ => None,
    }
}

/// `SRV AD Success 10:00:35 PM …`: the result is the word before the first time of day.
fn spaced(line: &str) -> Option<(String, String)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let time = words.iter().position(|w| w.contains(':') && w.starts_with(|c: char| c.is_ascii_digit()))?;
    // A date may stand before the time.
    let at = (0..time).rev().find(|at| words[*at].chars().all(char::is_alphabetic)).filter(|at| *at > 0)?;
    Some((words.get(..at)?.join(" "), (*words.get(at)?).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_parted_by_spaces_are_read_too() {
        let text = "Success 2 Start time 10:00:08 PM Total size 1.2 TB\nWarning 0 End time 10:12:03 PM Data read 30.1 GB\n\
                    Name Status Start time End time Size\nSRV AD Success 10:00:35 PM 10:06:12 PM 100.0 GB\nSRV-SQL Inconnu 10:01:00 PM\n";
        assert_eq!(after(text, "End time"), Some("10:12:03 PM"));
        assert_eq!(after(text, "Total size"), Some("1.2 TB"));
        assert_eq!(after(text, "Warning"), Some("0"));
        let rows = machines(text);
        assert_eq!(rows[0], ("SRV AD".to_owned(), "Success".to_owned()));
        assert_eq!(rows[1], ("SRV-SQL".to_owned(), "Inconnu".to_owned()));
    }
}
