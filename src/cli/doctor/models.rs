//! The models that are here, and those that a first run downloads.

use std::path::PathBuf;

use serde::Serialize;

use crate::catalogue::{Entry, Task, entries};
use crate::hub::{self, HubOptions, ModelState};

/// The models in the cache, and those that a run takes where none is named.
#[derive(Debug, Serialize)]
pub(super) struct Models {
    /// Where models are kept.
    folder: PathBuf,
    /// Names of those that are complete.
    complete: Vec<String>,
    /// Names of those that a pull has left unfinished.
    partial: Vec<String>,
    /// What a first run would download, in words.
    to_pull: Vec<String>,
    /// Why the cache cannot be read.
    problem: Option<String>,
}

impl Models {
    /// `has_cuda` tells whether a run computes on a CUDA device.
    pub(super) fn of(hub: &HubOptions, has_cuda: bool) -> Self {
        let (listed, problem) = match hub::list(hub) {
            Ok(listed) => (listed, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        let named = |state: ModelState| {
            let models = listed.iter().filter(|model| model.state == state);
            models.map(|model| model.name.clone()).collect::<Vec<_>>()
        };
        let complete = named(ModelState::Complete);
        let is_here = |entry: &&Entry| complete.contains(&entry.name);
        // The first of each task is its default, and integers take its place on a CPU.
        let integers = |entry: &Entry| entry.as_integers().filter(|_| !has_cuda);
        let defaults = [Task::Translation, Task::Summarization].into_iter();
        let defaults =
            defaults.filter_map(|task| entries().iter().find(|entry| entry.task == task));
        let to_pull =
            defaults.filter(|entry| !is_here(entry) && !integers(entry).iter().any(is_here));
        let to_pull = to_pull.map(|entry| integers(entry).unwrap_or(entry));
        let to_pull = to_pull
            .map(|entry| format!("{} ({}, {})", entry.name, entry.download, entry.licence.id))
            .collect();
        Self {
            folder: hub.cache.clone(),
            partial: named(ModelState::Partial),
            complete,
            to_pull,
            problem,
        }
    }

    pub(super) fn to_text(&self) -> String {
        if let Some(problem) = &self.problem {
            return problem.clone();
        }
        let mut parts = vec![match self.complete.as_slice() {
            [] => String::from("none here"),
            names => names.join(", "),
        }];
        if !self.partial.is_empty() {
            parts.push(format!("not complete: {}", self.partial.join(", ")));
        }
        if !self.to_pull.is_empty() {
            let to_pull = self.to_pull.join(" and ");
            parts.push(format!("the first run downloads {to_pull}"));
        }
        format!("{}; in {}", parts.join("; "), self.folder.display())
    }
}
