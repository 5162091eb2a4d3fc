//! Parsing a page within limits.
//!
//! A parser and a readability library do work that grows with the square of what a page can hold: of
//! the attributes of a tag, of the elements open at once, of their formatting, which each paragraph
//! repeats. What a page really holds is known only while its tree is built. So it is counted there, token
//! by token, and the page is refused when it has more than any article needs. Only the attributes of one
//! tag are counted before, in its text: a token is a whole tag.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::collections::HashSet;

use dom_query::{Document, LocalName, NodeData, NodeId, NodeRef};
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use html5ever::tree_builder::{
    ElementFlags, NodeOrText, QuirksMode, Tracer, TreeBuilder, TreeBuilderOpts, TreeSink,
};
use html5ever::{Attribute, QualName, TokenizerResult};

use crate::article::{ArticleError, Format};

/// Maximum elements of a page. Pages of news have some thousands.
pub(super) const MAX_ELEMENTS: usize = 200_000;
/// Maximum texts and comments of a page.
const MAX_TEXTS: usize = 1_000_000;
/// Maximum attributes of a tag, and of all elements.
const MAX_TAG_ATTRIBUTES: usize = 1_000;
const MAX_ATTRIBUTES: usize = 1_000_000;
/// Maximum bytes of all attributes' values. Elements that a parser repeats have theirs again.
const MAX_ATTRIBUTE_BYTES: usize = 64 << 20;
/// Maximum different names of elements and attributes; the parser's table of names has 4,096 places.
const MAX_NAMES: usize = 10_000;
/// Maximum depth of an element.
const MAX_DEPTH: usize = 1_000;
/// Maximum elements that are open, or whose formatting is.
const MAX_OPEN: usize = 2 * MAX_DEPTH;
/// Maximum sum, over the tags, of the elements that are open at each, an element with attributes counted
/// several times: the time of building a tree is proportional to it.
const MAX_OPEN_SUM: usize = 100_000_000;
/// Maximum sum of the depths of all elements, texts and comments, and of those of all bytes of texts:
/// the time of finding an article in a tree is proportional to them.
const MAX_DEPTH_SUM: usize = 20_000_000;
const MAX_TEXT_DEPTH_SUM: usize = 1_000_000_000;

/// Bytes of attributes that weigh as much as an element, in [`MAX_OPEN_SUM`].
const BYTES_OF_WEIGHT: usize = 64;

/// Writing a tree as HTML looks, at each mark of a text or value that may need an entity, for the next
/// bracket up to its end. Texts in which this takes more steps (bytes times marks) are divided, and
/// values left out: no article needs one of that size.
const MAX_ESCAPING_STEPS: usize = 64 << 20;
/// Bytes of each part of a divided text.
const TEXT_PART_BYTES: usize = 4096;

/// Bytes that are parsed at a time; a tag that is longer has its attributes counted before its end.
const CHUNK_BYTES: usize = 1024;

/// The tree of a page, as [`Document::from`] makes it.
///
/// # Errors
/// [`ArticleError::TooMany`] or [`ArticleError::NestedTooDeeply`] if the page is beyond a limit.
pub(super) fn document(page: &str) -> Result<Document, ArticleError> {
    let options = TreeBuilderOpts {
        scripting_enabled: false,
        ..TreeBuilderOpts::default()
    };
    let tokens = BoundedBuilder::new(TreeBuilder::new(CountingSink::default(), options));
    let tokenizer = Tokenizer::new(tokens, TokenizerOpts::default());
    let input = BufferQueue::default();
    let whole = StrTendril::from(page);
    let (mut start, mut tag) = (0, None);
    while start < page.len() {
        let end = chunk_end(page, start);
        input.push_back(whole.subtendril(start as u32, (end - start) as u32));
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        tokenizer.sink.refusal()?;
        let chunk = page.get(start..end).unwrap_or_default();
        // A tag is a token at its end.
        if tokenizer.sink.had_token.take() {
            tag = None;
        }
        tag = match tag {
            None if chunk == "<" => Some(UnfinishedTag::default()),
            None => None,
            Some(tag) => tag.with(chunk)?,
        };
        start = end;
    }
    tokenizer.end();
    tokenizer.sink.refusal()?;
    let document = tokenizer.sink.builder.sink.document;
    refuse_deep_nesting(&document)?;
    ease_escaping(&document);
    Ok(document)
}

