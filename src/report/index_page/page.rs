//! The pages: the first one, one for each part that it does not list, and those of failures.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::data;
use super::data::Part;
use super::days::{Place, iso, places, section_id, span, written_out};
use super::entry::List;
use super::facets::Choice;
use super::{Ending, FILE, FOLDER, Index};
use crate::report::html::{BASE_STYLE, POLICY, Sanitized, Script};

const STYLE: &str = include_str!("index_page.css");

/// Searches, filters and sorts; loads the parts that it needs.
pub(in crate::report) const SCRIPT: Script = Script(concat!(
    include_str!("../html/dom.js"),
    include_str!("script/fold.js"),
    include_str!("../html/load.js"),
    include_str!("script/state.js"),
    include_str!("script/entry.js"),
    include_str!("script/select.js"),
    include_str!("script/main.js"),
));

/// The first page.
pub(super) fn first(index: &mut Index, ending: &Ending) -> String {
    let title = match index.articles {
        1 => String::from("1 translated article"),
        articles => format!("{} translated articles", grouped(articles)),
    };
    let listing = std::mem::replace(&mut index.listing, List::new("")).finish();
    let failed = index.failures.count();
    let others: Vec<&Part> = index.parts.iter().filter(|part| part.has_page).collect();
    let body = html! {
        header {
            h1 { (title) }
            ul.facts {
                @if !ending.is_complete { li { "not finished: the run ended early" } }
                @if let Some((first, last)) = span(&index.days) {
                    li {
                        (written_out(first)) @if first != last { " to " (written_out(last)) }
                    }
                }
                li { (grouped(index.marked)) " with marks" }
                @if failed > 0 { li { a href="#failed" { (grouped(failed)) " failed" } } }
            }
            div.choices {
                fieldset.views {
                    legend { "Articles" }
                    @for (class, words) in [("all", "All"), ("marked", "With marks")] {
                        label {
                            input class=(class) type="radio" name="which" checked[class == "all"];
                            span { (words) }
                        }
                    }
                }
            }
            (finder(index))
            (strip(index))
        }
        main {
            div #found hidden {}
            div #list {
                (PreEscaped(&listing))
                @if !others.is_empty() {
                    nav.pages aria-label="Older articles" {
                        h2 { "Older articles" }
                        ul { @for part in others { li { (part_link(part)) } } }
                    }
                }
            }
            @if failed > 0 {
                section.failed #failed {
                    h2 { (grouped(failed)) " failed" }
                    p { "What follows was not translated. " a href={ "./" (ending.errors) } { (ending.errors) } " has the same for programs." }
                    (index.failures.markup())
                }
            }
        }
        (foot())
        script #index type="application/json" { (PreEscaped(data::of_first_page(&index.parts))) }
        (SCRIPT.element())
    };
    page(&title, &SCRIPT.loading_policy(), &body)
}

/// The form, which the script shows.
fn finder(index: &Index) -> Markup {
    let span = span(&index.days);
    let (first, last) = (span.map(|days| iso(days.0)), span.map(|days| iso(days.1)));
    let day = |name: &str, words: &str| {
        html! {
            label {
                span { (words) }
                input type="date" name=(name) min=[&first] max=[&last];
            }
        }
    };
    html! {
        search.finder #finder hidden {
            form #choose autocomplete="off" {
                label.words {
                    span { "Search titles, summaries, names, outlets" }
                    input #words type="search" name="q" spellcheck="false" aria-keyshortcuts="/"
                        placeholder="in English or Kazakh; / begins";
                }
                @if span.is_some_and(|(first, last)| first != last) {
                    (day("from", "From"))
                    (day("to", "To"))
                }
                (choices("section", "Section", "All sections", &index.facets.sections()))
                (choices("outlet", "Outlet", "All outlets", &index.facets.outlets()))
                (choices("flag", "Marks", "Any or none", &marks(index)))
                label {
                    span { "Order" }
                    select name="sort" {
                        option value="" { "Newest first" }
                        option value="oldest" { "Oldest first" }
                        option value="title" { "By title" }
                        option value="marks" { "Most marks first" }
                    }
                }
            }
            div.told {
                p #status role="status" {}
                button type="reset" form="choose" hidden { "Show all" }
            }
        }
    }
}

