//! The families of models: what a configuration describes, and how its network is opened.
//!
//! This is the one place that lists them. A new family has a row in the table, a variant of
//! [`Description`] and a module of its own next to [`bart`].

use std::fmt;
use std::path::{Path, PathBuf};

use super::Seq2Seq;
use super::bart;
use super::bart::ctranslate2::Converted;
use super::config::{ConfigError, RawConfig};
use super::network::requirements;
use super::t5;
use crate::model_files::{NetworkFiles, Protocol, Task, WeightFiles};
use crate::nn::ctranslate2::ModelFile;
use crate::nn::npz::NpzFile;
use crate::nn::{
    Backend, CandleBackend, ComputeOptions, Device, Error, PackedBackend, Precision, TensorSpec,
    Weights,
};

/// What a model's configuration says of its network, by family.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Description {
    /// `M2M100ForConditionalGeneration`, which NLLB uses.
    M2m100(bart::Architecture),
    /// `BartForConditionalGeneration`.
    Bart(bart::Architecture),
    /// `MarianMTModel`, as OPUS-MT's models are, and Marian's own files.
    Marian(bart::Architecture),
    /// `T5ForConditionalGeneration`, as MADLAD-400 has it, and `MT5ForConditionalGeneration`.
    T5(t5::Architecture),
}

/// What all models of a family have in common.
struct Family {
    /// `model_type` of its config.json.
    model_type: &'static str,
    /// The names of its models, if the type does not contain them.
    models: Option<&'static str>,
    /// A model of it, with an article.
    noun: &'static str,
    /// The protocols its models are used with; if several serve a task, the first is taken unless the
    /// catalogue names another.
    protocols: &'static [Protocol],
    read: fn(RawConfig) -> Result<Description, ConfigError>,
}

static M2M100: Family = Family {
    model_type: "m2m_100",
    models: Some("NLLB, M2M100"),
    noun: "an M2M100 (NLLB) model",
    protocols: &[Protocol::Nllb],
    read: |config| bart::m2m100(config).map(Description::M2m100),
};

static BART: Family = Family {
    model_type: "bart",
    models: None,
    noun: "a BART model",
    protocols: &[Protocol::Bart],
    read: |config| bart::bart(config).map(Description::Bart),
};

static MARIAN: Family = Family {
    model_type: "marian",
    models: Some("OPUS-MT"),
    noun: "a Marian (OPUS-MT) model",
    protocols: &[Protocol::Marian],
    read: |config| bart::marian(config).map(Description::Marian),
};

static T5: Family = Family {
    model_type: "t5",
    models: Some("T5, MADLAD-400"),
    noun: "a T5 (MADLAD-400) model",
    protocols: &[Protocol::Madlad],
    read: |config| t5::t5(config).map(Description::T5),
};

static MT5: Family = Family {
    model_type: "mt5",
    models: None,
    noun: "an mT5 model",
    protocols: &[Protocol::Madlad],
    read: |config| t5::mt5(config).map(Description::T5),
};

static FAMILIES: [&Family; 5] = [&M2M100, &BART, &MARIAN, &T5, &MT5];

/// How a checkpoint's weights are converted to integers.
#[derive(Debug, Clone, Copy, Default)]
pub struct ConvertedWeights<'a> {
    /// The file of converted weights; if `None`, they are converted into memory at every start.
    pub file: Option<&'a Path>,
    /// Tokens the output is likely to be restricted to: their rows are stored first.
    pub first_tokens: &'a [u32],
}

impl Description {
    /// Reads what `files` say of their network.
    ///
    /// # Errors
    /// If the configuration cannot be read, is of an unknown family, or has absurd sizes.
    pub fn read(files: &NetworkFiles) -> Result<Self, ConfigError> {
        if let WeightFiles::Ctranslate2(paths) = &files.weights {
            let file = ModelFile::open(sole(paths))?;
            if t5::ctranslate2::is_t5(&file) {
                return t5::ctranslate2::describe(&file).map(Self::T5);
            }
            return Ok(match bart::ctranslate2::describe(&file)? {
                Converted::M2m100(architecture) => Self::M2m100(architecture),
                Converted::Bart(architecture) => Self::Bart(architecture),
                Converted::Marian(architecture) => Self::Marian(architecture),
            });
        }
        if let WeightFiles::Npz(paths) = &files.weights {
            let file = NpzFile::open(sole(paths))?;
            return Ok(Self::Marian(bart::marian::describe(&file)?));
        }
        Self::of(RawConfig::read(&files.config)?)
    }

    fn of(config: RawConfig) -> Result<Self, ConfigError> {
        let family = FAMILIES
            .iter()
            .find(|family| family.model_type == config.model_type);
        match family {
            Some(family) => (family.read)(config),
            None => Err(ConfigError::UnknownType {
                path: config.path.to_owned(),
                found: config.model_type,
                known: joined(FAMILIES.iter().map(|family| match family.models {
                    Some(models) => format!("{} ({models})", family.model_type),
                    None => family.model_type.to_owned(),
                })),
            }),
        }
    }

