//! Text above or below the line: exponents, fractions, minutes, marks of notes.
//!
//! Digits and signs have characters of their own; whatever else is raised behind a number must not read
//! as more digits of it.

/// Whether a text stands above the line or below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Above,
    Below,
}

const DIGITS: &[char] = &['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// Subscript digits.
#[cfg(feature = "documents")]
pub(crate) const SUBSCRIPTS: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
/// Bars of fractions.
pub(crate) const BARS: [char; 2] = ['/', '⁄'];

/// Text that stands above or below the line behind `before`, as documents are read: raised digits in
/// superscript characters (`10⁶` is another number than 106), those below a fraction's bar in subscript
/// ones, and what else is raised as [`raised_expression`] writes it.
#[cfg(feature = "documents")]
pub(crate) fn off_the_line(before: &str, text: &str, level: Level) -> String {
    if level == Level::Below {
        let is_below = before.ends_with(BARS) || before.ends_with(SUBSCRIPTS);
        let subscript = |c: char| SUBSCRIPTS.get(c.to_digit(10)? as usize).copied();
        let below = text.chars().map(subscript).collect::<Option<String>>();
        if let Some(below) = below.as_ref().filter(|_| is_denominator(before, text)) {
            return format!("/{below}");
        }
        return below
            .filter(|_| is_below)
            .unwrap_or_else(|| text.to_owned());
    }
    if let Some(expression) = raised_expression(before, text.trim()) {
        return expression;
    }
    let letters: Option<String> = text.chars().map(superscript).collect();
    letters.unwrap_or_else(|| text.to_owned())
}

/// Whether a lowered number is the lower one of a fraction without a bar: a smaller number is raised right
/// before it, which is the power of no letter (`3¹₂`).
#[cfg(feature = "documents")]
fn is_denominator(before: &str, below: &str) -> bool {
    let base = before.trim_end_matches(DIGITS);
    let above = before.get(base.len()..).unwrap_or_default();
    let above: String = above
        .chars()
        .take(MAX_EXPRESSION)
        .filter_map(lowered)
        .collect();
    let is_less = above.parse().ok().zip(below.parse().ok());
    is_less.is_some_and(|(above, below): (u32, u32)| 0 < above && above < below && below < 100)
        && !base.ends_with(|last: char| last.is_alphabetic() || last == ')')
}

/// Maximum characters of a raised expression.
const MAX_EXPRESSION: usize = 10;
const MINUS: [char; 3] = ['-', '−', '–'];
/// Letters that exponents of numbers are; others behind one are of a house or a class (`5ᵃ`).
const EXPONENTS: [char; 8] = ['n', 'm', 'k', 'x', 'y', 'z', 'p', 'q'];

/// How a raised text behind `before` is written that is more than a whole number: a fraction (`7 1/2`) or
/// an exponent (`2^n`, `10^(5-6)`, `x^(n+1)`, `10^2,5`); `None` if it is neither.
pub(crate) fn raised_expression(before: &str, raised: &str) -> Option<String> {
    if raised.chars().nth(MAX_EXPRESSION).is_some() {
        return None;
    }
    let after_digit = before.ends_with(|last: char| last.is_ascii_digit());
    let has_base = after_digit || before.ends_with(')') || ends_in_variable(before);
    if let Some((above, below)) = fraction(raised) {
        return Some(match (after_digit, has_base) {
            (true, _) if above < below => format!(" {above}/{below}"),
            (_, true) => format!("^({above}/{below})"),
            _ if before.ends_with(char::is_alphanumeric) => format!(" {above}/{below}"),
            _ => format!("{above}/{below}"),
        });
    }
    if !has_base {
        return None;
    }
    let is_digit = |c: char| c.is_ascii_digit();
    let unsigned = raised.strip_prefix(MINUS).unwrap_or(raised);
    let is_number = |part: &str| !part.is_empty() && part.chars().all(is_digit);
    if let Some((whole, part)) = unsigned.split_once([',', '.'])
        && is_number(whole)
        && is_number(part)
    {
        return Some(format!("^{raised}"));
    }
    let mut letters = unsigned.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        let fits = letter.is_ascii_lowercase() && (!after_digit || EXPONENTS.contains(&letter));
        return fits.then(|| format!("^{raised}"));
    }
    is_sum(raised).then(|| format!("^({raised})"))
}

/// The two numbers of a fraction.
fn fraction(text: &str) -> Option<(u32, u32)> {
    let (above, below) = text.split_once(BARS)?;
    let number = |part: &str| {
        let part = part.trim();
        let is_number = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse().ok()).flatten()
    };
    Some((number(above)?, number(below)?)).filter(|(_, below)| *below > 0)
}

