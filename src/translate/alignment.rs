//! Which words of a hypothesis come from which words of its unit.
//!
//! The network reads the unit once more and is fed the hypothesis, without a search; what its
//! cross-attention looks at for each token is added up over the tokens of words. So an alignment is had for
//! any target, whatever made it (retries, terms, restored quotation marks), and a search is not slowed.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::{Translator, Unit};
use crate::generate::BatchLimits;
use crate::markup::Alignment;
use crate::model::ModelError;
use crate::tokenizer::{Direction, Tokenizer};

/// The sign of SentencePiece for the space before a word.
const SPACE: char = '\u{2581}';

/// The tokens that begin a word, by their ids.
#[derive(Debug, Default)]
pub(super) struct WordStarts(OnceLock<HashSet<u32>>);

impl WordStarts {
    fn of(&self, tokenizer: &dyn Tokenizer) -> &HashSet<u32> {
        self.0.get_or_init(|| {
            let pieces = tokenizer.pieces().into_iter();
            let starts = pieces.filter(|(_, piece)| piece.starts_with(SPACE));
            starts.map(|(id, _)| id).collect()
        })
    }
}

/// A unit and its target as tokens.
struct Pair {
    /// Its place among the pairs.
    at: usize,
    source: Vec<u32>,
    target: Vec<u32>,
    /// Of each token of the source the word it is of.
    source_words: Vec<Option<usize>>,
    target_words: Vec<Option<usize>>,
}

impl Translator {
    /// The alignment of each target with its unit; `None` for a unit that is too long to be read at once,
    /// for a text whose words are not those of its tokens, and for networks that do not say.
    ///
    /// # Errors
    /// If the tokenizer or the network fails.
    pub fn alignments(
        &self,
        pairs: &[(&Unit, &str)],
    ) -> Result<Vec<Option<Alignment>>, ModelError> {
        let mut found = vec![None; pairs.len()];
        let mut read = Vec::new();
        for (at, (unit, target)) in pairs.iter().enumerate() {
            read.extend(self.pair(at, unit, target)?);
        }
        read.sort_by_key(|pair| std::cmp::Reverse(pair.source.len()));
        let BatchLimits { tokens, rows } = self.model.batch_limits(1);
        let mut rest = read.as_slice();
        while let Some(first) = rest.first() {
            let longest = first.source.len().max(1);
            let count = (tokens / longest).min(rows).clamp(1, rest.len());
            let (batch, after) = rest.split_at(count);
            let sources: Vec<&[u32]> = batch.iter().map(|pair| pair.source.as_slice()).collect();
            let targets: Vec<&[u32]> = batch.iter().map(|pair| pair.target.as_slice()).collect();
            let attention = self.model.network.attention(&sources, &targets)?;
            for (pair, attention) in batch.iter().zip(attention) {
                if let Some(place) = found.get_mut(pair.at) {
                    *place = pair.alignment(&attention);
                }
            }
            rest = after;
        }
        Ok(found)
    }

    /// The tokens of a unit and its target, if they can be aligned.
    fn pair(&self, at: usize, unit: &Unit, target: &str) -> Result<Option<Pair>, ModelError> {
        let tokenizer = self.model.tokenizer.as_ref();
        let most = tokenizer.max_source_tokens() * 8;
        if unit.text.len() > most || target.len() > most {
            return Ok(None);
        }
        let direction = Direction {
            source: unit.token,
            target: self.target,
        };
        let source = tokenizer.encode_source(&unit.text, direction)?;
        let text = tokenizer.encode_target(target)?;
        let start = tokenizer.forced_start(self.target);
        let before = [Some(self.options.decoder_start_token), start];
        let mut fed: Vec<u32> = before.into_iter().flatten().collect();
        let frame = fed.len();
        fed.extend_from_slice(&text);
        let longest = self.model.network.max_positions().unwrap_or(usize::MAX);
        if source.len().max(fed.len()) > longest.min(most) {
            return Ok(None);
        }
        let starts = self.word_starts.of(tokenizer);
        // The source's frame is found by its words: tokens of languages and the end are in none.
        let inner = tokenizer.encode_target(&unit.text)?;
        let Some(first) = place_of(&inner, &source) else {
            return Ok(None);
        };
        let source_words = words(&source, first..first + inner.len(), starts);
        let target_words = words(&fed, frame..fed.len(), starts);
        let is_of = |words: &[Option<usize>], text: &str| {
            let last = words.iter().flatten().last();
            last.map_or(0, |last| last + 1) == text.split_whitespace().count()
        };
        let fits = is_of(&source_words, &unit.text) && is_of(&target_words, target);
        Ok(
            (fits && !inner.is_empty() && !text.is_empty()).then_some(Pair {
                at,
                source,
                target: fed,
                source_words,
                target_words,
            }),
        )
    }
}

/// Where tokens begin in a longer list of them.
fn place_of(tokens: &[u32], list: &[u32]) -> Option<usize> {
    let last = list.len().checked_sub(tokens.len())?;
    (0..=last).find(|&at| list.get(at..at + tokens.len()) == Some(tokens))
}

/// Of each token the word it is of: within `text` a word begins with its first token and with each that has
/// a space before it.
fn words(
    tokens: &[u32],
    text: std::ops::Range<usize>,
    starts: &HashSet<u32>,
) -> Vec<Option<usize>> {
    let mut word = 0;
    let words = tokens.iter().enumerate().map(|(at, token)| {
        if !text.contains(&at) {
            return None;
        }
        word += usize::from(at > text.start && starts.contains(token));
        Some(word)
    });
    words.collect()
}

impl Pair {
    /// The attention between words: of a source word the sum of its tokens, of a target word that of its
    /// first token, at the step that says it.
    fn alignment(&self, attention: &[Vec<f32>]) -> Option<Alignment> {
        let count = |words: &[Option<usize>]| words.iter().flatten().last().map(|last| last + 1);
        let (sources, targets) = (count(&self.source_words)?, count(&self.target_words)?);
        let mut weights = vec![0.0; sources.checked_mul(targets)?];
        let said = self.target_words.iter().skip(1).zip(attention);
        for (target, row) in said {
            let Some(target) = target else { continue };
            let own = weights.get_mut(target * sources..(target + 1) * sources)?;
            for (weight, source) in row.iter().zip(&self.source_words) {
                if let Some(place) = source.and_then(|source| own.get_mut(source)) {
                    *place += weight;
                }
            }
        }
        Alignment::new(sources, targets, weights)
    }
}
