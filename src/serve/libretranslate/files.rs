//! `POST /translate_file` and `GET /download_file/NAME`.
//!
//! A translated file is kept in memory for a while; its name begins with a number that nobody guesses.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::translate::{asked, check_target};
use crate::report::Format;
use crate::serve::app::App;
use crate::serve::articles::{self, Content, attachment, display_name, random_id};
use crate::serve::http::{self, ApiError, Call};
use crate::serve::texts::Asked;

/// Endings of the files that are translated.
pub(super) const ENDINGS: &[&str] = &[
    ".txt", ".md", ".html", ".htm", ".docx", ".odt", ".rtf", ".pdf", ".srt", ".vtt", ".eml",
    ".mhtml",
];
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
    format: Format,
    bytes: Arc<Vec<u8>>,
}

impl Downloads {
    /// Keeps a file; the oldest go where there is no room.
    fn keep(&self, name: String, format: Format, bytes: Vec<u8>) {
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
            format,
            bytes: Arc::new(bytes),
        };
        files.insert(name, file);
    }

    fn find(&self, name: &str) -> Option<(Format, Arc<Vec<u8>>)> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let file = files.get(name)?;
        (file.made.elapsed() < LIFETIME).then(|| (file.format, Arc::clone(&file.bytes)))
    }
}

pub(super) async fn translate_file(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    let limit = app.options.max_upload.saturating_add(64 << 10);
    let mut call = Call::read(&app, request, limit).await?;
    let missing = |name| ApiError::bad(format!("Invalid request: missing {name} parameter"));
    let file = call
        .parameters
        .take_file("file")
        .ok_or_else(|| missing("file"))?;
    let source = call
        .parameters
        .text("source")
        .ok_or_else(|| missing("source"))?;
    let target = call
        .parameters
        .text("target")
        .ok_or_else(|| missing("target"))?;
    if file.name.is_empty() {
        return Err(ApiError::bad("Invalid request: empty file"));
    }
    let name = display_name(&file.name);
    let ending = ENDINGS
        .iter()
        .find(|ending| name.to_lowercase().ends_with(*ending));
    let ending =
        ending.ok_or_else(|| ApiError::bad("Invalid request: file format not supported"))?;
    let languages = &app.loaded()?.languages;
    let source = asked(languages, source)?;
    check_target(languages, &source, &target)?;
    let language = match source {
        Asked::Auto => None,
        Asked::Code(code) => Some(code),
    };
    let place = app.engine.place(call.client, file.bytes.len())?;
    let content = Content::File {
        name: name.clone(),
        bytes: file.bytes,
    };
    let document = articles::translated(&app, &place, content, language, &|_| {}).await?;
    let format = match *ending {
        ".txt" | ".srt" | ".vtt" => Format::Text,
        ".md" => Format::Markdown,
        ".html" | ".htm" | ".mhtml" => Format::Html,
        _ => Format::Docx,
    };
    let bytes = articles::written(&document, format, crate::report::Layout::English)?;
    let stem = name
        .rsplit_once('.')
        .map_or(name.as_str(), |(stem, _)| stem);
    let name = format!("{}.{stem}_en.{}", random_id()?, format.extension());
    let url = format!("{}/download_file/{}", call.url, escaped(&name));
    app.downloads.keep(name, format, bytes);
    Ok(http::json(
        StatusCode::OK,
        &json!({"translatedFileUrl": url}),
    ))
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
    let (format, bytes) = app.downloads.find(&name).ok_or_else(ApiError::not_found)?;
    let shown = name
        .split_once('.')
        .map_or(name.as_str(), |(_, shown)| shown);
    let headers = [
        (
            header::CONTENT_TYPE,
            articles::content_type(format).to_owned(),
        ),
        (header::CONTENT_DISPOSITION, attachment(shown)),
    ];
    Ok((headers, bytes.to_vec()).into_response())
}
