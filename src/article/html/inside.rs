//! HTML inside of other texts: blocks and tags in Markdown, and tags that a scraper left in plain text.

use std::borrow::Cow;

use super::page::{Content, Page};
use super::{Block, ParagraphKind, blocks, parse, raised, scan};

pub(in crate::article) use super::raised::Level;

/// Names of elements whose tags are left out of plain text, and of those that end a line.
const INLINE_TAGS: &[&str] = &[
    "a", "b", "em", "font", "i", "span", "strong", "u", "sup", "sub", "small", "img",
];
const LINE_TAGS: &[&str] = &[
    "br", "div", "p", "h1", "h2", "h3", "li", "ul", "ol", "table", "tr", "td",
];
/// Elements whose text is none of the article.
const WITHOUT_TEXT: &[&str] = &["script", "style", "template", "title"];
/// Maximum bytes of a tag in plain text.
const MAX_TAG_BYTES: usize = 500;
/// Characters before what is raised that are looked at.
const MAX_BEFORE: usize = 60;

/// A tag, by what it does to the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::article) enum Tag {
    /// It begins text that stands above the line or below it.
    Raises(Level),
    /// It ends such text.
    EndsRaised,
    /// It ends a line.
    EndsLine,
    /// Any other.
    Inline,
}

impl Tag {
    /// What a tag of this name does; `inner` is all of it between the angle brackets.
    fn of(name: &str, inner: &str) -> Self {
        match name {
            "sup" | "sub" if inner.starts_with('/') => Self::EndsRaised,
            "sup" => Self::Raises(Level::Above),
            "sub" => Self::Raises(Level::Below),
            _ if LINE_TAGS.contains(&name) => Self::EndsLine,
            _ => Self::Inline,
        }
    }

    /// A tag of Markdown, with its angle brackets.
    pub(in crate::article) fn parse(tag: &str) -> Self {
        let inner = tag.trim_start_matches('<').trim_end_matches('>');
        Self::of(&name(inner), inner)
    }
}

/// The name of a tag in lower case.
fn name(inner: &str) -> String {
    let name = inner.trim_start_matches('/');
    let end = name.find(|next: char| !next.is_ascii_alphanumeric());
    name[..end.unwrap_or(name.len())].to_ascii_lowercase()
}

/// Adds what stands above or below the line to a text, as a page's is.
pub(in crate::article) fn push_raised(text: &mut String, content: &str, level: Level, after: &str) {
    let places = text.char_indices().rev().take(MAX_BEFORE);
    let start = places.last().map_or(0, |(at, _)| at);
    let before = text.get(start..).unwrap_or_default();
    let before = before.rsplit('\n').next().unwrap_or_default().to_owned();
    raised::push(text, &before, content, level, after);
}

/// The blocks of a piece of HTML; its bare text where it is beyond the limits of a page.
pub(in crate::article) fn blocks_of(html: &str) -> Vec<Block> {
    let Ok(document) = parse::document(html) else {
        let text = String::from_utf8_lossy(&scan::visible(html.as_bytes())).into_owned();
        let text = html_escape::decode_html_entities(&text);
        return Block::new(&text, None).into_iter().collect();
    };
    let page = Page::new(&document);
    let is_left_out = |content: &Content| match content {
        Content::Element(element) => WITHOUT_TEXT.contains(&element.name.as_str()),
        _ => false,
    };
    let left_out: Vec<bool> = page
        .nodes
        .iter()
        .map(|node| is_left_out(&node.content))
        .collect();
    let blocks = blocks::blocks(&page, &left_out).into_iter();
    let kind = |kind: Option<ParagraphKind>| kind.filter(|kind| *kind != ParagraphKind::Text);
    blocks
        .filter_map(|block| Block::new(&block.text, kind(block.kind)))
        .collect()
}

