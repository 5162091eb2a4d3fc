//! Summaries written by a BART model.
//!
//! A body within the model's positions is summarised at once, by the model's own generation
//! options. A longer one is cut at sentence ends into parts of similar length; the parts are
//! summarised, and their summaries together are the body of the next round.

use std::ops::Range;

use crate::generate::{BatchLimits, Generated, OutputVocabulary, Request, generate_all};
use crate::language::ENGLISH;
use crate::model::{Model, ModelError, ModelOptions, Purpose};
use crate::model_files::ModelFiles;
use crate::nn::ComputeOptions;
use crate::segment;
use crate::tokenizer::TokenizerError;

/// The most tokens of a summary if the model's own options set no limit.
const DEFAULT_MAX_LENGTH: usize = 142;
/// Parts summarised together: with four the caches of a batch of bart-large take less than a gigabyte.
const BATCH_PARTS: usize = 4;

/// A summary a model wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct Abstract {
    /// The summary, in English.
    pub text: String,
    /// Whether a length limit cut the model's text off.
    pub truncated: bool,
}

/// A summarisation model, ready to run.
pub struct AbstractiveSummarizer {
    model: Model,
    /// The most tokens the model reads.
    positions: usize,
}

impl AbstractiveSummarizer {
    /// Opens the model of `files`.
    ///
    /// # Errors
    /// If a file cannot be read, the files do not belong together or the model writes no summaries.
    pub fn open(files: &ModelFiles, compute: &ComputeOptions) -> Result<Self, ModelError> {
        let options = ModelOptions {
            purpose: Purpose::Summarization,
            vocabulary: OutputVocabulary::Full,
            compute,
        };
        let model = Model::open(files, &options)?;
        let positions = model.network.max_positions().unwrap_or(usize::MAX);
        Ok(Self { model, positions })
    }

    /// The model's name: `repository@commit`, or a folder's.
    pub fn id(&self) -> &str {
        &self.model.id
    }

    /// Summarises bodies given as their sentences, which the model reads joined by single spaces; their
    /// parts share batches. `None` for a body that is shorter than the shortest summary the model may
    /// write: it would have to invent.
    ///
    /// # Errors
    /// If the tokenizer or the network fails, for each body it fails on: if the bodies cannot be
    /// summarised together, each is tried alone.
    pub fn summarize_all(&self, bodies: &[Vec<&str>]) -> Vec<Result<Option<Abstract>, ModelError>> {
        match self.together(bodies) {
            Ok(summaries) => summaries.into_iter().map(Ok).collect(),
            Err(error) if bodies.len() == 1 => vec![Err(error)],
            Err(_) => {
                let alone = bodies.chunks(1).flat_map(|body| self.summarize_all(body));
                alone.collect()
            }
        }
    }

    /// One round after the other, all bodies that are not done in each.
    fn together(&self, bodies: &[Vec<&str>]) -> Result<Vec<Option<Abstract>>, ModelError> {
        let mut done: Vec<Option<Abstract>> = vec![None; bodies.len()];
        let mut open = Vec::new();
        for (place, body) in bodies.iter().enumerate() {
            let sentences = self.measure(body)?;
            if !sentences.is_empty() && tokens(&sentences) >= self.model.generation.min_length {
                open.push(Round {
                    place,
                    sentences,
                    truncated: false,
                });
            }
        }
        while !open.is_empty() {
            let texts: Vec<Vec<String>> = open.iter().map(|body| self.parts(body)).collect();
            let written = self.write(&texts.concat())?;
            let mut rest = written.into_iter();
            let mut next = Vec::new();
            for (body, parts) in open.into_iter().zip(&texts) {
                let own: Vec<Generated> = rest.by_ref().take(parts.len()).collect();
                let sentences = self.read(&own)?;
                let truncated = body.truncated || own.iter().any(|summary| !summary.ended);
                // Summaries that are not shorter than their parts would never end.
                if parts.len() == 1 || tokens(&sentences) >= tokens(&body.sentences) {
                    let text = join(&sentences);
                    if let Some(summary) = done.get_mut(body.place) {
                        *summary = Some(Abstract { text, truncated });
                    }
                } else {
                    next.push(Round {
                        place: body.place,
                        sentences,
                        truncated,
                    });
                }
            }
            open = next;
        }
        Ok(done)
    }

    /// The texts a body is summarised in.
    fn parts(&self, body: &Round) -> Vec<String> {
        let lengths: Vec<usize> = body.sentences.iter().map(|s| s.tokens).collect();
        let parts = parts(&lengths, self.max_part_tokens()).into_iter();
        parts.map(|part| join(&body.sentences[part])).collect()
    }

