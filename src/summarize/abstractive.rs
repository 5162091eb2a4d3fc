//! Summaries written by a BART model.
//!
//! A body within the model's positions is summarised at once, by the model's own generation options.
//! A longer one is cut at sentence ends into parts of like length; the parts are summarised, and
//! their summaries together are the body of the next round.

use std::ops::Range;

use crate::generate::{Generated, GenerationError, Options, Request, generate};
use crate::hub::{ModelFiles, TokenizerFiles, converted};
use crate::nn::{self, Placement};
use crate::segment;
use crate::seq2seq::{self, Checkpoint, Family, OpenError, Seq2Seq};
use crate::tokenizer::{BartTokenizer, TokenizerError};

/// The most tokens of a summary where the model's own options state none.
const DEFAULT_MAX_LENGTH: usize = 142;
/// Parts summarised together: keeps the caches of a batch of bart-large within a gigabyte.
const BATCH_PARTS: usize = 4;

/// Why a summarisation model could not be opened or run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SummarizeError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    #[error(transparent)]
    Generation(#[from] GenerationError),
    #[error(transparent)]
    Network(#[from] nn::Error),
}

/// A summary a model wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct Abstract {
    pub text: String,
    /// Whether a length limit cut the model's text off.
    pub truncated: bool,
}

/// A summarisation model, ready to run.
pub struct AbstractiveSummarizer {
    id: String,
    network: Box<dyn Seq2Seq>,
    tokenizer: BartTokenizer,
    options: Options,
    /// The most tokens the model reads.
    positions: usize,
}

impl AbstractiveSummarizer {
    /// Opens the model that `files` hold.
    ///
    /// # Errors
    /// Where a file cannot be read, the files do not belong together or hold no BART model.
    pub fn open(files: &ModelFiles, placement: &Placement) -> Result<Self, SummarizeError> {
        let tokenizer = match &files.tokenizer {
            TokenizerFiles::Json(path) => BartTokenizer::open(path)?,
            TokenizerFiles::VocabMerges { vocab, merges } => {
                BartTokenizer::from_vocabulary(vocab, merges)?
            }
        };
        let options = Options::read(files.generation_config.as_deref(), &files.config)?;
        let converted = converted::path(&files.id, &files.weights, placement);
        let checkpoint = Checkpoint {
            converted: converted.as_deref(),
            ..Checkpoint::new(&files.config, &files.weights)
        };
        let network = seq2seq::open(&checkpoint, Family::Bart, placement)?;
        options
            .check_tokens(network.vocabulary())
            .map_err(nn::Error::Invalid)?;
        let positions = network.max_positions().unwrap_or(usize::MAX);
        Ok(Self {
            id: files.id.clone(),
            network,
            tokenizer,
            options,
            positions,
        })
    }

    /// The model's name: `repository@commit`, or a folder's.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Summarises a body given as its sentences, which the model reads joined by single spaces.
    /// Nothing where the body is shorter than the shortest summary the model may write: it would
    /// have to invent.
    ///
    /// # Errors
    /// Where the tokenizer or the network fails.
    pub fn summarize(&self, sentences: &[&str]) -> Result<Option<Abstract>, SummarizeError> {
        let mut body = self.measure(sentences)?;
        if tokens(&body) < self.options.min_length {
            return Ok(None);
        }
        let mut truncated = false;
        loop {
            let lengths: Vec<usize> = body.iter().map(|sentence| sentence.tokens).collect();
            let parts = parts(&lengths, self.room());
            let texts: Vec<String> = parts.into_iter().map(|part| join(&body[part])).collect();
            let written = self.write(&texts)?;
            truncated |= written.iter().any(|summary| !summary.ended);
            let texts = written
                .iter()
                .map(|summary| self.tokenizer.decode(&summary.tokens))
                .collect::<Result<Vec<_>, _>>()?;
            let sentences: Vec<&str> = texts
                .iter()
                .flat_map(|text| segment::english_sentences(text))
                .collect();
            let next = self.measure(&sentences)?;
            // Summaries that are no shorter than their parts would go round for ever.
            if texts.len() == 1 || tokens(&next) >= tokens(&body) {
                let text = join(&next);
                return Ok(Some(Abstract { text, truncated }));
            }
            body = next;
        }
    }

    /// Tokens a part may have, beside the start and the end token.
    fn room(&self) -> usize {
        self.positions.saturating_sub(2).max(1)
    }