/// Where a chunk ends that begins at `start`: each `<` is one, and so is what is between two, up to
/// [`CHUNK_BYTES`].
fn chunk_end(page: &str, start: usize) -> usize {
    let bytes = page.as_bytes().get(start..).unwrap_or_default();
    let bytes = bytes.get(..CHUNK_BYTES).unwrap_or(bytes);
    let length = match bytes.iter().position(|&byte| byte == b'<') {
        Some(0) => 1,
        Some(at) => at,
        None => bytes.len(),
    };
    next_boundary(page, start + length)
}

/// The first boundary of characters from `at` on.
fn next_boundary(text: &str, at: usize) -> usize {
    let is_boundary = |at: &usize| text.is_char_boundary(*at);
    (at..text.len()).find(is_boundary).unwrap_or(text.len())
}

fn too_many(what: &'static str, limit: usize) -> ArticleError {
    ArticleError::TooMany {
        format: Format::Html.description().into(),
        what: what.into(),
        limit,
    }
}

/// Refuses a finished tree in which elements, texts or comments are too deep.
fn refuse_deep_nesting(document: &Document) -> Result<(), ArticleError> {
    let (mut deepest, mut sum, mut text_sum) = (0, 0_usize, 0_usize);
    for_each_node(document, |node, depth| {
        deepest = deepest.max(depth);
        sum = sum.saturating_add(depth);
        let bytes = node.query_or(0, |node| match &node.data {
            NodeData::Text { contents } => contents.len(),
            _ => 0,
        });
        text_sum = text_sum.saturating_add(depth.saturating_mul(bytes));
    });
    if deepest > MAX_DEPTH {
        return Err(ArticleError::NestedTooDeeply { depth: deepest });
    }
    if sum > MAX_DEPTH_SUM {
        return Err(too_many(
            "levels of nesting, added up over its elements",
            MAX_DEPTH_SUM,
        ));
    }
    if text_sum > MAX_TEXT_DEPTH_SUM {
        return Err(too_many(
            "levels of nesting, added up over the bytes of its text",
            MAX_TEXT_DEPTH_SUM,
        ));
    }
    Ok(())
}

/// Calls `visit` with each node of the tree, in order, and its depth.
fn for_each_node<'a>(document: &'a Document, mut visit: impl FnMut(&NodeRef<'a>, usize)) {
    let mut depth = 0_usize;
    let mut next = Some(document.root());
    while let Some(node) = next {
        visit(&node, depth);
        next = node.first_child();
        if next.is_some() {
            depth += 1;
            continue;
        }
        let mut last = Some(node);
        while let Some(node) = last {
            next = node.next_sibling();
            if next.is_some() {
                break;
            }
            depth = depth.saturating_sub(1);
            last = node.parent();
        }
    }
}

/// Divides texts, and leaves out values, in which [`MAX_ESCAPING_STEPS`] are not enough.
fn ease_escaping(document: &Document) {
    let is_hard = |text: &str| {
        let marks = text.bytes().filter(|byte| matches!(byte, b'&' | 0xC2));
        text.len() > TEXT_PART_BYTES
            && marks.count().saturating_mul(text.len()) > MAX_ESCAPING_STEPS
    };
    let (mut texts, mut values) = (Vec::new(), Vec::new());
    for_each_node(document, |node, _| {
        node.query(|inner| match &inner.data {
            NodeData::Text { contents } if is_hard(contents) => texts.push(*node),
            NodeData::Element(element) => {
                let hard = element.attrs.iter().filter(|one| is_hard(&one.value));
                values.extend(hard.map(|one| (*node, one.name.local.clone())));
            }
            _ => {}
        });
    });
    for (element, name) in values {
        element.remove_attr(&name);
    }
    for node in texts {
        let text = node.text();
        let mut rest = &*text;
        let mut last = node;
        while rest.len() > TEXT_PART_BYTES {
            let (part, after) = rest.split_at(next_boundary(rest, TEXT_PART_BYTES));
            let part = node.tree.new_text(part);
            last.insert_after(&part);
            (last, rest) = (part, after);
        }
        node.set_text(rest);
        last.insert_after(&node);
    }
}

