//! Any bytes as a config.json and a generation_config.json: refused or read, without a panic.

#![no_main]

use audarma::generate::Options;
use audarma::model_files::{NetworkFiles, WeightFiles};
use audarma::seq2seq::Description;
use audarma_fuzz::models::file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let config = file("config.json", bytes);
    let files = NetworkFiles {
        config: config.clone(),
        generation_config: Some(config.clone()),
        vocabulary: None,
        weights: WeightFiles::Pickle(Vec::new()),
    };
    if let Ok(description) = Description::read(&files) {
        let _ = description.vocabulary();
    }
    let _ = Options::read(Some(&config), &config);
});
