//! Any bytes as a request to the server: a line with its content type, one with its query string, and its
//! body. Nothing panics; what is read is bounded by what was sent, and is the same each time.

#![no_main]

use audarma::serve::{ReadRequest, read_request};
use libfuzzer_sys::fuzz_target;

/// Bytes that a byte of a request may become: U+FFFD in the place of one that is not UTF-8.
const MAX_GROWTH: usize = 3;
/// Bytes that an address which is to be fetched is counted as.
const PAGE_BYTES: usize = 1 << 20;
/// Characters of a name that is shown, each of at most four bytes; an address has at most 2,000 bytes.
const MAX_NAME_BYTES: usize = 2_000;

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(3, |&byte| byte == b'\n');
    let mut line = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (kind, query) = (line(), line());
    let body = parts.next().unwrap_or_default().to_vec();
    let read = || read_request(&kind, Some(&query), body.clone());
    let first = read();
    assert_eq!(first, read(), "read again");
    if let Ok(request) = first {
        check(&request, query.len() + body.len());
    }
});

fn check(request: &ReadRequest, sent: usize) {
    let bytes: usize = request.texts.iter().map(String::len).sum();
    assert!(bytes <= MAX_GROWTH * sent, "{bytes} bytes of {sent}");
    if let Ok((name, size)) = &request.article {
        assert!(*size <= MAX_GROWTH * sent || *size == PAGE_BYTES, "{size} bytes of {sent}");
        assert!(name.len() <= MAX_NAME_BYTES, "a name of {} bytes", name.len());
    }
}
