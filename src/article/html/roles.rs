//! What the elements of a page are for, by their tags, attributes and the words of their classes, in
//! English, Russian and Kazakh. Furniture is what surrounds an article: menus, footers, comments,
//! advertisements, other articles.

mod names;

use super::blocks::is_block;
use super::page::{Content, Element, Page};

/// Elements without text of an article.
#[rustfmt::skip]
const WITHOUT_TEXT: &[&str] = &[
    "audio", "button", "canvas", "datalist", "embed", "head", "iframe", "input", "map", "menu", "meter",
    "noscript", "object", "progress", "script", "select", "style", "svg", "template", "textarea", "video",
];
/// Elements of AMP that hold text; all others are advertisements, players and buttons.
const AMP_WITH_TEXT: &[&str] = &[
    "amp-accordion",
    "amp-carousel",
    "amp-fit-text",
    "amp-layout",
    "amp-selector",
];
/// Elements around articles.
const AROUND: &[&str] = &["aside", "dialog", "footer", "nav"];
/// Roles (ARIA) of elements around articles.
#[rustfmt::skip]
const ROLES_AROUND: &[&str] = &[
    "alert", "alertdialog", "complementary", "contentinfo", "dialog", "menu", "menubar", "navigation", "search",
    "toolbar", "tooltip",
];

/// Words of classes of what readers write, and of what belongs to the site: furniture however long it is.
#[rustfmt::skip]
const ALWAYS_AROUND: &[&str] = &[
    "comment", "comments", "commentlist", "commentary list", "disqus", "respond", "kommentarii", "kommentarij",
    "kommentariy", "kommentarii", "pikir", "pikirler", "pikirleri", "pікір", "пікірлер", "hypercomments", "cackle",
    "cookie", "cookies", "gdpr", "consent", "footer", "foot", "colophon", "podval", "siteinfo", "wm ipp", "wm ipp base",
];
/// Words of classes of other furniture.
#[rustfmt::skip]
const USUALLY_AROUND: &[&str] = &[
    // Ways through the site.
    "breadcrumb", "breadcrumbs", "crumbs", "nav", "navbar", "navigation", "menu", "topmenu", "mainmenu", "sidebar", "side bar",
    "rightbar", "leftbar", "pagination", "pager", "paging", "skip link", "skip to content", "screen reader text", "sr only", "visually hidden",
    "post nav", "next post", "prev post", "prev next", "back link", "back button", "go back", "goback", "btn back",
    "artqa", "toolbar", "searchform", "search form", "login", "signin", "lang switcher", "languages",
    // What asks for something.
    "subscribe", "subscribes", "subscription", "newsletter", "podpiska", "podpiski", "jazylu", "zhazylu", "zhazylym", "jazylym",
    "share", "shares", "sharing", "sharebar", "social", "socials", "soc", "socseti", "addthis", "sharedaddy", "addtoany",
    "ya share", "ya share2", "share42", "yashare", "likely", "pluso", "uptolike", "bolisu", "bolisw", "bölisu",
    "follow us", "donate", "donation", "app download", "orphus", "error report", "captcha", "popup", "modal", "overlay",
    "reactions", "likes", "rating", "poll", "vote", "voting", "print link", "post print",
    // Advertisements.
    "ad", "ads", "adv", "advert", "adverts", "advertisement", "advertising", "adsbygoogle", "adfox", "adslot", "banner", "banners",
    "reklama", "reklam", "jarnama", "zharnama", "жарнама", "promo", "promoted", "sponsor", "sponsored", "teaser", "teasers", "mgid",
    // Other articles.
    "related", "relatedposts", "relatedarticles", "related news", "jp relatedposts", "yarpp", "recommend", "recommended", "recommendation", "recommendations",
    "recommends", "similar", "uqsas", "uksas", "uqsa", "ұқсас", "read also", "readalso", "also read", "alsoread", "see also", "seealso", "read more news",
    "tagy oqy", "tagy oqynyz", "oqy otyr", "oqyotyr", "chitaite", "chitayte", "chitajte", "po teme", "poteme", "other news", "othernews", "more news", "morenews",
    "more posts", "last news", "lastnews", "latest news", "latest posts", "latest", "popular", "trending", "most read", "mostread", "top news", "topnews", "hot news", "lenta",
    "newsfeed", "news feed", "ticker", "in this issue", "interesting",
    // Names of things.
    "tags", "taglist", "tag list", "tag cloud", "tagcloud", "tags links", "post tags", "hashtags", "tegter", "tegs",
    "widgets", "widget area", "widget sidebar", "copyright", "author bio", "author box", "authorbox", "about author",
    // Wikis.
    "mw editsection", "noprint", "navbox", "catlinks", "printfooter", "toc", "reflist", "references", "site sub",
    "sitesub", "jump to nav", "mw jump link", "mw indicators", "ambox", "sistersitebox",
    // Posts of other sites.
    "twitter tweet", "instagram media", "fb post", "fb video", "telegram post", "tiktok embed", "reddit embed", "vk post",
    "social embed", "embedly card",
];
/// Words of classes of links that are buttons, nodes beside one among which the text of its line is, and elements
/// around a text among which its block is.
const BUTTONS: &[&str] = &["btn", "button"];
const MAX_NODES_OF_LINE: usize = 20;
const MAX_LEVELS_OF_LINE: usize = 8;
/// Words of classes of boxes of data on wikis, which are tables there; on other sites they hold a paragraph.
const INFOBOXES: &[&str] = &["infobox"];
/// Words of [`USUALLY_AROUND`] for other articles, to which there are links.
#[rustfmt::skip]
const OTHER_ARTICLES: &[&str] = &[
    "teaser", "teasers", "related", "recommend", "recommended", "similar", "latest", "popular", "trending", "lenta", "interesting",
];
/// Words of classes of asides that belong to the text beside which they stand.
#[rustfmt::skip]
const ASIDES_OF_TEXT: &[&str] = &[
    "quote", "pullquote", "pull quote", "pquote", "blockquote", "citation", "cite", "citata", "sitata", "daieksoz", "цитата", "дәйексөз",
    "fact", "facts", "factbox", "fact box", "callout", "highlight", "spravka", "anyqtama", "anyktama", "sidenote", "side note", "note",
];
/// Words of classes of quotations that repeat the text.
const PULL_QUOTES: &[&str] = &["pullquote", "pull quote", "pquote"];
/// Words of classes of text that is folded or shown on demand.
#[rustfmt::skip]
const FOLDED: &[&str] = &[
    "hidden", "hide", "collapse", "collapsed", "collapsible", "fold", "folded", "unfold", "spoiler", "spoiler body", "accordion", "toggle", "invisible", "d none",
    "more text", "text more", "moretext", "read more text", "readmore text", "more content", "rest", "continue", "continuation", "jalgasy", "zhalgasy", "expand", "expandable", "truncated",
];
/// Words of classes at the top of a site.
const AT_THE_TOP: &[&str] = &[
    "header",
    "masthead",
    "topbar",
    "top bar",
    "site header",
    "head bar",
];

