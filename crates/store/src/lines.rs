//! What lists and the grid show of reviews: columns kept beside each, so that a page over thousands reads its own rows only.

use crate::error::{Error, Result};
use crate::reviews::{Progress, Review, one};
use crate::schema::{review, review_line, review_mark};
use crate::{Conn, Store};
use ::contract::Folded;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;

/// The figures of an assessment, made by whoever judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// The provider, as the contract names it; empty where it was not learnt.
    pub provider: String,
    /// The score, in per cent.
    pub score: Option<u8>,
    /// Gaps.
    pub gaps: usize,
    /// Gaps that forbid signing.
    pub blocking: usize,
    /// What each column of the grid shows.
    pub marks: Marks,
}

/// A number from 0 to 999 for each column of the grid, the worst lowest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks(String);

impl Marks {
    /// Marks from columns and their numbers. Columns are named in letters, digits and hyphens.
    pub fn of<'k>(marks: impl IntoIterator<Item = (&'k str, u16)>) -> Self {
        let named = marks.into_iter().filter(|(key, _)| plain(key));
        Self(named.map(|(key, number)| format!(" {key}:{:03}", number.min(999))).collect())
    }

    /// The number of a column.
    pub fn get(&self, key: &str) -> Option<u16> {
        self.0.split(' ').find_map(|mark| mark.strip_prefix(key)?.strip_prefix(':')?.parse().ok())
    }

    /// Every column with its number.
    pub fn each(&self) -> impl Iterator<Item = (&str, u16)> {
        self.0.split(' ').filter_map(|mark| mark.split_once(':')).filter_map(|(k, n)| Some((k, n.parse().ok()?)))
    }
}

/// Whether a name can stand in a query as it is.
fn plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// A review in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewLine {
    /// Its number.
    pub id: u64,
    /// The number of the first file brought together with it.
    pub batch: u64,
    /// The version before this one.
    pub previous: Option<u64>,
    /// The file's name.
    pub name: String,
    /// How far it is.
    pub progress: Progress,
    /// Why it could not be read, in French.
    pub message: Option<String>,
    /// What was found; of those that are done.
    pub figures: Option<Figures>,
}

/// What a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SortBy {
    /// The newest first.
    #[default]
    Date,
    /// By name.
    Name,
    /// The lowest score first.
    Score,
    /// The most gaps first.
    Gaps,
    /// The worst of a column first.
    Mark(String),
}

/// What is asked of the list. Contracts that are not judged come last, but by date and name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinesWanted {
    /// Words that the name or the provider must hold.
    pub words: String,
    /// Only contracts with a gap that forbids signing.
    pub blocking: bool,
    /// The order.
    pub sort: SortBy,
    /// Rows left out before the first.
    pub skip: usize,
    /// Most rows.
    pub most: usize,
}

/// A page of the list with the totals it is part of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {
    /// The rows.
    pub rows: Vec<ReviewLine>,
    /// How many are asked for, over all pages.
    pub found: usize,
    /// How many there are.
    pub all: usize,
    /// How many are being read or wait for it.
    pub waiting: usize,
}

/// The score of a contract that has none, and of one that is not judged: both sort after every score.
const NO_SCORE: i32 = 101;
const NOT_JUDGED: i32 = 102;

#[derive(Queryable, Selectable)]
#[diesel(table_name = review_line)]
struct Row {
    review: i64,
    batch: i64,
    previous: Option<i64>,
    state: String,
    name: String,
    message: Option<String>,
    provider: String,
    score: i32,
    gaps: i32,
    blocking: i32,
    marks: String,
}

impl From<Row> for ReviewLine {
    fn from(row: Row) -> Self {
        let progress = Progress::from_name(&row.state);
        let judged = progress == Progress::Done && row.score != NOT_JUDGED;
        Self {
            id: row.review.unsigned_abs(),
            batch: row.batch.unsigned_abs(),
            previous: row.previous.map(i64::unsigned_abs),
            name: row.name,
            progress,
            message: row.message,
            figures: judged.then(|| Figures {
                provider: row.provider,
                score: u8::try_from(row.score).ok().filter(|s| i32::from(*s) < NO_SCORE),
                gaps: usize::try_from(row.gaps).unwrap_or(0),
                blocking: usize::try_from(row.blocking).unwrap_or(0),
                marks: Marks(row.marks),
            }),
        }
    }
}

