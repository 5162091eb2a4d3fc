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

/// Bases whose powers news has, so that only words around tell `10³⁰` from half past ten.
const BASES: [u32; 2] = [2, 10];
/// How words for the hour begin that come before a time.
const HOUR_WORDS: [&str; 2] = ["сағат", "сағ."];
/// Maximum letters of a form of them.
const MAX_HOUR_WORD: usize = 12;
/// Kazakh for "at" behind a time (`18:30-да`).
const AT: [&str; 4] = ["-да", "-де", "-та", "-те"];

/// Whether minutes that stand raised behind an hour make a time with it, as in old typesetting (`18³⁰`);
/// other numbers are exponents. `before` ends in the hour, and `after` follows the minutes.
pub(crate) fn is_clock_time(before: &str, minutes: &str, after: &str) -> bool {
    let digits = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let hour = before.get(digits.len()..).unwrap_or_default();
    let is_part = digits.ends_with(['.', ',', '/', '^', '-', '−', ':']);
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if is_part || !(1..=2).contains(&hour.len()) || minutes.len() != 2 || !is_number(minutes) {
        return false;
    }
    let (Ok(hour), Ok(minute)) = (hour.parse::<u32>(), minutes.parse::<u32>()) else {
        return false;
    };
    if hour > 24 || minute > 59 || hour == 24 && minute > 0 {
        return false;
    }
    let word = digits.trim_end().chars().rev();
    let word = word.take_while(|c| !c.is_whitespace()).take(MAX_HOUR_WORD);
    let word: Vec<char> = word.collect();
    let word = word.iter().rev().collect::<String>().to_lowercase();
    let is_said = HOUR_WORDS.iter().any(|hour| word.starts_with(hour))
        || AT.iter().any(|at| after.starts_with(at));
    // No exponent begins with a zero.
    minutes.starts_with('0') || is_said || !BASES.contains(&hour) && minute % 5 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "documents")]
    #[test]
    fn digits_are_raised_and_words_stay() {
        assert_eq!(raised("6"), "⁶");
        assert_eq!(raised("-12"), "⁻¹²");
        assert_eq!(raised("th"), "th");
        assert_eq!(lowered('⁶'), Some('6'));
        assert_eq!(lowered('6'), None);
    }

    #[test]
    fn times_are_told_from_powers() {
        for (before, minutes, after) in [
            ("Жиын 18", "30", "-да басталады"),
            ("9", "00", " – 18"),
            ("сағат 10", "15", " кезінде"),
            ("дүкен 8", "45", ""),
            ("10", "05", ""),
            ("24", "00", ""),
        ] {
            assert!(is_clock_time(before, minutes, after), "{before}^{minutes}");
        }
        for (before, minutes, after) in [
            ("25", "00", ""),
            ("10", "12", " теңге"),
            ("2", "10", ""),
            ("10", "6", ""),
            ("7", "60", ""),
            ("118", "30", ""),
            ("1.8", "30", ""),
            ("16", "32", ""),
            ("", "30", ""),
        ] {
            assert!(!is_clock_time(before, minutes, after), "{before}^{minutes}");
        }
    }
}
