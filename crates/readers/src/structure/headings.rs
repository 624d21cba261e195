//! Is this row a heading? Titles are short, have no verb and stand apart.

use super::label::{Division, Label, Labelled};
use super::marks::{Context, Mark, Style};
use super::tables;
use super::words;
use contract::fold::fold;

/// Most bytes of a title after its label.
const TITLE: usize = 130;

/// A title by its words alone.
fn is_title(words: &str) -> bool {
    !words.is_empty()
        && words.len() <= TITLE
        && !words.ends_with([';', ','])
        && !words::is_sentence(words)
        && !words.contains("://")
}

/// "1) OBJET" stands for a heading; other counters and bullets begin items.
pub(super) fn of_counter(context: &Context, content: usize) -> Option<Style> {
    let row = context.row();
    let title = &row.text[content..];
    let figure = row.text.as_bytes().first().is_some_and(u8::is_ascii_digit);
    let apart = context.apart();
    let strong = words::is_capitals(title, 4) || row.bold;
    (figure && apart && strong && is_title(title) && !words::is_finished(title))
        .then_some(Style::Labelled(Label::Decimal { depth: 1, last: 0, marked: true }))
}

/// A row with the label of a division, a number, a roman number or a letter.
pub(super) fn of_labelled(context: &Context, labelled: Labelled) -> Mark {
    let row = context.row();
    let title = row.text[labelled.content..].trim_matches(['*', '_', ' ']);
    let heading = match labelled.label {
        Label::Division(division) => of_division(context, division, title),
        Label::Decimal { depth, last, marked } => of_decimal(context, title, depth, last, marked),
        Label::Roman | Label::Letter => of_letter(context, title, labelled.label),
        _ => false,
    };
    match labelled.label {
        label if heading => Mark::Head(Style::Labelled(label)),
        Label::Decimal { depth: 1, marked: true, .. } | Label::Roman | Label::Letter => Mark::Item,
        Label::Decimal { depth: 1, marked: false, .. } => Mark::Text,
        _ => Mark::Lead,
    }
}

fn of_division(context: &Context, division: Division, title: &str) -> bool {
    let apart = context.apart() || division != Division::Annex || context.row().bold;
    (title.is_empty() || is_title(title)) && tables::gaps(title).is_empty() && apart && !runs_on(context)
}

fn of_decimal(context: &Context, title: &str, depth: u8, last: u32, marked: bool) -> bool {
    let row = context.row();
    if !is_title(title) || tables::gaps(title).len() > 1 {
        return false;
    }
    let strong = row.bold || words::is_capitals(title, 4) || row.text.starts_with("**");
    let leads_items = title.ends_with(':') && matches!(context.next_label(), Some(Label::Bullet | Label::Counter));
    if depth == 1 && leads_items && row.indent > context.measure.left + 2.0 * context.measure.unit {
        return false;
    }
    if depth == 1 && !strong {
        let bare_allowed = marked || (context.measure.bare_numbers && context.apart());
        if context.measure.marked || !bare_allowed || in_list(context, last) {
            return false;
        }
        if finished_item(title) {
            return false;
        }
    }
    if depth > 1 && context.measure.marked && !strong && !(row.gap && context.next().is_none_or(|n| n.gap || n.whole)) {
        return false;
    }
    !runs_on(context)
}

/// "Maintenance corrective." with more than a few words ends like an item.
fn finished_item(title: &str) -> bool {
    title.ends_with('.') && title.split_whitespace().count() > 4
}

/// Numbered rows that follow each other without text between make a list.
fn in_list(context: &Context, last: u32) -> bool {
    let follows = |label: Option<Label>, wanted: Option<u32>| match label {
        Some(Label::Decimal { depth: 1, last, .. }) => Some(last) == wanted,
        _ => false,
    };
    follows(context.next_label(), last.checked_add(1)) || follows(context.previous_label(), last.checked_sub(1))
}

fn of_letter(context: &Context, title: &str, label: Label) -> bool {
    let row = context.row();
    let strong = row.bold || words::is_capitals(title, 4) || row.text.starts_with("**");
    let apart = context.apart();
    let listed = context.next_label() == Some(label) || context.previous_label() == Some(label);
    is_title(title)
        && apart
        && (strong || !(listed || context.measure.marked))
        && !finished_item(title)
        && !runs_on(context)
}

