//! A model opened from its files: a network and a tokenizer that belong together.
//!
//! Translator, summariser and benchmark all open their models here. The configuration decides which
//! network it is and by which protocol it is used. The caller names the purpose; a model of a
//! family that does not serve it is refused before its weights are read.

pub mod converted;
mod error;

use crate::generate::{BatchLimits, GenerationError, Options, OutputVocabulary, latin};
use crate::machine;
use crate::model_files::{ModelFiles, NetworkFiles, Protocol, Task, TokenizerFiles, WeightFiles};
use crate::nn::ComputeOptions;
use crate::seq2seq::{ConvertedWeights, Description, Seq2Seq, families_for};
use crate::tokenizer::{self, Numbering, TokenList, Tokenizer};

pub use error::ModelError;

/// The token that ends a target of Marian's.
const MARIAN_END: &str = "</s>";
/// Tokens that a batch may hold however little memory is free: a sentence has to be read.
const MIN_BATCH_TOKENS: usize = 256;

/// A model, ready to run.
pub struct Model {
    /// `org/name@commit`, or a folder's name.
    pub id: String,
    /// The network, on its device.
    pub network: Box<dyn Seq2Seq>,
    /// The tokenizer, of the protocol that network and purpose determine.
    pub tokenizer: Box<dyn Tokenizer>,
    /// The model's own options; those of a translation force its target language.
    pub generation: Options,
    /// How many tokens the network may generate.
    pub output_tokens: usize,
    /// CPU threads it computes with.
    threads: usize,
}

/// How a model is opened.
#[derive(Debug, Clone, Copy)]
pub struct ModelOptions<'a> {
    /// What it is for, which a model of another family is refused for.
    pub purpose: Purpose<'a>,
    /// The tokens it may generate.
    pub vocabulary: OutputVocabulary,
    /// Where and in which precision it computes.
    pub compute: &'a ComputeOptions,
}

/// What a model is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// Into the language of this code.
    Translation {
        /// The code (`eng_Latn`), which the tokenizer must know.
        target_language: &'a str,
    },
    /// A shorter text in the language of the longer one.
    Summarization,
}

impl Purpose<'_> {
    fn task(self) -> Task {
        match self {
            Self::Translation { .. } => Task::Translation,
            Self::Summarization => Task::Summarization,
        }
    }
}

impl Model {
    /// Opens the model of `files`.
    ///
    /// # Errors
    /// If a file cannot be read, the files do not belong together, the model is of a family that
    /// does not serve the purpose, or it lacks the target language.
    pub fn open(files: &ModelFiles, options: &ModelOptions) -> Result<Self, ModelError> {
        let description = Description::read(&files.network)?;
        let protocol = protocol(files, &description, options.purpose.task())?;
        let tokenizer = files.tokenizer.as_ref();
        let tokenizer = tokenizer.ok_or_else(|| ModelError::NoTokenizer {
            model: files.id.clone(),
        })?;
        let tokenizer = match (tokenizer, &files.network.vocabulary) {
            // A file of SentencePiece does not say whose it is; the network's list of tokens does.
            (TokenizerFiles::SentencePiece { model, vocab: None }, Some(list)) => {
                let listed = TokenizerFiles::SentencePiece {
                    model: model.clone(),
                    vocab: Some(list.clone()),
                };
                tokenizer::open(protocol, &listed)?
            }
            (files, _) => tokenizer::open(protocol, files)?,
        };
        let list = token_list(&files.network)?;
        let numbering = list.as_ref();
        let numbering = numbering.and_then(|list| Numbering::of(&*tokenizer, list));
        Self::load(files, description, tokenizer, (list, numbering), options)
    }

    /// As [`Model::open`], with another tokenizer than the model's own; its ids are the network's.
    ///
    /// # Errors
    /// As [`Model::open`].
    pub fn open_with_tokenizer(
        files: &ModelFiles,
        tokenizer: Box<dyn Tokenizer>,
        options: &ModelOptions,
    ) -> Result<Self, ModelError> {
        let description = Description::read(&files.network)?;
        protocol(files, &description, options.purpose.task())?;
        let list = token_list(&files.network)?;
        Self::load(files, description, tokenizer, (list, None), options)
    }