/// A plain text without the tags that a scraper left in it; borrowed if it has none.
pub(crate) fn without_tags(text: &str) -> Cow<'_, str> {
    let mut plain = String::new();
    let mut kept = 0;
    for (at, _) in text.match_indices('<') {
        if at < kept {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let Some((tag, inner)) = tag_of(rest) else {
            continue;
        };
        plain.push_str(text.get(kept..at).unwrap_or_default());
        kept = at + 1 + inner.len() + 1;
        match tag {
            Tag::EndsLine => plain.push('\n'),
            Tag::Raises(level) => {
                let rest = text.get(kept..).unwrap_or_default();
                let closed = raised_text(rest);
                let (content, bytes) = closed.unwrap_or_else(|| {
                    let number = leading_number(rest);
                    (number.to_owned(), number.len())
                });
                if bytes > 0 {
                    let after = rest.get(bytes..).unwrap_or_default();
                    push_raised(&mut plain, &content, level, after);
                    kept += bytes;
                }
            }
            Tag::EndsRaised | Tag::Inline => {}
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    plain.push_str(text.get(kept..).unwrap_or_default());
    Cow::Owned(plain)
}

/// The tag whose name a text begins with, if it is one that is left out of plain text, and all of it up
/// to its closing bracket.
fn tag_of(rest: &str) -> Option<(Tag, &str)> {
    let end = rest
        .bytes()
        .take(MAX_TAG_BYTES)
        .position(|byte| byte == b'>')?;
    let inner = rest.get(..end)?;
    let name = name(inner);
    let after = inner.trim_start_matches('/').get(name.len()..)?;
    let is_tag = after.is_empty() || after.starts_with([' ', '/', '\n']);
    let is_known = LINE_TAGS.contains(&name.as_str()) || INLINE_TAGS.contains(&name.as_str());
    (is_tag && is_known).then(|| (Tag::of(&name, inner), inner))
}

/// The number that a text begins with, with its sign: what is raised where no tag ends it.
pub(in crate::article) fn leading_number(text: &str) -> &str {
    let unsigned = text.strip_prefix(['-', '−', '–']).unwrap_or(text);
    let rest = unsigned.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_number = rest.len() < unsigned.len();
    let number = text.get(..text.len() - rest.len()).unwrap_or_default();
    if is_number { number } else { "" }
}

/// The text before the tag that ends what is raised, and the bytes of both; `None` if there is no such tag
/// near.
fn raised_text(rest: &str) -> Option<(String, usize)> {
    let most = rest.len().min(raised::MAX_RAISED_BYTES);
    let near = (0..4).find_map(|less| rest.get(..most.saturating_sub(less)))?;
    let mut ends = near.match_indices("</");
    ends.find_map(|(at, _)| match tag_of(rest.get(at + 1..)?)? {
        (Tag::EndsRaised, inner) => {
            let content = without_tags(rest.get(..at)?).into_owned();
            let content = html_escape::decode_html_entities(&content).into_owned();
            Some((content, at + 1 + inner.len() + 1))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raised_numbers_in_plain_text_keep_their_value() {
        for (text, plain) in [
            ("Халқы 10<sup>6</sup> адам", "Халқы 10^6 адам"),
            ("10<SUP><b>&minus;3</b></SUP> м", "10^−3 м"),
            ("ауданы 5 км<sup>2</sup>.", "ауданы 5 км²."),
            ("3<sup>1</sup>/<sub>3</sub> сағат", "3 1/3 сағат"),
            ("3<sup>1</sup><sub>2</sub> сағат", "3 1/2 сағат"),
            ("оның <sup>1</sup><sub>2</sub>-і", "оның 1/2-і"),
            (
                "SO<sub>4</sub><sup>2-</sup>, x<sup>2</sup><sub>1</sub>",
                "SO4^2-, x²1",
            ),
            ("CO<sub>2</sub> мен сөз<sup>1</sup>", "CO2 мен сөз[1]"),
            ("жиын 18<sup>30</sup>-да", "жиын 18:30-да"),
            ("бір <b>екі</b><br/>үш < төрт <x>", "бір екі\nүш < төрт <x>"),
            ("10<sup>6 адам", "10^6 адам"),
            ("7<sup>1/2</sup> метр", "7 1/2 метр"),
            ("2<sup>n</sup>, 1<sup>ші</sup>", "2^n, 1ші"),
            ("10<sup>6</sup>/мл, 10<sup>5-6</sup>", "10^6/мл, 10^(5-6)"),
        ] {
            assert_eq!(without_tags(text), plain);
        }
    }
}
