//! The blocks of an element, in order: what a browser shows on lines of its own.

use dom_query::{Document, NodeRef};

use crate::article::ParagraphKind;
use crate::article::paragraphs::{self, Block};

/// Elements that begin and end a block.
#[rustfmt::skip]
const BLOCK_ELEMENTS: &[&str] = &[
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
];
/// Elements without text of the article.
#[rustfmt::skip]
const SKIPPED_ELEMENTS: &[&str] = &[
    "script", "style", "noscript", "template", "head", "button", "select", "textarea", "svg",
    "iframe", "object",
];
/// Parts of class names that picture captions have.
const CAPTION_CLASSES: [&str; 4] = ["caption", "photo-desc", "img-desc", "image-desc"];

/// What a walk over the elements has yet to do.
enum Step<'a> {
    Enter(NodeRef<'a>),
    /// The end of a block, and the kind that was in force before it.
    Leave(Option<ParagraphKind>),
}

/// The text of a document in blocks; a `<br>` ends a line.
pub(super) fn blocks(document: &Document) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut text = String::new();
    let mut kind = None;
    // A stack of its own: hostile pages nest deeper than the call stack.
    let mut steps = vec![Step::Enter(document.root())];
    while let Some(step) = steps.pop() {
        let node = match step {
            Step::Leave(before) => {
                flush(&mut text, kind, &mut blocks);
                kind = before;
                continue;
            }
            Step::Enter(node) => node,
        };
        if node.is_text() {
            push_text(&mut text, &node.text());
            continue;
        }
        let name = node.node_name().unwrap_or_default();
        if SKIPPED_ELEMENTS.contains(&&*name) {
            continue;
        }
        if &*name == "br" {
            text.push('\n');
        }
        if BLOCK_ELEMENTS.contains(&&*name) {
            flush(&mut text, kind, &mut blocks);
            steps.push(Step::Leave(kind));
            kind = kind_of(&node, &name).or(kind);
        }
        steps.extend(node.children_it(true).map(Step::Enter));
    }
    flush(&mut text, kind, &mut blocks);
    blocks
}

/// Line breaks of the source mean a space.
fn push_text(text: &mut String, more: &str) {
    text.extend(more.chars().map(|next| {
        if matches!(next, '\n' | '\r') {
            ' '
        } else {
            next
        }
    }));
}

fn kind_of(node: &NodeRef<'_>, name: &str) -> Option<ParagraphKind> {
    let class = node.class().unwrap_or_default();
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Some(ParagraphKind::Heading),
        "li" => Some(ParagraphKind::List),
        "figcaption" | "caption" => Some(ParagraphKind::Caption),
        _ if CAPTION_CLASSES.iter().any(|name| class.contains(name)) => {
            Some(ParagraphKind::Caption)
        }
        _ => None,
    }
}

/// Ends an element's block: one block if its kind is known, else as many as its lines make.
fn flush(text: &mut String, kind: Option<ParagraphKind>, blocks: &mut Vec<Block>) {
    let content = std::mem::take(text);
    let lines: Vec<&str> = content.split('\n').collect();
    match kind {
        Some(_) => blocks.extend(Block::new(&content, kind)),
        None => blocks.extend(
            paragraphs::join_lines(&lines)
                .iter()
                .filter_map(|text| Block::new(text, None)),
        ),
    }
}
