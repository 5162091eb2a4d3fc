//! The panel of an article's names: how each is spelt, and which are spelt in several ways.

use maud::{Markup, html};

use super::Sanitized;
use super::marks::Spot;
use crate::document::Name;

/// Links to the sentences of a name at most.
const MAX_LINKS: usize = 12;

/// The names of an article whose ids begin with `key`; `tag` is the source's language.
pub(super) fn panel(names: &[Name], key: &str, tag: &str) -> Markup {
    let several = names
        .iter()
        .filter(|name| !name.variants.is_empty())
        .count();
    html! {
        @if !names.is_empty() {
            section.names {
                details open=[(several > 0).then_some("open")] {
                    summary {
                        h2 { "Names (" (names.len()) ")" }
                        @if several > 0 {
                            " " span.mark.notable { (several) " spelt in several ways" }
                        }
                    }
                    table {
                        thead {
                            tr {
                                th scope="col" { "Original" }
                                th scope="col" { "In the translation" }
                                th scope="col" { "Also written" }
                                th scope="col" { "Standard" }
                                th scope="col" { "In the press" }
                                th scope="col" { "Kind" }
                                th scope="col" { "Sentences" }
                            }
                        }
                        tbody {
                            @for name in names { (row(name, key, tag)) }
                        }
                    }
                }
            }
        }
    }
}

fn row(name: &Name, key: &str, tag: &str) -> Markup {
    let class = (!name.variants.is_empty()).then_some("several");
    let shown = name.sentences.iter().take(MAX_LINKS);
    html! {
        tr class=[class] {
            th scope="row" lang=(tag) translate="no" { (Sanitized(&name.source)) }
            td translate="no" { @if let Some(target) = &name.target { (Sanitized(target)) } }
            td translate="no" {
                @for (index, variant) in name.variants.iter().enumerate() {
                    @if index > 0 { ", " }
                    mark.words.notable { (Sanitized(variant)) }
                }
            }
            td translate="no" { @if let Some(standard) = &name.standard { (Sanitized(standard)) } }
            td translate="no" { @if let Some(usual) = &name.usual { (Sanitized(usual)) } }
            td { (name.kind.name()) }
            td {
                @for &number in shown {
                    @let spot = if number == 0 { Spot::Title } else { Spot::Sentence(number) };
                    a href={ "#" (spot.id(key)) } { (spot.label()) } " "
                }
                @if name.sentences.len() > MAX_LINKS { "…" }
            }
        }
    }
}
