//! The files a run writes next to its results.

use crate::report::index_page;

/// The journal of a folder of results.
pub(super) const JOURNAL: &str = "journal.jsonl";
/// The list of failures in a folder of results.
pub(super) const ERRORS: &str = "errors.jsonl";
/// The page that lists all articles of a folder of results, and the folder of its data.
pub(super) const OVERVIEW: &str = index_page::FILE;
pub(super) const OVERVIEW_FOLDER: &str = index_page::FOLDER;
/// The folder of results that are being written, in a folder of results.
pub(super) const UNFINISHED: &str = ".audarma-unfinished";
/// The index for full-text search over a folder of results.
pub(super) const INDEX: &str = ".audarma-search.sqlite";
/// The folder in which that is built, in a folder of results.
pub(super) const UNFINISHED_INDEX: &str = ".audarma-search-unfinished";
/// The file that says which article each result of single calls is of, in a folder of results.
pub(super) const SINGLE_RESULTS: &str = ".audarma-single.jsonl";
/// Names that no result in a folder may have.
pub(super) const RESERVED: [&str; 8] = [
    ERRORS,
    JOURNAL,
    OVERVIEW,
    OVERVIEW_FOLDER,
    UNFINISHED,
    INDEX,
    UNFINISHED_INDEX,
    SINGLE_RESULTS,
];
