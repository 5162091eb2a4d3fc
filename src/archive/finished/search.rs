//! Searches: sentences by their words, articles by what is known of them.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::database::Texts;
use super::marks::{Piece, marked};
use super::places::{DAY, Newest, Places};
use super::query::{Filter, Order, Query, expression};
use crate::checks::Check;

/// Items of a page of results.
pub const PAGE_ITEMS: usize = 20;
/// How far results are counted, and shown.
pub const MAX_COUNTED: usize = 10_000;
/// Maximum sections, outlets and checks to choose from.
const MAX_CHOICES: usize = 500;
/// Maximum bytes of the name of one; every page of results has them all.
const MAX_CHOICE_BYTES: usize = 1 << 10;

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

fn entry(row: &Row<'_>, texts: &mut Texts) -> rusqlite::Result<ArticleEntry> {
    Ok(ArticleEntry {
        number: row.get(0)?,
        id: texts.text(row, 1)?,
        title_source: texts.optional(row, 2)?,
        title_target: texts.optional(row, 3)?,
        date: texts.optional(row, 4)?,
        section_source: texts.optional(row, 5)?,
        section_target: texts.optional(row, 6)?,
        outlet: texts.optional(row, 7)?,
        summary: texts.optional(row, 8)?,
        flags: checks(&texts.text(row, 9)?),
        page: texts.optional(row, 10)?,
    })
}

/// The checks of a list, each once; those that only another version has are left out.
pub(super) fn checks(list: &str) -> Vec<Check> {
    let mut checks = Vec::new();
    for check in list.split(", ").filter_map(Check::from_name) {
        if !checks.contains(&check) {
            checks.push(check);
        }
    }
    checks
}

/// The articles that a filter leaves, by their indices in `places`; `None` if it leaves all.
fn allowed(
    connection: &Connection,
    places: &Places,
    filter: &Filter,
) -> rusqlite::Result<Option<Vec<bool>>> {
    if filter.is_empty() {
        return Ok(None);
    }
    let (mut conditions, mut values) = (Vec::new(), Vec::new());
    let mut add = |condition: String, value: &str| {
        conditions.push(condition);
        values.push(Value::from(value.to_owned()));
    };
    if let Some(from) = &filter.from {
        add(format!("{DAY} >= ?"), from);
    }
    if let Some(to) = &filter.to {
        add(format!("{DAY} <= ?"), to);
    }
    if let Some(section) = &filter.section {
        add(
            String::from("? IN (a.section_source, a.section_target)"),
            section,
        );
    }
    if let Some(outlet) = &filter.outlet {
        add(String::from("a.origin = ?"), outlet);
    }
    if let Some(flag) = filter.flag {
        let flagged = "a.article IN (SELECT f.article FROM flags f WHERE f.\"check\" = ?)";
        add(String::from(flagged), flag.name());
    }
    let mut select = connection.prepare_cached(&format!(
        "SELECT a.article FROM articles a WHERE {}",
        conditions.join(" AND ")
    ))?;
    let mut rows = select.query(params_from_iter(&values))?;
    let mut allowed = vec![false; places.articles()];
    while let Some(row) = rows.next()? {
        let index = places.index_of(row.get(0)?);
        if let Some(allowed) = index.and_then(|index| allowed.get_mut(index)) {
            *allowed = true;
        }
    }
    Ok(Some(allowed))
}

/// The sentences that failed a check, in ascending order.
fn flagged(connection: &Connection, flag: Check) -> rusqlite::Result<Vec<i64>> {
    let mut select = connection.prepare_cached(
        "SELECT f.sentence FROM flags f WHERE f.\"check\" = ? AND f.sentence IS NOT NULL",
    )?;
    let rows = select.query_map([flag.name()], |row| row.get(0))?;
    let mut sentences: Vec<i64> = rows.collect::<Result<_, _>>()?;
    sentences.sort_unstable();
    Ok(sentences)
}

