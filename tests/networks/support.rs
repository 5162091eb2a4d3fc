//! The test networks, opened from their folders.

use std::path::{Path, PathBuf};

use audarma::model_files::{ModelFiles, NetworkFiles, TokenizerFiles};
use audarma::nn::ComputeOptions;
use audarma::seq2seq::bart::Architecture;
use audarma::seq2seq::{Description, Seq2Seq};
use audarma::translate::{Settings, Translator};

/// A file or folder of the fixtures. The path is relative: cargo runs tests in the package's folder,
/// and tests built on one machine can run in a copy of it on another.
pub fn fixture(name: &str) -> PathBuf {
    Path::new("tests/fixtures").join(name)
}

/// The files of a network in a folder of the hub's layout.
pub fn network_files(folder: &Path) -> NetworkFiles {
    ModelFiles::of_network_folder(folder).unwrap().network
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
        Description::M2m100(architecture)
        | Description::Bart(architecture)
        | Description::Marian(architecture) => architecture,
        other => panic!("{} describes {other}", files.config.display()),
    }
}

/// The translator of a network in a folder, with the tokenizer of the memorised one.
pub fn translator(folder: &Path, settings: &Settings, compute: &ComputeOptions) -> Translator {
    let files = ModelFiles {
        tokenizer: Some(TokenizerFiles::Json(fixture(
            "memorised-nllb/tokenizer.json",
        ))),
        ..ModelFiles::of_network_folder(folder).unwrap()
    };
    Translator::open(&files, settings, compute).unwrap()
}
