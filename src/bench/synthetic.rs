//! Numbers that look random and are the same everywhere, and a vocabulary made of them for a model
//! without a tokenizer.

use crate::tokenizer::{Direction, LanguageToken, Tokenizer, TokenizerError};

/// SplitMix64 (Steele, Lea and Flood 2014) from a fixed seed.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new() -> Self {
        Self(1)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high - 1`; `low` if that range is empty.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low).max(1));
        low.saturating_add((self.next() % span) as u32)
    }

    /// A number from 0 to below 1.
    fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The tokenizer of a model that has none: a part of its tokens counts as Latin, and no token has text.
pub(super) struct SyntheticTokenizer {
    /// How many tokens the model knows.
    pub vocabulary: u32,
    /// The part of them that is Latin, 0 to 1.
    pub latin_share: f64,
    /// Tokens that are Latin in any case.
    pub needed: Vec<u32>,
    pub end: u32,
}

/// NLLB-200's id of kaz_Cyrl.
const KAZAKH: u32 = 256_089;
/// NLLB-200's id of eng_Latn.
const ENGLISH: u32 = 256_047;

impl SyntheticTokenizer {
    /// The Latin tokens, ascending.
    fn latin(&self) -> Vec<u32> {
        let english = ENGLISH.min(self.vocabulary.saturating_sub(1));
        let mut random = Random::new();
        (0..self.vocabulary)
            .filter(|id| {
                random.fraction() < self.latin_share || self.needed.contains(id) || *id == english
            })
            .collect()
    }
}

impl Tokenizer for SyntheticTokenizer {
    fn language(&self, code: &str) -> Result<LanguageToken, TokenizerError> {
        let id = match code {
            super::SOURCE_LANGUAGE => KAZAKH,
            super::TARGET_LANGUAGE => ENGLISH,
            _ => {
                return Err(TokenizerError::UnknownLanguage {
                    code: code.to_owned(),
                });
            }
        };
        Ok(LanguageToken::new(
            id.min(self.vocabulary.saturating_sub(1)),
        ))
    }

    fn encode_source(&self, _text: &str, direction: Direction) -> Result<Vec<u32>, TokenizerError> {
        Ok(vec![direction.source.id(), self.end])
    }

    fn forced_start(&self, target: LanguageToken) -> Option<u32> {
        Some(target.id())
    }

    fn encode(&self, _text: &str) -> Result<Vec<u32>, TokenizerError> {
        Ok(vec![self.end])
    }

    fn encode_target(&self, _text: &str) -> Result<Vec<u32>, TokenizerError> {
        Ok(Vec::new())
    }

    fn decode(&self, _ids: &[u32]) -> Result<String, TokenizerError> {
        Ok(String::new())
    }

    fn pieces(&self) -> Vec<(u32, String)> {
        let latin = self.latin();
        let piece = |id: u32| match latin.binary_search(&id) {
            Ok(_) => String::from("a"),
            Err(_) => String::from("ж"),
        };
        (0..self.vocabulary).map(|id| (id, piece(id))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latin(vocabulary: u32, latin_share: f64, needed: &[u32]) -> Vec<u32> {
        let tokenizer = SyntheticTokenizer {
            vocabulary,
            latin_share,
            needed: needed.to_vec(),
            end: 2,
        };
        crate::generate::latin(tokenizer.pieces())
    }

    #[test]
    fn the_latin_tokens_are_as_many_as_asked_for_and_ascend() {
        let ids = latin(256_206, 0.55, &[0, 2]);
        let part = ids.len() as f64 / 256_206.0;
        assert!((part - 0.55).abs() < 0.005, "{part}");
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert!(ids.contains(&ENGLISH));
        assert_eq!(ids, latin(256_206, 0.55, &[0, 2]));
        assert_eq!(latin(100, 0.0, &[3]), [3, 99]);
        assert_eq!(latin(100, 1.0, &[]).len(), 100);
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut random = Random::new();
        let numbers: Vec<u32> = (0..1000).map(|_| random.between(4, 9)).collect();
        assert!((4..9).all(|number| numbers.contains(&number)));
        assert!(numbers.iter().all(|number| (4..9).contains(number)));
        assert_eq!(random.between(5, 5), 5);
    }
}
