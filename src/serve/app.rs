//! What all requests share.

use std::sync::{Arc, OnceLock};

use tokio::sync::Semaphore;

use super::articles::Jobs;
use super::engine::{Engine, QueueLimits};
use super::http::{ApiError, BodyBudget};
use super::languages::Languages;
use super::libretranslate::Downloads;
use super::metrics::Metrics;
use super::rate::RateLimit;
use super::server::Options;
use crate::archive::finished::MAX_SEARCHES;
use crate::article_reader::ArticleReader;
use crate::pipeline::Pipeline;

/// Bytes of the inputs that wait or are in work.
const MAX_QUEUE_BYTES: usize = 128 << 20;
/// Articles that are read at a time.
const MAX_READING: usize = 4;
/// Files in their own format that are in memory at a time, from being parsed to being written.
const MAX_FILES: usize = 4;
/// Pages that are fetched at a time.
const MAX_FETCHING: usize = 8;

/// The server's state.
pub(super) struct App {
    pub options: Options,
    pub engine: Engine,
    pub reader: ArticleReader,
    /// Permits to read articles.
    pub reading: Arc<Semaphore>,
    /// Permits to hold a file that comes back in its own format.
    pub files: Arc<Semaphore>,
    /// Permits to fetch pages of the web.
    pub fetching: Arc<Semaphore>,
    /// Permits to ask the archive.
    pub searches: Arc<Semaphore>,
    pub rate: RateLimit,
    pub bodies: BodyBudget,
    pub metrics: Metrics,
    pub articles: Jobs,
    pub downloads: Downloads,
    loaded: OnceLock<Loaded>,
}

/// What there is when the models are loaded.
pub(super) struct Loaded {
    pub pipeline: Arc<Pipeline>,
    pub languages: Languages,
}

impl App {
    pub(super) fn new(options: Options, reader: ArticleReader) -> Self {
        let engine = Engine::new(QueueLimits {
            jobs: options.queue,
            bytes: MAX_QUEUE_BYTES,
        });
        Self {
            engine,
            reader,
            reading: Arc::new(Semaphore::new(MAX_READING)),
            files: Arc::new(Semaphore::new(MAX_FILES)),
            fetching: Arc::new(Semaphore::new(MAX_FETCHING)),
            searches: Arc::new(Semaphore::new(MAX_SEARCHES)),
            rate: RateLimit::new(options.requests_per_minute),
            bodies: BodyBudget::default(),
            metrics: Metrics::default(),
            articles: Jobs::default(),
            downloads: Downloads::default(),
            loaded: OnceLock::new(),
            options,
        }
    }

    /// Makes the server ready; the models it gets first stay.
    pub(super) fn load(&self, pipeline: Arc<Pipeline>) {
        let languages = Languages::of(&pipeline);
        let _ = self.loaded.set(Loaded {
            pipeline,
            languages,
        });
    }

    /// The models.
    ///
    /// # Errors
    /// If they are still being loaded.
    pub(super) fn loaded(&self) -> Result<&Loaded, ApiError> {
        let loading = || ApiError::unavailable("the models are being loaded", 5);
        self.loaded.get().ok_or_else(loading)
    }

    /// Whether it does all that it is going to do.
    pub(super) fn is_ready(&self) -> bool {
        !self.options.translates || self.loaded.get().is_some()
    }
}
