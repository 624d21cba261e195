//! The monthly report as one self-contained page: no script, no request, charts as inline SVG with their words.

mod charts;

use super::{Content, Month, Sheet, Square, breaches::Breach, euros, glyph, state_glyph};
use crate::html::escape::{html as escaped, prose};
use follow::{Sign, State, words};
use paper::Tone;

const STYLE: &str = include_str!("monthly.css");

/// The report as one page.
pub fn html(month: &Month) -> String {
    let content = Content::of(month);
    let title = format!("{} – {}", content.title, content.provider);
    let body = [
        opening(&content),
        content.sheets.iter().map(sheet).collect(),
        charts::section(&content),
        tests(&content),
        troubles(&content),
        letter(&content),
        dates(&content),
        standings(&content),
    ]
    .concat();
    format!(
        "<!doctype html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n{body}<footer>{}</footer>\n</main>\n</body>\n</html>\n",
        escaped(&title),
        prose(
            "Établi par Clausule d'après les preuves reçues et les mots du contrat. Il aide à suivre et à demander ; \
             il ne remplace pas le conseil d'un juriste."
        ),
    )
}

/// The class of a tone.
fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Caution => "fair",
        Tone::Bad => "bad",
        Tone::Accent => "accent",
        Tone::Plain | Tone::Silent | Tone::Unknown => "quiet",
    }
}

fn opening(content: &Content) -> String {
    let facts: Vec<String> =
        content.facts.iter().map(|(l, v)| format!("<div><dt>{}</dt><dd>{}</dd></div>", prose(l), prose(v))).collect();
    let tiles: Vec<String> = content
        .tiles
        .iter()
        .map(|t| {
            let (class, figure, label) = (class(t.tone), prose(&t.figure), prose(&t.label));
            format!("<li class=\"{class}\"><strong>{figure}</strong> <span>{label}</span></li>")
        })
        .collect();
    let sign = match content.tone {
        Tone::Good => "✓",
        Tone::Bad => "✕",
        Tone::Caution => "?",
        _ => "–",
    };
    format!(
        "<header>\n<p class=\"brand\">Clausule</p>\n<h1>{}</h1>\n<dl class=\"facts\">{}</dl>\n</header>\n\
         <p class=\"verdict {}\"><span class=\"sign\" aria-hidden=\"true\">{sign}</span><span>{}</span></p>\n\
         <ul class=\"tiles\">{}</ul>\n",
        prose(&content.title),
        facts.concat(),
        class(content.tone),
        prose(&content.verdict),
        tiles.concat(),
    )
}

/// A heading with its clause below it.
fn heading(title: &str, place: &str) -> String {
    let place = if place.is_empty() { String::new() } else { format!("<p class=\"place\">{}</p>\n", prose(place)) };
    format!("<h2>{}</h2>\n{place}", prose(title))
}

fn day(square: Option<&Square>) -> String {
    let Some(square) = square else { return "<td class=\"void\"></td>".to_owned() };
    let number = square.date.day();
    match square.sign {
        None => format!("<td class=\"none\"><b>{number}</b></td>"),
        Some(sign) => {
            let (class, glyph, label) = (sign_class(sign), glyph(sign), sign.label());
            format!(
                "<td class=\"{class}\"><b>{number}</b><i aria-hidden=\"true\">{glyph}</i><span class=\"vh\"> {label}</span></td>"
            )
        }
    }
}

fn sign_class(sign: Sign) -> &'static str {
    match sign {
        Sign::Missing => "bad silent",
        other => class(super::tone(other)),
    }
}

fn sheet(sheet: &Sheet) -> String {
    let names = [("lundi", "lun."), ("mardi", "mar."), ("mercredi", "mer."), ("jeudi", "jeu."), ("vendredi", "ven.")];
    let names = names.iter().chain(&[("samedi", "sam."), ("dimanche", "dim.")]);
    let head: String = names.map(|(long, short)| format!("<th scope=\"col\" abbr=\"{long}\">{short}</th>")).collect();
    let rows: String = sheet
        .weeks()
        .iter()
        .map(|week| format!("<tr>{}</tr>\n", week.iter().map(|s| day(*s)).collect::<String>()))
        .collect();
    let legend: String = sheet
        .legend
        .iter()
        .map(|s| format!("<li class=\"{}\"><i>{}</i> {}</li>", sign_class(*s), glyph(*s), prose(s.label())))
        .collect();
    format!(
        "<section>\n{}<div class=\"beside\"><table class=\"calendar\">\n<caption class=\"vh\">{}</caption>\n\
         <thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n\
         <div><p>{}</p>\n<ul class=\"legend\" aria-hidden=\"true\">{legend}</ul></div></div>\n</section>\n",
        heading(&sheet.title, &sheet.place),
        prose(&sheet.caption),
        prose(&sheet.caption),
    )
}

