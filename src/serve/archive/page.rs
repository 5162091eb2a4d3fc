//! The search page: a form, and what was found.

use maud::{DOCTYPE, Markup, html};

use super::Results;
use super::asked::{Asked, MAX_PAGE};
use super::texts::Texts;
use crate::archive::finished::{
    ArticleEntry, Facets, Found, Hit, MAX_QUERY_CHARS, Order, PAGE_ITEMS, Piece, Section,
};
use crate::checks::Check;
use crate::language::Language;
use crate::report::flags;
use crate::serve::http::Parameters;

/// Where pages of the run are, and the page over all articles.
const PAGES: &str = "pages/";
const OVERVIEW: &str = "pages/report.html";
/// The parameters that a link to another page of results, or in another language, keeps.
const KEPT: [&str; 8] = [
    "q", "from", "to", "section", "outlet", "flag", "order", "lang",
];

/// What the page shows.
pub(super) struct Shown<'a> {
    pub texts: &'static Texts,
    pub facets: &'a Facets,
    pub has_overview: bool,
    /// Whether the server's own page is there, for translating.
    pub translates: bool,
    /// As they were sent, for the form.
    pub parameters: &'a Parameters,
    pub asked: Option<&'a Asked>,
    pub results: Option<&'a Results>,
    pub problem: Option<&'a str>,
}

/// The page.
pub(super) fn markup(shown: &Shown<'_>) -> Markup {
    let Shown { texts, facets, .. } = shown;
    html! {
        (DOCTYPE)
        html lang=(texts.code) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (shown.title()) }
                link rel="icon" href="icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="archive.css";
            }
            body.archive {
                a.skip href="#main" { (texts.say("skip")) }
                header.site {
                    p.wordmark translate="no" { "audarma" }
                    p.tagline { (texts.say("archive.title")) }
                    @if shown.translates {
                        p.elsewhere { a href="../" { (texts.say("compose.heading")) } }
                    }
                    nav.languages aria-label=(texts.say("language")) {
                        @for other in Texts::all() {
                            a lang=(other.code) href=(shown.address(None, Some(other.code)))
                                aria-current=[(other.code == texts.code).then_some("true")] { (other.name) }
                        }
                    }
                }
                main #main tabindex="-1" {
                    h1 { (texts.say("archive.heading")) }
                    p.lead { (texts.say("archive.lead")) }
                    ul.facts {
                        li { (texts.say_of("archive.holds", grouped(facets.articles))) }
                        @if let Some((first, last)) = &facets.days {
                            li { (self::shown(first)) @if first != last { " – " (self::shown(last)) } }
                        }
                        @if shown.has_overview {
                            li { a href=(OVERVIEW) { (texts.say("archive.overview")) } }
                        }
                    }
                    (shown.form())
                    @if let Some(problem) = shown.problem {
                        p.notice role="alert" { (texts.say("archive.problem")) " " span lang="en" { (problem) } }
                    }
                    @match shown.results {
                        Some(Results::Sentences(found)) => {
                            (shown.list("archive.sentences", found, |hit| shown.sentence(hit)))
                        }
                        Some(Results::Articles(found)) => {
                            (shown.list("archive.articles", found, |entry| shown.article(entry)))
                        }
                        None => {}
                    }
                }
                footer.page {
                    p { strong { (texts.say("footer.check")) } " " (texts.say("footer.marks")) }
                }
            }
        }
    }
}

/// Where an article's page is, relative to the search page, and the place of a sentence on it.
pub(super) fn link(entry: &ArticleEntry, sentence: Option<usize>) -> String {
    let mut link = match &entry.page {
        Some(file) => format!("{PAGES}{}", encoded(file, |byte| byte == b'/')),
        None => format!("articles/{}", entry.number),
    };
    match sentence {
        Some(0) => link.push_str("#a1-title"),
        Some(number) => link.push_str(&format!("#a1-{number}")),
        None => {}
    }
    link
}

