//! A page's bytes before they are parsed: what is visible, and whether parsing is safe.
//!
//! HTML parsers and readability libraries take time quadratic in the nesting depth, and some
//! recurse. A page that nests deeper than any article needs is therefore refused before it is
//! parsed.

use crate::article::ArticleError;

/// Maximum nesting depth of a page that is parsed.
const MAX_DEPTH: usize = 1000;
/// Maximum nesting depth times number of tags, to which the time of parsing is proportional.
const MAX_WORK: usize = 20_000_000;

/// Elements whose end tag may be missing; they do not count as nesting.
#[rustfmt::skip]
const WITHOUT_END: &[&str] = &[
    "area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "hr", "img", "input", "li",
    "link", "meta", "option", "p", "param", "source", "tbody", "td", "tfoot", "th", "thead",
    "tr", "track", "wbr",
];

/// A run of text or a tag.
enum Token<'a> {
    Text(&'a [u8]),
    /// A tag: its name in lower case, and whether it ends an element. A whole script or style
    /// element is one tag.
    Tag {
        name: String,
        ends: bool,
    },
}

/// The bytes outside of tags, comments, scripts and styles.
pub(super) fn visible(bytes: &[u8]) -> Vec<u8> {
    let mut visible = Vec::with_capacity(bytes.len() / 2);
    for token in tokens(bytes) {
        match token {
            Token::Text(text) => visible.extend_from_slice(text),
            Token::Tag { .. } => visible.push(b' '),
        }
    }
    visible
}

/// Refuses a page that nests too deeply, with [`ArticleError::NestedTooDeeply`].
pub(super) fn refuse_deep_nesting(page: &str) -> Result<(), ArticleError> {
    let (mut depth, mut deepest, mut tags) = (0_usize, 0, 0);
    for token in tokens(page.as_bytes()) {
        let Token::Tag { name, ends } = token else {
            continue;
        };
        tags += 1;
        if WITHOUT_END.contains(&name.as_str()) {
            continue;
        }
        depth = if ends {
            depth.saturating_sub(1)
        } else {
            depth + 1
        };
        deepest = deepest.max(depth);
    }
    if deepest > MAX_DEPTH || deepest.saturating_mul(tags) > MAX_WORK {
        return Err(ArticleError::NestedTooDeeply { depth: deepest });
    }
    Ok(())
}

fn tokens(bytes: &[u8]) -> impl Iterator<Item = Token<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (token, tail) = next_token(rest);
        rest = tail;
        Some(token)
    })
}

/// The first token of `bytes`, which must not be empty, and the bytes after it.
fn next_token(bytes: &[u8]) -> (Token<'_>, &[u8]) {
    let open = position(bytes, b"<").unwrap_or(bytes.len());
    if open > 0 {
        let (text, rest) = bytes.split_at(open);
        return (Token::Text(text), rest);
    }
    let after = bytes.get(1..).unwrap_or_default();
    if after.starts_with(b"!--") {
        return (Token::Text(b""), skip_past(after, b"-->"));
    }
    let (ends, after) = match after.strip_prefix(b"/") {
        Some(after) => (true, after),
        None => (false, after),
    };
    let length = after
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let (name, rest) = after.split_at(length);
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    if name.is_empty() {
        return (
            Token::Text(b"<"),
            if ends {
                after
            } else {
                bytes.get(1..).unwrap_or_default()
            },
        );
    }
    let rest = match name.as_str() {
        "script" if !ends => skip_past(rest, b"</script"),
        "style" if !ends => skip_past(rest, b"</style"),
        _ => rest,
    };
    let ends = ends || matches!(name.as_str(), "script" | "style");
    (Token::Tag { name, ends }, skip_past(rest, b">"))
}

/// The bytes after the first `mark`, whose letters match in either case; empty if there is no
/// `mark`.
fn skip_past<'a>(bytes: &'a [u8], mark: &[u8]) -> &'a [u8] {
    let end = position(bytes, mark).map_or(bytes.len(), |at| at + mark.len());
    bytes.get(end..).unwrap_or_default()
}

/// Where `mark` first occurs, its letters in either case.
fn position(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes
        .windows(mark.len())
        .position(|window| window.eq_ignore_ascii_case(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_comments_and_tags_are_not_visible() {
        let page =
            b"a<b class='x'>c</b><SCRIPT>if (a < b) {}</Script>d<!-- <p>e -->f < g<style>h</style>";
        let visible = visible(page);
        let text: Vec<&[u8]> = visible
            .split(|&byte| byte == b' ')
            .filter(|t| !t.is_empty())
            .collect();
        assert_eq!(text, [&b"a"[..], b"c", b"df", b"<", b"g"]);
    }

    #[test]
    fn ordinary_nesting_is_parsed_and_absurd_nesting_refused() {
        assert_eq!(
            refuse_deep_nesting(&"<p>сөз<br><li>".repeat(50_000)),
            Ok(())
        );
        assert_eq!(
            refuse_deep_nesting(&"<div><b>сөз</b></div>".repeat(50_000)),
            Ok(())
        );
        assert!(refuse_deep_nesting(&"<div>".repeat(2_000)).is_err());
        let formatting = "<b>".repeat(900) + &"<p>".repeat(100_000);
        assert!(refuse_deep_nesting(&formatting).is_err());
    }
}
