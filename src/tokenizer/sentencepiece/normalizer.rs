//! A text as its pieces are looked for in it.

use super::characters::CharacterMap;
use super::file::{FileError, Normalization};
use super::pieces::Prefixes;

/// Stands for a space.
pub(super) const SPACE: &str = "▁";

#[derive(Debug)]
pub(super) struct Normalizer {
    characters: CharacterMap,
    adds_space: bool,
    space_at_end: bool,
    removes_spaces: bool,
    /// What a space becomes.
    space: &'static str,
}

impl Normalizer {
    /// # Errors
    /// If the map of characters is malformed.
    pub(super) fn new(of: Normalization, space_at_end: bool) -> Result<Self, FileError> {
        Ok(Self {
            characters: CharacterMap::parse(of.character_map)?,
            adds_space: of.adds_space,
            space_at_end,
            removes_spaces: of.removes_spaces,
            space: if of.escapes_spaces { SPACE } else { " " },
        })
    }

    /// Whether the space before the first word is left out of a decoded text.
    pub(super) fn has_space_at_start(&self) -> bool {
        self.adds_space || self.removes_spaces
    }

    /// Whether all spaces at the start of a decoded text are left out.
    pub(super) fn removes_spaces(&self) -> bool {
        self.removes_spaces
    }

    /// Normalises a text. Characters are replaced, but not within the pieces that are kept as they are.
    pub(super) fn normalize(&self, text: &str, kept: &Prefixes) -> String {
        let mut rest = text;
        if self.removes_spaces {
            while let (length, " ") = self.next(rest, kept) {
                rest = &rest[length..];
            }
        }
        let mut normalized = String::with_capacity(text.len() + text.len() / 4);
        if rest.is_empty() {
            return normalized;
        }
        if self.adds_space && !self.space_at_end {
            normalized.push_str(self.space);
        }
        let mut after_space = self.removes_spaces;
        while !rest.is_empty() {
            let (length, mut next) = self.next(rest, kept);
            if after_space {
                next = next.trim_start_matches(' ');
            }
            if !next.is_empty() {
                let mut parts = next.split(' ');
                normalized.extend(parts.next());
                for part in parts {
                    normalized.push_str(self.space);
                    normalized.push_str(part);
                }
                after_space = next.ends_with(' ') && self.removes_spaces;
            }
            rest = &rest[length..];
        }
        if self.removes_spaces {
            let length = normalized.trim_end_matches(self.space).len();
            normalized.truncate(length);
        }
        if self.adds_space && self.space_at_end {
            normalized.push_str(self.space);
        }
        normalized
    }

    /// How many bytes of `text` come next, and what they become; none at its end.
    fn next<'a>(&'a self, text: &'a str, kept: &Prefixes) -> (usize, &'a str) {
        if let Some(length) = kept.longest(text) {
            return (length, &text[..length]);
        }
        self.characters.replace(text).unwrap_or_else(|| {
            let length = text.chars().next().map_or(0, char::len_utf8);
            (length, &text[..length])
        })
    }
}
