//! How fast a network translates or summarises on this machine: random sources, targets of a fixed length.
//!
//! Speed does not depend on the meaning of tokens: everything here works on token ids, and a model
//! without a tokenizer can be measured. End tokens are banned until the target has its length: every
//! case computes the same number of steps, whatever the weights.

mod memory;
mod synthetic;

use std::time::{Duration, Instant};

use crate::generate::{GenerateError, Options, OptionsError, OutputVocabulary, Request, generate};
use crate::model::{Model, ModelError, ModelOptions, Purpose};
use crate::model_files::{ModelFiles, TokenizerFiles};
use crate::nn::{self, ComputeOptions};
use crate::seq2seq::Description;
use crate::tokenizer::{Direction, TokenizerError};

pub use memory::peak_memory;
use synthetic::{Random, SyntheticTokenizer};

/// The ids before the first word of NLLB's vocabulary: `<s>`, `<pad>`, `</s>`, `<unk>`.
const SPECIALS: u32 = 4;
const SOURCE_LANGUAGE: &str = "kaz_Cyrl";
const TARGET_LANGUAGE: &str = "eng_Latn";

/// What a network is measured at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Work {
    /// Translating sentences.
    Translation {
        /// The tokens that may be generated.
        vocabulary: OutputVocabulary,
        /// The part of all tokens (0 to 1) taken for Latin where no tokenizer says which are.
        latin_share: f64,
    },
    /// Summarising texts, with the model's own rule on repeated n-grams.
    Summary,
}

impl Work {
    fn vocabulary(self) -> OutputVocabulary {
        match self {
            Self::Translation { vocabulary, .. } => vocabulary,
            Self::Summary => OutputVocabulary::Full,
        }
    }

    fn purpose(self) -> Purpose<'static> {
        match self {
            Self::Translation { .. } => Purpose::Translation {
                target_language: TARGET_LANGUAGE,
            },
            Self::Summary => Purpose::Summarization,
        }
    }
}

/// Sources decoded together, and beams of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// Sentences, or texts to summarise, in the batch; at least 1.
    pub batch: usize,
    /// Beams of each; 1 is greedy search.
    pub beam: usize,
}

/// The lengths of a measurement, in tokens, and how often it is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Tokens of each source, a language and the end token included.
    pub source_tokens: usize,
    /// Tokens of each target, a language token included, the decoder start token not.
    pub target_tokens: usize,
    /// Runs of which the fastest counts, after one to warm up.
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
    /// The model cannot be opened, or its computation fails.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The network cannot run a case of the plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

/// Why a plan does not fit a network.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The plan asks for fewer tokens than the special tokens of a sequence and a word.
    #[error("a source has at least 3 tokens and a target at least 2")]
    TooShort,
    /// The plan asks for more tokens than a learned table of positions has.
    #[error(
        "the model has {positions} positions: a source has at most as many tokens, a target one \
         fewer"
    )]
    TooLong {
        /// Tokens the network has positions for.
        positions: usize,
    },
    /// The case has a batch of 0.
    #[error("a case has at least 1 source")]
    NoSource,
    /// The case's beams, or the model's own generation options, cannot be decoded with.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// A target ended before its length: the restricted output has fewer tokens than beams need.
    #[error(
        "{found} tokens came where {expected} were asked for: the output vocabulary is too small"
    )]
    OutputVocabulary {
        /// Tokens of a target by the plan.
        expected: usize,
        /// Tokens of the target that came.
        found: usize,
    },
}

impl From<GenerateError> for BenchError {
    fn from(error: GenerateError) -> Self {
        Self::Model(error.into())
    }
}

impl From<nn::Error> for BenchError {
    fn from(error: nn::Error) -> Self {
        Self::Model(error.into())
    }
}

impl From<TokenizerError> for BenchError {
    fn from(error: TokenizerError) -> Self {
        Self::Model(error.into())
    }
}

/// A network, ready to be measured.
pub struct Bench {
    model: Model,
    options: Options,
    /// The ids of a source without words.
    frame: Vec<u32>,
    has_synthetic_vocabulary: bool,
    load: Duration,
}

