//! A page as the list of its nodes in the order of its text. Descendants of a node are the nodes after
//! it, up to its end, so that questions about an element are questions about a range.

use std::ops::Range;

use dom_query::{Document, NodeData};

use crate::text::squeeze;

/// Attributes that say something about an article.
#[rustfmt::skip]
const KEPT_ATTRIBUTES: &[&str] = &[
    "align", "alt", "aria-hidden", "aria-label", "class", "content", "data-component", "datetime", "fallback", "hidden", "href", "id",
    "itemprop", "itemtype", "name", "overflow", "placeholder", "property", "rel", "reversed", "role", "start", "style",
    "title", "type", "value",
];
/// Maximum bytes of a class or an id whose words are looked at.
const MAX_NAMES_BYTES: usize = 300;

/// A node of the page.
pub(super) struct Node {
    /// The element around it; the root is its own.
    pub parent: usize,
    /// The node after its last descendant.
    pub end: usize,
    pub content: Content,
}

pub(super) enum Content {
    Element(Element),
    Text(String),
    Comment(String),
    /// The document itself and whatever else.
    Other,
}

/// An element with the attributes that are kept.
pub(super) struct Element {
    pub name: String,
    attributes: Vec<(&'static str, String)>,
    /// The words of its class and id in lower case, each between spaces.
    pub names: String,
}

impl Element {
    /// The value of an attribute that is kept.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(kept, _)| *kept == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether its class or id has one of these words, or words one after the other.
    pub(super) fn has_name(&self, words: &[&str]) -> bool {
        !self.names.is_empty() && words.iter().any(|words| has_words(&self.names, words))
    }

    /// Whether one of the values of an attribute of many (`itemprop`, `rel`) is this one.
    pub(super) fn has_value(&self, attribute: &str, value: &str) -> bool {
        let values = self.attribute(attribute).unwrap_or_default();
        values
            .split_ascii_whitespace()
            .any(|one| one.eq_ignore_ascii_case(value))
    }
}

/// Whether `words` stand in `names`, whole.
pub(super) fn has_words(names: &str, words: &str) -> bool {
    names.match_indices(words).any(|(at, _)| {
        let before = names.get(..at).unwrap_or_default();
        let after = names.get(at + words.len()..).unwrap_or_default();
        before.ends_with(' ') && after.starts_with(' ')
    })
}

/// All nodes of a page.
pub(super) struct Page {
    pub nodes: Vec<Node>,
    /// For each node the letters and digits before it, and at the end all.
    letters: Vec<usize>,
}

impl Page {
    pub(super) fn new(document: &Document) -> Self {
        let mut nodes: Vec<Node> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut next = Some(document.root());
        while let Some(node) = next {
            let at = nodes.len();
            nodes.push(Node {
                parent: open.last().copied().unwrap_or(0),
                end: at + 1,
                content: node.query_or(Content::Other, |node| content(&node.data)),
            });
            next = node.first_child();
            if next.is_some() {
                open.push(at);
                continue;
            }
            let mut last = Some(node);
            while let Some(node) = last {
                next = node.next_sibling();
                if next.is_some() {
                    break;
                }
                if let Some(done) = open.pop() {
                    let end = nodes.len();
                    nodes[done].end = end;
                }
                last = node.parent();
            }
        }
        let letters = letters_before(&nodes);
        Self { nodes, letters }
    }

    /// The letters and digits of an element.
    pub(super) fn letters(&self, at: usize) -> usize {
        let before = |at: usize| self.letters.get(at).copied().unwrap_or_default();
        let range = self.range(at);
        before(range.end).saturating_sub(before(range.start))
    }

    /// The element at a place; `None` if it is no element.
    pub(super) fn element(&self, at: usize) -> Option<&Element> {
        match &self.nodes.get(at)?.content {
            Content::Element(element) => Some(element),
            _ => None,
        }
    }

    /// All elements with their places, in order.
    pub(super) fn elements(&self) -> impl Iterator<Item = (usize, &Element)> {
        let nodes = self.nodes.iter().enumerate();
        nodes.filter_map(|(at, node)| match &node.content {
            Content::Element(element) => Some((at, element)),
            _ => None,
        })
    }

