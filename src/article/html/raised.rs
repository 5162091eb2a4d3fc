//! Text above or below the line: exponents and fractions keep their value, marks of notes are marks.
//!
//! A model's tokenizer reads a raised digit as a plain one, so that `10⁶` would become 106: exponents
//! are written `10^6`, fractions `3 1/3`, and times of the day `18:30`.

use crate::text::is_clock_time;

/// Maximum bytes of a raised text.
pub(super) const MAX_RAISED_BYTES: usize = 200;
/// Maximum letters of a unit that is squared or cubed (`м`, `км`).
const MAX_UNIT: usize = 3;

/// Whether a text stands above the line or below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::article) enum Level {
    Above,
    Below,
}

/// Whether a text is the mark of a note: a number or signs, in brackets or not.
pub(super) fn is_note_mark(text: &str) -> bool {
    let inner = text
        .trim()
        .trim_start_matches(['[', '('])
        .trim_end_matches([']', ')']);
    let count = inner.chars().count();
    count <= 4
        && inner
            .chars()
            .all(|next| next.is_ascii_digit() || "*†‡,".contains(next))
        || inner.is_empty()
        || text.trim().starts_with('[') && text.trim().ends_with(']') && count <= 20
}

/// Adds a raised or lowered text to `text`, which comes after `before` on its line; `after` follows.
pub(super) fn push(text: &mut String, before: &str, raised: &str, level: Level, after: &str) {
    let raised = raised.trim();
    let number = raised.trim_start_matches(['-', '−', '–', '+']);
    let is_number = !number.is_empty() && number.chars().all(|next| next.is_ascii_digit());
    let last = before.chars().next_back();
    if level == Level::Below || !is_number {
        text.push_str(raised);
        return;
    }
    let is_fraction = after.starts_with(['/', '⁄']);
    if is_fraction {
        if last.is_some_and(|last| last.is_ascii_digit()) {
            text.push(' ');
        }
        text.push_str(raised);
    } else if is_clock_time(before, raised, after) {
        text.push(':');
        text.push_str(raised);
    } else if last.is_some_and(|last| last.is_ascii_digit() || last == ')') {
        text.push('^');
        text.push_str(raised);
    } else if let ("2" | "3", true) = (raised, ends_in_unit(before)) {
        text.push(if raised == "2" { '²' } else { '³' });
    } else if raised != number {
        text.push('^');
        text.push_str(raised);
    } else {
        text.push('[');
        text.push_str(raised);
        text.push(']');
    }
}

/// Whether a line ends in a short word, after a number or alone (`120 м`).
fn ends_in_unit(before: &str) -> bool {
    let letters = before
        .chars()
        .rev()
        .take_while(|next| next.is_alphabetic())
        .count();
    (1..=MAX_UNIT).contains(&letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_units_fractions_and_notes_are_told_apart() {
        for (before, raised, level, after, expected) in [
            ("10", "6", Level::Above, " адам", "^6"),
            ("10", "-3", Level::Above, "", "^-3"),
            ("120 м", "2", Level::Above, "", "²"),
            ("5 км", "3", Level::Above, "", "³"),
            ("3", "1", Level::Above, "/", " 1"),
            ("", "2", Level::Above, "⁄", "2"),
            ("CO", "2", Level::Below, "", "2"),
            ("қаласынан", "1", Level::Above, " келді", "[1]"),
            ("1", "-ші", Level::Above, "", "-ші"),
            ("Жиын 18", "30", Level::Above, "-да басталды", ":30"),
            ("сағат 9", "00", Level::Above, "", ":00"),
            ("25", "00", Level::Above, "", "^00"),
        ] {
            let mut text = String::new();
            push(&mut text, before, raised, level, after);
            assert_eq!(text, expected, "{before}{raised}");
        }
    }

    #[test]
    fn marks_of_notes_are_known() {
        for mark in ["[1]", "1", "12", "*", "(3)", "[дәйексөз керек]"] {
            assert!(is_note_mark(mark), "{mark}");
        }
        for text in ["ші", "2024 жыл", "TM"] {
            assert!(!is_note_mark(text), "{text}");
        }
    }
}
