//! Summary, warnings, the worst gaps and the categories.

use super::escape::{html, prose, slug};
use super::marks::point_id;
use super::verdicts::{Context, badge, blockquote, severity_chip, unsure_chip};
use crate::Assessed;
use crate::summary::{self, Counts};
use crate::words::{self, SHOWN, sign};
use contract::{PointVerdict, StaleReference};

/// Everything that comes before the points.
pub(super) fn sections(context: &Context<'_>, assessed: &Assessed<'_>) -> String {
    let mut out = summary_section(context, assessed);
    out.push_str(&notices(context, assessed));
    out.push_str(&super::provider::section(context, assessed));
    out.push_str(&worst(context, assessed));
    out.push_str(&stale(context, assessed));
    out.push_str(&categories(context, assessed));
    out
}

pub(super) fn summary_section(context: &Context<'_>, assessed: &Assessed<'_>) -> String {
    let Context { catalogue, prefix, level, .. } = *context;
    let verdicts = &assessed.assessment.verdicts;
    let counts = Counts::of(verdicts);
    let [first, second, third] = summary::sentences(catalogue, assessed);
    let score = match summary::score(verdicts) {
        Some(score) => format!("<p class=\"score\"><b>{score}\u{202f}%</b> <span>score du contrat</span></p>\n"),
        None => String::new(),
    };
    format!(
        "<section class=\"card summary\" id=\"{prefix}synthese\" aria-labelledby=\"{prefix}synthese-titre\">\n\
         <h{h} id=\"{prefix}synthese-titre\">En bref</h{h}>\n{score}{}<p class=\"lead\">{}</p>\n<p>{}</p>\n<p>{}</p>\n{}</section>\n",
        stacked(&counts),
        html(&first),
        html(&second),
        html(&third),
        parties(assessed),
        h = level + 1,
    )
}

/// A bar of the verdicts with its legend; the legend alone says everything.
fn stacked(counts: &Counts) -> String {
    let shown = SHOWN.iter().filter(|verdict| counts.with(**verdict) > 0);
    let (mut bar, mut legend, mut at) = (String::new(), String::new(), 0);
    for verdict in shown {
        let (n, class) = (counts.with(*verdict), super::class(*verdict));
        bar.push_str(&format!("<rect class=\"v-{class}\" x=\"{at}\" width=\"{n}\" height=\"1\"/>"));
        at += n;
        legend.push_str(&format!(
            "<li class=\"v-{class}\"><span aria-hidden=\"true\">{}</span> <b>{n}</b> {}</li>",
            sign(*verdict),
            verdict.label()
        ));
    }
    format!(
        "<svg class=\"stack\" viewBox=\"0 0 {} 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{bar}</svg>\n\
         <ul class=\"legend\">{legend}</ul>\n",
        at.max(1)
    )
}

/// A bar of so many per cent, drawn without any style attribute so that a strict policy lets it through.
pub(super) fn bar(score: u8) -> String {
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect width=\"{score}\" height=\"1\"/></svg>"
    )
}

fn parties(assessed: &Assessed<'_>) -> String {
    let rows = [("Prestataire", &assessed.assessment.provider_names), ("Client", &assessed.assessment.client_names)];
    let rows: String = rows
        .iter()
        .map(|(label, names)| (label, assessed.document.party(names)))
        .filter(|(_, names)| !names.is_empty())
        .map(|(label, names)| format!("<div><dt>{label}</dt><dd>{}</dd></div>", html(&names.join(", "))))
        .collect();
    if rows.is_empty() { rows } else { format!("<dl class=\"parties\">{rows}</dl>\n") }
}

pub(super) fn notices(context: &Context<'_>, assessed: &Assessed<'_>) -> String {
    let notices = words::notices(assessed.document, &assessed.assessment.remarks);
    if notices.is_empty() {
        return String::new();
    }
    let items: String = notices.iter().map(|notice| format!("<li>{}</li>\n", prose(notice))).collect();
    let (prefix, h) = (context.prefix, context.level + 1);
    format!(
        "<section class=\"card notices\" aria-labelledby=\"{prefix}avis-titre\">\n\
         <h{h} id=\"{prefix}avis-titre\"><span aria-hidden=\"true\">⚠ </span>À savoir avant de s’y fier</h{h}>\n\
         <ul>\n{items}</ul>\n</section>\n"
    )
}

