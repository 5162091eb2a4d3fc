//! Dates as news sites write them, in Kazakh, Russian and English, to `YYYY-MM-DD`.

mod moment;

use crate::language::{ENGLISH, KNOWN, Language};

pub(crate) use moment::stated;
pub use moment::{are_neighbours, day_before, day_in_kazakhstan, is_timestamp};

/// Letters of a month's name that is cut short (`қаң`, `сент`).
const MIN_CUT: usize = 3;
const MAX_CUT: usize = 4;
/// The longest suffix a month's name takes (`тамыздағы`, `августа`).
const MAX_ENDING: usize = 4;

/// What English numerals of days end in.
const ORDINALS: &[&str] = &["st", "nd", "rd", "th"];

/// A run of digits or of letters.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    /// Its value and how many digits wrote it.
    Number(u32, usize),
    /// A month, 1 to 12.
    Month(u32),
    /// A word that dates have next to them.
    NextToDate,
    Other,
}

/// The first date in `text`, as `YYYY-MM-DD`.
///
/// Understands `2023-08-29`, `29.08.2023`, `29/08/23`, `2023 жылғы 29 тамыз`, `29 тамыз, 2023 жыл`,
/// `29 августа 2023 г.`, `August 29, 2023`, each with or without a time; `08/29/2023` where no month has the
/// second number.
pub fn find(text: &str) -> Option<String> {
    let tokens = tokens(text);
    numeric(&tokens).or_else(|| named(&tokens))
}

/// Whether `text` is a date (with its time, if any) and nothing else, but for a word of the day and a comma before it
/// (`Бүгін, 27 қаңтар 2024`); without the comma that is a sentence (`Бүгін – 16 желтоқсан 2024`).
pub fn is_only_date(text: &str) -> bool {
    let text = match text.split_once(',') {
        Some((day, date)) if moment::is_day(day) => date,
        _ => text,
    };
    tokens(text).iter().all(|&(_, token)| token != Token::Other) && find(text).is_some()
}

/// Tokens, each with the separator character directly before it (a space where several
/// characters or none do).
fn tokens(text: &str) -> Vec<(char, Token)> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut separator = ' ';
    let mut separators = 0;
    while let Some((start, first)) = chars.next() {
        if !first.is_alphanumeric() {
            separators += 1;
            separator = if separators == 1 { first } else { ' ' };
            continue;
        }
        let digits = first.is_ascii_digit();
        let mut end = start + first.len_utf8();
        while let Some(&(at, next)) = chars.peek() {
            if !next.is_alphanumeric() || next.is_ascii_digit() != digits {
                break;
            }
            end = at + next.len_utf8();
            chars.next();
        }
        let before = if separators == 0 { ' ' } else { separator };
        tokens.push((before, token(&text[start..end])));
        separators = 0;
    }
    tokens
}

fn token(word: &str) -> Token {
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        return word
            .parse()
            .map_or(Token::Other, |value| Token::Number(value, word.len()));
    }
    let word = word.to_lowercase();
    match month(&word) {
        Some(month) => Token::Month(month),
        None if is_next_to_dates(&word) => Token::NextToDate,
        None => Token::Other,
    }
}

/// The month that a word of any language names, in any case or cut to three letters in English.
fn month(word: &str) -> Option<u32> {
    let is_ending = |ending: &str| ending.chars().count() <= MAX_ENDING;
    let begins_with = |name: &str| word.strip_prefix(name).is_some_and(is_ending);
    // `мая` is the one name whose nominative, `май`, does not begin with what other cases share.
    let is_nominative = |name: &str| {
        let stem = name.strip_suffix('я');
        let rest = stem.and_then(|stem| word.strip_prefix(stem)?.strip_prefix('й'));
        rest.is_some_and(is_ending)
    };
    (1..).zip(0..12).find_map(|(number, at)| {
        let in_latin = |language: &'static Language| language.latin_months.get(at).copied();
        let latin = KNOWN.iter().filter_map(|language| in_latin(language));
        let known = KNOWN.iter().filter_map(|language| language.months.get(at));
        let mut names = known.chain(latin.flatten());
        let short = ENGLISH.months.get(at).and_then(|name| name.get(..3));
        let is_cut = |language: &'static Language| {
            let name = language.months.get(at).copied().unwrap_or_default();
            let letters = word.chars().count();
            (MIN_CUT..=MAX_CUT).contains(&letters) && name.starts_with(word)
        };
        (names.any(|name| begins_with(name) || is_nominative(name))
            || short.is_some_and(begins_with)
            || KNOWN.iter().copied().any(is_cut))
        .then_some(number)
    })
}

/// Whether a word may be next to the numbers of a date.
fn is_next_to_dates(word: &str) -> bool {
    let mut languages = KNOWN.iter();
    ORDINALS.contains(&word) || languages.any(|language| language.date_words.contains(&word))
}

