//! Scripts and kinds of characters.

/// Whether `c` is of the Cyrillic script as languages write it today: the blocks Cyrillic and
/// Cyrillic Supplement.
pub(crate) fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{0400}'..='\u{052F}')
}

/// Whether `c` is of the Cyrillic script, medieval letters and combining marks included: what no
/// English translation may hold, however rare.
pub(crate) fn is_any_cyrillic(c: char) -> bool {
    is_cyrillic(c)
        || matches!(c, '\u{1C80}'..='\u{1C8F}' | '\u{2DE0}'..='\u{2DFF}' | '\u{A640}'..='\u{A69F}')
}

/// Whether `c` is a small vowel of Kazakh or Russian.
pub(crate) fn is_cyrillic_vowel(c: char) -> bool {
    "аәеёиіоөуұүыэюя".contains(c)
}

/// Whether `c` is a letter of the Latin script, ligatures, modifier letters and phonetic signs
/// included.
pub(crate) fn is_latin(c: char) -> bool {
    c.is_alphabetic()
        && matches!(c, 'A'..='Z' | 'a'..='z' | '\u{00AA}'..='\u{02FF}' | '\u{1D00}'..='\u{1EFF}'
            | '\u{2071}'..='\u{209C}' | '\u{2100}'..='\u{214F}' | '\u{2C60}'..='\u{2C7F}'
            | '\u{A720}'..='\u{A7FF}' | '\u{AB30}'..='\u{AB6F}' | '\u{FB00}'..='\u{FB06}'
            | '\u{FF21}'..='\u{FF5A}')
}

/// Whether `c` is a letter of the alphabets that articles in Latin script are written in, by which languages
/// are told apart: phonetic signs and letters of full width, which [`is_latin`] has, are of no language.
pub(crate) fn is_latin_of_articles(c: char) -> bool {
    c.is_alphabetic() && matches!(c, 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}')
}

/// Whether `c` is a letter of the Greek script, which English text uses as symbols.
pub(crate) fn is_greek(c: char) -> bool {
    c.is_alphabetic() && matches!(c, '\u{0370}'..='\u{03FF}' | '\u{1F00}'..='\u{1FFF}')
}

/// Whether `c` is a dash; hyphens count, since the press writes `! - деп` as often as `! – деп`.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '−')
}

/// Letters and digits of `text`: its length without the accidents of spacing and punctuation.
pub(crate) fn alnum_count(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_of_any_script_are_counted() {
        assert_eq!(alnum_count("«7 154 адам», – 7,154 people!"), 4 + 4 + 4 + 6);
        assert_eq!(alnum_count(" –…! "), 0);
    }

    #[test]
    fn scripts_are_told_apart() {
        assert!(is_cyrillic('қ') && is_cyrillic('І') && !is_cyrillic('q'));
        assert!(is_any_cyrillic('қ') && is_any_cyrillic('ꙗ') && !is_cyrillic('ꙗ'));
        assert!(
            is_latin('q') && is_latin('ə') && is_latin('Ñ') && !is_latin('қ') && !is_latin('×')
        );
        assert!(is_greek('α') && !is_greek('a'));
    }
}
