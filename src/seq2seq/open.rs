//! From a model's files to a network ready to run.

use std::path::Path;

use candle_core::DType;

use super::{Architecture, ConfigError, Family, Network, Seq2Seq};
use crate::nn::{CandleBackend, Error, Placement, Precision, WeightFiles, Weights};

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

/// Opens the network that `config` (config.json) describes and `files` hold, which must be of
/// `family`, where and in the numbers that `placement` says.
///
/// # Errors
/// Where a file cannot be read or the files do not belong together; the error names what is wrong.
pub fn open(
    config: &Path,
    files: &WeightFiles,
    family: Family,
    placement: &Placement,
) -> Result<Box<dyn Seq2Seq>, OpenError> {
    let architecture = Architecture::read(config)?;
    if architecture.family != family {
        return Err(OpenError::WrongFamily {
            config: config.display().to_string(),
            found: architecture.family,
            wanted: family,
        });
    }
    let weights = Weights::open(files)?;
    let dtype = match placement.precision {
        Precision::F32 => DType::F32,
        Precision::F16 => DType::F16,
        Precision::Bf16 => DType::BF16,
        Precision::Q8 | Precision::Q4 => {
            return Err(OpenError::Weights(Error::Unsupported {
                precision: placement.precision.name(),
                device: format!("{:?}", placement.device.location()),
            }));
        }
    };
    let backend = CandleBackend::new(placement.device.clone(), dtype);
    Ok(Box::new(Network::load(backend, architecture, &weights)?))
}