    /// The sentences of what was written.
    fn read(&self, written: &[Generated]) -> Result<Vec<Measured>, ModelError> {
        let texts = written
            .iter()
            .map(|summary| self.model.tokenizer.decode(&summary.tokens))
            .collect::<Result<Vec<_>, _>>()?;
        let sentences = texts
            .iter()
            .flat_map(|text| segment::sentences(text, &ENGLISH));
        self.measure(&sentences.collect::<Vec<_>>())
    }

    /// The most tokens of a part, without the start and the end token.
    fn max_part_tokens(&self) -> usize {
        self.positions.saturating_sub(2).max(1)
    }

    /// Sentences with their length; one that is longer than the model reads comes in pieces.
    fn measure(&self, sentences: &[&str]) -> Result<Vec<Measured>, ModelError> {
        let mut measured = Vec::with_capacity(sentences.len());
        for sentence in sentences {
            let sentence = sentence.trim();
            let tokens = self.count(sentence)?;
            if tokens <= self.max_part_tokens() {
                measured.push(Measured::new(sentence, tokens));
                continue;
            }
            let limit = self.max_part_tokens();
            let mut fits = |text: &str| self.count(text).is_ok_and(|tokens| tokens <= limit);
            for piece in segment::pieces(sentence, &mut fits) {
                measured.push(Measured::new(piece.trim(), self.count(piece)?));
            }
        }
        measured.retain(|sentence| !sentence.text.is_empty());
        Ok(measured)
    }

    /// The most tokens a text takes in a body, after a space or at its beginning.
    fn count(&self, text: &str) -> Result<usize, TokenizerError> {
        let inside = self.model.tokenizer.encode(&format!(" {text}"))?.len();
        let first = self.model.tokenizer.encode(text)?.len();
        Ok(inside.max(first).saturating_sub(2))
    }

    /// A summary for each text.
    fn write(&self, texts: &[String]) -> Result<Vec<Generated>, ModelError> {
        let options = &self.model.generation;
        let max_length = options.max_length.unwrap_or(DEFAULT_MAX_LENGTH);
        let sources = texts
            .iter()
            .map(|text| self.model.tokenizer.encode(text))
            .collect::<Result<Vec<_>, _>>()?;
        let requests: Vec<Request> = sources
            .iter()
            .map(|source| Request {
                source,
                max_length,
                required: None,
            })
            .collect();
        let limits = BatchLimits {
            tokens: usize::MAX,
            rows: BATCH_PARTS * options.num_beams,
        };
        let network = self.model.network.as_ref();
        Ok(generate_all(
            network,
            &requests,
            options,
            limits,
            &mut |_| {},
        )?)
    }
}

/// A body between two rounds.
struct Round {
    /// Which of the bodies it is.
    place: usize,
    sentences: Vec<Measured>,
    /// Whether a length limit cut one of its parts' summaries off.
    truncated: bool,
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

/// Cuts sentences of these lengths, each at most `limit` tokens, into as few parts of at most `limit`
/// as can be with all of about the same length: a short last part would make the model invent.
fn parts(lengths: &[usize], limit: usize) -> Vec<Range<usize>> {
    let total: usize = lengths.iter().sum();
    let fewest = total.div_ceil(limit).max(1);
    let fits = |part: &Range<usize>| lengths[part.clone()].iter().sum::<usize>() <= limit;
    (fewest..=2 * fewest)
        .map(|count| even_parts(lengths, total, count))
        .find(|parts| parts.iter().all(fits))
        .unwrap_or_else(|| full_parts(lengths, limit))
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
fn full_parts(lengths: &[usize], limit: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut filled) = (0, 0);
    for (i, &length) in lengths.iter().enumerate() {
        if i > start && filled + length > limit {
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
    fn a_longer_body_is_cut_into_parts_of_like_length_within_the_limit() {
        for (lengths, limit, shortest) in [
            (&[30; 10][..], 110, 60),
            (&[50, 10, 50, 10, 50, 10, 50], 120, 50),
            (&[100, 1, 1, 100, 1, 100], 102, 1),
            (&[1; 1000], 64, 50),
        ] {
            let parts = parts(lengths, limit);
            let joined: Vec<usize> = parts.iter().flat_map(Clone::clone).collect();
            assert_eq!(joined, (0..lengths.len()).collect::<Vec<_>>());
            for part in &parts {
                let tokens: usize = lengths[part.clone()].iter().sum();
                assert!((shortest..=limit).contains(&tokens), "{parts:?}: {tokens}");
            }
        }
    }
}
