//! The searches of a batch, stepped together.

use super::options::{Options, OptionsError};
use super::phrases::RequiredPhrases;
use super::search::{Generated, Search};
use crate::nn::Error;
use crate::seq2seq::{DecoderState, Seq2Seq};

/// One sentence to decode.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Its token ids, as the encoder reads them.
    pub source: &'a [u32],
    /// The most tokens of its target, the decoder start token among them.
    pub max_length: usize,
    /// Phrases that its target has to hold, if there are any. A search may end without them only
    /// if nothing else is possible; tokens drawn at random do not follow them.
    pub required: Option<RequiredPhrases<'a>>,
}

/// Why nothing could be generated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The options cannot be decoded with; nothing was computed.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// The network refused a source, or its computation failed.
    #[error(transparent)]
    Network(#[from] Error),
    /// A batch came back with too few or too many results.
    #[error("{found} results came for {expected} sources")]
    Results {
        /// The requests of the batch.
        expected: usize,
        /// The results that came back.
        found: usize,
    },
}

/// Decodes `requests` in one batch, or in halves of it if the device's memory is too small. Each result
/// is what its request would give alone.
///
/// # Errors
/// If the options cannot be decoded with, a source cannot be read by the network, or the computation
/// fails; [`Error::OutOfMemory`] if the memory is too small even for one request.
pub fn generate(
    model: &dyn Seq2Seq,
    requests: &[Request],
    options: &Options,
) -> Result<Vec<Generated>, GenerateError> {
    options.check()?;
    Ok(halved(model, requests, options)?)
}

/// Decodes a batch, or halves of it until they fit.
fn halved(
    model: &dyn Seq2Seq,
    requests: &[Request],
    options: &Options,
) -> Result<Vec<Generated>, Error> {
    match decode(model, requests, options) {
        // What the batch held is free again: its state went with the error.
        Err(Error::OutOfMemory(_)) if requests.len() > 1 => {
            let (first, second) = requests.split_at(requests.len() / 2);
            tracing::debug!(
                "{} sentences are too many for the device's memory; going on with half of them",
                requests.len()
            );
            let mut generated = halved(model, first, options)?;
            generated.extend(halved(model, second, options)?);
            Ok(generated)
        }
        result => result,
    }
}

fn decode(
    model: &dyn Seq2Seq,
    requests: &[Request],
    options: &Options,
) -> Result<Vec<Generated>, Error> {
    let mut batch = Batch::new(model, options);
    let numbered: Vec<(usize, Request)> = requests.iter().copied().enumerate().collect();
    batch.join(&numbered)?;
    let mut results = Vec::with_capacity(requests.len());
    while !batch.is_empty() {
        results.extend(batch.step()?);
    }
    results.sort_by_key(|&(number, _)| number);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

/// Sentences that are decoded together, each until its search is done.
pub(super) struct Batch<'m, 'r> {
    model: &'m dyn Seq2Seq,
    options: &'r Options,
    /// `None` as long as the batch is empty.
    state: Option<Box<dyn DecoderState + 'm>>,
    /// In the order of their rows.
    sentences: Vec<Sentence<'r>>,
}

struct Sentence<'r> {
    /// The number of its request.
    number: usize,
    search: Search<'r>,
    /// Its rows in the decoder.
    rows: usize,
}

impl Sentence<'_> {
    /// The hypothesis of each of its rows. Where neighbours have more rows, the first one is repeated.
    fn hypotheses(&self) -> impl Iterator<Item = usize> {
        let width = self.search.width();
        (0..self.rows).map(move |row| if row < width { row } else { 0 })
    }
}

impl<'m, 'r> Batch<'m, 'r> {
    /// An empty batch.
    pub(super) fn new(model: &'m dyn Seq2Seq, options: &'r Options) -> Self {
        Self {
            model,
            options,
            state: None,
            sentences: Vec::new(),
        }
    }

    /// Whether every sentence's search is done.
    pub(super) fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// The numbers of the sentences that are being decoded.
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> {
        self.sentences.iter().map(|sentence| sentence.number)
    }

    /// Adds sentences, each with a number of the caller's. A batch that is being decoded takes them only
    /// if the network can ([`Seq2Seq::can_join`]).
    pub(super) fn join(&mut self, requests: &[(usize, Request<'r>)]) -> Result<(), Error> {
        if requests.is_empty() {
            return Ok(());
        }
        let sources: Vec<&[u32]> = requests.iter().map(|(_, request)| request.source).collect();
        match &mut self.state {
            Some(state) => state.join(&sources)?,
            None => self.state = Some(self.model.encode(&sources)?),
        }
        let limit = self.model.max_positions().unwrap_or(usize::MAX);
        let sentences = requests.iter().map(|&(number, request)| {
            let max_length = request.max_length.min(limit);
            let search = Search::new(self.options, request.source, max_length, request.required);
            Sentence {
                number,
                search,
                rows: 1,
            }
        });
        self.sentences.extend(sentences);
        Ok(())
    }

    /// Decodes a token of each hypothesis. Returns the sentences whose searches are done with it, by their
    /// numbers; they leave the batch. After an error the batch is of no use.
    pub(super) fn step(&mut self) -> Result<Vec<(usize, Generated)>, Error> {
        let Some(state) = &mut self.state else {
            return Ok(Vec::new());
        };
        let sentences = self.sentences.iter();
        let rows = sentences.flat_map(|s| s.hypotheses().map(move |beam| (&s.search, beam)));
        let (tokens, constraints): (Vec<u32>, Vec<_>) = rows
            .map(|(search, beam)| (search.last_token(beam), search.constraints(beam)))
            .unzip();
        let searches = self.sentences.iter().map(|s| &s.search);
        let wanted = searches.map(Search::candidates_wanted).max().unwrap_or(1);
        let candidates = state.step(&tokens, &constraints, wanted)?;

        let mut done = Vec::new();
        let mut first = 0;
        // The sentences that go on, the first row of each, and which hypothesis each new one continues.
        let mut continued: Vec<(Sentence, usize, Vec<usize>)> = Vec::new();
        for mut sentence in std::mem::take(&mut self.sentences) {
            let rows = first..first + sentence.rows;
            first = rows.end;
            let own = &candidates[rows.start..][..sentence.search.width().min(rows.len())];
            let parents = sentence.search.advance(own)?;
            if sentence.search.is_done() {
                done.push((sentence.number, sentence.search.into_best()));
            } else {
                continued.push((sentence, rows.start, parents));
            }
        }
        let widths = continued.iter().map(|(_, _, parents)| parents.len());
        let widest = widths.max().unwrap_or(0);
        let mut order = Vec::with_capacity(widest * continued.len());
        for (mut sentence, first, parents) in continued {
            // A decoder that sentences cannot join has the same number of rows for each.
            let least = if self.model.can_join() { 1 } else { widest };
            sentence.rows = parents.len().max(least);
            let parent = |row: usize| parents.get(row).or(parents.first()).copied().unwrap_or(0);
            order.extend((0..sentence.rows).map(|row| first + parent(row)));
            self.sentences.push(sentence);
        }
        if order.is_empty() {
            self.state = None;
        } else {
            state.reorder(&order)?;
        }
        Ok(done)
    }
}