impl Shown<'_> {
    fn value(&self, name: &str) -> String {
        self.parameters.text(name).unwrap_or_default()
    }

    fn title(&self) -> String {
        let title = self.texts.say("archive.title");
        match self.value("q").trim() {
            "" => format!("{title} – audarma"),
            words => format!("{words} – {title} – audarma"),
        }
    }

    /// The address of a page of these results; of the first in another language.
    fn address(&self, page: Option<usize>, language: Option<&str>) -> String {
        let mut pairs = Vec::new();
        for name in KEPT {
            let value = match language {
                Some(code) if name == "lang" => code.to_owned(),
                _ => self.value(name),
            };
            if !value.is_empty() {
                pairs.push(format!("{name}={}", encoded(&value, |_| false)));
            }
        }
        if let Some(page) = page {
            pairs.push(format!("page={page}"));
        }
        format!("./?{}", pairs.join("&"))
    }

    fn form(&self) -> Markup {
        let Self { texts, facets, .. } = self;
        let order = self
            .asked
            .map_or(Order::default(), |asked| asked.query.order);
        html! {
            form.card method="get" action="./" role="search" {
                label for="q" { (texts.say("archive.words")) }
                div.words {
                    input #q type="search" name="q" value=(self.value("q")) maxlength=(MAX_QUERY_CHARS)
                        autocomplete="off" spellcheck="false" autofocus[self.results.is_none()];
                    button.primary type="submit" { (texts.say("archive.search")) }
                }
                div.filters {
                    @for name in ["from", "to"] {
                        div {
                            label for=(name) { (texts.say(&format!("archive.{name}"))) }
                            input id=(name) type="date" name=(name) value=(self.value(name))
                                min=[facets.days.as_ref().map(|days| &days.0)]
                                max=[facets.days.as_ref().map(|days| &days.1)];
                        }
                    }
                    @if !facets.sections.is_empty() {
                        (self.choice("section", facets.sections.iter().map(|(section, count)| {
                            (section.source.clone(), format!("{} ({count})", both(section)))
                        })))
                    }
                    @if !facets.outlets.is_empty() {
                        (self.choice("outlet", facets.outlets.iter().map(|(outlet, count)| {
                            (outlet.clone(), format!("{outlet} ({count})"))
                        })))
                    }
                    @if !facets.flags.is_empty() {
                        (self.choice("flag", facets.flags.iter().map(|&(check, count)| {
                            (check.name().to_owned(), format!("{} ({count})", texts.check(check)))
                        })))
                    }
                    div {
                        label for="order" { (texts.say("archive.order")) }
                        select #order name="order" {
                            option value="rank" selected[order == Order::Rank] { (texts.say("archive.rank")) }
                            option value="day" selected[order == Order::Day] { (texts.say("archive.day")) }
                        }
                    }
                }
                @if !self.value("lang").is_empty() {
                    input type="hidden" name="lang" value=(texts.code);
                }
                p.reset { a href=(self.reset()) { (texts.say("archive.reset")) } }
            }
        }
    }

    fn reset(&self) -> String {
        match self.value("lang").as_str() {
            "" => String::from("./"),
            _ => format!("./?lang={}", self.texts.code),
        }
    }

    /// A list to choose from; the first choice is none.
    fn choice(&self, name: &str, options: impl Iterator<Item = (String, String)>) -> Markup {
        let chosen = self.value(name);
        html! {
            div {
                label for=(name) { (self.texts.say(&format!("archive.{name}"))) }
                select id=(name) name=(name) {
                    option value="" { (self.texts.say("archive.any")) }
                    @for (value, words) in options {
                        option value=(value) selected[value == chosen] { (shown(&words)) }
                    }
                }
            }
        }
    }

    /// A page of what was found, and the way to the others.
    fn list<T>(&self, heading: &str, found: &Found<T>, item: impl Fn(&T) -> Markup) -> Markup {
        let texts = self.texts;
        let mut total = grouped(found.total);
        if found.is_more {
            total = texts.say_of("archive.more", total);
        }
        let page = self.asked.map_or(1, |asked| asked.page);
        let last = found.total.div_ceil(PAGE_ITEMS).clamp(1, MAX_PAGE);
        html! {
            section.found aria-labelledby="found" {
                h2 #found role="status" { (texts.say_of(heading, total)) }
                @if found.items.is_empty() { p.none { (texts.say("archive.nothing")) } }
                ol start=((page - 1) * PAGE_ITEMS + 1) { @for one in &found.items { li { (item(one)) } } }
                @if last > 1 {
                    nav.turn aria-label=(texts.say("archive.pages")) {
                        @if page > 1 {
                            a rel="prev" href=(self.address(Some(page - 1), None)) { (texts.say("archive.previous")) }
                        }
                        span { (texts.say_of("archive.page", format!("{page} / {last}"))) }
                        @if page < last {
                            a rel="next" href=(self.address(Some(page + 1), None)) { (texts.say("archive.next")) }
                        }
                    }
                }
            }
        }
    }

    fn sentence(&self, hit: &Hit) -> Markup {
        let link = link(&hit.article, Some(hit.sentence));
        let language = Language::find(&hit.language).map(|language| language.iso_code);
        html! {
            p.target lang="en" { (marked(&hit.target)) (self.flags(&hit.flags)) }
            p.source lang=[language] translate="no" { (marked(&hit.source)) }
            (self.about(&hit.article, &link, &[]))
        }
    }

    fn article(&self, entry: &ArticleEntry) -> Markup {
        html! {
            (self.about(entry, &link(entry, None), &entry.flags))
            @if let Some(summary) = &entry.summary { p.summary lang="en" { (shown(summary)) } }
        }
    }

    /// An article's title, as the way to it, and what is known of it.
    fn about(&self, entry: &ArticleEntry, link: &str, flags: &[Check]) -> Markup {
        let text = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let title = text(&entry.title_target).or_else(|| text(&entry.title_source));
        html! {
            div.about {
                p.title {
                    a href=(link) {
                        @match title {
                            Some(title) => { span lang="en" { (shown(&title)) } }
                            None => { (self.texts.say("archive.untitled")) ": " (shown(&entry.id)) }
                        }
                    }
                    (self.flags(flags))
                }
                ul.facts {
                    @if let Some(date) = text(&entry.date) { li { time datetime=(shown(&date)) { (shown(&date)) } } }
                    @if let Some(section) = text(&entry.section_target).or_else(|| text(&entry.section_source)) {
                        li { (shown(&section)) }
                    }
                    @if let Some(outlet) = text(&entry.outlet) { li { (shown(&outlet)) } }
                }
            }
        }
    }

    fn flags(&self, checks: &[Check]) -> Markup {
        html! {
            @for &check in checks {
                " "
                span class={ "mark " (flags::class(check)) } title=(self.texts.meaning(check)) {
                    (self.texts.check(check))
                }
            }
        }
    }
}