/// A word as a pattern that finds it anywhere.
fn anywhere(word: &str) -> String {
    let mut out = String::from("%");
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('%');
    out
}

/// Words looked for at once, one for each filter below; further ones are not looked at.
const MOST_WORDS: usize = 6;

/// The rows asked for, to be counted or loaded: the same filters for both.
macro_rules! asked {
    ($org:expr, $wanted:expr) => {{
        let mut query = review_line::table.filter(review_line::org.eq($org)).into_boxed();
        if $wanted.blocking {
            query = query.filter(review_line::blocking.gt(0));
        }
        let text = Folded::of(&$wanted.words);
        let mut words = text.text().split_whitespace().map(anywhere).take(MOST_WORDS).peekable();
        if words.peek().is_some() {
            // Looked for in the index of words alone: rows are long, and few of them are wanted.
            let named = diesel::alias!(review_line as named);
            let mut next = || {
                let word = words.next().unwrap_or_else(|| "%".to_owned());
                named.field(review_line::words).like(word).escape('\\')
            };
            let own = named.field(review_line::org).eq($org);
            let with = named.filter(own).filter(next()).filter(next()).filter(next());
            let with = with.filter(next()).filter(next()).filter(next());
            query = query.filter(review_line::review.eq_any(with.select(named.field(review_line::review))));
        }
        query
    }};
}

