//! The jobs that the server knows, within bounds of number, memory and time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::job::Job;
use super::random_id;
use crate::document::Document;
use crate::files::{read_file, remove_file};
use crate::serve::http::ApiError;

/// Maximum jobs, finished ones among them.
pub(super) const MAX_JOBS: usize = 512;
/// How long a job is known after its end.
pub(super) const LIFETIME: Duration = Duration::from_secs(3600);
/// Bytes of the inputs of all jobs; a document takes a few times as much.
const MAX_BYTES: usize = 128 << 20;
/// Bytes of a kept document.
const MAX_KEPT_BYTES: u64 = 256 << 20;

/// All jobs by their numbers.
#[derive(Default)]
pub(in crate::serve) struct Jobs {
    all: Mutex<BTreeMap<String, Arc<Job>>>,
}

impl Jobs {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Job>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a job. Where there is no room, those that ended first are forgotten.
    ///
    /// # Errors
    /// If there is no room.
    pub(super) fn add(&self, name: String, bytes: usize) -> Result<Arc<Job>, ApiError> {
        let mut all = self.all();
        forget_old(&mut all);
        let mut sum: usize = all.values().map(|job| job.bytes).sum();
        while all.len() >= MAX_JOBS || (sum > 0 && sum.saturating_add(bytes) > MAX_BYTES) {
            let ended = all.values().filter_map(|job| Some((job.ended()?, job)));
            let Some(id) = ended
                .min_by_key(|(ended, _)| *ended)
                .map(|(_, job)| job.id())
            else {
                return Err(ApiError::unavailable("the server is busy", 30));
            };
            sum -= all.remove(&id).map_or(0, |job| job.bytes);
        }
        let id = random_id()?;
        let job = Arc::new(Job::new(id.clone(), name, bytes));
        all.insert(id, Arc::clone(&job));
        Ok(job)
    }

    /// The job with this number; one that was kept in a folder counts.
    pub(super) async fn find(&self, id: &str, keep: Option<&Path>) -> Option<Arc<Job>> {
        {
            let mut all = self.all();
            forget_old(&mut all);
            if let Some(job) = all.get(id) {
                return Some(Arc::clone(job));
            }
        }
        let path = kept_path(keep?, id)?;
        let read = tokio::task::spawn_blocking(move || read_file(&path, MAX_KEPT_BYTES));
        let bytes = read.await.ok()?.ok()??;
        let document: Document = serde_json::from_slice(&bytes).ok()?;
        let job = Job::new(id.to_owned(), document.id.clone(), 0);
        job.finish(Arc::new(document));
        Some(Arc::new(job))
    }

    /// Forgets a job, and what was kept of it; whether there was one.
    pub(super) async fn remove(&self, id: &str, keep: Option<&Path>) -> bool {
        let job = self.all().remove(id);
        if let Some(job) = &job {
            job.abort("the article was removed");
        }
        let path = keep.and_then(|folder| kept_path(folder, id));
        let was_kept = match path {
            Some(path) => {
                tokio::task::spawn_blocking(move || path.is_file() && remove_file(&path).is_ok())
                    .await
                    .unwrap_or(false)
            }
            None => false,
        };
        job.is_some() || was_kept
    }

    /// Gives up what is not done.
    pub(in crate::serve) fn stop(&self) {
        for job in self.all().values() {
            if job.ended().is_none() {
                job.abort("the server is stopping");
            }
        }
    }
}

fn forget_old(all: &mut BTreeMap<String, Arc<Job>>) {
    let is_old = |job: &Job| job.ended().is_some_and(|ended| ended.elapsed() >= LIFETIME);
    all.retain(|_, job| !is_old(job));
}

/// Where the document of a job is kept; `None` if that is no number of a job.
pub(super) fn kept_path(folder: &Path, id: &str) -> Option<PathBuf> {
    let is_id = id.len() == 32
        && id
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_id.then(|| folder.join(format!("{id}.json")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jobs_that_ended_first_make_room() {
        let jobs = Jobs::default();
        let first = jobs.add("a".into(), 1).unwrap();
        let second = jobs.add("b".into(), MAX_BYTES - 1).unwrap();
        assert_eq!(jobs.add("c".into(), 1).err().unwrap().status, 503);
        second.fail(ApiError::bad("no article"));
        first.fail(ApiError::bad("no article"));
        assert!(jobs.add("c".into(), 1).is_ok());
        assert!(jobs.all().contains_key(&first.id()));
        assert!(!jobs.all().contains_key(&second.id()));
    }

    #[test]
    fn only_a_number_of_a_job_names_a_file() {
        let folder = Path::new("/kept");
        assert!(kept_path(folder, &"0123456789abcdef".repeat(2)).is_some());
        for id in ["", "..", "../x", "0123", &"g".repeat(32), &"/".repeat(32)] {
            assert_eq!(kept_path(folder, id), None, "{id}");
        }
    }
}
