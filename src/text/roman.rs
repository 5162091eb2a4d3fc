//! Roman numerals as the press types them: in Latin capitals, or in Cyrillic ones of the same look.

/// Whether `word` consists of letters of Roman numerals up to 399: `XVIII`, `ХІХ`. The order of the
/// letters is not looked at.
pub(crate) fn is_roman(word: &str) -> bool {
    !word.is_empty()
        && word
            .chars()
            .all(|c| matches!(c, 'I' | 'V' | 'X' | 'L' | 'C' | 'І' | 'Х'))
}

/// The same for numerals below 40, as centuries are numbered. Where letters are exchanged, `L` and
/// `C` are left out: in capitals they are parts of abbreviations too.
pub(crate) fn is_small_roman(word: &str) -> bool {
    !word.is_empty()
        && word
            .chars()
            .all(|c| matches!(c, 'I' | 'V' | 'X' | 'І' | 'Х'))
}

/// The value of a Roman numeral in capitals, Cyrillic letters of its looks included (`ХХІ`).
pub(crate) fn roman_value(word: &str) -> Option<u64> {
    let worth = |c: char| match c {
        'I' | 'І' => Some(1),
        'V' => Some(5),
        'X' | 'Х' => Some(10),
        'L' => Some(50),
        'C' | 'С' => Some(100),
        'D' => Some(500),
        'M' | 'М' => Some(1000),
        _ => None,
    };
    let digits: Vec<u64> = word.chars().take(16).map(worth).collect::<Option<_>>()?;
    let value =
        digits
            .iter()
            .zip(digits.iter().skip(1).chain([&0]))
            .fold(0i64, |sum, (own, next)| {
                let own_signed = i64::try_from(*own).unwrap_or(0);
                if own < next {
                    sum - own_signed
                } else {
                    sum + own_signed
                }
            });
    let value = u64::try_from(value)
        .ok()
        .filter(|value| (1..4000).contains(value))?;
    let latin: Vec<u64> = spelled(value).chars().filter_map(worth).collect();
    (latin == digits && word.chars().count() == digits.len()).then_some(value)
}

/// `value`, below 4000, as a Roman numeral.
fn spelled(mut value: u64) -> String {
    let steps = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut out = String::new();
    for (worth, letters) in steps {
        while value >= worth {
            out.push_str(letters);
            value -= worth;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roman_numerals_of_either_alphabet_are_read() {
        assert_eq!(roman_value("XXI"), Some(21));
        assert_eq!(roman_value("ХІХ"), Some(19));
        assert_eq!(roman_value("MMXXIII"), Some(2023));
        for word in ["IIII", "DVD", "CIVIL", "", "VX"] {
            assert_eq!(roman_value(word), None, "{word}");
        }
    }

    #[test]
    fn numerals_are_known_by_their_letters() {
        assert!(is_roman("XLII") && is_roman("ХІХ") && !is_roman("") && !is_roman("xi"));
        assert!(is_small_roman("XXI") && is_small_roman("ІІ") && !is_small_roman("XL"));
    }
}
