//! What of a page is not returned, because it runs code or may be made to.
//!
//! Left out with their content: `script`, `object`, `embed`, `applet`, `template`, `noembed`, `noframes`,
//! and SVG's animations (they can set the address of a link). Left out of the others: attributes that begin with `on`; `srcdoc`; addresses whose
//! scheme runs code, and `data:` but for pictures and sounds; `http-equiv="refresh"`; the content of
//! `iframe`; comments with `<` or `>`; styles in which a tag could begin. `xmp` and `plaintext` become
//! `pre`. In what is written `<` begins only tags: everywhere else it is escaped, in attributes too. So a
//! browser that nests the elements in another way finds no others.

use html5ever::Attribute;

/// Elements that are left out with their content, in any namespace.
#[rustfmt::skip]
const LEFT_OUT: &[&str] = &[
    "animate", "animateColor", "animateMotion", "animateTransform", "applet", "embed", "handler", "listener",
    "noembed", "noframes", "object", "script", "set", "template",
];
/// Attributes that hold addresses.
#[rustfmt::skip]
const ADDRESSES: &[&str] = &[
    "action", "background", "cite", "classid", "codebase", "data", "dynsrc", "formaction", "href", "icon",
    "longdesc", "lowsrc", "manifest", "ping", "poster", "profile", "src", "usemap",
];
const CODE_SCHEMES: &[&str] = &["javascript", "vbscript", "livescript", "mocha"];
/// Elements that show what a `data:` address holds and run nothing of it.
const MEDIA: &[&str] = &["img", "source", "audio", "video", "track", "image", "input"];

pub(super) fn is_left_out(name: &str) -> bool {
    LEFT_OUT.iter().any(|out| out.eq_ignore_ascii_case(name))
}

/// The name that an element is written with.
pub(super) fn written_name(name: &str) -> &str {
    match name {
        "xmp" | "plaintext" => "pre",
        name => name,
    }
}

/// Whether a name can be written in a tag.
pub(super) fn is_name(name: &str) -> bool {
    let is_sign = |c: char| c.is_whitespace() || c.is_control() || "<>\"'=/&`".contains(c);
    !name.is_empty() && !name.contains(is_sign)
}

/// An attribute's name as it is written; `None` if the attribute is left out.
pub(super) fn attribute_name(element: &str, attribute: &Attribute) -> Option<String> {
    let local: &str = &attribute.name.local;
    let starts_with_on = local
        .get(..2)
        .is_some_and(|start| start.eq_ignore_ascii_case("on"));
    if !is_name(local) || starts_with_on || local.eq_ignore_ascii_case("srcdoc") {
        return None;
    }
    let is_address = ADDRESSES
        .iter()
        .any(|name| name.eq_ignore_ascii_case(local.rsplit(':').next().unwrap_or(local)));
    if is_address && !is_harmless(element, &attribute.value) {
        return None;
    }
    let is_refresh = || attribute.value.trim().eq_ignore_ascii_case("refresh");
    if element == "meta" && local == "http-equiv" && is_refresh() {
        return None;
    }
    Some(match &attribute.name.prefix {
        Some(prefix) if !prefix.is_empty() => format!("{prefix}:{local}"),
        _ => local.to_owned(),
    })
}

/// Whether an address runs no code. A browser reads over white space and control characters.
fn is_harmless(element: &str, address: &str) -> bool {
    let is_read_over = |c: &char| c.is_whitespace() || c.is_control();
    let read = address.chars().filter(|c| !is_read_over(c));
    let scheme: String = read
        .take_while(|&c| c != ':')
        .take(CODE_SCHEMES[0].len() + 1)
        .flat_map(char::to_lowercase)
        .collect();
    if !address.contains(':') {
        return true;
    }
    let is_media = || MEDIA.iter().any(|name| name.eq_ignore_ascii_case(element));
    !CODE_SCHEMES.contains(&scheme.as_str()) && (scheme != "data" || is_media())
}

/// A style's text; nothing if a tag could begin in it.
pub(super) fn style(text: &str) -> &str {
    let mut starts = text.match_indices('<');
    let begins_tag = |(at, _): (usize, &str)| {
        let next = text.as_bytes().get(at + 1);
        next.is_none_or(|next| next.is_ascii_alphabetic() || b"/!?".contains(next))
    };
    if starts.any(begins_tag) { "" } else { text }
}

/// A comment as it is written; `None` if it is left out.
pub(super) fn comment(text: &str) -> Option<String> {
    (!text.contains(['<', '>'])).then(|| format!("<!--{text}-->"))
}

/// An attribute's value between its quotation marks.
pub(super) fn push_value(out: &mut String, value: &str) {
    for character in value.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{A0}' => out.push_str("&nbsp;"),
            other => out.push(other),
        }
    }
}
