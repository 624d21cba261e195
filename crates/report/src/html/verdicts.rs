//! Every point with its verdict, its words and what to ask for.

use super::escape::{html, prose, slug};
use super::marks::{classes, contrary_id, near_id, point_id, quote_id};
use crate::summary::{Category, Counts, categories};
use crate::typography::quoted;
use crate::words::{count, sign};
use crate::{Assessed, Catalogue};
use contract::{Absence, PointVerdict, Quote, Verdict};
use std::collections::HashSet;

/// What sections of a document share.
pub(super) struct Context<'a> {
    pub(super) catalogue: &'a Catalogue,
    /// Before every id, so that several documents may share a page.
    pub(super) prefix: &'a str,
    /// The level of the document's own heading.
    pub(super) level: usize,
    /// Ids of passages the contract's text shows.
    pub(super) shown: &'a HashSet<String>,
    /// Before every link to a point or a passage: empty within one page.
    pub(super) base: &'a str,
    /// What stands at the end of a point, already HTML.
    pub(super) after: &'a dyn Fn(&PointVerdict) -> String,
    /// Before the point's id, the address of a page of its own that says everything; empty where there is none. The list
    /// then says less: the contract itself is beside it.
    pub(super) apart: &'a str,
}

/// Longest quote shown beside the contract, in characters.
const BESIDE: usize = 120;
/// Most other places linked beside the contract.
const PLACES: usize = 3;
/// Longest heading told of one of them, in characters.
const HEADING: usize = 40;

/// A filter: its name in classes, its label, how many points it keeps.
type Filter = (&'static str, String, usize);

/// The points, by category, with the filters above.
pub(super) fn section(context: &Context<'_>, assessed: &Assessed<'_>) -> String {
    let Context { prefix, level, .. } = *context;
    let categories = categories(context.catalogue, assessed.assessment);
    let counts = Counts::of(&assessed.assessment.verdicts);
    let mut out = format!(
        "<section class=\"points\" id=\"{prefix}points\" aria-labelledby=\"{prefix}points-titre\">\n\
         <h{h} id=\"{prefix}points-titre\">Point par point</h{h}>\n{}",
        filters(prefix, &counts),
        h = level + 1,
    );
    for category in categories.iter().filter(|category| category.score.is_some()) {
        out.push_str(&group(context, category));
    }
    out.push_str(&aside(context, &categories));
    out.push_str("</section>\n");
    out
}

fn filters(prefix: &str, counts: &Counts) -> String {
    let mut filters: Vec<Filter> =
        vec![("all", "Tous".to_owned(), counts.applicable()), ("gap", "À négocier".to_owned(), counts.gaps())];
    for verdict in [Verdict::Adverse, Verdict::Missing, Verdict::Weak, Verdict::Satisfied, Verdict::NotReadable] {
        let label = format!("<span aria-hidden=\"true\">{}</span> {}", sign(verdict), verdict.label());
        filters.push((super::class(verdict), label, counts.with(verdict)));
    }
    filters.push(("unsure", "À vérifier".to_owned(), counts.unsure));
    let pills: String = filters
        .iter()
        .filter(|(name, _, n)| *n > 0 || *name == "all")
        .map(|(name, label, n)| {
            let checked = if *name == "all" { " checked" } else { "" };
            format!(
                "<label><input type=\"radio\" name=\"{prefix}filtre\" class=\"f-{name}\"{checked}><span>{label} <b>{n}</b></span></label>\n"
            )
        })
        .collect();
    format!(
        "<fieldset class=\"filters\"><legend class=\"vh\">Montrer</legend>\n{pills}\
         <label class=\"fold\"><input type=\"checkbox\" class=\"f-brief\"><span>Titres seuls</span></label>\n</fieldset>\n"
    )
}

fn group(context: &Context<'_>, category: &Category<'_>) -> String {
    let Context { prefix, level, .. } = *context;
    let code = slug(category.code);
    let score = category.score.map_or(String::new(), |score| format!("{score}\u{202f}%"));
    let points: String = category
        .verdicts
        .iter()
        .filter(|verdict| verdict.verdict != Verdict::NotApplicable)
        .map(|verdict| point(context, verdict))
        .collect();
    format!(
        "<section class=\"cat\" id=\"{prefix}cat-{code}\" aria-labelledby=\"{prefix}cat-{code}-titre\">\n\
         <h{h} id=\"{prefix}cat-{code}-titre\">{} <span>{score}</span></h{h}>\n{points}</section>\n",
        prose(category.title),
        h = level + 2,
    )
}

pub(super) fn badge(verdict: Verdict) -> String {
    format!(
        "<span class=\"badge v-{}\"><span aria-hidden=\"true\">{}</span> {}</span> ",
        super::class(verdict),
        sign(verdict),
        verdict.label()
    )
}

/// The same in fewer bytes, for a page that has more than a hundred.
fn plain_badge(verdict: Verdict) -> String {
    format!("<span class=\"badge v-{}\">{} {}</span> ", super::class(verdict), sign(verdict), verdict.label())
}

pub(super) fn severity_chip(verdict: &PointVerdict) -> String {
    if verdict.verdict == Verdict::Satisfied {
        return String::new();
    }
    let label = verdict.severity.label();
    format!("<span class=\"chip s-{label}\">{label}</span> ")
}

pub(super) fn unsure_chip(verdict: &PointVerdict) -> &'static str {
    if verdict.sure { "" } else { "<span class=\"chip doubt\">à vérifier</span> " }
}

