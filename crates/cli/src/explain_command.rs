//! `clausule explain`.

use crate::args::ExplainArgs;
use crate::input;
use check::Engine;
use check::explain::{Explanation, SecondReading, Spoken};
use contract::{Debtor, Quantity, Quote, Verdict};
use std::process::ExitCode;

/// Prints a point's page and, with a file, how its verdict came about.
///
/// # Errors
/// When the point is unknown or the file can't be read.
pub fn run(args: &ExplainArgs) -> Result<ExitCode, String> {
    let (points, demands) = (points::embedded(), points::demands());
    let demanded = demands.get(&args.point).is_some();
    let catalogue = if demanded { &demands } else { &points };
    let point = catalogue
        .get(&args.point)
        .ok_or_else(|| format!("point inconnu : {} ; la liste : clausule points", args.point))?;
    println!("{} · {}\n", point.id, catalogue.category_title(point.category()));
    println!("{}\n", point.page);
    println!("{} : {}", if demanded { "À répondre" } else { "À demander" }, point.ask);
    println!("Sources : {}", point.sources.join(", "));
    let Some(path) = &args.file else { return Ok(ExitCode::SUCCESS) };
    let document = input::read(path, true).map_err(|e| format!("{} : {e}", path.display()))?;
    let engine = match demanded {
        true => Engine::new(points::demands()).map_err(|e| e.to_string())?,
        false => Engine::embedded(),
    };
    if let Some(explanation) = engine.explain(&point.id, &document) {
        print(&path.display().to_string(), &explanation);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(file: &str, explanation: &Explanation) {
    println!("\nDans {file} : {} — {}", explanation.verdict.label(), explanation.reason);
    if let Some(second) = &explanation.second {
        second_reading(explanation.signs, second);
    }
    for spoken in &explanation.spoken {
        let mark = if spoken.decides { "→" } else { " " };
        println!("\n{mark} signe {} : {}", spoken.sign, spoken.verdict.label());
        println!("    « {} » ({})", spoken.quote.text, place(&spoken.quote));
        println!("    {}", frame(spoken));
        if let Some(taken) = &spoken.taken {
            println!("    écrit pour « {} », mais {taken}", spoken.written_for.label());
        }
    }
    if !explanation.rejected.is_empty() {
        println!("\nPassages écartés :");
    }
    for (sign, quote, reason) in explanation.rejected.iter().take(20) {
        println!("  signe {sign} : « {} » ({}) : {reason}", quote.text, place(quote));
    }
}

/// What the whole contract's words say beside the signs.
fn second_reading(signs: Verdict, second: &SecondReading) {
    let chances: Vec<String> = second.chances.iter().map(|(v, share)| format!("{} {share:.0} %", v.label())).collect();
    println!("\nLes signes seuls : {}. Seconde lecture : {}.", signs.label(), chances.join(", "));
    let side = |bring: f64| if bring > 0.0 { "pour" } else { "contre" };
    let reasons: Vec<String> = second
        .reasons
        .iter()
        .map(|(name, bring)| format!("{} ({} : {:.1})", french(name), side(*bring), bring.abs()))
        .collect();
    println!("    Ce qui a pesé : {}", reasons.join(" ; "));
    println!(
        "    Phrase la plus proche de celles que citent les lecteurs : « {} » (page {})",
        second.nearest.text, second.nearest.page
    );
    if !second.words.is_empty() {
        let words: Vec<String> = second.words.iter().map(|(word, weight)| format!("{word} {weight:.1}")).collect();
        println!("    par ses mots : {}", words.join(", "));
    }
}

/// The name of an input as a user reads it.
fn french(input: &str) -> &'static str {
    match input {
        "signs-weak" | "signs-satisfied" | "signs-adverse" => "verdict des signes",
        "signs-sure" => "assurance des signes",
        "quotes" => "nombre de passages cités",
        "near" => "passages proches écartés",
        "likeness-first" | "likeness-second" | "likeness-mean" | "likeness-over-points" | "points-liker" => {
            "mots des phrases les plus proches"
        }
        "likeness-quoted" | "first-is-quoted" | "first-has-a-sign" => "mots du passage cité",
        "firm-first" | "firm-quoted" => "fermeté des mots",
        "contrary-first" | "contrary-quoted" => "mots contraires",
        "units" => "longueur du contrat",
        name if name.starts_with("prior") => "fréquence de ce verdict dans les contrats lus",
        name if name.starts_with("case") => "ressemblance avec les cas du point",
        name if name.starts_with("category") => "autres points de la catégorie",
        _ => "verdicts sur tout le contrat",
    }
}

/// "page 4, Article 8"; without pages the article alone.
fn place(quote: &Quote) -> String {
    let article = if quote.article.is_empty() { "avant le premier article" } else { &quote.article };
    quote.page_words().into_iter().chain([article.to_owned()]).collect::<Vec<_>>().join(", ")
}

fn frame(spoken: &Spoken) -> String {
    let debtor = match spoken.frame.debtor {
        Debtor::Provider => "le prestataire",
        Debtor::Client => "le client",
        Debtor::Both => "les deux parties",
        Debtor::Unsaid => "personne de nommé",
    };
    let mut words = vec![format!("qui doit : {debtor}")];
    for (holds, word) in [
        (spoken.frame.optional, "facultatif"),
        (spoken.frame.soft, "simple effort ou objectif"),
        (spoken.frame.negated, "nié ou exclu"),
        (spoken.frame.definition, "définition"),
    ] {
        if holds {
            words.push(word.to_owned());
        }
    }
    let figures: Vec<String> = spoken.figures.iter().map(figure).collect();
    if !figures.is_empty() {
        words.push(format!("chiffres : {}", figures.join(", ")));
    }
    words.join(" ; ")
}

/// A figure as a user reads it.
pub fn figure(quantity: &Quantity) -> String {
    match quantity {
        Quantity::Duration(d) => format!("{} {}", number(d.amount), contract::unit_words(d.unit).1),
        Quantity::Percent(p) => format!("{} %", number(*p)),
        Quantity::Frequency(f) => format!("{} fois par an", number(f.per_year)),
        Quantity::Money(m) => format!("{} €", number(*m)),
        Quantity::Count(c) => number(*c),
    }
}

fn number(value: f64) -> String {
    format!("{}", (value * 100.0).round() / 100.0).replace('.', ",")
}