    /// `numbering` leads from the ids of `tokenizer` to those of `list`, the network's, if they differ.
    fn load(
        files: &ModelFiles,
        description: Description,
        tokenizer: Box<dyn Tokenizer>,
        (list, numbering): (Option<TokenList>, Option<Numbering>),
        options: &ModelOptions,
    ) -> Result<Self, ModelError> {
        let network = &files.network;
        let mut generation = generation_of(
            network,
            &description,
            list.as_ref(),
            numbering.as_ref(),
            &*tokenizer,
        )?;
        let tokenizer = match numbering {
            Some(numbering) => tokenizer::renumber(tokenizer, numbering),
            None => tokenizer,
        };
        if let Purpose::Translation { target_language } = options.purpose {
            generation.forced_bos_token =
                tokenizer.forced_start(tokenizer.language(target_language)?);
            // Translations end by themselves.
            generation.forced_eos_token = None;
        }
        let vocabulary = description.vocabulary();
        generation.check_tokens(vocabulary)?;

        // A translation's converted weights store the Latin tokens first even if all tokens are
        // allowed: runs with and without the restriction then share a file.
        let latin = match (options.purpose, options.vocabulary) {
            (Purpose::Summarization, OutputVocabulary::Full) => Vec::new(),
            _ => latin(
                tokenizer
                    .pieces()
                    .into_iter()
                    .filter(|(id, _)| (*id as usize) < vocabulary),
            ),
        };
        let file = converted::path(&files.id, &network.weights, options.compute);
        let converted = ConvertedWeights {
            file: file.as_deref(),
            first_tokens: &latin,
        };
        let mut network = description.open(&network.weights, options.compute, converted)?;
        let mut output_tokens = vocabulary;
        if options.vocabulary == OutputVocabulary::Latin {
            network.restrict_vocabulary(&latin)?;
            output_tokens = latin.len();
        }
        Ok(Self {
            id: files.id.clone(),
            network,
            tokenizer,
            generation,
            output_tokens,
            threads: options.compute.threads,
        })
    }

    /// What a batch of this model may hold, with this many beams: what keeps the threads busy, as far as
    /// there is memory for it.
    pub fn batch_limits(&self, beams: usize) -> BatchLimits {
        match self.network.batch_tokens(beams) {
            Some(tokens) => BatchLimits::device(tokens),
            None => {
                let limits = BatchLimits::cpu(self.threads);
                let within = |free| self.network.batch_tokens_within(free, beams);
                let fitting = machine::free_memory().map_or(limits.tokens, within);
                BatchLimits {
                    tokens: limits.tokens.min(fitting.max(MIN_BATCH_TOKENS)),
                    ..limits
                }
            }
        }
    }
}

/// The network's own list of tokens, if it has one.
fn token_list(network: &NetworkFiles) -> Result<Option<TokenList>, ModelError> {
    let list = network.vocabulary.as_deref().map(TokenList::read);
    Ok(list.transpose()?)
}

/// The model's own options. The config.json beside a list of tokens may name them by their text, and
/// Marian's own files have none; ids are the tokenizer's.
fn generation_of(
    network: &NetworkFiles,
    description: &Description,
    list: Option<&TokenList>,
    numbering: Option<&Numbering>,
    tokenizer: &dyn Tokenizer,
) -> Result<Options, ModelError> {
    if matches!(network.weights, WeightFiles::Npz(_)) {
        let mut pieces = tokenizer.pieces().into_iter();
        let end = pieces.find(|(_, piece)| piece == MARIAN_END);
        let (end, _) = end.ok_or_else(|| GenerationError::UnknownName {
            path: network.config.clone(),
            token: MARIAN_END.to_owned(),
        })?;
        return Ok(Options::ending_with(end));
    }
    let stated = network.generation_config.as_deref();
    if let (Some(list), None) = (list, stated) {
        let starts_from_zero = description.starts_from_zero();
        let id_of = |token: &str| list.id(token);
        if let Some(options) = Options::read_named(&network.config, id_of, starts_from_zero)? {
            return Ok(options);
        }
    }
    let mut options = Options::read(stated, &network.config)?;
    if let Some(numbering) = numbering {
        options.renumber(|id| numbering.id(id))?;
    }
    Ok(options)
}

/// The protocol a model is used by: what the catalogue says, or the first of its family that serves
/// the task.
fn protocol(
    files: &ModelFiles,
    description: &Description,
    task: Task,
) -> Result<Protocol, ModelError> {
    let possible = description.protocols();
    if let Some(protocol) = files.protocol.filter(|named| !possible.contains(named)) {
        return Err(ModelError::WrongProtocol {
            model: files.id.clone(),
            config: files.network.config.clone(),
            found: description.to_string(),
            protocol,
        });
    }
    let possible = match &files.protocol {
        Some(named) => std::slice::from_ref(named),
        None => possible,
    };
    let serving = possible.iter().find(|protocol| protocol.serves(task));
    serving.copied().ok_or_else(|| ModelError::WrongFamily {
        config: files.network.config.clone(),
        found: description.to_string(),
        needed: families_for(task),
    })
}
