//! Thrift's compact protocol, as far as a Parquet file must be checked before the library reads it,
//! and the headers of pages in it.
//!
//! Policy: the library reads a field that it knows as what it should be, whatever the field says that
//! it is, and what follows would then be other values for it than were checked here. So a known field
//! of another kind is an error.
//!
//! The protocol: a structure is fields up to a stop byte; a field is a byte (the difference of
//! its number to the last one's, and its kind) and a value; numbers are varints, signed ones
//! zigzag-encoded.

use std::io::{self, Read};

/// Maximum structures within each other.
const MAX_DEPTH: usize = 64;

/// The kinds of values.
pub(super) mod kind {
    pub(in super::super) const TRUE: u8 = 1;
    pub(in super::super) const FALSE: u8 = 2;
    pub(in super::super) const BYTE: u8 = 3;
    pub(in super::super) const I16: u8 = 4;
    pub(in super::super) const I32: u8 = 5;
    pub(in super::super) const I64: u8 = 6;
    pub(in super::super) const DOUBLE: u8 = 7;
    pub(in super::super) const BINARY: u8 = 8;
    pub(in super::super) const LIST: u8 = 9;
    pub(in super::super) const SET: u8 = 10;
    pub(in super::super) const STRUCT: u8 = 12;
}

/// The header of a page, as far as its size in memory depends on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PageHeader {
    pub kind: Option<PageKind>,
    /// Bytes of the header itself.
    pub header_bytes: u64,
    /// Bytes of the page in the file.
    pub stored: u64,
    /// Bytes of the page, decompressed.
    pub unpacked: u64,
    /// Values of the page, those of nested lists and nulls included.
    pub values: u64,
    /// Rows of the page, where it says so.
    pub rows: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageKind {
    Data,
    Index,
    Dictionary,
}

/// Reads the header of a page. Where a field occurs twice, the larger value counts.
///
/// # Errors
/// If it is no header, or has a size that is negative or beyond 2 GiB.
pub(super) fn page_header(input: impl Read) -> io::Result<PageHeader> {
    let mut compact = Compact::new(input);
    let mut header = PageHeader::default();
    let mut last = 0;
    while let Some((number, kind)) = compact.field(&mut last)? {
        match (number, kind) {
            (1, kind::I32) => {
                header.kind = match compact.size()? {
                    0 | 3 => Some(PageKind::Data),
                    1 => Some(PageKind::Index),
                    2 => Some(PageKind::Dictionary),
                    _ => return Err(malformed("a page of an unknown kind")),
                }
            }
            (2, kind::I32) => header.unpacked = header.unpacked.max(compact.size()?),
            (3, kind::I32) => header.stored = header.stored.max(compact.size()?),
            (4, kind::I32) => compact.skip(kind)?,
            // A data page of version 1, an index, a dictionary, a data page of version 2.
            (5, kind::STRUCT) => compact.header_of_page(4, &mut header)?,
            (6, kind::STRUCT) => compact.header_of_page(0, &mut header)?,
            (7, kind::STRUCT) => compact.header_of_page(2, &mut header)?,
            (8, kind::STRUCT) => compact.header_of_page(6, &mut header)?,
            (1..=8, _) => return Err(malformed("a field of another kind than it should be")),
            _ => compact.skip(kind)?,
        }
    }
    header.header_bytes = compact.read;
    Ok(header)
}

pub(super) fn malformed(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("it holds {what}"))
}

/// Reads values of the compact protocol.
pub(super) struct Compact<R> {
    input: R,
    /// Bytes read so far.
    read: u64,
}