/// `29.08.2023`, `2023-08-29` and the like: three numbers with one and the same separator.
fn numeric(tokens: &[(char, Token)]) -> Option<String> {
    tokens.windows(3).find_map(|window| {
        let [(_, first), (left, second), (right, third)] = window else {
            return None;
        };
        if left != right || !matches!(left, '.' | '-' | '/') {
            return None;
        }
        match (first, second, third) {
            (&Token::Number(year, 4), &Token::Number(month, _), &Token::Number(day, _)) => {
                iso(year, month, day)
            }
            (&Token::Number(day, _), &Token::Number(month, _), &Token::Number(year, 4)) => {
                let american = || iso(year, day, month).filter(|_| *left == '/');
                iso(year, month, day).or_else(american)
            }
            (&Token::Number(day, _), &Token::Number(month, _), &Token::Number(year, 2)) => iso(
                if year < 80 { 2000 + year } else { 1900 + year },
                month,
                day,
            ),
            _ => None,
        }
    })
}

/// `29 тамыз 2023`, `2023 жылғы 29 тамыз`, `August 29, 2023`: a month's name, a day next to it, a
/// year of four digits anywhere.
fn named(tokens: &[(char, Token)]) -> Option<String> {
    let (at, month) = tokens
        .iter()
        .enumerate()
        .find_map(|(at, (_, token))| match token {
            Token::Month(month) => Some((at, *month)),
            _ => None,
        })?;
    let day_at = |at: usize| match tokens.get(at) {
        Some(&(_, Token::Number(day, 1 | 2))) => Some(day),
        _ => None,
    };
    // The seconds of a time are no day (`10:11:12 Jan 27, 2024`).
    let is_of_time = |at: &usize| tokens.get(*at).is_some_and(|&(before, _)| before == ':');
    let day = at
        .checked_sub(1)
        .filter(|at| !is_of_time(at))
        .and_then(day_at)
        .or_else(|| day_at(at + 1))?;
    let year = tokens.iter().find_map(|(_, token)| match token {
        Token::Number(year, 4) => Some(*year),
        _ => None,
    })?;
    iso(year, month, day)
}

/// The date, where there is such a day.
fn iso(year: u32, month: u32, day: u32) -> Option<String> {
    let valid = (1800..2200).contains(&year) && (1..=days_of(year, month)).contains(&day);
    valid.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// How many days a month has; none if there is no such month.
fn days_of(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn may_is_read_in_each_language_and_case() {
        for text in [
            "9 Май, 2023",
            "9 мая 2023",
            "2023 жылғы 9 мамыр",
            "May 9, 2023",
        ] {
            assert_eq!(find(text).as_deref(), Some("2023-05-09"), "{text}");
        }
        assert_eq!(find("9 матч 2023"), None);
    }

    #[test]
    fn dates_of_kazakh_and_russian_sites_are_read() {
        for text in [
            "29.08.2023",
            "29.08.23",
            "29/08/2023 10:15",
            "29-08-2023",
            "2023-08-29",
            "2023-08-29T10:15:00+06:00",
            "2023.08.29",
            "2023 жылғы 29 тамыз",
            "2023 ж. 29 тамызда",
            "29 тамыз 2023",
            "29 Тамыз, 2023 жыл, 10:15",
            "Сейсенбі, 29 тамыз 2023, сағат 10:15",
            "10:15, 29 августа 2023 г.",
            "August 29, 2023",
            "29 там. 2023",
            "29 Там 2023, 10:15",
            "29 авг. 2023",
            "08/29/2023",
            "Тамыз 29th, 2023",
            "10:11:12 Aug 29, 2023",
        ] {
            assert_eq!(find(text).as_deref(), Some("2023-08-29"), "{text}");
            assert!(is_only_date(text), "{text}");
        }
    }

    #[test]
    fn months_in_latin_spelling_are_read() {
        for (text, date) in [
            ("27 Qańtar 2024", "2024-01-27"),
            ("27 qañtar, 2024", "2024-01-27"),
            ("2019 jylǵy 5 sáýirde", "2019-04-05"),
            ("12 Qyrkúıek, 2018 10:30", "2018-09-12"),
            ("3 qaraşa 2021", "2021-11-03"),
            ("1 shilde 2020", "2020-07-01"),
            ("16 jeltoqsan 1991", "1991-12-16"),
        ] {
            assert_eq!(find(text).as_deref(), Some(date), "{text}");
            assert!(is_only_date(text), "{text}");
        }
        assert_eq!(find("5 qazaq 2019"), None);
    }

    #[test]
    fn impossible_days_and_other_numbers_are_no_dates() {
        for text in [
            "31.02.2023",
            "29.13.2023",
            "3,2 млрд",
            "10:15",
            "1.6.4 нұсқа",
            "тамыз",
            "",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
        assert_eq!(find("29.02.2024").as_deref(), Some("2024-02-29"));
    }

    #[test]
    fn a_sentence_that_holds_a_date_is_more_than_a_date() {
        assert!(!is_only_date("2023 жылғы 29 тамыз күні жиын өтті"));
    }
}
