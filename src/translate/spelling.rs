//! Phrases in a model's tokens.

use crate::generate::{MAX_FORM_TOKENS, OutputVocabulary, Phrase, PhraseForm, WordEdges, latin};
use crate::tokenizer::{Tokenizer, TokenizerError};

/// What a form is encoded after, to find its tokens without a space before it.
const OPENING: &str = "\"";

/// What a model can say, and where its tokens begin and end words.
pub(super) struct Speller {
    pub(super) edges: WordEdges,
    /// The tokens it may generate, ascending; `None` if all.
    allowed: Option<Vec<u32>>,
}

impl Speller {
    pub(super) fn new(tokenizer: &dyn Tokenizer, vocabulary: OutputVocabulary) -> Self {
        let pieces = tokenizer.pieces();
        Self {
            allowed: match vocabulary {
                OutputVocabulary::Full => None,
                OutputVocabulary::Latin => Some(latin(pieces.iter().cloned())),
            },
            edges: WordEdges::of(pieces),
        }
    }

    /// The phrase that is said in any of these `forms`; `None` if the vocabulary can spell none.
    pub(super) fn phrase(
        &self,
        tokenizer: &dyn Tokenizer,
        forms: &[String],
    ) -> Result<Option<Phrase>, TokenizerError> {
        let opening = tokenizer.encode_target(OPENING)?;
        let mut spelt = Vec::new();
        for form in forms {
            let alone = tokenizer.encode_target(form)?;
            if self.is_spelt(tokenizer, &alone, form)? {
                spelt.push(PhraseForm {
                    tokens: alone,
                    is_joined: false,
                });
            }
            let after = tokenizer.encode_target(&format!("{OPENING}{form}"))?;
            if let Some(joined) = after.strip_prefix(&opening[..])
                && self.is_spelt(tokenizer, joined, form)?
            {
                spelt.push(PhraseForm {
                    tokens: joined.to_vec(),
                    is_joined: true,
                });
            }
        }
        Ok((!spelt.is_empty()).then_some(Phrase { forms: spelt }))
    }

    fn is_spelt(
        &self,
        tokenizer: &dyn Tokenizer,
        ids: &[u32],
        form: &str,
    ) -> Result<bool, TokenizerError> {
        let is_allowed = |id: &u32| {
            let allowed = self.allowed.as_ref();
            allowed.is_none_or(|allowed| allowed.binary_search(id).is_ok())
        };
        Ok((1..=MAX_FORM_TOKENS).contains(&ids.len())
            && ids.iter().all(is_allowed)
            && tokenizer.decode(ids)?.trim() == form)
    }
}
