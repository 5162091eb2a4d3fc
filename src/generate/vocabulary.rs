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
