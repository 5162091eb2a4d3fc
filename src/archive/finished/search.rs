//! Searches: sentences by their words, articles by what is known of them.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};

use super::database::{MAX_TEXT_BYTES, too_big};
use super::query::{Filter, Order, Query, expression};
use crate::checks::Check;

/// Items of a page of results.
pub const PAGE_ITEMS: usize = 20;
/// How far results are counted, and shown.
pub const MAX_COUNTED: usize = 10_000;
/// Maximum sections, outlets and checks to choose from.
const MAX_CHOICES: usize = 500;

/// What marks words in a text; texts of the database have no control characters.
const BEGIN: char = '\u{1}';
const END: char = '\u{2}';

/// A page of results.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<T> {
    /// How many there are, at most [`MAX_COUNTED`].
    pub total: usize,
    /// Whether there are more than were counted.
    pub is_more: bool,
    /// Those of the page that was asked for.
    pub items: Vec<T>,
}

/// A sentence that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The article that it is in.
    pub article: ArticleEntry,
    /// Its number in the article's text, from 1; 0 is the title.
    pub sentence: usize,
    /// Its text.
    pub source: Vec<Piece>,
    /// The translation.
    pub target: Vec<Piece>,
    /// Its language, as an NLLB code.
    pub language: String,
    /// The checks that it failed.
    pub flags: Vec<Check>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// Whether it is what was looked for.
    pub is_found: bool,
}

/// What is known of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleEntry {
    /// Its number in the archive.
    pub number: i64,
    /// Its id.
    pub id: String,
    /// The title in the article's language.
    pub title_source: Option<String>,
    /// The title in English.
    pub title_target: Option<String>,
    /// The day of publication.
    pub date: Option<String>,
    /// The section in the article's language.
    pub section_source: Option<String>,
    /// The section in English.
    pub section_target: Option<String>,
    /// Where it comes from.
    pub outlet: Option<String>,
    /// Its English summary.
    pub summary: Option<String>,
    /// The checks that failed somewhere in it.
    pub flags: Vec<Check>,
    /// The file of its page, if the run wrote one.
    pub page: Option<String>,
}

/// What an archive holds, and what its articles can be chosen by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// How many articles there are.
    pub articles: usize,
    /// How many sentences.
    pub sentences: usize,
    /// The first day and the last.
    pub days: Option<(String, String)>,
    /// Sections in the article's language and in English, the most frequent first, each with its articles.
    pub sections: Vec<(Section, usize)>,
    /// Outlets.
    pub outlets: Vec<(String, usize)>,
    /// Checks.
    pub flags: Vec<(Check, usize)>,
}

/// A section's name in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// As the site has it.
    pub source: String,
    /// In English; empty if it was not translated.
    pub target: String,
}

/// The columns of an article, and the file of its page.
fn columns(has_pages: bool) -> String {
    let page = if has_pages {
        "(SELECT file FROM pages p WHERE p.article = a.article)"
    } else {
        "NULL"
    };
    format!(
        "a.article, a.id, a.title_source, a.title_target, a.date, a.section_source, a.section_target, \
         a.origin, a.summary, a.flags, {page}"
    )
}

fn entry(row: &Row<'_>) -> rusqlite::Result<ArticleEntry> {
    Ok(ArticleEntry {
        number: row.get(0)?,
        id: row.get(1)?,
        title_source: row.get(2)?,
        title_target: row.get(3)?,
        date: row.get(4)?,
        section_source: row.get(5)?,
        section_target: row.get(6)?,
        outlet: row.get(7)?,
        summary: row.get(8)?,
        flags: checks(&row.get::<_, String>(9)?),
        page: row.get(10)?,
    })
}

/// The checks of a list; those that only another version has are left out.
pub(super) fn checks(list: &str) -> Vec<Check> {
    list.split(", ").filter_map(Check::from_name).collect()
}

