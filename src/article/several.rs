//! Files of text that hold several articles, or records, and are no article themselves; known by how
//! they begin.

use encoding_rs::{UTF_16BE, UTF_16LE};

/// What the page of a chat's export is called.
const TELEGRAM_TITLE: &[u8] = b"<title>Exported Data</title>";
/// Bytes of a page in which that is.
const TITLE_BYTES: usize = 4 << 10;

/// A kind of file with several articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Several {
    /// An object or an array of objects.
    Json,
    /// A feed of RSS or Atom.
    Feed,
    /// A page of a chat that Telegram exported.
    TelegramPage,
    /// A web archive.
    Warc,
    /// A mailbox.
    Mbox,
}

impl Several {
    /// The kind of a file that begins so; `None` of anything else.
    pub(crate) fn of_head(bytes: &[u8]) -> Option<Self> {
        if let Some(head) = of_utf16(bytes) {
            let kind = Self::of_head(head.as_bytes());
            return kind.filter(|kind| matches!(kind, Self::Json | Self::Feed));
        }
        let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let start = start.trim_ascii_start();
        let then = |rest: &[u8], mark: u8| rest.trim_ascii_start().first() == Some(&mark);
        match start {
            [b'{', rest @ ..] if then(rest, b'"') => Some(Self::Json),
            [b'[', rest @ ..] if then(rest, b'{') => Some(Self::Json),
            [b'W', ..] if start.starts_with(b"WARC/1.") => Some(Self::Warc),
            [b'F', ..] if is_mailbox(start) => Some(Self::Mbox),
            [b'<', ..] if is_feed(start) => Some(Self::Feed),
            [b'<', ..] if has_telegrams_title(start) => Some(Self::TelegramPage),
            _ => None,
        }
    }

    /// What it is, for messages.
    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Feed => "a feed (RSS or Atom)",
            Self::TelegramPage => "a chat that Telegram exported",
            Self::Warc => "a web archive (WARC)",
            Self::Mbox => "a mailbox (mbox)",
        }
    }
}

/// The beginning of a file that is UTF-16 by its byte order mark.
fn of_utf16(bytes: &[u8]) -> Option<String> {
    let (encoding, rest) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (UTF_16LE, rest),
        [0xFE, 0xFF, rest @ ..] => (UTF_16BE, rest),
        _ => return None,
    };
    let head = rest.get(..TITLE_BYTES).unwrap_or(rest);
    let (text, _) = encoding.decode_without_bom_handling(head);
    Some(text.into_owned())
}

/// Whether a line `From …` is followed by a field of mail.
fn is_mailbox(start: &[u8]) -> bool {
    let mut lines = start.split(|&byte| byte == b'\n');
    let is_from = lines.next().is_some_and(|line| line.starts_with(b"From "));
    let name = lines
        .next()
        .and_then(|line| line.split(|&byte| byte == b':').next());
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    is_from && name.is_some_and(|name| !name.is_empty() && name.iter().all(is_name))
}

fn has_telegrams_title(start: &[u8]) -> bool {
    let head = start.get(..TITLE_BYTES).unwrap_or(start);
    let mut windows = head.windows(TELEGRAM_TITLE.len());
    windows.any(|window| window == TELEGRAM_TITLE)
}

/// Whether the first element of a document is that of a feed.
fn is_feed(start: &[u8]) -> bool {
    let mut rest = start;
    while let [b'<', b'?' | b'!', ..] = rest {
        let is_comment = rest.starts_with(b"<!--");
        let end: &[u8] = if is_comment { b"-->" } else { b">" };
        let Some(place) = rest.windows(end.len()).position(|window| window == end) else {
            return false;
        };
        let after = rest.get(place + end.len()..).unwrap_or_default();
        rest = after.trim_ascii_start();
    }
    let is_root = |name: &[u8]| {
        let after = rest
            .strip_prefix(b"<")
            .and_then(|rest| rest.strip_prefix(name));
        let end = after.and_then(|after| after.first());
        end.is_some_and(|end| end.is_ascii_whitespace() || *end == b'>')
    };
    is_root(b"rss") || is_root(b"feed") || is_root(b"rdf:RDF")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_known_in_utf_16_with_its_mark() {
        let wide = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(bytes).collect()
        };
        for (text, kind) in [
            ("\u{feff}[ {\"id\"", Some(Several::Json)),
            ("\u{feff}Мәтін", None),
            ("{\"id\"", None),
        ] {
            for bytes in [wide(text, u16::to_le_bytes), wide(text, u16::to_be_bytes)] {
                assert_eq!(Several::of_head(&bytes), kind, "{text}");
            }
        }
    }

    #[test]
    fn files_with_several_articles_are_known_by_how_they_begin() {
        for (head, kind) in [
            ("{\"id\": 1}", Some(Several::Json)),
            ("\u{feff}\n{ \"id\": 1}", Some(Several::Json)),
            ("[\n  {\"id\"", Some(Several::Json)),
            (
                "<?xml version=\"1.0\"?>\n<!-- a > b -->\n<rss version",
                Some(Several::Feed),
            ),
            ("<feed xmlns=\"\">", Some(Several::Feed)),
            (
                "<!DOCTYPE html><title>Exported Data</title>",
                Some(Several::TelegramPage),
            ),
            ("WARC/1.0\r\nWARC-Type: warcinfo", Some(Several::Warc)),
            ("From a@a.kz Sat Jan 27\nSubject: a", Some(Several::Mbox)),
            ("From Almaty\nwith love", None),
            ("[1] Кітап", None),
            ("{Сурет}", None),
            ("<!DOCTYPE html><title>rss</title><rss>", None),
            ("<!-- <rss ", None),
            ("", None),
        ] {
            assert_eq!(Several::of_head(head.as_bytes()), kind, "{head}");
        }
    }
}