/// A tag that is not at its end yet.
#[derive(Debug, Clone, Copy, Default)]
struct UnfinishedTag {
    state: TagState,
    attributes: usize,
}

/// Where in a tag its next byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum TagState {
    /// After `<`.
    #[default]
    Open,
    /// After `</`.
    EndOpen,
    /// After `<!`.
    Declaration,
    /// In a comment, up to its end, which is a token.
    Comment,
    Name,
    BeforeAttribute,
    AttributeName,
    AfterAttributeName,
    BeforeValue,
    DoubleQuoted,
    SingleQuoted,
    Unquoted,
}

impl TagState {
    /// The state after a byte, as the HTML standard has it; `None` after the tag's end, and where it
    /// is no tag.
    fn after(self, byte: u8) -> Option<TagState> {
        let is_space = byte.is_ascii_whitespace();
        Some(match (self, byte) {
            (Self::Open, b'/') => Self::EndOpen,
            (Self::Open, b'!') => Self::Declaration,
            (Self::Declaration, b'-') | (Self::Comment, _) => Self::Comment,
            (Self::Declaration, _) => return None,
            (Self::Open | Self::EndOpen, _) => {
                return byte.is_ascii_alphabetic().then_some(Self::Name);
            }
            (Self::DoubleQuoted, b'"') | (Self::SingleQuoted, b'\'') => Self::BeforeAttribute,
            (Self::DoubleQuoted | Self::SingleQuoted, _) => self,
            (_, b'>') => return None,
            (Self::Name | Self::BeforeAttribute | Self::Unquoted, _) if is_space => {
                Self::BeforeAttribute
            }
            (Self::AttributeName | Self::AfterAttributeName, _) if is_space => {
                Self::AfterAttributeName
            }
            (Self::BeforeValue, _) if is_space => Self::BeforeValue,
            (Self::BeforeValue, b'"') => Self::DoubleQuoted,
            (Self::BeforeValue, b'\'') => Self::SingleQuoted,
            (Self::BeforeValue | Self::Unquoted, _) => Self::Unquoted,
            (_, b'/') => Self::BeforeAttribute,
            (Self::AttributeName | Self::AfterAttributeName, b'=') => Self::BeforeValue,
            (Self::Name, _) => Self::Name,
            _ => Self::AttributeName,
        })
    }
}

impl UnfinishedTag {
    /// The tag with more of its bytes; `None` if they end it. Refuses it where it has too many
    /// attributes.
    fn with(mut self, chunk: &str) -> Result<Option<Self>, ArticleError> {
        for byte in chunk.bytes() {
            let Some(state) = self.state.after(byte) else {
                return Ok(None);
            };
            if state == TagState::AttributeName && self.state != state {
                self.attributes += 1;
            }
            self.state = state;
        }
        if self.attributes > MAX_TAG_ATTRIBUTES {
            return Err(too_many("attributes in a tag", MAX_TAG_ATTRIBUTES));
        }
        Ok(Some(self))
    }
}

/// The elements that are open or whose formatting is.
#[derive(Debug, Clone, Copy, Default)]
struct Open {
    elements: usize,
    weight: usize,
}

/// A tree builder that gets a run of text as one token, and nothing more after a limit.
struct BoundedBuilder {
    builder: TreeBuilder<Handle, CountingSink>,
    text: RefCell<StrTendril>,
    /// Whether there was a token since this was asked.
    had_token: Cell<bool>,
    /// What was open when it was last counted, the tokens since then, and the weight that all elements
    /// had.
    open: Cell<Open>,
    tokens: Cell<usize>,
    created: Cell<usize>,
    /// The sum for [`MAX_OPEN_SUM`].
    sum: Cell<usize>,
}

impl BoundedBuilder {
    fn new(builder: TreeBuilder<Handle, CountingSink>) -> Self {
        Self {
            builder,
            text: RefCell::default(),
            had_token: Cell::default(),
            open: Cell::default(),
            tokens: Cell::default(),
            created: Cell::default(),
            sum: Cell::default(),
        }
    }

    fn refusal(&self) -> Result<(), ArticleError> {
        self.builder
            .sink
            .refusal
            .borrow()
            .clone()
            .map_or(Ok(()), Err)
    }

    fn is_refused(&self) -> bool {
        self.builder.sink.refusal.borrow().is_some()
    }

