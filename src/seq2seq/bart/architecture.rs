//! What a config.json says of a network of the BART family.

use std::path::Path;

use serde::Deserialize;

use crate::nn::Activation;
use crate::seq2seq::config::{
    ConfigError, MAX_LAYERS, MAX_POSITIONS, MAX_VOCABULARY, MAX_WIDTH, RawConfig, absurd, within,
};
use crate::seq2seq::memory_budget::Sizes;

/// The place of a layer's norms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NormPlacement {
    /// Before each block, and once more after the last layer.
    Pre,
    /// After each residual sum.
    Post,
}

/// The source of positions; the first token has position `offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Positions {
    /// A learned table for `max` tokens.
    Learned {
        /// The table's row of the first token: BART leaves 2 rows unused.
        offset: usize,
        /// Tokens of the longest source or target; the table has `offset + max` rows.
        max: usize,
    },
    /// Sines and cosines, unbounded; padding has no position.
    Sinusoidal {
        /// The position of the first token, one above the padding's id.
        offset: usize,
    },
    /// Sines and cosines of Marian's frequencies. A checkpoint may hold them as a table, which then counts.
    Marian {
        /// Tokens of the longest source or target; `None` if there is no limit.
        max: Option<usize>,
    },
}

/// Which token tables a network has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tables {
    /// Encoder, decoder and output share one.
    Shared,
    /// The encoder has one, and the decoder another that the output shares: each side has a vocabulary
    /// of its own.
    BySide,
    /// Each has one of its own, wherever the checkpoint holds one.
    Separate,
}

/// The sizes of an encoder or a decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stack {
    /// Number of layers, 1 to 256.
    pub layers: usize,
    /// Attention heads of each layer; a divisor of `d_model`.
    pub heads: usize,
    /// Width of the feed-forward block.
    pub feed_forward: usize,
}

/// An encoder-decoder of the BART family.
#[derive(Debug, Clone, PartialEq)]
pub struct Architecture {
    /// Number of tokens of a target, of which the ids are those below.
    pub vocabulary: usize,
    /// Number of tokens of a source.
    pub source_vocabulary: usize,
    /// Width of the hidden vectors.
    pub d_model: usize,
    /// Sizes of the encoder.
    pub encoder: Stack,
    /// Sizes of the decoder.
    pub decoder: Stack,
    /// Where each layer normalises: `Pre` in M2M100, `Post` in BART.
    pub norms: NormPlacement,
    /// Added to the variance in the norms.
    pub epsilon: f32,
    /// How tokens get their positions: computed in M2M100 and Marian, learned in BART.
    pub positions: Positions,
    /// Whether a target begins with no token's vector, but its position's (Marian's own files).
    pub starts_from_zero: bool,
    /// Factor on token vectors.
    pub embedding_scale: f64,
    /// Whether a layer norm follows the embedding.
    pub embedding_norm: bool,
    /// What the feed-forward blocks use between their two maps.
    pub activation: Activation,
    /// Which token tables it has.
    pub tables: Tables,
    /// Whether the output adds a bias to its logits, if the checkpoint holds one.
    pub output_bias: bool,
    /// The id sequences are padded with.
    pub padding: u32,
}

impl Architecture {
    pub(super) fn sizes(&self) -> Sizes {
        Sizes {
            width: self.d_model,
            inner: self.d_model,
            decoder_layers: self.decoder.layers,
            feed_forward: self.encoder.feed_forward,
        }
    }
}

/// Which class of transformers a configuration is for; they differ in their defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    M2m100,
    Bart,
    Marian,
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
    decoder_vocab_size: Option<usize>,
    share_encoder_decoder_embeddings: Option<bool>,
}

/// Epsilon of every norm of transformers' classes (PyTorch's default).
pub(super) const EPSILON: f32 = 1e-5;

/// Defaults of transformers' `BartConfig`, `M2M100Config` and `MarianConfig`.
const DEFAULT_POSITIONS: usize = 1024;
const DEFAULT_PADDING: u32 = 1;
const DEFAULT_MARIAN_PADDING: u32 = 58_100;

impl BartConfig {
    fn positions(&self) -> usize {
        self.max_position_embeddings.unwrap_or(DEFAULT_POSITIONS)
    }

    fn padding(&self, class: Class) -> u32 {
        self.pad_token_id.unwrap_or(match class {
            Class::M2m100 | Class::Bart => DEFAULT_PADDING,
            Class::Marian => DEFAULT_MARIAN_PADDING,
        })
    }

    /// Tokens of a target.
    fn target_vocabulary(&self, class: Class) -> usize {
        let own = self.decoder_vocab_size.filter(|_| self.has_sides(class));
        own.unwrap_or(self.vocab_size)
    }

    /// Whether encoder and decoder have vocabularies of their own.
    fn has_sides(&self, class: Class) -> bool {
        class == Class::Marian && self.share_encoder_decoder_embeddings == Some(false)
    }
}

/// Describes an M2M100 network, as NLLB has it.
pub(in crate::seq2seq) fn m2m100(config: RawConfig) -> Result<Architecture, ConfigError> {
    describe(config, Class::M2m100)
}

/// Describes a BART network.
pub(in crate::seq2seq) fn bart(config: RawConfig) -> Result<Architecture, ConfigError> {
    describe(config, Class::Bart)
}

/// Describes a Marian network, as transformers has it.
pub(in crate::seq2seq) fn marian(config: RawConfig) -> Result<Architecture, ConfigError> {
    describe(config, Class::Marian)
}

