//! A checksum of converted weights: a flipped bit would change translations without a word.
//!
//! Of xxHash's kind, which is faster than memory: it is against decay, not against an adversary. Parts are
//! hashed on all threads, and their hashes once more.

use std::io::{self, Write};

use twox_hash::XxHash3_64;

use super::pool::ThreadPool;

/// Bytes of a checksum in a file.
pub(super) const BYTES: usize = 8;
/// Bytes that are hashed at once.
const PART_BYTES: usize = 1 << 20;

/// Of bytes that are all there.
pub(super) fn of(bytes: &[u8], pool: &ThreadPool) -> u64 {
    let parts: Vec<&[u8]> = bytes.chunks(PART_BYTES).collect();
    let mut hashes = vec![[0; 8]; parts.len()];
    pool.run_chunks(&mut hashes, 1, &|index, hash| {
        if let (Some(part), [hash]) = (parts.get(index), hash) {
            *hash = XxHash3_64::oneshot(part).to_le_bytes();
        }
    });
    XxHash3_64::oneshot(hashes.as_flattened())
}

/// Writes what it is given and remembers its checksum.
pub(super) struct Summing<W> {
    out: W,
    part: Vec<u8>,
    hashes: Vec<[u8; 8]>,
}

impl<W: Write> Summing<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            part: Vec::with_capacity(PART_BYTES),
            hashes: Vec::new(),
        }
    }

    /// The checksum of what was written, and where to.
    pub(super) fn finish(mut self) -> (u64, W) {
        if !self.part.is_empty() {
            self.end_part();
        }
        (XxHash3_64::oneshot(self.hashes.as_flattened()), self.out)
    }

    fn end_part(&mut self) {
        self.hashes
            .push(XxHash3_64::oneshot(&self.part).to_le_bytes());
        self.part.clear();
    }
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = PART_BYTES - self.part.len();
        let written = self.out.write(bytes.get(..room).unwrap_or(bytes))?;
        self.part
            .extend_from_slice(bytes.get(..written).unwrap_or(bytes));
        if self.part.len() == PART_BYTES {
            self.end_part();
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_in_pieces_has_the_checksum_of_the_whole() {
        let pool = ThreadPool::new(3);
        for length in [0, 1, PART_BYTES - 1, PART_BYTES, 2 * PART_BYTES + 7] {
            let bytes: Vec<u8> = (0..length).map(|i| (i * 31 % 251) as u8).collect();
            let mut out = Summing::new(Vec::new());
            for piece in bytes.chunks(300_007) {
                out.write_all(piece).unwrap();
            }
            let (checksum, written) = out.finish();
            assert!(written == bytes);
            assert_eq!(of(&bytes, &pool), checksum, "{length}");
        }
    }

    #[test]
    fn every_bit_and_the_order_of_parts_count() {
        let pool = ThreadPool::new(2);
        let mut bytes = vec![0; 2 * PART_BYTES + 10];
        bytes[PART_BYTES] = 1;
        let checksum = of(&bytes, &pool);
        for at in [0, PART_BYTES - 1, 2 * PART_BYTES + 9] {
            bytes[at] ^= 0x10;
            assert_ne!(of(&bytes, &pool), checksum, "{at}");
            bytes[at] ^= 0x10;
        }
        bytes.swap(0, PART_BYTES);
        assert_ne!(of(&bytes, &pool), checksum);
    }
}
