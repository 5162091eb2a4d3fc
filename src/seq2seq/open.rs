//! From a model's files to a network ready to run.

use std::path::Path;

use candle_core::DType;

use super::network::requirements;
use super::{Architecture, ConfigError, Family, Network, Seq2Seq};
use crate::model_files::WeightFiles;
use crate::nn::{CandleBackend, ComputeOptions, Error, PackedBackend, Precision, Weights};

/// Why a model could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Weights(#[from] Error),
    #[error("{config} describes {found}, and {wanted} is needed here")]
    WrongFamily {
        config: String,
        found: Family,
        wanted: Family,
    },
}

/// The files of a network, and what is known of its use before it is opened.
#[derive(Debug, Clone, Copy)]
pub struct Checkpoint<'a> {
    /// config.json.
    pub config: &'a Path,
    pub weights: &'a WeightFiles,
    /// Where weights of integers are kept between runs, once converted; none converts them into
    /// memory at every start.
    pub converted: Option<&'a Path>,
    /// Tokens that are likely to be all the network may say: converted weights hold them together.
    pub first_tokens: &'a [u32],
}

impl<'a> Checkpoint<'a> {
    /// A checkpoint of which nothing else is known.
    pub fn new(config: &'a Path, weights: &'a WeightFiles) -> Self {
        Self {
            config,
            weights,
            converted: None,
            first_tokens: &[],
        }
    }
}

/// Opens the network of `checkpoint`, which must be of `family`, where and in the numbers that
/// `compute` says.
///
/// # Errors
/// Where a file cannot be read or the files do not belong together; the error names what is wrong.
pub fn open(
    checkpoint: &Checkpoint,
    family: Family,
    compute: &ComputeOptions,
) -> Result<Box<dyn Seq2Seq>, OpenError> {
    let architecture = Architecture::read(checkpoint.config)?;
    if architecture.family != family {
        return Err(OpenError::WrongFamily {
            config: checkpoint.config.display().to_string(),
            found: architecture.family,
            wanted: family,
        });
    }
    let weights = Weights::open(checkpoint.weights)?;
    let dtype = match compute.precision {
        Precision::F32 => DType::F32,
        Precision::F16 => DType::F16,
        Precision::Bf16 => DType::BF16,
        Precision::Q8 | Precision::Q4 => {
            return open_packed(checkpoint, architecture, &weights, compute);
        }
    };
    let backend = CandleBackend::new(compute.device.clone(), dtype);
    Ok(Box::new(Network::load(backend, architecture, &weights)?))
}

fn open_packed(
    checkpoint: &Checkpoint,
    architecture: Architecture,
    weights: &Weights,
    compute: &ComputeOptions,
) -> Result<Box<dyn Seq2Seq>, OpenError> {
    if !compute.device.is_cpu() {
        return Err(OpenError::Weights(Error::Unsupported {
            precision: compute.precision.name(),
            device: format!("{:?}", compute.device.location()),
        }));
    }
    let wanted = requirements(&architecture, weights)?;
    let backend = PackedBackend::open(
        weights,
        &wanted,
        compute.precision,
        compute.threads,
        checkpoint.converted,
        checkpoint.first_tokens,
    )?;
    Ok(Box::new(Network::load(backend, architecture, weights)?))
}