impl Store {
    /// A page of the reviews.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn review_lines(&mut self, wanted: &LinesWanted) -> Result<Lines> {
        let org = self.org.clone();
        let all: i64 = review_line::table.filter(review_line::org.eq(&org)).count().get_result(&mut self.conn)?;
        let busy = vec![Progress::Waiting.name(), Progress::Reading.name()];
        let waiting = review::table.filter(review::org.eq(&org)).filter(review::state.eq_any(busy));
        let waiting: i64 = waiting.count().get_result(&mut self.conn)?;
        let narrowed = wanted.blocking || !wanted.words.trim().is_empty();
        let found: i64 = if narrowed { asked!(&org, wanted).count().get_result(&mut self.conn)? } else { all };
        let (skip, most) = (i64::try_from(wanted.skip).unwrap_or(i64::MAX), i64::try_from(wanted.most).unwrap_or(0));
        let query = asked!(&org, wanted);
        let query = match &wanted.sort {
            SortBy::Name => query.order((review_line::words, review_line::review)),
            SortBy::Score => query.order((review_line::score, review_line::review.desc())),
            SortBy::Gaps => query.order((review_line::gaps.desc(), review_line::review.desc())),
            SortBy::Mark(key) if plain(key) => {
                let own = "m.org = review_line.org AND m.review = review_line.review";
                let number = format!("SELECT m.number FROM review_mark AS m WHERE m.mark = '{key}' AND {own}");
                query.order((sql::<Integer>(&format!("coalesce(({number}), 1000)")), review_line::review.desc()))
            }
            SortBy::Date | SortBy::Mark(_) => query.order(review_line::review.desc()),
        };
        let marked = match &wanted.sort {
            SortBy::Mark(key) if plain(key) && !narrowed => self.marked(key, skip, most)?,
            _ => Vec::new(),
        };
        let rows: Vec<Row> = if marked.is_empty() {
            query.offset(skip).limit(most).select(Row::as_select()).load(&mut self.conn)?
        } else {
            let own = review_line::table.filter(review_line::org.eq(&org));
            let own = own.filter(review_line::review.eq_any(&marked)).select(Row::as_select());
            let mut rows: Vec<Row> = own.load(&mut self.conn)?;
            rows.sort_by_key(|row| marked.iter().position(|id| *id == row.review));
            rows
        };
        let count = |n: i64| usize::try_from(n).unwrap_or(0);
        let rows = rows.into_iter().map(ReviewLine::from).collect();
        Ok(Lines { rows, found: count(found), all: count(all), waiting: count(waiting) })
    }

    /// Reviews in the order of a mark, read off the marks alone; none where the page reaches those that lack the mark.
    fn marked(&mut self, key: &str, skip: i64, most: i64) -> Result<Vec<i64>> {
        let own = review_mark::table.filter(review_mark::org.eq(&self.org)).filter(review_mark::mark.eq(key));
        let own = own.order((review_mark::number, review_mark::review.desc())).offset(skip).limit(most);
        let page: Vec<i64> = own.select(review_mark::review).load(&mut self.conn)?;
        Ok(if page.len() as i64 == most { page } else { Vec::new() })
    }

    /// The newest reviews, at most so many.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn newest_lines(&mut self, most: usize) -> Result<Vec<ReviewLine>> {
        let own = review_line::table.filter(review_line::org.eq(&self.org)).order(review_line::review.desc());
        let rows: Vec<Row> = own.limit(most as i64).select(Row::as_select()).load(&mut self.conn)?;
        Ok(rows.into_iter().map(ReviewLine::from).collect())
    }

    /// The reviews brought together, at most so many, in the order they came; `batch` is the number of the first.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn batch_lines(&mut self, batch: u64, most: usize) -> Result<Vec<ReviewLine>> {
        let Ok(batch) = i64::try_from(batch) else { return Ok(Vec::new()) };
        let own = review_line::table.filter(review_line::org.eq(&self.org)).filter(review_line::batch.eq(batch));
        let rows: Vec<Row> =
            own.order(review_line::review).limit(most as i64).select(Row::as_select()).load(&mut self.conn)?;
        Ok(rows.into_iter().map(ReviewLine::from).collect())
    }

    /// The versions of a contract that belong together, the newest first, at most so many.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn version_lines(&mut self, id: u64, most: usize) -> Result<Vec<ReviewLine>> {
        let mut first = id;
        // A version's number is greater than its predecessor's, so this ends. One that was removed is where it begins.
        for _ in 0..most {
            let before = self.line(first)?.and_then(|l| l.previous).filter(|p| *p < first);
            let Some(before) = before else { break };
            if self.line(before)?.is_none() {
                break;
            }
            first = before;
        }
        let mut family: Vec<ReviewLine> = self.line(first)?.into_iter().collect();
        let mut newest: Vec<i64> = vec![first as i64];
        while !newest.is_empty() && family.len() < most {
            let own = review_line::table.filter(review_line::org.eq(&self.org));
            let own = own.filter(review_line::previous.eq_any(newest)).limit(most as i64);
            let rows: Vec<Row> = own.select(Row::as_select()).load(&mut self.conn)?;
            newest = rows.iter().map(|r| r.review).collect();
            family.extend(rows.into_iter().map(ReviewLine::from));
        }
        family.sort_by_key(|l| std::cmp::Reverse(l.id));
        family.truncate(most);
        Ok(family)
    }

    /// One review's line.
    ///
    /// # Errors
    /// When there is none of this number.
    pub fn review_line(&mut self, id: u64) -> Result<ReviewLine> {
        self.line(id)?.ok_or_else(|| Error::Absent(format!("aucun contrat n° {id}")))
    }

    fn line(&mut self, id: u64) -> Result<Option<ReviewLine>> {
        let Ok(id) = i64::try_from(id) else { return Ok(None) };
        let own = review_line::table.filter(review_line::org.eq(&self.org)).filter(review_line::review.eq(id));
        let row: Option<Row> = own.select(Row::as_select()).first(&mut self.conn).optional()?;
        Ok(row.map(ReviewLine::from))
    }

    /// Reviews filed by a program that kept no lines, at most so many; [`Store::complete_line`] gives each its own.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn incomplete_lines(&mut self, most: usize) -> Result<Vec<Review>> {
        let own = review_line::table.filter(review_line::org.eq(&self.org)).filter(review_line::words.eq(""));
        let ids: Vec<i64> = own.limit(most as i64).select(review_line::review).load(&mut self.conn)?;
        ids.into_iter().map(|id| one(&mut self.conn, &self.org, id.unsigned_abs())).collect()
    }

    /// Gives the line of a review filed by an earlier program its words and figures.
    ///
    /// # Errors
    /// When there is none of this number, or the base can't be written.
    pub fn complete_line(&mut self, id: u64, figures: Option<&Figures>) -> Result<()> {
        let org = &self.org;
        self.conn.write(|conn| {
            conn.hold(org)?;
            let review = one(conn, org, id)?;
            follow(conn, org, &review, figures)
        })
    }
}

