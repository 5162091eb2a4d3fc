//! The headline of a page: the heading that the page's own statements support best, without the name of
//! the site.

mod parts;
mod titles;

use self::titles::Titles;
use super::blocks;
use super::evidence::Evidence;
use super::page::{Content, Element, Page};
use super::roles;
use crate::article::{byline, metadata};
use crate::text::squeeze;

/// Maximum bytes of a headline.
const MAX_BYTES: usize = 2_000;
/// Maximum letters and digits of one.
const MAX_LETTERS: usize = 400;
/// Maximum headings that are compared.
const MAX_CANDIDATES: usize = 2_000;
/// Maximum words of a site's name that only its place in a title tells.
const MAX_SITE_WORDS: usize = 4;
/// Support of a text that a page states letter for letter.
const EXACT: i32 = 50;
/// Letters of a text that headings of sections come after.
const MIN_TEXT: usize = 60;
/// Score from which on a heading is believed against what the page states, and where it states nothing
/// but the site's name.
const MIN_SCORE: i32 = 15;
const MIN_SCORE_ALONE: i32 = 5;
/// Minimum words of a headline that comes after the names of site and section in the page's title.
const MIN_LAST_WORDS: usize = 3;
/// Maximum logos whose names are compared, and bytes of such a name.
const MAX_LOGOS: usize = 20;
const MAX_LOGO_BYTES: usize = 200;
/// Endings of the last word of Kazakh headlines, which names of sites do not have.
#[rustfmt::skip]
const VERB_ENDINGS: &[&str] = &[
    "ды", "ді", "ты", "ті", "ған", "ген", "қан", "кен", "тын", "тін", "мақ", "мек", "пақ", "пек", "бақ", "бек", "ба", "бе", "ма", "ме", "па", "пе",
];
/// How much a class makes a headline of an element that is no heading.
const OF_CLASS: i32 = 4;
/// How much a heading of the first level is a heading by itself.
const H1: i32 = 30;
/// What marks to edit a page begin with.
const EDIT_MARKS: &[&str] = &[
    "өңдеу",
    "өзгерту",
    "қайнарын өңдеу",
    "править",
    "ред",
    "edit",
];
/// Addresses of a site's first page.
const HOME: &[&str] = &[
    "/",
    "./",
    "#",
    "index.html",
    "index.php",
    "/kz",
    "/kk",
    "/kz/",
    "/kk/",
    "/index.html",
    "/index.php",
];

/// The headline, and where it stands if it is on the page.
#[derive(Debug, Default)]
pub(super) struct Headline {
    pub text: Option<String>,
    pub at: Option<usize>,
}

/// A heading, or what could be one.
struct Candidate {
    at: usize,
    text: String,
    score: i32,
}

