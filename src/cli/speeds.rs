//! How fast models were on this machine, as `translate bench` measured them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::bench::Case;
use crate::files::{AtomicFile, hex, read_text, sha256};

/// A model has a handful of cases.
const MAX_BYTES: u64 = 64 << 10;
/// What an article is translated as, about: sentences that share a batch, and the default beams.
const USUAL: &str = "8x4";

/// Tokens a second of one model, by case (`8x4`: sentences and beams).
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Speeds(BTreeMap<String, Speed>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Speed {
    pub tokens_per_second: f64,
    pub precision: String,
    pub device: String,
    pub threads: usize,
}

impl Speeds {
    /// What is kept of a model; nothing if that cannot be read.
    pub(super) fn of(model: &str, state: &Path) -> Self {
        let text = read_text(&place(model, state), MAX_BYTES);
        let speeds = text.ok().and_then(|text| serde_json::from_str(&text).ok());
        speeds.unwrap_or_default()
    }

    /// Keeps what was measured last of a case.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn keep(model: &str, state: &Path, case: Case, speed: Speed) -> io::Result<()> {
        let mut speeds = Self::of(model, state);
        speeds
            .0
            .insert(format!("{}x{}", case.batch, case.beam), speed);
        let place = place(model, state);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = AtomicFile::create(&place)?;
        serde_json::to_writer(&mut file, &speeds)?;
        file.commit().map(drop)
    }

    /// The speed that is nearest to that of an article, and its case.
    pub(super) fn usual(&self) -> Option<(&str, &Speed)> {
        let usual = self.0.get_key_value(USUAL);
        let (case, speed) = usual.or_else(|| self.0.last_key_value())?;
        Some((case, speed))
    }
}

/// A model's name may be a path.
fn place(model: &str, state: &Path) -> PathBuf {
    let digest = sha256(model.as_bytes());
    let name = hex(digest.get(..16).unwrap_or(&digest));
    state.join("speeds").join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speed(tokens_per_second: f64) -> Speed {
        Speed {
            tokens_per_second,
            precision: String::from("q8"),
            device: String::from("cpu"),
            threads: 2,
        }
    }

    #[test]
    fn what_was_measured_last_is_kept_and_the_usual_case_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let keep = |batch, beam, rate| {
            let case = Case { batch, beam };
            Speeds::keep("org/name", folder.path(), case, speed(rate)).unwrap();
        };
        assert!(Speeds::of("org/name", folder.path()).usual().is_none());
        keep(1, 1, 10.);
        keep(1, 1, 12.);
        let speeds = Speeds::of("org/name", folder.path());
        assert_eq!(speeds.usual(), Some(("1x1", &speed(12.))));
        keep(8, 4, 90.);
        let speeds = Speeds::of("org/name", folder.path());
        assert_eq!(speeds.usual(), Some(("8x4", &speed(90.))));
        assert!(Speeds::of("other", folder.path()).usual().is_none());
    }
}
