//! How fast a network translates on this machine: random sources, targets of a fixed length.
//!
//! Speed does not depend on what the tokens mean, so that everything here works on token ids and a
//! tokenizer is not needed. End tokens are banned until the target has its length: every case
//! computes the same number of steps, whatever the weights.

mod memory;
mod random;

use std::time::{Duration, Instant};

use crate::generate::{GenerationError, Options, OutputVocabulary, Request, generate, latin};
use crate::hub::converted;
use crate::model_files::{ModelFiles, TokenizerFiles};
use crate::nn::{self, ComputeOptions};
use crate::seq2seq::{self, Architecture, Checkpoint, Family, OpenError, Seq2Seq};
use crate::tokenizer::{NllbTokenizer, TokenizerError};

pub use memory::peak_memory;
use random::{Random, share};

/// The ids before the first word of NLLB's vocabulary: `<s>`, `<pad>`, `</s>`, `<unk>`.
const SPECIALS: u32 = 4;
/// NLLB-200's id of eng_Latn, for a folder whose tokenizer is not there to say it.
const ENGLISH: u32 = 256_047;
/// NLLB-200's id of kaz_Cyrl, likewise.
const KAZAKH: u32 = 256_089;

/// Sentences decoded together, and beams of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    pub batch: usize,
    pub beam: usize,
}

/// The lengths of a measurement, in tokens, and how often it is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Of each source, language and end token among them.
    pub source_tokens: usize,
    /// Of each target, the language token among them and the decoder start token not.
    pub target_tokens: usize,
    /// Runs of which the fastest counts, after one that does not.
    pub runs: usize,
}

