//! Fractions of documents whose numerator is raised and whose denominator is lowered (`2¹⁄₃`), as `2 1/3`.

use std::borrow::Cow;

use crate::text::{BARS, SUBSCRIPTS, lowered};

/// The text with its fractions in plain digits.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(BARS) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_after_letter = plain.ends_with(char::is_alphabetic);
        let taken = match fraction(rest).filter(|_| !is_after_letter) {
            Some((fraction, bytes)) => {
                if plain.ends_with(|last: char| last.is_ascii_digit()) {
                    plain.push(' ');
                }
                plain.push_str(&fraction);
                bytes
            }
            // What is raised is looked at once.
            None => {
                let raised = rest
                    .find(|c: char| lowered(c).is_none())
                    .unwrap_or(rest.len());
                let bytes = raised.max(first.len_utf8());
                plain.push_str(rest.get(..bytes).unwrap_or_default());
                bytes
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    Cow::Owned(plain)
}

/// The fraction that a text begins with, and its bytes.
fn fraction(text: &str) -> Option<(String, usize)> {
    let bar = text.find(|c: char| lowered(c).is_none())?;
    let (above, after) = text.split_at_checked(bar)?;
    let below = after.strip_prefix(BARS)?;
    let is_slash = after.starts_with('⁄');
    let digit = |c: char| match SUBSCRIPTS.iter().position(|&below| below == c) {
        Some(digit) => char::from_digit(u32::try_from(digit).ok()?, 10),
        // All of it may be raised, piece by piece.
        None => Some(c)
            .filter(|c| is_slash && c.is_ascii_digit())
            .or_else(|| lowered(c)),
    };
    let end = below
        .find(|c: char| digit(c).is_none())
        .unwrap_or(below.len());
    let lower: String = below.get(..end)?.chars().filter_map(digit).collect();
    let upper: String = above.chars().filter_map(lowered).collect();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let bytes = text.len() - below.len() + end;
    (is_number(&upper) && is_number(&lower)).then(|| (format!("{upper}/{lower}"), bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_plain_and_other_raised_numbers_stay() {
        for (text, expected) in [
            ("үлесі 2¹⁄₃ болды", "үлесі 2 1/3 болды"),
            ("2¹⁄3 бөлігі", "2 1/3 бөлігі"),
            ("үлесі ³/₄, 1²/₁₀", "үлесі 3/4, 1 2/10"),
            ("ұзындығы 7¹/² метр", "ұзындығы 7 1/2 метр"),
            ("10⁶/3 адам", "10⁶/3 адам"),
            ("5 м²/₃", "5 м²/₃"),
            ("18³⁰-да 1/2", "18³⁰-да 1/2"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }
}