    /// Sentences with their length; one that is longer than the model reads comes in pieces.
    fn measure(&self, sentences: &[&str]) -> Result<Vec<Measured>, SummarizeError> {
        let mut measured = Vec::with_capacity(sentences.len());
        for sentence in sentences {
            let sentence = sentence.trim();
            let tokens = self.count(sentence)?;
            if tokens <= self.room() {
                measured.push(Measured::new(sentence, tokens));
                continue;
            }
            let room = self.room();
            let mut fits = |text: &str| self.count(text).is_ok_and(|tokens| tokens <= room);
            for piece in segment::pieces(sentence, &mut fits) {
                measured.push(Measured::new(piece.trim(), self.count(piece)?));
            }
        }
        measured.retain(|sentence| !sentence.text.is_empty());
        Ok(measured)
    }

    /// The most tokens a text takes in a body: behind a space, or at its beginning.
    fn count(&self, text: &str) -> Result<usize, TokenizerError> {
        let inside = self.tokenizer.encode(&format!(" {text}"))?.len();
        let first = self.tokenizer.encode(text)?.len();
        Ok(inside.max(first).saturating_sub(2))
    }

    fn write(&self, texts: &[String]) -> Result<Vec<Generated>, SummarizeError> {
        let limit = self.options.max_length.unwrap_or(DEFAULT_MAX_LENGTH);
        let sources = texts
            .iter()
            .map(|text| self.tokenizer.encode(text))
            .collect::<Result<Vec<_>, _>>()?;
        let mut written = Vec::with_capacity(sources.len());
        for batch in sources.chunks(BATCH_PARTS) {
            let requests: Vec<Request> = batch
                .iter()
                .map(|source| Request {
                    source,
                    max_length: limit,
                })
                .collect();
            written.extend(generate(self.network.as_ref(), &requests, &self.options)?);
        }
        Ok(written)
    }
}

/// A sentence and how many tokens it has.
struct Measured {
    text: String,
    tokens: usize,
}

impl Measured {
    fn new(text: &str, tokens: usize) -> Self {
        Self {
            text: text.to_owned(),
            tokens,
        }
    }
}

fn tokens(sentences: &[Measured]) -> usize {
    sentences.iter().map(|sentence| sentence.tokens).sum()
}

fn join(sentences: &[Measured]) -> String {
    let texts: Vec<&str> = sentences.iter().map(|s| s.text.as_str()).collect();
    texts.join(" ")
}

/// Cuts sentences of these lengths, each at most `room` tokens, into as few parts of at most `room`
/// as can be with all of about the same length: a short last part would make the model invent.
fn parts(lengths: &[usize], room: usize) -> Vec<Range<usize>> {
    let total: usize = lengths.iter().sum();
    let fewest = total.div_ceil(room).max(1);
    let fits = |part: &Range<usize>| lengths[part.clone()].iter().sum::<usize>() <= room;
    (fewest..=2 * fewest)
        .map(|count| even_parts(lengths, total, count))
        .find(|parts| parts.iter().all(fits))
        .unwrap_or_else(|| full_parts(lengths, room))
}

/// Cuts nearest to where `count` parts of the same length would end.
fn even_parts(lengths: &[usize], total: usize, count: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::with_capacity(count);
    let (mut start, mut before) = (0, 0);
    for (i, &length) in lengths.iter().enumerate() {
        let aim = total * (parts.len() + 1) / count;
        let after = before + length;
        // The sentence goes to the part that ends nearer to its aim with it, or without it.
        if i > start && after > aim && after - aim > aim.saturating_sub(before) {
            parts.push(start..i);
            start = i;
        }
        before = after;
    }
    if start < lengths.len() {
        parts.push(start..lengths.len());
    }
    parts
}

/// Fills one part after the other.
fn full_parts(lengths: &[usize], room: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut filled) = (0, 0);
    for (i, &length) in lengths.iter().enumerate() {
        if i > start && filled + length > room {
            parts.push(start..i);
            (start, filled) = (i, 0);
        }
        filled += length;
    }
    if start < lengths.len() {
        parts.push(start..lengths.len());
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_fits_is_one_part() {
        assert_eq!(parts(&[30, 40, 30], 100), vec![0..3]);
    }

    #[test]
    fn a_longer_body_is_cut_into_parts_of_like_length_within_the_room() {
        for (lengths, room, shortest) in [
            (&[30; 10][..], 110, 60),
            (&[50, 10, 50, 10, 50, 10, 50], 120, 50),
            (&[100, 1, 1, 100, 1, 100], 102, 1),
            (&[1; 1000], 64, 50),
        ] {
            let parts = parts(lengths, room);
            let joined: Vec<usize> = parts.iter().flat_map(Clone::clone).collect();
            assert_eq!(joined, (0..lengths.len()).collect::<Vec<_>>());
            for part in &parts {
                let tokens: usize = lengths[part.clone()].iter().sum();
                assert!((shortest..=room).contains(&tokens), "{parts:?}: {tokens}");
            }
        }
    }
}
