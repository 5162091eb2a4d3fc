//! A request as a handler sees it: its parameters, and whose it is.

use std::net::SocketAddr;
use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use tokio::sync::OwnedSemaphorePermit;

use super::body::ReadBody;
use super::{ApiError, Parameters};
use crate::serve::app::App;
use crate::serve::engine::ClientId;
use crate::serve::keys::Keys;

/// Maximum bytes of a request that carries no file.
pub(in crate::serve) const MAX_TEXT_BYTES: usize = 16 << 20;

/// The client's address, which a connection gives to its requests.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub SocketAddr);

/// A request that was read, and whose client may ask.
pub(in crate::serve) struct Call {
    pub parameters: Parameters,
    pub client: ClientId,
    /// The server's address as the client knows it.
    pub url: String,
    _held: Option<OwnedSemaphorePermit>,
}

impl Call {
    /// Reads a request whose body has at most `limit` bytes.
    ///
    /// # Errors
    /// If it cannot be read, lacks the key that is wanted, or is one too many.
    pub(in crate::serve) async fn read(
        app: &App,
        request: Request,
        limit: usize,
    ) -> Result<Self, ApiError> {
        let (head, body) = request.into_parts();
        let address = head.extensions.get::<Peer>().map(|peer| peer.0);
        let known = |key: &str| match &app.options.keys {
            Some(keys) => known(app, keys, key, address),
            None => Err(ApiError::internal()),
        };
        // A wrong key in a header is refused before the body is read.
        let early = key_of(&head.headers).filter(|_| app.options.keys.is_some());
        let early = early.map(|key| known(&key)).transpose()?;
        let ReadBody { bytes, held } = app.bodies.read(&head.headers, body, limit).await?;
        let query = head.uri.query();
        let parameters = Parameters::read(&head.headers, query, bytes).await?;
        // Asking how far an article is costs nothing.
        let is_counted = head.method == Method::POST;
        let client = match (early, &app.options.keys) {
            (Some(client), _) => client,
            (None, Some(_)) => {
                let missing = "Please contact the server operator to get an API key";
                let key = parameters.text("api_key");
                known(&key.ok_or_else(|| ApiError::bad(missing))?)?
            }
            (None, None) => {
                let address = address.ok_or_else(ApiError::internal)?;
                ClientId::of_address(address.ip())
            }
        };
        if is_counted {
            app.rate.count(client, Instant::now())?;
        }
        Ok(Self {
            parameters,
            client,
            url: own_url(app, &head.headers),
            _held: held,
        })
    }
}

/// The client whose key this is.
fn known(
    app: &App,
    keys: &Keys,
    key: &str,
    address: Option<SocketAddr>,
) -> Result<ClientId, ApiError> {
    let client = keys.client(key);
    // A wrong key counts for its address, so that keys cannot be guessed at will.
    if client.is_none()
        && let Some(address) = address
    {
        let address = ClientId::of_address(address.ip());
        app.rate.count(address, Instant::now())?;
    }
    client.ok_or_else(|| ApiError::forbidden("Invalid API key"))
}

/// The key in a header: `Bearer K`, or DeepL's `DeepL-Auth-Key K`.
fn key_of(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    let is_known = ["Bearer", "DeepL-Auth-Key"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(scheme));
    is_known.then(|| key.trim().to_owned())
}

/// The server's address as the client knows it, by the `Host` that was checked; a proxy says whether
/// the client speaks TLS to it.
pub(in crate::serve) fn own_url(app: &App, headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let is_tls = headers
        .get("x-forwarded-proto")
        .is_some_and(|p| p == "https");
    let scheme = if is_tls { "https" } else { "http" };
    format!(
        "{scheme}://{}{}",
        host.unwrap_or_default(),
        app.options.url_prefix
    )
}