fn tests(content: &Content) -> String {
    if content.tests.is_empty() && content.no_test.is_empty() {
        return String::new();
    }
    let rows: String = content
        .tests
        .iter()
        .map(|t| {
            format!(
                "<li><b>{}</b> {} {} <span class=\"soft\">{}</span></li>",
                prose(&words::date(t.date)),
                chip(sign_class(t.sign), glyph(t.sign), t.sign.label()),
                escaped(&t.what),
                prose(&t.reason)
            )
        })
        .collect();
    let none = if content.no_test.is_empty() { String::new() } else { format!("<p>{}</p>", prose(&content.no_test)) };
    format!("<section>\n{}{none}<ul class=\"plain\">{rows}</ul>\n</section>\n", heading("Tests de restauration", ""))
}

/// A state as a small label: sign and word.
fn chip(class: &str, glyph: &str, label: &str) -> String {
    format!("<span class=\"chip {class}\"><i aria-hidden=\"true\">{glyph}</i> {}</span>", prose(label))
}

fn state_chip(state: State) -> String {
    chip(class(super::state_tone(state)), state_glyph(state), state.label())
}

fn troubles(content: &Content) -> String {
    if content.breaches.is_empty() {
        return String::new();
    }
    let cards: String = content.breaches.iter().map(trouble).collect();
    let penalties: String = content
        .penalties
        .iter()
        .map(|p| {
            format!(
                "<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td></tr>",
                prose(&p.title),
                prose(&p.place),
                euros(p.euros)
            )
        })
        .collect();
    let penalties = if penalties.is_empty() {
        String::new()
    } else {
        format!(
            "<h3>Pénalités dues selon le contrat</h3>\n<table class=\"list\"><thead><tr><th>Promesse</th><th>Clause</th>\
             <th class=\"number\">Montant</th></tr></thead><tbody>{penalties}</tbody></table>\n"
        )
    };
    format!("<section>\n{}{cards}{penalties}</section>\n", heading("Ce qui n’a pas été tenu ou prouvé", ""))
}

fn trouble(breach: &Breach) -> String {
    let remarks: String = breach.remarks.iter().map(|r| format!("<li>{}</li>", prose(r))).collect();
    let remarks = if remarks.is_empty() { remarks } else { format!("<ul>{remarks}</ul>") };
    let quote = if breach.quote.is_empty() {
        String::new()
    } else {
        let words = paper::typography::quoted(&breach.quote);
        let place = super::verdict::capital(&breach.place);
        format!("<blockquote>{}<cite>{}</cite></blockquote>", escaped(&words), prose(&place))
    };
    format!(
        "<article class=\"card {}\">\n<h3>{} {}</h3>\n<p>{}</p>\n{remarks}{quote}</article>\n",
        class(super::state_tone(breach.state)),
        prose(&breach.title),
        state_chip(breach.state),
        prose(&breach.reason),
    )
}

fn letter(content: &Content) -> String {
    let Some(letter) = &content.letter else { return String::new() };
    let paragraphs = |list: &[String]| list.iter().map(|p| format!("<p>{}</p>\n", prose(p))).collect::<String>();
    let items: String = letter.requests.iter().map(|r| format!("<li>{}</li>\n", prose(r))).collect();
    format!(
        "<section>\n{}<div class=\"letter\">\n<p><b>Objet\u{202f}:</b> {}</p>\n{}<ol>\n{items}</ol>\n{}</div>\n</section>\n",
        heading("À demander au prestataire", "Prêt à envoyer"),
        prose(&letter.subject),
        paragraphs(&letter.opening),
        paragraphs(&letter.closing),
    )
}

fn dates(content: &Content) -> String {
    if content.dates.is_empty() {
        return String::new();
    }
    let rows: String = content
        .dates
        .iter()
        .map(|d| format!("<li><b>{}</b> {}</li>", prose(&words::date(d.date)), prose(&d.words)))
        .collect();
    format!("<section>\n{}<ul class=\"plain dates\">{rows}</ul>\n</section>\n", heading("Dates à venir", ""))
}

fn standings(content: &Content) -> String {
    if content.standings.is_empty() {
        return String::new();
    }
    let rows: String = content
        .standings
        .iter()
        .map(|s| {
            format!(
                "<tr><td>{}<span class=\"soft\">{}</span></td><td>{}</td><td>{}</td></tr>\n",
                prose(&s.title),
                prose(&s.place),
                prose(&s.detail),
                state_chip(s.state)
            )
        })
        .collect();
    format!(
        "<section>\n{}<table class=\"list\">\n<thead><tr><th>Promesse</th><th>Constat</th><th>État</th></tr></thead>\n\
         <tbody>\n{rows}</tbody></table>\n</section>\n",
        heading("Toutes les promesses suivies", ""),
    )
}
