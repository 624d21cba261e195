//! A paper as HTML, for the guide's pages and for looking at a document before it is taken away. All text is data and
//! escaped; no style attribute, for the policy allows none.

use askama::filters::{Html, escape};
use paper::{Block, Inline, Item, Paper, Style, Table, Tone};

/// A whole paper; its outermost headings become `h2`.
pub fn paper(paper: &Paper) -> String {
    let mut out = Writer { numbering: paper.numbering == paper::Numbering::Article, ..Writer::default() };
    if let Some(cover) = &paper.cover {
        if !cover.kicker.is_empty() {
            out.element("p", " class=\"kicker\"", &esc(&cover.kicker));
        }
        out.element("h2", " class=\"paper-title\"", &esc(&cover.title));
        if !cover.subtitle.is_empty() {
            out.element("p", " class=\"muted\"", &esc(&cover.subtitle));
        }
        for (label, words) in &cover.facts {
            out.element("p", "", &format!("<strong>{}</strong> : {}", esc(label), line(words)));
        }
    }
    out.blocks(&paper.blocks);
    out.html
}

/// Blocks alone.
pub fn blocks(blocks: &[Block]) -> String {
    let mut out = Writer::default();
    out.blocks(blocks);
    out.html
}

fn esc(text: &str) -> String {
    // Escaping into a String does not fail.
    escape(text, Html).map(|safe| safe.to_string()).unwrap_or_default()
}

fn line(words: &[Inline]) -> String {
    let one = |word: &Inline| match word {
        Inline::Text(text) => esc(text),
        Inline::Bold(words) => format!("<strong>{}</strong>", line(words)),
        Inline::Italic(words) => format!("<em>{}</em>", line(words)),
        Inline::Toned(tone, words) => format!("<span class=\"{}\">{}</span>", class(*tone), line(words)),
        Inline::Blank(label) => format!("<span class=\"to-fill\">{}</span>", esc(label)),
        Inline::Break => "<br>".to_owned(),
    };
    words.iter().map(one).collect()
}

#[derive(Default)]
struct Writer {
    html: String,
    numbering: bool,
    numbers: [usize; 4],
}

impl Writer {
    fn element(&mut self, tag: &str, attributes: &str, inside: &str) {
        self.html.push_str(&format!("<{tag}{attributes}>{inside}</{tag}>\n"));
    }

    fn blocks(&mut self, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, numbered, text } => {
                let depth = usize::from((*level).clamp(1, 4));
                let number = if *numbered { self.number(depth) } else { String::new() };
                let tag = format!("h{}", depth + 1);
                self.element(&tag, "", &format!("{number}{}", line(text)));
            }
            Block::Paragraph { style, text } => {
                let (tag, class) = match style {
                    Style::Body => ("p", ""),
                    Style::Lead => ("p", " class=\"lede\""),
                    Style::Note => ("p", " class=\"muted small\""),
                    Style::Quote => ("blockquote", ""),
                    Style::Label => ("p", " class=\"label\""),
                };
                self.element(tag, class, &line(text));
            }
            Block::List { ordered, items } => self.list(*ordered, items),
            Block::Table(table) => self.table(table),
            Block::Callout { tone, title, blocks } => {
                self.html.push_str(&format!("<div class=\"note {}\">\n", class(*tone)));
                if !title.is_empty() {
                    self.element("p", "", &format!("<strong>{}</strong>", line(title)));
                }
                self.blocks(blocks);
                self.html.push_str("</div>\n");
            }
            Block::Card { blocks, .. } | Block::Poster { blocks } => self.blocks(blocks),
            Block::Signatures { parties } => {
                self.html.push_str("<div class=\"signatures\">\n");
                for party in parties {
                    let lines: String = party.lines.iter().map(|l| format!("<br>{}", line(l))).collect();
                    self.element("p", "", &format!("<strong>{}</strong>{lines}", line(&party.party)));
                }
                self.html.push_str("</div>\n");
            }
            // Charts stand in reports, which have their own pages here; their sentence says what they show.
            Block::Bars { alt, .. } => self.element("p", " class=\"muted\"", &esc(alt)),
            Block::Calendar(calendar) => self.element("p", " class=\"muted\"", &esc(&calendar.alt)),
            Block::Line(line) => self.element("p", " class=\"muted\"", &esc(&line.alt)),
            Block::Tiles { tiles } => {
                let tile = |t: &paper::Tile| format!("<li><strong>{}</strong> {}</li>", esc(&t.figure), esc(&t.label));
                let tiles: String = tiles.iter().map(tile).collect();
                self.element("ul", "", &tiles);
            }
            Block::PageBreak => self.html.push_str("<hr>\n"),
        }
    }

    fn number(&mut self, depth: usize) -> String {
        self.numbers[depth - 1] += 1;
        self.numbers[depth..].fill(0);
        let number: Vec<String> = self.numbers[..depth].iter().map(|n| n.max(&1).to_string()).collect();
        match (depth, self.numbering) {
            (1, true) => format!("Article {} – ", number[0]),
            (1, false) => format!("{}. ", number[0]),
            _ => format!("{} ", number.join(".")),
        }
    }

    fn list(&mut self, ordered: bool, items: &[Item]) {
        let tag = if ordered { "ol" } else { "ul" };
        self.html.push_str(&format!("<{tag}>\n"));
        for item in items {
            self.html.push_str(&format!("<li>{}", line(&item.text)));
            self.blocks(&item.blocks);
            self.html.push_str("</li>\n");
        }
        self.html.push_str(&format!("</{tag}>\n"));
    }

    fn table(&mut self, table: &Table) {
        self.html.push_str("<div class=\"scroll\" tabindex=\"0\" role=\"region\"");
        self.html.push_str(&format!(" aria-label=\"{}\"><table class=\"grid-table\">\n", esc(&table.caption)));
        if !table.header.is_empty() {
            let cells: String =
                table.header.iter().map(|c| format!("<th scope=\"col\">{}</th>", line(&c.text))).collect();
            self.html.push_str(&format!("<thead><tr>{cells}</tr></thead>\n"));
        }
        self.html.push_str("<tbody>\n");
        for row in &table.rows {
            let cells: String = row.iter().map(|c| format!("<td>{}</td>", line(&c.text))).collect();
            self.element("tr", "", &cells);
        }
        self.html.push_str("</tbody></table></div>\n");
    }
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Caution => "warn",
        Tone::Bad => "bad",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        let made = blocks(&[
            Block::heading(1, "<b>Titre</b>"),
            Block::words("a & b \"c\" <script>alert(1)</script>"),
            Block::bullets(["<img src=x onerror=y>"]),
        ]);
        assert!(!made.contains("<script") && !made.contains("<img") && !made.contains("<b>"), "{made}");
        assert!(made.contains("<h2>") && made.contains("<ul>"), "{made}");
    }

    #[test]
    fn headings_are_numbered_within_each_other() {
        let made = blocks(&[
            Block::numbered(1, "A"),
            Block::numbered(2, "B"),
            Block::numbered(2, "C"),
            Block::numbered(1, "D"),
            Block::numbered(2, "E"),
        ]);
        for words in ["1. A", "1.1 B", "1.2 C", "2. D", "2.1 E"] {
            assert!(made.contains(words), "{words} in {made}");
        }
    }
}