/// The conditions of a filter, each after `AND`, and their values.
fn conditions(filter: &Filter, has_sentence: bool) -> (String, Vec<Value>) {
    let (mut conditions, mut values) = (String::new(), Vec::new());
    let mut add = |condition: &str, value: &str| {
        conditions.push_str(" AND ");
        conditions.push_str(condition);
        values.push(Value::from(value.to_owned()));
    };
    if let Some(from) = &filter.from {
        add("substr(a.date, 1, 10) >= ?", from);
    }
    if let Some(to) = &filter.to {
        add("substr(a.date, 1, 10) <= ?", to);
    }
    if let Some(section) = &filter.section {
        add("? IN (a.section_source, a.section_target)", section);
    }
    if let Some(outlet) = &filter.outlet {
        add("a.origin = ?", outlet);
    }
    if let Some(flag) = filter.flag {
        let of = if has_sentence {
            "f.sentence = s.sentence"
        } else {
            "f.article = a.article"
        };
        add(
            &format!("EXISTS (SELECT 1 FROM flags f WHERE {of} AND f.\"check\" = ?)"),
            flag.name(),
        );
    }
    (conditions, values)
}

/// The sentences that a query finds; nothing if it has no word.
pub(super) fn sentences(
    connection: &Connection,
    query: &Query,
    page: usize,
    has_pages: bool,
) -> rusqlite::Result<Found<Hit>> {
    let Some(expression) = expression(&query.words) else {
        return Ok(Found {
            total: 0,
            is_more: false,
            items: Vec::new(),
        });
    };
    let (conditions, mut values) = conditions(&query.filter, true);
    values.insert(0, Value::from(expression.clone()));
    let joined = "search JOIN sentences s ON s.sentence = search.rowid \
                  JOIN articles a ON a.article = s.article";
    // A join that no condition needs takes time.
    let counted = if conditions.is_empty() {
        "search"
    } else {
        joined
    };
    let from = format!("FROM {counted} WHERE search MATCH ?{conditions}");
    let (total, is_more) = count(connection, &from, &values)?;
    let (from, order) = match query.order {
        Order::Rank => (from, "search.rank"),
        Order::Day => (
            format!("FROM {joined} WHERE search MATCH ?{conditions}"),
            "a.date IS NULL, substr(a.date, 1, 10) DESC, search.rowid",
        ),
    };
    let select = format!(
        "SELECT search.rowid {from} ORDER BY {order} {}",
        limit(page)
    );
    let mut select = connection.prepare_cached(&select)?;
    let rows = select.query_map(params_from_iter(&values), |row| row.get::<_, i64>(0))?;
    let rows: Vec<i64> = rows.collect::<Result<_, _>>()?;
    let columns = columns(has_pages);
    let mut one = connection.prepare_cached(&format!(
        "SELECT {columns}, s.flags, s.paragraph, \
         (SELECT count(*) FROM sentences b WHERE b.article = s.article AND b.sentence <= s.sentence \
          AND b.paragraph > 0), \
         highlight(search, 0, ?3, ?4), highlight(search, 1, ?3, ?4), s.language \
         FROM {joined} WHERE search MATCH ?1 AND search.rowid = ?2"
    ))?;
    let mut size = connection.prepare_cached(
        "SELECT octet_length(source) + octet_length(target) FROM sentences WHERE sentence = ?",
    )?;
    let (begin, end) = (BEGIN.to_string(), END.to_string());
    let hit = |row: &Row<'_>| {
        let is_title = row.get::<_, i64>(12)? == 0;
        let number = usize::try_from(row.get::<_, i64>(13)?).unwrap_or_default();
        Ok(Hit {
            article: entry(row)?,
            sentence: if is_title { 0 } else { number },
            source: pieces(&row.get::<_, String>(14)?),
            target: pieces(&row.get::<_, String>(15)?),
            language: row.get(16)?,
            flags: checks(&row.get::<_, String>(11)?),
        })
    };
    let items = rows.into_iter();
    let items = items.map(|row| {
        let bytes: Option<i64> = size.query_row([row], |row| row.get(0))?;
        if bytes.is_none_or(|bytes| bytes > MAX_TEXT_BYTES) {
            return Err(too_big());
        }
        one.query_row(params![expression, row, begin, end], hit)
    });
    Ok(Found {
        total,
        is_more,
        items: items.collect::<Result<_, _>>()?,
    })
}

