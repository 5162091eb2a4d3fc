//! The visible bytes of a page, which need no decoding and no parsing.

/// A run of text or a tag; a whole script or style element is one tag.
enum Token<'a> {
    Text(&'a [u8]),
    Tag,
}

/// The bytes outside of tags, comments, scripts and styles.
pub(super) fn visible(bytes: &[u8]) -> Vec<u8> {
    let mut visible = Vec::with_capacity(bytes.len() / 2);
    for token in tokens(bytes) {
        match token {
            Token::Text(text) => visible.extend_from_slice(text),
            Token::Tag => visible.push(b' '),
        }
    }
    visible
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
    if !after.first().is_some_and(u8::is_ascii_alphanumeric) {
        let rest = if ends {
            after
        } else {
            bytes.get(1..).unwrap_or_default()
        };
        return (Token::Text(b"<"), rest);
    }
    let is_name = |byte: &&u8| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>');
    let (name, rest) = after.split_at(after.iter().take_while(is_name).count());
    let rest = if ends {
        rest
    } else if name.eq_ignore_ascii_case(b"script") {
        skip_past(rest, b"</script")
    } else if name.eq_ignore_ascii_case(b"style") {
        skip_past(rest, b"</style")
    } else {
        rest
    };
    (Token::Tag, skip_past(rest, b">"))
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
}