/// References to law that no longer holds, each with its words.
pub(super) fn stale(context: &Context<'_>, assessed: &Assessed<'_>) -> String {
    let stale = &assessed.assessment.stale_references;
    if stale.is_empty() {
        return String::new();
    }
    let (prefix, h) = (context.prefix, context.level + 1);
    let item = |reference: &StaleReference| {
        let quotes: String = reference.quotes.iter().map(|quote| blockquote(context, quote, "", "")).collect();
        format!(
            "<h{}>{}</h{}>\n<p>{}</p>\n{quotes}<p class=\"ask\">{}</p>\n",
            h + 1,
            prose(&reference.title),
            h + 1,
            prose(&reference.why),
            prose(&words::replacement(reference)),
        )
    };
    format!(
        "<section class=\"card stale\" id=\"{prefix}perime\" aria-labelledby=\"{prefix}perime-titre\">\n\
         <h{h} id=\"{prefix}perime-titre\">{}</h{h}>\n{}</section>\n",
        words::count(stale.len(), "référence périmée", "références périmées"),
        stale.iter().map(item).collect::<String>(),
    )
}

pub(super) fn worst(context: &Context<'_>, assessed: &Assessed<'_>) -> String {
    let gaps = summary::worst_gaps(assessed.assessment, 10);
    if gaps.is_empty() {
        return String::new();
    }
    let title = match gaps.len() {
        10 => "Les dix manques les plus graves".to_owned(),
        1 => "Le manque à corriger".to_owned(),
        n => format!("Les {n} manques à corriger"),
    };
    let items: String = gaps.into_iter().map(|gap| worst_item(context, gap)).collect();
    let (prefix, h) = (context.prefix, context.level + 1);
    format!(
        "<section class=\"worst\" id=\"{prefix}manques\" aria-labelledby=\"{prefix}manques-titre\">\n\
         <h{h} id=\"{prefix}manques-titre\">{title}</h{h}>\n<ol>\n{items}</ol>\n</section>\n"
    )
}

fn worst_item(context: &Context<'_>, gap: &PointVerdict) -> String {
    let words = context.catalogue.get(&gap.point).map_or(String::new(), |info| {
        format!("<p>{}</p>\n<p class=\"ask\">{}</p>\n", prose(&info.why), prose(&info.ask))
    });
    format!(
        "<li class=\"v-{}\">\n<p class=\"chips\">{}{}{}</p>\n<h{h}><a href=\"{}#{}\">{}</a></h{h}>\n{words}</li>\n",
        super::class(gap.verdict),
        badge(gap.verdict),
        severity_chip(gap),
        unsure_chip(gap),
        context.base,
        point_id(context.prefix, &gap.point),
        prose(context.catalogue.title(&gap.point)),
        h = context.level + 2,
    )
}

pub(super) fn categories(context: &Context<'_>, assessed: &Assessed<'_>) -> String {
    let Context { catalogue, prefix, level, base, .. } = *context;
    let mut rows = String::new();
    for category in summary::categories(catalogue, assessed.assessment) {
        let Some(score) = category.score else { continue };
        let marks: String = SHOWN
            .iter()
            .filter(|verdict| category.counts.with(**verdict) > 0)
            .map(|verdict| {
                let n = category.counts.with(*verdict);
                format!(
                    "<span class=\"v-{}\" title=\"{n} {label}\"><span aria-hidden=\"true\">{}</span> {n}<span class=\"vh\"> {label}</span></span> ",
                    super::class(*verdict),
                    sign(*verdict),
                    label = verdict.label(),
                )
            })
            .collect();
        rows.push_str(&format!(
            "<tr><th scope=\"row\"><a href=\"{base}#{prefix}cat-{}\">{}</a></th>\
             <td class=\"meter\">{}</td>\
             <td class=\"percent\">{score}\u{202f}%</td><td class=\"marks\">{marks}</td></tr>\n",
            slug(category.code),
            prose(category.title),
            bar(score),
        ));
    }
    format!(
        "<section class=\"card\" id=\"{prefix}categories\" aria-labelledby=\"{prefix}categories-titre\">\n\
         <h{h} id=\"{prefix}categories-titre\">Scores par catégorie</h{h}>\n\
         <table class=\"scores\"><thead class=\"vh\"><tr><th scope=\"col\">Catégorie</th><td></td><th scope=\"col\">Score</th>\
         <th scope=\"col\">Verdicts</th></tr></thead>\n<tbody>\n{rows}</tbody></table>\n\
         <p class=\"hint\">Un point satisfait compte pour 1, un point insuffisant pour 0,4, les autres pour 0\u{202f}; \
         un point bloquant pèse trois fois, un point majeur deux fois.</p>\n</section>\n",
        h = level + 1,
    )
}