/// Finds the headline; `aside` says of each node whether it is in furniture.
pub(super) fn find(page: &Page, evidence: &Evidence, aside: &[bool]) -> Headline {
    let titles = Titles::new(evidence, logos(page));
    let first_text = first_text(page, aside);
    let names_headline = titles.names_headline();
    let mut best: Option<Candidate> = None;
    let mut candidates = 0;
    for (at, element) in page.elements() {
        let Some(tag) = rank(element) else { continue };
        let is_heading = tag > 0;
        if page.letters(at) > MAX_LETTERS || is_heading && candidates == MAX_CANDIDATES {
            continue;
        }
        let text = page.text(at, MAX_BYTES);
        let letters = text.chars().filter(|next| next.is_alphabetic()).count();
        if letters < 2 || text.len() > MAX_BYTES {
            continue;
        }
        candidates += usize::from(is_heading);
        let support = titles.support(&text);
        // An element that is no heading is the headline only if the page states the same.
        if tag == 0 && support < EXACT {
            continue;
        }
        // Nor is one with a class of headlines, which sites name themselves and their sections with, where the page
        // states a headline.
        if tag == OF_CLASS && support <= 0 && names_headline {
            continue;
        }
        let place = place(page, at, element, aside);
        // The name of the site is the title of many a page, too.
        let support = if place <= -40 {
            support.min(0)
        } else {
            support
        };
        let leads = if is_heading && at < first_text { 5 } else { 0 };
        // The logo of a site that names no article in its title; a lead that is marked up as a heading.
        let is_logo = (titles.is_page_title_only(&text)
            || byline::is_organisation(&text) && !titles.is_stated(&text))
            && is_at_the_top(page, at);
        // The section of the site, above the headline of another level.
        let is_section = tag == OF_CLASS && metadata::is_section(&text)
            || tag == H1 && metadata::is_section(&text) && has_headline_below(page, at, first_text);
        let is_lead = text.ends_with('.') && letters > MIN_TEXT;
        // The name of an office is no headline; a short name is one only where no other heading is.
        let of_logo = if is_section {
            100
        } else if !is_logo {
            0
        } else if byline::is_organisation(&text) {
            100
        } else if reads_as_a_name(&text) {
            80
        } else {
            60
        };
        let against = of_logo + if is_lead { 15 } else { 0 };
        let score = tag + support + place + leads - against;
        if best.as_ref().is_none_or(|best| score > best.score) {
            best = Some(Candidate { at, text, score });
        }
    }
    let least = if titles.stated().is_none() {
        MIN_SCORE_ALONE
    } else {
        MIN_SCORE
    };
    match best {
        Some(best) if best.score >= least => {
            // What is compared has no exponents.
            let shown = blocks::text_of(page, best.at).unwrap_or(best.text);
            let shown = without_edit_mark(&shown);
            let text = titles.without_date(shown).or_else(|| titles.whole(shown));
            let text = text.or_else(|| titles.without_labels(page, best.at, shown));
            Headline {
                text: Some(text.unwrap_or_else(|| titles.without_site(shown))),
                at: Some(best.at),
            }
        }
        _ => Headline {
            text: titles.stated(),
            at: None,
        },
    }
}

/// Whether a heading of the second or third level that is no link comes between a place and the first text.
fn has_headline_below(page: &Page, at: usize, first_text: usize) -> bool {
    let below = page.range(at).end..first_text;
    let mut headings = below.filter_map(|at| Some((at, page.element(at)?)));
    headings.any(|(at, element)| {
        matches!(element.name.as_str(), "h2" | "h3")
            && words(&page.text(at, MAX_BYTES)) >= MIN_LAST_WORDS
            && !page.elements_in(at).any(|(_, inner)| inner.name == "a")
    })
}

/// A headline without the mark of wikis to edit it.
fn without_edit_mark(text: &str) -> &str {
    let mark = text
        .rsplit_once('[')
        .and_then(|(before, mark)| Some((before, mark.strip_suffix(']')?)));
    match mark {
        Some((before, mark))
            if EDIT_MARKS
                .iter()
                .any(|known| mark.to_lowercase().starts_with(known)) =>
        {
            before.trim_end()
        }
        _ => text,
    }
}

/// Where the first text of a sentence's length is, outside of furniture; the end if there is none.
fn first_text(page: &Page, aside: &[bool]) -> usize {
    let is_text = |at: usize| match &page.nodes[at].content {
        Content::Text(text) => {
            let in_heading = page
                .element(page.parent(at))
                .and_then(rank)
                .is_some_and(|rank| rank > 0);
            !in_heading && super::page::letter_count(text) >= MIN_TEXT
        }
        _ => false,
    };
    let mut all = 0..page.nodes.len();
    all.find(|&at| !aside.get(at).copied().unwrap_or(false) && is_text(at))
        .unwrap_or(page.nodes.len())
}

/// Whether a heading is in the header of a site, and not in that of an article.
fn is_at_the_top(page: &Page, at: usize) -> bool {
    let mut around = page
        .ancestors(at)
        .take(30)
        .filter_map(|at| page.element(at));
    let found = around.find(|element| {
        roles::is_article(element) || roles::is_main(element) || roles::is_at_the_top(element)
    });
    found.is_some_and(|element| !roles::is_article(element) && !roles::is_main(element))
}

