//! Parameters, however they arrive: in a JSON object, a form, a multipart form, or the query string of
//! any of these.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use http_body_util::Full;
use serde_json::{Map, Value};

use super::ApiError;

/// Maximum parameters of a request, in a form or a query string.
const MAX_PARAMETERS: usize = 10_000;
/// Maximum parts of a multipart form.
const MAX_PARTS: usize = 256;

/// The parameters of a request.
#[derive(Debug, Default)]
pub(in crate::serve) struct Parameters {
    json: Option<Map<String, Value>>,
    pairs: Vec<(String, String)>,
    files: Vec<Upload>,
}

/// A file of a multipart form.
#[derive(Debug)]
pub(in crate::serve) struct Upload {
    /// The field it was sent as.
    pub field: String,
    /// The name that the client gives it; it names nothing on this machine.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// One text, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::serve) enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Parameters {
    /// Reads the parameters of a body and a query string.
    ///
    /// # Errors
    /// If the body is not what its content type says.
    pub(in crate::serve) async fn read(
        headers: &HeaderMap,
        query: Option<&str>,
        body: Vec<u8>,
    ) -> Result<Self, ApiError> {
        let mut parameters = Self::default();
        if let Some(query) = query {
            parameters.add_form(query.as_bytes())?;
        }
        let kind = headers.get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        let is = |name: &str| essence.eq_ignore_ascii_case(name);
        if is("application/json") {
            parameters.json = Some(object(&body)?);
        } else if is("multipart/form-data") {
            parameters.add_parts(kind, body).await?;
        } else if is("application/x-www-form-urlencoded") {
            parameters.add_form(&body)?;
        }
        Ok(parameters)
    }

    fn add_form(&mut self, form: &[u8]) -> Result<(), ApiError> {
        let mut pairs = form_urlencoded::parse(form);
        let owned = |(name, value): (Cow<str>, Cow<str>)| (name.into_owned(), value.into_owned());
        self.pairs
            .extend(pairs.by_ref().take(MAX_PARAMETERS).map(owned));
        match pairs.next() {
            Some(_) => Err(ApiError::bad("Invalid request: too many parameters")),
            None => Ok(()),
        }
    }

    async fn add_parts(&mut self, kind: &str, body: Vec<u8>) -> Result<(), ApiError> {
        let broken = |_| ApiError::bad("Invalid request: the multipart form is broken");
        let boundary = multer::parse_boundary(kind).map_err(broken)?;
        let stream = Body::new(Full::from(body)).into_data_stream();
        let mut form = multer::Multipart::new(stream, boundary);
        let mut parts = 0;
        while let Some(part) = form.next_field().await.map_err(broken)? {
            parts += 1;
            if parts > MAX_PARTS {
                return Err(ApiError::bad("Invalid request: too many parts"));
            }
            let field = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(broken)?.to_vec();
            match file {
                Some(name) => self.files.push(Upload { field, name, bytes }),
                None => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    self.pairs.push((field, text));
                }
            }
        }
        Ok(())
    }

    /// Checks the files of a form by themselves: a body may be larger than its file.
    ///
    /// # Errors
    /// If one has more than `limit` bytes.
    pub(in crate::serve) fn check_files(&self, limit: usize) -> Result<(), ApiError> {
        let is_larger = |file: &Upload| file.bytes.len() > limit;
        if self.files.iter().any(is_larger) {
            return Err(ApiError::too_large("file", limit));
        }
        Ok(())
    }

    /// The text of a parameter; `None` if it is missing, empty or has none.
    pub(in crate::serve) fn text(&self, name: &str) -> Option<String> {
        match self.texts(name)? {
            Texts::One(text) => Some(text),
            Texts::Many(_) => None,
        }
    }

    /// The text or the texts of a parameter; `None` if it is missing, empty or has none.
    pub(in crate::serve) fn texts(&self, name: &str) -> Option<Texts> {
        if let Some(value) = self.json.as_ref().and_then(|object| object.get(name)) {
            return texts_of(value);
        }
        let values = self.pairs.iter().filter(|(own, _)| own == name);
        let mut values: Vec<&String> = values.map(|(_, value)| value).collect();
        // An array in a form is its name repeated.
        match (values.pop()?, values.len()) {
            (only, 0) => (!only.is_empty()).then(|| Texts::One(only.clone())),
            (last, _) => {
                let all = values.into_iter().chain([last]);
                Some(Texts::Many(all.cloned().collect()))
            }
        }
    }

    /// All values of a parameter that may be repeated.
    pub(in crate::serve) fn all(&self, name: &str) -> Vec<String> {
        match self
            .json
            .as_ref()
            .and_then(|object| object.get(name))
            .map(texts_of)
        {
            Some(Some(Texts::One(text))) => vec![text],
            Some(Some(Texts::Many(texts))) => texts,
            Some(None) => Vec::new(),
            None => {
                let values = self.pairs.iter().filter(|(own, _)| own == name);
                values.map(|(_, value)| value.clone()).collect()
            }
        }
    }

    /// Whether a parameter is there at all.
    pub(in crate::serve) fn has(&self, name: &str) -> bool {
        let in_json = |object: &Map<String, Value>| object.get(name).is_some_and(|v| !v.is_null());
        self.json.as_ref().is_some_and(in_json) || self.pairs.iter().any(|(own, _)| own == name)
    }

    /// The JSON object that the body was.
    pub(in crate::serve) fn object(&self) -> Option<&Map<String, Value>> {
        self.json.as_ref()
    }

    /// The file that was sent as this field.
    pub(in crate::serve) fn take_file(&mut self, field: &str) -> Option<Upload> {
        let place = self.files.iter().position(|file| file.field == field)?;
        Some(self.files.swap_remove(place))
    }
}

