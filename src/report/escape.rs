//! Escapes characters that control the display instead of being shown.
//!
//! A terminal obeys control characters (C0, DEL and C1; ESC and CSI begin commands), and a display
//! with bidirectional text obeys embeddings, overrides and isolates, which can show digits in
//! another order than that of the text. A news article needs neither, so reports for people show
//! U+FFFD in their place. Breaks inside a sentence become spaces: a sentence stays on its line.
//!
//! Text in a pipe loses the control characters as well, since it meets a terminal sooner or later
//! (`less -R`, `cat`); the bidirectional ones stay there, they are harmless until shown. The marks
//! LRM, RLM and ALM stay everywhere: they are ordinary in Arabic script and override nothing.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text without control characters, breaks as spaces.
pub(super) fn without_controls(text: &str) -> Cow<'_, str> {
    replaced(text, char::is_control)
}

/// The text without control characters and without those that reorder what is shown.
pub(super) fn without_controls_and_bidi(text: &str) -> Cow<'_, str> {
    replaced(text, |c| c.is_control() || is_bidi_control(c))
}

/// JSON as it was serialised, with what acts inside strings written as `\uXXXX`: the values stay the
/// same, no terminal obeys them, and no reader that knows more line breaks than `\n` cuts a line of
/// JSON lines in two.
pub(super) fn json(serialised: &str) -> Cow<'_, str> {
    let acts = |c: char| is_control_or_break(c) && c != '\n' || is_bidi_control(c);
    if !serialised.contains(acts) {
        return Cow::Borrowed(serialised);
    }
    let mut escaped = String::with_capacity(serialised.len() + 64);
    for c in serialised.chars() {
        if acts(c) {
            // Writing to a String cannot fail; all these characters are below U+10000.
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

fn replaced(text: &str, acts: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(|c| acts(c) || is_control_or_break(c)) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| match c {
        _ if is_control_or_break(c) && c.is_whitespace() => ' ',
        _ if acts(c) => char::REPLACEMENT_CHARACTER,
        _ => c,
    };
    Cow::Owned(text.chars().map(shown).collect())
}

/// Control characters, and Unicode's line and paragraph separators.
fn is_control_or_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Embeddings, overrides, isolates, and the deprecated shaping switches.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_borrowed_untouched() {
        let text = "Ұлттық мұра – 3,2 млрд. «теңге»\u{00AD}\u{200E}";
        assert!(matches!(without_controls_and_bidi(text), Cow::Borrowed(same) if same == text));
        assert!(matches!(json(text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn terminal_commands_lose_what_starts_them() {
        assert_eq!(
            without_controls("\u{1B}]0;owned\u{7}"),
            "\u{FFFD}]0;owned\u{FFFD}"
        );
        assert_eq!(without_controls("\u{9B}2J \u{7F}"), "\u{FFFD}2J \u{FFFD}");
    }

    #[test]
    fn every_kind_of_line_break_becomes_a_space() {
        assert_eq!(
            without_controls("a\nb\rc\td\u{85}e\u{2028}f\u{2029}g"),
            "a b c d e f g"
        );
    }

    #[test]
    fn reordering_characters_are_shown_only_where_that_is_asked_for() {
        let text = "\u{202E}7154\u{202C} \u{2067}12\u{2069}";
        assert_eq!(without_controls(text), text);
        assert_eq!(
            without_controls_and_bidi(text),
            "\u{FFFD}7154\u{FFFD} \u{FFFD}12\u{FFFD}"
        );
    }

    #[test]
    fn json_keeps_its_values() {
        let value = "\u{1B}\u{7F}\u{9B}31m\u{85}\u{2028}\u{202E}\u{2066} Ә\n";
        let line = serde_json::to_string(value).unwrap();
        let escaped = json(&line);
        assert!(!escaped.contains(|c: char| is_control_or_break(c) || is_bidi_control(c)));
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), value);
    }
}
