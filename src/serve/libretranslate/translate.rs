//! `POST /translate`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::serve::app::App;
use crate::serve::http::{self, ApiError, Call, MAX_TEXT_BYTES, Parameters, Texts};
use crate::serve::languages::{Languages, TARGET};
use crate::serve::texts::{Asked, Format, Translation, translated};

/// What a client asks for.
struct Asking {
    texts: Vec<String>,
    /// Whether the texts came as an array, and go back as one.
    is_array: bool,
    source: Asked,
    format: Format,
    alternatives: usize,
}

pub(super) async fn translate(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    let call = Call::read(&app, request, MAX_TEXT_BYTES).await?;
    let asking = asking(&app, &call.parameters)?;
    let Asking {
        texts,
        is_array,
        source,
        format,
        alternatives,
    } = asking;
    let translations = translated(&app, call.client, texts, format, source).await?;
    Ok(http::json(
        StatusCode::OK,
        &answer(translations, is_array, alternatives),
    ))
}

/// The parameters in the order in which LibreTranslate checks them.
fn asking(app: &App, parameters: &Parameters) -> Result<Asking, ApiError> {
    let missing = |name| ApiError::bad(format!("Invalid request: missing {name} parameter"));
    let texts = parameters.texts("q").ok_or_else(|| missing("q"))?;
    let source = parameters.text("source").ok_or_else(|| missing("source"))?;
    let target = parameters.text("target").ok_or_else(|| missing("target"))?;
    let alternatives = alternatives(parameters)?;
    let (texts, is_array) = match texts {
        Texts::One(text) => (vec![text], false),
        Texts::Many(texts) => (texts, true),
    };
    check_limits(app, &texts, is_array)?;
    let languages = &app.loaded()?.languages;
    let source = asked(languages, source)?;
    check_target(languages, &source, &target)?;
    let format = match parameters.text("format").as_deref() {
        None | Some("text") => Format::Text,
        Some("html") => Format::Html,
        Some(other) => return Err(ApiError::bad(format!("{other} format is not supported"))),
    };
    Ok(Asking {
        texts,
        is_array,
        source,
        format,
        alternatives,
    })
}

fn alternatives(parameters: &Parameters) -> Result<usize, ApiError> {
    let Some(text) = parameters.text("alternatives") else {
        return Ok(0);
    };
    let number = text.trim().parse::<i64>();
    let number = number
        .map_err(|_| ApiError::bad("Invalid request: alternatives parameter is not a number"))?;
    Ok(usize::try_from(number).unwrap_or(0))
}

/// Checks how many texts there are, and how long they are together.
pub(in crate::serve) fn check_limits(
    app: &App,
    texts: &[String],
    is_array: bool,
) -> Result<(), ApiError> {
    if let Some(limit) = app.options.batch_limit
        && is_array
        && texts.len() > limit
    {
        return Err(ApiError::too_long(texts.len(), limit));
    }
    check_characters(app, texts.iter().map(String::as_str))
}

/// Checks how long texts are together.
pub(in crate::serve) fn check_characters<'t>(
    app: &App,
    texts: impl Iterator<Item = &'t str>,
) -> Result<(), ApiError> {
    let Some(limit) = app.options.char_limit else {
        return Ok(());
    };
    let characters = texts.map(|text| text.chars().count()).sum();
    if characters > limit {
        return Err(ApiError::too_long(characters, limit));
    }
    Ok(())
}

/// The source that a code asks for.
pub(super) fn asked(languages: &Languages, source: String) -> Result<Asked, ApiError> {
    if source == "auto" {
        return Ok(Asked::Auto);
    }
    match languages.find(&source) {
        Some(language) => Ok(Asked::Code(language.code.to_owned())),
        None => Err(ApiError::bad(format!("{source} is not supported"))),
    }
}

/// Only English is translated into.
pub(super) fn check_target(
    languages: &Languages,
    source: &Asked,
    target: &str,
) -> Result<(), ApiError> {
    let Some(to) = languages.find(target) else {
        return Err(ApiError::bad(format!("{target} is not supported")));
    };
    if to.code == TARGET {
        return Ok(());
    }
    let from = match source {
        Asked::Auto => None,
        Asked::Code(code) => languages.find(code),
    };
    let from = from.map_or_else(
        || "auto".to_owned(),
        |from| format!("{} ({})", from.name, from.code),
    );
    Err(ApiError::bad(format!(
        "{} ({}) is not available as a target language from {from}",
        to.name, to.code
    )))
}

fn answer(translations: Vec<Translation>, is_array: bool, alternatives: usize) -> Value {
    let mut answer = serde_json::Map::new();
    let mut put = |name: &str, mut values: Vec<Value>| {
        let value = if is_array {
            Value::Array(values)
        } else {
            values.pop().unwrap_or_default()
        };
        answer.insert(name.to_owned(), value);
    };
    if alternatives > 0 {
        let all = translations.iter().map(|translation| {
            let others = translation.others.iter().take(alternatives);
            json!(others.collect::<Vec<_>>())
        });
        put("alternatives", all.collect());
    }
    let detected: Option<Vec<Value>> = translations
        .iter()
        .map(|translation| translation.detected.as_ref().map(|found| json!(found)))
        .collect();
    if let Some(detected) = detected {
        put("detectedLanguage", detected);
    }
    let texts = translations
        .into_iter()
        .map(|translation| json!(translation.text));
    put("translatedText", texts.collect());
    Value::Object(answer)
}
