//! An article's page among the others of a folder of results.

use maud::{Markup, html};

use crate::document::Document;
use crate::report::index_page::{Day, FILE, day_of};

/// Where a page is.
#[derive(Debug, Clone)]
pub(in crate::report) struct Place {
    /// The page's path below the folder of results.
    file: String,
    day: Day,
}

impl Place {
    pub(in crate::report) fn of(document: &Document, file: &str) -> Self {
        Self {
            file: file.to_owned(),
            day: day_of(document.metadata.date.as_deref()),
        }
    }

    /// The way back, to which the script adds the articles before and after this one: they are known
    /// only when all are written.
    pub(super) fn nav(&self) -> Markup {
        let root = match self.file.matches('/').count() {
            0 => String::from("./"),
            folders => "../".repeat(folders),
        };
        html! {
            nav.way aria-label="All articles" data-root=(root) data-file=(self.file)
                data-day=[self.day]
            {
                a href={ (root) (FILE) } { "All articles" }
            }
        }
    }
}
