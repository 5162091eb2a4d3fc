//! A device whose memory is too small for a batch: it is decoded in halves, with the same results.

use std::sync::Mutex;

use audarma::generate::{GenerateError, Generated, Options, Request, generate};
use audarma::nn::{Candidate, ComputeOptions, Error, TokenConstraints};
use audarma::seq2seq::{DecoderState, Seq2Seq};

use super::support::{fixture, open};

/// A network that runs out of memory with more than `most` sentences: at once, or at a step.
struct Cramped {
    network: Box<dyn Seq2Seq>,
    most: usize,
    /// The step that is too much; none where reading the sources is.
    step: Option<usize>,
    /// The sizes of the batches it was given.
    batches: Mutex<Vec<usize>>,
}

struct CrampedState<'a> {
    state: Box<dyn DecoderState + 'a>,
    steps_left: Option<usize>,
}

fn out_of_memory() -> Error {
    Error::OutOfMemory(std::io::Error::new(
        std::io::ErrorKind::OutOfMemory,
        "CUDA_ERROR_OUT_OF_MEMORY",
    ))
}

impl Seq2Seq for Cramped {
    fn encode<'a>(&'a self, sources: &[&[u32]]) -> Result<Box<dyn DecoderState + 'a>, Error> {
        self.batches.lock().unwrap().push(sources.len());
        let too_many = sources.len() > self.most;
        if too_many && self.step.is_none() {
            return Err(out_of_memory());
        }
        Ok(Box::new(CrampedState {
            state: self.network.encode(sources)?,
            steps_left: self.step.filter(|_| too_many),
        }))
    }

    fn restrict_vocabulary(&mut self, tokens: &[u32]) -> Result<(), Error> {
        self.network.restrict_vocabulary(tokens)
    }

    fn vocabulary(&self) -> usize {
        self.network.vocabulary()
    }

    fn max_positions(&self) -> Option<usize> {
        self.network.max_positions()
    }
}

impl DecoderState for CrampedState<'_> {
    fn step(
        &mut self,
        tokens: &[u32],
        rules: &[TokenConstraints],
        k: usize,
    ) -> Result<Vec<Vec<Candidate>>, Error> {
        if let Some(left) = &mut self.steps_left {
            *left = left.checked_sub(1).ok_or_else(out_of_memory)?;
        }
        self.state.step(tokens, rules, k)
    }

    fn reorder(&mut self, rows: &[usize]) -> Result<(), Error> {
        self.state.reorder(rows)
    }

    fn step_logits(&mut self, tokens: &[u32]) -> Result<Vec<Vec<f32>>, Error> {
        self.state.step_logits(tokens)
    }
}

fn network() -> Box<dyn Seq2Seq> {
    let folder = fixture("parity/m2m100");
    open(&folder, &ComputeOptions::exact())
}

fn cramped(most: usize, step: Option<usize>) -> Cramped {
    Cramped {
        network: network(),
        most,
        step,
        batches: Mutex::default(),
    }
}

/// Seven sentences of one to seven words.
fn decode(network: &dyn Seq2Seq) -> Result<Vec<Generated>, GenerateError> {
    let folder = fixture("parity/m2m100");
    let options = Options {
        num_beams: 3,
        ..Options::read(None, &folder.join("config.json")).unwrap()
    };
    let sources: Vec<Vec<u32>> = (1..8)
        .map(|words| (5..6 + words).chain([2]).collect())
        .collect();
    let requests: Vec<Request> = sources
        .iter()
        .map(|source| Request {
            source,
            max_length: 12,
            required: None,
        })
        .collect();
    generate(network, &requests, &options)
}

/// The same as with room enough. Scores are the same to what the shape of a batch changes in f32.
#[track_caller]
fn assert_same(found: &[Generated]) {
    let expected = decode(network().as_ref()).unwrap();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found.tokens, expected.tokens);
        assert_eq!(found.ended, expected.ended);
        assert!((found.log_prob - expected.log_prob).abs() < 1e-4);
    }
}

#[test]
fn a_batch_that_is_too_large_is_halved_until_it_fits() {
    let cramped = cramped(2, None);
    assert_same(&decode(&cramped).unwrap());
    let batches = cramped.batches.into_inner().unwrap();
    assert_eq!(batches, [7, 3, 1, 2, 4, 2, 2]);
}

#[test]
fn a_batch_that_runs_out_of_memory_while_decoding_is_halved_too() {
    let cramped = cramped(3, Some(5));
    assert_same(&decode(&cramped).unwrap());
    assert_eq!(cramped.batches.into_inner().unwrap(), [7, 3, 4, 2, 2]);
}

#[test]
fn a_sentence_too_large_for_memory_is_an_error() {
    let error = decode(&cramped(0, None)).unwrap_err();
    let is_memory = matches!(error, GenerateError::Network(Error::OutOfMemory(_)));
    assert!(is_memory, "{error}");
    assert!(error.to_string().contains("out of memory"), "{error}");
}
