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
/// Maximum forms of a word with letters of Kazakh in the place of others.
const MAX_FORMS: usize = 32;
/// Letters of Kazakh that many keyboards do not have, and what is written for them; the report's search
/// (`index_page/script/fold.js`) finds the same.
const FOUND_BY: [(char, &[char]); 9] = [
    ('а', &['ә']),
    ('г', &['ғ']),
    ('и', &['і']),
    ('к', &['қ']),
    ('н', &['ң']),
    ('о', &['ө']),
    ('у', &['ұ', 'ү']),
    ('х', &['һ']),
    ('ы', &['і']),
];

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

/// Whether a word of the index begins so.
type IsKnown<'a> = dyn FnMut(&str) -> rusqlite::Result<bool> + 'a;

/// What the index is asked for these words; `None` if there is no letter and no digit in them. A letter
/// by itself begins so many words that it counts only where there is nothing longer. `is_known` says
/// whether a word of the index begins so, in small letters.
pub(super) fn expression(
    words: &str,
    is_known: &mut IsKnown<'_>,
) -> rusqlite::Result<Option<String>> {
    let words: String = words.chars().take(MAX_QUERY_CHARS).nfc().collect();
    let is_between = |c: char| !c.is_alphanumeric();
    let words = words.split(is_between).filter(|word| !word.is_empty());
    let is_letter =
        |word: &&str| word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    let (letters, mut words): (Vec<&str>, Vec<&str>) = words.partition(is_letter);
    if words.is_empty() {
        words = letters;
    }
    let words = words.into_iter().take(MAX_WORDS);
    let words: Vec<String> = words
        .map(|word| beginnings(word, is_known))
        .collect::<Result<_, _>>()?;
    Ok((!words.is_empty()).then(|| words.join(" AND ")))
}

/// A word with any ending. The last consonant of a Kazakh stem is voiced before a vowel: кітап, кітабы.
fn beginnings(word: &str, is_known: &mut IsKnown<'_>) -> rusqlite::Result<String> {
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
    let mut all: Vec<String> = [Some(word.to_owned()), voiced]
        .into_iter()
        .flatten()
        .collect();
    for at in 0..all.len() {
        let own = all[at].to_lowercase();
        let forms = forms(&own, is_known)?;
        all.extend(forms.into_iter().filter(|form| *form != own));
    }
    let all: Vec<String> = all.iter().map(|word| format!("\"{word}\"*")).collect();
    Ok(match all.as_slice() {
        [only] => only.clone(),
        all => format!("({})", all.join(" OR ")),
    })
}

/// What a word in small letters may be in Kazakh's: those that a word of the index begins with.
fn forms(word: &str, is_known: &mut IsKnown<'_>) -> rusqlite::Result<Vec<String>> {
    let others = |letter: char| {
        let found = FOUND_BY.iter().find(|(by, _)| *by == letter);
        found.map_or(&[][..], |(_, others)| others)
    };
    if word.chars().all(|letter| others(letter).is_empty()) {
        return Ok(Vec::new());
    }
    let mut forms = vec![String::new()];
    for letter in word.chars() {
        let mut longer = Vec::new();
        for form in &forms {
            for &letter in [letter].iter().chain(others(letter)) {
                let form = format!("{form}{letter}");
                if longer.len() < MAX_FORMS && is_known(&form)? {
                    longer.push(form);
                }
            }
        }
        forms = longer;
    }
    Ok(forms)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an index of these words is asked for.
    fn asked_for(words: &str, index: &[&str]) -> Option<String> {
        let mut is_known =
            |beginning: &str| Ok(index.iter().any(|word| word.starts_with(beginning)));
        expression(words, &mut is_known).unwrap()
    }

    #[test]
    fn letters_of_other_keyboards_find_those_of_kazakh() {
        let index = [
            "тоқаевтың",
            "токарь",
            "нұрлыбек",
            "теңгені",
            "тенге",
            "қазақ",
            "китап",
            "кітабы",
        ];
        for (words, asked) in [
            ("Токаев", "(\"Токаев\"* OR \"тоқаев\"*)"),
            (
                "НУРЛЫБЕК",
                "(\"НУРЛЫБЕК\"* OR \"НУРЛЫБЕг\"* OR \"нұрлыбек\"*)",
            ),
            ("тенге", "(\"тенге\"* OR \"теңге\"*)"),
            ("казак", "(\"казак\"* OR \"казаг\"* OR \"қазақ\"*)"),
            ("китап", "(\"китап\"* OR \"китаб\"* OR \"кітаб\"*)"),
            ("теңге", "\"теңге\"*"),
            ("токарь", "\"токарь\"*"),
        ] {
            assert_eq!(asked_for(words, &index).as_deref(), Some(asked), "{words}");
        }
        let mut count = 0;
        let long = "к".repeat(MAX_QUERY_CHARS);
        let all = expression(&long, &mut |_| {
            count += 1;
            Ok(true)
        });
        assert!(all.unwrap().unwrap().matches(" OR ").count() <= 2 * MAX_FORMS);
        assert!(count <= 4 * MAX_FORMS * MAX_QUERY_CHARS, "{count}");
    }

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
            assert_eq!(asked_for(words, &[]).as_deref(), Some(asked), "{words}");
        }
        for words in ["", " ", "\"", "—", "\0", "'; --"] {
            assert_eq!(asked_for(words, &[]), None, "{words}");
        }
        let many = asked_for(&"сөз ".repeat(1_000), &[]).unwrap();
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
            if let Some(expression) = expression(&words, &mut |_| Ok(true)).unwrap() {
                let asked = "SELECT count(*) FROM search WHERE search MATCH ?";
                INDEX.with(|index| index.query_row(asked, [&expression], |row| row.get::<_, i64>(0)))
                    .unwrap_or_else(|error| panic!("{expression}: {error}"));
            }
        }
    }
}
