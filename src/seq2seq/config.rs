//! config.json, which is untrusted: its errors, and the bounds of its values.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::files::read_text;

/// Maximum size of a config.json; those of models with many language codes have some kilobytes.
const MAX_CONFIG_BYTES: u64 = 16 << 20;

/// Largest values accepted in a config.json; one beyond them is damaged or hostile. The largest public
/// models are far below.
pub(super) const MAX_LAYERS: usize = 256;
pub(super) const MAX_WIDTH: usize = 1 << 16;
pub(super) const MAX_VOCABULARY: usize = 1 << 24;
pub(super) const MAX_POSITIONS: usize = 1 << 20;

/// Why a config.json was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file is missing, cannot be opened, or is not UTF-8.
    #[error("{} cannot be read: {source}", .path.display())]
    Unreadable {
        /// The config.json.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The file is no JSON object, or lacks a field, or a field has a value of another type.
    #[error("{} is no model configuration: {source}", .path.display())]
    Malformed {
        /// The config.json.
        path: PathBuf,
        /// The position in the file and what was expected there.
        source: serde_json::Error,
    },
    /// The model is of a family that this program does not run.
    #[error(
        "{} describes a model of type `{found}`; this program runs {known}",
        .path.display()
    )]
    UnknownType {
        /// The config.json.
        path: PathBuf,
        /// Its `model_type`; empty if it has none.
        found: String,
        /// The types of models this program runs.
        known: String,
    },
    /// A file converted for CTranslate2 holds a network that this program does not run.
    #[error("{} holds {found}, which this program does not run", .path.display())]
    Unsupported {
        /// The model.bin.
        path: PathBuf,
        /// What it is, for messages.
        found: String,
    },
    /// The weight file that describes its network itself cannot be read.
    #[error(transparent)]
    Weights(#[from] crate::nn::Error),
    /// A field has a value that is damaged or hostile.
    #[error("{}: {field} is {value}, which no such model has (expected {expected})", .path.display())]
    Absurd {
        /// The config.json, or the weight file that describes its network itself.
        path: PathBuf,
        /// The field's name in it.
        field: &'static str,
        /// The field's value, or the default of its family.
        value: String,
        /// The values accepted, in words (`1 to 256`).
        expected: String,
    },
}

/// A configuration whose `model_type` is known and whose other fields are not yet read.
pub(super) struct RawConfig<'a> {
    pub model_type: String,
    pub path: &'a Path,
    fields: Map<String, Value>,
}

#[derive(Deserialize)]
struct Fields {
    #[serde(default)]
    model_type: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl<'a> RawConfig<'a> {
    /// Reads a config.json as transformers writes it.
    pub(super) fn read(path: &'a Path) -> Result<Self, ConfigError> {
        let text = read_text(path, MAX_CONFIG_BYTES).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, path)
    }

    pub(super) fn parse(text: &str, path: &'a Path) -> Result<Self, ConfigError> {
        let fields: Fields = serde_json::from_str(text).map_err(malformed(path))?;
        Ok(Self {
            model_type: fields.model_type,
            path,
            fields: fields.rest,
        })
    }

    /// The fields that `T` has.
    pub(super) fn fields<T: DeserializeOwned>(self) -> Result<T, ConfigError> {
        serde_json::from_value(Value::Object(self.fields)).map_err(malformed(self.path))
    }
}

fn malformed(path: &Path) -> impl Fn(serde_json::Error) -> ConfigError {
    move |source| ConfigError::Malformed {
        path: path.to_owned(),
        source,
    }
}

/// Accepts values from 1 to `most`.
///
/// # Errors
/// [`ConfigError::Absurd`], naming the field.
pub(super) fn within(
    path: &Path,
    field: &'static str,
    value: usize,
    most: usize,
) -> Result<(), ConfigError> {
    if (1..=most).contains(&value) {
        return Ok(());
    }
    Err(absurd(path, field, value, format!("1 to {most}")))
}

/// The error of a field that no model of its family has.
pub(super) fn absurd(
    path: &Path,
    field: &'static str,
    value: impl ToString,
    expected: impl Into<String>,
) -> ConfigError {
    ConfigError::Absurd {
        path: path.to_owned(),
        field,
        value: value.to_string(),
        expected: expected.into(),
    }
}
