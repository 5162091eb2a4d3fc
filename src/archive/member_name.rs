//! The names of an archive's members, which are untrusted.

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

/// Whether a member is not an article because it, or a folder it is in, is hidden: `.DS_Store`, and
/// the `__MACOSX` files of archives made on macOS.
pub(super) fn is_hidden(id: &str) -> bool {
    let hidden = |part: &str| part.starts_with('.') && !matches!(part, "." | "..");
    id.split('/').any(|part| hidden(part) || part == "__MACOSX")
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
    fn sound_names_are_ids() {
        assert_eq!(member_id("./a//b.txt").unwrap(), "a/b.txt");
        assert_eq!(member_id("a\\b.txt").unwrap(), "a/b.txt");
        assert_eq!(member_id("Жаңалық 1..2.txt").unwrap(), "Жаңалық 1..2.txt");
    }

    #[test]
    fn what_archivers_hide_is_no_article() {
        for id in [".DS_Store", "a/.git/b.txt", "__MACOSX/a/._b.txt"] {
            assert!(is_hidden(id), "{id}");
        }
        for id in ["a.b/c..txt", "./a.txt", "../a.txt"] {
            assert!(!is_hidden(id), "{id}");
        }
    }
}
