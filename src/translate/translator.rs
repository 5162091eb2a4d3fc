//! Units translated by a model, batch by batch, and again where checks fail.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use super::alignment::WordStarts;
use super::demands::{
    self, Demand, SpeltEntries, TermDemands, UnitTerm, checked_terms, unit_terms,
};
use super::quotes;
use super::retry::{self, RetryStrategy};
use super::spelling::Speller;
use super::{Hypothesis, TermUse, Unit};
use crate::checks::{self, Check, SentencePair, Term, TermFinder};
use crate::generate::{
    Generated, Options, OutputVocabulary, Phrase, Request, RequiredPhrases, generate_all,
};
use crate::glossary::Glossary;
use crate::model::{Model, ModelError, ModelOptions, Purpose};
use crate::model_files::ModelFiles;
use crate::names::with_terms;
use crate::nn::ComputeOptions;
use crate::tokenizer::{LanguageToken, TokenizerError};

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
    /// Whether names that a hypothesis lost and that English knows are demanded of a retry.
    pub demand_names: bool,
    /// Whether quotation marks whose partner is in another unit are restored.
    pub restore_quotes: bool,
    /// Terms that have to be as given in the translations.
    pub glossary: Option<Arc<Glossary>>,
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
            demand_names: true,
            restore_quotes: true,
            glossary: None,
        }
    }
}

/// Source tokens of a sentence of the news, about.
const COMMON_TOKENS: usize = 32;

/// A translation model, ready to run.
pub struct Translator {
    pub(super) model: Model,
    pub(super) target: LanguageToken,
    target_language: String,
    pub(super) options: Options,
    max_output_tokens: Option<usize>,
    retries: usize,
    demand_names: bool,
    restore_quotes: bool,
    vocabulary: OutputVocabulary,
    glossary: Option<Arc<Glossary>>,
    spelt: SpeltEntries,
    /// Made when something is demanded for the first time.
    speller: OnceLock<Speller>,
    pub(super) word_starts: WordStarts,
}

