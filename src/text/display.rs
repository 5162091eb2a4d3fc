//! Text as a terminal may show it: names and messages of strangers drive nothing there.

use std::fmt::Write;

/// Text on one line. Control characters, and those that only steer how others are shown or ordered, are
/// escaped as in Rust: `\u{202e}`.
pub(crate) fn one_line(text: &str) -> String {
    shown(text, |_| false)
}

/// As [`one_line`], but lines stay lines.
#[cfg(feature = "cli")]
pub(crate) fn lines(text: &str) -> String {
    shown(text, |c| c == '\n')
}

fn shown(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_steering(character) && !is_kept(character) {
            // Writing to a string does not fail.
            let _ = write!(shown, "{}", character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Whether `c` is a control character, ends a line or a paragraph, sets the direction of what follows, or
/// is not shown at all.
fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_drive_the_terminal() {
        assert_eq!(one_line("a\x1b[2Jb\nв\u{9b}"), "a\\u{1b}[2Jb\\nв\\u{9b}");
        assert_eq!(lines("a\x1bb\nв\r"), "a\\u{1b}b\nв\\r");
    }

    #[test]
    fn what_changes_the_order_of_letters_is_seen() {
        assert_eq!(one_line("gpj.\u{202e}exe"), "gpj.\\u{202e}exe");
        assert_eq!(
            one_line("\u{2067}a\u{2069}\u{feff}"),
            "\\u{2067}a\\u{2069}\\u{feff}"
        );
    }

    #[test]
    fn letters_of_any_script_stay() {
        // Arabic with a joiner, and an emoji of several characters.
        for text in [
            "мақала.txt",
            "می\u{200c}خواهم",
            "👨\u{200d}👩\u{200d}👧",
            "नमस्ते",
        ] {
            assert_eq!(one_line(text), text);
        }
    }
}
