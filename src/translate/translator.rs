//! A translation model at work.

use std::collections::HashMap;

use super::batches::{BatchLimits, batches};
use super::quotes;
use super::retry::{self, RetryStrategy};
use super::{Hypothesis, Unit};
use crate::checks::{self, SentencePair};
use crate::generate::{
    Generated, GenerationError, Options, OutputVocabulary, Request, generate, latin,
};
use crate::hub::converted;
use crate::model_files::{ModelFiles, TokenizerFiles};
use crate::nn::{self, ComputeOptions};
use crate::seq2seq::{self, Checkpoint, Family, OpenError, Seq2Seq};
use crate::tokenizer::{Language, NllbTokenizer, TokenizerError};

/// How to translate.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// NLLB code of the language to translate into.
    pub target_language: String,
    pub num_beams: usize,
    pub length_penalty: f32,
    pub no_repeat_ngram_size: usize,
    /// Cap for a piece's tokens, language code and end token among them; `2 × source + 20` where
    /// none is given.
    pub max_output_tokens: Option<usize>,
    pub vocabulary: OutputVocabulary,
    /// How often a unit that fails a check is decoded again.
    pub retries: usize,
    /// Whether quotation marks that have their partner in another unit are put back.
    pub restore_quotes: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            target_language: String::from("eng_Latn"),
            num_beams: 4,
            length_penalty: 1.0,
            no_repeat_ngram_size: 0,
            max_output_tokens: None,
            vocabulary: OutputVocabulary::Latin,
            retries: 2,
            restore_quotes: true,
        }
    }
}

/// Why a translation model could not be opened or run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TranslateError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    #[error(transparent)]
    Generation(#[from] GenerationError),
    #[error(
        "{model} has no tokenizer.json, which an NLLB model needs \
         (transformers' AutoTokenizer.from_pretrained(…).save_pretrained(…) writes one)"
    )]
    NoTokenizer { model: String },
    #[error(transparent)]
    Network(#[from] nn::Error),
}

/// A translation model, ready to run.
pub struct Translator {
    id: String,
    target_language: String,
    network: Box<dyn Seq2Seq>,
    tokenizer: NllbTokenizer,
    options: Options,
    max_output_tokens: Option<usize>,
    retries: usize,
    restore_quotes: bool,
}

impl Translator {
    /// Opens the model that `files` hold.
    ///
    /// # Errors
    /// Where a file cannot be read, the files do not belong together, the model is no NLLB model or
    /// lacks a language.
    pub fn open(
        files: &ModelFiles,
        settings: &Settings,
        compute: &ComputeOptions,
    ) -> Result<Self, TranslateError> {
        let Some(TokenizerFiles::Json(path)) = &files.tokenizer else {
            return Err(TranslateError::NoTokenizer {
                model: files.id.clone(),
            });
        };
        let tokenizer = NllbTokenizer::open(path)?;
        let target = tokenizer.language(&settings.target_language)?;
        let own = Options::read(
            files.network.generation_config.as_deref(),
            &files.network.config,
        )?;
        // Search options are the user's; the model's own are for its default use.
        let options = Options {
            num_beams: settings.num_beams,
            length_penalty: settings.length_penalty,
            early_stopping: Default::default(),
            no_repeat_ngram_size: settings.no_repeat_ngram_size,
            min_length: 0,
            max_length: None,
            forced_bos_token: Some(target.token()),
            forced_eos_token: None,
            sampling: None,
            decoder_start_token: own.decoder_start_token,
            eos_tokens: own.eos_tokens,
        };
        let latin = latin(tokenizer.pieces());
        let converted = converted::path(&files.id, &files.network.weights, compute);
        let checkpoint = Checkpoint {
            converted: converted.as_deref(),
            first_tokens: &latin,
            ..Checkpoint::new(&files.network.config, &files.network.weights)
        };
        let mut network = seq2seq::open(&checkpoint, Family::M2m100, compute)?;
        options
            .check_tokens(network.vocabulary())
            .map_err(nn::Error::Invalid)?;
        if settings.vocabulary == OutputVocabulary::Latin {
            let known = network.vocabulary() as u32;
            let known = latin.partition_point(|&id| id < known);
            network.restrict_vocabulary(&latin[..known])?;
        }
        Ok(Self {
            id: files.id.clone(),
            target_language: settings.target_language.clone(),
            network,
            tokenizer,
            options,
            max_output_tokens: settings.max_output_tokens,
            retries: settings.retries,
            restore_quotes: settings.restore_quotes,
        })
    }

    /// The model's name: `repository@commit`, or a folder's.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// NLLB code of the language translated into.
    pub fn target_language(&self) -> &str {
        &self.target_language
    }

    /// Looks up a source language by its NLLB code.
    ///
    /// # Errors
    /// Where the model has no such language.
    pub fn language(&self, code: &str) -> Result<Language, TranslateError> {
        Ok(self.tokenizer.language(code)?)
    }