/// Adds the line of a new review.
pub(crate) fn add(conn: &mut Conn, org: &str, review: &Review) -> Result<()> {
    let values = (
        review_line::org.eq(org),
        review_line::review.eq(review.id as i64),
        review_line::batch.eq(review.batch as i64),
        review_line::previous.eq(review.previous.map(|p| p as i64)),
        review_line::state.eq(review.progress.name()),
        review_line::name.eq(&review.name),
        review_line::message.eq(&review.message),
        review_line::words.eq(words(&review.name, "")),
        review_line::provider.eq(""),
        review_line::score.eq(NOT_JUDGED),
        review_line::gaps.eq(-1),
        review_line::blocking.eq(0),
        review_line::marks.eq(""),
        review_line::indexed.eq(0),
    );
    diesel::insert_into(review_line::table).values(values).execute(conn)?;
    Ok(())
}

/// Brings the line of a review up to what it is; its figures stay where none are given.
pub(crate) fn follow(conn: &mut Conn, org: &str, review: &Review, figures: Option<&Figures>) -> Result<()> {
    let own = review_line::table.filter(review_line::org.eq(org)).filter(review_line::review.eq(review.id as i64));
    let values = (review_line::state.eq(review.progress.name()), review_line::message.eq(&review.message));
    diesel::update(own).set(values).execute(conn)?;
    let provider = figures.map_or("", |f| f.provider.as_str());
    let words = words(&review.name, provider);
    let Some(figures) = figures else {
        // A line made by the migration has no words yet.
        let bare = own.filter(review_line::words.eq(""));
        diesel::update(bare).set(review_line::words.eq(words)).execute(conn)?;
        return Ok(());
    };
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let values = (
        review_line::words.eq(words),
        review_line::provider.eq(&figures.provider),
        review_line::score.eq(figures.score.map_or(NO_SCORE, i32::from)),
        review_line::gaps.eq(count(figures.gaps)),
        review_line::blocking.eq(count(figures.blocking)),
        review_line::marks.eq(&figures.marks.0),
    );
    forget_marks(conn, org, review.id)?;
    diesel::update(own).set(values).execute(conn)?;
    for (mark, number) in figures.marks.each() {
        let values = (
            review_mark::org.eq(org),
            review_mark::mark.eq(mark),
            review_mark::review.eq(review.id as i64),
            review_mark::number.eq(i32::from(number)),
        );
        diesel::insert_into(review_mark::table).values(values).execute(conn)?;
    }
    Ok(())
}

/// Takes the marks of a line away: each by its name, for they are kept in the order of names.
fn forget_marks(conn: &mut Conn, org: &str, id: u64) -> Result<()> {
    let own = review_line::table.filter(review_line::org.eq(org)).filter(review_line::review.eq(id as i64));
    let marks: Option<String> = own.select(review_line::marks).first(conn).optional()?;
    for (mark, _) in Marks(marks.unwrap_or_default()).each() {
        let own = review_mark::table.filter(review_mark::org.eq(org)).filter(review_mark::mark.eq(mark));
        diesel::delete(own.filter(review_mark::review.eq(id as i64))).execute(conn)?;
    }
    Ok(())
}

/// Takes a line away.
pub(crate) fn forget(conn: &mut Conn, org: &str, id: u64) -> Result<()> {
    forget_marks(conn, org, id)?;
    let own = review_line::table.filter(review_line::org.eq(org));
    diesel::delete(own.filter(review_line::review.eq(id as i64))).execute(conn)?;
    Ok(())
}

/// Name and provider as they are looked for and sorted by: never empty.
fn words(name: &str, provider: &str) -> String {
    let text = format!("{}\n{}", Folded::of(name).text(), Folded::of(provider).text());
    text.replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_by_their_whole_name() {
        let marks = Marks::of([("SAU", 45), ("SAU-01", 1), ("X Y", 3), ("INT", 2000)]);
        assert_eq!(
            ["SAU", "SAU-01", "INT", "SA", "X Y"].map(|k| marks.get(k)),
            [Some(45), Some(1), Some(999), None, None]
        );
    }

    #[test]
    fn a_word_stands_for_itself() {
        assert_eq!(anywhere("100%_\\"), "%100\\%\\_\\\\%");
    }
}
