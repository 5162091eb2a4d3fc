//! The file names of results, made from ids.

use std::fmt::Write as _;
use std::path::Path;

use unicode_normalization::UnicodeNormalization as _;

use super::key::key;
use super::paths::RESERVED;
use super::source::place_in;
use crate::article::without_ending;
use crate::files::hex;
use crate::input::is_stdin;

/// Maximum length of a component of a result's path, in bytes: file systems allow 255, and an
/// ending is added.
const MAX_PART_BYTES: usize = 200;
/// Bytes of what replaces the end of a component that is too long: `%-` and a digest.
const DIGEST_BYTES: usize = 34;

/// The names that an article's file can have, the best first: its name without an ending, with it, and
/// the whole id. `given` is the path of its input as it was typed, if ids may begin with it: of such an
/// article the name of the file counts, not the folders.
pub(crate) fn output_names(id: &str, given: Option<&str>, extension: &str) -> Vec<String> {
    let given = given.and_then(|given| Some((given, place_in(id, given)?)));
    let name = given.map(|(given, place)| match Path::new(given).file_name() {
        Some(name) if !is_stdin(Path::new(given)) => format!("{}{place}", name.to_string_lossy()),
        _ => format!("standard-input{place}"),
    });
    let name = name.as_deref().unwrap_or(id);
    let mut names: Vec<String> = [without_ending(name), name, id]
        .map(|name| output_name(name, extension))
        .into();
    names.dedup();
    names
}

/// The file, below the folder of results and with `/` between its parts, of the article with this
/// id: the id with the format's ending added. Different ids have different files on file systems
/// that distinguish capitals. Characters that some file system does not accept are written as `%`
/// and two hexadecimal digits for each byte, as is the first of a name that Windows has for a device;
/// a component that is too long ends in a digest of itself. A folder's name does not end as a
/// result's does, so that `x` and `x.txt/y` both have theirs.
pub(super) fn output_name(id: &str, extension: &str) -> String {
    named(id, "", extension)
}

/// Another name for the same article, if all of [`output_names`] are taken: a digest of the id is added. As
/// `%` in an id is written as `%25`, no name made by [`output_name`] can be equal to it.
pub(super) fn disambiguated_name(id: &str, extension: &str) -> String {
    disambiguated_as(id, &digest(id), extension)
}

/// As [`disambiguated_name`], with another digest than that of the id.
pub(super) fn disambiguated_as(id: &str, digest: &str, extension: &str) -> String {
    named(id, &format!("%-{digest}"), extension)
}

/// Maps names that some file system considers equal to the same text: macOS and Windows ignore
/// case, macOS ignores whether letters are composed, and Windows drops dots and spaces at the end.
/// Names that differ after this mapping differ on every file system.
pub(crate) fn folded(name: &str) -> String {
    let parts: String = name.nfd().collect();
    let small: String = parts.to_uppercase().to_lowercase().nfd().collect();
    let ends = small
        .split('/')
        .map(|part| part.trim_end_matches(['.', ' ']));
    ends.collect::<Vec<_>>().join("/")
}

fn named(id: &str, mark: &str, extension: &str) -> String {
    let ending = format!(".{extension}");
    let mut parts: Vec<String> = id
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .map(safe_part)
        .collect();
    match parts.split_last_mut() {
        Some((last, folders)) => {
            for folder in folders {
                // No id has a component that ends so: its `%` is written as `%25`.
                if folded(folder).ends_with(&ending) {
                    folder.push_str("%-");
                }
            }
            last.push_str(mark);
            last.push_str(&ending);
        }
        None => parts.push(format!("%{mark}{ending}")),
    }
    // A result must not have the name of a file that the run itself writes.
    if let Some(part) = parts.first_mut() {
        let name = folded(part);
        let unfinished = name.strip_prefix('.');
        let unfinished = unfinished.and_then(|name| name.strip_suffix(".audarma-new"));
        if RESERVED.contains(&unfinished.unwrap_or(&name)) {
            let first = part.remove(0);
            *part = format!("%{:02X}{part}", u32::from(first));
        }
    }
    parts.join("/")
}

fn safe_part(part: &str) -> String {
    let mut safe = String::with_capacity(part.len());
    let hidden = part == "..";
    for character in part.chars() {
        let unsafe_sign = matches!(
            character,
            '%' | '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\'
        );
        if character.is_control() || unsafe_sign || (hidden && character == '.') {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(safe, "%{byte:02X}");
            }
        } else {
            safe.push(character);
        }
    }
    if is_device(&safe) {
        let first = safe.remove(0);
        safe = format!("%{:02X}{safe}", u32::from(first));
    }
    if safe.len() > MAX_PART_BYTES {
        let mut end = MAX_PART_BYTES - DIGEST_BYTES;
        while !safe.is_char_boundary(end) {
            end -= 1;
        }
        safe.truncate(end);
        safe.push_str("%-");
        safe.push_str(&digest(part));
    }
    safe
}

/// Whether Windows takes a name for a device, as it does with any ending.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default();
    let stem = stem.trim_end_matches(' ').to_ascii_uppercase();
    let port = stem.strip_prefix("COM").or(stem.strip_prefix("LPT"));
    let mut number = port.unwrap_or_default().chars();
    let is_port = matches!(
        (number.next(), number.next()),
        (Some('0'..='9' | '¹' | '²' | '³'), None)
    );
    is_port || matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
}

