//! A network in Marian's own file: its settings, and which of its arrays are which tensors.
//!
//! The tensors follow Marian's `transformer.h`, as CTranslate2's converter for Marian reads them, whose
//! positions are taken as well (Marian's own rise a little faster: as 10000^(2i / (d_model - 2))).

use std::collections::HashMap;

use super::architecture::{Architecture, NormPlacement, Positions, Stack, Tables};
use crate::nn::npz::{ArrayPart, NpzFile};
use crate::nn::{Activation, Error};
use crate::seq2seq::config::{ConfigError, MAX_LAYERS, MAX_VOCABULARY, MAX_WIDTH, absurd, within};

/// What Marian's layers add to the variance in their norms (`layers/generic.h`).
const EPSILON: f32 = 1e-6;

/// Settings under which the network is the one that is computed here, and the values they may have. A
/// setting that the file does not state has the first.
const SETTINGS: [(&str, &[&str]); 24] = [
    ("type", &["transformer"]),
    ("transformer-decoder-autoreg", &["self-attention"]),
    ("transformer-ffn-activation", &["swish", "relu", "gelu"]),
    ("transformer-preprocess", &[""]),
    ("transformer-postprocess", &["dan"]),
    ("transformer-postprocess-emb", &["d", ""]),
    ("transformer-postprocess-top", &[""]),
    ("transformer-no-projection", &["false"]),
    ("transformer-no-bias", &["false"]),
    ("transformer-no-affine", &["false"]),
    ("transformer-rnn-projection", &["false"]),
    ("transformer-pool", &["false"]),
    ("transformer-tied-layers", &["[]", ""]),
    ("transformer-ffn-depth", &["2"]),
    ("transformer-decoder-ffn-depth", &["0", "2"]),
    ("transformer-train-positions", &["false"]),
    ("transformer-train-position-embeddings", &["false"]),
    ("transformer-disable-position-embeddings", &["false"]),
    ("transformer-attention-mask", &["default"]),
    ("input-types", &["[]", ""]),
    ("lemma-dim-emb", &["0"]),
    ("lemma-dependency", &[""]),
    ("right-left", &["false"]),
    ("ulr", &["false"]),
];

/// Describes the network of a file.
///
/// # Errors
/// If it is another than a transformer with attention in its decoder, normalised after each block, or
/// its sizes are absurd.
pub(in crate::seq2seq) fn describe(file: &NpzFile) -> Result<Architecture, ConfigError> {
    let settings = settings_of(&file.settings()?);
    let mut activation = "";
    for (name, known) in SETTINGS {
        let stated = settings.get(name).map(String::as_str);
        let value = stated.unwrap_or_else(|| known.first().copied().unwrap_or_default());
        if !known.contains(&value) {
            let value: String = value.chars().take(80).collect();
            return Err(ConfigError::Unsupported {
                path: file.path.clone(),
                found: format!("a network with {name}: {value}"),
            });
        }
        if name == "transformer-ffn-activation" {
            activation = known
                .iter()
                .find(|known| **known == value)
                .copied()
                .unwrap_or_default();
        }
    }
    let number = |field: &'static str, most: usize| {
        let stated = settings.get(field).map_or("", String::as_str);
        let Ok(value) = stated.parse() else {
            let stated: String = stated.chars().take(80).collect();
            return Err(absurd(&file.path, field, stated, format!("1 to {most}")));
        };
        within(&file.path, field, value, most)?;
        Ok(value)
    };
    let d_model = number("dim-emb", MAX_WIDTH)?;
    let heads = number("transformer-heads", MAX_WIDTH)?;
    if !d_model.is_multiple_of(heads) {
        let expected = format!("a divisor of dim-emb, {d_model}");
        return Err(absurd(&file.path, "transformer-heads", heads, expected));
    }
    let stack = |side: &str, field| {
        Ok::<_, ConfigError>(Stack {
            layers: number(field, MAX_LAYERS)?,
            heads,
            feed_forward: dim(file, &[format!("{side}_l1_ffn_W1")], 1, MAX_WIDTH)?,
        })
    };
    let has_sides = file.shape("Wemb").is_none();
    let has_output = OUTPUTS.iter().any(|name| file.shape(name).is_some());
    Ok(Architecture {
        vocabulary: dim(file, &tables("decoder"), 0, MAX_VOCABULARY)?,
        source_vocabulary: dim(file, &tables("encoder"), 0, MAX_VOCABULARY)?,
        d_model,
        encoder: stack("encoder", "enc-depth")?,
        decoder: stack("decoder", "dec-depth")?,
        norms: NormPlacement::Post,
        epsilon: EPSILON,
        positions: Positions::Marian { max: None },
        starts_from_zero: true,
        embedding_scale: (d_model as f64).sqrt(),
        embedding_norm: false,
        activation: match activation {
            "relu" => Activation::Relu,
            "gelu" => Activation::GeluSigmoid,
            _ => Activation::Swish,
        },
        tables: match (has_output, has_sides) {
            (true, _) => Tables::Separate,
            (false, true) => Tables::BySide,
            (false, false) => Tables::Shared,
        },
        output_bias: true,
        // Nothing is padded with a token: positions of its own have every token.
        padding: 0,
    })
}

