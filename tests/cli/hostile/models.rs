//! Model folders: configurations, tokenizers and weights that are not what they should be.

use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::path::Path;

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::attack::Attack;
use super::texts::random_bytes;

pub fn attacks() -> Vec<Attack> {
    let kinds = [configurations(), tokenizers(), weights(), pickles()];
    kinds.into_iter().flatten().collect()
}

/// A field of a JSON file with another value.
fn field(attack: &str, file: &'static str, name: &'static str, value: Value) -> Attack {
    Attack::model(attack, move |model| {
        let path = model.join(file);
        let mut json: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        json[name] = value.clone();
        fs::write(path, json.to_string()).unwrap();
    })
}

/// A file with other bytes; the folder has no other weights than these.
fn file(
    attack: &str,
    name: &'static str,
    make: impl Fn() -> Vec<u8> + Send + Sync + 'static,
) -> Attack {
    Attack::model(attack, move |model| {
        if is_weights(name) {
            fs::remove_file(model.join("pytorch_model.bin")).unwrap();
        }
        fs::write(model.join(name), make()).unwrap();
    })
}

fn is_weights(name: &str) -> bool {
    name.contains("model.")
}

fn configurations() -> Vec<Attack> {
    let config = |name: &str, field_name, value| field(name, "config.json", field_name, value);
    let generation =
        |name: &str, field_name, value| field(name, "generation_config.json", field_name, value);
    vec![
        config("model-layers", "encoder_layers", json!(200))
            .fails("")
            .quick(),
        config("model-layers-huge", "decoder_layers", json!(u64::MAX)).fails(""),
        config("model-layers-negative", "encoder_layers", json!(-1)).fails(""),
        config("model-size-none", "d_model", json!(0)).fails(""),
        config("model-size-huge", "d_model", json!(1_u64 << 62)).fails(""),
        config("model-heads-none", "encoder_attention_heads", json!(0)).fails(""),
        config("model-heads-odd", "decoder_attention_heads", json!(7)).fails(""),
        config(
            "model-vocabulary-huge",
            "vocab_size",
            json!(999_999_999_999_u64),
        )
        .fails(""),
        config(
            "model-positions-huge",
            "max_position_embeddings",
            json!(u64::MAX),
        )
        .survived(),
        config(
            "model-activation",
            "activation_function",
            json!("\u{1b}[2J"),
        )
        .fails(""),
        config("model-type-text", "model_type", json!({"a": [1]})).fails(""),
        config(
            "model-type-signs",
            "model_type",
            json!("\u{202e}\u{1b}]0;x\u{7}"),
        )
        .fails(""),
        generation("model-start", "decoder_start_token_id", json!(99_999)).fails(""),
        generation("model-start-negative", "decoder_start_token_id", json!(-5)).fails(""),
        generation("model-beams", "num_beams", json!(1_u64 << 40)).survived(),
        generation("model-length", "max_length", json!(u64::MAX)).survived(),
        generation("model-penalty", "length_penalty", json!("NaN")).survived(),
        generation("model-bans", "bad_words_ids", json!([[1, 2]])).survived(),
        file("model-config-deep", "config.json", || {
            b"[".repeat(1_000_000)
        })
        .fails(""),
        file("model-config-empty", "config.json", Vec::new).fails(""),
        file("model-config-null", "config.json", || b"null".to_vec()).fails(""),
        file("model-config-random", "config.json", || {
            random_bytes(20, 10_000)
        })
        .fails(""),
        file("model-config-large", "config.json", || {
            b" ".repeat(100 << 20)
        })
        .fails(""),
        file("model-generation-deep", "generation_config.json", || {
            b"{\"a\":".repeat(500_000)
        })
        .fails(""),
        Attack::model("model-config-gone", |model| {
            fs::remove_file(model.join("config.json")).unwrap();
        })
        .fails(""),
        Attack::model("model-config-folder", |model| {
            fs::remove_file(model.join("config.json")).unwrap();
            fs::create_dir(model.join("config.json")).unwrap();
        })
        .fails(""),
    ]
}

/// The tokenizer with a part changed.
fn tokenizer(attack: &str, part: &'static str, make: fn() -> Value) -> Attack {
    Attack::model(attack, move |model| {
        let path = model.join("tokenizer.json");
        let mut json: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        json[part] = make();
        fs::write(path, json.to_string()).unwrap();
    })
}

