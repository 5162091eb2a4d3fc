//! Lines that say something about the article and are no text of it: when it was published, who wrote it, how
//! long it takes to read. They can read as sentences, since abbreviations and initials have stops.
//!
//! Policy: only short lines, every part of which is such a statement.

use crate::article::{byline, date, metadata};

/// Maximum characters of a note, and words of the value of a key that has other words before it.
const MAX_NOTE: usize = 160;
const MAX_VALUE_WORDS: usize = 5;
/// Maximum words before a key (`Редакцияға келіп түскен күні: …`), and of notes about reading and listening.
const MAX_WORDS_BEFORE: usize = 3;
const MAX_ASIDE_WORDS: usize = 10;
/// Words for a minute beside a number, and for reading.
const MINUTES: &[&str] = &[
    "мин",
    "минут",
    "минутта",
    "минуты",
    "min",
    "minute",
    "minutes",
];
const READING: &[&str] = &[
    "оқу",
    "оқып",
    "оқылады",
    "оқисыз",
    "чтения",
    "чтение",
    "читать",
    "read",
];
/// What is read, and words of its time: without one of them a note is of a few words.
const READ: &[&str] = &[
    "мақала",
    "мәтін",
    "материал",
    "уақыт",
    "ішінде",
    "статью",
    "время",
];
const MAX_READING_WORDS: usize = 4;
/// What begins words for listening, and for what is listened to.
const LISTENING: &[&str] = &["тыңда", "слуша", "прослуша", "послуша", "listen"];
const LISTENED: &[&str] = &["мақала", "мәтін", "аудио", "статью", "текст", "article"];
/// Keys of bylines in lists (`Author, …`).
const BYLINE_KEYS: &[&str] = &["author, ", "role, ", "автор, ", "рөлі, "];

/// Whether a line is a note about the article.
pub(super) fn is_note(text: &str) -> bool {
    let text = text.trim();
    if text.chars().nth(MAX_NOTE).is_some() {
        return false;
    }
    metadata::is_metadata(text) || is_aside(text) || is_of_byline(text) || {
        let mut says = false;
        let all = parts(text).into_iter().all(|part| {
            let is_statement = is_statement(part);
            says |= is_statement;
            is_statement || is_name(part)
        });
        all && says
    }
}

/// Whether a line says that the text can be listened to, or how long reading it takes.
pub(super) fn is_aside(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|next: char| !next.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let begins = |known: &[&str]| {
        words
            .iter()
            .any(|word| known.iter().any(|known| word.starts_with(known)))
    };
    let is_minute = |pair: &[&str]| {
        pair.first()
            .is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
            && pair.last().is_some_and(|word| MINUTES.contains(word))
    };
    let is_reading = words.iter().any(|word| READING.contains(word))
        && words.windows(2).any(is_minute)
        && (words.len() <= MAX_READING_WORDS || begins(READ));
    let listens = words.iter().any(|word| {
        let is_asked = ["ңыз", "ңіз", "у", "йте", "ть", "listen"];
        LISTENING.iter().any(|known| word.starts_with(known))
            && is_asked.iter().any(|ending| word.ends_with(ending))
    });
    words.len() <= MAX_ASIDE_WORDS && (is_reading || listens && begins(LISTENED))
}

/// Whether a line is of a list that names author and role.
pub(super) fn is_of_byline(text: &str) -> bool {
    let lower = text.to_lowercase();
    text.split_whitespace().count() <= MAX_ASIDE_WORDS
        && BYLINE_KEYS.iter().any(|key| lower.starts_with(key))
}

/// The parts of a line between signs, and between sentences, whose stops go.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for part in text.split(['|', '•', '·', ';']) {
        let mut rest = part;
        // A stop behind a number or a short word is that of a date or an abbreviation.
        while let Some((at, _)) = rest.match_indices(". ").find(|&(at, _)| {
            let before = rest.get(..at).unwrap_or_default();
            let word = before.rsplit([' ', '.']).next().unwrap_or_default();
            word.chars().count() > 3
                || word.bytes().all(|byte| byte.is_ascii_digit())
                || rest.get(at + 2..).is_some_and(|after| after.contains(':'))
        }) {
            parts.extend(rest.get(..at));
            rest = rest.get(at + 2..).unwrap_or_default();
        }
        parts.push(rest);
    }
    let parts = parts
        .into_iter()
        .map(|part| part.trim().trim_end_matches('.'));
    parts.filter(|part| !part.is_empty()).collect()
}

/// Whether a part of a line is a statement, also with words before its key that say of what.
fn is_statement(part: &str) -> bool {
    if metadata::is_metadata(part) || date::is_timestamp(part) {
        return true;
    }
    let Some((key, value)) = part.split_once(':') else {
        return false;
    };
    let value = value.trim();
    let fits = date::is_timestamp(value)
        || metadata::count(value).is_some() && value.split_whitespace().count() <= 2
        || byline::persons(value).is_some();
    let is_key = |word: &str| metadata::is_metadata(&format!("{word}: {value}"));
    let words: Vec<&str> = key.split_whitespace().collect();
    fits && value.split_whitespace().count() <= MAX_VALUE_WORDS
        && words.len() <= MAX_WORDS_BEFORE + 1
        && (words.last().is_some_and(|word| is_key(word))
            || words.len() == 1 && metadata::count(value).is_some())
}

/// Whether a part of a line can be a name beside statements: a section's, or what a picture is.
fn is_name(part: &str) -> bool {
    let words = part.split_whitespace().count();
    metadata::is_section(part)
        || words <= 2
            && part.starts_with(char::is_uppercase)
            && !part.contains(|next: char| next.is_ascii_digit() || next == ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_about_the_article_are_known_though_they_have_stops() {
        for text in [
            "Жарияланған күні: 9 маусым 2025 ж.",
            "Жарияланған күні: 09.06.2025 г.",
            "Жарияланған уақыты: 2025 жылғы 9 маусым.",
            "Жаңартылған уақыты: 9 маусым 2025 ж. 10:30",
            "Редакцияға келіп түскен күні: 09.06.2025 г. Саны: 12",
            "Мақаланы дайындаған: Әсел Жұман.",
            "Қоғам. 9 маусым 2025. Мәтін: Гүлім Асан. Оқылды: 120",
            "Мақаланың аудионұсқасын тыңдаңыз. Ұзақтығы 2 мин.",
            "Бұл мақаланы 5 мин. ішінде оқып шығасыз.",
            "Фото: Азамат Ержан. Архивтегі сурет.",
            "Author, Ерлан Қасен",
        ] {
            assert!(is_note(text), "{text}");
        }
    }

    #[test]
    fn sentences_with_dates_and_names_are_none() {
        for text in [
            "Көпір 2025 жылғы 9 маусымда ашылды.",
            "Ол былай деп жазған: Мен келемін.",
            "Мектеп 2025 ж. ашылады. Оған 300 бала барады.",
            "Жиналғандар он минут бойы концерт тыңдады.",
            "Оқушылар 20 минут кітап оқыды.",
            "Жөндеу аяқталды. Жол ашық.",
            "Айтуынша, бағасы: 120 теңге.",
        ] {
            assert!(!is_note(text), "{text}");
        }
    }
}
