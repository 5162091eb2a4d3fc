//! From bytes to text.

use super::{ArticleError, sniff};

/// Decodes the bytes; the charset's IANA name comes with the text.
pub(super) fn decode(bytes: &[u8], lossy: bool) -> Result<(String, &'static str), ArticleError> {
    sniff::refuse_known_binary(bytes)?;
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    sniff::refuse_control_bytes(body)?;
    if lossy {
        return Ok((String::from_utf8_lossy(body).into_owned(), "UTF-8"));
    }
    match std::str::from_utf8(body) {
        Ok(text) => Ok((text.to_owned(), "UTF-8")),
        Err(error) => {
            let at = error.valid_up_to();
            let byte = body.get(at).copied().unwrap_or_default();
            let offset = at + bytes.len() - body.len();
            Err(ArticleError::Invalid {
                charset: "UTF-8",
                offset,
                byte,
            })
        }
    }
}
