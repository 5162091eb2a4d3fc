//! One article of the page: head, summary, index of marks, sentence pairs, and how it was made.

use maud::{Markup, Render, html};
use serde_json::Value;

use super::Sanitized;
use super::marks::{Marks, Spot};
use super::names;
use super::words::{Side, marked};
use crate::checks::{Check, Finding};
use crate::document::{Document, Paragraph, ParagraphKind, Sentence, Summary, SummaryMethod};
use crate::report::english;
use crate::report::flags;
use crate::report::language::{Language, translated_from};
use crate::report::list::Item;

/// Characters of an address on the web that are shown at most.
const MAX_SHOWN_ADDRESS: usize = 60;

/// What every part of an article's markup needs.
struct View<'a> {
    /// The beginning of its ids.
    key: &'a str,
    source: Language,
    target: Language,
    marks: &'a Marks,
}

/// The article's markup; its ids begin with `key`.
pub(super) fn article(document: &Document, heading: &str, key: &str, marks: &Marks) -> Markup {
    let source = Language::of(&document.languages.source);
    let target = Language::of(&document.languages.target);
    let view = View {
        key,
        source,
        target,
        marks,
    };
    let source_tag = &view.source.tag;
    html! {
        article id=(key) {
            (view.head(document, heading))
            div.overview {
                @if let Some(summary) = &document.summary { (view.summary(summary, document)) }
                (view.index())
            }
            (view.text(&document.paragraphs))
            (names::panel(&document.names, key, source_tag))
            (view.colophon(document))
        }
    }
}