    /// The elements inside of an element with their places, in order.
    pub(super) fn elements_in(&self, at: usize) -> impl Iterator<Item = (usize, &Element)> {
        let inside = self.range(at).start + 1..self.range(at).end;
        inside.filter_map(|at| Some((at, self.element(at)?)))
    }

    /// The nodes of an element, itself included.
    pub(super) fn range(&self, at: usize) -> Range<usize> {
        at..self.nodes.get(at).map_or(at, |node| node.end)
    }

    pub(super) fn parent(&self, at: usize) -> usize {
        self.nodes.get(at).map_or(0, |node| node.parent)
    }

    /// The elements around a node, the nearest first.
    pub(super) fn ancestors(&self, at: usize) -> impl Iterator<Item = usize> {
        let mut here = at;
        std::iter::from_fn(move || {
            if here == 0 {
                return None;
            }
            here = self.parent(here);
            Some(here)
        })
    }

    /// The text of an element, at most about `most` bytes of it.
    pub(super) fn text(&self, at: usize, most: usize) -> String {
        let mut text = String::new();
        for node in self.nodes.get(self.range(at)).unwrap_or_default() {
            match &node.content {
                Content::Text(more) => text.push_str(more),
                Content::Element(element) if is_apart(&element.name) => text.push(' '),
                _ => {}
            }
            if text.len() > most {
                break;
            }
        }
        squeeze(&text)
    }

    /// The script, style or title of an element, as it is.
    pub(super) fn raw_text(&self, at: usize) -> String {
        let nodes = self.nodes.get(self.range(at)).unwrap_or_default().iter();
        let texts = nodes.filter_map(|node| match &node.content {
            Content::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }
}

fn letters_before(nodes: &[Node]) -> Vec<usize> {
    let mut before = Vec::with_capacity(nodes.len() + 1);
    let mut sum = 0;
    for node in nodes {
        before.push(sum);
        if let Content::Text(text) = &node.content {
            sum += letter_count(text);
        }
    }
    before.push(sum);
    before
}

/// The letters and digits of a text.
pub(super) fn letter_count(text: &str) -> usize {
    text.chars().filter(|next| next.is_alphanumeric()).count()
}

/// Whether an element parts what is before it from what is in it, though it need not begin a block.
fn is_apart(name: &str) -> bool {
    super::blocks::is_block(name) || matches!(name, "br" | "option" | "img")
}

fn content(data: &NodeData) -> Content {
    match data {
        NodeData::Text { contents } => Content::Text(contents.to_string()),
        NodeData::Comment { contents } => Content::Comment(contents.to_string()),
        NodeData::Element(element) => {
            let attributes: Vec<(&'static str, String)> = element
                .attrs
                .iter()
                .filter_map(|one| {
                    let mut kept = KEPT_ATTRIBUTES.iter();
                    let name = kept.find(|name| **name == &*one.name.local)?;
                    Some((*name, one.value.to_string()))
                })
                .collect();
            let names = names(&attributes);
            Content::Element(Element {
                name: element.name.local.to_string(),
                attributes,
                names,
            })
        }
        _ => Content::Other,
    }
}

/// The words of class and id.
fn names(attributes: &[(&'static str, String)]) -> String {
    let mut names = String::new();
    for (_, value) in attributes
        .iter()
        .filter(|(name, _)| matches!(*name, "class" | "id"))
    {
        push_words(&mut names, value);
    }
    names
}

/// Adds the words of a class or an id in lower case, each between spaces: parted by signs and by capitals
/// (`postBody`).
pub(super) fn push_words(names: &mut String, value: &str) {
    let mut before = ' ';
    for character in value.chars().take(MAX_NAMES_BYTES) {
        let parts =
            !character.is_alphanumeric() || character.is_uppercase() && before.is_lowercase();
        if parts && !names.ends_with(' ') {
            names.push(' ');
        }
        if character.is_alphanumeric() {
            if names.is_empty() {
                names.push(' ');
            }
            names.extend(character.to_lowercase());
        }
        before = character;
    }
    if !names.is_empty() && !names.ends_with(' ') {
        names.push(' ');
    }
}