/// Whether a text is a product or a sum of numbers and single letters, or a range: `2n`, `n+1`, `5-6`.
fn is_sum(text: &str) -> bool {
    let is_sign = |c: char| MINUS.contains(&c) || matches!(c, '+' | '·' | '*');
    let is_part = |c: char| c.is_ascii_digit() || c.is_ascii_lowercase();
    let count = |sign: char| text.matches(sign).count();
    let words = || text.split(|c: char| !c.is_ascii_lowercase());
    let inner = text.trim_start_matches(is_sign);
    text.chars()
        .all(|c| is_part(c) || is_sign(c) || matches!(c, '(' | ')'))
        && count('(') == count(')')
        && words().all(|word| word.len() <= 1)
        && !text.ends_with(is_sign)
        && inner.contains(|c: char| is_sign(c) || c.is_ascii_lowercase())
}

/// Whether a text ends in a word of one letter (`x`, `м`), which has exponents and no notes.
pub(crate) fn ends_in_variable(text: &str) -> bool {
    let mut last = text.chars().rev();
    last.next().is_some_and(char::is_alphabetic) && !last.next().is_some_and(char::is_alphanumeric)
}

/// Words for money that come after an amount.
#[rustfmt::skip]
const MONEY: [&str; 11] = [
    "теңге", "тенге", "тг", "₸", "сом", "руб", "₽", "доллар", "$", "еуро", "€",
];

/// Whether two raised digits are the hundredths of an amount of money before them (`99⁹⁰ теңге`).
pub(crate) fn is_small_change(before: &str, raised: &str, after: &str) -> bool {
    let whole = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let whole = before.get(whole.len()..).unwrap_or_default();
    let is_base = whole.parse::<u32>().is_ok_and(|base| BASES.contains(&base));
    let after = after.trim_start();
    raised.len() == 2
        && raised.bytes().all(|byte| byte.is_ascii_digit())
        && !whole.is_empty()
        && !is_base
        && MONEY.iter().any(|money| after.starts_with(money))
}

/// Whether what is raised before a scale's letter is the sign of degrees (`25ᵒC`).
pub(crate) fn is_degree(before: &str, raised: &str, after: &str) -> bool {
    let mut scale = after.trim_start().chars();
    let is_scale = scale.next().is_some_and(|c| "CСF".contains(c))
        && !scale.next().is_some_and(char::is_alphanumeric);
    is_scale
        && matches!(raised, "o" | "о" | "O" | "О" | "0" | "º")
        && before
            .trim_end()
            .ends_with(|last: char| last.is_ascii_digit())
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
        let raised = |before, text| off_the_line(before, text, Level::Above);
        assert_eq!(raised("10", "6"), "⁶");
        assert_eq!(raised("10", "-12"), "⁻¹²");
        assert_eq!(raised("5", "th"), "th");
        assert_eq!(raised("7", "1/2"), " 1/2");
        assert_eq!(raised("қала", "1,2"), "¹,²");
        let lowered_text = |before, text| off_the_line(before, text, Level::Below);
        assert_eq!(lowered_text("5²/", "3"), "₃");
        assert_eq!(lowered_text("5²/₁", "0"), "₀");
        assert_eq!(lowered_text("H", "2"), "2");
        assert_eq!(lowered_text("3¹", "2"), "/₂");
        assert_eq!(lowered_text("x¹", "2"), "2");
        assert_eq!(lowered_text("3²", "1"), "1");
        assert_eq!(lowered('⁶'), Some('6'));
        assert_eq!(lowered('6'), None);
    }

    #[test]
    fn what_is_raised_behind_a_number_adds_no_digits_to_it() {
        for (before, raised, expected) in [
            ("ұзындығы 7", "1/2", Some(" 1/2")),
            ("10", "3/2", Some("^(3/2)")),
            ("x", "1/2", Some("^(1/2)")),
            ("шамамен ", "1/2", Some("1/2")),
            ("жолдың", "1/2", Some(" 1/2")),
            ("2", "n", Some("^n")),
            ("e", "-x", Some("^-x")),
            ("(a+b)", "n+1", Some("^(n+1)")),
            ("10", "5–6", Some("^(5–6)")),
            ("10", "2,5", Some("^2,5")),
            ("10", "2n", Some("^(2n)")),
            ("5", "a", None),
            ("5", "A", None),
            ("1", "st", None),
            ("1", "-ші", None),
            ("2024", "1)", None),
            ("сөз", "n", None),
            ("10", "6", None),
            ("10", "1/0", None),
        ] {
            let written = raised_expression(before, raised);
            assert_eq!(written.as_deref(), expected, "{before}^{raised}");
        }
    }

    #[test]
    fn hundredths_of_money_and_degrees_are_known() {
        assert!(is_small_change("бағасы 99", "90", " теңге"));
        assert!(is_small_change("1 250", "00", "₸"));
        assert!(!is_small_change("10", "12", " теңге"));
        assert!(!is_small_change("99", "90", " адам"));
        assert!(is_degree("25", "o", "C болды"));
        assert!(is_degree("25 ", "0", " С-қа"));
        assert!(!is_degree("25", "о", " Семейде"));
        assert!(!is_degree("шамамен", "o", "C"));
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
