//! Parsing a page within limits.
//!
//! A parser does work that grows with the square of what a page can hold: of the attributes of a tag, of
//! the elements open at once, of their formatting, which each paragraph repeats. What a page really holds is known only while its tree is built. So it is counted there, token
//! by token, and the page is refused when it has more than any article needs. Only the attributes of one
//! tag are counted before, in its text: a token is a whole tag.

mod builder;
mod sink;
mod unfinished_tag;

use dom_query::{Document, NodeData, NodeRef};
use html5ever::TokenizerResult;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{ElementFlags, TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{QualName, local_name, ns};

use builder::BoundedBuilder;
use sink::{CountingSink, Handle};
use unfinished_tag::UnfinishedTag;

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

/// Bytes that are parsed at a time; a tag that is longer has its attributes counted before its end.
const CHUNK_BYTES: usize = 1024;

/// The tree of a page, as [`Document::from`] makes it.
///
/// # Errors
/// [`ArticleError::TooMany`] or [`ArticleError::NestedTooDeeply`] if the page is beyond a limit.
pub(crate) fn document(page: &str) -> Result<Document, ArticleError> {
    build(page, TreeBuilder::new(CountingSink::default(), options()))
}

/// The tree of a part of a page, as it is parsed within a template: parts of tables are kept. Its root
/// element is the parser's own.
///
/// # Errors
/// As [`document`].
pub(crate) fn fragment(part: &str) -> Result<Document, ArticleError> {
    let sink = CountingSink::default();
    let name = QualName::new(None, ns!(html), local_name!("template"));
    let mut flags = ElementFlags::default();
    flags.template = true;
    let template = sink.create_element(name, Vec::new(), flags);
    build(
        part,
        TreeBuilder::new_for_fragment(sink, template, None, options()),
    )
}

fn options() -> TreeBuilderOpts {
    TreeBuilderOpts {
        scripting_enabled: false,
        ..TreeBuilderOpts::default()
    }
}

fn build(page: &str, builder: TreeBuilder<Handle, CountingSink>) -> Result<Document, ArticleError> {
    let tokens = BoundedBuilder::new(builder);
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
            include_str!("../../../../tests/fixtures/article/wordpress.html"),
            include_str!("../../../../tests/fixtures/article/portal.html"),
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
