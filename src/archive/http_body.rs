//! The header of a response as web archives keep it, and its body without the codings that it was sent
//! in.

use std::io::{self, BufRead, Read};

use super::limits::Counted;
use crate::files::read_at_most;
use crate::input::MAX_ARTICLE_BYTES;

/// Maximum codings of a body, each of which may multiply its size; servers use one.
const MAX_CODINGS: usize = 3;

/// Fields of a header; names are in lower case.
#[derive(Debug, Default)]
pub(super) struct Headers(Vec<(String, String)>);

impl Headers {
    /// Reads fields up to the empty line that ends them; `None` if the stream ends before.
    pub(super) fn read(stream: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut line = Vec::new();
        loop {
            line.clear();
            stream.read_until(b'\n', &mut line)?;
            if !line.ends_with(b"\n") {
                return Ok(None);
            }
            let text = String::from_utf8_lossy(&line);
            if text.trim().is_empty() {
                return Ok(Some(Self(fields)));
            }
            match (text.split_once(':'), fields.last_mut()) {
                (_, Some((_, value))) if text.starts_with([' ', '\t']) => {
                    value.push(' ');
                    value.push_str(text.trim());
                }
                (Some((name, value)), _) => {
                    let name = name.trim().to_ascii_lowercase();
                    fields.push((name, value.trim().to_owned()));
                }
                (None, _) => {}
            }
        }
    }

    /// The header of what was kept without one.
    pub(super) fn of_media(media: &str) -> Self {
        Self(vec![(String::from("content-type"), media.to_owned())])
    }

    /// The first field of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(field, _)| field == name);
        field.map(|(_, value)| value.as_str())
    }

    /// The words of a field, in lower case.
    fn words(&self, name: &str) -> Vec<String> {
        let words = self.get(name).unwrap_or_default().split(',');
        words.map(|word| word.trim().to_ascii_lowercase()).collect()
    }
}

/// The body of a response; `None` if it is larger than an article may be. `unpacked` counts what all of
/// its codings become. Archives keep the codings of
/// responses in the header also where they took them off, so that a body that does not begin as its
/// coding does is taken as it is.
///
/// # Errors
/// What is broken in it.
pub(super) fn decoded(
    mut body: Vec<u8>,
    headers: &Headers,
    unpacked: &mut u64,
) -> Result<Option<Vec<u8>>, &'static str> {
    if headers
        .words("transfer-encoding")
        .contains(&String::from("chunked"))
        && let Some(joined) = joined(&body)?
    {
        body = joined;
    }
    let codings = headers.words("content-encoding");
    if codings.len() > MAX_CODINGS {
        return Err("the response's body has more than 3 codings");
    }
    for coding in codings.iter().rev() {
        let bytes = body.as_slice();
        let read: Box<dyn Read> = match coding.as_str() {
            "gzip" | "x-gzip" if bytes.starts_with(b"\x1f\x8b") => {
                Box::new(flate2::bufread::MultiGzDecoder::new(bytes))
            }
            "deflate" if bytes.first().is_some_and(|first| first & 0x0f == 8) => {
                Box::new(flate2::bufread::ZlibDecoder::new(bytes))
            }
            "zstd" if bytes.starts_with(b"\x28\xb5\x2f\xfd") => {
                let mut decoder = zstd::Decoder::with_buffer(bytes).map_err(|_| BROKEN)?;
                decoder.window_log_max(27).map_err(|_| BROKEN)?;
                Box::new(decoder)
            }
            // It has no mark of its own.
            "br" if bytes.trim_ascii_start().first() != Some(&b'<') => {
                Box::new(brotli_decompressor::Decompressor::new(bytes, 1 << 16))
            }
            _ => continue,
        };
        let (read, count) = Counted::new(read);
        let read = read_at_most(read, MAX_ARTICLE_BYTES);
        *unpacked += count.get();
        match read.map_err(|_| BROKEN)? {
            Some(read) => body = read,
            None => return Ok(None),
        }
    }
    Ok(Some(body))
}

