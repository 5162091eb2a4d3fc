//! A T5 network in a file converted for CTranslate2.
//!
//! Its names follow CTranslate2's `transformer_spec.py`. Queries, keys and values of an attention are
//! one matrix; the biases of distances are with every layer, of which the first is read.

use super::Architecture;
use super::architecture::{Class, T5Config};
use crate::nn::ctranslate2::{ModelFile, Part};
use crate::seq2seq::config::ConfigError;
use crate::seq2seq::converted::{attribute, layers, refused, shape};

/// What only T5 has.
const BIAS: &str = "self_attention/relative_attention_bias";

/// Tables: their names in a checkpoint, and here.
const ENCODER_TABLE: &str = "encoder/embeddings_0/weight";
const DECODER_TABLE: &str = "decoder/embeddings/weight";
const OUTPUT_TABLE: &str = "decoder/projection/weight";

/// Whether a file holds a network of this family.
pub(in crate::seq2seq) fn is_t5(file: &ModelFile) -> bool {
    file.variable(&format!("encoder/layer_0/{BIAS}")).is_some()
}

/// Describes the network of a converted file.
///
/// # Errors
/// If it is of another family, or its sizes are absurd.
pub(in crate::seq2seq) fn describe(file: &ModelFile) -> Result<Architecture, ConfigError> {
    let [vocabulary, d_model] = matrix(file, DECODER_TABLE)?;
    let [d_ff, _] = matrix(file, "encoder/layer_0/ffn/linear_0/weight")?;
    let [stacked, _] = matrix(file, "encoder/layer_0/self_attention/linear_0/weight")?;
    if file.specification != "TransformerSpec" {
        return Err(refused(file, "a network of another kind"));
    }
    let [buckets, heads] = matrix(file, &format!("encoder/layer_0/{BIAS}"))?;
    if file.target(ENCODER_TABLE) != file.target(DECODER_TABLE) {
        return Err(refused(file, "a T5 with a table for each side"));
    }
    for side in ["encoder", "decoder"] {
        let scale = format!("{side}/layer_0/self_attention/queries_scale");
        if file.number(&scale)?.is_some_and(|scale| scale != 1.0) {
            return Err(refused(file, "a T5 with scaled attention"));
        }
    }
    if heads == 0 || !stacked.is_multiple_of(3 * heads) {
        return Err(refused(file, "a T5 whose projections are not of its heads"));
    }
    let distance = format!("encoder/layer_0/{BIAS}").replace("_bias", "_max_distance");
    // Whatever is not a distance becomes 0, or more than there can be.
    let distance = file.number(&distance)?.map(|distance| distance as usize);
    let gate = file.variable("encoder/layer_0/ffn/linear_0_noact/weight");
    let activation = attribute(file, "encoder", "activation")?.unwrap_or(0.0);
    let activation = match (gate.is_some(), activation) {
        (false, 0.0) => "relu",
        (false, 3.0) => "gelu",
        (true, 0.0) => "gated-relu",
        (true, 1.0) => "gated-gelu",
        (_, other) => return Err(refused(file, &format!("a T5 with activation {other}"))),
    };
    let scale = file.number("decoder/scale_outputs")?.unwrap_or(1.0);
    let root = (d_model as f32).sqrt().recip();
    let scales_output = (scale - root).abs() <= root * SCALE_TOLERANCE;
    if !scales_output && scale != 1.0 {
        return Err(refused(file, &format!("a T5 with outputs times {scale}")));
    }
    let config = T5Config {
        vocab_size: vocabulary,
        d_model,
        d_kv: stacked / 3 / heads,
        d_ff,
        num_layers: layers(file, "encoder"),
        num_decoder_layers: Some(layers(file, "decoder")),
        num_heads: heads,
        relative_attention_num_buckets: Some(buckets),
        relative_attention_max_distance: distance,
        layer_norm_epsilon: None,
        feed_forward_proj: Some(activation.to_owned()),
        tie_word_embeddings: None,
        scale_decoder_outputs: Some(scales_output),
        pad_token_id: None,
    };
    config.describe(Class::T5, &file.path)
}

