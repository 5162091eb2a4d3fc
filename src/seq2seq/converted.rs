//! What the families share that read files converted for CTranslate2.

use super::config::{ConfigError, MAX_LAYERS, within};
use crate::nn::Error;
use crate::nn::ctranslate2::ModelFile;

/// The shape of a variable that has to be there.
pub(super) fn shape(file: &ModelFile, name: &str) -> Result<Vec<usize>, ConfigError> {
    match file.variable(name) {
        Some(variable) => Ok(variable.shape.clone()),
        None => Err(ConfigError::Weights(Error::Missing {
            name: name.to_owned(),
            files: file.path.display().to_string(),
        })),
    }
}

/// A size of 1 to `most`.
pub(super) fn bounded(
    file: &ModelFile,
    field: &'static str,
    value: usize,
    most: usize,
) -> Result<usize, ConfigError> {
    within(&file.path, field, value, most)?;
    Ok(value)
}

/// The error of a network that is not run.
pub(super) fn refused(file: &ModelFile, found: &str) -> ConfigError {
    ConfigError::Unsupported {
        path: file.path.clone(),
        found: found.to_owned(),
    }
}

/// A number that a side has of its own, or in files of early revisions the whole network.
pub(super) fn attribute(
    file: &ModelFile,
    side: &str,
    name: &str,
) -> Result<Option<f32>, ConfigError> {
    let own = file.number(&format!("{side}/{name}"))?;
    Ok(own.map_or_else(|| file.number(name), |own| Ok(Some(own)))?)
}

/// How many layers a side has; more than there can be count as one more.
pub(super) fn layers(file: &ModelFile, side: &str) -> usize {
    let has_layer = |layer: &usize| {
        let name = format!("{side}/layer_{layer}/self_attention/linear_0/weight");
        file.variable(&name).is_some()
    };
    (0..=MAX_LAYERS).take_while(has_layer).count()
}
