//! From what a client sent to a document.

use std::fs::remove_file;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::content::Content;
use super::job::Job;
use super::jobs::kept_path;
use super::unread::unread;
use crate::archive::Record;
use crate::document::Document;
use crate::files::AtomicFile;
use crate::input::MAX_ARTICLE_BYTES;
use crate::language::code_of;
use crate::pipeline::{self, ParsedArticle};
use crate::report::{self, Format, Style};
use crate::serve::app::App;
use crate::serve::engine::{EngineError, Place};
use crate::serve::fetch::fetch;
use crate::serve::http::ApiError;
use crate::serve::libretranslate::check_characters;

/// Begins to work on a job, which has its place in the queue.
pub(super) fn start(
    app: &Arc<App>,
    job: &Arc<Job>,
    place: Place,
    content: Content,
    language: Option<String>,
) {
    let (app, own) = (Arc::clone(app), Arc::clone(job));
    let task = tokio::spawn(async move {
        let _ended = Ended(Arc::clone(&own));
        let shared = Arc::clone(&own);
        let progress = move |(sentences, done)| shared.progress(sentences, done);
        match translated(&app, &place, content, language, &progress).await {
            Ok(document) => {
                let document = Arc::new(document);
                if let Some(folder) = &app.options.keep {
                    keep(folder, &own, &document).await;
                }
                own.finish(document);
            }
            Err(error) => own.fail(error),
        }
    });
    job.begin(task.abort_handle());
}

/// Has a job end in any case: without it, one whose task panics would run for ever.
struct Ended(Arc<Job>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.fail(ApiError::internal());
    }
}

/// Reads, translates and summarises an article. `progress` is told its sentences and how many of them
/// are done.
///
/// # Errors
/// If it cannot be read, or the models fail.
pub(in crate::serve) async fn translated<P>(
    app: &Arc<App>,
    place: &Place,
    content: Content,
    language: Option<String>,
    progress: &P,
) -> Result<Document, ApiError>
where
    P: Fn((usize, usize)) + Clone + Send + 'static,
{
    let started = Instant::now();
    let parsed = read(app, content, language).await?;
    let pipeline = Arc::clone(&app.loaded()?.pipeline);
    let planned = {
        let pipeline = Arc::clone(&pipeline);
        tokio::task::spawn_blocking(move || pipeline.plan(parsed))
            .await
            .map_err(|_| ApiError::internal())?
            .map_err(EngineError::from)?
    };
    let units = planned.units().to_vec();
    check_characters(app, units.iter().map(|unit| unit.text.as_str()))?;
    let sentences = units.len();
    progress((sentences, 0));
    let told = progress.clone();
    let told = Box::new(move |done| told((sentences, done)));
    let hypotheses = place.translate(units, Some(told)).await?;
    let article = {
        let pipeline = Arc::clone(&pipeline);
        tokio::task::spawn_blocking(move || pipeline.place(planned, &hypotheses))
            .await
            .map_err(|_| ApiError::internal())?
            .map_err(EngineError::from)?
    };
    let summary = if pipeline.has_summarizer() {
        let body = article.summary_source().into_iter().map(str::to_owned);
        place.summarize(body.collect()).await?
    } else {
        None
    };
    let seconds = (started.elapsed().as_secs_f64() * 1e3).round() / 1e3;
    tokio::task::spawn_blocking(move || pipeline.finish(article, summary, seconds))
        .await
        .map_err(|_| ApiError::internal())
}

/// What the reader is given.
enum Read {
    File(String, Vec<u8>),
    Record(Box<Record>),
}

/// Reads an article, in a process of its own; a page of the web is fetched before.
async fn read(
    app: &Arc<App>,
    content: Content,
    language: Option<String>,
) -> Result<ParsedArticle, ApiError> {
    let limit = MAX_ARTICLE_BYTES.min(app.options.max_upload as u64);
    let content = match content {
        Content::Address { address } => {
            let permit = Arc::clone(&app.fetching).acquire_owned().await;
            let permit = permit.map_err(|_| ApiError::internal())?;
            let fetching = tokio::task::spawn_blocking(move || {
                let _held = permit;
                fetch(&address, limit)
            });
            let page = fetching.await.map_err(|_| ApiError::internal())?;
            Read::Record(Box::new(
                page.map_err(|error| ApiError::bad(error.to_string()))?,
            ))
        }
        Content::File { name, bytes } => Read::File(name, bytes),
        Content::Record { record, .. } => Read::Record(record),
    };
    let permit = Arc::clone(&app.reading).acquire_owned().await;
    let permit = permit.map_err(|_| ApiError::internal())?;
    let reader = app.reader.clone();
    let mut options = app.options.read.clone();
    if let Some(code) = language {
        options.language = code_of(&code).map(str::to_owned).or(options.language);
    }
    let reading = tokio::task::spawn_blocking(move || {
        // Until it is read, also where nobody waits for it any more.
        let _held = permit;
        let read = match content {
            Read::File(name, bytes) => pipeline::read_with(&reader, &name, &bytes, &options),
            Read::Record(record) => record.prepare(&reader, &options),
        };
        read.map_err(unread)
    });
    reading.await.map_err(|_| ApiError::internal())?
}

/// Writes a document to the folder where they are kept; that it failed is told to the operator.
async fn keep(folder: &Path, job: &Arc<Job>, document: &Arc<Document>) {
    let Some(path) = kept_path(folder, &job.id()) else {
        return;
    };
    let (job, document) = (Arc::clone(job), Arc::clone(document));
    let writing = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        report::write(&document, Format::Json, &Style::default(), &mut bytes)?;
        let mut file = AtomicFile::create(&path)?;
        std::io::Write::write_all(&mut file, &bytes)?;
        file.commit()?;
        // It may have been removed meanwhile; who removes it marks that first.
        if job.ended().is_some() {
            let _ = remove_file(&path);
        }
        Ok::<_, std::io::Error>(())
    });
    if let Ok(Err(error)) = writing.await {
        tracing::warn!("an article cannot be kept: {error}");
    }
}