impl<R: Read> Compact<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, read: 0 }
    }

    /// Reads the header of one kind of page, of which the first `numbers` fields are numbers.
    fn header_of_page(&mut self, numbers: i64, header: &mut PageHeader) -> io::Result<()> {
        let mut last = 0;
        while let Some((number, kind)) = self.field(&mut last)? {
            match (number, kind) {
                (1, kind::I32) if numbers > 0 => {
                    header.values = header.values.max(self.size()?);
                }
                // Only data pages of version 2 have so many.
                (3, kind::I32) if numbers == 6 => header.rows = Some(self.size()?),
                (number, kind::I32) if number <= numbers => self.skip(kind)?,
                (1.., _) if number <= numbers => {
                    return Err(malformed("a field of another kind than it should be"));
                }
                _ => self.skip(kind)?,
            }
        }
        Ok(())
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.input.read_exact(&mut byte)?;
        self.read += 1;
        Ok(byte[0])
    }

    fn varint(&mut self) -> io::Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(malformed("a number of more than 64 bits"))
    }

    fn signed(&mut self) -> io::Result<i64> {
        let number = self.varint()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// A size or count, which is 32 bits wide and not negative.
    pub(super) fn size(&mut self) -> io::Result<u64> {
        let number = i32::try_from(self.signed()?).ok();
        let number = number.and_then(|number| u64::try_from(number).ok());
        number.ok_or_else(|| malformed("a size that is negative or too large"))
    }

    /// The next field of a structure, its number and kind; `None` at its end.
    pub(super) fn field(&mut self, last: &mut i64) -> io::Result<Option<(i64, u8)>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Ok(None);
        }
        *last = match byte >> 4 {
            0 => self.signed()?,
            difference => *last + i64::from(difference),
        };
        if !(0..=i64::from(i16::MAX)).contains(last) {
            return Err(malformed("a field of an impossible number"));
        }
        Ok(Some((*last, byte & 0x0f)))
    }

    /// The kind of a list's elements, and how many there are.
    pub(super) fn list(&mut self) -> io::Result<(u8, u64)> {
        let byte = self.byte()?;
        let count = match byte >> 4 {
            15 => self.varint()?,
            count => u64::from(count),
        };
        Ok((byte & 0x0f, count))
    }

    /// Passes a value.
    pub(super) fn skip(&mut self, kind: u8) -> io::Result<()> {
        self.skip_within(kind, MAX_DEPTH)
    }

    fn skip_within(&mut self, kind: u8, depth: usize) -> io::Result<()> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(malformed("structures that nest too deep"));
        };
        match kind {
            kind::TRUE | kind::FALSE => Ok(()),
            kind::BYTE => self.byte().map(drop),
            kind::I16 | kind::I32 | kind::I64 => self.varint().map(drop),
            kind::DOUBLE => self.skip_bytes(8),
            kind::BINARY => {
                let length = self.varint()?;
                self.skip_bytes(length)
            }
            kind::LIST | kind::SET => {
                let (of, count) = self.list()?;
                // The format has no list of truths, and the library would pass any number of them
                // without a byte.
                if matches!(of, kind::TRUE | kind::FALSE) && count > 0 {
                    return Err(malformed("a list of truths"));
                }
                for _ in 0..count {
                    self.skip_within(of, depth)?;
                }
                Ok(())
            }
            kind::STRUCT => {
                let mut last = 0;
                while let Some((_, kind)) = self.field(&mut last)? {
                    self.skip_within(kind, depth)?;
                }
                Ok(())
            }
            _ => Err(malformed("a value of an unknown kind")),
        }
    }

    fn skip_bytes(&mut self, count: u64) -> io::Result<()> {
        let skipped = io::copy(&mut self.input.by_ref().take(count), &mut io::sink())?;
        self.read += skipped;
        if skipped < count {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A data page of version 1: 10 bytes, 30 unpacked, 5 values.
    const DATA: &[u8] = &[
        0x15, 0, 0x15, 60, 0x15, 20, 0x2c, 0x15, 10, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0,
    ];

    #[test]
    fn the_header_of_a_page_says_what_it_becomes() {
        let header = page_header(DATA).unwrap();
        let expected = PageHeader {
            kind: Some(PageKind::Data),
            header_bytes: DATA.len() as u64,
            stored: 10,
            unpacked: 30,
            values: 5,
            rows: None,
        };
        assert_eq!(header, expected);
        for length in 0..DATA.len() {
            assert!(page_header(&DATA[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn the_larger_of_two_sizes_counts_and_an_impossible_one_is_an_error() {
        // Unpacked: 30, then by its number again: 20.
        let twice = [&[0x25, 60, 0x05, 4, 40][..], &[0]].concat();
        assert_eq!(page_header(&twice[..]).unwrap().unpacked, 30);
        // A number that says it is 64 bits wide.
        assert!(page_header(&[0x26, 60, 0][..]).is_err());
        // -1, and 2^31.
        for size in [&[1][..], &[0x80, 0x80, 0x80, 0x80, 0x10]] {
            let header = [&[0x25][..], size, &[0]].concat();
            assert!(page_header(&header[..]).is_err(), "{size:?}");
        }
    }

    #[test]
    fn a_list_that_claims_more_than_there_is_ends_with_the_bytes() {
        for of in 1..=12 {
            let header = [&[0xf9, 0xf0 | of, 0xff, 0xff, 0xff, 0xff, 7][..], &[1; 100]].concat();
            assert!(page_header(&header[..]).is_err(), "{of}");
        }
        // Field 65,537, which 16 bits would make the first.
        assert!(page_header(&[0x05, 0x82, 0x80, 8, 0, 0][..]).is_err());
        // The header of a data page that says it is a text.
        assert!(page_header(&[0x58, 1, b'a', 0][..]).is_err());
    }

    #[test]
    fn structures_of_any_kind_are_skipped_and_those_too_deep_are_refused() {
        // Field 15: a list of two structures, each a string, a double and a list of two numbers.
        let element = [&[0x18, 1, b'a', 0x17][..], &[0; 8], &[0x19, 0x25, 1, 2, 0]].concat();
        let header = [&[0xf9, 0x2c][..], &element, &element, &[0]].concat();
        assert_eq!(
            page_header(&header[..]).unwrap().header_bytes,
            header.len() as u64
        );
        assert!(page_header(&[0xfc; 1000][..]).is_err());
    }
}
