//! How to decode: the fields of transformers' `GenerationConfig` this program honours.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::sampling::Sampling;
use crate::files::read_text;

/// When a beam search may stop before its length limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EarlyStopping {
    /// Stop when the best running hypothesis, at its present length, can no longer win
    /// (`early_stopping=False`).
    #[default]
    Heuristic,
    /// Stop as soon as there are as many finished hypotheses as beams (`early_stopping=True`).
    Always,
    /// Stop only when no running hypothesis can win even at the best length left
    /// (`early_stopping="never"`).
    Never,
}

/// Decoding options, named as in transformers. Lengths count the decoder start token.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Hypotheses kept at each step, 1 to 256; 1 is greedy search.
    pub num_beams: usize,
    /// A hypothesis's log-probability is divided by its length to this power: above 0, long ones
    /// gain. Finite.
    pub length_penalty: f32,
    /// When the search of a sentence ends, if not at its length limit.
    pub early_stopping: EarlyStopping,
    /// N-grams of this size occur at most once; 0 allows repetition.
    pub no_repeat_ngram_size: usize,
    /// Tokens that are never generated, and sequences of which the last token never follows the
    /// others; an end token alone is not banned.
    pub bad_words: Vec<Vec<u32>>,
    /// Whether probabilities are over the tokens that are not banned, rather than over all.
    pub renormalize_logits: bool,
    /// The end tokens are banned while a target has fewer tokens; 0 bans none.
    pub min_length: usize,
    /// The most tokens, if the caller sets no limit of its own.
    pub max_length: Option<usize>,
    /// The token every target begins with; it is not part of the result's text.
    pub decoder_start_token: u32,
    /// Tokens that end a hypothesis, 1 to 16 of them.
    pub eos_tokens: Vec<u32>,
    /// The token after the decoder start token, which is NLLB's target language; `None` leaves it
    /// free.
    pub forced_bos_token: Option<u32>,
    /// The token at the length limit.
    pub forced_eos_token: Option<u32>,
    /// Draws tokens at random instead of searching; `num_beams` is then ignored.
    pub sampling: Option<Sampling>,
}

/// Why a generation configuration was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerationError {
    /// The file is missing, cannot be opened, or is not UTF-8.
    #[error("{} cannot be read: {source}", .path.display())]
    Unreadable {
        /// generation_config.json, or the config.json read in its place.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The file is no JSON object, or a field has a value of another type.
    #[error("{} is no generation configuration: {source}", .path.display())]
    Malformed {
        /// generation_config.json, or the config.json read in its place.
        path: PathBuf,
        /// The position in the file and what was expected there.
        source: serde_json::Error,
    },
    /// A token that CTranslate2's config.json names is not in the vocabulary beside it.
    #[error("{}: the vocabulary has no token {token:?}", .path.display())]
    UnknownName {
        /// The config.json.
        path: PathBuf,
        /// The token it names.
        token: String,
    },
    /// The fields were read, and cannot be decoded with.
    #[error("{}: {source}", .path.display())]
    Invalid {
        /// generation_config.json, or the config.json read in its place.
        path: PathBuf,
        /// The field that is out of range.
        source: OptionsError,
    },
}

/// Why options cannot be decoded with.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionsError {
    /// `num_beams` is out of range.
    #[error("num_beams is {found}, possible are 1 to {MAX_BEAMS}")]
    Beams {
        /// Its value.
        found: usize,
    },
    /// `length_penalty` is infinite or NaN.
    #[error("length_penalty is {found}")]
    LengthPenalty {
        /// Its value.
        found: f32,
    },
    /// `bad_words_ids` has more tokens than any model's.
    #[error("bad_words_ids has {found} tokens, possible are {MAX_BAD_WORD_TOKENS}")]
    BadWords {
        /// How many tokens its sequences have together.
        found: usize,
    },
    /// `eos_token_id` names no token, or more than any model has.
    #[error("eos_token_id has {found} tokens, possible are 1 to {MAX_END_TOKENS}")]
    EndTokens {
        /// How many tokens it names.
        found: usize,
    },
    /// A token that the network has under no id, by the option that names it.
    #[error("{option} is {token}, which is not among the tokens of the network")]
    Unlisted {
        /// Its name in generation_config.json.
        option: &'static str,
        /// The id it names.
        token: u32,
    },
    /// A token outside the model's vocabulary, by the option that names it.
    #[error("{option} is {token}, and the model has {vocabulary} tokens")]
    UnknownToken {
        /// Its name in generation_config.json.
        option: &'static str,
        /// The id it names.
        token: u32,
        /// The size of the vocabulary, the first id that is outside it.
        vocabulary: usize,
    },
}

