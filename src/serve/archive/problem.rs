//! What is answered in the place of a page that there is not, or that is not shown: a page where a browser
//! asks, JSON else.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::texts::Texts;
use super::{HTML, SEARCH_POLICY};
use crate::serve::http::ApiError;

/// Who asks for a page.
pub(super) struct Asker {
    headers: HeaderMap,
    /// From the page that is asked for to the archive's.
    way_back: String,
}

impl Asker {
    pub(super) fn of(request: &Request) -> Self {
        let path = request.uri().path();
        let below = path.split_once("/archive/").map_or("", |(_, below)| below);
        Self {
            headers: request.headers().clone(),
            way_back: "../".repeat(below.matches('/').count()),
        }
    }

    /// The answer that says what is wrong.
    pub(super) fn told(&self, error: ApiError) -> Response {
        let problem = match error.status {
            StatusCode::NOT_FOUND => "archive.absent",
            StatusCode::CONFLICT => "archive.changed",
            _ => return error.into_response(),
        };
        let accepted = self.headers.get_all(header::ACCEPT).iter();
        let is_browser = accepted
            .filter_map(|accepted| accepted.to_str().ok())
            .any(|accepted| accepted.contains("text/html"));
        if !is_browser {
            return error.into_response();
        }
        let headers = [
            (header::CONTENT_TYPE, HTML),
            (header::CONTENT_SECURITY_POLICY, SEARCH_POLICY),
            (header::VARY, "Accept, Accept-Language"),
        ];
        let texts = Texts::wanted(None, &self.headers);
        let page = markup(texts, problem, &self.way_back);
        (error.status, headers, page.into_string()).into_response()
    }
}

fn markup(texts: &Texts, problem: &str, way_back: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(texts.code) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (texts.say("archive.title")) " – audarma" }
                link rel="icon" href={ (way_back) "icon.svg" } type="image/svg+xml";
                link rel="stylesheet" href={ (way_back) "archive.css" };
            }
            body.archive {
                header.site {
                    p.wordmark translate="no" { "audarma" }
                    p.tagline { (texts.say("archive.title")) }
                }
                main #main {
                    h1 { (texts.say(problem)) }
                    p { a href={ (way_back) "./" } { (texts.say("archive.heading")) } }
                }
            }
        }
    }
}
