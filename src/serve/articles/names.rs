//! Names that clients give and get.

use crate::files::hex;
use crate::serve::http::ApiError;
use crate::text::squeeze;

/// Characters of a name that is shown.
const MAX_NAME_CHARS: usize = 120;

/// A number that nobody guesses: 128 random bits.
///
/// # Errors
/// If the system gives no random bits.
pub(in crate::serve) fn random_id() -> Result<String, ApiError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| ApiError::internal())?;
    Ok(hex(&bytes))
}

/// A file's name as it is shown: without folders, control characters and marks that turn text around.
pub(in crate::serve) fn display_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_shown = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}')
    };
    let shown: String = last.chars().filter(is_shown).collect();
    let shown = squeeze(&shown);
    let shown = shown.trim_matches('.');
    let count = shown.chars().count();
    // The ending says what it is.
    let name: String = shown
        .chars()
        .skip(count.saturating_sub(MAX_NAME_CHARS))
        .collect();
    if name.is_empty() {
        "file".to_owned()
    } else {
        name
    }
}

/// The header that has a browser save an answer under this name.
pub(in crate::serve) fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || ".-_ ".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let full = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_folder_and_nothing_that_is_not_seen() {
        for (given, shown) in [
            ("a.txt", "a.txt"),
            ("../../etc/passwd", "passwd"),
            ("C:\\news\\мақала.docx", "мақала.docx"),
            ("a\r\nb\u{202e}.txt", "ab.txt"),
            ("..", "file"),
            ("", "file"),
        ] {
            assert_eq!(display_name(given), shown, "{given:?}");
        }
        let long = format!("{}.txt", "a".repeat(500));
        assert!(display_name(&long).ends_with("a.txt"));
        assert_eq!(display_name(&long).chars().count(), MAX_NAME_CHARS);
    }

    #[test]
    fn an_attachment_has_a_plain_name_and_the_full_one() {
        assert_eq!(
            attachment("ә\".txt"),
            "attachment; filename=\"__.txt\"; filename*=UTF-8''%D3%99%22%2Etxt"
        );
    }

    #[test]
    fn numbers_differ() {
        let id = random_id().unwrap();
        assert_eq!(id.len(), 32);
        assert_ne!(random_id().unwrap(), id);
    }
}