/// A unit to decode, and what its translation has to say.
struct Job<'a> {
    unit: &'a Unit,
    terms: &'a [UnitTerm],
    demands: Vec<Demand>,
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
            demand_names: settings.demand_names,
            restore_quotes: settings.restore_quotes,
            vocabulary: settings.vocabulary,
            glossary: settings.glossary.clone(),
            spelt: SpeltEntries::default(),
            speller: OnceLock::new(),
            word_starts: WordStarts::default(),
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

    /// The glossary that translations follow.
    pub fn glossary(&self) -> Option<&Glossary> {
        self.glossary.as_deref()
    }

    /// Units of common length that fill a batch.
    pub fn batch_units(&self) -> usize {
        let beams = self.options.num_beams.max(1);
        let limits = self.model.batch_limits(beams);
        (limits.tokens / COMMON_TOKENS)
            .min(limits.rows)
            .div_euclid(beams)
            .max(1)
    }

    /// Translates `units`; the result has one hypothesis a unit, in their order. `progress` is called
    /// from time to time with the pieces done and the pieces in all, those of retries included.
    ///
    /// # Errors
    /// If the tokenizer or the network fails.
    pub fn translate(
        &self,
        units: &[Unit],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Vec<Hypothesis>, ModelError> {
        let mut count = Count::new(progress);
        let terms = units.iter().map(|unit| self.terms(unit));
        let terms: Vec<Vec<UnitTerm>> = terms.collect::<Result<_, _>>()?;
        let free: Vec<Job> = units
            .iter()
            .zip(&terms)
            .map(|(unit, terms)| Job {
                unit,
                terms,
                demands: Vec::new(),
            })
            .collect();
        let first = RetryStrategy::first(&self.options);
        let mut best = self.attempt(&free, &first, &mut count)?;
        let demanded = |i: usize| {
            let demands = TermDemands::new(&terms[i], &best[i]);
            let is_lacking = !demands.missing.is_empty();
            is_lacking.then(|| Job {
                demands: demands.with(Vec::new()),
                ..free[i]
            })
        };
        let jobs = (0..units.len()).filter_map(|i| Some((i, demanded(i)?)));
        let jobs = jobs.collect();
        self.demand(jobs, &mut best, &mut count)?;
        self.retry(units, &terms, &mut best, &mut count)?;
        Ok(best)
    }

    /// Decodes units again in which a check failed, each in one way after the other.
    fn retry(
        &self,
        units: &[Unit],
        terms: &[Vec<UnitTerm>],
        best: &mut [Hypothesis],
        count: &mut Count,
    ) -> Result<(), ModelError> {
        let strategies = retry::strategies(&self.options);
        // Of each unit, the next strategy; what was lost is demanded before the first.
        let mut next = vec![0; units.len()];
        let mut has_demanded = vec![false; units.len()];
        for _ in 0..self.retries {
            let mut jobs = Vec::new();
            let mut others: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for i in 0..units.len() {
                let is_needed = retry::needs_retry(&best[i]);
                if !has_demanded[i] {
                    let mut lost = self.number_demands(&units[i], &best[i])?;
                    // Names alone take no turn from what may repair more.
                    if !is_needed || !lost.is_empty() {
                        lost.extend(self.name_demands(&units[i], &terms[i], &best[i])?);
                    }
                    if !lost.is_empty() {
                        has_demanded[i] = true;
                        let job = Job {
                            unit: &units[i],
                            terms: &terms[i],
                            demands: TermDemands::new(&terms[i], &best[i]).with(lost),
                        };
                        jobs.push((i, job));
                        continue;
                    }
                }
                if !is_needed {
                    continue;
                }
                others.entry(next[i]).or_default().push(i);
                next[i] += 1;
            }
            let demanded = jobs.iter().filter_map(|(i, _)| best.get(*i));
            log_retry("with what was lost", demanded);
            self.demand(jobs, best, count)?;
            for (strategy, places) in others {
                let Some(strategy) = strategies.get(strategy) else {
                    continue;
                };
                let failed = places.iter().filter_map(|&i| best.get(i));
                log_retry(strategy.name, failed);
                let again: Vec<Job> = places
                    .iter()
                    .map(|&i| Job {
                        unit: &units[i],
                        terms: &terms[i],
                        demands: TermDemands::new(&terms[i], &best[i]).with(Vec::new()),
                    })
                    .collect();
                let hypotheses = self.attempt(&again, strategy, count)?;
                for (i, other) in places.into_iter().zip(hypotheses) {
                    if retry::is_better(&other, &best[i]) {
                        best[i] = other;
                    }
                }
            }
        }
        Ok(())
    }

    /// Decodes units with their demands, and keeps what is acceptable.
    fn demand(
        &self,
        jobs: Vec<(usize, Job)>,
        best: &mut [Hypothesis],
        count: &mut Count,
    ) -> Result<(), ModelError> {
        let (places, jobs): (Vec<usize>, Vec<Job>) = jobs.into_iter().unzip();
        let first = RetryStrategy::first(&self.options);
        let hypotheses = self.attempt(&jobs, &first, count)?;
        for (i, other) in places.into_iter().zip(hypotheses) {
            if demands::is_acceptable(&other, &best[i]) {
                best[i] = other;
            }
        }
        Ok(())
    }

    /// The terms of the glossary in a unit.
    fn terms(&self, unit: &Unit) -> Result<Vec<UnitTerm>, ModelError> {
        let Some(glossary) = &self.glossary else {
            return Ok(Vec::new());
        };
        let spell = |forms: &[String]| self.phrase(forms);
        Ok(unit_terms(glossary, &self.spelt, unit, spell)?)
    }

    /// What has to be said for the numbers that a hypothesis lost.
    fn number_demands(
        &self,
        unit: &Unit,
        hypothesis: &Hypothesis,
    ) -> Result<Vec<Demand>, ModelError> {
        if !hypothesis.failed().contains(&Check::Numbers) {
            return Ok(Vec::new());
        }
        let mut demands = Vec::new();
        let pair = pair(unit, &hypothesis.target, hypothesis.truncated, &[]);
        for number in checks::lost_numbers(&pair) {
            for forms in &number.values {
                demands.extend(self.phrase(forms)?.map(|phrase| Demand {
                    words: number.words.clone(),
                    phrase,
                }));
            }
        }
        Ok(demands)
    }

    /// What has to be said for the known names that a hypothesis lost.
    fn name_demands(
        &self,
        unit: &Unit,
        terms: &[UnitTerm],
        hypothesis: &Hypothesis,
    ) -> Result<Vec<Demand>, ModelError> {
        if !self.demand_names || !hypothesis.failed().contains(&Check::Names) {
            return Ok(Vec::new());
        }
        let mut demands = Vec::new();
        let terms = self.checked(terms);
        let pair = pair(unit, &hypothesis.target, hypothesis.truncated, &terms);
        for name in checks::lost_names(&pair) {
            let phrase = self.phrase(&name.forms)?;
            demands.extend(phrase.map(|phrase| Demand {
                words: name.words,
                phrase,
            }));
        }
        Ok(demands)
    }

    /// The terms of a unit as the checks know them.
    fn checked(&self, terms: &[UnitTerm]) -> Vec<Term<'_>> {
        match &self.glossary {
            Some(glossary) => checked_terms(terms, glossary),
            None => Vec::new(),
        }
    }

    /// What is said in any of these `forms`; `None` if the vocabulary can spell none.
    fn phrase(&self, forms: &[String]) -> Result<Option<Phrase>, TokenizerError> {
        let tokenizer = self.model.tokenizer.as_ref();
        self.speller().phrase(tokenizer, forms)
    }

    fn speller(&self) -> &Speller {
        let tokenizer = self.model.tokenizer.as_ref();
        self.speller
            .get_or_init(|| Speller::new(tokenizer, self.vocabulary))
    }

    /// One hypothesis a job, decoded by one strategy.
    fn attempt(
        &self,
        jobs: &[Job],
        strategy: &RetryStrategy,
        count: &mut Count,
    ) -> Result<Vec<Hypothesis>, ModelError> {
        let mut sources: Vec<Source> = Vec::new();
        let mut known: HashMap<Source, usize> = HashMap::new();
        let mut places_of_job = Vec::with_capacity(jobs.len());
        for Job { unit, demands, .. } in jobs {
            let mut places = Vec::new();
            for piece in strategy.pieces(self.model.tokenizer.as_ref(), unit, self.target)? {
                let own = demands.iter().filter(|demand| demand.is_of(&piece.text));
                let source = Source {
                    phrases: own.map(|demand| demand.phrase.clone()).collect(),
                    ids: piece.ids,
                };
                let place = *known.entry(source).or_insert_with_key(|source| {
                    sources.push(source.clone());
                    sources.len() - 1
                });
                places.push(place);
            }
            places_of_job.push(places);
        }
        let generated = self.decode(&sources, &strategy.options, count)?;
        jobs.iter()
            .zip(places_of_job)
            .map(|(job, places)| {
                let pieces: Vec<&Generated> = places.iter().map(|&i| &generated[i]).collect();
                self.join(job, &pieces)
            })
            .collect()
    }

    /// Generates for every source, in their order.
    fn decode(
        &self,
        sources: &[Source],
        options: &Options,
        count: &mut Count,
    ) -> Result<Vec<Generated>, ModelError> {
        let required = |phrases| RequiredPhrases {
            phrases,
            edges: &self.speller().edges,
        };
        let requests: Vec<Request> = sources
            .iter()
            .map(|Source { ids, phrases }| Request {
                source: ids,
                max_length: self.max_length(ids.len()),
                required: (!phrases.is_empty()).then(|| required(phrases)),
            })
            .collect();
        count.expect(requests.len());
        let limits = self.model.batch_limits(options.num_beams);
        let network = self.model.network.as_ref();
        let started = Instant::now();
        let mut done = |pieces| count.finish(pieces);
        let generated = generate_all(network, &requests, options, limits, &mut done)?;
        if !requests.is_empty() {
            tracing::debug!(
                "{} sentences or pieces of them, {} beams: {:.1} s",
                requests.len(),
                options.num_beams,
                started.elapsed().as_secs_f64()
            );
        }
        Ok(generated)
    }

    /// The most tokens for a source, the decoder start token among them.
    fn max_length(&self, source: usize) -> usize {
        self.max_output_tokens
            .unwrap_or(2 * source + 20)
            .saturating_add(1)
    }

    /// Other translations of a unit that differ from `target` and from each other.
    fn others(
        &self,
        unit: &Unit,
        target: &str,
        piece: &Generated,
        terms: &[Term],
    ) -> Result<Vec<String>, ModelError> {
        let mut others: Vec<String> = Vec::new();
        for tokens in &piece.others {
            let mut other = self.model.tokenizer.decode(tokens)?;
            if self.restore_quotes {
                other = quotes::restored(&unit.text, &other, unit.language).into_owned();
            }
            if let Some((spelt, _)) = with_terms(&unit.text, &other, unit.language, terms) {
                other = spelt;
            }
            if other != target && !others.contains(&other) && !other.trim().is_empty() {
                others.push(other);
            }
        }
        Ok(others)
    }

    /// One hypothesis of a unit's pieces, checked.
    fn join(&self, job: &Job, pieces: &[&Generated]) -> Result<Hypothesis, ModelError> {
        let Job { unit, terms, .. } = job;
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
        let checked = self.checked(terms);
        let mut repaired = Vec::new();
        if let Some(spelt) = with_terms(&unit.text, &target, unit.language, &checked) {
            (target, repaired) = spelt;
        }
        let finder = TermFinder::new(if checked.is_empty() { "" } else { &target });
        let uses = terms.iter().zip(&checked).map(|(term, checked)| TermUse {
            entry: term.entry,
            is_applied: finder.holds(checked.target),
        });
        let others = match pieces {
            [piece] => self.others(unit, &target, piece, &checked)?,
            _ => Vec::new(),
        };
        let mut findings = checks::findings(&pair(unit, &target, truncated, &checked));
        findings.extend(repaired);
        findings.sort_by_key(|finding| finding.check);
        Ok(Hypothesis {
            others,
            terms: uses.collect(),
            findings,
            score: log_prob / tokens.max(1) as f32,
            target,
            tokens,
            truncated,
        })
    }
}

/// What one search reads, and what it has to say.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Source {
    ids: Vec<u32>,
    phrases: Vec<Phrase>,
}

fn pair<'a>(
    unit: &'a Unit,
    target: &'a str,
    truncated: bool,
    terms: &'a [checks::Term<'a>],
) -> SentencePair<'a> {
    SentencePair {
        language: unit.language,
        source: &unit.text,
        target,
        truncated,
        terms,
    }
}

/// Says which sentences are decoded again, how and why.
fn log_retry<'a>(how: &str, failed: impl Iterator<Item = &'a Hypothesis>) {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let mut sentences = 0;
    for hypothesis in failed {
        sentences += 1;
        for check in hypothesis.failed() {
            *reasons.entry(check.name()).or_default() += 1;
        }
        tracing::trace!("again {how}: {:?}", hypothesis.target);
    }
    if sentences > 0 {
        let reasons = reasons
            .iter()
            .map(|(name, count)| format!("{name} {count}"));
        let reasons = reasons.collect::<Vec<_>>().join(", ");
        tracing::debug!("again {how}: {sentences} sentences ({reasons})");
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
