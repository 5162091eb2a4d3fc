//! Gzip streams: every member, its checksum verified, and what follows the last one.
//!
//! Zeros after the last member are padding (tapes and block devices add them); anything else there
//! is an error, as bytes of an article may be lost with it.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// The first byte of a member.
const MAGIC: u8 = 0x1f;

/// Decompresses the members of a stream, one after the other.
pub(super) struct GzipMembers<R> {
    /// `None` after the last member.
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> GzipMembers<R> {
    pub(super) fn new(stream: R) -> Self {
        Self {
            member: Some(GzDecoder::new(stream)),
        }
    }
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(member) = &mut self.member else {
                return Ok(0);
            };
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let stream = self.member.take().map(GzDecoder::into_inner);
            self.member = match stream {
                Some(stream) => next_member(stream)?,
                None => None,
            };
        }
    }
}

/// The member that begins here, if one does.
fn next_member<R: BufRead>(mut stream: R) -> io::Result<Option<GzDecoder<R>>> {
    let mut is_padded = false;
    loop {
        let bytes = stream.fill_buf()?;
        match bytes.first() {
            None => return Ok(None),
            Some(0) => {
                let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
                stream.consume(zeros);
                is_padded = true;
            }
            Some(&MAGIC) if !is_padded => return Ok(Some(GzDecoder::new(stream))),
            Some(_) => {
                let message = "bytes that are no gzip follow the compressed data";
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(text: &str) -> Vec<u8> {
        let level = flate2::Compression::fast();
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        // A buffer of one byte, so that members and padding meet its end.
        let stream = io::BufReader::with_capacity(1, bytes);
        GzipMembers::new(stream).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn members_are_read_one_after_the_other() {
        let both = [gzip("one"), gzip(""), gzip("two")].concat();
        assert_eq!(unpacked(&both).unwrap(), "onetwo");
        assert_eq!(unpacked(&[both, vec![0; 1000]].concat()).unwrap(), "onetwo");
    }

    #[test]
    fn what_is_cut_changed_or_followed_by_other_bytes_is_an_error() {
        let whole = gzip("one two three");
        for length in 0..whole.len() {
            assert!(unpacked(&whole[..length]).is_err(), "{length}");
        }
        let checksum = whole.len() - 8;
        let mut changed = whole.clone();
        changed[checksum] ^= 1;
        assert!(unpacked(&changed).is_err());
        for more in [
            &b"x"[..],
            b"\0x",
            b"\x1f\x8c",
            &[vec![0], whole.clone()].concat(),
        ] {
            assert!(unpacked(&[&whole, more].concat()).is_err(), "{more:?}");
        }
    }
}
