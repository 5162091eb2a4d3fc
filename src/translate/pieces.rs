//! Units as token ids, in pieces if they are too long.

use super::Unit;
use crate::segment;
use crate::tokenizer::{Direction, LanguageToken, Tokenizer, TokenizerError};

/// Bytes for each token that a piece may have, beyond which a unit is surely too long for one.
const MAX_TOKEN_BYTES: usize = 64;

/// A part of a unit that the model reads at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Its token ids.
    pub(super) ids: Vec<u32>,
}

/// A unit's pieces, usually one. Each has at most `longest` tokens, special ones included, unless a
/// single character has more.
pub(super) fn pieces(
    tokenizer: &dyn Tokenizer,
    unit: &Unit,
    target: LanguageToken,
    longest: usize,
) -> Result<Vec<Piece>, TokenizerError> {
    let direction = Direction {
        source: unit.token,
        target,
    };
    let encode = |text: &str| tokenizer.encode_source(text, direction);
    // A text of this size is cut without counting its tokens whole first: that would cost a pass
    // over megabytes.
    let whole = (unit.text.len() < longest * MAX_TOKEN_BYTES)
        .then(|| encode(&unit.text))
        .transpose()?;
    if let Some(ids) = whole.filter(|ids| ids.len() <= longest) {
        return Ok(vec![Piece {
            text: unit.text.clone(),
            ids,
        }]);
    }
    let mut failure = None;
    let mut fits = |text: &str| match encode(text) {
        Ok(ids) => ids.len() <= longest,
        Err(error) => {
            failure = Some(error);
            true
        }
    };
    let parts = segment::pieces(&unit.text, &mut fits);
    if let Some(error) = failure {
        return Err(error);
    }
    parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            Ok(Piece {
                ids: encode(part)?,
                text: part.to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::KAZAKH;
    use crate::model_files::{Protocol, TokenizerFiles};
    use crate::tokenizer;

    #[test]
    fn the_pieces_of_a_long_unit_hold_all_of_its_words() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/memorised-nllb/tokenizer.json"
        );
        let files = TokenizerFiles::Json(file.into());
        let tokenizer = tokenizer::open(Protocol::Nllb, &files).unwrap();
        let english = tokenizer.language("eng_Latn").unwrap();
        let words = [
            "партия",
            "мүшелері,",
            "облысының",
            "86",
            "адам;",
            "жұмысқа",
            "орналасты",
        ];
        let text: Vec<&str> = (0..700).map(|i| words[i * i % words.len()]).collect();
        let unit = Unit {
            text: text.join(" "),
            language: &KAZAKH,
            token: tokenizer.language("kaz_Cyrl").unwrap(),
        };
        let pieces = pieces(tokenizer.as_ref(), &unit, english, 50).unwrap();
        assert!(pieces.len() > 10 && pieces.iter().all(|piece| piece.ids.len() <= 50));
        let said: Vec<String> = pieces
            .iter()
            .map(|piece| tokenizer.decode(&piece.ids).unwrap())
            .collect();
        assert_eq!(said.join(" "), unit.text);
    }
}