fn describe(config: RawConfig, class: Class) -> Result<Architecture, ConfigError> {
    let path = config.path;
    let config: BartConfig = config.fields()?;
    config.check(class, path)?;
    config.describe(class, path)
}

impl BartConfig {
    fn check(&self, class: Class, path: &Path) -> Result<(), ConfigError> {
        for (field, value, most) in [
            ("vocab_size", self.vocab_size, MAX_VOCABULARY),
            (
                "decoder_vocab_size",
                self.target_vocabulary(class),
                MAX_VOCABULARY,
            ),
            ("d_model", self.d_model, MAX_WIDTH),
            ("encoder_layers", self.encoder_layers, MAX_LAYERS),
            ("decoder_layers", self.decoder_layers, MAX_LAYERS),
            ("encoder_ffn_dim", self.encoder_ffn_dim, MAX_WIDTH),
            ("decoder_ffn_dim", self.decoder_ffn_dim, MAX_WIDTH),
            ("max_position_embeddings", self.positions(), MAX_POSITIONS),
        ] {
            within(path, field, value, most)?;
        }
        for (field, heads) in [
            ("encoder_attention_heads", self.encoder_attention_heads),
            ("decoder_attention_heads", self.decoder_attention_heads),
        ] {
            if heads == 0 || !self.d_model.is_multiple_of(heads) {
                let expected = format!("a divisor of d_model, {}", self.d_model);
                return Err(absurd(path, field, heads, expected));
            }
        }
        let padding = self.padding(class);
        if padding as usize >= self.vocab_size {
            let expected = format!("less than vocab_size, {}", self.vocab_size);
            return Err(absurd(path, "pad_token_id", padding, expected));
        }
        Ok(())
    }

    fn describe(self, class: Class, path: &Path) -> Result<Architecture, ConfigError> {
        let m2m100 = class == Class::M2m100;
        let name =
            self.activation_function
                .as_deref()
                .unwrap_or(if m2m100 { "relu" } else { "gelu" });
        let activation = match name {
            "relu" => Activation::Relu,
            "gelu" => Activation::Gelu,
            "swish" | "silu" => Activation::Swish,
            other => {
                let expected = "relu, gelu or swish";
                return Err(absurd(path, "activation_function", other, expected));
            }
        };
        let padding = self.padding(class);
        let positions = match class {
            // The table's row `pad_token_id` is its zero row; the first token takes the next.
            Class::M2m100 => Positions::Sinusoidal {
                offset: padding as usize + 1,
            },
            Class::Bart => Positions::Learned {
                offset: 2,
                max: self.positions(),
            },
            Class::Marian => Positions::Marian {
                max: Some(self.positions()),
            },
        };
        let scaled = self.scale_embedding.unwrap_or(m2m100);
        Ok(Architecture {
            vocabulary: self.target_vocabulary(class),
            source_vocabulary: self.vocab_size,
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
            epsilon: EPSILON,
            positions,
            // The padding's vector, which Marian's class begins with, is zero where it was converted so.
            starts_from_zero: false,
            embedding_scale: if scaled {
                (self.d_model as f64).sqrt()
            } else {
                1.0
            },
            embedding_norm: class == Class::Bart,
            activation,
            tables: match self.tie_word_embeddings {
                Some(false) => Tables::Separate,
                _ if self.has_sides(class) => Tables::BySide,
                _ => Tables::Shared,
            },
            // M2M100's class has no such bias, whatever a checkpoint holds.
            output_bias: !m2m100,
            padding,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seq2seq::{Description, families};

    const NLLB: &str = r#"{"model_type": "m2m_100", "vocab_size": 256206, "d_model": 1024,
        "encoder_layers": 12, "decoder_layers": 12, "encoder_attention_heads": 16,
        "decoder_attention_heads": 16, "encoder_ffn_dim": 4096, "decoder_ffn_dim": 4096,
        "activation_function": "relu", "scale_embedding": true, "pad_token_id": 1}"#;

    fn parse(text: &str) -> Result<Architecture, ConfigError> {
        match families::tests::parse(text)? {
            Description::M2m100(architecture)
            | Description::Bart(architecture)
            | Description::Marian(architecture) => Ok(architecture),
            Description::T5(_) => panic!("{text} describes T5"),
        }
    }

    #[test]
    fn nllb_is_pre_norm_with_sinusoidal_positions_and_a_scaled_embedding() {
        let nllb = parse(NLLB).unwrap();
        assert_eq!(nllb.norms, NormPlacement::Pre);
        assert_eq!(nllb.positions, Positions::Sinusoidal { offset: 2 });
        assert_eq!(nllb.embedding_scale, 32.0);
        assert!(nllb.tables == Tables::Shared && !nllb.embedding_norm);
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
    fn marian_is_post_norm_with_its_own_positions_and_may_have_a_vocabulary_a_side() {
        let text = NLLB.replace("m2m_100", "marian").replace("relu", "swish");
        let marian = parse(&text).unwrap();
        assert_eq!(marian.norms, NormPlacement::Post);
        assert_eq!(marian.positions, Positions::Marian { max: Some(1024) });
        assert_eq!(marian.activation, Activation::Swish);
        assert!(marian.tables == Tables::Shared && marian.output_bias && !marian.embedding_norm);
        let sides = r#""share_encoder_decoder_embeddings": false, "decoder_vocab_size": 70,"#;
        let sides = parse(&text.replacen('{', &format!("{{{sides}"), 1)).unwrap();
        assert_eq!(sides.tables, Tables::BySide);
        assert_eq!((sides.source_vocabulary, sides.vocabulary), (256_206, 70));
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
}