/// Words of classes of a headline in an element that is no heading.
pub(super) const HEADLINE_NAMES: &[&str] = &[
    "t title",
    "entry title",
    "post title",
    "article title",
    "news title",
    "page title",
];

/// Words of classes of an article's text.
#[rustfmt::skip]
const BODY_NAMES: &[&str] = &[
    "article", "articles body", "article body", "article text", "article content", "body", "body text", "content", "entry", "entry content",
    "post", "post content", "post body", "post text", "text", "txt", "story", "story body", "news", "news text", "news body", "news content",
    "detail", "details text", "detail text", "full text", "fulltext", "main text", "mainbody", "page content", "single", "single content", "publication",
    "material", "maqala", "makala", "matin", "mätin", "мақала", "мәтін", "wsw", "the content", "article_body", "hentry", "record",
];
/// Words of classes that texts of articles do not have.
#[rustfmt::skip]
const NOT_BODY_NAMES: &[&str] = &[
    "aside", "card", "cards", "carousel", "column side", "contact", "gallery", "item", "items", "list", "media", "meta", "right", "slider", "swiper", "thumb",
    "widget",
];

/// What of a page is no part of its article.
pub(super) struct Roles {
    /// For each node whether it is left out.
    pub left_out: Vec<bool>,
    /// The elements with sentences among it that only their classes call furniture.
    pub usual: Vec<usize>,
}

