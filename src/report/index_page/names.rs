//! The names of the files in the folder beside the first page, and how such files begin.

use super::data::{PART_START, PARTS_START};
use super::{FILE, FOLDER, PARTS};

/// Enough of a file for [`is_beginning`].
pub const BEGINNING_BYTES: usize = 128;
/// How every page begins.
pub(super) const PAGE_START: &str = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
     <meta name=\"generator\" content=\"audarma ";

/// The path of the list of parts, relative to the folder of [`FILE`].
pub fn parts_path() -> String {
    format!("{FOLDER}/{PARTS}")
}

/// Whether a file in [`FOLDER`] can have this name: `parts.js`, `2023-08.js`, `2023-08-2.html`,
/// `undated.js`, `failed.html`.
pub fn is_name(name: &str) -> bool {
    let digits = |text: &str, count: usize| {
        text.len() >= count && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_number = |text: &str| digits(text, 1) && text.len() <= 9;
    let Some((stem, ending)) = name.rsplit_once('.') else {
        return false;
    };
    let parts: Vec<&str> = stem.split('-').collect();
    let is_month = |year: &str, month: &str| {
        digits(year, 4) && year.len() == 4 && digits(month, 2) && month.len() == 2
    };
    match (parts.as_slice(), ending) {
        (["parts"], "js") | (["failed"], "html") | (["undated"], "js" | "html") => true,
        (["failed", number], "html") | (["undated", number], "js" | "html") => is_number(number),
        ([year, month], "js" | "html") => is_month(year, month),
        ([year, month, number], "js" | "html") => is_month(year, month) && is_number(number),
        _ => false,
    }
}

/// Whether a file that begins so is one that these pages consist of; `name` is its name.
pub fn is_beginning(name: &str, bytes: &[u8]) -> bool {
    let start = match name {
        FILE => PAGE_START,
        PARTS => PARTS_START,
        name if name.ends_with(".js") => PART_START,
        _ => PAGE_START,
    };
    bytes.starts_with(start.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_names_are_not_ours() {
        for name in [
            "parts.js",
            "failed.html",
            "failed-2.html",
            "undated.js",
            "undated-12.html",
            "2023-08.js",
            "2023-08.html",
            "2023-08-3.js",
        ] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "parts.html",
            "failed.js",
            "notes.js",
            "2023-8.js",
            "2023-08-29-1.js",
            "2023-08",
            "2023-08.txt",
            "2023-08-.js",
            "2023-08-x.js",
            ".2023-08.js",
            "undated--1.js",
            "2023-08.js.html",
            "",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
