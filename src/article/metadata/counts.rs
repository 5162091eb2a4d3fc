//! Counts as sites print them: readers, comments, minutes.

/// Words for thousands and millions after a count (`1,2K`).
const SCALES: &[(&[&str], u64)] = &[
    (&["k", "к", "мың", "тыс"], 1_000),
    (&["m", "млн"], 1_000_000),
];

/// The number a text begins with; its groups of three may be separated by spaces, commas or full stops
/// (`1 580`, `1,580`), and thousands cut short (`1,2K`, `3 мың`).
pub(in crate::article) fn count(text: &str) -> Option<u64> {
    let (first, mut rest) = leading_digits(text.trim_start())?;
    let mut digits = first.to_owned();
    while let Some((group, after)) = (digits.len() <= 15)
        .then(|| group(rest))
        .flatten()
        .filter(|_| first.len() <= 3)
    {
        digits.push_str(group);
        rest = after;
    }
    let whole: u64 = digits.parse().ok()?;
    let fraction = rest
        .strip_prefix([',', '.'])
        .and_then(leading_digits)
        .filter(|(fraction, _)| fraction.len() <= 2);
    let after = fraction.map_or(rest, |(_, after)| after).trim_start();
    let word: String = after
        .chars()
        .take_while(|next| next.is_alphabetic())
        .flat_map(char::to_lowercase)
        .take(10)
        .collect();
    match (scale(&word), fraction) {
        (Some(scale), fraction) => {
            let part = fraction.map_or(Some(0), |(digits, _)| {
                let value: u64 = digits.parse().ok()?;
                Some(value * scale / if digits.len() == 1 { 10 } else { 100 })
            })?;
            whole.checked_mul(scale)?.checked_add(part)
        }
        (None, Some(_)) => None,
        (None, None) => Some(whole),
    }
}

fn leading_digits(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|next: char| !next.is_ascii_digit());
    let (digits, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
    (!digits.is_empty()).then_some((digits, rest))
}

/// A separator and three digits, and what is after these.
fn group(text: &str) -> Option<(&str, &str)> {
    let separator = text.chars().next()?;
    let after = text.get(separator.len_utf8()..)?;
    let (digits, rest) = leading_digits(after)?;
    let fits = (separator.is_whitespace() || matches!(separator, ',' | '.')) && digits.len() == 3;
    fits.then_some((digits, rest))
}

/// How many a word after a number means.
pub(super) fn scale(word: &str) -> Option<u64> {
    let found = SCALES.iter().find(|(words, _)| words.contains(&word));
    found.map(|(_, scale)| *scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_with_groups_and_thousands() {
        for (text, value) in [
            ("1 245", Some(1245)),
            ("1,245 рет", Some(1245)),
            ("1.245.300", Some(1_245_300)),
            ("1,2K", Some(1200)),
            ("1.25к", Some(1250)),
            ("3 мың рет", Some(3000)),
            ("1,5 млн", Some(1_500_000)),
            ("312 27.01.2024", Some(312)),
            ("1,2", None),
            ("көп", None),
        ] {
            assert_eq!(count(text), value, "{text}");
        }
    }
}
