//! The test networks, opened from their folders.

use std::path::{Path, PathBuf};

use audarma::model_files::{NetworkFiles, WeightFiles};
use audarma::nn::ComputeOptions;
use audarma::seq2seq::bart::Architecture;
use audarma::seq2seq::{Description, Seq2Seq};

/// The files of a network in a folder of the hub's layout.
pub fn network_files(folder: &Path) -> NetworkFiles {
    let is_weights = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("model") && name.ends_with(".safetensors")
    };
    let entries = folder.read_dir().unwrap();
    let mut weights: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(is_weights)
        .collect();
    weights.sort();
    let generation_config = folder.join("generation_config.json");
    NetworkFiles {
        config: folder.join("config.json"),
        generation_config: generation_config.exists().then_some(generation_config),
        weights: match weights.is_empty() {
            true => WeightFiles::Pickle(vec![folder.join("pytorch_model.bin")]),
            false => WeightFiles::Safetensors(weights),
        },
    }
}

pub fn open(folder: &Path, compute: &ComputeOptions) -> Box<dyn Seq2Seq> {
    let files = network_files(folder);
    let description = Description::read(&files).unwrap();
    description
        .open(&files.weights, compute, Default::default())
        .unwrap()
}

/// What a network of the BART family is made of.
pub fn architecture(files: &NetworkFiles) -> Architecture {
    match Description::read(files).unwrap() {
        Description::M2m100(architecture) | Description::Bart(architecture) => architecture,
        other => panic!("{} describes {other}", files.config.display()),
    }
}