/// More beams are a mistake: memory grows with each.
const MAX_BEAMS: usize = 256;

/// More end tokens than any model has are a mistake: each widens a search.
const MAX_END_TOKENS: usize = 16;

/// More tokens of bad words are a mistake: each is compared at every step.
const MAX_BAD_WORD_TOKENS: usize = 4096;

/// Fields of `GenerationConfig` that change the result and that this program does not support. They
/// change nothing if they are null, false, empty, or the number given here.
const UNSUPPORTED: &[(&str, f64)] = &[
    ("begin_suppress_tokens", 0.0),
    ("constraints", 0.0),
    ("diversity_penalty", 0.0),
    ("do_sample", 0.0),
    ("encoder_no_repeat_ngram_size", 0.0),
    ("encoder_repetition_penalty", 1.0),
    ("exponential_decay_length_penalty", 0.0),
    ("force_words_ids", 0.0),
    ("guidance_scale", 1.0),
    ("num_beam_groups", 1.0),
    ("penalty_alpha", 0.0),
    ("remove_invalid_values", 0.0),
    ("repetition_penalty", 1.0),
    ("sequence_bias", 0.0),
    ("suppress_tokens", 0.0),
];

fn changes_nothing(value: &Value, neutral: f64) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(neutral),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

#[derive(Deserialize)]
struct RawOptions {
    num_beams: Option<usize>,
    length_penalty: Option<f32>,
    #[serde(default, deserialize_with = "early_stopping")]
    early_stopping: Option<EarlyStopping>,
    no_repeat_ngram_size: Option<usize>,
    bad_words_ids: Option<Vec<Vec<u32>>>,
    renormalize_logits: Option<bool>,
    min_length: Option<usize>,
    min_new_tokens: Option<usize>,
    max_length: Option<usize>,
    max_new_tokens: Option<usize>,
    decoder_start_token_id: Option<u32>,
    bos_token_id: Option<u32>,
    #[serde(default, deserialize_with = "one_or_many")]
    eos_token_id: Option<Vec<u32>>,
    forced_bos_token_id: Option<u32>,
    #[serde(default, deserialize_with = "one_or_many")]
    forced_eos_token_id: Option<Vec<u32>>,
    /// Of BART configurations before transformers 4.
    force_bos_token_to_be_generated: Option<bool>,
}

/// The fields of the config.json that CTranslate2's converters write, which name tokens by their
/// text.
#[derive(Deserialize)]
struct NamedTokens {
    bos_token: Option<String>,
    decoder_start_token: Option<String>,
    eos_token: Option<String>,
}

impl Options {
    /// Reads the config.json of a folder converted for CTranslate2: `id_of` gives the id of a
    /// token. `None` if it is the original's, which names tokens by their ids. The token that targets
    /// start with does not count if they start without one.
    ///
    /// # Errors
    /// If the file cannot be read, or names a token that has no id.
    pub fn read_named(
        config: &Path,
        id_of: impl Fn(&str) -> Option<u32>,
        starts_from_zero: bool,
    ) -> Result<Option<Self>, GenerationError> {
        let fields = read_object(config)?;
        let raw: NamedTokens = serde_json::from_value(Value::Object(fields)).map_err(|source| {
            GenerationError::Malformed {
                path: config.to_owned(),
                source,
            }
        })?;
        let Some(end) = raw.eos_token else {
            return Ok(None);
        };
        let id = |token: String| {
            let token: String = token.chars().take(100).collect();
            id_of(&token).ok_or_else(|| GenerationError::UnknownName {
                path: config.to_owned(),
                token,
            })
        };
        let end = id(end)?;
        let start = raw.decoder_start_token.or(raw.bos_token);
        let start = start.filter(|_| !starts_from_zero).map(id);
        Ok(Some(Self {
            decoder_start_token: start.transpose()?.unwrap_or(end),
            ..Self::ending_with(end)
        }))
    }