/// The checks that can be chosen, and two choices for all of them.
fn marks(index: &Index) -> Vec<Choice> {
    let unmarked = index.articles - index.marked;
    let choice = |value: &str, name: &str, articles| Choice {
        value: value.to_owned(),
        name: name.to_owned(),
        articles,
    };
    let all = [
        choice("any", "with marks", index.marked),
        choice("none", "without marks", unmarked),
    ];
    let offered = if index.marked > 0 { &all[..] } else { &[] };
    [offered, &index.facets.checks()].concat()
}

fn choices(name: &str, words: &str, all: &str, choices: &[Choice]) -> Markup {
    html! {
        @if !choices.is_empty() {
            label {
                span { (words) }
                select name=(name) {
                    option value="" { (all) }
                    @for choice in choices {
                        option value=(choice.value) {
                            (Sanitized(&choice.name)) " (" (choice.articles) ")"
                        }
                    }
                }
            }
        }
    }
}

/// One line of days or months; the script chooses among the articles by them.
fn strip(index: &Index) -> Markup {
    let places = places(&index.days);
    let link = |place: &Place| {
        let id = section_id(place.newest);
        let part = place.part.and_then(|part| index.parts.get(part));
        match part {
            Some(part) => format!("./{FOLDER}/{}.html#{id}", part.name),
            None => format!("#{id}"),
        }
    };
    html! {
        @if places.len() > 1 {
            nav.strip aria-label="Days" {
                ul {
                    @for place in &places {
                        li {
                            a href=(link(place)) data-from=(place.oldest.map_or_else(|| "none".to_owned(), iso))
                                data-to=[place.newest.map(iso)] { (place.name) }
                            " " span { (place.articles) }
                        }
                    }
                }
            }
        }
    }
}

/// The page of a part whose neighbours have these names.
pub(super) fn of_part(part: &Part, list: List, newer: Option<&str>, older: Option<&str>) -> String {
    let links = html! {
        nav.pages aria-label="Pages" {
            @if let Some(newer) = newer { a rel="prev" href={ "./" (newer) ".html" } { "Newer" } " " }
            @if let Some(older) = older { a rel="next" href={ "./" (older) ".html" } { "Older" } }
        }
    };
    let body = html! {
        (links)
        main { (PreEscaped(list.finish())) }
        (links)
    };
    second(&days_of(part), &body)
}

fn part_link(part: &Part) -> Markup {
    html! {
        a href={ "./" (FOLDER) "/" (part.name) ".html" } { (days_of(part)) }
        " " span { (part.articles) }
    }
}

fn days_of(part: &Part) -> String {
    match (part.newest, part.oldest) {
        (Some(newest), Some(oldest)) if newest != oldest => {
            format!("{} to {}", written_out(oldest), written_out(newest))
        }
        (Some(day), _) => written_out(day),
        (None, _) => String::from("No date"),
    }
}

/// A page in the folder of the data.
pub(super) fn second(title: &str, body: &Markup) -> String {
    let body = html! {
        header {
            p.way { a href={ "../" (FILE) } { "All articles" } }
            h1 { (title) }
        }
        (body)
        (foot())
    };
    page(title, POLICY, &body)
}

fn page(title: &str, policy: &str, body: &Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="generator" content={ "audarma " (env!("CARGO_PKG_VERSION")) };
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(BASE_STYLE)) (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    markup.into_string() + "\n"
}

/// A number with commas between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn foot() -> Markup {
    html! {
        footer.page {
            p { strong { "Machine translation, check before quoting." } }
            p { "Made by audarma " (env!("CARGO_PKG_VERSION")) " on its user’s own computer." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
