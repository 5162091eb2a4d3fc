//! What is searched for.
//!
//! Policy: a client's words never become query syntax. They are cut into letters and digits, and each is
//! a quoted word of the index's language; what is left of them is found by its beginning, so that a word
//! finds its inflected forms.

use unicode_normalization::UnicodeNormalization;

use crate::checks::Check;

/// Maximum characters of the words of a query, and how many of the words are looked for.
pub const MAX_QUERY_CHARS: usize = 400;
const MAX_WORDS: usize = 16;

/// A search for sentences.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// The words, all of which a sentence has to have, in either text.
    pub words: String,
    /// Which articles count.
    pub filter: Filter,
    /// How sentences are ordered.
    pub order: Order,
}

/// Which articles, or sentences of them, count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The first day, as `YYYY-MM-DD`.
    pub from: Option<String>,
    /// The last day.
    pub to: Option<String>,
    /// The section, in either language.
    pub section: Option<String>,
    /// Where the article comes from.
    pub outlet: Option<String>,
    /// A check that the sentence failed or, where there are no words, a part of the article.
    pub flag: Option<Check>,
}

impl Filter {
    /// Whether all articles count.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How sentences are ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// Those first in which the words are rarest and most frequent (BM25).
    #[default]
    Rank,
    /// The newest day first.
    Day,
}

/// What the index is asked for these words; `None` if there is no letter and no digit in them. A letter
/// by itself begins so many words that it counts only where there is nothing longer.
pub(super) fn expression(words: &str) -> Option<String> {
    let words: String = words.chars().take(MAX_QUERY_CHARS).nfc().collect();
    let is_between = |c: char| !c.is_alphanumeric();
    let words = words.split(is_between).filter(|word| !word.is_empty());
    let is_letter =
        |word: &&str| word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    let (letters, mut words): (Vec<&str>, Vec<&str>) = words.partition(is_letter);
    if words.is_empty() {
        words = letters;
    }
    let words: Vec<String> = words.into_iter().take(MAX_WORDS).map(beginnings).collect();
    (!words.is_empty()).then(|| words.join(" AND "))
}

/// A word with any ending. The last consonant of a Kazakh stem is voiced before a vowel: кітап, кітабы.
fn beginnings(word: &str) -> String {
    let voiced = word
        .strip_suffix(['п', 'қ', 'к', 'П', 'Қ', 'К'])
        .and_then(|stem| {
            let last = word.chars().next_back()?.to_lowercase().next()?;
            let voiced = match last {
                'п' => 'б',
                'қ' => 'ғ',
                _ => 'г',
            };
            // A shorter word would find too much.
            (stem.chars().count() >= 2).then(|| format!("{stem}{voiced}"))
        });
    match voiced {
        Some(voiced) => format!("(\"{word}\"* OR \"{voiced}\"*)"),
        None => format!("\"{word}\"*"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_and_all_wanted() {
        for (words, asked) in [
            ("Тоқаев", "\"Тоқаев\"*"),
            ("Тоқаев  president", "\"Тоқаев\"* AND \"president\"*"),
            ("кітап", "(\"кітап\"* OR \"кітаб\"*)"),
            ("ақ", "\"ақ\"*"),
            ("46%-ға", "\"46\"* AND \"ға\"*"),
            ("aa\" OR \"bb", "\"aa\"* AND \"OR\"* AND \"bb\"*"),
            (
                "NEAR(aa, bb) -cc ^dd {ee f}: 7*",
                "\"NEAR\"* AND \"aa\"* AND \"bb\"* AND \"cc\"* AND \"dd\"* \
              AND \"ee\"* AND \"7\"*",
            ),
            ("ә сөз", "\"сөз\"*"),
            ("и\u{306}од", "\"йод\"*"),
            ("a\0b", "\"a\"* AND \"b\"*"),
        ] {
            assert_eq!(expression(words).as_deref(), Some(asked), "{words}");
        }
        for words in ["", " ", "\"", "—", "\0", "'; --"] {
            assert_eq!(expression(words), None, "{words}");
        }
        let many = expression(&"сөз ".repeat(1_000)).unwrap();
        assert_eq!(many.matches("сөз").count(), MAX_WORDS);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_asked_is_no_error(words in "([ -~]|\\PC|AND|OR|NOT|NEAR){0,40}") {
            thread_local! {
                static INDEX: rusqlite::Connection = {
                    let index = rusqlite::Connection::open_in_memory().unwrap();
                    index
                        .execute_batch(
                            "CREATE VIRTUAL TABLE search USING fts5 (source, target, \
                             tokenize='unicode61 remove_diacritics 0', prefix='2 3 4'); \
                             INSERT INTO search VALUES ('Тоқаевтың сөзі', 'The speech of Tokayev');",
                        )
                        .unwrap();
                    index
                };
            }
            if let Some(expression) = expression(&words) {
                let asked = "SELECT count(*) FROM search WHERE search MATCH ?";
                INDEX.with(|index| index.query_row(asked, [&expression], |row| row.get::<_, i64>(0)))
                    .unwrap_or_else(|error| panic!("{expression}: {error}"));
            }
        }
    }
}