    /// Greedy search to the token `end`, which targets begin with as well: the options of a model
    /// that states none.
    pub fn ending_with(end: u32) -> Self {
        Self {
            num_beams: 1,
            length_penalty: 1.0,
            early_stopping: EarlyStopping::default(),
            no_repeat_ngram_size: 0,
            bad_words: Vec::new(),
            renormalize_logits: false,
            min_length: 0,
            max_length: None,
            decoder_start_token: end,
            eos_tokens: vec![end],
            forced_bos_token: None,
            forced_eos_token: None,
            sampling: None,
        }
    }

    /// Reads generation_config.json, or the generation fields of config.json if it is missing.
    ///
    /// # Errors
    /// If a file cannot be read or its values cannot be decoded with.
    pub fn read(generation_config: Option<&Path>, config: &Path) -> Result<Self, GenerationError> {
        let path = generation_config.unwrap_or(config);
        let fields = read_object(path)?;
        for (name, neutral) in UNSUPPORTED {
            if fields
                .get(*name)
                .is_some_and(|value| !changes_nothing(value, *neutral))
            {
                tracing::warn!("{}: {name} is not supported and ignored", path.display());
            }
        }
        let raw: RawOptions = serde_json::from_value(Value::Object(fields)).map_err(|source| {
            GenerationError::Malformed {
                path: path.to_owned(),
                source,
            }
        })?;
        raw.resolve(path)
    }
}

impl RawOptions {
    /// Fills in the defaults of transformers' `GenerationConfig`. Like transformers, ignores
    /// defaults of the model's own configuration class.
    fn resolve(self, path: &Path) -> Result<Options, GenerationError> {
        let eos_tokens = self.eos_token_id.unwrap_or_else(|| vec![2]);
        let forced_bos = self.forced_bos_token_id.or_else(|| {
            self.force_bos_token_to_be_generated?
                .then_some(self.bos_token_id.unwrap_or(0))
        });
        let options = Options {
            num_beams: self.num_beams.unwrap_or(1),
            length_penalty: self.length_penalty.unwrap_or(1.0),
            early_stopping: self.early_stopping.unwrap_or_default(),
            no_repeat_ngram_size: self.no_repeat_ngram_size.unwrap_or(0),
            bad_words: self.bad_words_ids.unwrap_or_default(),
            renormalize_logits: self.renormalize_logits.unwrap_or(false),
            // A number of new tokens takes precedence, and does not count the start token.
            min_length: match self.min_new_tokens {
                Some(tokens) => tokens.saturating_add(1),
                None => self.min_length.unwrap_or(0),
            },
            max_length: match self.max_new_tokens {
                Some(tokens) => Some(tokens.saturating_add(1)),
                None => self.max_length,
            },
            decoder_start_token: self
                .decoder_start_token_id
                .or(self.bos_token_id)
                .or(eos_tokens.first().copied())
                .unwrap_or(2),
            eos_tokens,
            forced_bos_token: forced_bos,
            forced_eos_token: self
                .forced_eos_token_id
                .and_then(|ids| ids.first().copied()),
            sampling: None,
        };
        options.check().map_err(|source| GenerationError::Invalid {
            path: path.to_owned(),
            source,
        })?;
        Ok(options)
    }
}

