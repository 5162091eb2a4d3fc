//! Runs over many articles: folders, archives, lists and tables.

mod collections;
mod containers;
mod inputs;
pub(super) mod made;
mod many;
mod outputs;
mod refused;
mod resumed;
mod told;

use std::path::PathBuf;

use serde_json::Value;

use super::support::{FAST, Outcome, World};

/// Sentences of the memorised article, which are surely Kazakh.
const SENTENCES: [&str; 3] = [
    "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.",
    "Осылайша, 1 қалалық және 8 аудандық филиалдардағы Саяси кеңестердің құрамына 86 адам кірді.",
    "Партиялықтар екі жылда атқарылған жұмысты қорытындылап, алдағы жоспарды бекітті.",
];

impl World {
    /// Writes a file of an archive, below the working folder.
    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        self.write(name, bytes)
    }

    fn fast(&self, arguments: &[&str]) -> Outcome {
        self.translate(&[&FAST, arguments].concat())
    }

    /// Names of the files below a folder, sorted.
    pub(super) fn files(&self, folder: &str) -> Vec<String> {
        let root = self.path(folder);
        let mut folders = vec![root.clone()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in folder.read_dir().unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let below = path.strip_prefix(&root).unwrap();
                    files.push(below.to_string_lossy().into_owned());
                }
            }
        }
        files.sort();
        files
    }

    /// The JSON lines of a file.
    fn lines(&self, name: &str) -> Vec<Value> {
        let text = self.read(name);
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// What failed, and why, by an errors file.
    fn errors(&self, name: &str) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        self.lines(name)
            .iter()
            .map(|line| (text(&line["id"]), text(&line["error"]["message"])))
            .collect()
    }
}