fn point(context: &Context<'_>, verdict: &PointVerdict) -> String {
    let id = point_id(context.prefix, &verdict.point);
    let mut body = String::new();
    // Beside the contract the words themselves say why a point is satisfied.
    let told = context.apart.is_empty() || verdict.verdict != Verdict::Satisfied;
    if told && !verdict.reason.is_empty() {
        body.push_str(&format!("<p class=\"reason\">{}</p>\n", prose(&verdict.reason)));
    }
    body.push_str(&if context.apart.is_empty() { words(context, verdict, "") } else { beside(context, verdict) });
    body.push_str(&advice(context, verdict));
    body.push_str(&(context.after)(verdict));
    let badge = if context.apart.is_empty() { badge(verdict.verdict) } else { plain_badge(verdict.verdict) };
    format!(
        "<article class=\"point {}\" id=\"{id}\">\n\
         <header><h{h}>{}</h{h}>\n<p class=\"chips\">{}{}{}<span class=\"code\">{}</span></p></header>\n\
         <div class=\"more\">\n{body}</div>\n</article>\n",
        classes(verdict),
        prose(context.catalogue.title(&verdict.point)),
        badge,
        severity_chip(verdict),
        unsure_chip(verdict),
        html(&verdict.point),
        h = context.level + 3,
    )
}

/// The words that decide, those that contradict, and what was looked for; `open` shows the latter at once.
pub(super) fn words(context: &Context<'_>, verdict: &PointVerdict, open: &str) -> String {
    let mut body = String::new();
    for (at, quote) in verdict.quotes.iter().enumerate() {
        body.push_str(&blockquote(context, quote, &quote_id(context.prefix, &verdict.point, at + 1), ""));
    }
    if !verdict.contrary.is_empty() {
        body.push_str(
            "<p class=\"but\"><span aria-hidden=\"true\">⇄ </span>Le contrat se contredit, il dit aussi\u{202f}:</p>\n",
        );
    }
    for (at, quote) in verdict.contrary.iter().enumerate() {
        let id = contrary_id(context.prefix, &verdict.point, at + 1);
        body.push_str(&blockquote(context, quote, &id, " class=\"contrary\""));
    }
    if let Some(absence) = &verdict.absence {
        body.push_str(&proof(context, verdict, absence, open));
    }
    body
}

/// What the list beside the contract shows: the beginning of the first words that decide, links to all others.
fn beside(context: &Context<'_>, verdict: &PointVerdict) -> String {
    let mut body = String::new();
    let mut others = Vec::new();
    for (at, quote) in verdict.quotes.iter().enumerate() {
        let id = quote_id(context.prefix, &verdict.point, at + 1);
        if at > 0 {
            others.push(place(context, quote, &id));
            continue;
        }
        let text = cut(&quote.text, BESIDE);
        let place = place(context, quote, &id);
        body.push_str(&format!("<blockquote><p>{}</p>\n<footer>{place}</footer></blockquote>\n", html(&quoted(&text))));
    }
    for (at, quote) in verdict.contrary.iter().enumerate() {
        let place = place(context, quote, &contrary_id(context.prefix, &verdict.point, at + 1));
        others.push(format!("<span aria-hidden=\"true\">⇄ </span>le contraire\u{202f}: {place}"));
    }
    let left = others.len().saturating_sub(PLACES);
    others.truncate(PLACES);
    if left > 0 {
        let address = html(&format!("{}{}", context.apart, verdict.point));
        others.push(format!("<a href=\"{address}\">{}</a>", count(left, "autre passage", "autres passages")));
    }
    if !others.is_empty() {
        body.push_str(&format!("<p class=\"place\">Aussi\u{202f}: {}</p>\n", others.join(" ; ")));
    }
    if let Some(absence) = &verdict.absence {
        let address = html(&format!("{}{}", context.apart, verdict.point));
        body.push_str(&format!(
            "<p class=\"place\"><a href=\"{address}\">Ce qui a été cherché{}</a></p>\n",
            rejected(absence)
        ));
    }
    body
}

