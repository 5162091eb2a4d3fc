//! An article as rows of a table, a sentence each: what CSV, Excel's sheets and databases share.

use std::borrow::Cow;

use super::escape;
use crate::checks::{Check, Finding};
use crate::document::{Document, Metadata, Sentence};

/// The names of a row's columns.
pub(crate) const COLUMNS: [&str; 10] = [
    "id", "date", "section", "url", "kind", "source", "target", "score", "flags", "findings",
];

/// The column of the score.
pub(super) const SCORE: usize = 7;

/// What the title is, among the kinds of paragraphs.
const TITLE: &str = "title";

/// A sentence, and where it is in its article.
pub(super) struct Row<'a> {
    /// The paragraph's number, from 1; 0 is the title.
    pub paragraph: usize,
    /// The paragraph's kind, or `title`.
    pub kind: &'static str,
    pub sentence: &'a Sentence,
}

/// The title and the sentences of the body, in order.
pub(super) fn rows(document: &Document) -> impl Iterator<Item = Row<'_>> {
    let title = document.title.iter().map(|sentence| Row {
        paragraph: 0,
        kind: TITLE,
        sentence,
    });
    let paragraphs = document.paragraphs.iter().zip(1..);
    let body = paragraphs.flat_map(|(paragraph, number)| {
        paragraph.sentences.iter().map(move |sentence| Row {
            paragraph: number,
            kind: paragraph.kind.name(),
            sentence,
        })
    });
    title.chain(body)
}

/// The texts of a row, in the order of [`COLUMNS`]; that of [`SCORE`] is apart, and empty here.
pub(super) fn texts<'a>(document: &'a Document, row: &Row<'a>) -> [Cow<'a, str>; 10] {
    let metadata = &document.metadata;
    let sentence = row.sentence;
    [
        safe(&document.id),
        safe(metadata.date.as_deref().unwrap_or_default()),
        safe(section(metadata)),
        safe(metadata.url.as_deref().unwrap_or_default()),
        Cow::Borrowed(row.kind),
        safe(&sentence.source),
        safe(&sentence.target),
        Cow::Borrowed(""),
        Cow::Owned(names(&sentence.flags)),
        Cow::Owned(safe(&findings(&sentence.findings)).into_owned()),
    ]
}

/// A text as a cell holds it: without control characters, and on one line.
pub(super) fn safe(text: &str) -> Cow<'_, str> {
    escape::without_controls(text)
}

/// The section in English or, if it was not translated, as the site has it; empty if there is none.
pub(super) fn section(metadata: &Metadata) -> &str {
    let section = metadata.section.as_ref();
    section.map_or("", |section| match section.target.trim() {
        "" => section.source.trim(),
        target => target,
    })
}

/// The names of checks.
pub(super) fn names(checks: &[Check]) -> String {
    let names: Vec<&str> = checks.iter().map(|check| check.name()).collect();
    names.join(", ")
}

/// What checks saw, each after its name.
pub(super) fn findings(findings: &[Finding]) -> String {
    let findings = findings.iter().map(|finding| {
        let repaired = if finding.repaired { " (repaired)" } else { "" };
        format!("{}: {}{repaired}", finding.check.name(), finding.message)
    });
    findings.collect::<Vec<_>>().join("; ")
}

/// The checks that failed anywhere in an article, its summary included.
pub(super) fn all_flags(document: &Document) -> Vec<Check> {
    let sentences = document.title_and_sentences();
    let flags = sentences.map(|sentence| &sentence.flags);
    let summary = document.summary.iter().map(|summary| &summary.flags);
    let failed: Vec<Check> = flags.chain(summary).flatten().copied().collect();
    let failed = |check: &Check| failed.contains(check);
    Check::ALL.into_iter().filter(failed).collect()
}