fn object(body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(ApiError::bad("Invalid JSON format")),
    }
}

fn texts_of(value: &Value) -> Option<Texts> {
    match value {
        Value::String(text) if !text.is_empty() => Some(Texts::One(text.clone())),
        Value::Number(number) => Some(Texts::One(number.to_string())),
        Value::Bool(is_true) => Some(Texts::One(is_true.to_string())),
        Value::Array(values) if !values.is_empty() => {
            let texts = values.iter().map(|value| match value {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            });
            texts.collect::<Option<Vec<_>>>().map(Texts::Many)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn read(kind: &'static str, query: Option<&str>, body: &str) -> Result<Parameters, ApiError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        let body = body.as_bytes().to_vec();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(Parameters::read(&headers, query, body))
    }

    proptest::proptest! {
        #[test]
        fn any_body_is_read_or_refused(
            kind in "(application/json|multipart/form-data; boundary=B|application/x-www-form-urlencoded|[ -~]{0,20})",
            query in "[ -~]{0,40}",
            body in "(--B\\r\\n)?([ -~\\r\\n]|[\\{\\}:\"%&=]){0,60}(\\r\\n--B--)?",
        ) {
            let kind: &'static str = Box::leak(kind.into_boxed_str());
            if let Ok(parameters) = read(kind, Some(&query), &body) {
                parameters.texts("q");
                parameters.all("q");
            }
        }
    }

    #[test]
    fn a_text_is_found_however_it_arrives() {
        let multipart = "--B\r\nContent-Disposition: form-data; name=\"q\"\r\n\r\nсөз\r\n--B--\r\n";
        for (kind, query, body) in [
            ("application/json; charset=utf-8", None, "{\"q\":\"сөз\"}"),
            (
                "application/x-www-form-urlencoded",
                None,
                "a=1&q=%D1%81%D3%A9%D0%B7",
            ),
            ("multipart/form-data; boundary=B", None, multipart),
            ("text/plain", Some("q=%D1%81%D3%A9%D0%B7"), "ignored"),
        ] {
            let parameters = read(kind, query, body).unwrap();
            assert_eq!(parameters.text("q").as_deref(), Some("сөз"), "{kind}");
            assert_eq!(parameters.text("other"), None);
        }
    }

    #[test]
    fn an_array_has_texts_and_what_is_empty_is_missing() {
        let parameters = read(
            "application/json",
            None,
            r#"{"q":["a",1],"s":"","n":3,"o":{}}"#,
        );
        let parameters = parameters.unwrap();
        let texts = Texts::Many(vec!["a".into(), "1".into()]);
        assert_eq!(parameters.texts("q"), Some(texts));
        assert_eq!(parameters.text("q"), None);
        assert_eq!(parameters.text("s"), None);
        assert_eq!(parameters.text("n").as_deref(), Some("3"));
        assert_eq!(parameters.texts("o"), None);
        let form = "application/x-www-form-urlencoded";
        let parameters = read(form, None, "q=a&q=1&s=").unwrap();
        assert_eq!(
            parameters.texts("q"),
            Some(Texts::Many(vec!["a".into(), "1".into()]))
        );
        assert_eq!(parameters.texts("s"), None);
    }

    #[test]
    fn a_file_keeps_its_bytes_and_the_name_that_the_client_gives() {
        let body = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../x.txt\"\r\n\r\n\
                    text\r\n--B\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\nkk\r\n--B--\r\n";
        let mut parameters = read("multipart/form-data; boundary=B", None, body).unwrap();
        assert_eq!(parameters.text("source").as_deref(), Some("kk"));
        let file = parameters.take_file("file").unwrap();
        assert_eq!(
            (file.name.as_str(), file.bytes.as_slice()),
            ("../x.txt", &b"text"[..])
        );
        assert!(parameters.take_file("file").is_none());
        let parameters = read("multipart/form-data; boundary=B", None, body).unwrap();
        assert_eq!(parameters.check_files(4), Ok(()));
        let error = parameters.check_files(3).unwrap_err();
        assert_eq!(error.status, axum::http::StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[test]
    fn what_is_not_what_its_content_type_says_is_refused() {
        for body in ["", "[]", "{\"q\":", "\"q\""] {
            let error = read("application/json", None, body).unwrap_err();
            assert_eq!(error.message, "Invalid JSON format");
        }
        for (kind, body) in [
            ("multipart/form-data", "--B\r\n"),
            ("multipart/form-data; boundary=B", "no part"),
            (
                "multipart/form-data; boundary=B",
                "--B\r\nContent-Disposition: form-data; name=q\r\n\r\nx",
            ),
        ] {
            assert!(read(kind, None, body).is_err(), "{kind} {body}");
        }
    }
}