/// The sentences that a query finds; nothing if it has no word.
pub(super) fn sentences(
    connection: &Connection,
    places: &Places,
    query: &Query,
    page: usize,
    has_pages: bool,
) -> rusqlite::Result<Found<Hit>> {
    let mut select = connection
        .prepare_cached("SELECT 1 FROM temp.words WHERE term >= ? AND term < ? LIMIT 1")?;
    let mut is_known = |beginning: &str| {
        let end = format!("{beginning}{}", char::MAX);
        select.exists([beginning, &end])
    };
    let Some(expression) = expression(&query.words, &mut is_known)? else {
        return Ok(Found {
            total: 0,
            is_more: false,
            items: Vec::new(),
        });
    };
    let (total, sentences) = numbers(connection, places, query, &expression, page)?;
    Ok(Found {
        total: total.min(MAX_COUNTED),
        is_more: total > MAX_COUNTED,
        items: hits(connection, &expression, &sentences, has_pages)?,
    })
}

/// How many sentences a query finds, and the numbers of those of a page.
///
/// Ranking costs many times what finding does, so that of more than [`MAX_COUNTED`] sentences only those
/// of the newest days are ranked; no page shows more.
fn numbers(
    connection: &Connection,
    places: &Places,
    query: &Query,
    expression: &str,
    page: usize,
) -> rusqlite::Result<(usize, Vec<i64>)> {
    let flag = query.filter.flag;
    let flagged = flag.map(|flag| flagged(connection, flag)).transpose()?;
    let filter = Filter {
        flag: None,
        ..query.filter.clone()
    };
    let allowed = allowed(connection, places, &filter)?;
    let (mut newest, mut matched, mut near) = (Newest::default(), 0, 0);
    let mut select = connection.prepare_cached("SELECT rowid FROM search WHERE search MATCH ?")?;
    let mut rows = select.query([expression])?;
    while let Some(row) = rows.next()? {
        let sentence: i64 = row.get(0)?;
        matched += 1;
        let Some(article) = places.article_of(sentence, &mut near) else {
            continue;
        };
        let is_allowed = allowed.as_ref().is_none_or(|allowed| allowed[article])
            && flagged
                .as_ref()
                .is_none_or(|flagged| flagged.binary_search(&sentence).is_ok());
        if is_allowed {
            newest.add(places.day(article), sentence);
        }
    }
    drop(rows);
    let total = newest.total;
    let mut kept = newest.finish();
    let sentences = match query.order {
        Order::Day => {
            kept.sort_unstable();
            let page = kept.iter().skip(offset(page)).take(PAGE_ITEMS);
            page.map(|&(_, sentence)| sentence).collect()
        }
        Order::Rank => {
            let is_all = kept.len() == matched;
            let sentences = kept.into_iter().map(|(_, sentence)| sentence).collect();
            ranked(connection, expression, sentences, is_all, page)?
        }
    };
    Ok((total, sentences))
}

/// A page of these sentences, the best first; `is_all` says that they are all that the expression finds.
fn ranked(
    connection: &Connection,
    expression: &str,
    sentences: Vec<i64>,
    is_all: bool,
    page: usize,
) -> rusqlite::Result<Vec<i64>> {
    let (Some(first), Some(last)) = (sentences.iter().min(), sentences.iter().max()) else {
        return Ok(Vec::new());
    };
    let (first, last) = (*first, *last);
    let (among, list) = if is_all {
        ("", None)
    } else {
        // With the sign, rows are looked up in the list; without it, the index is asked once for each.
        let among = "AND +rowid IN (SELECT value FROM json_each(?4))";
        let numbers: Vec<String> = sentences.iter().map(i64::to_string).collect();
        (among, Some(format!("[{}]", numbers.join(","))))
    };
    let mut select = connection.prepare_cached(&format!(
        "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid BETWEEN ?2 AND ?3 {among} \
         ORDER BY bm25(search), rowid LIMIT {PAGE_ITEMS} OFFSET {}",
        offset(page)
    ))?;
    let mut values = vec![
        Value::from(expression.to_owned()),
        Value::from(first),
        Value::from(last),
    ];
    values.extend(list.map(Value::from));
    let rows = select.query_map(params_from_iter(values), |row| row.get(0))?;
    rows.collect()
}

