//! A stream in another charset, as UTF-8.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, DecoderResult};

use crate::article::Charset;

/// Maximum bytes that are decoded at once.
const STEP_BYTES: usize = 16 << 10;

/// The charset of a stream that is UTF-16: the one that is named, or that of its byte order mark.
pub(super) fn utf16(head: &[u8], named: Option<Charset>) -> Option<Charset> {
    match (named, head) {
        (Some(charset @ (Charset::Utf16Le | Charset::Utf16Be)), _) => Some(charset),
        (None, [0xFF, 0xFE, ..]) => Some(Charset::Utf16Le),
        (None, [0xFE, 0xFF, ..]) => Some(Charset::Utf16Be),
        _ => None,
    }
}

/// Decodes a stream as it is read; what is not in the charset is an error, or U+FFFD if that was asked for.
pub(super) struct Transcoded<R> {
    inner: R,
    charset: Charset,
    lossy: bool,
    /// `None` where each byte is a character.
    decoder: Option<Decoder>,
    decoded: VecDeque<u8>,
    is_at_end: bool,
}

impl<R: BufRead> Transcoded<R> {
    pub(super) fn new(inner: R, charset: Charset, lossy: bool) -> Self {
        let encoding = match charset {
            Charset::Utf8 => Some(encoding_rs::UTF_8),
            Charset::Utf16Le => Some(encoding_rs::UTF_16LE),
            Charset::Utf16Be => Some(encoding_rs::UTF_16BE),
            Charset::Named(encoding) => Some(encoding),
            Charset::Kz1048 | Charset::Pt154 | Charset::Windows1251 => None,
        };
        Self {
            inner,
            charset,
            lossy,
            decoder: encoding.map(encoding_rs::Encoding::new_decoder_with_bom_removal),
            decoded: VecDeque::new(),
            is_at_end: false,
        }
    }

    fn decode_more(&mut self) -> io::Result<()> {
        let invalid = || {
            let message = format!("it is not {}", self.charset.name());
            io::Error::new(io::ErrorKind::InvalidData, message)
        };
        let bytes = self.inner.fill_buf()?;
        let bytes = bytes.get(..STEP_BYTES).unwrap_or(bytes);
        let is_last = bytes.is_empty();
        let read = match &mut self.decoder {
            None => {
                let text = self
                    .charset
                    .decode(bytes, self.lossy)
                    .map_err(|_| invalid())?;
                self.decoded.extend(text.as_bytes());
                bytes.len()
            }
            Some(decoder) if self.lossy => {
                let room = decoder.max_utf8_buffer_length(bytes.len());
                let mut text = String::with_capacity(room.unwrap_or(4 * STEP_BYTES));
                let (_, read, _) = decoder.decode_to_string(bytes, &mut text, is_last);
                self.decoded.extend(text.as_bytes());
                read
            }
            Some(decoder) => {
                let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
                let mut text = String::with_capacity(room.unwrap_or(4 * STEP_BYTES));
                let (result, read) =
                    decoder.decode_to_string_without_replacement(bytes, &mut text, is_last);
                if matches!(result, DecoderResult::Malformed(..)) {
                    return Err(invalid());
                }
                self.decoded.extend(text.as_bytes());
                read
            }
        };
        self.inner.consume(read);
        self.is_at_end = is_last;
        Ok(())
    }
}

impl<R: BufRead> Read for Transcoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.decoded.is_empty() && !self.is_at_end {
            self.decode_more()?;
        }
        self.decoded.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Қазақстан «ұлы» дала";

    fn decoded(bytes: &[u8], charset: Charset) -> io::Result<String> {
        decoded_as(bytes, charset, false)
    }

    fn decoded_as(bytes: &[u8], charset: Charset, lossy: bool) -> io::Result<String> {
        // A buffer of one byte, so that characters meet its end.
        let stream = io::BufReader::with_capacity(1, bytes);
        let mut text = String::new();
        Transcoded::new(stream, charset, lossy).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn a_stream_is_decoded_piece_by_piece() {
        let units = TEXT.encode_utf16();
        let bytes: Vec<u8> = [0xFEFF]
            .into_iter()
            .chain(units)
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(utf16(&bytes, None), Some(Charset::Utf16Le));
        assert_eq!(decoded(&bytes, Charset::Utf16Le).unwrap(), TEXT);
        let russian = b"\xcd\xee\xe2\xee\xf1\xf2\xe8";
        assert_eq!(decoded(russian, Charset::Windows1251).unwrap(), "Новости");
        assert_eq!(decoded(TEXT.as_bytes(), Charset::Utf8).unwrap(), TEXT);
    }

    #[test]
    fn what_is_not_in_the_charset_is_an_error() {
        assert!(decoded(b"\x98", Charset::Windows1251).is_err());
        assert!(decoded(b"a\xff", Charset::Utf8).is_err());
        assert!(decoded(b"a", Charset::Utf16Le).is_err());
    }

    #[test]
    fn what_is_not_in_the_charset_is_replaced_if_that_is_asked_for() {
        let lossy = |bytes: &[u8], charset| decoded_as(bytes, charset, true).unwrap();
        assert_eq!(lossy(b"a\0\0\xDCb\0", Charset::Utf16Le), "a\u{FFFD}b");
        assert_eq!(lossy(b"a\0b", Charset::Utf16Le), "a\u{FFFD}");
        assert_eq!(lossy(b"a\xffb", Charset::Utf8), "a\u{FFFD}b");
        assert_eq!(lossy(b"\x98", Charset::Windows1251), "\u{FFFD}");
    }
}
