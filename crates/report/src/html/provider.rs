//! The provider's view: what goes too far with a counter-proposal, and what it is rightly held to.

use super::escape::{html, prose};
use super::verdicts::{Context, blockquote};
use crate::{Assessed, words};
use contract::{ExcessiveDemand, HeldTo};

pub(super) fn section(context: &Context<'_>, assessed: &Assessed<'_>) -> String {
    let Some(view) = &assessed.assessment.provider_view else { return String::new() };
    let (prefix, h) = (context.prefix, context.level + 1);
    let demands: String = match view.demands.is_empty() {
        true => format!("<p>{}</p>\n", prose(words::NO_EXCESS)),
        false => view.demands.iter().map(|d| demand(context, d)).collect(),
    };
    let held: String = view.held_to.iter().map(|h| held_to(context, h)).collect();
    format!(
        "<section class=\"card provider\" id=\"{prefix}trop\" aria-labelledby=\"{prefix}trop-titre\">\n\
         <h{h} id=\"{prefix}trop-titre\">{}</h{h}>\n{demands}</section>\n\
         <section class=\"card provider\" id=\"{prefix}tenu\" aria-labelledby=\"{prefix}tenu-titre\">\n\
         <h{h} id=\"{prefix}tenu-titre\">{}</h{h}>\n\
         <details><summary>Voir ces engagements</summary>\n{held}</details>\n</section>\n",
        prose(&words::excess_title(view)),
        prose(&words::held_title(view)),
    )
}

fn demand(context: &Context<'_>, demand: &ExcessiveDemand) -> String {
    let h = context.level + 2;
    let label = demand.severity.label();
    let quotes: String = demand.quotes.iter().map(|quote| blockquote(context, quote, "", "")).collect();
    let proposal: String = demand.proposal.lines().map(|line| format!("<p>{}</p>\n", prose(line))).collect();
    format!(
        "<h{h}>{} <span class=\"chip s-{label}\">{label}</span> <span class=\"code\">{}</span></h{h}>\n{quotes}\
         <p class=\"why\">{}</p>\n<p class=\"ask\">{}</p>\n\
         <details open><summary>Contre-proposition</summary>\n{proposal}</details>\n",
        prose(&demand.title),
        html(&demand.demand),
        prose(&demand.why),
        prose(&demand.ask),
    )
}

fn held_to(context: &Context<'_>, held: &HeldTo) -> String {
    let h = context.level + 2;
    let quotes: String = held.quotes.iter().map(|quote| blockquote(context, quote, "", "")).collect();
    format!(
        "<h{h}>{} <span class=\"code\">{}</span></h{h}>\n{quotes}",
        prose(context.catalogue.title(&held.point)),
        html(&held.point)
    )
}
