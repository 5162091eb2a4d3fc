//! The names of results' files, made from ids.

use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization as _;

use super::key::key;
use super::paths::RESERVED;
use crate::files::hex;

/// The longest part of a result's name, in bytes: file systems end at 255, and an ending is added.
const MAX_PART_BYTES: usize = 200;
/// What a part that is too long is cut to lose: `%-` and a digest.
const DIGEST_BYTES: usize = 34;

/// The file, below the folder of results and with `/` between its parts, of the article with this id:
/// the id with the format's ending added. Different ids have different files where capitals count:
/// what a file system takes amiss is written as `%` and two hexadecimal digits a byte, and a part
/// that is too long ends in a digest of itself.
pub(super) fn output_name(id: &str, extension: &str) -> String {
    named(id, &format!(".{extension}"))
}

/// Another name for the same article, where [`output_name`] is taken: a digest of the id is added.
/// Since `%` is written as `%25` elsewhere, no plain name looks like it.
pub(super) fn disambiguated_name(id: &str, extension: &str) -> String {
    named(id, &format!("%-{}.{extension}", digest(id)))
}

/// What all names become that some file system takes for one: macOS and Windows do not tell capitals
/// from small letters, macOS not a letter from its parts, and Windows drops dots and spaces at the end.
/// That is more than any one of them does, so that names which differ here are two everywhere.
pub(crate) fn folded(name: &str) -> String {
    let parts: String = name.nfd().collect();
    let small: String = parts.to_uppercase().to_lowercase().nfd().collect();
    let ends = small
        .split('/')
        .map(|part| part.trim_end_matches(['.', ' ']));
    ends.collect::<Vec<_>>().join("/")
}

fn named(id: &str, ending: &str) -> String {
    let mut parts: Vec<String> = id
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .map(safe_part)
        .collect();
    match parts.last_mut() {
        Some(last) => last.push_str(ending),
        None => parts.push(format!("%{ending}")),
    }
    // Neither a result nor a folder of results takes the place of what a run writes beside them.
    if let Some(part) = parts.first_mut() {
        let name = folded(part);
        if RESERVED.contains(&name.strip_suffix(".new").unwrap_or(&name)) {
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
    fn no_result_takes_the_place_of_what_a_run_writes_beside_them() {
        for (id, file) in [
            ("report.html/x.txt", "%72eport.html/x.txt.json"),
            ("Errors.jsonl/x.txt", "%45rrors.jsonl/x.txt.json"),
            ("errors.jsonl.new/x", "%65rrors.jsonl.new/x.json"),
            (".unfinished/a", "%2Eunfinished/a.json"),
            (".Unfinished./a", "%2EUnfinished./a.json"),
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