fn digest(text: &str) -> String {
    hex(&key(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_ids_have_different_files_below_the_folder() {
        let long = "ә".repeat(300);
        let ids = [
            "a.txt",
            "a.html",
            "a",
            "a%",
            "a%25",
            "/b",
            "../b",
            "..%2Fb",
            "c:d",
            "c%3Ad",
            "",
            "errors",
            "report",
            "x/report",
            "a\nb",
            &long,
            &format!("{long}x"),
        ];
        let mut files: Vec<String> = Vec::new();
        for id in ids {
            for extension in ["txt", "html", "jsonl"] {
                let file = output_name(id, extension);
                assert!(
                    std::path::Path::new(&file)
                        .components()
                        .all(|part| matches!(part, std::path::Component::Normal(_)))
                );
                assert!(!files.contains(&file), "{id}: {file}");
                files.push(file);
            }
        }
        assert_eq!(output_name("a/b.txt", "json"), "a/b.txt.json");
        assert_eq!(output_name("errors", "jsonl"), "%65rrors.jsonl");
        assert_eq!(output_name("report", "html"), "%72eport.html");
    }

    #[test]
    fn the_best_name_has_no_ending_and_no_folder_that_was_typed() {
        let names = |id: &str, given| output_names(id, given, "html");
        for (id, given, expected) in [
            ("a.txt", None, &["a.html", "a.txt.html"][..]),
            ("w/a.HTM", None, &["w/a.html", "w/a.HTM.html"]),
            (
                "w/a.txt",
                Some("w/a.txt"),
                &["a.html", "a.txt.html", "w/a.txt.html"],
            ),
            (
                "/w/a.rss:3",
                Some("/w/a.rss"),
                &["a.rss%3A3.html", "w/a.rss%3A3.html"],
            ),
            ("-", Some("-"), &["standard-input.html", "-.html"]),
            // A member of an archive, and a record with an id of its own.
            ("m/b.txt", Some("w/a.zip"), &["m/b.html", "m/b.txt.html"]),
            ("2023.08.29", None, &["2023.08.29.html"]),
            (".txt", None, &[".txt.html"]),
            ("w/.txt", None, &["w/.txt.html"]),
        ] {
            assert_eq!(names(id, given), expected, "{id}");
        }
    }

    #[test]
    fn no_folder_has_the_name_that_a_result_can_have() {
        for (id, file) in [
            ("x", "x.txt"),
            ("x.txt/y", "x.txt%-/y.txt"),
            ("x.TXT. /y", "x.TXT. %-/y.txt"),
            ("x.txt%-/y", "x.txt%25-/y.txt"),
            ("a/x.txt/b.txt/y.txt", "a/x.txt%-/b.txt%-/y.txt.txt"),
            ("a.zip/y", "a.zip/y.txt"),
        ] {
            assert_eq!(output_name(id, "txt"), file);
        }
        assert_eq!(output_name("x.txt/y", "json"), "x.txt/y.json");
        let other = disambiguated_name("x.txt/y", "txt");
        assert!(other.starts_with("x.txt%-/y%-"), "{other}");
    }

    #[test]
    fn no_result_takes_the_place_of_what_a_run_writes_beside_them() {
        for (id, file) in [
            ("report.html/x.txt", "%72eport.html/x.txt.json"),
            ("report-index/x.txt", "%72eport-index/x.txt.json"),
            ("Errors.jsonl/x.txt", "%45rrors.jsonl/x.txt.json"),
            (
                ".errors.jsonl.audarma-new/x",
                "%2Eerrors.jsonl.audarma-new/x.json",
            ),
            (".audarma-unfinished/a", "%2Eaudarma-unfinished/a.json"),
            (".Audarma-Unfinished./a", "%2EAudarma-Unfinished./a.json"),
            ("x/report.html/y", "x/report.html/y.json"),
        ] {
            assert_eq!(output_name(id, "json"), file);
        }
    }

    #[test]
    fn what_some_file_system_takes_for_one_name_is_one_when_folded() {
        for (one, other) in [
            ("A.txt", "a.txt"),
            ("ЖАҢАЛЫҚ/Ә.txt", "жаңалық/ә.txt"),
            ("ма\u{439}.txt", "ма\u{438}\u{306}.txt"),
            ("МА\u{419}.txt", "ма\u{438}\u{306}.txt"),
            ("Straße", "STRASSE"),
            ("ὈΔΥΣΣΕΎΣ", "ὀδυσσεύς"),
            ("\u{212a}", "k"),
            ("a./b.txt", "a/b.txt"),
        ] {
            assert_eq!(folded(one), folded(other));
        }
        assert_ne!(folded("қ"), folded("к"));
        assert_ne!(folded("a.txt"), folded("a.txt.txt"));
    }

    #[test]
    fn no_result_has_the_name_of_a_device() {
        for (id, file) in [
            ("con", "%63on.txt"),
            ("NUL.kk.txt", "%4EUL.kk.txt.txt"),
            ("aux /com1/x", "%61ux /%63om1/x.txt"),
            ("LPT¹.html", "%4CPT¹.html.txt"),
            ("conin$", "%63onin$.txt"),
            ("Console/com10/lpt/nul1", "Console/com10/lpt/nul1.txt"),
        ] {
            assert_eq!(output_name(id, "txt"), file);
        }
    }

    #[test]
    fn a_second_name_is_no_articles_first() {
        let twin = disambiguated_name("n/a.txt", "json");
        assert!(
            twin.starts_with("n/a.txt%-") && twin.ends_with(".json"),
            "{twin}"
        );
        assert_ne!(
            folded(&twin),
            folded(&disambiguated_name("N/a.txt", "json"))
        );
        let id = twin.strip_suffix(".json").unwrap();
        assert_ne!(output_name(id, "json"), twin);
    }
}
