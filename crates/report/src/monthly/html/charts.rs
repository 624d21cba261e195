//! Charts as inline SVG: minutes down day by day, cases against the promised delay. Every chart has its words.

use super::super::figures::{Delay, Delays, Uptime, span};
use super::super::{Content, glyph};
use super::{chip, heading, sign_class, state_chip};
use crate::html::escape::{html as escaped, prose};
use follow::words;

pub(super) fn section(content: &Content) -> String {
    let uptimes: String = content.uptimes.iter().map(uptime).collect();
    let delays: String = content.delays.iter().map(delay).collect();
    uptimes + &delays
}

/// The height of the drawing, and the room below for the days' numbers.
const HEIGHT: f64 = 120.0;
const FOOT: f64 = 18.0;
const STEP: f64 = 20.0;

fn uptime(uptime: &Uptime) -> String {
    let most = uptime.days.iter().filter_map(|d| d.down).fold(15.0, f64::max);
    let mut bars = String::new();
    for (at, day) in uptime.days.iter().enumerate() {
        let x = STEP * at as f64 + 34.0;
        let number = day.date.day();
        match day.down {
            None => bars.push_str(&format!(
                "<rect class=\"blind\" x=\"{x:.0}\" y=\"{:.0}\" width=\"14\" height=\"6\"/>",
                HEIGHT - 6.0
            )),
            Some(down) if down > 0.0 => {
                let height = (down / most * (HEIGHT - 22.0)).max(4.0);
                bars.push_str(&format!(
                    "<rect class=\"down\" x=\"{x:.0}\" y=\"{:.1}\" width=\"14\" height=\"{height:.1}\" rx=\"2\"/>\
                     <text class=\"value\" x=\"{:.0}\" y=\"{:.1}\">{}</text>",
                    HEIGHT - height,
                    x + 7.0,
                    HEIGHT - height - 5.0,
                    escaped(&span(down))
                ));
            }
            Some(_) => bars.push_str(&format!(
                "<rect class=\"up\" x=\"{x:.0}\" y=\"{:.0}\" width=\"14\" height=\"4\" rx=\"2\"/>",
                HEIGHT - 4.0
            )),
        }
        if number == 1 || number % 5 == 0 {
            bars.push_str(&format!("<text x=\"{:.0}\" y=\"{:.0}\">{number}</text>", x + 7.0, HEIGHT + 15.0));
        }
    }
    let width = STEP * uptime.days.len() as f64 + 40.0;
    format!(
        "<section>\n{}<p class=\"figures\"><strong>{}</strong> mesurée, {} promise {}</p>\n\
         <svg class=\"chart\" viewBox=\"0 0 {width:.0} {:.0}\" role=\"img\" aria-label=\"{}\">\
         <line class=\"axis\" x1=\"30\" y1=\"{HEIGHT:.0}\" x2=\"{width:.0}\" y2=\"{HEIGHT:.0}\"/>{bars}</svg>\n\
         <p class=\"soft\">Durée d’arrêt jour par jour. {}</p>\n</section>\n",
        heading(&uptime.title, &uptime.place),
        prose(&uptime.measured),
        prose(&uptime.promised),
        state_chip(uptime.state),
        HEIGHT + FOOT,
        prose(&uptime.caption),
        prose(&uptime.caption),
    )
}

fn delay(delays: &Delays) -> String {
    let most = delays.cases.iter().filter_map(|c| c.value).fold(delays.bound, f64::max) * 1.08;
    let row = |case: &Delay| {
        let share = |value: f64| if most > 0.0 { (100.0 * value / most).clamp(0.0, 100.0) } else { 0.0 };
        let bar = case.value.map_or(String::new(), |value| {
            format!(
                "<svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
                 <rect class=\"{}\" width=\"{:.1}\" height=\"10\" rx=\"1\"/>\
                 <line class=\"bound\" x1=\"{b:.1}\" y1=\"0\" x2=\"{b:.1}\" y2=\"10\"/></svg>",
                sign_class(case.sign),
                share(value).max(0.8),
                b = share(delays.bound)
            )
        });
        format!(
            "<tr><td>{}</td><td>{}</td><td class=\"bar\">{bar}</td><td class=\"number\">{}</td><td>{}</td></tr>\n",
            prose(&short(case.date)),
            escaped(&case.what),
            prose(&case.shown),
            chip(sign_class(case.sign), glyph(case.sign), case.sign.label()),
        )
    };
    let rows: String = delays.cases.iter().map(row).collect();
    format!(
        "<section>\n{}<p>{}</p>\n<table class=\"list delays\">\n<thead><tr><th>Jour</th><th>Cas</th>\
         <th><span class=\"vh\">Barre\u{202f}: </span>Promis\u{202f}: {}</th><th class=\"number\">Délai</th><th>État</th></tr></thead>\n\
         <tbody>\n{rows}</tbody></table>\n</section>\n",
        heading(&delays.title, &delays.place),
        prose(&delays.caption),
        prose(&delays.promised),
    )
}

/// "17 mars".
fn short(date: jiff::civil::Date) -> String {
    let whole = words::date(date);
    whole.rsplit_once(' ').map_or(whole.clone(), |(day, _)| day.to_owned())
}
