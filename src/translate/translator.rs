//! Units translated by a model, batch by batch, and again where checks fail.

use std::collections::HashMap;

use super::quotes;
use super::retry::{self, RetryStrategy};
use super::{Hypothesis, Unit};
use crate::checks::{self, SentencePair};
use crate::generate::{Generated, Options, OutputVocabulary, Request, generate_all};
use crate::model::{Model, ModelError, ModelOptions, Purpose};
use crate::model_files::ModelFiles;
use crate::nn::ComputeOptions;
use crate::tokenizer::LanguageToken;

/// How to translate.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// FLORES-200 code of the language to translate into.
    pub target_language: String,
    /// Hypotheses kept at each step, 1 to 256; 1 is greedy search.
    pub num_beams: usize,
    /// As [`Options::length_penalty`]: above 0, long hypotheses gain.
    pub length_penalty: f32,
    /// N-grams of this size occur at most once in a piece's target; 0 allows repetition.
    pub no_repeat_ngram_size: usize,
    /// The most tokens of a piece's target, language code and end token included; if `None`,
    /// `2 × source + 20`.
    pub max_output_tokens: Option<usize>,
    /// The tokens a target may consist of.
    pub vocabulary: OutputVocabulary,
    /// How often a unit that fails a check is decoded again.
    pub retries: usize,
    /// Whether quotation marks whose partner is in another unit are restored.
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

/// A translation model, ready to run.
pub struct Translator {
    model: Model,
    target: LanguageToken,
    target_language: String,
    options: Options,
    max_output_tokens: Option<usize>,
    retries: usize,
    restore_quotes: bool,
}

impl Translator {
    /// Opens the model of `files`.
    ///
    /// # Errors
    /// If a file cannot be read, the files do not belong together, the model does not translate or
    /// lacks the target language.
    pub fn open(
        files: &ModelFiles,
        settings: &Settings,
        compute: &ComputeOptions,
    ) -> Result<Self, ModelError> {
        let options = ModelOptions {
            purpose: Purpose::Translation {
                target_language: &settings.target_language,
            },
            vocabulary: settings.vocabulary,
            compute,
        };
        let model = Model::open(files, &options)?;
        // Search options are the user's; the model's own are for its default use.
        let options = Options {
            num_beams: settings.num_beams,
            length_penalty: settings.length_penalty,
            early_stopping: Default::default(),
            no_repeat_ngram_size: settings.no_repeat_ngram_size,
            min_length: 0,
            max_length: None,
            sampling: None,
            ..model.generation.clone()
        };
        Ok(Self {
            target: model.tokenizer.language(&settings.target_language)?,
            model,
            target_language: settings.target_language.clone(),
            options,
            max_output_tokens: settings.max_output_tokens,
            retries: settings.retries,
            restore_quotes: settings.restore_quotes,
        })
    }

    /// The model's name: `repository@commit`, or a folder's.
    pub fn id(&self) -> &str {
        &self.model.id
    }

    /// FLORES-200 code of the language translated into.
    pub fn target_language(&self) -> &str {
        &self.target_language
    }

    /// Looks up a source language by its FLORES-200 code.
    ///
    /// # Errors
    /// If the model has no such language.
    pub fn language(&self, code: &str) -> Result<LanguageToken, ModelError> {
        Ok(self.model.tokenizer.language(code)?)
    }

    /// Translates `units`; the result has one hypothesis a unit, in their order. `progress` is called
    /// after each batch with the pieces done and the pieces in all, those of retries included.
    ///
    /// # Errors
    /// If the tokenizer or the network fails.
    pub fn translate(
        &self,
        units: &[Unit],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Vec<Hypothesis>, ModelError> {
        let mut count = Count::new(progress);
        let whole: Vec<&Unit> = units.iter().collect();
        let mut best = self.attempt(&whole, &RetryStrategy::first(&self.options), &mut count)?;
        for strategy in retry::strategies(&self.options)
            .into_iter()
            .take(self.retries)
        {
            let failing: Vec<usize> = (0..units.len())
                .filter(|&i| retry::needs_retry(&best[i]))
                .collect();
            let again: Vec<&Unit> = failing.iter().map(|&i| &units[i]).collect();
            let others = self.attempt(&again, &strategy, &mut count)?;
            for (i, other) in failing.into_iter().zip(others) {
                if retry::is_better(&other, &best[i]) {
                    best[i] = other;
                }
            }
        }
        Ok(best)
    }

    /// One hypothesis a unit, decoded by one strategy.
    fn attempt(
        &self,
        units: &[&Unit],
        strategy: &RetryStrategy,
        count: &mut Count,
    ) -> Result<Vec<Hypothesis>, ModelError> {
        let mut sources: Vec<Vec<u32>> = Vec::new();
        let mut known: HashMap<Vec<u32>, usize> = HashMap::new();
        let mut places_of_unit = Vec::with_capacity(units.len());
        for unit in units {
            let mut places = Vec::new();
            for ids in strategy.pieces(self.model.tokenizer.as_ref(), unit, self.target)? {
                let place = *known.entry(ids).or_insert_with_key(|ids| {
                    sources.push(ids.clone());
                    sources.len() - 1
                });
                places.push(place);
            }
            places_of_unit.push(places);
        }
        let generated = self.decode(&sources, &strategy.options, count)?;
        units
            .iter()
            .zip(places_of_unit)
            .map(|(unit, places)| {
                let pieces: Vec<&Generated> = places.iter().map(|&i| &generated[i]).collect();
                self.join(unit, &pieces)
            })
            .collect()
    }

    /// Generates for every source, in their order.
    fn decode(
        &self,
        sources: &[Vec<u32>],
        options: &Options,
        count: &mut Count,
    ) -> Result<Vec<Generated>, ModelError> {
        let requests: Vec<Request> = sources
            .iter()
            .map(|source| Request {
                source,
                max_length: self.max_length(source.len()),
                required: None,
            })
            .collect();
        count.expect(requests.len());
        let limits = self.model.batch_limits(options.num_beams);
        let network = self.model.network.as_ref();
        let mut done = |pieces| count.finish(pieces);
        Ok(generate_all(
            network, &requests, options, limits, &mut done,
        )?)
    }

    /// The most tokens for a source, the decoder start token among them.
    fn max_length(&self, source: usize) -> usize {
        self.max_output_tokens
            .unwrap_or(2 * source + 20)
            .saturating_add(1)
    }

    /// One hypothesis of a unit's pieces, checked.
    fn join(&self, unit: &Unit, pieces: &[&Generated]) -> Result<Hypothesis, ModelError> {
        let texts = pieces
            .iter()
            .map(|piece| self.model.tokenizer.decode(&piece.tokens))
            .collect::<Result<Vec<_>, _>>()?;
        let mut target = texts.join(" ");
        if self.restore_quotes {
            target = quotes::restored(&unit.text, &target, unit.language).into_owned();
        }
        let tokens: usize = pieces.iter().map(|piece| piece.tokens.len()).sum();
        let log_prob: f32 = pieces.iter().map(|piece| piece.log_prob).sum();
        let truncated = pieces.iter().any(|piece| !piece.ended);
        let pair = SentencePair {
            language: unit.language,
            source: &unit.text,
            target: &target,
            truncated,
        };
        Ok(Hypothesis {
            findings: checks::findings(&pair),
            score: log_prob / tokens.max(1) as f32,
            target,
            tokens,
            truncated,
        })
    }
}

/// Counts the pieces of a translation and reports progress.
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