    fn pass_on(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        let result = self.builder.process_token(token, line);
        let sink = &self.builder.sink;
        // A new element may be open and its formatting too. Elements that are not open any more are
        // noticed by counting again, not at each token: that would take as long as the work itself.
        let new = sink.weight.get() - self.created.get();
        let most = self.open.get().weight.saturating_add(new.saturating_mul(2));
        self.sum.set(self.sum.get().saturating_add(most));
        self.tokens.set(self.tokens.get() + 1);
        if self.tokens.get() > most || new > self.open.get().weight / 2 + 8 {
            let counter = OpenCounter::default();
            self.builder.trace_handles(&counter);
            self.open.set(counter.0.get());
            self.tokens.set(0);
            self.created.set(sink.weight.get());
        }
        sink.refuse_beyond(self.open.get().elements, MAX_OPEN, "elements open at once");
        sink.refuse_beyond(
            self.sum.get(),
            MAX_OPEN_SUM,
            "open elements, added up over its tags",
        );
        result
    }

    fn pass_text_on(&self, line: u64) {
        let text = self.text.take();
        if !text.is_empty() {
            // A text changes no state of the tokenizer.
            let _ = self.pass_on(Token::CharacterTokens(text), line);
        }
    }
}

impl TokenSink for BoundedBuilder {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        match token {
            _ if self.is_refused() => return TokenSinkResult::Continue,
            Token::ParseError(_) => return TokenSinkResult::Continue,
            Token::CharacterTokens(text) => self.text.borrow_mut().push_tendril(&text),
            token => {
                self.had_token.set(true);
                self.pass_text_on(line);
                return self.pass_on(token, line);
            }
        }
        self.had_token.set(true);
        TokenSinkResult::Continue
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Counts what a tree builder has open.
#[derive(Default)]
struct OpenCounter(Cell<Open>);

impl Tracer for OpenCounter {
    type Handle = Handle;

    fn trace_handle(&self, node: &Handle) {
        let Open { elements, weight } = self.0.get();
        self.0.set(Open {
            elements: elements + 1,
            weight: weight + node.weight,
        });
    }
}

/// A node of the tree, and how much work it makes while it is open.
#[derive(Clone, Copy)]
struct Handle {
    id: NodeId,
    weight: usize,
}

/// Any node but an element.
fn weightless(id: NodeId) -> Handle {
    Handle { id, weight: 1 }
}

/// Makes the tree and counts what it is made of.
#[derive(Default)]
struct CountingSink {
    document: Document,
    elements: Cell<usize>,
    texts: Cell<usize>,
    attributes: Cell<usize>,
    attribute_bytes: Cell<usize>,
    /// Attributes added to elements that were made before.
    added_attributes: Cell<usize>,
    /// Of all elements.
    weight: Cell<usize>,
    names: RefCell<HashSet<LocalName>>,
    refusal: RefCell<Option<ArticleError>>,
}

impl CountingSink {
    fn refuse_beyond(&self, count: usize, limit: usize, what: &'static str) {
        if count > limit {
            let mut refusal = self.refusal.borrow_mut();
            refusal.get_or_insert_with(|| too_many(what, limit));
        }
    }

    /// Counts attributes; returns their weight.
    fn count_attributes(&self, attributes: &[Attribute]) -> usize {
        let bytes: usize = attributes.iter().map(|one| one.value.len()).sum();
        self.attributes
            .set(self.attributes.get() + attributes.len());
        self.attribute_bytes.set(self.attribute_bytes.get() + bytes);
        let mut names = self.names.borrow_mut();
        for attribute in attributes {
            if !names.contains(&attribute.name.local) {
                names.insert(attribute.name.local.clone());
            }
        }
        self.refuse_beyond(self.attributes.get(), MAX_ATTRIBUTES, "attributes");
        self.refuse_beyond(
            self.attribute_bytes.get(),
            MAX_ATTRIBUTE_BYTES,
            "bytes of attributes",
        );
        self.refuse_beyond(
            names.len(),
            MAX_NAMES,
            "different names of elements and attributes",
        );
        attributes.len() + bytes / BYTES_OF_WEIGHT
    }

