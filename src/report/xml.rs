//! Text in XML.

use super::escape;

/// A text between tags or in quotation marks: without control characters, without what XML cannot
/// hold, and with references for what would be markup.
pub(super) fn escaped(text: &str) -> String {
    let text = escape::without_controls(text);
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Of the characters that XML 1.0 excludes, only these are left.
            '\u{FFFE}' | '\u{FFFF}' => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_holds_neither_markup_nor_what_xml_excludes() {
        assert_eq!(
            escaped("<b a=\"1\">Ә & \u{0}\u{1F}\u{FFFF}\n]]></b>"),
            "&lt;b a=&quot;1&quot;&gt;Ә &amp; \u{FFFD}\u{FFFD}\u{FFFD} ]]&gt;&lt;/b&gt;"
        );
        assert_eq!(escaped("=«Ақсу» \u{AD}–"), "=«Ақсу» \u{AD}–");
    }
}
