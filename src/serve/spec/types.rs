//! What requests and answers hold, as the description shows it. Requests are read by
//! [`Parameters`](crate::serve::http::Parameters), however they arrive; these types only describe them.
#![expect(dead_code, reason = "they describe what is read and written elsewhere")]

use schemars::JsonSchema;

use crate::serve::languages::Detected;

/// One text, or an array of texts.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Texts {
    One(String),
    Many(Vec<String>),
}

/// A request to translate.
#[derive(JsonSchema)]
pub(super) struct TranslateRequest {
    /// What is to be translated.
    q: Texts,
    /// The language it is in, or `auto`.
    source: String,
    /// The language to translate into.
    target: String,
    /// `text` (the default) or `html`.
    format: Option<String>,
    /// How many other translations are wanted.
    alternatives: Option<i64>,
    /// A key, where one is wanted.
    api_key: Option<String>,
}

/// A translation; arrays where the request had one.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(super) struct TranslateAnswer {
    translated_text: Texts,
    /// Where the source was `auto`.
    detected_language: Option<DetectedLanguage>,
    /// Where others were asked for: of each text those that there are.
    alternatives: Option<Vec<serde_json::Value>>,
}

/// The language of a text, or those of an array of texts.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum DetectedLanguage {
    One(Detected),
    Many(Vec<Detected>),
}

/// A request to find a language.
#[derive(JsonSchema)]
pub(super) struct DetectRequest {
    /// The text; of an array, all texts together.
    q: Texts,
    /// A key, where one is wanted.
    api_key: Option<String>,
}

/// A file to translate.
#[derive(JsonSchema)]
pub(super) struct FileRequest {
    #[schemars(extend("contentMediaType" = "application/octet-stream", "format" = "binary"))]
    file: String,
    /// The language it is in, or `auto`.
    source: String,
    /// The language to translate into.
    target: String,
    /// A key, where one is wanted.
    api_key: Option<String>,
}

/// Where a translated file is.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(super) struct FileAnswer {
    translated_file_url: String,
}

/// The server's state.
#[derive(JsonSchema)]
pub(super) struct Status {
    status: String,
}

/// A request in DeepL's form.
#[derive(JsonSchema)]
pub(super) struct DeeplRequest {
    /// At most 50.
    text: Vec<String>,
    /// Found where it is missing.
    source_lang: Option<String>,
    target_lang: String,
    /// `html` where the texts are HTML.
    tag_handling: Option<String>,
    /// Whether the answer counts the characters of the texts.
    show_billed_characters: Option<bool>,
}

/// A search of the archive, in the query string.
#[derive(JsonSchema)]
pub(super) struct SearchRequest {
    /// Words, all of which are wanted; each finds what begins with it. Without words, articles are listed.
    q: Option<String>,
    /// The first day of publication, such as 2023-08-29.
    from: Option<String>,
    /// The last day.
    to: Option<String>,
    /// A section, in either language.
    section: Option<String>,
    /// Where the article comes from.
    outlet: Option<String>,
    /// The name of a check that failed.
    flag: Option<String>,
    /// `rank` (the default) or `day`.
    order: Option<String>,
    /// A page of results, from 1.
    page: Option<u32>,
}

/// An article as a file.
#[derive(JsonSchema)]
pub(super) struct ArticleFile {
    #[schemars(extend("contentMediaType" = "application/octet-stream", "format" = "binary"))]
    file: String,
    /// The language it is in; found where it is missing.
    source: Option<String>,
}

/// An article as text, as a page, as a record or by its address: one of the four.
#[derive(JsonSchema)]
pub(super) struct ArticleRequest {
    text: Option<String>,
    html: Option<String>,
    /// As a line of `translate worker`: `text` or `html`, and what is known besides.
    record: Option<serde_json::Map<String, serde_json::Value>>,
    /// A page of the public web, where the server fetches such.
    url: Option<String>,
    /// The language it is in; found where it is missing.
    source: Option<String>,
}
