//! Any bytes as a GGUF file: refused or listed, within its bounds.

#![no_main]

use audarma::model_files::WeightFiles;
use audarma_fuzz::models::{file, open};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    open(&WeightFiles::Gguf(vec![file("a.gguf", bytes)]));
});
