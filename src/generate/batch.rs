//! The searches of a batch, stepped together.

use super::options::{Options, OptionsError};
use super::phrases::RequiredPhrases;
use super::search::{Generated, Search};
use crate::nn::Error;
use crate::seq2seq::Seq2Seq;

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
    if requests.is_empty() {
        return Ok(Vec::new());
    }
    let limit = model.max_positions().unwrap_or(usize::MAX);
    let sources: Vec<&[u32]> = requests.iter().map(|request| request.source).collect();
    let mut state = model.encode(&sources)?;
    let mut searches: Vec<Search> = requests
        .iter()
        .map(|request| {
            let max_length = request.max_length.min(limit);
            Search::new(options, request.source, max_length, request.required)
        })
        .collect();
    let wanted = searches.iter().map(Search::candidates_wanted).max();
    let wanted = wanted.unwrap_or(1);
    // The sentences still searched, and how many rows each has.
    let mut active: Vec<usize> = (0..requests.len()).collect();
    let mut width = 1;
    loop {
        let rows = || active.iter().flat_map(|&s| (0..width).map(move |b| (s, b)));
        // A sentence with fewer hypotheses than its neighbours repeats its first to keep rows even.
        let beam_of = |search: &Search, beam: usize| if beam < search.width() { beam } else { 0 };
        let tokens: Vec<u32> = rows()
            .map(|(s, b)| searches[s].last_token(beam_of(&searches[s], b)))
            .collect();
        let constraints: Vec<_> = rows()
            .map(|(s, b)| searches[s].constraints(beam_of(&searches[s], b)))
            .collect();
        let candidates = state.step(&tokens, &constraints, wanted)?;

        let mut next: Vec<(usize, usize, Vec<usize>)> = Vec::with_capacity(active.len());
        for (place, &s) in active.iter().enumerate() {
            let first = place * width;
            let own = &candidates[first..first + searches[s].width().min(width)];
            let parents = searches[s].advance(own)?;
            if !searches[s].is_done() {
                next.push((s, first, parents));
            }
        }
        if next.is_empty() {
            break;
        }
        width = next
            .iter()
            .map(|(_, _, parents)| parents.len())
            .max()
            .unwrap_or(1);
        let order: Vec<usize> = next
            .iter()
            .flat_map(|(_, first, parents)| {
                (0..width).map(move |b| first + parents.get(b).or(parents.first()).unwrap_or(&0))
            })
            .collect();
        state.reorder(&order)?;
        active = next.into_iter().map(|(s, _, _)| s).collect();
    }
    Ok(searches.into_iter().map(Search::into_best).collect())
}
