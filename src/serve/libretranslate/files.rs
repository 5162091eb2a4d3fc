//! `POST /translate_file` and `GET /download_file/NAME`.
//!
//! A file comes back in its own format, structure and styles kept, where that can be; other articles come
//! back as documents of Word. It is kept in memory for a while, and its name begins with a number that
//! nobody guesses.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::translate::{asked, check_characters, check_target};
use crate::markup::document::{Document, DocumentFormat, FORMATS};
use crate::report::{Format, Layout};
use crate::serve::app::App;
use crate::serve::articles::{self, Content, attachment, display_name, random_id};
use crate::serve::engine::Place;
use crate::serve::http::{self, ApiError, Call};
use crate::serve::marked::{self, Planned, Rest};
use crate::serve::texts::Asked;

/// Endings of the files that come back as documents of Word.
const OTHERS: [&str; 6] = ["pdf", "rtf", "eml", "mhtml", "mht", "xhtml"];
/// Endings of the files that are translated, each with its dot.
pub(super) fn endings() -> Vec<String> {
    let own = FORMATS.iter().flat_map(|(_, endings)| endings.iter());
    let all = own.chain(&OTHERS);
    all.map(|ending| format!(".{ending}")).collect()
}

/// Maximum translated files, and bytes of all.
const MAX_FILES: usize = 256;
const MAX_BYTES: usize = 256 << 20;
/// How long a file is kept.
const LIFETIME: Duration = Duration::from_secs(1800);

/// Translated files that wait to be fetched.
#[derive(Default)]
pub(in crate::serve) struct Downloads {
    files: Mutex<BTreeMap<String, Download>>,
}

struct Download {
    made: Instant,
    media_type: &'static str,
    bytes: Arc<Vec<u8>>,
}

impl Downloads {
    /// Keeps a file; the oldest go where there is no room.
    fn keep(&self, name: String, media_type: &'static str, bytes: Vec<u8>) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|_, file| file.made.elapsed() < LIFETIME);
        let mut all: usize = files.values().map(|file| file.bytes.len()).sum();
        while files.len() >= MAX_FILES || (all + bytes.len() > MAX_BYTES && !files.is_empty()) {
            let oldest = files.iter().min_by_key(|(_, file)| file.made);
            let Some(name) = oldest.map(|(name, _)| name.clone()) else {
                break;
            };
            all -= files.remove(&name).map_or(0, |file| file.bytes.len());
        }
        let file = Download {
            made: Instant::now(),
            media_type,
            bytes: Arc::new(bytes),
        };
        files.insert(name, file);
    }

    fn find(&self, name: &str) -> Option<(&'static str, Arc<Vec<u8>>)> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let file = files.get(name)?;
        (file.made.elapsed() < LIFETIME).then(|| (file.media_type, Arc::clone(&file.bytes)))
    }
}

pub(super) async fn translate_file(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    let limit = app.options.max_upload.saturating_add(64 << 10);
    let mut call = Call::read(&app, request, limit).await?;
    call.parameters.check_files(app.options.max_upload)?;
    let missing = |name| ApiError::bad(format!("Invalid request: missing {name} parameter"));
    let file = call
        .parameters
        .take_file("file")
        // A form's field of files sends one without a name where none was chosen.
        .filter(|file| !file.name.is_empty())
        .ok_or_else(|| missing("file"))?;
    let source = call
        .parameters
        .text("source")
        .ok_or_else(|| missing("source"))?;
    let target = call
        .parameters
        .text("target")
        .ok_or_else(|| missing("target"))?;
    let name = display_name(&file.name);
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_lowercase());
    let own = DocumentFormat::of_name(&name);
    let is_other = ending
        .as_deref()
        .is_some_and(|ending| OTHERS.contains(&ending));
    if own.is_none() && !is_other {
        return Err(ApiError::bad("Invalid request: file format not supported"));
    }
    let languages = &app.loaded()?.languages;
    let source = asked(languages, source)?;
    check_target(languages, &source, &target)?;
    let place = app.engine.place(call.client, file.bytes.len())?;
    let (bytes, ending, media_type) = match own {
        Some(format) => {
            let bytes = in_own_format(&app, &place, name.clone(), file.bytes, source).await?;
            (bytes, ending.unwrap_or_default(), format.media_type())
        }
        None => {
            let bytes = as_word(&app, &place, name.clone(), file.bytes, source).await?;
            let word = Format::Docx;
            (
                bytes,
                word.extension().to_owned(),
                articles::content_type(word),
            )
        }
    };
    let stem = name
        .rsplit_once('.')
        .map_or(name.as_str(), |(stem, _)| stem);
    let name = format!("{}.{stem}_en.{ending}", random_id()?);
    let url = format!("{}/download_file/{}", call.url, escaped(&name));
    app.downloads.keep(name, media_type, bytes);
    Ok(http::json(
        StatusCode::OK,
        &json!({"translatedFileUrl": url}),
    ))
}

/// Translates a file into one of the same format.
async fn in_own_format(
    app: &Arc<App>,
    place: &Place,
    name: String,
    bytes: Vec<u8>,
    asked: Asked,
) -> Result<Vec<u8>, ApiError> {
    // Unpacked, a file may take many times its size: few are held at a time, also where the client goes
    // away and a thread still works on one.
    let permit = Arc::clone(&app.files).acquire_owned().await;
    let permit = permit.map_err(|_| ApiError::internal())?;
    let planning = {
        let app = Arc::clone(app);
        tokio::task::spawn_blocking(move || {
            let loaded = app.loaded()?;
            let parse = |language| Document::open(&bytes, &name, language);
            let planned = Planned::new(&loaded.pipeline, &loaded.languages, &asked, parse)?;
            check_characters(&app, planned.sentences())?;
            Ok::<_, ApiError>((planned, permit))
        })
    };
    let (planned, permit) = planning.await.map_err(|_| ApiError::internal())??;
    let units = planned.units().cloned().collect();
    let (hypotheses, alignments) = marked::translated(place, units).await?;
    let rebuilding = tokio::task::spawn_blocking(move || {
        let _held = permit;
        let mut rest = Rest {
            hypotheses: &hypotheses,
            alignments: &alignments,
        };
        let (document, units) = planned.placed(&mut rest)?;
        let rebuilt = document.rebuild(&units);
        rebuilt.map_err(|error| ApiError::bad(error.to_string()))
    });
    rebuilding.await.map_err(|_| ApiError::internal())?
}

/// Translates an article into a document of Word.
async fn as_word(
    app: &Arc<App>,
    place: &Place,
    name: String,
    bytes: Vec<u8>,
    asked: Asked,
) -> Result<Vec<u8>, ApiError> {
    let language = match asked {
        Asked::Auto => None,
        Asked::Code(code) => Some(code),
    };
    let content = Content::File { name, bytes };
    let document = articles::translated(app, place, content, language, &|_| {}).await?;
    articles::written(&document, Format::Docx, Layout::English)
}

/// A file's name as a part of an address.
fn escaped(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC)
        .to_string()
        .replace("%2E", ".")
        .replace("%5F", "_")
        .replace("%2D", "-")
}

pub(super) async fn download_file(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    let (media_type, bytes) = app.downloads.find(&name).ok_or_else(ApiError::not_found)?;
    let shown = name
        .split_once('.')
        .map_or(name.as_str(), |(_, shown)| shown);
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, attachment(shown)),
    ];
    Ok((headers, bytes.to_vec()).into_response())
}
