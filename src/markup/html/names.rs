//! What the elements of HTML are for.

use crate::markup::flow::Role;

/// Elements that a browser shows as blocks, and those whose text is by itself. All names it does not know
/// are inline to a browser.
#[rustfmt::skip]
const BLOCKS: &[&str] = &[
    "address", "article", "aside", "blockquote", "body", "button", "caption", "center", "colgroup", "dd", "details",
    "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2",
    "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav",
    "noscript", "ol", "optgroup", "option", "p", "search", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "title", "tr", "ul",
];

/// Elements whose lines are kept.
const WITH_LINES: &[&str] = &["pre", "listing"];

/// Elements whose content is not translated. Browsers leave out code and what is not text.
#[rustfmt::skip]
const ATOMS: &[&str] = &[
    "audio", "canvas", "code", "datalist", "iframe", "kbd", "map", "math", "meter", "picture", "progress", "samp",
    "style", "svg", "textarea", "tt", "var", "video",
];

/// Elements without content and end tag.
#[rustfmt::skip]
const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "frame", "hr", "img", "input", "keygen", "link", "meta",
    "param", "source", "track", "wbr",
];

/// What an element that is translated is for.
pub(in crate::markup) fn role(name: &str) -> Role {
    if BLOCKS.contains(&name) {
        Role::Flow
    } else if WITH_LINES.contains(&name) {
        Role::Lines
    } else if ATOMS.contains(&name) {
        Role::Atom
    } else {
        Role::Inline
    }
}

/// What an element that is not translated is for.
pub(in crate::markup) fn untranslated_role(name: &str) -> Role {
    match role(name) {
        Role::Inline | Role::Atom => Role::Atom,
        Role::Structure | Role::Flow | Role::Lines => Role::Structure,
    }
}

pub(in crate::markup) fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}

/// Whether an element says of itself that it is translated or not; `None` if it says nothing.
pub(in crate::markup) fn translates(attribute: Option<&str>, class: Option<&str>) -> Option<bool> {
    let mut classes = class.unwrap_or_default().split_ascii_whitespace();
    if classes.any(|class| class == "notranslate") {
        return Some(false);
    }
    match attribute?.trim() {
        no if no.eq_ignore_ascii_case("no") => Some(false),
        yes if yes.is_empty() || yes.eq_ignore_ascii_case("yes") => Some(true),
        _ => None,
    }
}