/// Whether the row goes on below as a wrapped sentence does.
fn runs_on(context: &Context) -> bool {
    let row = context.row();
    let Some(next) = context.next() else { return false };
    if next.gap || next.page != row.page || row.whole || next.whole || next.given.is_some() {
        return false;
    }
    if !words::begins_inside(next.text) {
        return words::expects_more(row.text) && !words::is_capitals(row.text, 4);
    }
    if context.labels[context.index + 1].is_some() {
        return false;
    }
    let after = context.rows.get(context.index + 2);
    let title_of_two = row.text.len() + next.text.len() <= TITLE + 20
        && !words::is_finished(next.text)
        && !context.measure.is_full(next)
        && after.is_none_or(|a| a.gap || !words::begins_inside(a.text));
    !title_of_two
}

/// A row without a label.
pub(super) fn of_plain(context: &Context, before: Option<Mark>) -> Option<Style> {
    let row = context.row();
    let text = row.text;
    if text.len() > TITLE || text.starts_with(['|', '>']) || text.contains(" | ") || !tables::gaps(text).is_empty() {
        return None;
    }
    let apart =
        context.apart() || matches!(before, None | Some(Mark::Head(_) | Mark::Running | Mark::Skip | Mark::Toc));
    if let Some(inner) = words::whole_emphasis(text) {
        let leads = text.ends_with(':') || inner.ends_with(':');
        let title = is_title(inner) && !inner.contains('=') && !words::is_finished(inner);
        return (apart && title && !leads).then_some(Style::Strong);
    }
    if is_formula(text) {
        return None;
    }
    if words::is_capitals(text, 4) && apart_or_capitals(context, apart) && few_capitals(context) {
        return (!text.ends_with(['.', ';', ',']) && !tells_figure(text)).then_some(Style::Capitals);
    }
    let larger = context.measure.size > 0.0 && row.size > context.measure.size * 1.12;
    let next_differs =
        context.next().is_none_or(|n| n.gap || n.whole || n.bold != row.bold || n.size < row.size * 0.95);
    if (row.bold || larger) && (apart || next_differs) && strong_title(context) {
        return Some(Style::Strong);
    }
    (apart && (short_title(context) || caption(context))).then_some(Style::Short)
}

/// "Conseil et expertise" right above a full line, where sentences run over several lines.
fn caption(context: &Context) -> bool {
    let (row, measure) = (context.row(), context.measure);
    let Some(next) = context.next() else { return false };
    let above = !next.gap && measure.is_full(next) && next.text.len() >= 60 && !words::begins_inside(next.text);
    above
        && !measure.marked
        && context.next_label().is_none()
        && row.right < measure.width * 0.75
        && looks_short(row.text, 90)
        && is_title(row.text)
        && tables::gaps(next.text).is_empty()
        && context.previous().is_none_or(|p| words::is_finished(p.text))
}

/// Begins with a capital, ends with a letter, few words, few figures.
fn looks_short(text: &str, longest: usize) -> bool {
    text.len() <= longest
        && text.split_whitespace().count() <= longest / 8
        && text.chars().next().is_some_and(char::is_uppercase)
        && text.ends_with(|c: char| c.is_alphabetic() || matches!(c, ')' | '»' | '?'))
        && !text.contains(['@', '=', '[', '_', ','])
        && text.bytes().filter(u8::is_ascii_digit).count() < 4
}

/// Words of the opening of a contract that look like headings but name nothing.
fn is_formula(text: &str) -> bool {
    if text.len() > 60
        || !text.starts_with(|c: char| {
            c == '\'' || matches!(c.to_ascii_lowercase(), 'e' | 'o' | 'd' | 'n' | 's' | 'c' | 'f')
        })
    {
        return false;
    }
    let folded = fold(text);
    let plain = folded.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    matches!(
        plain,
        "entre" | "et" | "ou" | "d'une part" | "d'autre part" | "oui" | "non" | "n/a" | "signature" | "signatures"
    ) || plain.starts_with("ci-apres")
        || plain.starts_with("d'une part")
        || plain.starts_with("d'autre part")
        || plain.starts_with("fait a ")
}

fn apart_or_capitals(context: &Context, apart: bool) -> bool {
    apart || context.previous().is_some_and(|p| words::is_capitals(p.text, 4))
}

