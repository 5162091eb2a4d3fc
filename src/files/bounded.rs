//! Reading that ends at a limit.

use std::io::{self, Read};

/// Reads to the end; `None` if there are more than `limit` bytes.
pub(crate) fn read_at_most(from: impl Read, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_larger_than_the_limit_is_not_kept() {
        assert_eq!(read_at_most(&b"12345"[..], 5).unwrap().unwrap(), b"12345");
        assert_eq!(read_at_most(&b"123456"[..], 5).unwrap(), None);
        assert_eq!(read_at_most(io::repeat(0), 1000).unwrap(), None);
    }
}