    fn family(&self) -> &'static Family {
        match self {
            Self::M2m100(_) => &M2M100,
            Self::Bart(_) => &BART,
            Self::Marian(_) => &MARIAN,
            Self::T5(_) => &T5,
        }
    }

    /// The protocols models of this family are used with.
    pub fn protocols(&self) -> &'static [Protocol] {
        self.family().protocols
    }

    /// How many tokens the network knows.
    pub fn vocabulary(&self) -> usize {
        match self {
            Self::M2m100(architecture) | Self::Bart(architecture) | Self::Marian(architecture) => {
                architecture.vocabulary
            }
            Self::T5(architecture) => architecture.vocabulary,
        }
    }

    /// Whether targets begin without a token's vector: whatever is fed first counts for nothing.
    pub fn starts_from_zero(&self) -> bool {
        matches!(self, Self::Marian(architecture) if architecture.starts_from_zero)
    }

    /// Opens the network with its weights, on the device and in the precision of `compute`.
    ///
    /// # Errors
    /// If a file cannot be read, or a tensor is missing or of another shape; the error names it.
    /// [`Error::Unsupported`] if the device does not compute in this precision.
    pub fn open(
        self,
        weights: &WeightFiles,
        compute: &ComputeOptions,
        converted: ConvertedWeights,
    ) -> Result<Box<dyn Seq2Seq>, Error> {
        let weights = self.weights(weights)?;
        if !matches!(compute.precision, Precision::Q8 | Precision::Q4) {
            let backend = CandleBackend::new(compute.device, compute.precision)?;
            return self.load(backend, &weights);
        }
        if compute.device != Device::Cpu {
            return Err(Error::Unsupported {
                precision: compute.precision.name(),
                device: compute.device.to_string(),
            });
        }
        let backend = PackedBackend::open(
            &weights,
            &self.requirements(&weights)?,
            compute,
            converted.file,
            converted.first_tokens,
        )?;
        self.load(backend, &weights)
    }

    /// Opens the weight files; their tensors have a checkpoint's names, whatever the format.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if a file is missing, damaged or not a weight file.
    pub fn weights(&self, files: &WeightFiles) -> Result<Weights, Error> {
        let paths = match files {
            WeightFiles::Ctranslate2(paths) => paths,
            WeightFiles::Npz(paths) => {
                let parts = match self {
                    Self::Marian(architecture) => bart::marian::parts(architecture),
                    Self::M2m100(_) | Self::Bart(_) | Self::T5(_) => Vec::new(),
                };
                return Ok(Weights::of_npz(NpzFile::open(sole(paths))?, parts));
            }
            _ => return Weights::open(files),
        };
        let file = ModelFile::open(sole(paths))?;
        let parts = match self {
            Self::M2m100(architecture) | Self::Bart(architecture) | Self::Marian(architecture) => {
                bart::ctranslate2::parts(architecture)
            }
            Self::T5(architecture) => t5::ctranslate2::parts(&file, architecture),
        };
        Ok(Weights::of_ctranslate2(file, parts))
    }

    /// The tensors the network needs, each checked to be there in its shape.
    fn requirements(&self, weights: &Weights) -> Result<Vec<TensorSpec>, Error> {
        match self {
            Self::M2m100(architecture) | Self::Bart(architecture) | Self::Marian(architecture) => {
                requirements::<bart::Bart>(architecture, weights)
            }
            Self::T5(architecture) => requirements::<t5::T5>(architecture, weights),
        }
    }

    fn load<B: Backend + 'static>(
        self,
        backend: B,
        weights: &Weights,
    ) -> Result<Box<dyn Seq2Seq>, Error> {
        match self {
            Self::M2m100(architecture) | Self::Bart(architecture) | Self::Marian(architecture) => {
                let network = bart::Network::load(backend, architecture, weights)?;
                Ok(Box::new(network))
            }
            Self::T5(architecture) => {
                let network = t5::Network::load(backend, architecture, weights)?;
                Ok(Box::new(network))
            }
        }
    }
}

/// The one file of a format without parts.
fn sole(paths: &[PathBuf]) -> &Path {
    paths.first().map_or(Path::new(""), PathBuf::as_path)
}

/// The family, as in "an M2M100 (NLLB) model".
impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.family().noun)
    }
}

/// The families whose models serve a task, as in "an M2M100 (NLLB) model".
pub fn families_for(task: Task) -> String {
    let serves = |family: &&&Family| family.protocols.iter().any(|p| p.serves(task));
    let families = FAMILIES.iter().filter(serves);
    let nouns: Vec<&str> = families.map(|family| family.noun).collect();
    nouns.join(" or ")
}

/// "a, b and c".
fn joined(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::seq2seq) fn parse(text: &str) -> Result<Description, ConfigError> {
        Description::of(RawConfig::parse(text, Path::new("config.json"))?)
    }

    #[test]
    fn another_model_type_is_named_with_those_that_run() {
        let error = parse(r#"{"model_type": "pegasus"}"#)
            .unwrap_err()
            .to_string();
        let expected = "config.json describes a model of type `pegasus`; this program runs \
                        m2m_100 (NLLB, M2M100), bart, marian (OPUS-MT), t5 (T5, MADLAD-400) and mt5";
        assert_eq!(error, expected);
        assert!(parse("[]").is_err() && parse("{").is_err());
    }

    #[test]
    fn every_task_has_families_and_every_family_a_task() {
        let translators = "an M2M100 (NLLB) model or a Marian (OPUS-MT) model or a T5 (MADLAD-400) model or an mT5 model";
        assert_eq!(families_for(Task::Translation), translators);
        assert_eq!(families_for(Task::Summarization), "a BART model");
        for family in FAMILIES {
            assert!(!family.protocols.is_empty(), "{}", family.model_type);
        }
    }
}
