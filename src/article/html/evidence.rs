//! What a page says about its article outside of the article: OpenGraph, JSON-LD, Dublin Core and other
//! `meta` elements, microdata, its address.

use super::address::{self, Address};
use super::json_ld::{self, JsonLd};
use super::page::{Content, Page};
use crate::text::squeeze;

/// Maximum bytes of a statement.
pub(super) const MAX_STATEMENT: usize = 2_000;
/// Maximum names of the site, with each of which headings, authors and sections are compared.
pub(super) const MAX_SITES: usize = 20;

/// Names of `meta` elements, the most trustworthy first.
const TITLES: &[&str] = &[
    "og:title",
    "twitter:title",
    "headline",
    "dc.title",
    "dcterms.title",
    "title",
    "parsely-title",
    "sailthru.title",
    "citation_title",
];
#[rustfmt::skip]
const DATES: &[&str] = &[
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "mediator_published_time", "published_time",
    "article:published", "article.published", "pubdate", "publish_date", "publishdate", "publish-date", "date_published", "dcterms.issued",
    "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date", "date", "parsely-pub-date", "sailthru.date",
    "cxenseparse:recs:publishtime", "citation_publication_date", "og:release_date", "release_date", "og:video:release_date",
    "ya:ovs:upload_date", "uploaddate", "datecreated", "article:created", "created",
];
const AUTHORS: &[&str] = &[
    "article:author_name",
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "mediator_author",
    "parsely-author",
    "sailthru.author",
    "byl",
];
const SECTIONS: &[&str] = &[
    "article:section",
    "articlesection",
    "section",
    "parsely-section",
    "mediator_theme",
    "rubric",
    "category",
];
const SITES: &[&str] = &[
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "dc.publisher",
    "publisher",
    "copyright",
];

/// Labels in cards for messages with what they label, and those over an author's name.
const LABELLED: [(&str, &str); 2] = [
    ("twitter:label1", "twitter:data1"),
    ("twitter:label2", "twitter:data2"),
];
const LABELS_OF_AUTHORS: &[&str] = &["written by", "author", "автор", "авторы", "написано"];

/// What a page says about its article.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// Headlines by metadata, the most trustworthy first.
    pub titles: Vec<String>,
    /// The title of the page, with the site's name as a rule.
    pub page_title: Option<String>,
    /// Names of the site.
    pub sites: Vec<String>,
    /// Time stamps of publication, the most trustworthy first.
    pub dates: Vec<String>,
    pub author: Option<String>,
    pub section: Option<String>,
    /// The whole text, as JSON-LD gives it.
    pub body: Option<String>,
    pub breadcrumbs: Vec<String>,
    pub url: Option<String>,
    /// When an archive of the web captured the page.
    pub captured: Option<String>,
}

impl Evidence {
    pub(super) fn read(page: &Page) -> Self {
        let JsonLd {
            headline,
            published,
            section,
            author,
            body,
            url,
            sites,
            breadcrumbs,
        } = json_ld::read(page);
        let statements = Statements::read(page);
        let mut titles: Vec<String> = headline.into_iter().collect();
        titles.extend(statements.all(TITLES));
        let mut dates: Vec<String> = published.into_iter().collect();
        dates.extend(statements.all(DATES));
        let mut all_sites: Vec<String> = statements.all(SITES).collect();
        all_sites.extend(sites);
        all_sites.truncate(MAX_SITES);
        let addresses = statements.addresses.iter().cloned().chain(url);
        let addresses: Vec<Address> = addresses
            .filter_map(|one| address::original(&one))
            .collect();
        let captured = addresses.iter().find_map(|one| one.captured.clone());
        let captured = captured.or(statements.captured.clone());
        // An archive's own pages have its address where the original's is unknown.
        let own = addresses.into_iter().map(|one| one.url);
        let is_author = |name: &String| !name.contains("://");
        Self {
            titles,
            page_title: statements.page_title.clone(),
            sites: all_sites,
            dates,
            author: author
                .or_else(|| statements.all(AUTHORS).find(is_author))
                .or_else(|| statements.labelled()),
            section: statements.all(SECTIONS).next().or(section),
            body,
            breadcrumbs,
            url: own.into_iter().next(),
            captured,
        }
    }
}