/// The beginning of words too long to stand beside the contract.
fn cut(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let whole = text[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{}…", text[..whole].trim_end())
}

fn advice(context: &Context<'_>, verdict: &PointVerdict) -> String {
    if verdict.verdict == Verdict::Satisfied {
        return String::new();
    }
    let Some(info) = context.catalogue.get(&verdict.point) else { return String::new() };
    format!("<p class=\"why\">{}</p>\n<p class=\"ask\">{}</p>\n", prose(&info.why), prose(&info.ask))
}

/// "page 5 · Article 8 › 8.2", a link where the contract's text shows the passage.
fn place(context: &Context<'_>, quote: &Quote, id: &str) -> String {
    let lean = !context.apart.is_empty();
    // Beside the contract the innermost heading is enough.
    let article = match quote.article.rsplit(" › ").next() {
        Some(innermost) if lean => cut(innermost, HEADING),
        _ => quote.article.clone(),
    };
    let ocr = if quote.ocr { " <span class=\"chip doubt\">lu par OCR</span>" } else { "" };
    let article = Some(html(&article)).filter(|a| !a.is_empty());
    let words: Vec<String> = quote.page_words().into_iter().chain(article).collect();
    let words = if words.is_empty() { "avant le premier article".to_owned() } else { words.join(" · ") };
    if context.shown.contains(id) && lean {
        format!("<a href=\"#{id}\">{words}</a>{ocr}")
    } else if context.shown.contains(id) {
        format!("<a href=\"{}#{id}\">{words}<span class=\"vh\">, voir dans le contrat</span></a>{ocr}", context.base)
    } else {
        format!("{words}{ocr}")
    }
}

pub(super) fn blockquote(context: &Context<'_>, quote: &Quote, id: &str, attributes: &str) -> String {
    format!(
        "<blockquote{attributes}><p>{}</p>\n<footer>{}</footer></blockquote>\n",
        html(&quoted(&quote.text)),
        place(context, quote, id)
    )
}

fn proof(context: &Context<'_>, verdict: &PointVerdict, absence: &Absence, open: &str) -> String {
    let looked: String = absence.looked_for.iter().map(|words| format!("<li>{}</li>", html(words))).collect();
    let looked = if looked.is_empty() { looked } else { format!("<ul class=\"looked\">{looked}</ul>\n") };
    let mut near = String::new();
    for (at, passage) in absence.nearest.iter().enumerate() {
        near.push_str(&format!(
            "<li><p>{}</p><p class=\"rejected\">Écarté\u{202f}: {}</p><p class=\"place\">{}</p></li>\n",
            html(&quoted(&passage.quote.text)),
            prose(&passage.reason),
            place(context, &passage.quote, &near_id(context.prefix, &verdict.point, at + 1))
        ));
    }
    let near = match near.as_str() {
        "" => "<p>Aucun passage ne s’en approche.</p>\n".to_owned(),
        near => format!("<p>Au plus près\u{202f}:</p>\n<ul class=\"nearest\">\n{near}</ul>\n"),
    };
    let rejected = rejected(absence);
    format!(
        "<details class=\"proof\"{open}><summary>Ce qui a été cherché{rejected}</summary>\n{looked}{near}</details>\n"
    )
}

/// How many passages came near.
fn rejected(absence: &Absence) -> String {
    match absence.nearest.len() {
        0 => String::new(),
        n => format!(" · {}", count(n, "passage écarté", "passages écartés")),
    }
}

fn aside(context: &Context<'_>, categories: &[Category<'_>]) -> String {
    let points: Vec<String> = categories
        .iter()
        .flat_map(|category| &category.verdicts)
        .filter(|verdict| verdict.verdict == Verdict::NotApplicable)
        .map(|verdict| {
            let id = point_id(context.prefix, &verdict.point);
            let title = prose(context.catalogue.title(&verdict.point));
            format!("<li id=\"{id}\"><span class=\"code\">{}</span> {title}</li>\n", html(&verdict.point))
        })
        .collect();
    if points.is_empty() {
        return String::new();
    }
    format!(
        "<details class=\"aside\"><summary>Sans objet pour ce profil ({})</summary>\n<ul>\n{}</ul></details>\n",
        points.len(),
        points.concat()
    )
}