/// The articles that a filter leaves, the newest first.
pub(super) fn articles(
    connection: &Connection,
    filter: &Filter,
    page: usize,
    has_pages: bool,
) -> rusqlite::Result<Found<ArticleEntry>> {
    let (conditions, values) = conditions(filter, false);
    let from = format!("FROM articles a WHERE 1{conditions}");
    let (total, is_more) = count(connection, &from, &values)?;
    let mut select = connection.prepare_cached(&format!(
        "SELECT {} {from} ORDER BY a.date IS NULL, substr(a.date, 1, 10) DESC, a.article {}",
        columns(has_pages),
        limit(page)
    ))?;
    let items = select.query_map(params_from_iter(&values), entry)?;
    Ok(Found {
        total,
        is_more,
        items: items.collect::<Result<_, _>>()?,
    })
}

fn limit(page: usize) -> String {
    let page = page.min(MAX_COUNTED / PAGE_ITEMS - 1);
    format!("LIMIT {PAGE_ITEMS} OFFSET {}", page * PAGE_ITEMS)
}

fn count(connection: &Connection, from: &str, values: &[Value]) -> rusqlite::Result<(usize, bool)> {
    let count = format!(
        "SELECT count(*) FROM (SELECT 1 {from} LIMIT {})",
        MAX_COUNTED + 1
    );
    let mut count = connection.prepare_cached(&count)?;
    let total: i64 = count.query_row(params_from_iter(values), |row| row.get(0))?;
    let total = usize::try_from(total).unwrap_or_default();
    Ok((total.min(MAX_COUNTED), total > MAX_COUNTED))
}

/// A text cut at its marks.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut is_found = false;
    for part in text.split([BEGIN, END]) {
        if !part.is_empty() {
            pieces.push(Piece {
                text: part.to_owned(),
                is_found,
            });
        }
        is_found = !is_found;
    }
    pieces
}

/// What an archive holds.
pub(super) fn facets(connection: &Connection) -> rusqlite::Result<Facets> {
    let number = |select: &str| -> rusqlite::Result<usize> {
        let count: i64 = connection.query_row(select, [], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    };
    let days = connection.query_row(
        "SELECT min(substr(date, 1, 10)), max(substr(date, 1, 10)) FROM articles",
        [],
        |row| {
            Ok((
                row.get::<_, Option<String>>(0)?,
                row.get::<_, Option<String>>(1)?,
            ))
        },
    )?;
    let sections = choices(
        connection,
        "SELECT section_source, coalesce(section_target, ''), count(*) FROM articles \
         WHERE section_source <> '' GROUP BY 1, 2",
        |row| {
            Ok(Section {
                source: row.get(0)?,
                target: row.get(1)?,
            })
        },
        2,
    )?;
    let outlets = choices(
        connection,
        "SELECT origin, count(*) FROM articles WHERE origin <> '' GROUP BY 1",
        |row| row.get(0),
        1,
    )?;
    let flags = choices(
        connection,
        "SELECT \"check\", count(DISTINCT article) FROM flags GROUP BY 1",
        |row| row.get::<_, String>(0),
        1,
    )?;
    let flags = flags.into_iter();
    Ok(Facets {
        articles: number("SELECT count(*) FROM articles")?,
        sentences: number("SELECT count(*) FROM sentences")?,
        days: days.0.zip(days.1),
        sections,
        outlets,
        flags: flags
            .filter_map(|(name, count)| Some((Check::from_name(&name)?, count)))
            .collect(),
    })
}

/// What articles can be chosen by, the most frequent first; `count` is the column of their number.
fn choices<T>(
    connection: &Connection,
    select: &str,
    choice: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    count: usize,
) -> rusqlite::Result<Vec<(T, usize)>> {
    let select = format!(
        "{select} ORDER BY {} DESC, 1 LIMIT {MAX_CHOICES}",
        count + 1
    );
    let mut select = connection.prepare(&select)?;
    let rows = select.query_map([], |row| {
        let articles = usize::try_from(row.get::<_, i64>(count)?).unwrap_or_default();
        Ok((choice(row)?, articles))
    })?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_marks() {
        let found = pieces("\u{1}Тоқаевтың\u{2} сөзі \u{1}а\u{2}");
        let found: Vec<_> = found
            .iter()
            .map(|piece| (piece.text.as_str(), piece.is_found))
            .collect();
        assert_eq!(found, [("Тоқаевтың", true), (" сөзі ", false), ("а", true)]);
        assert_eq!(pieces(""), []);
    }
}