/// The scale is rounded to a float of 32 bits, or of 16.
const SCALE_TOLERANCE: f32 = 1e-2;

/// The rows and columns of a matrix.
fn matrix(file: &ModelFile, name: &str) -> Result<[usize; 2], ConfigError> {
    let shape = shape(file, name)?;
    let matrix = <[usize; 2]>::try_from(shape);
    matrix.map_err(|_| refused(file, &format!("a network whose {name} is no matrix")))
}

/// The tensors of the checkpoint that a network of this architecture can load, and where they are.
pub(in crate::seq2seq) fn parts(file: &ModelFile, architecture: &Architecture) -> Vec<Part> {
    let mut parts = vec![Part::whole("shared.weight", DECODER_TABLE)];
    if file.target(OUTPUT_TABLE) != file.target(DECODER_TABLE) {
        parts.push(Part::whole("lm_head.weight", OUTPUT_TABLE));
    }
    let sides = [
        ("encoder", architecture.encoder_layers),
        ("decoder", architecture.decoder_layers),
    ];
    for (side, layers) in sides {
        parts.push(Part::whole(
            format!("{side}.final_layer_norm.weight"),
            format!("{side}/layer_norm/gamma"),
        ));
        parts.push(Part::whole(
            format!("{side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"),
            format!("{side}/layer_0/{BIAS}"),
        ));
        for layer in 0..layers {
            let own = format!("{side}.block.{layer}.layer");
            let other = format!("{side}/layer_{layer}");
            parts_of_layer(&own, &other, side == "decoder", architecture, &mut parts);
        }
    }
    parts
}

/// The tensors of the layer that is called `own` in a checkpoint and `other` here.
fn parts_of_layer(
    own: &str,
    other: &str,
    is_decoder: bool,
    architecture: &Architecture,
    parts: &mut Vec<Part>,
) {
    let inner = architecture.heads * architecture.head_width;
    let whole = |own_part: String, other_part: &str| {
        Part::whole(
            format!("{own}.{own_part}.weight"),
            format!("{other}/{other_part}"),
        )
    };
    // Maps that are one matrix here, one below the other.
    let stacked = |block: &str, names: &[&str], other_part: &str| -> Vec<Part> {
        let places = names.iter().enumerate();
        let part = |(place, name): (usize, &&str)| Part {
            rows: Some(place * inner..(place + 1) * inner),
            ..whole(format!("{block}.{name}"), other_part)
        };
        places.map(part).collect()
    };
    let attention = "0.SelfAttention";
    parts.push(whole(
        "0.layer_norm".into(),
        "self_attention/layer_norm/gamma",
    ));
    parts.extend(stacked(
        attention,
        &["q", "k", "v"],
        "self_attention/linear_0/weight",
    ));
    parts.push(whole(
        format!("{attention}.o"),
        "self_attention/linear_1/weight",
    ));
    let feed_forward = if is_decoder {
        let attention = "1.EncDecAttention";
        parts.push(whole("1.layer_norm".into(), "attention/layer_norm/gamma"));
        parts.push(whole(format!("{attention}.q"), "attention/linear_0/weight"));
        parts.extend(stacked(attention, &["k", "v"], "attention/linear_1/weight"));
        parts.push(whole(format!("{attention}.o"), "attention/linear_2/weight"));
        2
    } else {
        1
    };
    parts.push(whole(
        format!("{feed_forward}.layer_norm"),
        "ffn/layer_norm/gamma",
    ));
    let maps: &[(&str, &str)] = if architecture.gated {
        &[
            ("wi_0", "ffn/linear_0/weight"),
            ("wi_1", "ffn/linear_0_noact/weight"),
            ("wo", "ffn/linear_1/weight"),
        ]
    } else {
        &[("wi", "ffn/linear_0/weight"), ("wo", "ffn/linear_1/weight")]
    };
    parts.extend(maps.iter().map(|(name, other_part)| {
        whole(format!("{feed_forward}.DenseReluDense.{name}"), other_part)
    }));
}
