//! Markdown: its headings, lists and paragraphs are those of the article.
//!
//! Front matter (YAML or TOML) is metadata, the first heading the title. Emphasis marks and the
//! addresses of links are dropped; the numbers of ordered lists are kept, since digits of the text
//! must not be lost. HTML in it is read as on a page.

use std::borrow::Cow;

use pulldown_cmark::{Event, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use crate::text::squeeze;

use super::contents::Contents;
use super::paragraphs::Block;
use super::{Metadata, ParagraphKind, html, metadata};

/// Maximum lines of front matter.
const MAX_FRONT_MATTER: usize = 200;

/// Reads the text of a Markdown file.
pub(super) fn read(text: &str) -> Contents {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut reader = MarkdownReader::default();
    let text = close_front_matter(text);
    for event in Parser::new_ext(&text, options) {
        reader.take(event);
    }
    reader.flush();
    Contents::of_blocks(reader.blocks, reader.title, reader.metadata)
}

/// A text whose front matter has no blank lines before or in it: with them, parsers take it for text.
fn close_front_matter(text: &str) -> Cow<'_, str> {
    let unmarked = text.trim_start_matches(['\u{FEFF}', '\n', '\r', ' ']);
    let mut lines = unmarked.split_inclusive('\n');
    let fence = lines.next().unwrap_or_default();
    if !matches!(fence.trim_end(), "---" | "+++") {
        return Cow::Borrowed(text);
    }
    let mut block = fence.to_owned();
    let mut read = fence.len();
    let mut has_key = false;
    for line in lines.take(MAX_FRONT_MATTER) {
        read += line.len();
        if line.trim_end() == fence.trim_end() && has_key {
            block.push_str(line);
            block.push_str(unmarked.get(read..).unwrap_or_default());
            return Cow::Owned(block);
        }
        let key = line.split([':', '=']).next().unwrap_or_default();
        let is_key = !line.starts_with(' ')
            && key.len() < line.trim_end().len()
            && !key.trim().contains(' ');
        let belongs = line.starts_with([' ', '\t', '-', '#', ']', '}']) && line.trim_end() != "---";
        if line.trim().is_empty() {
            continue;
        }
        if !is_key && !belongs {
            break;
        }
        has_key |= is_key;
        block.push_str(line);
    }
    Cow::Borrowed(text)
}

/// A text with its exponents in Pandoc's marks (`10^6^`) as those in HTML's tags.
fn with_marked_exponents(text: String) -> String {
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('^') {
        plain.push_str(before);
        let digits = after.strip_prefix(['-', '−']).unwrap_or(after);
        let digits = digits.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = after.get(..after.len() - digits.len()).unwrap_or_default();
        match digits.strip_prefix('^') {
            Some(beyond) if number.ends_with(|c: char| c.is_ascii_digit()) => {
                html::push_raised(&mut plain, number, html::Level::Above, beyond);
                rest = beyond;
            }
            _ => {
                plain.push('^');
                rest = after;
            }
        }
    }
    if plain.is_empty() {
        return text;
    }
    plain.push_str(rest);
    plain
}

/// The values of a list in front matter (`["А", "Б"]`); a value that is none is alone.
fn listed(value: &str) -> Vec<String> {
    let inner = value.strip_prefix('[');
    let Some(inner) = inner.and_then(|inner| inner.strip_suffix(']')) else {
        return vec![value.to_owned()];
    };
    let items = inner.split(',').map(unquoted);
    items.filter(|item| !item.is_empty()).collect()
}

/// An item of a list on a line of its own: `- А`, or the name of an object (`- name: А`).
fn listed_item(line: &str) -> Option<String> {
    let item = line.trim();
    let item = item.strip_prefix("- ").unwrap_or(item);
    let name = item.strip_prefix("name:");
    let is_other = || item.split_once(": ").is_some();
    let item = name.or_else(|| Some(item).filter(|_| !is_other()))?;
    Some(unquoted(item)).filter(|item| !item.is_empty())
}

/// A value of front matter without its quotes.
fn unquoted(value: &str) -> String {
    squeeze(value.trim().trim_matches(['"', '\'']))
}

/// What has been read so far.
#[derive(Default)]
struct MarkdownReader {
    blocks: Vec<Block>,
    title: Option<String>,
    metadata: Metadata,
    /// The text of the block that is being read, and its kind if the markup gives one.
    text: String,
    kind: Option<ParagraphKind>,
    /// Where text that stands above or below the line begins in it, while that is read.
    raising: Option<(html::Level, usize)>,
    /// Such text when it is read; how it is written depends on what follows.
    raised: Option<(html::Level, String)>,
    /// The block of HTML that is being read.
    html: String,
    /// The number of the next item in each list around; `None` in a list of bullets.
    lists: Vec<Option<u64>>,
    /// Whether the block holds a picture.
    has_picture: bool,
    /// Whether the text being read belongs to a picture.
    in_picture: bool,
    /// Whether the block holds text outside of pictures.
    has_text: bool,
    /// In front matter, the character between a key and its value; `None` outside of it.
    front_matter: Option<char>,
}