/// What is shown of these sentences.
fn hits(
    connection: &Connection,
    expression: &str,
    sentences: &[i64],
    has_pages: bool,
) -> rusqlite::Result<Vec<Hit>> {
    let mut select = connection.prepare_cached(&format!(
        "SELECT {}, s.flags, s.paragraph, \
         (SELECT count(*) FROM sentences b WHERE b.article = s.article AND b.sentence <= s.sentence \
          AND b.paragraph > 0), s.language, s.source, s.target \
         FROM sentences s JOIN articles a ON a.article = s.article WHERE s.sentence = ?",
        columns(has_pages)
    ))?;
    let mut texts = Texts::new();
    let mut found = Vec::with_capacity(sentences.len());
    let mut hits = Vec::with_capacity(sentences.len());
    for sentence in sentences {
        let (hit, pair) = select.query_row([sentence], |row| {
            let is_title = row.get::<_, i64>(12)? == 0;
            let number = usize::try_from(row.get::<_, i64>(13)?).unwrap_or_default();
            let hit = Hit {
                article: entry(row, &mut texts)?,
                sentence: if is_title { 0 } else { number },
                source: Vec::new(),
                target: Vec::new(),
                language: texts.text(row, 14)?,
                flags: checks(&texts.text(row, 11)?),
            };
            Ok((hit, [texts.text(row, 15)?, texts.text(row, 16)?]))
        })?;
        hits.push(hit);
        found.push(pair);
    }
    for (hit, [source, target]) in hits.iter_mut().zip(marked(expression, found)?) {
        hit.source = source;
        hit.target = target;
    }
    Ok(hits)
}

/// The articles that a filter leaves, the newest first.
pub(super) fn articles(
    connection: &Connection,
    places: &Places,
    filter: &Filter,
    page: usize,
    has_pages: bool,
) -> rusqlite::Result<Found<ArticleEntry>> {
    let allowed = allowed(connection, places, filter)?;
    let total = allowed.as_ref().map_or(places.articles(), |allowed| {
        allowed.iter().filter(|&&is_allowed| is_allowed).count()
    });
    let mut select = connection.prepare_cached(&format!(
        "SELECT {} FROM articles a WHERE a.article = ?",
        columns(has_pages)
    ))?;
    let listed = places.newest_first();
    let listed = listed.filter(|&(index, _)| allowed.as_ref().is_none_or(|allowed| allowed[index]));
    let listed = listed.skip(offset(page)).take(PAGE_ITEMS);
    let mut texts = Texts::new();
    let items =
        listed.map(|(_, article)| select.query_row([article], |row| entry(row, &mut texts)));
    Ok(Found {
        total: total.min(MAX_COUNTED),
        is_more: total > MAX_COUNTED,
        items: items.collect::<Result<_, _>>()?,
    })
}

/// How many items are on the pages before this one.
fn offset(page: usize) -> usize {
    page.min(MAX_COUNTED / PAGE_ITEMS - 1) * PAGE_ITEMS
}

/// What an archive holds.
pub(super) fn facets(connection: &Connection, places: &Places) -> rusqlite::Result<Facets> {
    let days = connection.query_row(
        &format!("SELECT min({DAY}), max({DAY}) FROM articles a"),
        [],
        |row| {
            Ok((
                row.get::<_, Option<String>>(0)?,
                row.get::<_, Option<String>>(1)?,
            ))
        },
    )?;
    let is_name = |column: &str| format!("octet_length({column}) BETWEEN 1 AND {MAX_CHOICE_BYTES}");
    let sections = choices(
        connection,
        &format!(
            "SELECT section_source, coalesce(section_target, ''), count(*) FROM articles \
             WHERE {} AND (section_target IS NULL OR octet_length(section_target) <= {MAX_CHOICE_BYTES}) \
             GROUP BY 1, 2",
            is_name("section_source")
        ),
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
        &format!(
            "SELECT origin, count(*) FROM articles WHERE {} GROUP BY 1",
            is_name("origin")
        ),
        |row| row.get(0),
        1,
    )?;
    let flags = choices(
        connection,
        &format!(
            "SELECT \"check\", count(DISTINCT article) FROM flags WHERE {} GROUP BY 1",
            is_name("\"check\"")
        ),
        |row| row.get::<_, String>(0),
        1,
    )?;
    let flags = flags.into_iter();
    Ok(Facets {
        articles: places.articles(),
        sentences: places.sentences(),
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
mod tests;
