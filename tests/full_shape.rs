//! NLLB-200-distilled-600M's exact shape, with random weights, against transformers.
//!
//! Needs the folder that tests/reference/full_shape.py writes (2.5 GB), named in AUDARMA_FULL_SHAPE;
//! `.ci/full` makes it.

use std::path::PathBuf;

use audarma::generate::{EarlyStopping, Options, Request, generate};
use audarma::nn::{Placement, WeightFiles};
use audarma::seq2seq::{Checkpoint, Family, open};
use serde_json::Value;

#[test]
#[ignore = "needs a model of 2.5 GB in the folder AUDARMA_FULL_SHAPE names"]
fn generated_ids_equal_the_references_at_full_size() {
    let folder = PathBuf::from(std::env::var_os("AUDARMA_FULL_SHAPE").expect("AUDARMA_FULL_SHAPE"));
    let text = std::fs::read_to_string(folder.join("reference.json")).unwrap();
    let reference: Value = serde_json::from_str(&text).unwrap();
    let model = open(
        &Checkpoint::new(
            &folder.join("config.json"),
            &WeightFiles::Pickle(vec![folder.join("pytorch_model.bin")]),
        ),
        Family::M2m100,
        &Placement::exact(),
    )
    .unwrap();
    for case in reference["cases"].as_array().unwrap() {
        let number = |name: &str| case["options"][name].as_u64().unwrap_or(0) as usize;
        let options = Options {
            num_beams: number("num_beams"),
            length_penalty: case["options"]["length_penalty"].as_f64().unwrap_or(1.0) as f32,
            early_stopping: EarlyStopping::Heuristic,
            no_repeat_ngram_size: number("no_repeat_ngram_size"),
            min_length: 0,
            max_length: None,
            decoder_start_token: 2,
            eos_tokens: vec![2],
            forced_bos_token: reference["forced_bos_token_id"]
                .as_u64()
                .map(|id| id as u32),
            forced_eos_token: None,
            sampling: None,
        };
        let request = Request {
            source: &ids(&case["source"]),
            max_length: number("max_new_tokens") + 1,
        };
        let ours = generate(model.as_ref(), &[request], &options).unwrap();
        assert_eq!(
            ours[0].tokens,
            ids(&case["ids"])[1..],
            "{}",
            case["options"]
        );
    }
}

fn ids(value: &Value) -> Vec<u32> {
    let ids = value.as_array().unwrap().iter();
    ids.map(|id| id.as_u64().unwrap() as u32).collect()
}
