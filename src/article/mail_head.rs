//! Whether a file begins as mail does, and which kind it is.

use super::Format;

/// Bytes in which a file shows that it is mail.
const HEAD_BYTES: usize = 8 << 10;
/// Fields that mail begins with.
const FIRST_FIELDS: &[&str] = &[
    "from",
    "to",
    "subject",
    "date",
    "mime-version",
    "received",
    "return-path",
    "content-type",
    "message-id",
    "delivered-to",
    "reply-to",
    "dkim-signature",
    "authentication-results",
    "snapshot-content-location",
];

/// The format of a file that begins with the fields of mail; `None` of anything else.
pub(super) fn format(bytes: &[u8]) -> Option<Format> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = String::from_utf8_lossy(bytes.get(..HEAD_BYTES).unwrap_or(bytes));
    let fields = head.lines().take_while(|line| !line.trim().is_empty());
    // What begins with white space goes on.
    let fields = fields.filter(|line| !line.starts_with([' ', '\t']));
    let names: Vec<String> = fields
        .map_while(|line| {
            let (name, _) = line.split_once(':')?;
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            (!name.is_empty() && name.chars().all(is_name)).then(|| name.to_ascii_lowercase())
        })
        .collect();
    let has = |name: &str| names.iter().any(|known| known == name);
    let begins = names
        .first()
        .is_some_and(|first| FIRST_FIELDS.contains(&first.as_str()) || first.starts_with("x-"));
    let is_mail = has("mime-version") || has("from") && (has("date") || has("subject"));
    if !begins || !is_mail || names.len() < 2 {
        return None;
    }
    let is_page =
        has("snapshot-content-location") || head.contains("multipart/related") && !has("to");
    Some(if is_page { Format::Mhtml } else { Format::Eml })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_is_known_by_its_first_fields() {
        for (head, format) in [
            ("Subject: a\r\nFrom: b\r\n\r\n", Some(Format::Eml)),
            (
                "Received: by a\r\n\tfor b\r\nMIME-Version: 1.0\r\n",
                Some(Format::Eml),
            ),
            (
                "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.kz\r\nDate: 1\r\n",
                Some(Format::Mhtml),
            ),
            (
                "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=a\r\n",
                Some(Format::Mhtml),
            ),
            ("Date: 27.01.2024\nАвтор: А\n", None),
            ("From: Алматы\n\nSubject: a", None),
            ("Тақырып\n", None),
            ("", None),
        ] {
            assert_eq!(super::format(head.as_bytes()), format, "{head}");
        }
    }
}