    fn count_text(&self) {
        self.texts.set(self.texts.get() + 1);
        self.refuse_beyond(self.texts.get(), MAX_TEXTS, "texts and comments");
    }
}

fn with_id(child: NodeOrText<Handle>) -> NodeOrText<NodeId> {
    match child {
        NodeOrText::AppendNode(node) => NodeOrText::AppendNode(node.id),
        NodeOrText::AppendText(text) => NodeOrText::AppendText(text),
    }
}

impl TreeSink for CountingSink {
    type Handle = Handle;
    type Output = Self;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        weightless(self.document.get_document())
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> Ref<'a, QualName> {
        self.document.elem_name(&target.id)
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        flags: ElementFlags,
    ) -> Handle {
        self.elements.set(self.elements.get() + 1);
        self.refuse_beyond(self.elements.get(), MAX_ELEMENTS, "elements");
        self.names.borrow_mut().insert(name.local.clone());
        let weight = 1 + self.count_attributes(&attributes);
        self.weight.set(self.weight.get() + weight);
        let id = self.document.create_element(name, attributes, flags);
        Handle { id, weight }
    }

    fn create_comment(&self, text: StrTendril) -> Handle {
        self.count_text();
        weightless(self.document.create_comment(text))
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Handle {
        self.count_text();
        weightless(self.document.create_pi(target, data))
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.count_text();
        self.document.append(&parent.id, with_id(child));
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        previous: &Handle,
        child: NodeOrText<Handle>,
    ) {
        self.count_text();
        self.document
            .append_based_on_parent_node(&element.id, &previous.id, with_id(child));
    }

    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        self.document
            .append_doctype_to_document(name, public, system);
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        weightless(self.document.get_template_contents(&target.id))
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        one.id == other.id
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.document.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        self.count_text();
        self.document
            .append_before_sibling(&sibling.id, with_id(child));
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        // Each is compared with all that are there: those of the first tag, and those added since.
        let there = MAX_TAG_ATTRIBUTES + self.added_attributes.get();
        let weight = (1 + self.count_attributes(&attributes)).saturating_mul(there);
        self.weight.set(self.weight.get().saturating_add(weight));
        self.added_attributes
            .set(self.added_attributes.get() + attributes.len());
        self.document.add_attrs_if_missing(&target.id, attributes);
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.document.remove_from_parent(&target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        self.document.reparent_children(&node.id, &new_parent.id);
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &Handle) -> bool {
        self.document
            .is_mathml_annotation_xml_integration_point(&handle.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// How a page is refused, in words; nothing if it is not.
    fn refusal(page: &str) -> String {
        document(page).map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn a_page_is_refused_by_the_tree_that_its_parser_would_make() {
        for (page, words) in [
            ("<div>".repeat(1_500), "1502 deep"),
            ("<p-x>".repeat(30_000), "open at once"),
            ("<div></x>".repeat(30_000), "open at once"),
            ("<title><script></title>".repeat(8_000), ""),
            ("<svg><g>".repeat(5_000), "open at once"),
            ("<math><mi>".repeat(5_000), "open at once"),
            ("<template>".repeat(5_000), "open at once"),
            ("<table><tr><td>".repeat(5_000), "open at once"),
            ("<ul><li>".repeat(5_000), "open at once"),
            ("<select><option>".repeat(50_000), ""),
            ("<p>".repeat(150_000), ""),
            ("<p>".repeat(250_000), "elements"),
            ("<table><div>".repeat(5_000), ""),
            ("<!---->".repeat(1_100_000), "texts and comments"),
        ] {
            let refusal = refusal(&page);
            let begin = page.get(..30).unwrap_or(&page);
            assert!(refusal.contains(words), "{begin}: {refusal}");
            assert_eq!(refusal.is_empty(), words.is_empty(), "{begin}: {refusal}");
        }
    }

    #[test]
    fn formatting_that_each_paragraph_repeats_is_counted() {
        let different: String = (0..6_000).map(|at| format!("<b i={at}></x>")).collect();
        assert!(!refusal(&format!("<p>{different}{}", "<p>".repeat(6_000))).is_empty());
        let nested: String = (0..98).map(|at| format!("<b i={at}>")).collect();
        assert!(!refusal(&format!("{nested}{}", "<p>".repeat(190_000))).is_empty());
        let large = format!("<b title='{}'>", "x".repeat(1_000_000));
        assert!(!refusal(&format!("<p>{large}{}", "<p>x".repeat(1_000))).is_empty());
    }

    #[test]
    fn the_attributes_of_a_tag_are_counted_before_its_end() {
        let many: String = (0..80_000).map(|at| format!(" a{at}=1")).collect();
        for page in [
            format!("<p{many}>x</p>"),
            format!("<p{many}"),
            format!("</p{many}>"),
            format!("<p =\"{many}>"),
            format!("<p a='{}' b=\"c\"{many}>", "\" ".repeat(5_000)),
            format!("<p {}>", "a/".repeat(5_000)),
            format!("<p {}>", "a=''".repeat(5_000)),
        ] {
            let refusal = refusal(&page);
            assert!(refusal.contains("attributes in a tag"), "{refusal}");
        }
        let words = "сөз a/b i<n 'x' ".repeat(20_000);
        for page in [
            format!("<p title=\"{words}\">x</p>"),
            format!("<script>{words}</script>"),
            format!(
                "<img src='data:image/png;base64,{}'>",
                "ab/c+".repeat(50_000)
            ),
            format!("<!-- {words} -->"),
        ] {
            assert_eq!(refusal(&page), "");
        }
        let names: String = (0..400_000).map(|at| format!("<p a{at}>")).collect();
        assert!(refusal(&names).contains("names"));
        let body: String = (0..1_000).map(|at| format!("<body a{at}>")).collect();
        assert_eq!(refusal(&body.repeat(2)), "");
    }

    #[test]
    fn ordinary_nesting_is_parsed() {
        assert_eq!(refusal(&"<p>сөз<br><li>".repeat(50_000)), "");
        assert_eq!(refusal(&"<div><b>сөз</b></div>".repeat(50_000)), "");
        let deep = format!("{}сөз", "<div>".repeat(900));
        assert_eq!(refusal(&deep), "");
    }

    #[test]
    fn texts_of_entities_are_divided_and_such_values_left_out() {
        let page = format!(
            "<p>{}</p><p title='{}' class=a>x</p>",
            "&amp;ә".repeat(20_000),
            "&amp;".repeat(100_000)
        );
        let document = document(&page).expect("within the limits");
        assert_eq!(&*document.text(), "&ә".repeat(20_000) + "x");
        let mut parts = 0;
        for_each_node(&document, |node, _| parts += usize::from(node.is_text()));
        assert_eq!(parts, 16);
        assert_eq!(document.select("p.a").attr("title"), None);
    }

    fn assert_parsed_as_by_the_library(page: &str) {
        let library = Document::from(page).html();
        match document(page) {
            Ok(ours) => assert_eq!(ours.html(), library, "{page}"),
            Err(error) => assert_eq!(error, too_many("attributes in a tag", MAX_TAG_ATTRIBUTES)),
        }
    }

    #[test]
    fn saved_pages_are_parsed_as_by_the_library() {
        for page in [
            include_str!("../../../tests/fixtures/article/wordpress.html"),
            include_str!("../../../tests/fixtures/article/portal.html"),
        ] {
            assert_parsed_as_by_the_library(page);
        }
    }

    proptest! {
        #[test]
        fn any_page_is_parsed_as_by_the_library(
            pieces in prop::collection::vec(
                prop_oneof![
                    prop::sample::select(vec![
                        "<p>", "</p>", "<div class='a b'>", "</div>", "<table>", "<td>", "</table>", "<br>",
                        "<script>", "</script>", "<!--", "-->", "<h1>", "<li>", "<title>", "</title>",
                        "<b>", "</b>", "<a href=x>", "</a>", "<pre>", "\n", "\r\n", "&amp;", "&", "&#65;",
                        "<svg>", "</svg>", "<![CDATA[", "]]>", "<math>", "<mi>", "<select>", "<option>",
                        "<template>", "</template>", "<textarea>", "<body a=1>", "<html b=2>", "<frameset>",
                        "<!DOCTYPE html>", "<style>", "</style>", "<plaintext>", "\0", "<p a=\"", "\">", "'",
                        "<form>", "<input>", "<i>", "</i>", "<nobr>", "<head>", "</head>", "</body>", "</html>",
                    ])
                    .prop_map(str::to_owned),
                    "[а-я <&]{0,12}",
                    "[a-c ]{600,1200}",
                ],
                0..40,
            )
        ) {
            assert_parsed_as_by_the_library(&pieces.concat());
        }
    }
}
