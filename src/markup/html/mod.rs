//! HTML: a page or a part of one.
//!
//! It is parsed as a browser does and written from its tree, so that the result is well formed. Scripts are
//! not returned (see the module `sanitize`). What a page says not to translate (`translate="no"`, the class
//! `notranslate`) stays as it is, and so do code, formulas and drawings, and attributes, those that people
//! read (`alt`, `title`, `placeholder`) among them. The lines of `pre` are translated one by one.

pub(super) mod names;
mod sanitize;
mod tree;

use std::borrow::Cow;

use crate::article::{html_document, html_fragment};
use crate::language::Language;

use super::flow::{Event, Role, Skeleton};
use super::{MarkupError, TranslatedUnit};

/// A page, or a part of one.
#[derive(Debug)]
pub struct Fragment(Skeleton);

impl Fragment {
    /// Reads HTML, or a text without tags, in `language`.
    ///
    /// # Errors
    /// [`MarkupError::Unreadable`] if it has more elements, attributes or levels than the limits of pages
    /// that articles are read from.
    pub fn parse(html: &str, language: &Language) -> Result<Self, MarkupError> {
        Self::with_charset(html, language, false)
    }

    /// As [`Fragment::parse`]; `as_utf8` lets a page state UTF-8 as its charset, and English as its language.
    pub(super) fn with_charset(
        html: &str,
        language: &Language,
        as_utf8: bool,
    ) -> Result<Self, MarkupError> {
        let options = tree::Options {
            is_page: is_page(html),
            as_utf8,
            language: as_utf8.then_some(language),
        };
        let document = if options.is_page {
            html_document(html)?
        } else {
            html_fragment(html)?
        };
        let mut events = vec![Event::Start {
            open: String::new(),
            close: String::new(),
            role: Role::Flow,
        }];
        tree::read(&document, options, &mut events);
        events.push(Event::End);
        Ok(Self(Skeleton::read(events, escaped, language)))
    }

    /// The sentences to translate, in their order, without tags.
    pub fn units(&self) -> &[String] {
        &self.0.units
    }

    /// The HTML with each unit's translation, in the order of [`Fragment::units`]; a unit without one is
    /// kept.
    pub fn rebuild(&self, translations: &[TranslatedUnit]) -> String {
        self.0.rebuild(translations, escaped)
    }
}

/// Whether HTML is a whole page: after comments it begins as one.
fn is_page(html: &str) -> bool {
    let mut rest = html.trim_start_matches('\u{FEFF}').trim_start();
    while let Some(comment) = rest.strip_prefix("<!--") {
        let Some((_, after)) = comment.split_once("-->") else {
            return false;
        };
        rest = after.trim_start();
    }
    let begins = |name: &&str| {
        let start = rest.get(..name.len());
        let after = rest.as_bytes().get(name.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(name))
            && after.is_none_or(|after| !after.is_ascii_alphanumeric())
    };
    ["<!doctype", "<html", "<head", "<body", "<?xml"]
        .iter()
        .any(begins)
}

/// A text as HTML.
fn escaped(text: &str) -> Cow<'_, str> {
    let escaped = html_escape::encode_text(text);
    if escaped.contains('\u{A0}') {
        return Cow::Owned(escaped.replace('\u{A0}', "&nbsp;"));
    }
    escaped
}

#[cfg(test)]
mod tests;
