//! XML as tokens with the bytes they were written with.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event as XmlEvent};

use crate::markup::MarkupError;

/// Maximum tokens of a part; a long book has a tenth of them.
const MAX_TOKENS: usize = 1_000_000;
/// Maximum depth of an element.
const MAX_DEPTH: usize = 400;

#[derive(Debug)]
pub(super) struct Token<'x> {
    /// What it was written as.
    pub raw: &'x str,
    pub kind: Kind<'x>,
}

#[derive(Debug)]
pub(super) enum Kind<'x> {
    /// The start of an element of this name.
    Start(&'x str),
    /// An element without content.
    Empty(&'x str),
    End,
    Text(Cow<'x, str>),
    /// A comment, a declaration, an instruction.
    Other,
}

/// The tokens of a part: starts and ends are balanced.
pub(super) fn tokens<'x>(xml: &'x str, part: &str) -> Result<Vec<Token<'x>>, MarkupError> {
    let damaged = |reason: String| MarkupError::Damaged {
        part: part.to_owned(),
        reason,
    };
    let mut reader = Reader::from_str(xml);
    let mut tokens: Vec<Token<'x>> = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    loop {
        let event = reader
            .read_event()
            .map_err(|error| damaged(error.to_string()))?;
        let end = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let raw = xml.get(start..end).unwrap_or_default();
        start = end;
        let kind = match event {
            XmlEvent::Eof => break,
            XmlEvent::Start(_) => {
                depth += 1;
                Kind::Start(name_of(raw))
            }
            XmlEvent::Empty(_) => Kind::Empty(name_of(raw)),
            XmlEvent::End(_) => {
                depth = depth
                    .checked_sub(1)
                    .ok_or_else(|| damaged("an element ends that did not begin".to_owned()))?;
                Kind::End
            }
            XmlEvent::Text(_) => Kind::Text(Cow::Borrowed(raw)),
            XmlEvent::CData(_) => {
                let text = raw
                    .strip_prefix("<![CDATA[")
                    .and_then(|raw| raw.strip_suffix("]]>"));
                Kind::Text(Cow::Borrowed(text.unwrap_or_default()))
            }
            XmlEvent::GeneralRef(_) => match html_escape::decode_html_entities(raw) {
                Cow::Owned(character) => Kind::Text(Cow::Owned(character)),
                // Of the document's own.
                Cow::Borrowed(_) => Kind::Other,
            },
            _ => Kind::Other,
        };
        if depth > MAX_DEPTH {
            return Err(MarkupError::TooLarge {
                what: "levels of elements",
                limit: MAX_DEPTH,
            });
        }
        if tokens.len() >= MAX_TOKENS {
            return Err(MarkupError::TooLarge {
                what: "elements and texts",
                limit: MAX_TOKENS,
            });
        }
        tokens.push(Token { raw, kind });
    }
    if depth > 0 {
        return Err(damaged("an element does not end".to_owned()));
    }
    Ok(tokens)
}

/// The name in a tag.
fn name_of(tag: &str) -> &str {
    let tag = tag.trim_start_matches(['<', '/']);
    let end = tag.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
    tag.get(..end.unwrap_or(tag.len())).unwrap_or_default()
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The value of an attribute of a start, by its name with its prefix.
pub(super) fn attribute(raw: &str, name: &str) -> Option<String> {
    let content = raw
        .strip_prefix('<')?
        .trim_end_matches('>')
        .trim_end_matches('/');
    let tag = BytesStart::from_content(content, name_of(raw).len());
    crate::article::xml::attribute(&tag, name)
}

/// A text as XML; characters that XML excludes become spaces.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    let is_excluded = |c: char| {
        c.is_control() && !matches!(c, '\t' | '\n' | '\r') && c < '\u{80}'
            || matches!(c, '\u{FFFE}' | '\u{FFFF}')
    };
    if text.contains(is_excluded) {
        let text = text.replace(is_excluded, " ");
        return Cow::Owned(html_escape::encode_text(&text).into_owned());
    }
    html_escape::encode_text(text)
}