/// Whether an element has no text of an article, by its tag.
pub(super) fn has_no_text(element: &Element) -> bool {
    let name = element.name.as_str();
    WITHOUT_TEXT.contains(&name)
        || name.starts_with("amp-") && !AMP_WITH_TEXT.contains(&name)
        || ["fallback", "placeholder", "overflow"]
            .iter()
            .any(|name| element.attribute(name) == Some(""))
}

/// Whether an element is not shown, as far as it says so itself.
pub(super) fn is_hidden(element: &Element) -> bool {
    let style = element.attribute("style").unwrap_or_default();
    let style: String = style.chars().filter(|next| !next.is_whitespace()).collect();
    element.attribute("hidden").is_some()
        || element.attribute("aria-hidden") == Some("true")
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}

/// Whether an element is furniture however much text it has, by its tag, role or class.
pub(super) fn is_always_around(element: &Element) -> bool {
    let role = element.attribute("role").unwrap_or_default();
    AROUND.contains(&element.name.as_str()) && !is_aside_of_text(element)
        || ROLES_AROUND.contains(&role)
        || !is_frame(element) && names::is_of(element, ALWAYS_AROUND)
}

/// Whether an `aside` says that it holds a quotation or a note, so that it belongs to its text.
fn is_aside_of_text(element: &Element) -> bool {
    element.name == "aside" && element.has_name(ASIDES_OF_TEXT) && !element.has_name(NOT_BODY_NAMES)
}

/// Whether an element can repeat words of the text beside it.
pub(super) fn is_pull_quote(element: &Element) -> bool {
    element.name == "aside" || element.has_name(PULL_QUOTES)
}

/// Whether an `aside` holds a quotation and nothing else.
fn is_aside_of_quotation(page: &Page, at: usize, element: &Element) -> bool {
    element.name == "aside"
        && page.elements_in(at).take(4).any(|(inner, element)| {
            element.name == "blockquote" && page.letters(inner) == page.letters(at)
        })
        && page.letters(at) > 0
}

/// Whether an element is folded, or not shown, so that it can hold more of the text before it.
pub(super) fn is_folded(element: &Element) -> bool {
    element.name == "details" || is_hidden(element) || element.has_name(FOLDED)
}

/// Whether two elements are of one kind by their names, but for numbers and what folds them.
pub(super) fn are_alike(one: &Element, other: &Element) -> bool {
    let words = |element: &Element| -> Vec<String> {
        let words = element.names.split(' ').filter(|word| {
            !word.is_empty()
                && !FOLDED.contains(word)
                && !word.bytes().all(|byte| byte.is_ascii_digit())
        });
        words
            .map(|word| {
                word.trim_end_matches(|last: char| last.is_ascii_digit())
                    .to_owned()
            })
            .collect()
    };
    one.name == other.name
        && (one.names == other.names || {
            let words_of_one = words(one);
            !words_of_one.is_empty() && words_of_one == words(other)
        })
}

/// Whether an element is furniture unless it has much of the page's text.
fn is_usually_around(element: &Element) -> bool {
    !is_frame(element)
        && (names::is_of(element, USUALLY_AROUND)
            || element.name == "form"
            || element.name == "table" && element.has_name(INFOBOXES))
        && !element.has_value("itemprop", "articleBody")
}

/// Whether an element is a link that its class calls a button.
fn is_button(element: &Element) -> bool {
    element.name == "a" && element.has_name(BUTTONS)
}

/// Whether text that is of no button is on one line with an element, as in a sentence that a link is in.
fn is_in_line(page: &Page, at: usize) -> bool {
    let end = page.range(at).end;
    has_text_beside(page, at, (at.saturating_sub(MAX_NODES_OF_LINE)..at).rev())
        || has_text_beside(page, at, end..end.saturating_add(MAX_NODES_OF_LINE))
}

