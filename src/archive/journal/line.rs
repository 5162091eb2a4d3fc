//! The bytes of a journal's line: JSON that ends in the line's number and a checksum of all before
//! it, so that a damaged line and a missing one are noticed.

use super::entry::JournalLine;
use crate::files::{hex, sha256};

const NUMBER: &[u8] = b",\"line\":";
const CHECK: &[u8] = b",\"check\":\"";
const END: &[u8] = b"\"}\n";
/// Bytes of a checksum; it has two digits for each.
const CHECK_BYTES: usize = 8;

/// The line with this number, from 0, line break included.
pub(super) fn bytes(line: &JournalLine, number: u64) -> Vec<u8> {
    // A journal's lines are made of strings and numbers, which always become JSON.
    let mut bytes = serde_json::to_vec(line).unwrap_or_default();
    // The closing brace.
    bytes.pop();
    bytes.extend(NUMBER);
    bytes.extend(number.to_string().bytes());
    let check = check(&bytes);
    bytes.extend(CHECK);
    bytes.extend(check.bytes());
    bytes.extend(END);
    bytes
}

/// The number of a line, and what it says; `None` if it is damaged or incomplete.
pub(super) fn parse(bytes: &[u8]) -> Option<(u64, JournalLine)> {
    let rest = bytes.strip_suffix(END)?;
    let start = rest.len().checked_sub(2 * CHECK_BYTES)?;
    let (rest, digits) = rest.split_at_checked(start)?;
    let rest = rest.strip_suffix(CHECK)?;
    if check(rest).as_bytes() != digits {
        return None;
    }
    let number = rest.windows(NUMBER.len()).rposition(|part| part == NUMBER);
    let number = rest.get(number? + NUMBER.len()..)?;
    let number = std::str::from_utf8(number).ok()?.parse().ok()?;
    Some((number, JournalLine::parse(bytes)?))
}

fn check(bytes: &[u8]) -> String {
    hex(sha256(bytes).get(..CHECK_BYTES).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_back_and_one_that_changed_in_any_bit_is_not() {
        let line = bytes(
            &JournalLine::Commit {
                commit: 7,
                shard: None,
            },
            12,
        );
        let text = std::str::from_utf8(&line).unwrap();
        assert!(
            text.starts_with("{\"commit\":7,\"line\":12,\"check\":\""),
            "{text}"
        );
        let (number, read) = parse(&line).unwrap();
        assert!(matches!(read, JournalLine::Commit { commit: 7, .. }));
        assert_eq!(number, 12);
        for bit in 0..8 * line.len() {
            let mut line = line.clone();
            line[bit / 8] ^= 1 << (bit % 8);
            assert!(parse(&line).is_none(), "bit {bit}");
        }
        for end in 0..line.len() {
            assert!(parse(&line[..end]).is_none(), "{end} bytes");
        }
    }
}