impl Bench {
    /// Opens the network of `files`.
    ///
    /// # Errors
    /// If a file cannot be read, the files do not belong together, or the model does other work.
    pub fn open(
        files: &ModelFiles,
        work: Work,
        compute: &ComputeOptions,
    ) -> Result<Self, BenchError> {
        let start = Instant::now();
        let options = ModelOptions {
            purpose: work.purpose(),
            vocabulary: work.vocabulary(),
            compute,
        };
        let tokenizer = match work {
            Work::Translation { latin_share, .. } if !names_languages(files) => {
                Some(synthetic_tokenizer(files, latin_share)?)
            }
            Work::Summary if files.tokenizer.is_none() => Some(synthetic_tokenizer(files, 1.0)?),
            _ => None,
        };
        let is_synthetic = tokenizer.is_some();
        let model = match tokenizer {
            Some(tokenizer) => Model::open_with_tokenizer(files, Box::new(tokenizer), &options)?,
            None => Model::open(files, &options)?,
        };
        let own = Options {
            max_length: None,
            forced_eos_token: None,
            sampling: None,
            ..model.generation.clone()
        };
        let (frame, options) = match work {
            Work::Translation { .. } => {
                let direction = Direction {
                    source: model.tokenizer.language(SOURCE_LANGUAGE)?,
                    target: model.tokenizer.language(TARGET_LANGUAGE)?,
                };
                let options = Options {
                    early_stopping: Default::default(),
                    length_penalty: 1.0,
                    no_repeat_ngram_size: 0,
                    ..own
                };
                (model.tokenizer.encode_source("", direction)?, options)
            }
            Work::Summary => (model.tokenizer.encode("")?, own),
        };
        Ok(Self {
            frame,
            model,
            options,
            has_synthetic_vocabulary: is_synthetic && work.vocabulary() == OutputVocabulary::Latin,
            load: start.elapsed(),
        })
    }

    /// Beams of the model's own options.
    pub fn beams(&self) -> usize {
        self.model.generation.num_beams
    }

    /// Time to load the network and its tokenizer, if it has one.
    pub fn load(&self) -> Duration {
        self.load
    }

    /// How many tokens the network may generate.
    pub fn output_tokens(&self) -> usize {
        self.model.output_tokens
    }

    /// Whether the output vocabulary is a part of all tokens rather than those that are Latin.
    pub fn has_synthetic_vocabulary(&self) -> bool {
        self.has_synthetic_vocabulary
    }

    /// Measures one case.
    ///
    /// # Errors
    /// If the plan does not fit the network, or the computation fails.
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
                required: None,
            })
            .collect();
        let options = Options {
            num_beams: case.beam,
            min_length: length,
            ..self.options.clone()
        };
        let total = fastest(plan.runs, || {
            let generated = generate(self.model.network.as_ref(), &requests, &options)?;
            match generated
                .iter()
                .find(|one| one.tokens.len() != plan.target_tokens)
            {
                None => Ok(()),
                Some(other) => Err(BenchError::Plan(PlanError::OutputVocabulary {
                    expected: plan.target_tokens,
                    found: other.tokens.len(),
                })),
            }
        })?;
        let encoder = fastest(plan.runs, || {
            self.model.network.encode(&sources)?;
            Ok(self.model.network.wait()?)
        })?;
        Ok(Measured { total, encoder })
    }

    fn check(&self, case: Case, plan: &Plan) -> Result<(), PlanError> {
        // A source is a language, a word and an end token; a target's first token is forced.
        if plan.source_tokens < 3 || plan.target_tokens < 2 {
            return Err(PlanError::TooShort);
        }
        let positions = self.model.network.max_positions().unwrap_or(usize::MAX);
        if plan.source_tokens > positions || plan.target_tokens >= positions {
            return Err(PlanError::TooLong { positions });
        }
        if case.batch == 0 {
            return Err(PlanError::NoSource);
        }
        let options = Options {
            num_beams: case.beam,
            ..self.options.clone()
        };
        Ok(options.check()?)
    }

    /// Sources of random words, the same at every run of the program.
    fn sources(&self, count: usize, tokens: usize) -> Vec<Vec<u32>> {
        let known = self.model.network.vocabulary() as u32;
        let mut random = Random::new();
        let (last, first) = self
            .frame
            .split_last()
            .map_or((None, &[][..]), |(l, f)| (Some(l), f));
        let mut source = || {
            let words = tokens.saturating_sub(self.frame.len());
            let words = (0..words).map(|_| random.between(SPECIALS, known));
            let mut ids = first.to_vec();
            ids.extend(words);
            ids.extend(last);
            ids
        };
        (0..count).map(|_| source()).collect()
    }
}

/// Whether the files have a tokenizer that knows languages and which tokens are Latin.
fn names_languages(files: &ModelFiles) -> bool {
    match &files.tokenizer {
        Some(
            TokenizerFiles::Json(_)
            | TokenizerFiles::SentencePiece { .. }
            | TokenizerFiles::SentencePieceSides { .. },
        ) => true,
        Some(TokenizerFiles::VocabMerges { .. }) | None => false,
    }
}

/// A tokenizer for a network that has none.
fn synthetic_tokenizer(
    files: &ModelFiles,
    latin_share: f64,
) -> Result<SyntheticTokenizer, ModelError> {
    let description = Description::read(&files.network)?;
    let vocabulary = description.vocabulary() as u32;
    let own = &files.network;
    let own = Options::read(own.generation_config.as_deref(), &own.config)?;
    let mut needed: Vec<u32> = (0..SPECIALS.min(vocabulary)).collect();
    needed.extend(&own.eos_tokens);
    needed.push(own.decoder_start_token);
    Ok(SyntheticTokenizer {
        vocabulary,
        latin_share,
        needed,
        end: own.eos_tokens.first().copied().unwrap_or(2),
    })
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
