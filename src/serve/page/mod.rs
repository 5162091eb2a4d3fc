//! The page at `/`: a few files within the program, which use the server's own interface for articles.
//!
//! Policy: the page loads nothing from elsewhere and has no inline script or style; its content security
//! policy forbids both. Scripts make elements of names and texts only (`dom.js`), and a browser that knows
//! trusted types enforces that. Addresses within the page are relative: it also works below a prefix.

#[cfg(test)]
mod tests;

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::files::{hex, sha256};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// A file of the page: where it is served, as what, and its text.
struct File {
    path: &'static str,
    media_type: &'static str,
    text: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";
const SVG: &str = "image/svg+xml";

macro_rules! files {
    ($($path:literal, $media_type:ident, $($name:literal)+;)+) => {
        &[$(File { path: $path, media_type: $media_type, text: concat!($(include_str!($name)),+) },)+]
    };
}

const FILES: &[File] = files! {
    "/", HTML, "index.html";
    // The look of a result is that of the HTML report.
    "/page/report.css", CSS, "../../report/html/base.css" "../../report/html/page.css";
    "/page/page.css", CSS, "page.css";
    "/page/icon.svg", SVG, "icon.svg";
    "/page/main.js", SCRIPT, "main.js";
    "/page/api.js", SCRIPT, "api.js";
    "/page/articles.js", SCRIPT, "articles.js";
    "/page/checks.js", SCRIPT, "checks.js";
    "/page/document.js", SCRIPT, "document.js";
    "/page/dom.js", SCRIPT, "../../report/html/dom.js" "dom.js";
    "/page/list.js", SCRIPT, "list.js";
    "/page/sentence.js", SCRIPT, "sentence.js";
    "/page/shown.js", SCRIPT, "shown.js";
    "/page/take.js", SCRIPT, "take.js";
    "/page/texts.js", SCRIPT, "texts.js";
    "/page/en.json", JSON, "texts/en.json";
    "/page/kk.json", JSON, "texts/kk.json";
    "/page/ru.json", JSON, "texts/ru.json";
};

/// The page's routes, below no prefix.
pub(super) fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    FILES.iter().fold(Router::new(), |router, file| {
        let tag = entity_tag(file);
        let handler = move |asked: HeaderMap| async move { answer(file, &tag, &asked) };
        router.route(file.path, get(handler))
    })
}

fn answer(file: &'static File, tag: &str, asked: &HeaderMap) -> Response {
    let headers = [
        (header::ETAG, tag),
        // Another version of the program has other files at the same addresses.
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    if is_known(tag, asked) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let kind = [(header::CONTENT_TYPE, file.media_type)];
    (headers, kind, file.text).into_response()
}

/// Whether the client says that it has this version.
fn is_known(tag: &str, asked: &HeaderMap) -> bool {
    let lists = asked.get_all(header::IF_NONE_MATCH).into_iter();
    lists
        .filter_map(|list: &HeaderValue| list.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

fn entity_tag(file: &File) -> String {
    let digest = hex(&sha256(file.text.as_bytes()));
    format!("\"{}\"", digest.get(..16).unwrap_or(&digest))
}
