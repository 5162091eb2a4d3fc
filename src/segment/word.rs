//! What counts as a letter, a word or a dash; helpers that look a few characters around a stop.
//!
//! Every look is bounded, so that no text makes the splitter slow.

use crate::text;

/// Longest Roman numeral: `XXXVIII`.
const MAX_ROMAN: usize = 7;
/// No word that a rule looks at is longer (in characters).
const MAX_WORD: usize = 40;

/// Letters and digits, and what is inside words without being one: soft hyphens, joiners,
/// accents written apart.
pub(super) fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || is_invisible(c) || matches!(c, '\u{300}'..='\u{36f}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}')
}

/// The offset of the first letter or digit of `text[from..to]`.
pub(super) fn first(text: &str, from: usize, to: usize) -> Option<usize> {
    text[from..to]
        .find(char::is_alphanumeric)
        .map(|at| from + at)
}

/// The word or dotted group of words at the end of `before`: `Жылқыбаев`, `2023ж`, `т.с.с`, `Ж.-Б`.
pub(super) fn last(before: &str) -> &str {
    let inside =
        |c: char| is_word_char(c) || text::is_dash(c) || matches!(c, '.' | '/' | '\'' | '’');
    let from = before
        .char_indices()
        .rev()
        .take(MAX_WORD)
        .take_while(|&(_, c)| inside(c) || c == '№')
        .last()
        .map_or(before.len(), |(at, _)| at);
    before[from..].trim_start_matches(|c: char| !is_word_char(c) && c != '№')
}

/// The word at the start of `after`, without what is joined to it by a hyphen.
pub(super) fn leading(after: &str) -> &str {
    let to = after
        .char_indices()
        .take(MAX_WORD)
        .take_while(|&(_, c)| is_word_char(c))
        .last()
        .map_or(0, |(at, c)| at + c.len_utf8());
    &after[..to]
}

/// The word in lower case without invisible characters such as soft hyphens, as in the tables.
pub(super) fn folded(word: &str) -> String {
    word.chars()
        .filter(|&c| !is_invisible(c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Two capitals or more and no small letter: `АҚШ`, `XVIII`.
pub(super) fn is_acronym(word: &str) -> bool {
    word.chars().filter(|c| c.is_uppercase()).count() >= 2 && !word.contains(char::is_lowercase)
}

/// A capital alone, or two letters for one Cyrillic or Latin one: `Қ`, `Дж`, `Sh`.
pub(super) fn is_initial(word: &str) -> bool {
    let mut letters = word.chars().filter(|&c| !is_invisible(c));
    match (letters.next(), letters.next(), letters.next()) {
        (Some(only), None, None) => only.is_uppercase(),
        (Some(_), Some(_), None) => {
            matches!(
                word,
                "Дж" | "Дз" | "Ch" | "Sh" | "Zh" | "Kh" | "Gh" | "Yu" | "Ya" | "Ts"
            )
        }
        _ => false,
    }
}

/// Digits and nothing else, at most `most` of them.
pub(super) fn is_number(word: &str, most: usize) -> bool {
    !word.is_empty() && word.len() <= most && word.bytes().all(|b| b.is_ascii_digit())
}

/// A Roman numeral of a label or a century.
pub(super) fn is_roman(word: &str) -> bool {
    word.chars().nth(MAX_ROMAN).is_none() && text::is_roman(word)
}
