//! A request as the server reads it, without a network: for tests that try any bytes.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::http::{HeaderMap, HeaderValue, header};

use super::archive::is_search;
use super::articles::Content;
use super::http::{ApiError, Parameters, Texts};

/// What was read of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRequest {
    /// The texts to translate.
    pub texts: Vec<String>,
    /// The name that is shown of what is to be an article, and its bytes; the message of the error if it
    /// is none.
    pub article: Result<(String, usize), String>,
    /// Whether it can be asked of an archive.
    pub is_search: bool,
}

/// Reads a request with this content type, query string and body.
///
/// # Errors
/// The message that a client gets if the body is not what its content type says.
pub fn read_request(
    content_type: &str,
    query: Option<&str>,
    body: Vec<u8>,
) -> Result<ReadRequest, String> {
    let mut headers = HeaderMap::new();
    // A header that the network would not pass on is none.
    if let Ok(content_type) = HeaderValue::from_str(content_type) {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    let read = at_once(Parameters::read(&headers, query, body));
    let message = |error: ApiError| error.message;
    let mut parameters = read.map_err(message)?;
    let texts = match parameters.texts("q") {
        Some(Texts::One(text)) => vec![text],
        Some(Texts::Many(texts)) => texts,
        None => Vec::new(),
    };
    let is_search = is_search(&parameters);
    let article = Content::of(&mut parameters).map_err(message);
    Ok(ReadRequest {
        texts,
        article: article.map(|content| (content.name().to_owned(), content.size())),
        is_search,
    })
}

/// The value of a future that waits for nothing but itself: its body is in memory.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