/// The settings by name, from YAML as Marian writes it: a line each, and the items of a list below their
/// name.
fn settings_of(text: &str) -> HashMap<String, String> {
    let mut settings: HashMap<String, String> = HashMap::new();
    let mut last = None;
    for line in text.lines() {
        let is_item = line.starts_with([' ', '-']);
        match (line.split_once(':'), &last) {
            (Some((name, value)), _) if !is_item => {
                let value = value.trim().trim_matches(['"', '\'']);
                settings.insert(name.to_owned(), value.to_owned());
                last = Some(name);
            }
            (_, Some(last)) if is_item => {
                let value = settings.entry((*last).to_owned()).or_default();
                value.push_str(line.trim());
            }
            _ => {}
        }
    }
    settings
}

/// The names that a side's token table may have.
fn tables(side: &str) -> [String; 2] {
    [format!("{side}_Wemb"), String::from("Wemb")]
}

/// A dimension of the first of these arrays that is there.
fn dim(file: &NpzFile, names: &[String], place: usize, most: usize) -> Result<usize, ConfigError> {
    let shape = names.iter().find_map(|name| file.shape(name));
    let missing = || {
        ConfigError::Weights(Error::Missing {
            name: names.last().cloned().unwrap_or_default(),
            files: file.path.display().to_string(),
        })
    };
    let value = shape.ok_or_else(missing)?.get(place).copied().unwrap_or(0);
    within(
        &file.path,
        if place == 0 {
            "tokens"
        } else {
            "feed-forward width"
        },
        value,
        most,
    )?;
    Ok(value)
}

/// The output's table, where it is not the decoder's: `[d_model, tokens]`, or `[tokens, d_model]`.
const OUTPUTS: [&str; 2] = ["decoder_ff_logit_out_W", "decoder_ff_logit_out_Wt"];
/// The projections of an attention: in a checkpoint and here.
const PROJECTIONS: [(&str, &str); 4] = [
    ("q_proj", "q"),
    ("k_proj", "k"),
    ("v_proj", "v"),
    ("out_proj", "o"),
];

/// The tensors of the checkpoint that a network of this architecture can load, and where they are.
pub(in crate::seq2seq) fn parts(architecture: &Architecture) -> Vec<ArrayPart> {
    let table = |name: &str, arrays: Vec<String>, is_transposed| ArrayPart {
        name: name.to_owned(),
        arrays,
        is_transposed,
        is_vector: false,
    };
    let [turned, straight] = OUTPUTS.map(String::from);
    let mut parts = vec![
        table(
            "model.encoder.embed_tokens.weight",
            tables("encoder").to_vec(),
            false,
        ),
        table(
            "model.decoder.embed_tokens.weight",
            tables("decoder").to_vec(),
            false,
        ),
        // Of two parts of one name the second counts.
        table("lm_head.weight", vec![straight], false),
        table("lm_head.weight", vec![turned], true),
        table(
            "final_logits_bias",
            vec![String::from("decoder_ff_logit_out_b")],
            false,
        ),
    ];
    for (side, stack) in [
        ("encoder", &architecture.encoder),
        ("decoder", &architecture.decoder),
    ] {
        for layer in 0..stack.layers {
            let own = format!("model.{side}.layers.{layer}");
            let other = format!("{side}_l{}", layer + 1);
            parts_of_layer(&own, &other, side == "decoder", &mut parts);
        }
    }
    parts
}

/// The tensors of the layer that is called `own` in a checkpoint and `other` here.
fn parts_of_layer(own: &str, other: &str, has_cross: bool, parts: &mut Vec<ArrayPart>) {
    let mut add = |name: String, array: String, is_transposed| {
        parts.push(ArrayPart {
            name,
            arrays: vec![array],
            is_transposed,
            is_vector: !is_transposed,
        });
    };
    let mut linear = |own: &str, other: &str, end: &str| {
        add(format!("{own}.weight"), format!("{other}_W{end}"), true);
        add(format!("{own}.bias"), format!("{other}_b{end}"), false);
    };
    let attentions = [("self_attn", "self"), ("encoder_attn", "context")];
    for (own_part, other_part) in attentions.into_iter().take(1 + usize::from(has_cross)) {
        for (own_end, end) in PROJECTIONS {
            linear(
                &format!("{own}.{own_part}.{own_end}"),
                &format!("{other}_{other_part}"),
                end,
            );
        }
    }
    for (own_part, end) in [("fc1", "1"), ("fc2", "2")] {
        linear(&format!("{own}.{own_part}"), &format!("{other}_ffn"), end);
    }
    for (own_part, other_part) in [
        ("self_attn_layer_norm", "self_Wo"),
        ("encoder_attn_layer_norm", "context_Wo"),
        ("final_layer_norm", "ffn_ffn"),
    ] {
        for (own_end, end) in [("weight", "scale"), ("bias", "bias")] {
            add(
                format!("{own}.{own_part}.{own_end}"),
                format!("{other}_{other_part}_ln_{end}"),
                false,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_a_line_each_and_lists_below_their_names() {
        let text = "type: transformer\ndim-vocabs:\n  - 64000\n  - 64000\n\
                    transformer-preprocess: \"\"\ntransformer-tied-layers:\n  []\ninput-types: []\n";
        let settings = settings_of(text);
        assert_eq!(settings["type"], "transformer");
        assert_eq!(settings["transformer-preprocess"], "");
        assert_eq!(settings["transformer-tied-layers"], "[]");
        assert_eq!(settings["input-types"], "[]");
        assert_eq!(settings["dim-vocabs"], "- 64000- 64000");
    }
}