fn tokenizers() -> Vec<Attack> {
    vec![
        tokenizer(
            "model-map-empty",
            "normalizer",
            || json!({"type": "Precompiled", "precompiled_charsmap": ""}),
        )
        .fails(""),
        tokenizer(
            "model-normalizer-unknown",
            "normalizer",
            || json!({"type": "\u{1b}[2J"}),
        )
        .fails(""),
        tokenizer(
            "model-vocabulary-none",
            "model",
            || json!({"type": "BPE", "vocab": {}, "merges": []}),
        )
        .survived(),
        tokenizer(
            "model-tokens-far",
            "added_tokens",
            || json!([{"id": 4_000_000_000_u64, "content": "</s>", "special": true}]),
        )
        .fails(""),
        tokenizer("model-normalizers-doubling", "normalizer", || {
            json!({"type": "Sequence", "normalizers": doubling("а", 30)})
        })
        .fails(""),
        tokenizer("model-decoders-doubling", "decoder", || {
            json!({"type": "Sequence", "decoders": doubling("e", 30)})
        })
        .fails(""),
        tokenizer("model-steps-many", "normalizer", || {
            json!({"type": "Sequence", "normalizers": vec![json!({"type": "NFKC"}); 100_000]})
        })
        .fails(""),
        tokenizer("model-steps-deep", "normalizer", || {
            let step = json!({"type": "NFKC"});
            (0..100).fold(step, |inner, _| {
                json!({"type": "Sequence", "normalizers": [inner]})
            })
        })
        .fails(""),
        tokenizer("model-map-slashes", "normalizer", || {
            json!({"type": "Precompiled", "precompiled_charsmap": "/".repeat(400_000)})
        })
        .fails(""),
        tokenizer("model-map-random", "normalizer", || {
            let letters = random_bytes(24, 40_000);
            let base64: String = letters.iter().map(|byte| char::from(b'A' + byte % 26)).collect();
            json!({"type": "Precompiled", "precompiled_charsmap": base64})
        })
        .fails(""),
        tokenizer("model-pattern-slow", "normalizer", || {
            json!({"type": "Replace", "pattern": {"Regex": "(\\w+)+$"}, "content": ""})
        })
        .survived(),
        tokenizer("model-pattern-large", "normalizer", || {
            json!({"type": "Replace", "pattern": {"Regex": "((a{999}){999}){999}"}, "content": ""})
        })
        .fails(""),
        tokenizer("model-prefix-long", "normalizer", || {
            json!({"type": "Prepend", "prepend": "x".repeat(10_000_000)})
        })
        .fails(""),
        tokenizer("model-tokens-many", "added_tokens", || {
            let token = |n: u32| json!({"id": n, "content": format!("t{n}"), "special": true});
            (0..200_000).map(token).collect()
        })
        .survived(),
        file("model-tokenizer-deep", "tokenizer.json", || {
            b"[".repeat(1_000_000)
        })
        .fails(""),
        file("model-tokenizer-random", "tokenizer.json", || {
            random_bytes(21, 100_000)
        })
        .fails(""),
        file("model-tokenizer-empty", "tokenizer.json", Vec::new).fails(""),
        Attack::model("model-tokenizer-cut", |model| {
            let path = model.join("tokenizer.json");
            let bytes = fs::read(&path).unwrap();
            fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        })
        .fails(""),
    ]
}

/// Steps that each double a letter.
fn doubling(letter: &str, count: usize) -> Vec<Value> {
    let step = json!({
        "type": "Replace",
        "pattern": {"String": letter},
        "content": letter.repeat(2)
    });
    vec![step; count]
}

/// A file of weights whose header says this.
fn safetensors(header: &str) -> Vec<u8> {
    let length = (header.len() as u64).to_le_bytes();
    [&length[..], header.as_bytes(), &[0; 64]].concat()
}

fn weights() -> Vec<Attack> {
    let name = "model.safetensors";
    let tensor = |attack: &str, header: &'static str| {
        file(attack, name, move || safetensors(header)).fails("")
    };
    vec![
        file("model-weights-empty", name, Vec::new)
            .fails("")
            .quick(),
        file("model-weights-random", name, || random_bytes(22, 100_000)).fails(""),
        file("model-weights-header-huge", name, || {
            [&[0xff; 8][..], &[0; 100]].concat()
        })
        .fails(""),
        file("model-weights-header-deep", name, || {
            safetensors(&"[".repeat(1_000_000))
        })
        .fails(""),
        tensor("model-weights-none", "{}"),
        tensor(
            "model-weights-beyond",
            "{\"a\": {\"dtype\": \"F32\", \"shape\": [4611686018427387904], \"data_offsets\": [0, 18446744073709551615]}}",
        ),
        tensor(
            "model-weights-negative",
            "{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [16, 8]}}",
        ),
        tensor(
            "model-weights-shape",
            "{\"a\": {\"dtype\": \"F32\", \"shape\": [4294967296, 4294967296], \"data_offsets\": [0, 64]}}",
        ),
        tensor(
            "model-weights-type",
            "{\"a\": {\"dtype\": \"\\u001b[2J\", \"shape\": [2], \"data_offsets\": [0, 8]}}",
        ),
        file("model-index-up", "model.safetensors.index.json", || {
            json!({"weight_map": {"a": "../../../../etc/passwd"}})
                .to_string()
                .into()
        })
        .fails(""),
        file("model-index-root", "model.safetensors.index.json", || {
            json!({"weight_map": {"a": "/etc/passwd"}})
                .to_string()
                .into()
        })
        .fails(""),
        file("model-index-itself", "model.safetensors.index.json", || {
            json!({"weight_map": {"a": "model.safetensors.index.json"}})
                .to_string()
                .into()
        })
        .fails(""),
        file("model-checkpoint-page", "pytorch_model.bin", || {
            b"<html>403 Forbidden</html>".to_vec()
        })
        .fails(""),
        file("model-checkpoint-random", "pytorch_model.bin", || {
            random_bytes(23, 100_000)
        })
        .fails(""),
        Attack::model("model-checkpoint-cut", |model| {
            let path = model.join("pytorch_model.bin");
            let bytes = fs::read(&path).unwrap();
            fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        })
        .fails(""),
        Attack::model("model-weights-gone", |model| {
            remove(model, "pytorch_model.bin");
        })
        .fails(""),
    ]
}

