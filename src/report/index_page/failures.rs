//! What failed, with its reason in words.

use maud::{Markup, html};

use super::page;
use crate::report::html::Sanitized;

/// Failures that the first page lists at most, and a page of its own.
const MAX_FIRST: usize = 50;
const MAX_PAGE: usize = 2000;

/// Failures, of which one page at most is in memory.
#[derive(Debug, Default)]
pub(super) struct Failures {
    first: Vec<(String, String)>,
    page: Vec<(String, String)>,
    pages: usize,
    count: usize,
}

impl Failures {
    /// Adds a failure; returns a page of failures with its name when it is full.
    pub(super) fn add(&mut self, id: &str, reason: &str) -> Option<(String, String)> {
        let full = (self.page.len() == MAX_PAGE).then(|| self.page(true));
        self.count += 1;
        let failure = (id.to_owned(), reason.to_owned());
        if self.first.len() < MAX_FIRST {
            self.first.push(failure.clone());
        }
        self.page.push(failure);
        full
    }

    /// The last page of failures, if the first page does not list them all.
    pub(super) fn finish(&mut self) -> Option<(String, String)> {
        (self.count > MAX_FIRST).then(|| self.page(false))
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Those that the first page lists.
    pub(super) fn markup(&self) -> Markup {
        html! {
            (list(&self.first))
            @if self.count > MAX_FIRST {
                p { a href={ "./" (super::FOLDER) "/" (name(0)) } { "All " (self.count) " failures" } }
            }
        }
    }

    fn page(&mut self, has_next: bool) -> (String, String) {
        let failures = std::mem::take(&mut self.page);
        let number = self.pages;
        self.pages += 1;
        let body = html! {
            main { section.failed { (list(&failures)) } }
            nav.pages aria-label="Failures" {
                @if number > 0 { a href={ "./" (name(number - 1)) } { "Previous" } " " }
                @if has_next { a href={ "./" (name(number + 1)) } { "Next" } }
            }
        };
        (name(number), page::second("Articles that failed", &body))
    }
}

fn name(number: usize) -> String {
    match number {
        0 => String::from("failed.html"),
        number => format!("failed-{}.html", number + 1),
    }
}

fn list(failures: &[(String, String)]) -> Markup {
    html! {
        dl {
            @for (id, reason) in failures {
                dt { (Sanitized(id)) }
                dd { (Sanitized(reason)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_listed_in_pages_that_lead_to_one_another() {
        let mut failures = Failures::default();
        let mut pages = Vec::new();
        for number in 0..MAX_PAGE + 1 {
            pages.extend(failures.add(&format!("<{number}>"), "no text"));
        }
        pages.extend(failures.finish());
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["failed.html", "failed-2.html"]);
        assert!(pages[0].1.contains("<dt>&lt;1999&gt;</dt><dd>no text</dd>"));
        assert!(pages[0].1.contains("href=\"./failed-2.html\">Next"));
        assert!(pages[1].1.contains("<dt>&lt;2000&gt;</dt>"));
        assert!(pages[1].1.contains("href=\"./failed.html\">Previous"));
        let first = failures.markup().into_string();
        assert_eq!(first.matches("<dt>").count(), MAX_FIRST);
        assert!(first.contains("All 2001 failures"));
    }
}