const BROKEN: &str = "the response's body cannot be unpacked";

/// The chunks of a body, joined; `None` if it does not begin with one.
fn joined(body: &[u8]) -> Result<Option<Vec<u8>>, &'static str> {
    let mut rest = body;
    let mut joined = Vec::new();
    loop {
        let end = rest.iter().position(|&byte| byte == b'\n');
        let size = end.and_then(|end| rest.get(..end)).and_then(|line| {
            let line = str::from_utf8(line).ok()?;
            let size = line.split(';').next()?.trim();
            u64::from_str_radix(size, 16).ok()
        });
        let (Some(end), Some(size)) = (end, size) else {
            // Some archives lack the last one.
            return match (joined.is_empty(), rest.trim_ascii().is_empty()) {
                (true, _) => Ok(None),
                (false, true) => Ok(Some(joined)),
                (false, false) => Err("the response's chunks are broken"),
            };
        };
        if size == 0 {
            return Ok(Some(joined));
        }
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let chunk = rest
            .get(end + 1..)
            .and_then(|rest| rest.split_at_checked(size));
        let Some((chunk, after)) = chunk else {
            return Err("the response's chunks are broken");
        };
        joined.extend_from_slice(chunk);
        rest = after
            .strip_prefix(b"\r\n")
            .or_else(|| after.strip_prefix(b"\n"))
            .unwrap_or(after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn headers(text: &str) -> Headers {
        Headers::read(&mut text.as_bytes()).unwrap().unwrap()
    }

    fn unpacked(body: Vec<u8>, headers: &Headers) -> Result<Option<Vec<u8>>, &'static str> {
        decoded(body, headers, &mut 0)
    }

    #[test]
    fn fields_go_on_over_lines_and_end_with_an_empty_one() {
        let headers = headers(
            "A: 1\r\nContent-Type: text/html;\r\n charset=utf-8\r\nno field\r\n\r\nB: 2\r\n\r\n",
        );
        assert_eq!(headers.get("a"), Some("1"));
        assert_eq!(
            headers.get("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(headers.get("b"), None);
        assert!(Headers::read(&mut &b"A: 1\r\n"[..]).unwrap().is_none());
    }

    #[test]
    fn a_body_of_many_codings_is_refused() {
        let body = || b"<p>a</p>".to_vec();
        for (codings, is_read) in [("gzip, br, identity", true), ("br,br,br,br", false)] {
            let headers = headers(&format!("Content-Encoding: {codings}\r\n\r\n"));
            assert_eq!(unpacked(body(), &headers).is_ok(), is_read, "{codings}");
        }
    }

    #[test]
    fn a_body_loses_the_codings_that_it_really_has() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"<p>a</p>").unwrap();
        let gzip = gzip.finish().unwrap();
        let chunked = [
            format!("{:x};x=1\r\n", gzip.len()).as_bytes(),
            &gzip,
            b"\r\n0\r\n\r\n",
        ]
        .concat();
        let both = headers("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n");
        for body in [chunked.clone(), gzip.clone(), b"<p>a</p>".to_vec()] {
            assert_eq!(unpacked(body, &both).unwrap().unwrap(), b"<p>a</p>");
        }
        let brotli = b"\x8b\x03\x80\x3c\x70\x3e\x61\x3c\x2f\x70\x3e\x03".to_vec();
        let br = headers("Content-Encoding: br\r\n\r\n");
        assert_eq!(unpacked(brotli, &br).unwrap().unwrap(), b"<p>a</p>");
        assert_eq!(
            unpacked(b"<p>a</p>".to_vec(), &br).unwrap().unwrap(),
            b"<p>a</p>"
        );
        assert!(unpacked(b"5\r\nab".to_vec(), &both).is_err());
        assert!(unpacked(gzip[..gzip.len() - 3].to_vec(), &both).is_err());
    }
}