/// Whether text of the block that an element is in is among nodes that go away from it.
fn has_text_beside(page: &Page, at: usize, nodes: impl Iterator<Item = usize>) -> bool {
    let block = |at: usize| {
        let mut around = page.ancestors(at).take(MAX_LEVELS_OF_LINE);
        around.find(|&at| page.element(at).is_some_and(|one| is_block(&one.name)))
    };
    let of_button = |at: usize| {
        let mut around = page.ancestors(at).take(MAX_LEVELS_OF_LINE);
        around.any(|at| page.element(at).is_some_and(is_button))
    };
    let own = block(at);
    for near in nodes {
        match page.nodes.get(near).map(|node| &node.content) {
            Some(Content::Element(element)) if element.name == "br" => return false,
            Some(Content::Text(text)) if text.contains(char::is_alphanumeric) => {
                if block(near) != own {
                    return false;
                }
                if !of_button(near) {
                    return true;
                }
            }
            Some(_) => {}
            None => return false,
        }
    }
    false
}

/// Whether an element that its class calls furniture reads as a text: another class calls it one, or the
/// other articles that it is to hold are not linked.
fn reads_as_text(page: &Page, at: usize, element: &Element, prose: usize) -> bool {
    let is_mostly_prose = prose * 2 > page.letters(at);
    is_mostly_prose
        && (names::has_body_class(element, USUALLY_AROUND)
            || !names::is_of_others(element, USUALLY_AROUND, OTHER_ARTICLES)
                && !page
                    .ancestors(at)
                    .take(2)
                    .any(|around| is_link(page, around))
                && page.elements_in(at).all(|(_, inner)| {
                    !matches!(inner.name.as_str(), "a" | "time") && !is_heading(&inner.name)
                }))
}

/// Whether an element is a picture's own caption or credit, of which its class says the rights.
fn is_in_figure(page: &Page, at: usize, element: &Element) -> bool {
    element.name == "figcaption"
        || element.has_name(&["copyright"])
            && page
                .ancestors(at)
                .take(2)
                .filter_map(|around| page.element(around))
                .any(|around| matches!(around.name.as_str(), "figure" | "figcaption"))
}