impl MarkdownReader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) => match self.front_matter {
                Some(separator) => self.take_front_matter(&text, separator),
                None => self.push(&text),
            },
            Event::Html(html) => self.html.push_str(&html),
            Event::InlineHtml(tag) => self.take_tag(html::Tag::parse(&tag)),
            Event::SoftBreak => self.append("\n"),
            Event::HardBreak | Event::Rule => self.flush(),
            Event::FootnoteReference(name) => self.push(&format!("[{name}]")),
            Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::MetadataBlock(MetadataBlockKind::YamlStyle) => self.front_matter = Some(':'),
            Tag::MetadataBlock(MetadataBlockKind::PlusesStyle) => self.front_matter = Some('='),
            Tag::Heading { .. } => self.begin(Some(ParagraphKind::Heading)),
            Tag::List(start) => {
                self.flush();
                self.lists.push(start);
            }
            Tag::Item => {
                self.begin(Some(ParagraphKind::List));
                if let Some(Some(number)) = self.lists.last_mut() {
                    self.text = format!("{number}. ");
                    *number = number.saturating_add(1);
                }
            }
            Tag::FootnoteDefinition(name) => {
                self.begin(None);
                self.text = format!("[{name}] ");
            }
            Tag::Image { .. } => {
                self.has_picture = true;
                self.in_picture = true;
            }
            Tag::TableCell => self.append(" "),
            Tag::Paragraph if self.text.trim().is_empty() && self.lists.is_empty() => {
                self.begin(None);
            }
            Tag::CodeBlock(_)
            | Tag::BlockQuote(_)
            | Tag::HtmlBlock
            | Tag::TableHead
            | Tag::TableRow => {
                self.begin(None);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::MetadataBlock(_) => self.front_matter = None,
            TagEnd::Image => self.in_picture = false,
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::HtmlBlock => {
                self.flush();
                let html = std::mem::take(&mut self.html);
                self.blocks.extend(html::blocks_of(&html));
            }
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::Item
            | TagEnd::CodeBlock
            | TagEnd::BlockQuote(_)
            | TagEnd::FootnoteDefinition
            | TagEnd::TableHead
            | TagEnd::TableRow => self.flush(),
            _ => {}
        }
    }

    fn begin(&mut self, kind: Option<ParagraphKind>) {
        self.flush();
        self.kind = kind;
    }

    fn push(&mut self, text: &str) {
        self.has_text |= !self.in_picture && !text.trim().is_empty();
        self.append(text);
    }

    /// Adds a text to the block, after what was raised before it.
    fn append(&mut self, text: &str) {
        if let Some((level, raised)) = self.raised.take() {
            html::push_raised(&mut self.text, &raised, level, text);
        }
        self.text.push_str(text);
    }

    /// Reads a tag inside of a paragraph as a page does.
    fn take_tag(&mut self, tag: html::Tag) {
        match tag {
            html::Tag::Raises(level) => {
                self.append("");
                self.raising = Some((level, self.text.len()));
            }
            html::Tag::EndsRaised => {
                if let Some((level, start)) = self.raising.take()
                    && start <= self.text.len()
                {
                    self.raised = Some((level, self.text.split_off(start)));
                }
            }
            html::Tag::EndsLine => self.append("\n"),
            html::Tag::Inline => {}
        }
    }

    /// Ends the block. If all its lines are metadata, each becomes a block; the text of a picture
    /// alone is a caption.
    fn flush(&mut self) {
        self.append("");
        if let Some((level, start)) = self.raising.take()
            && start <= self.text.len()
        {
            let raised = self.text.split_off(start);
            let number = html::leading_number(&raised);
            let rest = raised.get(number.len()..).unwrap_or_default();
            if !number.is_empty() {
                html::push_raised(&mut self.text, number, level, rest);
            }
            self.text.push_str(rest);
        }
        let block = with_marked_exponents(std::mem::take(&mut self.text));
        let caption_only = self.has_picture && !self.has_text;
        let kind = if caption_only {
            Some(ParagraphKind::Caption)
        } else {
            self.kind
        };
        let lines = block.lines().filter(|line| !line.trim().is_empty());
        if kind.is_none() && lines.clone().all(metadata::is_metadata) {
            self.blocks
                .extend(lines.filter_map(|line| Block::new(line, None)));
        } else {
            self.blocks.extend(Block::new(&block, kind));
        }
        self.has_picture = false;
        self.has_text = false;
        self.kind = self.kind.filter(|_| !self.lists.is_empty());
    }

    /// Reads front matter: `title` is the article's title, every other line is metadata.
    fn take_front_matter(&mut self, block: &str, separator: char) {
        let mut lines = block
            .lines()
            .filter(|line| !line.trim().is_empty())
            .peekable();
        while let Some(line) = lines.next() {
            match line
                .split_once(separator)
                .map(|(key, value)| (key.trim(), unquoted(value)))
            {
                Some((key, value))
                    if key.eq_ignore_ascii_case("title")
                        && self.title.is_none()
                        && !value.is_empty() =>
                {
                    let is_folded = matches!(value.as_str(), "|" | ">" | "|-" | ">-" | "|+" | ">+");
                    let mut folded = String::new();
                    while let Some(more) = lines.next_if(|line| is_folded && line.starts_with(' '))
                    {
                        folded.push(' ');
                        folded.push_str(more);
                    }
                    self.title = Some(if is_folded { squeeze(&folded) } else { value });
                }
                Some((key, value)) => {
                    let mut items = Vec::new();
                    let is_item = |line: &&str| {
                        line.starts_with(' ') || line.starts_with('\t') || line.starts_with("- ")
                    };
                    while value.is_empty()
                        && let Some(item) = lines.next_if(is_item)
                    {
                        items.push(item);
                    }
                    let listed: Vec<String> = if items.is_empty() {
                        listed(&value)
                    } else {
                        items.iter().filter_map(|item| listed_item(item)).collect()
                    };
                    let statement = format!("{key}: {}", listed.join(", "));
                    metadata::add_statement(&mut self.metadata, line, &statement);
                    let items = items.iter().map(|item| item.trim().to_owned());
                    self.metadata.lines.extend(items);
                }
                None => metadata::add_statement(&mut self.metadata, line, ""),
            }
        }
    }
}
