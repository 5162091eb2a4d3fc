//! HTML: finds the article in a whole saved page.
//!
//! A readability library finds the element that holds the article; title, date, author, section and
//! origin come from what the page says about itself (OpenGraph, JSON-LD, `<time>`). The markup
//! (heading, list item, caption) decides the kinds of the paragraphs; the kinds that it leaves open
//! are decided as in plain text.

mod blocks;
mod json_ld;
mod parse;
mod scan;

use dom_query::Document;
use dom_smoothie::{Config, Readability};

use crate::text::squeeze;

use super::contents::{Contents, take_metadata};
use super::paragraphs::{self, Block};
use super::{ArticleError, Charset, Format, Metadata, captions, date};

/// Elements that are not part of the article. They are removed from pages in which the library
/// finds nothing.
const NOT_ARTICLE: &str =
    "script, style, noscript, template, nav, header, footer, aside, form, head";

/// Maximum bytes of a page's title, added up over its headings: the library compares it with each.
const MAX_TITLE_BYTES: usize = 100_000_000;
/// Maximum bytes of what a page says about itself in one script; longer ones are left out.
const MAX_JSON_LD_BYTES: usize = 1 << 20;

/// Reads a decoded page.
///
/// # Errors
/// [`ArticleError::NoArticle`] if the page holds no text, [`ArticleError::TooMany`] or
/// [`ArticleError::NestedTooDeeply`] if it is beyond the limits of [`parse`].
pub(super) fn read(html: &str) -> Result<Contents, ArticleError> {
    let config = Config {
        keep_classes: true,
        max_elements_to_parse: parse::MAX_ELEMENTS,
        ..Config::default()
    };
    let document = parse::document(html)?;
    refuse_long_titles(&document)?;
    let mut metadata = json_ld::read(&document);
    add_page_metadata(&document, &mut metadata);
    let headline = squeeze(&document.select_single("h1").text());

    let readability = Readability::with_document(document, None, Some(config));
    let (mut title, mut blocks) = match readability.and_then(|mut readability| readability.parse())
    {
        Ok(found) => {
            let page_metadata = [&found.published_time, &found.byline];
            let [published, byline] = page_metadata.map(|value| value.as_deref());
            metadata.date = metadata.date.or_else(|| published.and_then(date::find));
            metadata.author = metadata.author.or_else(|| byline.map(squeeze));
            (
                Some(squeeze(&found.title)),
                blocks::blocks(&parse::document(&found.content)?),
            )
        }
        Err(_) => (None, Vec::new()),
    };
    if blocks.is_empty() {
        let document = parse::document(html)?;
        title = title.or_else(|| Some(squeeze(&document.select_single("title").text())));
        document.select(NOT_ARTICLE).remove();
        blocks = blocks::blocks(&document);
    }
    let title = title.filter(|title| !title.is_empty()).map(|title| {
        // Many sites append their name to the headline in the page's title.
        let site_name_follows = !headline.is_empty() && title.starts_with(&headline);
        if site_name_follows { headline } else { title }
    });
    drop_repeated_title(&mut blocks, title.as_deref());
    take_metadata(&mut blocks, &mut metadata);
    if blocks.is_empty() {
        return Err(ArticleError::NoArticle);
    }
    let paragraphs = captions::split_off(paragraphs::from_blocks(blocks), title.as_deref());
    Ok(Contents {
        title,
        metadata,
        paragraphs,
    })
}

/// Refuses a page with so many headings that comparing them with its title takes too long. Scripts that
/// could have such a title are left out.
fn refuse_long_titles(document: &Document) -> Result<(), ArticleError> {
    let headings = document.select("h1, h2, h3, h4, h5, h6").length();
    let too_long = |bytes: usize| headings.saturating_mul(bytes) > MAX_TITLE_BYTES;
    for script in document.select(json_ld::SCRIPTS).nodes() {
        let bytes = script.text().len();
        if bytes > MAX_JSON_LD_BYTES || too_long(bytes) {
            script.remove_from_parent();
        }
    }
    let titles = ["title", "h1"].map(|name| document.select_single(name).text().len());
    let metas = document.select("meta[content]");
    let contents = metas.iter().map(|meta| meta.attr_or("content", "").len());
    if titles.iter().copied().chain(contents).any(too_long) {
        return Err(ArticleError::TooMany {
            format: Format::Html.description().into(),
            what: "bytes of its title, added up over its headings".into(),
            limit: MAX_TITLE_BYTES,
        });
    }
    Ok(())
}

/// The charset of a page: the one recognised from its visible text, else the declared one. The
/// declaration comes second because it is often wrong.
pub(super) fn charset(bytes: &[u8]) -> Result<Charset, ArticleError> {
    let error = match Charset::detect(bytes) {
        Ok(charset @ (Charset::Utf8 | Charset::Utf16Le | Charset::Utf16Be)) => return Ok(charset),
        Ok(_) => None,
        Err(error) => Some(error),
    };
    let visible = scan::visible(bytes);
    let declared = || declared_charset(bytes).ok_or(ArticleError::NoArticle);
    Charset::detect(&visible)
        .or_else(|_| declared())
        .map_err(|other| error.unwrap_or(other))
}

/// The text of a piece of HTML without its tags.
pub(super) fn visible_text(html: &str) -> String {
    let text = String::from_utf8_lossy(&scan::visible(html.as_bytes())).into_owned();
    html_escape::decode_html_entities(&text).into_owned()
}

/// `charset=…` in the first kilobytes, as browsers look for it.
fn declared_charset(bytes: &[u8]) -> Option<Charset> {
    let head = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes)).to_ascii_lowercase();
    let (_, value) = head.split_once("charset=")?;
    let value = value.trim_start_matches(['"', '\'', ' ']);
    let end = value.find(|next: char| !next.is_ascii_alphanumeric() && !"-_:".contains(next))?;
    Charset::parse(&value[..end]).ok()
}

/// Fills the fields that are still empty from the page's `meta`, `link` and `time` elements.
fn add_page_metadata(document: &Document, metadata: &mut Metadata) {
    let attribute = |selector: &str, name: &str| {
        let value = document.select_single(selector).attr(name)?;
        Some(squeeze(&value)).filter(|value| !value.is_empty())
    };
    let content = |name: &str| {
        attribute(&format!("meta[property='{name}']"), "content")
            .or_else(|| attribute(&format!("meta[name='{name}']"), "content"))
    };
    let published = || {
        content("article:published_time")
            .or_else(|| attribute("time[datetime]", "datetime"))
            .and_then(|value| date::find(&value))
    };
    let address = || content("og:url").or_else(|| attribute("link[rel='canonical']", "href"));
    metadata.date = metadata.date.take().or_else(published);
    metadata.section = metadata
        .section
        .take()
        .or_else(|| content("article:section"));
    let is_absolute = |address: &String| host(address).is_some();
    metadata.url = metadata
        .url
        .take()
        .or_else(|| address().filter(is_absolute));
    let host = || address().and_then(|address| host(&address).map(str::to_owned));
    metadata.origin = metadata
        .origin
        .take()
        .or_else(host)
        .or_else(|| content("og:site_name"));
}

/// The host of an address, without `www.`.
fn host(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    (!host.is_empty()).then_some(host)
}

/// Drops the first block if it repeats the title, as on most sites.
fn drop_repeated_title(blocks: &mut Vec<Block>, title: Option<&str>) {
    if blocks
        .first()
        .is_some_and(|first| Some(first.text.as_str()) == title)
    {
        blocks.remove(0);
    }
}