fn is_link(page: &Page, at: usize) -> bool {
    page.element(at).is_some_and(|element| element.name == "a")
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Whether an element is furniture outside of articles.
pub(super) fn is_at_the_top(element: &Element) -> bool {
    element.name == "header"
        || element.attribute("role") == Some("banner")
        || !is_frame(element) && names::is_of(element, AT_THE_TOP)
}

/// Whether an element is around everything or around an article: its classes say what else the page has
/// (`has-sidebar`, `tag-news`).
fn is_frame(element: &Element) -> bool {
    matches!(element.name.as_str(), "html" | "body" | "article" | "main")
}

/// Whether a class of an element is one of a text and of no furniture.
pub(super) fn has_body_class(element: &Element) -> bool {
    names::has_body_class(element, USUALLY_AROUND)
}

/// Whether an element says that it is an article.
pub(super) fn is_article(element: &Element) -> bool {
    element.name == "article"
        || element.attribute("role") == Some("article")
        || is_of_article_type(element)
        || element.has_name(&["hentry"])
}

/// Whether an element is of a type of articles in microdata.
pub(super) fn is_of_article_type(element: &Element) -> bool {
    let kind = element.attribute("itemtype").unwrap_or_default();
    kind.ends_with("Article") || kind.ends_with("BlogPosting") || kind.ends_with("Report")
}

/// Whether an element says that it is what a page is about.
pub(super) fn is_main(element: &Element) -> bool {
    element.name == "main" || element.attribute("role") == Some("main")
}

/// How much the classes of an element speak for the text of an article; 1 if not at all.
pub(super) fn body_weight(element: &Element) -> f64 {
    let tag = match element.name.as_str() {
        "article" => 1.3,
        "main" | "section" | "div" => 1.0,
        "td" => 0.9,
        "blockquote" | "li" | "ul" | "ol" | "figure" | "form" | "table" | "tr" | "tbody" => 0.6,
        _ => 0.9,
    };
    let of_names = match (
        element.has_name(BODY_NAMES),
        element.has_name(NOT_BODY_NAMES),
    ) {
        (true, false) => 1.3,
        (false, true) => 0.8,
        _ => 1.0,
    };
    tag * of_names
}

impl Roles {
    /// Finds furniture while the headline is unknown: headers of sites are none, since it may be in one.
    pub(super) fn without_headers(page: &Page) -> Self {
        let headlines = page.elements().filter(|(_, element)| element.name == "h1");
        let headlines: Vec<usize> = headlines.map(|(at, _)| at).take(MAX_HEADLINES).collect();
        Self::of(page, &headlines, Furniture::BelowTheTop)
    }

    /// Finds furniture. What contains a place of `protected` is none.
    pub(super) fn find(page: &Page, protected: &[usize]) -> Self {
        Self::of(page, protected, Furniture::All)
    }

    /// Finds what is furniture whatever it holds: classes that also texts have say nothing.
    pub(super) fn surely(page: &Page, protected: &[usize]) -> Self {
        Self::of(page, protected, Furniture::Sure)
    }

    fn of(page: &Page, protected: &[usize], furniture: Furniture) -> Self {
        let mut protects = vec![false; page.nodes.len()];
        for &at in protected {
            for around in page.ancestors(at).chain([at]) {
                if let Some(here) = protects.get_mut(around) {
                    *here = true;
                }
            }
        }
        let prose = prose(page);
        let of_range = |at: usize| {
            let end = page.range(at).end;
            prose[end] - prose[at]
        };
        let all = of_range(0);
        let mut left_out = vec![false; page.nodes.len()];
        let mut usual = Vec::new();
        // The end of the article or main element around.
        let mut inside = 0;
        let mut at = 0;
        while let Some(node) = page.nodes.get(at) {
            let Content::Element(element) = &node.content else {
                at += 1;
                continue;
            };
            let has_most = |element: &Element| {
                let least = if element.name == "form" { 0 } else { MIN_MOST };
                of_range(at) * 2 > all && of_range(at) > least
            };
            let is_long = || of_range(at) > MIN_HIDDEN_PROSE;
            let is_sure = has_no_text(element)
                || !protects[at]
                    && (is_always_around(element) && !is_aside_of_quotation(page, at, element)
                        || is_hidden(element) && !is_long());
            let is_usual = || {
                !protects[at]
                    && !is_in_figure(page, at, element)
                    && (is_usually_around(element)
                        && !has_most(element)
                        && !reads_as_text(page, at, element, of_range(at))
                        || is_button(element) && !is_in_line(page, at)
                        || furniture == Furniture::All
                            && at >= inside
                            && is_at_the_top(element)
                            && !has_most(element))
            };
            if is_sure || furniture != Furniture::Sure && is_usual() {
                if !is_sure && of_range(at) > 0 && usual.len() < MAX_USUAL {
                    usual.push(at);
                }
                left_out[at..node.end].fill(true);
                at = node.end;
                continue;
            }
            if is_article(element) || is_main(element) {
                inside = inside.max(node.end);
            }
            at += 1;
        }
        Self { left_out, usual }
    }
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Furniture {
    All,
    BelowTheTop,
    Sure,
}

/// Maximum elements with sentences that are furniture by their classes only and are told.
const MAX_USUAL: usize = 200;

/// Letters of sentences in an element that is not shown from which on it is text that a reader unfolds.
const MIN_HIDDEN_PROSE: usize = 50;

/// For each node the letters of sentences, outside of links, before it.
fn prose(page: &Page) -> Vec<usize> {
    let mut before = Vec::with_capacity(page.nodes.len() + 1);
    let mut sum = 0;
    let mut link_end = 0;
    let mut skip_end = 0;
    for (at, node) in page.nodes.iter().enumerate() {
        before.push(sum);
        match &node.content {
            Content::Element(element) if element.name == "a" => link_end = link_end.max(node.end),
            Content::Element(element) if has_no_text(element) || is_always_around(element) => {
                skip_end = skip_end.max(node.end);
            }
            Content::Text(text) if at >= link_end && at >= skip_end => {
                let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
                if letters >= MIN_PROSE_TEXT {
                    sum += letters;
                }
            }
            _ => {}
        }
    }
    before.push(sum);
    before
}

/// Maximum headings of the first level that are looked at.
const MAX_HEADLINES: usize = 1_000;

/// Letters of sentences from which on an element can be the article though its class says otherwise.
const MIN_MOST: usize = 400;

/// Letters of a text outside of a link from which on it is more than a label.
const MIN_PROSE_TEXT: usize = 40;
