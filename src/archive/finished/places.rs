//! Which article a sentence is in, and where it is in the order of days.
//!
//! Policy: a frequent word is in most sentences, and a search looks at the number of each. What narrows and
//! orders them is in memory, so that no rows are read but those that are shown. Sentences of an article
//! that follow one another take one entry, 24 bytes.

use std::collections::{BTreeSet, HashMap};

use rusqlite::Connection;

use super::search::MAX_COUNTED;

/// The day of an article `a`; none if it is no date by its length.
pub(super) const DAY: &str = "iif(octet_length(a.date) <= 64, substr(a.date, 1, 10), NULL)";

/// The articles of an archive and the numbers of their sentences.
pub(super) struct Places {
    /// Numbers of the articles, ascending. The index in this list stands for an article elsewhere.
    articles: Vec<i64>,
    /// The place of the article's day, 0 for the newest; the last for articles without one.
    days: Vec<u32>,
    /// The articles, the newest first.
    newest_first: Vec<u32>,
    /// Sentences that follow one another in an article, in the order of their numbers.
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy)]
struct Run {
    first: i64,
    last: i64,
    article: u32,
}

impl Run {
    fn has(&self, sentence: i64) -> bool {
        (self.first..=self.last).contains(&sentence)
    }
}

impl Places {
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut select = connection.prepare(&format!(
            "SELECT a.article, {DAY} FROM articles a ORDER BY a.article"
        ))?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows: Vec<(i64, Option<String>)> = rows.collect::<Result<_, _>>()?;
        let known: BTreeSet<&str> = rows.iter().filter_map(|(_, day)| day.as_deref()).collect();
        let known: HashMap<&str, u32> = known.into_iter().rev().zip(0..).collect();
        let day = |day: &Option<String>| {
            let known = day.as_deref().and_then(|day| known.get(day));
            known.copied().unwrap_or(u32::MAX)
        };
        let days: Vec<u32> = rows.iter().map(|(_, own)| day(own)).collect();
        let articles: Vec<i64> = rows.iter().map(|(article, _)| *article).collect();
        let mut newest_first: Vec<u32> = (0..).zip(&days).map(|(index, _)| index).collect();
        newest_first.sort_by_key(|&index| days[index as usize]);
        let runs = runs(connection, &articles)?;
        Ok(Self {
            articles,
            days,
            newest_first,
            runs,
        })
    }

    /// How many articles there are.
    pub(super) fn articles(&self) -> usize {
        self.articles.len()
    }

    /// How many sentences they have.
    pub(super) fn sentences(&self) -> usize {
        let lengths = self.runs.iter().map(|run| run.last.abs_diff(run.first));
        let total = lengths.fold(self.runs.len() as u64, u64::saturating_add);
        usize::try_from(total).unwrap_or(usize::MAX)
    }

    /// The index of the article with this number.
    pub(super) fn index_of(&self, article: i64) -> Option<usize> {
        self.articles.binary_search(&article).ok()
    }

    /// The index of a sentence's article. `near` is where the last one was found, which is fast for
    /// sentences in ascending order.
    pub(super) fn article_of(&self, sentence: i64, near: &mut usize) -> Option<usize> {
        let is_here = |at: usize| self.runs.get(at).is_some_and(|run| run.has(sentence));
        if !is_here(*near) {
            *near = if is_here(*near + 1) {
                *near + 1
            } else {
                let after = self.runs.partition_point(|run| run.first <= sentence);
                after.saturating_sub(1)
            };
        }
        let run = self.runs.get(*near).filter(|run| run.has(sentence))?;
        Some(run.article as usize)
    }

    /// The place of an article's day; lower is newer.
    pub(super) fn day(&self, index: usize) -> u32 {
        self.days[index]
    }

    /// The articles, the newest first: their indices and numbers.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = (usize, i64)> {
        let indices = self.newest_first.iter().map(|&index| index as usize);
        indices.map(|index| (index, self.articles[index]))
    }
}

/// The sentences of these articles; of others there is no entry.
fn runs(connection: &Connection, articles: &[i64]) -> rusqlite::Result<Vec<Run>> {
    let mut select =
        connection.prepare("SELECT article, sentence FROM sentences ORDER BY article, sentence")?;
    let mut rows = select.query([])?;
    let mut runs: Vec<Run> = Vec::new();
    while let Some(row) = rows.next()? {
        let (article, sentence): (i64, i64) = (row.get(0)?, row.get(1)?);
        let last = runs.last_mut();
        let open = last.filter(|run| {
            articles[run.article as usize] == article && run.last.checked_add(1) == Some(sentence)
        });
        if let Some(run) = open {
            run.last = sentence;
            continue;
        }
        let index = articles.binary_search(&article).ok();
        runs.extend(index.and_then(|index| {
            Some(Run {
                first: sentence,
                last: sentence,
                article: u32::try_from(index).ok()?,
            })
        }));
    }
    runs.sort_unstable_by_key(|run| run.first);
    Ok(runs)
}