/// What a case took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The fastest run, from source ids to target ids.
    pub total: Duration,
    /// The fastest run of the encoder alone, over the same sources.
    pub encoder: Duration,
}

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BenchError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    #[error(transparent)]
    Generation(#[from] GenerationError),
    #[error(transparent)]
    Network(#[from] nn::Error),
    #[error("{0}")]
    Plan(String),
}

/// A translation network, ready to be measured.
pub struct Bench {
    network: Box<dyn Seq2Seq>,
    options: Options,
    source_language: u32,
    output_tokens: usize,
    is_share: bool,
    load: Duration,
}

impl Bench {
    /// Opens the network that `files` hold. Where the output vocabulary is Latin and no tokenizer
    /// says which tokens are, a fixed choice of as many as `latin_share` (0 to 1) of them stands in.
    ///
    /// # Errors
    /// Where a file cannot be read, the files do not belong together, or they are no NLLB model's.
    pub fn open(
        files: &ModelFiles,
        vocabulary: OutputVocabulary,
        latin_share: f64,
        compute: &ComputeOptions,
    ) -> Result<Self, BenchError> {
        let start = Instant::now();
        let tokenizer = match &files.tokenizer {
            Some(TokenizerFiles::Json(path)) => Some(NllbTokenizer::open(path)?),
            _ => None,
        };
        let own = Options::read(
            files.network.generation_config.as_deref(),
            &files.network.config,
        )?;
        let known = Architecture::read(&files.network.config)
            .map_err(OpenError::Config)?
            .vocabulary as u32;
        let (source_language, target_language) = match &tokenizer {
            Some(tokenizer) => (
                tokenizer.language("kaz_Cyrl")?.token(),
                tokenizer.language("eng_Latn")?.token(),
            ),
            None => (
                KAZAKH.min(known.saturating_sub(1)),
                ENGLISH.min(known.saturating_sub(1)),
            ),
        };
        let options = Options {
            early_stopping: Default::default(),
            length_penalty: 1.0,
            no_repeat_ngram_size: 0,
            max_length: None,
            forced_bos_token: Some(target_language),
            forced_eos_token: None,
            sampling: None,
            ..own
        };
        options
            .check_tokens(known as usize)
            .map_err(nn::Error::Invalid)?;
        let latin = match &tokenizer {
            Some(tokenizer) => {
                let pieces = tokenizer.pieces().into_iter();
                latin(pieces.filter(|(id, _)| *id < known))
            }
            None => {
                let mut needed: Vec<u32> = (0..SPECIALS.min(known)).collect();
                needed.extend(&options.eos_tokens);
                needed.extend([options.decoder_start_token, target_language]);
                share(known, latin_share, &needed)
            }
        };
        let converted = converted::path(&files.id, &files.network.weights, compute);
        let checkpoint = Checkpoint {
            converted: converted.as_deref(),
            first_tokens: &latin,
            ..Checkpoint::new(&files.network.config, &files.network.weights)
        };
        let mut network = seq2seq::open(&checkpoint, Family::M2m100, compute)?;
        let mut output_tokens = known as usize;
        if vocabulary == OutputVocabulary::Latin {
            output_tokens = latin.len();
            network.restrict_vocabulary(&latin)?;
        }
        Ok(Self {
            network,
            options,
            source_language,
            output_tokens,
            is_share: vocabulary == OutputVocabulary::Latin && tokenizer.is_none(),
            load: start.elapsed(),
        })
    }

    /// From files to a network ready to run, its tokenizer with it where there is one.
    pub fn load(&self) -> Duration {
        self.load
    }

    /// How many tokens the network may say.
    pub fn output_tokens(&self) -> usize {
        self.output_tokens
    }

    /// Whether the output vocabulary is a share of all tokens rather than those that are Latin.
    pub fn is_share(&self) -> bool {
        self.is_share
    }

    /// Measures one case.
    ///
    /// # Errors
    /// Where the plan does not fit the network, or the computation fails.
    pub fn measure(&self, case: Case, plan: &Plan) -> Result<Measured, BenchError> {
        self.check(case, plan)?;
        let sources = self.sources(case.batch, plan.source_tokens);
        let sources: Vec<&[u32]> = sources.iter().map(Vec::as_slice).collect();
        let length = plan.target_tokens + 1;
        let requests: Vec<Request> = sources
            .iter()
            .map(|source| Request {
                source,
                max_length: length,
            })
            .collect();
        let options = Options {
            num_beams: case.beam,
            min_length: length,
            ..self.options.clone()
        };
        let total = fastest(plan.runs, || {
            let generated = generate(self.network.as_ref(), &requests, &options)?;
            match generated
                .iter()
                .find(|one| one.tokens.len() != plan.target_tokens)
            {
                None => Ok(()),
                Some(other) => Err(BenchError::Plan(format!(
                    "{} tokens came where {} were asked for: the output vocabulary is too small",
                    other.tokens.len(),
                    plan.target_tokens
                ))),
            }
        })?;
        let encoder = fastest(plan.runs, || {
            self.network.encode(&sources)?;
            Ok(self.network.wait()?)
        })?;
        Ok(Measured { total, encoder })
    }

    fn check(&self, case: Case, plan: &Plan) -> Result<(), BenchError> {
        // A source is a language, a word and an end token; a target's first token is forced.
        if plan.source_tokens < 3 || plan.target_tokens < 2 {
            return Err(BenchError::Plan(String::from(
                "a source has at least 3 tokens and a target at least 2",
            )));
        }
        let limit = self.network.max_positions().unwrap_or(usize::MAX);
        if plan.source_tokens > limit || plan.target_tokens >= limit {
            return Err(BenchError::Plan(format!(
                "the model has {limit} positions: a source has at most as many tokens, a target \
                 one fewer"
            )));
        }
        if case.batch == 0 {
            return Err(BenchError::Plan(String::from(
                "a case has at least 1 sentence",
            )));
        }
        let options = Options {
            num_beams: case.beam,
            ..self.options.clone()
        };
        options.check().map_err(BenchError::Plan)
    }

    /// Sources of random words, the same at every run of the program.
    fn sources(&self, count: usize, tokens: usize) -> Vec<Vec<u32>> {
        let known = self.network.vocabulary() as u32;
        let end = self.options.eos_tokens.first().copied().unwrap_or(2);
        let mut random = Random::new();
        let mut source = || {
            let words = (0..tokens.saturating_sub(2)).map(|_| random.between(SPECIALS, known));
            let mut ids = vec![self.source_language];
            ids.extend(words);
            ids.push(end);
            ids
        };
        (0..count).map(|_| source()).collect()
    }
}

/// The shortest of several runs, after one that warms up.
fn fastest(
    runs: usize,
    mut work: impl FnMut() -> Result<(), BenchError>,
) -> Result<Duration, BenchError> {
    work()?;
    let mut best = Duration::MAX;
    for _ in 0..runs.max(1) {
        let start = Instant::now();
        work()?;
        best = best.min(start.elapsed());
    }
    Ok(best)
}
