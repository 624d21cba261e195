//! What pandoc reads in a file, in a form that can be compared: blocks and words with their formatting, whatever the
//! way they are cut into pieces. Pandoc knows no tracked paragraph marks of headings and of numbered paragraphs: of
//! one that was rejected it keeps an empty shell. Shells without a word are left out on both sides.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// What pandoc makes of a file with its tracked changes rejected or accepted.
///
/// # Errors
/// When pandoc is missing or fails.
pub fn convert(file: &Path, changes: &str, to: &str) -> Result<Vec<u8>> {
    let mut command = Command::new("pandoc");
    command.arg(format!("--track-changes={changes}")).args(["-f", "docx", "-t", to, "-o", "-"]).arg(file);
    let output = command.output().context("pandoc")?;
    if !output.status.success() {
        bail!("pandoc: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}

/// The blocks and words of a file once its tracked changes are rejected.
///
/// # Errors
/// Those of [`convert`].
pub fn rejected(file: &Path) -> Result<Vec<(String, String)>> {
    let json: Value = serde_json::from_slice(&convert(file, "reject", "json")?)?;
    let mut out = Vec::new();
    // Paragraphs of these styles at the very beginning are no blocks to pandoc.
    for key in ["title", "subtitle", "author", "date", "abstract"] {
        block("Para", &json["meta"][key]["c"], "", &mut out);
    }
    walk(&json["blocks"], "", &mut out);
    Ok(out)
}

fn walk(value: &Value, around: &str, out: &mut Vec<(String, String)>) {
    match value {
        Value::Array(list) => list.iter().for_each(|v| walk(v, around, out)),
        Value::Object(object) => {
            let kind = object.get("t").and_then(Value::as_str).unwrap_or_default();
            let content = object.get("c").unwrap_or(&Value::Null);
            match kind {
                "Str" => word(content.as_str().unwrap_or_default(), around, out),
                "Code" => word(content[1].as_str().unwrap_or_default(), &format!("{around} {kind}"), out),
                "Space" | "SoftBreak" => {
                    if let Some((_, text)) = out.last_mut() {
                        text.push(' ');
                    }
                }
                "Emph" | "Strong" | "Underline" | "Strikeout" | "Superscript" | "Subscript" | "SmallCaps" => {
                    walk(content, &format!("{around} {kind}"), out);
                }
                "Span" | "Link" | "Quoted" | "Plain" | "Div" => walk(content, around, out),
                "DefinitionList" => definitions(content, around, out),
                _ => block(kind, content, around, out),
            }
        }
        _ => {}
    }
}

/// Pandoc makes a list of definitions of two paragraphs that follow each other, and two blocks where one is parted from
/// the other by a shell: on both sides they are two paragraphs.
fn definitions(content: &Value, around: &str, out: &mut Vec<(String, String)>) {
    for pair in content.as_array().into_iter().flatten() {
        block("Para", &pair[0], around, out);
        walk(&pair[1], around, out);
    }
}

/// A block that holds no word is left out with its shell.
fn block(kind: &str, content: &Value, around: &str, out: &mut Vec<(String, String)>) {
    let mut inner = Vec::new();
    walk(content, around, &mut inner);
    // Joining a paragraph that was rejected to the one before, pandoc leaves a blank at its end.
    if let Some((_, text)) = inner.last_mut() {
        text.truncate(text.trim_end().len());
    }
    if matches!(kind, "Image" | "Math" | "RawInline" | "LineBreak") {
        out.push((format!("<{kind}>"), content.to_string()));
    } else if inner.iter().any(|(_, text)| !text.trim().is_empty()) {
        out.push((format!("<{kind}>"), String::new()));
        out.extend(inner);
        out.push((format!("</{kind}>"), String::new()));
    }
}

fn word(text: &str, around: &str, out: &mut Vec<(String, String)>) {
    match out.last_mut() {
        Some((same, words)) if same == around => words.push_str(text),
        _ => out.push((around.to_owned(), text.to_owned())),
    }
}