impl Options {
    /// Whether a search can be run with these options.
    ///
    /// # Errors
    /// The option that keeps it from running.
    pub fn check(&self) -> Result<(), OptionsError> {
        if !(1..=MAX_BEAMS).contains(&self.num_beams) {
            return Err(OptionsError::Beams {
                found: self.num_beams,
            });
        }
        if !self.length_penalty.is_finite() {
            return Err(OptionsError::LengthPenalty {
                found: self.length_penalty,
            });
        }
        let found = self.bad_words.iter().map(Vec::len).sum();
        if found > MAX_BAD_WORD_TOKENS {
            return Err(OptionsError::BadWords { found });
        }
        if !(1..=MAX_END_TOKENS).contains(&self.eos_tokens.len()) {
            return Err(OptionsError::EndTokens {
                found: self.eos_tokens.len(),
            });
        }
        Ok(())
    }

    /// Gives every token that these options name the id that `id_of` has for it. Forced tokens without
    /// one are dropped: they are a language's, which a translation sets anew, or an end that others mark.
    ///
    /// # Errors
    /// [`OptionsError::Unlisted`] if the start or an end has none.
    pub(crate) fn renumber(
        &mut self,
        id_of: impl Fn(u32) -> Option<u32>,
    ) -> Result<(), OptionsError> {
        let listed = |option, token| id_of(token).ok_or(OptionsError::Unlisted { option, token });
        self.decoder_start_token = listed("decoder_start_token_id", self.decoder_start_token)?;
        for end in &mut self.eos_tokens {
            *end = listed("eos_token_id", *end)?;
        }
        self.forced_bos_token = self.forced_bos_token.and_then(&id_of);
        self.forced_eos_token = self.forced_eos_token.and_then(&id_of);
        // What the network cannot generate need not be banned.
        let listed = |words: &Vec<u32>| words.iter().map(|&token| id_of(token)).collect();
        self.bad_words = self.bad_words.iter().filter_map(listed).collect();
        Ok(())
    }

    /// Whether every token these options name is one of a model's `vocabulary` tokens.
    ///
    /// # Errors
    /// [`OptionsError::UnknownToken`].
    pub fn check_tokens(&self, vocabulary: usize) -> Result<(), OptionsError> {
        let start = [("decoder_start_token_id", Some(self.decoder_start_token))];
        let forced = [
            ("forced_bos_token_id", self.forced_bos_token),
            ("forced_eos_token_id", self.forced_eos_token),
        ];
        let ends = self
            .eos_tokens
            .iter()
            .map(|&end| ("eos_token_id", Some(end)));
        for (option, token) in start.into_iter().chain(forced).chain(ends) {
            if let Some(token) = token.filter(|&token| token as usize >= vocabulary) {
                return Err(OptionsError::UnknownToken {
                    option,
                    token,
                    vocabulary,
                });
            }
        }
        Ok(())
    }
}

/// Maximum size of a file of options.
const MAX_CONFIG_BYTES: u64 = 16 << 20;

fn read_object(path: &Path) -> Result<Map<String, Value>, GenerationError> {
    let text = read_text(path, MAX_CONFIG_BYTES).map_err(|source| GenerationError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_str(&text).map_err(|source| GenerationError::Malformed {
        path: path.to_owned(),
        source,
    })
}

fn early_stopping<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<EarlyStopping>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::Bool(true) => Ok(Some(EarlyStopping::Always)),
        Value::Bool(false) => Ok(Some(EarlyStopping::Heuristic)),
        Value::String(word) if word == "never" => Ok(Some(EarlyStopping::Never)),
        other => Err(serde::de::Error::custom(format!(
            "early_stopping is {other}; true, false or \"never\" are expected"
        ))),
    }
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u32>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(u32),
        Many(Vec<u32>),
    }
    Ok(
        Option::<OneOrMany>::deserialize(deserializer)?.map(|ids| match ids {
            OneOrMany::One(id) => vec![id],
            OneOrMany::Many(ids) => ids,
        }),
    )
}