    /// Translates `units`; the result has one hypothesis a unit, in their order. `progress` is told
    /// after each batch how many of how many pieces are done, those of retries among them.
    ///
    /// # Errors
    /// Where the tokenizer or the network fails.
    pub fn translate(
        &self,
        units: &[Unit],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Vec<Hypothesis>, TranslateError> {
        let mut count = Count::new(progress);
        let whole: Vec<&Unit> = units.iter().collect();
        let mut best = self.attempt(&whole, &RetryStrategy::first(&self.options), &mut count)?;
        for way in retry::strategies(&self.options)
            .into_iter()
            .take(self.retries)
        {
            let failing: Vec<usize> = (0..units.len())
                .filter(|&i| retry::needs_retry(&best[i]))
                .collect();
            let again: Vec<&Unit> = failing.iter().map(|&i| &units[i]).collect();
            let others = self.attempt(&again, &way, &mut count)?;
            for (i, other) in failing.into_iter().zip(others) {
                if retry::is_better(&other, &best[i]) {
                    best[i] = other;
                }
            }
        }
        Ok(best)
    }

    /// One hypothesis a unit, decoded in one way.
    fn attempt(
        &self,
        units: &[&Unit],
        way: &RetryStrategy,
        count: &mut Count,
    ) -> Result<Vec<Hypothesis>, TranslateError> {
        let mut sources: Vec<Vec<u32>> = Vec::new();
        let mut known: HashMap<Vec<u32>, usize> = HashMap::new();
        let mut places_of_unit = Vec::with_capacity(units.len());
        for unit in units {
            let mut places = Vec::new();
            for ids in way.pieces(&self.tokenizer, unit)? {
                let place = *known.entry(ids).or_insert_with_key(|ids| {
                    sources.push(ids.clone());
                    sources.len() - 1
                });
                places.push(place);
            }
            places_of_unit.push(places);
        }
        let generated = self.decode(&sources, &way.options, count)?;
        units
            .iter()
            .zip(places_of_unit)
            .map(|(unit, places)| {
                let pieces: Vec<&Generated> = places.iter().map(|&i| &generated[i]).collect();
                self.join(unit, &pieces)
            })
            .collect()
    }

    /// Generates for every source, in batches of like length.
    fn decode(
        &self,
        sources: &[Vec<u32>],
        options: &Options,
        count: &mut Count,
    ) -> Result<Vec<Generated>, TranslateError> {
        let lengths: Vec<usize> = sources.iter().map(Vec::len).collect();
        let mut results: Vec<Option<Generated>> = vec![None; sources.len()];
        count.expect(sources.len());
        let room = BatchLimits::of(self.network.as_ref(), options.num_beams);
        for batch in batches(&lengths, options.num_beams, room) {
            let requests: Vec<Request> = batch
                .iter()
                .map(|&i| Request {
                    source: &sources[i],
                    max_length: self.max_length(lengths[i]),
                })
                .collect();
            let generated = generate(self.network.as_ref(), &requests, options)?;
            for (&i, result) in batch.iter().zip(generated) {
                results[i] = Some(result);
            }
            count.finish(batch.len());
        }
        Ok(results.into_iter().flatten().collect())
    }

    /// The most tokens for a source, the decoder start token among them.
    fn max_length(&self, source: usize) -> usize {
        self.max_output_tokens
            .unwrap_or(2 * source + 20)
            .saturating_add(1)
    }

    /// One hypothesis of a unit's pieces, checked.
    fn join(&self, unit: &Unit, pieces: &[&Generated]) -> Result<Hypothesis, TranslateError> {
        let texts = pieces
            .iter()
            .map(|piece| self.tokenizer.decode(&piece.tokens))
            .collect::<Result<Vec<_>, _>>()?;
        let mut target = texts.join(" ");
        if self.restore_quotes {
            target = quotes::restored(&unit.text, &target).into_owned();
        }
        let tokens: usize = pieces.iter().map(|piece| piece.tokens.len()).sum();
        let log_prob: f32 = pieces.iter().map(|piece| piece.log_prob).sum();
        let truncated = pieces.iter().any(|piece| !piece.ended);
        let pair = SentencePair {
            source: &unit.text,
            target: &target,
            truncated,
        };
        Ok(Hypothesis {
            failed: checks::failed(&pair),
            score: log_prob / tokens.max(1) as f32,
            target,
            tokens,
            truncated,
        })
    }
}

/// Counts the pieces of a translation for whoever watches it.
struct Count<'a> {
    done: usize,
    total: usize,
    report: &'a mut dyn FnMut(usize, usize),
}

impl<'a> Count<'a> {
    fn new(report: &'a mut dyn FnMut(usize, usize)) -> Self {
        Self {
            done: 0,
            total: 0,
            report,
        }
    }

    fn expect(&mut self, pieces: usize) {
        self.total += pieces;
        (self.report)(self.done, self.total);
    }

    fn finish(&mut self, pieces: usize) {
        self.done += pieces;
        (self.report)(self.done, self.total);
    }
}