impl View<'_> {
    fn head(&self, document: &Document, heading: &str) -> Markup {
        let metadata = &document.metadata;
        html! {
            header id=(Spot::Title.id(self.key)) {
                @if let Some(title) = &document.title {
                    h1 lang=(self.target.tag) {
                        @if title.target.trim().is_empty() {
                            (Sanitized(heading))
                        } @else {
                            (marked(&title.target, &title.target, Side::Target, &title.findings))
                        }
                        (self.flags(&title.flags, &title.findings))
                    }
                    p.original lang=(self.source.tag) dir=[direction(&self.source)] {
                        (marked(&title.source, &title.source, Side::Source, &title.findings))
                    }
                } @else {
                    h1 { (Sanitized(heading)) }
                }
                ul.facts {
                    @if let Some(from) = translated_from(&document.languages) { li { (from) } }
                    @if let Some(date) = &metadata.date { li { (Sanitized(date)) } }
                    @if let Some(section) = &metadata.section {
                        li {
                            (Sanitized(&section.target)) " "
                            span.also lang=(self.source.tag) { (Sanitized(&section.source)) }
                        }
                    }
                    @if let Some(author) = &metadata.author { li { (Sanitized(author)) } }
                    @if let Some(origin) = &metadata.origin { li { (Sanitized(origin)) } }
                    @if let Some(views) = metadata.views { li { "read " (views) " times" } }
                    @if let Some(url) = &metadata.url { li.url { (web_link(url)) } }
                    @if let Some(day) = &metadata.captured { li.captured { "captured " (Sanitized(day)) } }
                }
                div.copy hidden {
                    button type="button" { "Copy the " (self.target.name) }
                    button type="button" { "Copy both texts" }
                    span role="status" {}
                }
            }
        }
    }

    fn summary(&self, summary: &Summary, document: &Document) -> Markup {
        html! {
            section.summary id=(Spot::Summary.id(self.key)) {
                h2 { "Summary" }
                p lang=(self.target.tag) {
                    (marked(&summary.target, &summary.target, Side::Target, &summary.findings))
                    (self.flags(&summary.flags, &summary.findings))
                }
                p.how {
                    @match (summary.method, &document.models.summary) {
                        (SummaryMethod::Extractive, _) => { "Sentences picked from the English text" }
                        (_, Some(_)) => { "Written by a second model from the English text" }
                        (method, None) => { (method.name()) }
                    }
                }
            }
        }
    }

    /// The legend: each kind of mark that occurs, its meaning, and the sentences that have it.
    fn index(&self) -> Markup {
        let Marks {
            checks,
            sentences,
            marked,
        } = self.marks;
        html! {
            section.index {
                h2 { "Where to be careful" }
                @if checks.is_empty() {
                    p { "No check found anything to mark. That proves nothing: check before quoting." }
                } @else {
                    p {
                        (marked) @if *marked == 1 { " place is marked" } @else { " places are marked" }
                        "; the text has " (sentences) " sentences."
                    }
                    dl {
                        @for &(check, ref spots) in checks {
                            dt id=(self.legend_id(check)) {
                                span class=(mark_class(check)) { (check.name()) }
                            }
                            dd {
                                (flags::meaning(check).words)
                                span.spots {
                                    @for (index, spot) in spots.iter().enumerate() {
                                        @if index > 0 { "," }
                                        " " a href={ "#" (spot.id(self.key)) } { (spot.label()) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn text(&self, paragraphs: &[Paragraph]) -> Markup {
        let views = [
            ("both", "Both"),
            ("target", self.target.name.as_str()),
            ("source", "Original"),
        ];
        let mut number = 0;
        html! {
            section.pairs {
                div.bar {
                    h2 { "Text" }
                    fieldset.views {
                        legend { "Show" }
                        @for (view, name) in views {
                            label {
                                input.(view) type="radio" name={ (self.key) "-view" }
                                    checked[view == "both"];
                                span { (name) }
                            }
                        }
                    }
                }
                div.columns aria-hidden="true" {
                    span.source { (self.source.name) }
                    span.target { (self.target.name) }
                }
                @for paragraph in paragraphs {
                    div class={ "paragraph " (paragraph.kind.name()) } {
                        @if paragraph.kind == ParagraphKind::Caption { p.label { "Caption" } }
                        @for (index, sentence) in paragraph.sentences.iter().enumerate() {
                            ({ number += 1; self.pair(sentence, number, paragraph.kind, index == 0) })
                            " "
                        }
                    }
                }
            }
        }
    }

    /// A sentence and its English. The number is a link to the pair itself: it can be reached by
    /// keyboard, tapped and sent on; a tap elsewhere in the pair gives it the focus.
    fn pair(&self, sentence: &Sentence, number: usize, kind: ParagraphKind, first: bool) -> Markup {
        let id = Spot::Sentence(number).id(self.key);
        let other = sentence.language.as_deref().map(Language::of);
        let language = other.as_ref().unwrap_or(&self.source);
        let item = |text| list_item(text, kind == ParagraphKind::List && first);
        let (text, bullet) = item(&sentence.source);
        let Sentence {
            flags, findings, ..
        } = sentence;
        let source = marked(text, &sentence.source, Side::Source, findings);
        let english = english(sentence);
        let (text, target_bullet) = item(&english);
        let target = html! {
            (marked(text, &sentence.target, Side::Target, findings)) (self.flags(flags, findings))
        };
        let reasons = flags.iter().filter_map(|&check| {
            let reason = flags::reason(check, findings)?;
            Some((check.name(), reason))
        });
        let reasons: Vec<(&str, String)> = reasons.collect();
        html! {
            div.pair id=(id) tabindex="-1" {
                a.number href={ "#" (id) } aria-label={ "Sentence " (number) } { (number) }
                @if kind == ParagraphKind::Heading {
                    h3.target lang=(self.target.tag) { (target) }
                } @else {
                    p.target.bullet[target_bullet] lang=(self.target.tag) { (target) }
                }
                p.source.bullet[bullet] lang=(language.tag)
                    dir=[direction(language)] translate="no"
                {
                    (source)
                    @if other.is_some() { " " span.language lang="en" { (language.name) } }
                }
                @if !reasons.is_empty() {
                    ul.why {
                        @for (name, reason) in &reasons { li { (name) ": " (Sanitized(reason)) } }
                    }
                }
            }
        }
    }

    /// The marks of a sentence, each a link to its meaning, with what its check saw.
    fn flags(&self, flags: &[Check], findings: &[Finding]) -> Markup {
        let title = |check| {
            let reason = flags::reason(check, findings);
            reason.unwrap_or_else(|| flags::meaning(check).words.to_owned())
        };
        html! {
            @for &check in flags {
                " "
                a class=(mark_class(check)) href={ "#" (self.legend_id(check)) }
                    title=(Sanitized(&title(check))) { (check.name()) }
            }
        }
    }

    fn legend_id(&self, check: Check) -> String {
        format!("{}-mark-{}", self.key, check.name())
    }

    fn colophon(&self, document: &Document) -> Markup {
        let tidied: Vec<(Spot, &str)> = (1..)
            .map(Spot::Sentence)
            .zip(document.sentences())
            .chain(document.title.iter().map(|title| (Spot::Title, title)))
            .filter_map(|(spot, sentence)| Some((spot, sentence.model_input.as_deref()?)))
            .collect();
        let input = &document.input;
        html! {
            footer {
                h2 { "How this was made" }
                dl {
                    (fact("Translation", Sanitized(&document.models.translation)))
                    @if let Some(model) = &document.models.summary {
                        (fact("Summary", Sanitized(model)))
                    }
                    @if !document.options.is_empty() {
                        dt { "Options" }
                        dd {
                            @for (name, value) in &document.options {
                                span.option { (Sanitized(name)) " " (Sanitized(&plain(value))) } " "
                            }
                        }
                    }
                    dt { "Input" }
                    dd { (Sanitized(&input.path)) " (" (input.format.name()) ", " (Sanitized(&input.encoding)) ")" }
                    dt { "SHA-256" }
                    dd.digest { (Sanitized(&input.sha256)) }
                    @if !document.metadata.lines.is_empty() {
                        dt { "As stated" }
                        dd lang=(self.source.tag) {
                            @for line in &document.metadata.lines { span.option { (Sanitized(line)) } " " }
                        }
                    }
                }
                @if !tidied.is_empty() {
                    details {
                        summary { "Tidied for the model (" (tidied.len()) ")" }
                        dl {
                            @for (spot, text) in tidied {
                                dt { a href={ "#" (spot.id(self.key)) } { (spot.label()) } }
                                dd lang=(self.source.tag) dir=[direction(&self.source)] { (Sanitized(text)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn fact(name: &str, value: impl Render) -> Markup {
    html! { dt { (name) } dd { (value) } }
}

fn direction(language: &Language) -> Option<&'static str> {
    language.right_to_left.then_some("rtl")
}

/// A link to an address of the web, shown without what all of them begin with; any other address is
/// text.
pub(in crate::report) fn web_link(url: &str) -> Markup {
    let lower = url.to_ascii_lowercase();
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| lower.starts_with(scheme));
    let Some(host) = scheme.and_then(|scheme| url.get(scheme.len()..)) else {
        return html! { (Sanitized(url)) };
    };
    let host = host.strip_prefix("www.").unwrap_or(host);
    let mut shown: String = host.chars().take(MAX_SHOWN_ADDRESS).collect();
    if shown.len() < host.len() {
        shown.push('…');
    }
    if !shown.ends_with('…') {
        return html! { a href=(Sanitized(url)) rel="noreferrer" { (Sanitized(&shown)) } };
    }
    // On paper it is whole.
    html! { a.cut href=(Sanitized(url)) rel="noreferrer" { span { (Sanitized(&shown)) } } }
}

/// The classes of a failed check's mark.
pub(in crate::report) fn mark_class(check: Check) -> String {
    format!("mark {}", flags::class(check))
}

/// What to show of a list item's first sentence, and whether a bullet belongs before it: in place of
/// the article's own, but not where it brings a number.
fn list_item(text: &str, begins_item: bool) -> (&str, bool) {
    match Item::of(text) {
        Item::Bulleted { text } if begins_item => (text, true),
        _ => (text, false),
    }
}

/// An option's value, text without the quotes that JSON has.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
