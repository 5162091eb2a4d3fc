//! DeepL's interface, as far as one pair of languages needs it: `/v2/translate` and `/v2/languages`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;

use super::app::App;
use super::http::{self, ApiError, Call, MAX_TEXT_BYTES};
use super::languages::TARGET;
use super::libretranslate::check_limits;
use super::texts::{Asked, Format, translated};

/// The usual limit of DeepL's.
const MAX_TEXTS: usize = 50;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/v2/translate", axum::routing::post(translate))
        .route("/v2/languages", get(languages).post(languages))
        .route("/v2/usage", get(usage))
}

/// An error in DeepL's form.
struct DeeplError(ApiError);

#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct DeeplErrorBody {
    /// What is wrong.
    pub message: String,
}

impl<E: Into<ApiError>> From<E> for DeeplError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for DeeplError {
    fn into_response(self) -> Response {
        let message = self.0.message.clone();
        let head = self.0.into_response();
        let (head, _) = head.into_parts();
        let mut response = http::json(head.status, &DeeplErrorBody { message });
        if let Some(seconds) = head.headers.get("retry-after") {
            response
                .headers_mut()
                .insert("retry-after", seconds.clone());
        }
        response
    }
}

/// The answer of `/v2/translate`.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct DeeplAnswer {
    pub translations: Vec<DeeplTranslation>,
}

/// A translated text.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct DeeplTranslation {
    /// In capitals.
    pub detected_source_language: String,
    pub text: String,
    /// Characters of the source, where `show_billed_characters` asks for them; nothing is billed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billed_characters: Option<usize>,
}

async fn translate(State(app): State<Arc<App>>, request: Request) -> Result<Response, DeeplError> {
    let call = Call::read(&app, request, MAX_TEXT_BYTES).await?;
    let parameters = &call.parameters;
    let texts = parameters.all("text");
    if texts.is_empty() {
        return Err(ApiError::bad("Parameter 'text' not specified.").into());
    }
    if texts.len() > MAX_TEXTS {
        return Err(ApiError::bad("Too many texts in 'text'.").into());
    }
    let Some(target) = parameters.text("target_lang") else {
        return Err(ApiError::bad("Parameter 'target_lang' not specified.").into());
    };
    if parameters.has("glossary_id") {
        return Err(ApiError::bad("Glossaries are chosen when the server is started.").into());
    }
    check_limits(&app, &texts, true)?;
    let languages = &app.loaded()?.languages;
    if languages
        .find(&target)
        .is_none_or(|language| language.code != TARGET)
    {
        return Err(ApiError::bad("Value for 'target_lang' not supported.").into());
    }
    let asked = match parameters.text("source_lang") {
        None => Asked::Auto,
        Some(source) => match languages.find(&source) {
            Some(language) => Asked::Code(language.code.to_owned()),
            None => return Err(ApiError::bad("Value for 'source_lang' not supported.").into()),
        },
    };
    let format = match parameters.text("tag_handling").as_deref() {
        None => Format::Text,
        Some("html") => Format::Html,
        Some(_) => return Err(ApiError::bad("Value for 'tag_handling' not supported.").into()),
    };
    let asks = parameters.text("show_billed_characters");
    let counts: Vec<Option<usize>> = texts
        .iter()
        .map(|text| asks.as_ref().map(|_| text.chars().count()))
        .collect();
    let translations = translated(&app, call.client, texts, format, asked.clone()).await?;
    let source = |found: Option<&str>| match (&asked, found) {
        (Asked::Code(code), _) => code.to_uppercase(),
        (Asked::Auto, found) => found.unwrap_or_default().to_uppercase(),
    };
    let translations = translations
        .into_iter()
        .zip(counts)
        .map(|(translation, count)| {
            let found = translation.detected.as_ref().map(|found| found.language);
            DeeplTranslation {
                detected_source_language: source(found),
                text: translation.text,
                billed_characters: count,
            }
        });
    let answer = DeeplAnswer {
        translations: translations.collect(),
    };
    Ok(http::json(StatusCode::OK, &answer))
}

/// A language in DeepL's form.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct DeeplLanguage {
    /// In capitals.
    pub language: String,
    /// In English.
    pub name: &'static str,
    /// Of targets: whether a formal and an informal form can be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supports_formality: Option<bool>,
}

async fn languages(State(app): State<Arc<App>>, request: Request) -> Result<Response, DeeplError> {
    let call = Call::read(&app, request, MAX_TEXT_BYTES).await?;
    let languages = &app.loaded()?.languages;
    let is_target = call
        .parameters
        .text("type")
        .is_some_and(|kind| kind == "target");
    let entry = |code: String, name| DeeplLanguage {
        language: code.to_uppercase(),
        name,
        supports_formality: is_target.then_some(false),
    };
    let entries: Vec<DeeplLanguage> = if is_target {
        let english = languages.iter().filter(|language| language.code == TARGET);
        // Clients of DeepL's ask for a variant.
        english
            .flat_map(|language| {
                ["en", "en-US", "en-GB"].map(|code| entry(code.to_owned(), language.name))
            })
            .collect()
    } else {
        let all = languages.iter();
        all.map(|language| entry(language.code.to_owned(), language.name))
            .collect()
    };
    Ok(http::json(StatusCode::OK, &entries))
}

/// Nothing is counted and nothing is limited.
async fn usage(State(app): State<Arc<App>>, request: Request) -> Result<Response, DeeplError> {
    Call::read(&app, request, MAX_TEXT_BYTES).await?;
    let unlimited = 1_000_000_000_000_u64;
    let body = serde_json::json!({"character_count": 0, "character_limit": unlimited});
    Ok(http::json(StatusCode::OK, &body))
}
