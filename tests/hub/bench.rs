//! What the tests of the hub share: a made-up model, a local hub that serves it, and an empty cache.
//!
//! Each test binary uses a part of it only.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use audarma::catalogue::{Entry, ModelSpec, resolve};
use audarma::hub::{self, HubError, HubOptions};
use audarma::model_files::ModelFiles;

use crate::local_hub::{LocalHub, Request, sha256};

pub const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
pub const REPOSITORY: &str = "made-up/tiny";
pub const WEIGHTS: &str = "model.safetensors";

/// A hub that serves one small model, and an empty cache.
pub struct Bench {
    pub hub: LocalHub,
    pub folder: tempfile::TempDir,
    pub options: HubOptions,
}

/// The made-up model: no network, just files with the right names.
pub fn model() -> BTreeMap<&'static str, Vec<u8>> {
    let weights: Vec<u8> = (0..300_000_u32)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    BTreeMap::from([
        ("README.md", b"made up for tests".to_vec()),
        ("config.json", b"{\"model_type\": \"bart\"}".to_vec()),
        ("generation_config.json", b"{\"num_beams\": 4}".to_vec()),
        ("tokenizer.json", b"{\"made\": \"up\"}".to_vec()),
        (
            "pytorch_model.bin",
            b"not wanted where there are safetensors".to_vec(),
        ),
        (WEIGHTS, weights),
    ])
}

/// An empty cache below a folder, and little patience.
pub fn options(folder: &Path, endpoint: String) -> HubOptions {
    let mut options = HubOptions::new(folder.join("huggingface/hub"), folder.join("audarma"));
    options.endpoint = endpoint;
    options.retry.pause = Duration::from_millis(1);
    options.retry.silence = Duration::from_millis(500);
    options
}

impl Bench {
    pub fn new() -> Self {
        let hub = LocalHub::start();
        hub.serve_files(REPOSITORY, COMMIT, model());
        Self::with(hub)
    }

    pub fn with(hub: LocalHub) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = options(folder.path(), hub.endpoint());
        Self {
            hub,
            folder,
            options,
        }
    }

    pub fn pull(&self, spec: &ModelSpec) -> Result<ModelFiles, HubError> {
        hub::fetch(spec, &self.options, &mut ())
    }

    pub fn repository(&self) -> PathBuf {
        self.options.cache.join("models--made-up--tiny")
    }

    pub fn pulled_weights(&self) -> Vec<u8> {
        fs::read(
            self.repository()
                .join("snapshots")
                .join(COMMIT)
                .join(WEIGHTS),
        )
        .unwrap()
    }

    /// Everything under the folder of this test, by path, with its content.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if fs::symlink_metadata(&path).unwrap().is_dir() {
                    folders.push(path);
                } else {
                    let content = fs::read(&path).unwrap_or_default();
                    found.insert(path, content);
                }
            }
        }
        found
    }

    /// No file of the cache is anything but a whole, right file of the model, a part of one that
    /// the next pull goes on with, a lock or a note.
    pub fn assert_sound(&self) {
        let right: Vec<Vec<u8>> = model().into_values().collect();
        let notes = self.options.state.clone();
        for (path, content) in self.files() {
            let name = path.file_name().unwrap().to_str().unwrap();
            let is_part = name.ends_with(".part");
            let ok = match () {
                () if path.starts_with(&notes) || name.ends_with(".lock") => true,
                () if path.parent().unwrap().ends_with("refs") => content == COMMIT.as_bytes(),
                () if path.to_string_lossy().contains(".no_exist") => content.is_empty(),
                () if is_part => right.iter().any(|whole| whole.starts_with(&content)),
                () => right.contains(&content),
            };
            assert!(ok, "{} should not be there", path.display());
            assert!(path.starts_with(self.repository()) || !right.contains(&content));
        }
    }
}

pub fn repository() -> ModelSpec {
    resolve(REPOSITORY).unwrap()
}

pub fn files_of(requests: &[Request], method: &str) -> Vec<String> {
    let asked = requests.iter().filter(|request| request.method == method);
    asked.map(|request| request.file().to_owned()).collect()
}

/// A catalogue entry of the made-up model with these files, as TOML.
pub fn entry(files: &str) -> ModelSpec {
    let text = format!(
        r#"name = "tiny"
        about = "made up"
        task = "summarization"
        protocol = "bart"
        repository = "{REPOSITORY}"
        commit = "{COMMIT}"
        download = "1 MB"
        licence = {{ id = "CC-BY-NC-4.0", notice = "not for commercial use" }}
        languages = {{ source = "eng_Latn", target = "eng_Latn" }}
        files = [{files}]"#
    );
    let entry: Entry = toml::from_str(&text).unwrap();
    ModelSpec::Catalogue(Box::leak(Box::new(entry)))
}

/// The entry with every file pinned as it is served, but for what `change` makes of the weights'.
pub fn pinned(confidence: &str, change: impl Fn(&mut u64, &mut String)) -> ModelSpec {
    let files = ["config.json", "tokenizer.json", WEIGHTS].map(|name| {
        let content = &model()[name];
        let (mut bytes, mut hash) = (content.len() as u64, sha256(content));
        if name == WEIGHTS {
            change(&mut bytes, &mut hash);
        }
        format!(
            r#"{{ name = "{name}", bytes = {bytes}, sha256 = "{hash}", confidence = "{confidence}" }}"#
        )
    });
    entry(&files.join(", "))
}
