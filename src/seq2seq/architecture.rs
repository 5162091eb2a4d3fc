//! What a model's config.json says of its network: the BART family as one description.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::nn::Activation;

/// The most layers, heads, positions or vector components believed of a config.json; beyond them it
/// is taken for damaged or hostile. The largest public models of the family stay far below.
const LIMITS: Limits = Limits {
    layers: 256,
    width: 1 << 16,
    vocabulary: 1 << 24,
    positions: 1 << 20,
};

struct Limits {
    layers: usize,
    width: usize,
    vocabulary: usize,
    positions: usize,
}

/// Why a config.json was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    #[error("{} cannot be read: {source}", .path.display())]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{} is no model configuration: {source}", .path.display())]
    Malformed {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error(
        "{} describes a model of type `{found}`; this program runs m2m_100 (NLLB, M2M100) and bart",
        .path.display()
    )]
    UnknownType { path: PathBuf, found: String },
    #[error("{}: {field} is {value}, which no such model has (expected {expected})", .path.display())]
    Absurd {
        path: PathBuf,
        field: &'static str,
        value: String,
        expected: String,
    },
}

/// Which model class of transformers a description follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `M2M100ForConditionalGeneration`, which NLLB uses.
    M2m100,
    /// `BartForConditionalGeneration`.
    Bart,
}

impl std::fmt::Display for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::M2m100 => "an M2M100 (NLLB) model",
            Self::Bart => "a BART model",
        })
    }
}

/// Where a layer's norms stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NormPlacement {
    /// Before each block, and once more after the last layer.
    Pre,
    /// After each residual sum.
    Post,
}

/// Where positions come from; the first token stands at position `offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Positions {
    /// A learned table for `max` tokens.
    Learned { offset: usize, max: usize },
    /// Sines and cosines without a last position; padding has none.
    Sinusoidal { offset: usize },
}

/// The sizes of an encoder or a decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stack {
    pub layers: usize,
    pub heads: usize,
    /// Width of the feed-forward block.
    pub feed_forward: usize,
}

/// An encoder-decoder of the BART family.
#[derive(Debug, Clone, PartialEq)]
pub struct Architecture {
    pub family: Family,
    pub vocabulary: usize,
    /// Width of the hidden vectors.
    pub d_model: usize,
    pub encoder: Stack,
    pub decoder: Stack,
    pub norms: NormPlacement,
    pub positions: Positions,
    /// Factor on token vectors.
    pub embedding_scale: f64,
    /// Whether a layer norm follows the embedding.
    pub embedding_norm: bool,
    pub activation: Activation,
    /// Whether encoder, decoder and output share one token table.
    pub tied: bool,
    /// The id sequences are padded with.
    pub padding: u32,
}

#[derive(Deserialize)]
struct RawConfig {
    #[serde(default)]
    model_type: String,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct BartConfig {
    vocab_size: usize,
    d_model: usize,
    encoder_layers: usize,
    decoder_layers: usize,
    encoder_attention_heads: usize,
    decoder_attention_heads: usize,
    encoder_ffn_dim: usize,
    decoder_ffn_dim: usize,
    max_position_embeddings: Option<usize>,
    scale_embedding: Option<bool>,
    activation_function: Option<String>,
    tie_word_embeddings: Option<bool>,
    pad_token_id: Option<u32>,
}

/// Defaults of transformers' `BartConfig` and `M2M100Config`.
const DEFAULT_POSITIONS: usize = 1024;
const DEFAULT_PADDING: u32 = 1;

impl BartConfig {
    fn positions(&self) -> usize {
        self.max_position_embeddings.unwrap_or(DEFAULT_POSITIONS)
    }

    fn padding(&self) -> u32 {
        self.pad_token_id.unwrap_or(DEFAULT_PADDING)
    }
}

impl Architecture {
    /// Reads a config.json as transformers writes it.
    ///
    /// # Errors
    /// Where the file cannot be read, is of another model type, or asks for absurd sizes.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, path)
    }

    fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let malformed = |source| ConfigError::Malformed {
            path: path.to_owned(),
            source,
        };
        let raw: RawConfig = serde_json::from_str(text).map_err(malformed)?;
        let family = match raw.model_type.as_str() {
            "m2m_100" => Family::M2m100,
            "bart" => Family::Bart,
            other => {
                return Err(ConfigError::UnknownType {
                    path: path.to_owned(),
                    found: other.to_owned(),
                });
            }
        };
        let config: BartConfig =
            serde_json::from_value(serde_json::Value::Object(raw.rest)).map_err(malformed)?;
        config.check(path)?;
        config.describe(family, path)
    }
}

