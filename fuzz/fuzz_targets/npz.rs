//! Any bytes as Marian's `.npz`: refused, or described, and then opened within its bounds.

#![no_main]

use audarma::model_files::{NetworkFiles, WeightFiles};
use audarma::nn::ComputeOptions;
use audarma::seq2seq::{ConvertedWeights, Description};
use audarma_fuzz::models::file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let path = file("model.npz", bytes);
    let files = NetworkFiles {
        config: path.clone(),
        generation_config: None,
        vocabulary: None,
        weights: WeightFiles::Npz(vec![path]),
    };
    if let Ok(description) = Description::read(&files) {
        let compute = ComputeOptions::exact();
        let _ = description.open(&files.weights, &compute, ConvertedWeights::default());
    }
});
