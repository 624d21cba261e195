//! The comments part: made where there is none, else added to.

use super::package::{Package, RedlineError};
use super::plan::Signature;
use super::tree::{Tree, WORD, WORD_STRICT, escape};
use super::write;

/// A comment to add.
#[derive(Debug, Clone)]
pub struct Comment {
    /// Its number, that of the marks in the document.
    pub id: u32,
    /// Its paragraphs.
    pub lines: Vec<String>,
}

/// Where the comments stand.
pub struct Comments {
    /// The part's name.
    pub name: String,
    /// The part as it is; `None` when it must be made.
    pub text: Option<String>,
    folder: String,
    relations: (String, String),
    strict: bool,
}

const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const CONTENT: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";

impl Comments {
    /// Finds the comments of the main part.
    ///
    /// # Errors
    /// `Unsafe` when a part can't be read.
    pub fn find(package: &mut Package, main: &str, strict: bool) -> Result<Self, RedlineError> {
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", main));
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let relations = format!("{folder}_rels/{file}.rels");
        let told = package.text(&relations)?;
        let text = told.unwrap_or_else(|| format!(r#"<Relationships xmlns="{RELATIONS}"></Relationships>"#));
        let tree = Tree::read(&text).ok_or_else(|| broken(&relations))?;
        let relation = (0..tree.elements.len())
            .find(|e| tree.attribute(*e, "Type").is_some_and(|kind| kind.ends_with("/relationships/comments")));
        let target = relation.and_then(|e| tree.attribute(e, "Target"));
        let named = |target: &str| match target.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None => format!("{folder}{}", target.trim_start_matches("./")),
        };
        let (name, found) = match target {
            Some(target) => {
                let name = named(target);
                let found = package.text(&name)?.ok_or_else(|| broken(&name))?;
                (name, Some(found))
            }
            None => {
                let names = package.names();
                let free = (0..).map(|n| match n {
                    0 => format!("{folder}comments.xml"),
                    n => format!("{folder}comments{n}.xml"),
                });
                (free.into_iter().find(|n| !names.contains(n)).unwrap_or_default(), None)
            }
        };
        Ok(Self { name, text: found, relations: (relations, text.clone()), folder, strict })
    }

    /// The parts that change when comments are added.
    ///
    /// # Errors
    /// `Unsafe` when a part is broken.
    pub fn add(
        &self,
        package: &mut Package,
        signature: &Signature,
        comments: &[Comment],
    ) -> Result<Vec<(String, String)>, RedlineError> {
        if comments.is_empty() {
            return Ok(Vec::new());
        }
        let uri = if self.strict { WORD_STRICT } else { WORD };
        if let Some(text) = &self.text {
            let tree = Tree::read(text).ok_or_else(|| broken(&self.name))?;
            let (prefix, bind) = write::prefix(&tree);
            let entries: String = comments.iter().map(|c| entry(&prefix, signature, c)).collect();
            let mut text = before_end(&tree, &entries);
            if let Some((at, binding)) = bind {
                text.insert_str(at.start, &binding);
            }
            return Ok(vec![(self.name.clone(), text)]);
        }
        let entries: String = comments.iter().map(|c| entry("w", signature, c)).collect();
        let head = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
        let part = format!("{head}\n<w:comments xmlns:w=\"{uri}\">{entries}</w:comments>");
        Ok(vec![(self.name.clone(), part), self.relation()?, self.content_type(package)?])
    }

    /// The relations of the main part with one more.
    fn relation(&self) -> Result<(String, String), RedlineError> {
        let (name, text) = &self.relations;
        let tree = Tree::read(text).ok_or_else(|| broken(name))?;
        let kind = if self.strict {
            "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"
        } else {
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
        };
        let id = (1..).map(|n| format!("rIdClausule{n}")).find(|id| !text.contains(id.as_str())).unwrap_or_default();
        let target = self.name.strip_prefix(&self.folder).unwrap_or(&self.name);
        let p = element_prefix(&tree);
        Ok((
            name.clone(),
            before_end(&tree, &format!(r#"<{p}Relationship Id="{id}" Type="{kind}" Target="{target}"/>"#)),
        ))
    }

    fn content_type(&self, package: &mut Package) -> Result<(String, String), RedlineError> {
        let name = "[Content_Types].xml";
        let text = package.text(name)?.unwrap_or_else(|| format!(r#"<Types xmlns="{TYPES}"></Types>"#));
        let tree = Tree::read(&text).ok_or_else(|| broken(name))?;
        let p = element_prefix(&tree);
        let entry = format!(r#"<{p}Override PartName="/{}" ContentType="{CONTENT}"/>"#, self.name);
        Ok((name.to_owned(), before_end(&tree, &entry)))
    }
}

fn broken(name: &str) -> RedlineError {
    RedlineError::Unsafe(format!("partie {name} illisible"))
}

/// The prefix of the root with its colon, or nothing.
fn element_prefix(tree: &Tree) -> String {
    tree.qualified(0).rsplit_once(':').map_or_else(String::new, |(prefix, _)| format!("{prefix}:"))
}

/// The part with words before the end of its root.
fn before_end(tree: &Tree, words: &str) -> String {
    let root = &tree.elements[0];
    let tail = &tree.xml[root.outer.end..];
    if root.inner.end == root.outer.end {
        let opening = tree.opening(0);
        return format!("{}{opening}{words}</{}>{tail}", &tree.xml[..root.outer.start], tree.qualified(0));
    }
    format!("{}{words}{}", &tree.xml[..root.inner.end], &tree.xml[root.inner.end..])
}

/// How the words of a comment look: small and plain, whatever the document's usual font.
fn look(w: &str, bold: bool) -> String {
    let bold = if bold { format!("<{w}:b/>") } else { String::new() };
    let fonts = format!(r#"<{w}:rFonts {w}:ascii="Arial" {w}:hAnsi="Arial" {w}:cs="Arial"/>"#);
    format!(r#"<{w}:rPr>{fonts}{bold}<{w}:sz {w}:val="18"/></{w}:rPr>"#)
}

fn entry(w: &str, signature: &Signature, comment: &Comment) -> String {
    let run = |bold: bool, words: &str| {
        format!(r#"<{w}:r>{}<{w}:t xml:space="preserve">{words}</{w}:t></{w}:r>"#, look(w, bold))
    };
    let lines = comment.lines.iter().map(|line| {
        let (title, rest) = line.split_once(" : ").filter(|(t, _)| t.chars().count() <= 30).unwrap_or(("", line));
        let title = match title {
            "" => String::new(),
            title => run(true, &format!("{}{NBSP}: ", escape(title))),
        };
        format!("<{w}:p>{title}{}</{w}:p>", run(false, &escape(rest)))
    });
    let (author, date, id) = (escape(&signature.author), escape(&signature.date), comment.id);
    format!(
        r#"<{w}:comment {w}:id="{id}" {w}:author="{author}" {w}:date="{date}" {w}:initials="CL">{}</{w}:comment>"#,
        lines.collect::<String>()
    )
}

/// A space that does not break, before a colon.
const NBSP: char = '\u{a0}';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_before_the_end_whatever_the_root_looks_like() {
        for (xml, expected) in [
            ("<a><b/></a>\n", "<a><b/><c/></a>\n"),
            ("<?xml version='1.0'?><x:a y='1'/>", "<?xml version='1.0'?><x:a y='1'><c/></x:a>"),
        ] {
            assert_eq!(before_end(&Tree::read(xml).unwrap(), "<c/>"), expected);
        }
    }
}
