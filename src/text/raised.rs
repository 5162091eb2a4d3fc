//! Superscripts: digits and signs have characters of their own.

const DIGITS: &[char] = &['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// Text that stands raised, in superscript characters: `10` and a raised `6` become `10⁶`, which is
/// another number than 106. As it is where there are no such characters for it.
#[cfg(feature = "documents")]
pub(crate) fn raised(text: &str) -> String {
    let letters: Option<String> = text.chars().map(superscript).collect();
    letters.unwrap_or_else(|| text.to_owned())
}

#[cfg(feature = "documents")]
fn superscript(character: char) -> Option<char> {
    match character {
        '+' => Some('⁺'),
        '-' | '−' | '–' => Some('⁻'),
        '(' => Some('⁽'),
        ')' => Some('⁾'),
        ' ' | ',' | '*' => Some(character),
        _ => DIGITS.get(character.to_digit(10)? as usize).copied(),
    }
}

/// The digit that a superscript is of, or the minus before one.
pub(crate) fn lowered(character: char) -> Option<char> {
    if character == '⁻' {
        return Some('-');
    }
    let digit = DIGITS.iter().position(|&digit| digit == character)?;
    char::from_digit(u32::try_from(digit).ok()?, 10)
}

#[cfg(all(test, feature = "documents"))]
mod tests {
    use super::*;

    #[test]
    fn digits_are_raised_and_words_stay() {
        assert_eq!(raised("6"), "⁶");
        assert_eq!(raised("-12"), "⁻¹²");
        assert_eq!(raised("th"), "th");
        assert_eq!(lowered('⁶'), Some('6'));
        assert_eq!(lowered('6'), None);
    }
}
