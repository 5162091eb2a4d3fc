//! Which tokens a model may generate.
//!
//! English needs no token with letters of another script; without them the output projection is
//! smaller, and the model cannot fall back into the source's alphabet.

use unicode_script::{Script, UnicodeScript};

/// The part of its vocabulary a model may generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputVocabulary {
    /// All of it, as transformers has it.
    Full,
    /// Tokens free of letters outside the Latin script: words, digits, punctuation, specials.
    Latin,
}

/// The ids of those `tokens` (id and piece) that hold no letter outside the Latin script, ascending.
pub fn latin(tokens: impl IntoIterator<Item = (u32, String)>) -> Vec<u32> {
    let mut ids: Vec<u32> = tokens
        .into_iter()
        .filter(|(_, piece)| !piece.chars().any(is_foreign_letter))
        .map(|(id, _)| id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Where words begin and end, by the tokens of a vocabulary of SentencePiece: a token that begins
/// with a letter or digit continues the word before it.
#[derive(Debug, Clone, Default)]
pub struct WordEdges {
    tokens: Vec<TokenEdges>,
}

#[derive(Debug, Clone, Copy, Default)]
struct TokenEdges {
    continues_word: bool,
    ends_in_word: bool,
}

impl WordEdges {
    /// The edges of `tokens` (id and piece).
    pub fn of(tokens: impl IntoIterator<Item = (u32, String)>) -> Self {
        let mut edges = Self::default();
        for (id, piece) in tokens {
            let id = id as usize;
            if id >= edges.tokens.len() {
                edges.tokens.resize(id + 1, TokenEdges::default());
            }
            edges.tokens[id] = TokenEdges {
                continues_word: piece.starts_with(char::is_alphanumeric),
                ends_in_word: piece.ends_with(char::is_alphanumeric),
            };
        }
        edges
    }

    /// Whether this token continues the word before it.
    pub fn continues_word(&self, token: u32) -> bool {
        let edges = self.tokens.get(token as usize);
        edges.is_some_and(|edges| edges.continues_word)
    }

    /// Whether a word that this token ends with could be continued.
    pub fn ends_in_word(&self, token: u32) -> bool {
        let edges = self.tokens.get(token as usize);
        edges.is_some_and(|edges| edges.ends_in_word)
    }
}

fn is_foreign_letter(character: char) -> bool {
    let shared = matches!(
        character.script(),
        Script::Latin | Script::Common | Script::Inherited
    );
    !shared && character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_digits_and_signs_stay_and_letters_of_other_scripts_go() {
        let pieces = [
            "▁the",
            "▁Жетісу",
            "7",
            "«",
            "é",
            "</s>",
            "kaz_Cyrl",
            "的",
            "▁aж",
            "٣",
        ];
        let tokens = pieces.iter().enumerate();
        let kept = latin(tokens.map(|(id, piece)| (id as u32, piece.to_string())));
        assert_eq!(kept, [0, 2, 3, 4, 5, 6]);
    }
}