/// `meta` elements, links and comments of a page.
#[derive(Default)]
struct Statements {
    metas: Vec<(String, String)>,
    page_title: Option<String>,
    addresses: Vec<String>,
    captured: Option<String>,
}

impl Statements {
    fn read(page: &Page) -> Self {
        let mut found = Self::default();
        let mut canonical = Vec::new();
        let mut open_graph = Vec::new();
        let mut saved = Vec::new();
        for (at, node) in page.nodes.iter().enumerate() {
            match &node.content {
                Content::Element(element) => match element.name.as_str() {
                    "meta" => {
                        let content = element.attribute("content").unwrap_or_default();
                        let content = squeeze(beginning(content, MAX_STATEMENT));
                        let names = ["property", "name", "itemprop"];
                        for name in names.into_iter().filter_map(|name| element.attribute(name)) {
                            let name = name.trim().to_ascii_lowercase();
                            if content.is_empty() || name.len() > 100 {
                                continue;
                            }
                            if matches!(name.as_str(), "og:url" | "twitter:url") {
                                open_graph.push(content.clone());
                            }
                            found.metas.push((name, content.clone()));
                        }
                    }
                    "link" if element.has_value("rel", "canonical") => {
                        canonical.extend(element.attribute("href").map(str::to_owned));
                    }
                    "base" => saved.extend(
                        element
                            .attribute("href")
                            .filter(|one| is_archived(one))
                            .map(str::to_owned),
                    ),
                    "title" if found.page_title.is_none() && !is_in_picture(page, at) => {
                        let title = squeeze(&page.raw_text(at));
                        let title = beginning(&title, MAX_STATEMENT).trim_end();
                        found.page_title = Some(title.to_owned()).filter(|title| !title.is_empty());
                    }
                    _ => {}
                },
                Content::Comment(text) => found.take_comment(text, &mut saved),
                Content::Text(_) | Content::Other => {}
            }
        }
        found.addresses = canonical;
        found.addresses.extend(open_graph);
        found.addresses.extend(saved);
        found
    }

    /// `saved from url=(0019)https://…` of browsers, `FILE ARCHIVED ON 10:11:12 Jan 27, 2024` of the Wayback
    /// Machine.
    fn take_comment(&mut self, text: &str, addresses: &mut Vec<String>) {
        let text = beginning(text, 4_000);
        if let Some((_, rest)) = text.split_once("saved from url=(") {
            let address = rest.split_once(')').map(|(_, address)| address);
            let address = address.and_then(|address| address.split_whitespace().next());
            addresses.extend(address.map(str::to_owned));
        }
        if let Some((_, rest)) = text.split_once("FILE ARCHIVED ON") {
            let line = rest.split(" AND ").next().unwrap_or_default();
            self.captured = self
                .captured
                .take()
                .or_else(|| crate::article::date::find(line));
        }
    }

    /// The author whom a card for messages names under a label.
    fn labelled(&self) -> Option<String> {
        let of = |name: &str| self.metas.iter().find(|(meta, _)| meta == name);
        let found = LABELLED.iter().find(|(label, _)| {
            of(label)
                .is_some_and(|(_, text)| LABELS_OF_AUTHORS.contains(&text.to_lowercase().as_str()))
        });
        found
            .and_then(|(_, data)| of(data))
            .map(|(_, name)| name.clone())
    }

    /// What is said under these names, in their order, each text once.
    fn all<'s>(&'s self, names: &'s [&str]) -> impl Iterator<Item = String> + 's {
        names.iter().flat_map(|name| {
            let metas = self.metas.iter().filter(move |(meta, _)| meta == name);
            metas.take(3).map(|(_, content)| content.clone())
        })
    }
}

fn is_archived(address: &str) -> bool {
    address::original(address).is_some_and(|address| address.captured.is_some())
}

/// Whether a `title` is that of a picture in SVG.
fn is_in_picture(page: &Page, at: usize) -> bool {
    let mut around = page.ancestors(at).filter_map(|at| page.element(at));
    around.any(|element| element.name == "svg")
}

/// At most `most` bytes of a text.
pub(super) fn beginning(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}