fn remove(model: &Path, file: &str) {
    fs::remove_file(model.join(file)).unwrap();
}

/// The checkpoint with another list of tensors, which is refused.
fn pickle(attack: &str, make: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Attack {
    let change = move |model: &Path| {
        let path = model.join("pytorch_model.bin");
        let mut from = ZipArchive::new(File::open(&path).unwrap()).unwrap();
        let mut to = ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..from.len() {
            let entry = from.by_index_raw(index).unwrap();
            let name = entry.name().unwrap().into_owned();
            if name.ends_with("data.pkl") {
                to.start_file(name, SimpleFileOptions::default()).unwrap();
                to.write_all(&make()).unwrap();
            } else {
                to.raw_copy_file(entry).unwrap();
            }
        }
        fs::write(path, to.finish().unwrap().into_inner()).unwrap();
    };
    Attack::model(attack, change).fails("")
}

/// Lists of tensors that become too much, or that ask for more than tensors.
fn pickles() -> Vec<Attack> {
    /// Protocol 2.
    const START: &[u8] = b"\x80\x02";
    vec![
        pickle("model-pickle-copies", || {
            // Each tuple holds the one before it twice.
            let pair = |n: u8| [b'h', n, b'h', n, 0x86, b'q', n + 1];
            let pairs: Vec<u8> = (0..60).flat_map(pair).collect();
            [START, b"}q\0", &pairs, b"."].concat()
        })
        .quick(),
        pickle("model-pickle-lists", || {
            let pair = |n: u8| [b"](", &[b'h', n, b'h', n][..], b"eq", &[n + 1]].concat();
            let pairs: Vec<u8> = (0..60).flat_map(pair).collect();
            [START, b"}q\0", &pairs, b"."].concat()
        }),
        pickle("model-pickle-text", || {
            [START, b"X\xff\xff\xff\xffx."].concat()
        }),
        pickle("model-pickle-number", || {
            [START, b"\x8b\xff\xff\xff\x7f1."].concat()
        }),
        pickle("model-pickle-digits", || {
            [START, b"L", &b"9".repeat(3_000_000), b"L\n."].concat()
        }),
        pickle("model-pickle-deep", || {
            [START, b")", &b"\x85".repeat(3_000_000), b"."].concat()
        }),
        pickle("model-pickle-marks", || {
            [START, &b"(".repeat(3_000_000), b"."].concat()
        }),
        pickle("model-pickle-itself", || [START, b"]q\0h\0a."].concat()),
        pickle("model-pickle-memo", || {
            [START, b"}r\xff\xff\xff\x7f."].concat()
        }),
        pickle("model-pickle-memo-none", || [START, b"h\x09."].concat()),
        pickle("model-pickle-frame", || {
            [b"\x80\x04\x95", &[0xff; 8][..], b"}."].concat()
        }),
        pickle("model-pickle-calls", || {
            [START, b"cposix\nsystem\n(X\x0c\0\0\0touch /evil.tR."].concat()
        }),
        pickle("model-pickle-builds", || {
            [START, b"ccollections\nOrderedDict\n)R}b."].concat()
        }),
        pickle("model-pickle-empty", Vec::new),
        pickle("model-pickle-open", || [START, b"}("].concat()),
        pickle("model-pickle-large", || {
            [START, &b"N0".repeat(8_000_000), b"}."].concat()
        }),
        pickle("model-pickle-random", || {
            [START, &random_bytes(25, 100_000)].concat()
        }),
    ]
}