fn both(section: &Section) -> String {
    match section.target.trim() {
        "" => section.source.clone(),
        target if target == section.source => section.source.clone(),
        target => format!("{} · {target}", section.source),
    }
}

/// A text with what was looked for marked.
fn marked(pieces: &[Piece]) -> Markup {
    html! {
        @for piece in pieces {
            @if piece.is_found { mark { (shown(&piece.text)) } } @else { (shown(&piece.text)) }
        }
    }
}

/// A text without characters that reorder what is shown.
fn shown(text: &str) -> String {
    let acts =
        |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}') || c.is_control();
    text.replace(acts, "\u{FFFD}")
}

/// A number with its thousands apart.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    grouped
}

/// A text within an address: what has a meaning there as `%` and two digits.
fn encoded(text: &str, is_kept: impl Fn(u8) -> bool) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || is_kept(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_page_of_the_run_and_nowhere_else() {
        let mut entry = ArticleEntry {
            number: 7,
            id: String::from("a"),
            title_source: None,
            title_target: None,
            date: None,
            section_source: None,
            section_target: None,
            outlet: None,
            summary: None,
            flags: Vec::new(),
            page: Some(String::from("javascript:a/ә \"?#.html")),
        };
        assert_eq!(
            link(&entry, Some(3)),
            "pages/javascript%3Aa/%D3%99%20%22%3F%23.html#a1-3"
        );
        assert_eq!(
            link(&entry, Some(0)),
            "pages/javascript%3Aa/%D3%99%20%22%3F%23.html#a1-title"
        );
        entry.page = None;
        assert_eq!(link(&entry, None), "articles/7");
    }

    #[test]
    fn thousands_stand_apart() {
        let shown = [0, 999, 1_000, 20_000, 1_234_567].map(grouped);
        assert_eq!(
            shown,
            [
                "0",
                "999",
                "1\u{a0}000",
                "20\u{a0}000",
                "1\u{a0}234\u{a0}567"
            ]
        );
    }
}
