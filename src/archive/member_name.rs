//! The names of an archive's members, which are untrusted.

use encoding_rs::IBM866;

use crate::text::{is_cyrillic, letter_runs};

/// The longest name of a member, in bytes: file systems end at 4,096.
const MAX_NAME_BYTES: usize = 1024;
/// The most folders a member may be in.
const MAX_DEPTH: usize = 64;
/// The longest name in a message, in characters.
const MAX_SHOWN: usize = 120;

/// The id of a member: its name with `/` between its parts, where that is safe.
///
/// # Errors
/// What is wrong with the name: absolute, leading out of the archive, with control characters, too
/// long or too deep, or empty.
pub(super) fn member_id(name: &str) -> Result<String, &'static str> {
    if name.chars().any(char::is_control) {
        return Err("its name holds control characters");
    }
    if name.len() > MAX_NAME_BYTES {
        return Err("its name is longer than 1024 bytes");
    }
    // Some archivers on Windows separate names by backslashes.
    let name = name.replace('\\', "/");
    let mut letters = name.chars();
    let drive =
        letters.next().is_some_and(|c| c.is_ascii_alphabetic()) && letters.next() == Some(':');
    if name.starts_with('/') || drive {
        return Err("its name is an absolute path");
    }
    let parts: Vec<&str> = name
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    if parts.contains(&"..") {
        return Err("its name leads out of its folder (..)");
    }
    if parts.len() > MAX_DEPTH {
        return Err("it lies more than 64 folders deep");
    }
    if parts.is_empty() {
        return Err("it has no name");
    }
    Ok(parts.join("/"))
}

/// The name of a zip archive's member: its bytes, and the name they are in the charset that the
/// archive declares (UTF-8, else CP437). Archivers on Windows declare none and write the charset of
/// the machine: CP866 where Russian or Kazakh is set, UTF-8 now and then.
pub(super) fn zip_name(bytes: &[u8], declared: Option<&str>) -> String {
    if let Ok(name) = std::str::from_utf8(bytes) {
        return name.to_owned();
    }
    let (name, has_errors) = IBM866.decode_without_bom_handling(bytes);
    let is_cyrillic = |word: &str| word.is_ascii() || word.chars().all(is_cyrillic);
    let is_line = |c: char| matches!(c, '\u{2500}'..='\u{259F}');
    let is_right = letter_runs(&name).all(|(_, word)| is_cyrillic(word)) && !name.contains(is_line);
    match declared {
        Some(declared) if has_errors || !is_right => declared.to_owned(),
        _ => name.into_owned(),
    }
}

/// Whether a member is not an article because it, or a folder it is in, is hidden: `.DS_Store`, and
/// the `__MACOSX` files of archives made on macOS.
pub(super) fn is_hidden(id: &str) -> bool {
    let hidden = |part: &str| part.starts_with('.') && !matches!(part, "." | "..");
    id.split(['/', '\\'])
        .any(|part| hidden(part) || part == "__MACOSX")
}

/// A name for messages: control characters are escaped, and a long name is cut.
pub(super) fn shown(name: &str) -> String {
    let mut shown: String = name
        .chars()
        .take(MAX_SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if name.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in [
            "/etc/passwd",
            "../x.txt",
            "a/../../x.txt",
            "a/..",
            "C:\\x.txt",
            "..\\x.txt",
            "\\\\server\\x.txt",
            "a\nb.txt",
            "a\0.txt",
            "\u{9b}2J.txt",
            "",
            "./",
            &"a/".repeat(10_000),
            &"x".repeat(2000),
            &"a/".repeat(80),
        ] {
            assert!(member_id(name).is_err(), "{}", shown(name));
        }
    }

    #[test]
    fn names_of_a_zip_archive_are_read_in_the_charset_they_are_in() {
        let cp866 = b"\x8d\xae\xa2\xae\xe1\xe2\xa8 \xa7\xa0 \xac\xa0\xa9.txt";
        for (bytes, declared, name) in [
            (&cp866[..], "ìα«ó", "Новости за май.txt"),
            ("Жаңалық.txt".as_bytes(), "╨û", "Жаңалық.txt"),
            (b"caf\x82.txt", "café.txt", "café.txt"),
            (b"\xc9\xcd\xbb.txt", "╔═╗.txt", "╔═╗.txt"),
            (b"a.txt", "a.txt", "a.txt"),
        ] {
            assert_eq!(zip_name(bytes, Some(declared)), name);
        }
        assert_eq!(zip_name(b"caf\x82", None), "cafВ");
    }

    #[test]
    fn sound_names_are_ids() {
        assert_eq!(member_id("./a//b.txt").unwrap(), "a/b.txt");
        assert_eq!(member_id("a\\b.txt").unwrap(), "a/b.txt");
        assert_eq!(member_id("Жаңалық 1..2.txt").unwrap(), "Жаңалық 1..2.txt");
    }

    #[test]
    fn what_archivers_hide_is_no_article() {
        for id in [
            ".DS_Store",
            "a/.git/b.txt",
            "a\\.git\\b.txt",
            "__MACOSX/a/._b.txt",
        ] {
            assert!(is_hidden(id), "{id}");
        }
        for id in ["a.b/c..txt", "./a.txt", "../a.txt", "..\\a.txt"] {
            assert!(!is_hidden(id), "{id}");
        }
    }
}