/// A whole paragraph in capitals is a paragraph, not a heading.
fn few_capitals(context: &Context) -> bool {
    let rows = context.rows;
    let mut first = context.index;
    while first > 0 && context.index - first < 6 && !rows[first].gap && words::is_capitals(rows[first - 1].text, 4) {
        first -= 1;
    }
    let (mut total, mut last) = (rows[first].text.len(), rows[first].text);
    for row in rows[first + 1..].iter().take(8) {
        if row.gap || row.whole || !words::is_capitals(row.text, 4) {
            break;
        }
        total += row.text.len();
        last = row.text;
    }
    total <= 260 && !(last.ends_with('.') && total > 60)
}

fn strong_title(context: &Context) -> bool {
    let row = context.row();
    let leads_items = row.text.ends_with(':') && matches!(context.next_label(), Some(Label::Bullet | Label::Counter));
    let begins = row.text.chars().next().is_some_and(|c| !c.is_lowercase());
    begins
        && !tells_figure(row.text)
        && is_title(row.text)
        && !leads_items
        && !row.text.ends_with('.')
        && !runs_on(context)
}

/// "SIRET : 123 456 789" and "Mise à jour : 17 février 2025" tell a fact.
fn tells_figure(text: &str) -> bool {
    text.contains(':') && text.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// "Préambule" alone between white space, before a paragraph.
fn short_title(context: &Context) -> bool {
    let row = context.row();
    let text = row.text;
    let Some(next) = context.next() else { return false };
    let before_ends =
        context.previous().is_none_or(|p| words::is_finished(p.text) || context.previous_label().is_some());
    !context.measure.marked
        && looks_short(text, 64)
        && is_title(text)
        && before_ends
        && (next.gap || next.whole)
        && context.next_label().is_none()
        && !looks_short(next.text, 64)
        && next.text.len() >= 60.max(text.len() * 2)
        && !words::begins_inside(next.text)
        && !row.text.starts_with("La société")
}

#[cfg(test)]
mod tests {
    use super::super::{of_text, rows};
    use contract::BlockKind;

    fn headings(text: &str) -> Vec<String> {
        let (_, blocks) = of_text(text);
        let heads = blocks.iter().filter(|b| matches!(b.kind, BlockKind::Heading { .. }));
        heads.map(|b| text[b.span().start..b.span().end].to_owned()).collect()
    }

    #[test]
    fn numbered_titles_are_headings_and_numbered_sentences_are_not() {
        let text = "ARTICLE 1 : OBJET\n\n1.1 Les prix sont ceux en vigueur au jour de la commande et\nrestent fermes.\n\n1.2 Durée\n\nUn an.\n";
        assert_eq!(headings(text), ["ARTICLE 1 : OBJET", "1.2 Durée"]);
    }

    #[test]
    fn a_run_of_numbers_is_a_list() {
        assert_eq!(headings("Exclusions :\n\n1. Maintenance planifiée\n2. Force majeure\n3. Attaque\n"), [""; 0]);
    }

    #[test]
    fn a_short_line_between_blanks_before_a_paragraph_is_a_heading() {
        let body = "Le Client souhaite confier au Prestataire la gestion de son système d'information.\n";
        assert_eq!(headings(&format!("Préambule\n\n{body}")), ["Préambule"]);
        assert_eq!(headings("Société Untel\n\n12 rue des Lilas\n\n75001 Paris\n"), [""; 0]);
    }

    #[test]
    fn capitals_are_headings_unless_a_whole_paragraph_is() {
        assert_eq!(headings("CONDITIONS PARTICULIÈRES\n\nTexte.\n"), ["CONDITIONS PARTICULIÈRES"]);
        let shouted = "LE PRESTATAIRE NE POURRA EN AUCUN CAS VOIR SA RESPONSABILITÉ RECHERCHÉE\n".repeat(5);
        assert_eq!(headings(&shouted), [""; 0]);
        assert_eq!(headings("ENTRE :\n\nLa société A\n\nET\n\nLa société B\n"), [""; 0]);
    }

    #[test]
    fn bold_lines_of_a_layout_are_headings() {
        let (mut found, _) =
            rows::of_text("Durée du contrat\nLe contrat dure un an à compter de sa signature par les parties.\n");
        found[0].bold = true;
        let blocks = super::super::blocks(&found);
        assert!(matches!(blocks[0].kind, BlockKind::Heading { .. }), "{blocks:?}");
        assert_eq!(blocks[1].kind, BlockKind::Paragraph);
    }
}
