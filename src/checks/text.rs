//! What several checks need to know about characters and words.

use unicode_segmentation::UnicodeSegmentation;

/// Longest quotation from a text in an explanation, in characters.
const EXCERPT: usize = 60;

/// Letters and digits of `text`: its length without the accidents of spacing and punctuation.
pub(super) fn weight(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// The words of `text` in lower case, by the word boundaries of UAX #29.
pub(super) fn lowercase_words(text: &str) -> Vec<String> {
    text.unicode_words().map(str::to_lowercase).collect()
}

/// The runs of letters of `text`, with the byte each starts at.
pub(super) fn letter_runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.get(at..)?.find(char::is_alphabetic)?;
        let rest = &text[start..];
        let length = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        at = start + length;
        Some((start, &rest[..length]))
    })
}

/// Whether `c` is a letter of the Cyrillic script.
pub(super) fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{0400}'..='\u{052F}' | '\u{1C80}'..='\u{1C8F}' | '\u{2DE0}'..='\u{2DFF}'
        | '\u{A640}'..='\u{A69F}')
}

/// Whether `c` is a letter of the Latin script, ligatures, modifier letters and phonetic signs included.
pub(super) fn is_latin(c: char) -> bool {
    c.is_alphabetic()
        && matches!(c, 'A'..='Z' | 'a'..='z' | '\u{00AA}'..='\u{02FF}' | '\u{1D00}'..='\u{1EFF}'
            | '\u{2071}'..='\u{209C}' | '\u{2100}'..='\u{214F}' | '\u{2C60}'..='\u{2C7F}'
            | '\u{A720}'..='\u{A7FF}' | '\u{AB30}'..='\u{AB6F}' | '\u{FB00}'..='\u{FB06}'
            | '\u{FF21}'..='\u{FF5A}')
}

/// Whether `c` is a letter of the Greek script, which English text uses as symbols.
pub(super) fn is_greek(c: char) -> bool {
    c.is_alphabetic() && matches!(c, '\u{0370}'..='\u{03FF}' | '\u{1F00}'..='\u{1FFF}')
}

/// `text` for a quotation in an explanation: its first characters, on one line.
pub(super) fn excerpt(text: &str) -> String {
    let mut short: String = text
        .trim()
        .chars()
        .take(EXCERPT)
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    if text.trim().chars().nth(EXCERPT).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weight_counts_letters_and_digits_of_any_script() {
        assert_eq!(weight("«7 154 адам», – 7,154 people!"), 4 + 4 + 4 + 6);
        assert_eq!(weight(" –…! "), 0);
    }

    #[test]
    fn runs_of_letters_leave_everything_else_out() {
        let runs: Vec<(usize, &str)> = letter_runs("Е.Жылқы-бай 7x!").collect();
        assert_eq!(runs, [(0, "Е"), (3, "Жылқы"), (14, "бай"), (22, "x")]);
        assert_eq!(letter_runs("7 …").count(), 0);
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt("  two\nlines "), "two lines");
        let long = excerpt(&"ұ".repeat(1000));
        assert_eq!(long.chars().count(), EXCERPT + 1);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn scripts_are_told_apart() {
        assert!(is_cyrillic('қ') && is_cyrillic('І') && !is_cyrillic('q'));
        assert!(
            is_latin('q') && is_latin('ə') && is_latin('Ñ') && !is_latin('қ') && !is_latin('×')
        );
        assert!(is_greek('α') && !is_greek('a'));
    }
}
