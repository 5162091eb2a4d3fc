//! A job's state and its result, in the format that is asked for.

use std::path::Path;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::attachment;
use super::job::{Job, Phase};
use crate::document::Document;
use crate::report::{self, Format, Layout, Style};
use crate::serve::http::{self, ApiError};

/// Formats of results.
pub(super) const FORMATS: [Format; 8] = [
    Format::Html,
    Format::Docx,
    Format::Text,
    Format::Json,
    Format::Markdown,
    Format::Xlsx,
    Format::Tmx,
    Format::Xliff,
];

/// What a report's page may do in a browser: show itself, and nothing else.
const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox";

/// The answer to who asks for a job, with the ending of a format or without.
pub(super) fn response(job: &Job, ending: Option<&str>) -> Result<Response, ApiError> {
    let state = job.state.borrow().clone();
    let format = match ending {
        None => None,
        Some(ending) => {
            let known = FORMATS
                .into_iter()
                .find(|format| format.extension() == ending);
            Some(known.ok_or_else(ApiError::not_found)?)
        }
    };
    let Some(document) = job.document.get() else {
        return match format {
            None => Ok(http::json(StatusCode::OK, &state)),
            Some(_) if state.state == Phase::Failed => Err(ApiError::new(
                StatusCode::CONFLICT,
                state.error.unwrap_or_default(),
            )),
            Some(_) => Err(ApiError::new(
                StatusCode::CONFLICT,
                "the article is not translated yet",
            )),
        };
    };
    let bytes = written(document, format.unwrap_or(Format::Json), Layout::Columns)?;
    let Some(format) = format else {
        let kind = [(header::CONTENT_TYPE, content_type(Format::Json))];
        return Ok((kind, bytes).into_response());
    };
    let kind = (header::CONTENT_TYPE, content_type(format).to_owned());
    if format == Format::Html {
        let policy = (header::CONTENT_SECURITY_POLICY, PAGE_POLICY.to_owned());
        return Ok(([kind, policy], bytes).into_response());
    }
    let stem = Path::new(&job.name)
        .file_stem()
        .and_then(|stem| stem.to_str());
    let name = format!("{}.en.{}", stem.unwrap_or("article"), format.extension());
    let saved = (header::CONTENT_DISPOSITION, attachment(&name));
    Ok(([kind, saved], bytes).into_response())
}

/// A document in a format.
///
/// # Errors
/// If it cannot be written, which is a fault of this program.
pub(in crate::serve) fn written(
    document: &Document,
    format: Format,
    layout: Layout,
) -> Result<Vec<u8>, ApiError> {
    let style = Style {
        layout,
        ..Style::default()
    };
    let mut bytes = Vec::new();
    let written = report::write(document, format, &style, &mut bytes);
    written.map_err(|_| ApiError::internal())?;
    Ok(bytes)
}

/// The media type of a format.
pub(in crate::serve) fn content_type(format: Format) -> &'static str {
    match format {
        Format::Text => "text/plain; charset=utf-8",
        Format::Markdown => "text/markdown; charset=utf-8",
        Format::Json => "application/json",
        Format::Jsonl => "application/x-ndjson",
        Format::Html => "text/html; charset=utf-8",
        Format::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Format::Csv => "text/csv; charset=utf-8",
        Format::Tmx => "application/x-tmx+xml",
        Format::Xliff => "application/xliff+xml",
        #[cfg(feature = "sqlite")]
        Format::Sqlite => "application/vnd.sqlite3",
    }
}
