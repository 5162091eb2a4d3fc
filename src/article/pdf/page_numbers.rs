//! Lines that say which page it is: `5`, `- 5 -`, `1 / 5`, `5-бет`, `Page 1 of 5`.

/// Maximum digits of a page's number, and words and numbers beside each other.
const MAX_DIGITS: usize = 4;
const MAX_PARTS: usize = 6;
const MAX_BYTES: usize = 60;

/// Words for a page and for how many there are.
#[rustfmt::skip]
const WORDS: [&str; 14] = [
    "бет", "беті", "беттің", "беттен", "бетінен", "bet", "стр", "с", "страница", "лист", "из", "page", "p", "of",
];
/// Of them those between a page's number and how many there are.
const OF: [&str; 3] = ["of", "из", "беттің"];
const MARKS: &str = "-–—−|/.,•·∙[]()<>«»~";

/// Whether a line has the number of a page and nothing else.
pub(super) fn is_page_number(text: &str) -> bool {
    let text = text.trim();
    if text.len() > MAX_BYTES {
        return false;
    }
    let mut numbers: Vec<u32> = Vec::new();
    let (mut parts, mut has_word, mut has_of, mut marks) = (0, false, false, String::new());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_same = |c: char| {
            c.is_ascii_digit() == first.is_ascii_digit()
                && c.is_alphabetic() == first.is_alphabetic()
        };
        let end = rest.find(|c| !is_same(c)).unwrap_or(rest.len());
        let part = rest.get(..end).unwrap_or_default();
        rest = rest.get(end..).unwrap_or_default();
        if first.is_ascii_digit() {
            let Some(number) = Some(part).filter(|part| part.len() <= MAX_DIGITS) else {
                return false;
            };
            numbers.extend(number.parse::<u32>());
        } else if first.is_alphabetic() {
            let word = part.to_lowercase();
            if !WORDS.contains(&word.as_str()) {
                return false;
            }
            has_word = true;
            has_of |= OF.contains(&word.as_str());
        } else {
            if !part.chars().all(|c| c.is_whitespace() || MARKS.contains(c)) {
                return false;
            }
            if numbers.len() == 1 {
                marks.push_str(part);
            }
            continue;
        }
        parts += 1;
        if parts > MAX_PARTS {
            return false;
        }
    }
    match numbers.as_slice() {
        [_] => has_word || is_alone(text),
        [page, pages] => has_of || page <= pages && *page > 0 && matches!(marks.trim(), "/" | "|"),
        _ => false,
    }
}

/// Whether a number is between dashes, between brackets, or by itself.
fn is_alone(text: &str) -> bool {
    let inner = [('[', ']'), ('(', ')'), ('<', '>')]
        .iter()
        .find_map(|&(open, close)| text.strip_prefix(open)?.strip_suffix(close))
        .unwrap_or(text);
    let number = inner.trim_matches(|c: char| c.is_whitespace() || "-–—|•·".contains(c));
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_numbers_of_pages_are_known() {
        for text in [
            "5",
            "- 5 -",
            "–5–",
            "[5]",
            "1 / 5",
            "1/5",
            "12 | 40",
            "5-бет",
            "1-бет",
            "5 бет",
            "Бет 5",
            "бет 1/5",
            "Page 1 of 5",
            "Page 5",
            "стр. 5",
            "Стр. 1 из 5",
            "1 из 5",
            "p. 5",
            "5 беттің 1-беті",
            "— 5",
        ] {
            assert!(is_page_number(text), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_text() {
        for text in [
            "",
            "-",
            "бет",
            "5 / 1",
            "12.11.2024",
            "12 11",
            "50 000",
            "12345",
            "5.",
            "5 адам",
            "№ 45",
            "of",
            "2 : 1",
            "10:30",
            "1 / 2 / 3",
            "+7 701",
            "5 %",
        ] {
            assert!(!is_page_number(text), "{text}");
        }
    }
}
