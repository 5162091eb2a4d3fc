//! The language that a document says it is in: where it names that of the source, the translation names English.

use std::borrow::Cow;

use crate::language::Language;

/// Of English, where a format wants a country.
pub(super) const ENGLISH_TAG: &str = "en-US";

/// A tag with `english` in each attribute of these names that names the language.
pub(super) fn in_english<'t>(
    tag: &'t str,
    names: &[&str],
    language: &Language,
    english: &str,
) -> Cow<'t, str> {
    with_values(tag, |name, value| {
        let is_other = names.contains(&name) && language.is_named_by(value);
        is_other.then_some(english)
    })
}

/// A tag whose attributes have the values that `new` gives by their names and values.
pub(super) fn with_values<'t, 'n>(
    tag: &'t str,
    new: impl Fn(&str, &str) -> Option<&'n str>,
) -> Cow<'t, str> {
    let mut written = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(sign) = tag.get(at..).and_then(|rest| rest.find('=')) {
        let sign = at + sign;
        let name = tag[at..sign].trim_end();
        let name = name.rsplit(char::is_whitespace).next().unwrap_or_default();
        let rest = tag[sign + 1..].trim_start();
        let start = tag.len() - rest.len();
        at = start;
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            continue;
        };
        let Some(length) = rest[1..].find(quote) else {
            break;
        };
        let value = start + 1..start + 1 + length;
        at = value.end + 1;
        if let Some(other) = new(name, &tag[value.clone()]) {
            written.push_str(&tag[copied..value.start]);
            written.push_str(other);
            copied = value.end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(tag);
    }
    written.push_str(&tag[copied..]);
    Cow::Owned(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{GENERIC, KAZAKH};

    #[test]
    fn only_attributes_that_name_the_language_are_changed() {
        for (tag, expected) in [
            (
                "<p lang=\"kk\" class=\"kk\">",
                "<p lang=\"en\" class=\"kk\">",
            ),
            ("<p xml:lang = 'kk-KZ'/>", "<p xml:lang = 'en'/>"),
            (
                "<p a=\"lang='kk'\" lang=\"ru\">",
                "<p a=\"lang='kk'\" lang=\"ru\">",
            ),
            ("<p lang=kk hreflang=\"kk\">", "<p lang=kk hreflang=\"kk\">"),
            (
                "<p lang=\"KK\" xml:lang=\"kk\">",
                "<p lang=\"en\" xml:lang=\"en\">",
            ),
            ("<p lang=\"", "<p lang=\""),
            ("<p lang=", "<p lang="),
        ] {
            let names = ["lang", "xml:lang"];
            assert_eq!(in_english(tag, &names, &KAZAKH, "en"), expected);
            assert_eq!(in_english(tag, &names, &GENERIC, "en"), tag);
        }
    }
}