/// How much an element is a heading by itself; `None` if it can be no headline.
fn rank(element: &Element) -> Option<i32> {
    if element.has_value("itemprop", "headline") {
        return (element.name != "meta").then_some(40);
    }
    // Builders of sites make headlines of elements that are none.
    if matches!(element.name.as_str(), "div" | "p" | "span" | "td")
        && element.has_name(roles::HEADLINE_NAMES)
    {
        return Some(OF_CLASS);
    }
    match element.name.as_str() {
        "h1" => Some(H1),
        "h2" => Some(12),
        "h3" => Some(6),
        "h4" => Some(2),
        "div" | "p" | "span" | "td" | "b" | "strong" | "font" | "h5" | "h6" => Some(0),
        _ => None,
    }
}

/// What the place of a heading says for or against it.
fn place(page: &Page, at: usize, element: &Element, aside: &[bool]) -> i32 {
    let mut score = 0;
    if element.has_name(&[
        "logo",
        "brand",
        "site title",
        "sitename",
        "site name",
        "logotype",
        "navbar brand",
    ]) {
        score -= 60;
    }
    if element.has_name(&[
        "title",
        "headline",
        "head single",
        "entry title",
        "post title",
        "article title",
        "zagolovok",
        "taqyryp",
    ]) {
        score += 6;
    }
    if aside.get(at).copied().unwrap_or(false) {
        score -= 45;
    }
    let mut in_article = false;
    for around in page
        .ancestors(at)
        .filter_map(|at| page.element(at))
        .take(30)
    {
        in_article |= roles::is_article(around) || roles::is_main(around);
        match around.name.as_str() {
            // A headline that is a link leads to its article.
            "a" => {
                score -= if leads_home(around) { 40 } else { 15 };
            }
            "li" | "label" => score -= 10,
            "header" if !in_article => score -= 10,
            _ => {}
        }
        if around.has_name(&[
            "logo",
            "brand",
            "site branding",
            "site title",
            "site header logo",
        ]) {
            score -= 40;
        }
    }
    if in_article {
        score += 8;
    }
    let inner = page.nodes.get(page.range(at)).unwrap_or_default();
    let mut links = inner.iter().filter_map(|node| match &node.content {
        Content::Element(element) if element.name == "a" => Some(element),
        _ => None,
    });
    let link = links.find(|link| link.attribute("href").is_some());
    if let Some(link) = link {
        score -= if leads_home(link) { 40 } else { 15 };
    }
    score
}

/// Whether a link leads to the first page of the site.
fn leads_home(link: &Element) -> bool {
    HOME.contains(&link.attribute("href").unwrap_or_default())
}

/// The names that logos show: the text or the picture's description of a link to the first page, or of an
/// element that its class calls a logo.
fn logos(page: &Page) -> Vec<String> {
    let is_logo = |element: &Element| {
        element.name == "a" && leads_home(element) && element.attribute("href") != Some("#")
            || element.has_name(&["logo", "logotype", "brand", "site title", "site name"])
    };
    let found = page.elements().filter(|(_, element)| is_logo(element));
    let mut names = Vec::new();
    for (at, _) in found.take(MAX_LOGOS) {
        let text = page.text(at, MAX_LOGO_BYTES);
        let nodes = page.nodes.get(page.range(at)).unwrap_or_default();
        let pictures = nodes
            .iter()
            .take(20)
            .filter_map(|node| match &node.content {
                Content::Element(element) if element.name == "img" => element.attribute("alt"),
                _ => None,
            });
        names.extend(pictures.map(squeeze).chain([text]));
    }
    names.retain(|name| !name.is_empty() && name.len() <= MAX_LOGO_BYTES);
    names
}

/// Whether a text can be the name of a site, by its length and its last word.
fn reads_as_a_name(text: &str) -> bool {
    let lower = text.to_lowercase();
    let is_verb = VERB_ENDINGS.iter().any(|ending| lower.ends_with(ending));
    words(text) <= MAX_SITE_WORDS && !is_verb
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// What is compared: letters and digits in lower case.
pub(super) fn letters(text: &str) -> String {
    let letters = text.chars().filter(|next| next.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