/// Gathers sentences and keeps those of the newest days, at most [`MAX_COUNTED`].
#[derive(Default)]
pub(super) struct Newest {
    /// How many there were.
    pub total: usize,
    kept: Vec<(u32, i64)>,
    /// The last of those that were kept when others were dropped.
    last: Option<(u32, i64)>,
}

impl Newest {
    /// Adds a sentence and the place of its day.
    pub(super) fn add(&mut self, day: u32, sentence: i64) {
        self.total += 1;
        if self.last.is_some_and(|last| (day, sentence) > last) {
            return;
        }
        self.kept.push((day, sentence));
        if self.kept.len() >= 2 * MAX_COUNTED {
            self.drop_others();
        }
    }

    fn drop_others(&mut self) {
        if self.kept.len() > MAX_COUNTED {
            let (_, last, _) = self.kept.select_nth_unstable(MAX_COUNTED - 1);
            self.last = Some(*last);
            self.kept.truncate(MAX_COUNTED);
        }
    }

    /// Those that are kept, in no order, each after the place of its day.
    pub(super) fn finish(mut self) -> Vec<(u32, i64)> {
        self.drop_others();
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(statements: &str) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        let tables = "CREATE TABLE articles (article INTEGER PRIMARY KEY, date TEXT); \
                      CREATE TABLE sentences (sentence INTEGER PRIMARY KEY, article INTEGER);";
        connection.execute_batch(tables).unwrap();
        connection.execute_batch(statements).unwrap();
        connection
    }

    #[test]
    fn sentences_know_their_articles_in_any_order() {
        let connection = database(
            "INSERT INTO articles VALUES (3, '2023-08-01T10:00'), (7, NULL), (9, '2023-08-02'); \
             INSERT INTO sentences VALUES (1, 7), (2, 7), (3, 3), (5, 3), (6, 9), (7, 9), (8, 4), \
             (9223372036854775807, 7);",
        );
        let places = Places::read(&connection).unwrap();
        assert_eq!((places.articles(), places.sentences()), (3, 7));
        let numbers: Vec<i64> = places.newest_first().map(|(_, number)| number).collect();
        assert_eq!(numbers, [9, 3, 7]);
        let expected = [
            (0, None),
            (1, Some(1)),
            (2, Some(1)),
            (3, Some(0)),
            (4, None),
            (5, Some(0)),
            (7, Some(2)),
            (8, None),
            (i64::MAX, Some(1)),
            (i64::MIN, None),
        ];
        for start in 0..9 {
            let mut near = start;
            for (sentence, article) in expected.iter().chain(expected.iter().rev()) {
                assert_eq!(
                    places.article_of(*sentence, &mut near),
                    *article,
                    "{sentence}"
                );
            }
        }
        assert_eq!(Places::read(&database("")).unwrap().sentences(), 0);
    }

    #[test]
    fn a_text_that_is_no_date_is_none() {
        let connection = database(
            "INSERT INTO articles VALUES (1, '2023-08-02' || hex(zeroblob(100))), (2, '1999');",
        );
        let places = Places::read(&connection).unwrap();
        assert_eq!((places.day(0), places.day(1)), (u32::MAX, 0));
    }

    #[test]
    fn the_newest_sentences_are_kept_in_bounded_memory() {
        let many = 5 * MAX_COUNTED as i64;
        let mut newest = Newest::default();
        for sentence in 0..many {
            // The newest days are in the middle.
            let day = sentence.abs_diff(many / 2) as u32;
            newest.add(day, sentence);
            assert!(newest.kept.len() < 2 * MAX_COUNTED);
        }
        assert_eq!(newest.total, 5 * MAX_COUNTED);
        let mut kept = newest.finish();
        kept.sort_unstable();
        let mut all: Vec<(u32, i64)> = (0..many)
            .map(|sentence| (sentence.abs_diff(many / 2) as u32, sentence))
            .collect();
        all.sort_unstable();
        assert_eq!(kept, all[..MAX_COUNTED]);
    }
}
