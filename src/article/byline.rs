//! Lines that name who wrote an article: `Айнұр ҚАСЫМОВА, Ақтөбе`.
//!
//! Policy: a line is a byline by its place (the caller's) and its form: two or three words in
//! capitals, of which the surname shows by its ending or by being all in capitals.

use crate::language::{KNOWN, Language};
use crate::text::is_cyrillic;

/// Maximum characters of a byline.
const MAX_BYLINE: usize = 80;
/// Maximum words after the name: the place, or the paper.
const MAX_WORDS_AFTER: usize = 4;
/// Minimum letters of a surname.
const MIN_SURNAME: usize = 4;

/// The author whom a line names and nothing else says, but for a place or a paper after a comma.
pub(super) fn author(line: &str) -> Option<&str> {
    let line = line.trim();
    if line.chars().nth(MAX_BYLINE).is_some() || line.ends_with(['.', '!', '?', ':']) {
        return None;
    }
    let (name, after) = line.split_once(',').unwrap_or((line, ""));
    let fits = after.split_whitespace().count() <= MAX_WORDS_AFTER
        && after
            .split(',')
            .all(|part| part.trim().is_empty() || is_place_or_paper(part.trim()));
    (fits && is_persons_name(name.trim())).then(|| name.trim())
}

/// `Ақтөбе`, `Ақтөбе облысы`, `«Egemen Qazaqstan»`.
fn is_place_or_paper(part: &str) -> bool {
    part.starts_with(|first: char| first.is_uppercase() || first == '«')
        && !part.contains(|c: char| c.is_ascii_digit())
}

fn is_persons_name(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let are_words = |words: &[&str]| words.iter().all(|word| is_capitalised(word));
    (2..=3).contains(&words.len())
        && are_words(&words)
        && words.iter().any(|word| is_surname(word))
        // All in capitals it is a headline.
        && words.iter().any(|word| word.contains(char::is_lowercase) || word.ends_with('.'))
}

/// `Айнұр`, `ҚАСЫМОВА`, `А.`, `Сейіт-Омар`.
fn is_capitalised(word: &str) -> bool {
    let letters = word.strip_suffix('.').unwrap_or(word);
    let parts = || letters.split('-');
    let one = letters.chars().nth(1).is_none();
    (letters.len() == word.len() || one)
        && parts().all(|part| part.starts_with(char::is_uppercase))
        && parts().all(|part| part.chars().all(char::is_alphabetic))
}

/// Whether a word is a surname for sure: all in capitals, or with the ending of one.
fn is_surname(word: &str) -> bool {
    let letters = word.chars().count();
    let capitals = letters >= MIN_SURNAME && word.chars().all(|c| c.is_uppercase() || c == '-');
    let small = word.to_lowercase();
    let endings = |language: &'static Language| language.sentences.surname_endings.iter();
    let ends = |ending: &str| {
        small.ends_with(ending) && letters >= MIN_SURNAME.max(ending.chars().count() + 2)
    };
    capitals || (word.starts_with(is_cyrillic) && KNOWN.iter().copied().flat_map(endings).any(ends))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_name_an_author() {
        for (line, name) in [
            ("Айнұр ҚАСЫМОВА, Ақтөбе", "Айнұр ҚАСЫМОВА"),
            ("Айнұр ҚАСЫМОВА,", "Айнұр ҚАСЫМОВА"),
            ("Айнұр Қасымова", "Айнұр Қасымова"),
            ("Серік ӘБДІБЕК, «Egemen Qazaqstan»", "Серік ӘБДІБЕК"),
            ("А. Серікұлы, Шымкент қаласы", "А. Серікұлы"),
            ("Ерлан Сейіт-Омаров", "Ерлан Сейіт-Омаров"),
        ] {
            assert_eq!(author(line), Some(name), "{line}");
        }
    }

    #[test]
    fn headlines_places_and_sentences_are_no_bylines() {
        for line in [
            "Жаңа көпір ашылды",
            "Ақтөбе облысы",
            "ЖАҢА КӨПІР АШЫЛДЫ",
            "Айнұр Қасымова жеңіске жетті",
            "Айнұр Қасымова.",
            "Назарбаев Университеті 2024",
            "Айнұр ҚАСЫМОВА, ол бүгін келді",
            "Қасымова",
            "",
        ] {
            assert_eq!(author(line), None, "{line}");
        }
    }
}