impl BartConfig {
    fn check(&self, path: &Path) -> Result<(), ConfigError> {
        let within = |field, value: usize, most: usize| {
            if (1..=most).contains(&value) {
                return Ok(());
            }
            Err(absurd(path, field, value, format!("1 to {most}")))
        };
        within("vocab_size", self.vocab_size, LIMITS.vocabulary)?;
        within("d_model", self.d_model, LIMITS.width)?;
        within("encoder_layers", self.encoder_layers, LIMITS.layers)?;
        within("decoder_layers", self.decoder_layers, LIMITS.layers)?;
        within("encoder_ffn_dim", self.encoder_ffn_dim, LIMITS.width)?;
        within("decoder_ffn_dim", self.decoder_ffn_dim, LIMITS.width)?;
        within(
            "max_position_embeddings",
            self.positions(),
            LIMITS.positions,
        )?;
        for (field, heads) in [
            ("encoder_attention_heads", self.encoder_attention_heads),
            ("decoder_attention_heads", self.decoder_attention_heads),
        ] {
            if heads == 0 || !self.d_model.is_multiple_of(heads) {
                let expected = format!("a divisor of d_model, {}", self.d_model);
                return Err(absurd(path, field, heads, expected));
            }
        }
        if self.padding() as usize >= self.vocab_size {
            let expected = format!("less than vocab_size, {}", self.vocab_size);
            return Err(absurd(path, "pad_token_id", self.padding(), expected));
        }
        Ok(())
    }

    fn describe(self, family: Family, path: &Path) -> Result<Architecture, ConfigError> {
        let m2m100 = family == Family::M2m100;
        let name =
            self.activation_function
                .as_deref()
                .unwrap_or(if m2m100 { "relu" } else { "gelu" });
        let activation = match name {
            "relu" => Activation::Relu,
            "gelu" => Activation::Gelu,
            other => {
                return Err(absurd(path, "activation_function", other, "relu or gelu"));
            }
        };
        let positions = if m2m100 {
            // The table's row `pad_token_id` is its zero row; the first token takes the next.
            Positions::Sinusoidal {
                offset: self.padding() as usize + 1,
            }
        } else {
            Positions::Learned {
                offset: 2,
                max: self.positions(),
            }
        };
        let scaled = self.scale_embedding.unwrap_or(m2m100);
        Ok(Architecture {
            family,
            vocabulary: self.vocab_size,
            d_model: self.d_model,
            encoder: Stack {
                layers: self.encoder_layers,
                heads: self.encoder_attention_heads,
                feed_forward: self.encoder_ffn_dim,
            },
            decoder: Stack {
                layers: self.decoder_layers,
                heads: self.decoder_attention_heads,
                feed_forward: self.decoder_ffn_dim,
            },
            norms: if m2m100 {
                NormPlacement::Pre
            } else {
                NormPlacement::Post
            },
            positions,
            embedding_scale: if scaled {
                (self.d_model as f64).sqrt()
            } else {
                1.0
            },
            embedding_norm: !m2m100,
            activation,
            tied: self.tie_word_embeddings.unwrap_or(true),
            padding: self.padding(),
        })
    }
}

fn absurd(
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

#[cfg(test)]
mod tests {
    use super::*;

    const NLLB: &str = r#"{"model_type": "m2m_100", "vocab_size": 256206, "d_model": 1024,
        "encoder_layers": 12, "decoder_layers": 12, "encoder_attention_heads": 16,
        "decoder_attention_heads": 16, "encoder_ffn_dim": 4096, "decoder_ffn_dim": 4096,
        "activation_function": "relu", "scale_embedding": true, "pad_token_id": 1}"#;

    fn parse(text: &str) -> Result<Architecture, ConfigError> {
        Architecture::parse(text, Path::new("config.json"))
    }

    #[test]
    fn nllb_is_pre_norm_with_sinusoidal_positions_and_a_scaled_embedding() {
        let nllb = parse(NLLB).unwrap();
        assert_eq!(nllb.norms, NormPlacement::Pre);
        assert_eq!(nllb.positions, Positions::Sinusoidal { offset: 2 });
        assert_eq!(nllb.embedding_scale, 32.0);
        assert!(nllb.tied && !nllb.embedding_norm);
    }

    #[test]
    fn bart_is_post_norm_with_learned_positions_and_the_exact_gelu() {
        let text = NLLB.replace("m2m_100", "bart").replace("relu", "gelu");
        let bart = parse(&text).unwrap();
        assert_eq!(bart.norms, NormPlacement::Post);
        let learned = Positions::Learned {
            offset: 2,
            max: 1024,
        };
        assert_eq!(bart.positions, learned);
        assert_eq!(bart.activation, Activation::Gelu);
        assert!(bart.embedding_norm);
    }

    #[test]
    fn absurd_sizes_are_refused_by_name() {
        for (field, from, to) in [
            (
                "encoder_layers",
                "\"encoder_layers\": 12",
                "\"encoder_layers\": 4000000000",
            ),
            ("d_model", "\"d_model\": 1024", "\"d_model\": 0"),
            ("encoder_attention_heads", "_heads\": 16", "_heads\": 15"),
            ("vocab_size", "256206", "99999999999"),
            (
                "pad_token_id",
                "\"pad_token_id\": 1",
                "\"pad_token_id\": 256206",
            ),
            ("activation_function", "relu", "tanh"),
        ] {
            let error = parse(&NLLB.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(field), "{field}: {error}");
        }
    }

    #[test]
    fn another_model_type_is_named() {
        let error = parse(&NLLB.replace("m2m_100", "t5")).unwrap_err();
        assert!(error.to_string().contains("`t5`"), "{error}");
        assert!(parse("[]").is_err() && parse("{").is_err());
    }
}
