//! Units as token ids, in pieces where they are too long.

use super::Unit;
use crate::segment;
use crate::tokenizer::{NllbTokenizer, TokenizerError};

/// Above so many tokens NLLB's quality falls (sillsdev/silnlp#182): a longer unit is cut at clauses.
pub(super) const MAX_SOURCE_TOKENS: usize = 200;

/// The token ids of a unit's pieces, usually one: language code first, `</s>` last. Each has at most
/// `longest` tokens, unless a single character has more.
pub(super) fn pieces(
    tokenizer: &NllbTokenizer,
    unit: &Unit,
    longest: usize,
) -> Result<Vec<Vec<u32>>, TokenizerError> {
    // A text of this size is cut without counting its tokens whole first: that would cost a pass
    // over megabytes.
    let whole = (unit.text.len() < MAX_SOURCE_TOKENS * 64)
        .then(|| tokenizer.encode(&unit.text, unit.language))
        .transpose()?;
    if let Some(ids) = whole.filter(|ids| ids.len() <= longest) {
        return Ok(vec![ids]);
    }
    let mut failure = None;
    let mut fits = |text: &str| match tokenizer.encode(text, unit.language) {
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
        .map(|part| tokenizer.encode(part, unit.language))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_of_a_long_unit_hold_all_of_its_words() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/memorised-nllb/tokenizer.json"
        );
        let tokenizer = NllbTokenizer::open(file.as_ref()).unwrap();
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
            language: tokenizer.language("kaz_Cyrl").unwrap(),
        };
        let pieces = pieces(&tokenizer, &unit, 50).unwrap();
        assert!(pieces.len() > 10 && pieces.iter().all(|ids| ids.len() <= 50));
        let said: Vec<String> = pieces
            .iter()
            .map(|ids| tokenizer.decode(ids).unwrap())
            .collect();
        assert_eq!(said.join(" "), unit.text);
    }
}
