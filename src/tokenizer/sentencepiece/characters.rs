//! The map of characters that a file of SentencePiece comes with.
//!
//! Its keys are in a double array, as Darts-clone writes it; a key's value is the place of its
//! replacement among texts that each end with a zero.

use super::file::FileError;

/// The most bytes of a replacement; Unicode's own compatibility forms have up to 33.
const MAX_REPLACEMENT_BYTES: usize = 1024;
/// The most bytes of a key: it bounds what is looked at for each character of a text.
const MAX_KEY_BYTES: usize = 128;

/// Characters, and sequences of them, with what they are replaced by.
#[derive(Debug, Default)]
pub(super) struct CharacterMap {
    units: Vec<u32>,
    replacements: Box<str>,
}

impl CharacterMap {
    /// Reads a map: the number of bytes of the array, the array, and the replacements. No bytes are a
    /// map of nothing.
    ///
    /// # Errors
    /// If it is cut, or a replacement is no text or too long.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, FileError> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let (length, rest) = bytes.split_first_chunk().ok_or(FileError::CharacterMap)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let split = rest.split_at_checked(length);
        let (array, texts) = split.ok_or(FileError::CharacterMap)?;
        let texts = std::str::from_utf8(texts).map_err(|_| FileError::CharacterMap)?;
        let longest = texts.split('\0').map(str::len).max();
        if longest.is_some_and(|longest| longest > MAX_REPLACEMENT_BYTES) {
            return Err(FileError::Replacement(MAX_REPLACEMENT_BYTES));
        }
        let units = array.as_chunks().0.iter();
        Ok(Self {
            units: units.map(|unit| u32::from_le_bytes(*unit)).collect(),
            replacements: texts.into(),
        })
    }

    /// The longest key that `text` begins with: its bytes, and what replaces it.
    pub(super) fn replace(&self, text: &str) -> Option<(usize, &str)> {
        let mut longest = None;
        let mut at = 0;
        let mut unit = *self.units.first()?;
        at ^= offset(unit);
        for (place, byte) in text.bytes().take(MAX_KEY_BYTES).enumerate() {
            at ^= usize::from(byte);
            // The first unit of a node is its label, the one at its offset may be its value.
            unit = match self.units.get(at) {
                Some(&unit) if unit & LABEL == u32::from(byte) => unit,
                _ => break,
            };
            at ^= offset(unit);
            if unit & HAS_VALUE == 0 {
                continue;
            }
            let Some(&value) = self.units.get(at) else {
                break;
            };
            let text_at = usize::try_from(value & !IS_VALUE).unwrap_or(usize::MAX);
            let found = self.replacements.get(text_at..);
            if let Some(found) = found.filter(|_| text.is_char_boundary(place + 1)) {
                let end = found.find('\0').unwrap_or(found.len());
                longest = Some((place + 1, &found[..end]));
            }
        }
        longest
    }
}

/// The bits of a unit.
const IS_VALUE: u32 = 1 << 31;
const LABEL: u32 = IS_VALUE | 0xff;
const HAS_VALUE: u32 = 1 << 8;

/// Where the children of a node are, relative to it.
fn offset(unit: u32) -> usize {
    let shift = (unit & (1 << 9)) >> 6;
    usize::try_from(unit >> 10 << shift).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_that_are_cut_or_no_texts_are_refused() {
        assert!(CharacterMap::parse(&[]).unwrap().replace("a").is_none());
        assert!(CharacterMap::parse(&[1, 0]).is_err());
        assert!(CharacterMap::parse(&[5, 0, 0, 0, 1]).is_err());
        assert!(CharacterMap::parse(&[0, 0, 0, 0, 0xff]).is_err());
        let long = [&[0; 4][..], &[b'a'; MAX_REPLACEMENT_BYTES + 1]].concat();
        assert!(CharacterMap::parse(&long).is_err());
    }

    #[test]
    fn an_array_that_points_anywhere_replaces_nothing() {
        for unit in [u32::MAX, 0x7fff_ffff, 1 << 9, 0xffff_fd61, 0x0000_0561] {
            let units = [unit; 64].map(u32::to_le_bytes).concat();
            let bytes = [&256_u32.to_le_bytes()[..], &units, "b\0".as_bytes()].concat();
            let map = CharacterMap::parse(&bytes).unwrap();
            let found = map.replace(&"a".repeat(10_000));
            assert!(found.is_none_or(|(length, _)| length <= MAX_KEY_BYTES));
        }
    }
}
