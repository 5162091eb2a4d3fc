//! The files a run writes next to its results.

/// The journal of a folder of results.
pub(super) const JOURNAL: &str = "journal.jsonl";
/// The list of failures in a folder of results.
pub(super) const ERRORS: &str = "errors.jsonl";
/// The page that lists all articles of a folder of results.
pub(super) const OVERVIEW: &str = "report.html";
/// The folder of results that are being written, in a folder of results.
pub(super) const UNFINISHED: &str = ".audarma-unfinished";
/// Names that no result in a folder may have.
pub(super) const RESERVED: [&str; 4] = [ERRORS, JOURNAL, OVERVIEW, UNFINISHED];
