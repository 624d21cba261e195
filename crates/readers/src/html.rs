//! HTML: the words a browser would show, with headings, lists and tables from the tags. A tokenizer is used, not a
//! tree: nesting costs nothing and cannot be made to hurt.

mod flow;

use crate::sheet;
use crate::{Limits, ReadError, text};
use contract::{Document, Format, Problem};
use flow::Flow;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;

/// Reads an HTML page.
///
/// # Errors
/// [`ReadError::Unsupported`] when the bytes are no text.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    let (source, mut problems) = text::decode(bytes)?;
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(source));
    let sink = Sink(RefCell::new(Flow::new(limits)));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let (items, cut) = tokenizer.sink.0.into_inner().into_items();
    if cut {
        let message = "la page est trop longue : la fin n'a pas été lue ; découpez-la".into();
        problems.push(Problem { page: None, message });
    }
    Ok(sheet::document(Format::Html, sheet::flatten(items), problems))
}

struct Sink(RefCell<Flow>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut flow = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(words) => flow.text(&words),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                let get = |name: &str| tag.attrs.iter().find(|a| &*a.name.local == name).map(|a| a.value.to_string());
                flow.start(&tag.name, &get);
                match &*tag.name {
                    "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
                        return TokenSinkResult::RawData(RawKind::Rawtext);
                    }
                    "title" | "textarea" => return TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => {}
                }
                if tag.self_closing && is_foreign(&tag.name) {
                    flow.end(&tag.name);
                }
            }
            Token::TagToken(tag) => flow.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Elements of drawings close themselves; elements of HTML do not.
fn is_foreign(name: &str) -> bool {
    matches!(name, "svg" | "math" | "template")
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::BlockKind::{self, *};

    fn blocks(html: &str) -> Vec<(BlockKind, String)> {
        let document = read(html.as_bytes(), &Limits::default()).unwrap();
        document.blocks.iter().map(|b| (b.kind, document.slice(b.span()).to_owned())).collect()
    }

    #[test]
    fn headings_paragraphs_and_lists_come_from_the_tags() {
        let html = "<html><head><title>t</title><style>p{}</style></head><body><h1>Contrat</h1><h2>Durée &amp; <em>fin</em></h2>\
            <p>Un\n  an&nbsp;<b>ferme</b>.<p>Suite.<ul><li>un<li>deux<ol><li>bas</ol></ul><script>var x='<p>non</p>'</script></body>";
        let item = |depth| ListItem { depth };
        let found = blocks(html);
        let expected = [
            (Heading { level: 1 }, "Contrat"),
            (Heading { level: 2 }, "Durée & fin"),
            (Paragraph, "Un an\u{a0}ferme."),
            (Paragraph, "Suite."),
            (item(0), "• un"),
            (item(0), "• deux"),
            (item(1), "1. bas"),
        ];
        assert_eq!(found.iter().map(|(k, t)| (*k, t.as_str())).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn tables_become_rows_even_when_tags_are_left_out() {
        let found = blocks("<table><tr><th>Niveau<th>Délai<tr><th>P1<td><p>4 h</p></table>fin");
        let expected = [
            (TableRow { header: true }, "Niveau | Délai"),
            (TableRow { header: false }, "P1 | 4 h"),
            (Paragraph, "fin"),
        ];
        assert_eq!(found.iter().map(|(k, t)| (*k, t.as_str())).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn hidden_parts_are_left_out_and_breaks_kept() {
        let found = blocks(
            "<p>a<br>b</p><template><p>x</p></template><div hidden>y</div><select><option>z</select><p>c<del>non</del><a role='doc-noteref'><sup>1</sup></a>",
        );
        assert_eq!(found.iter().map(|(_, t)| t.as_str()).collect::<Vec<_>>(), ["a\nb", "c"]);
    }

    #[test]
    fn a_hundred_thousand_open_tags_do_no_harm() {
        for tag in ["<div>", "<table><tr><td>", "<ul><li>", "<b>", "</p></table>"] {
            let html = tag.repeat(100_000) + "mots";
            assert!(blocks(&html).iter().any(|(_, t)| t.ends_with("mots")), "{tag}");
        }
    }
}
