//! What must be known of a Parquet file's Thrift structures before the library reads them: how large
//! a page becomes, and how many columns there are, how deep.
//!
//! The compact protocol: a structure is fields up to a stop byte; a field is a byte (the difference of
//! its number to the last one's, and its kind) and a value; numbers are varints, signed ones
//! zigzag-encoded.

use std::io::{self, Read};

/// Maximum structures within each other.
const MAX_DEPTH: usize = 64;
/// Maximum elements of a schema: its columns and groups of columns.
const MAX_SCHEMA_ELEMENTS: usize = 10_000;
/// Maximum groups of columns within each other.
const MAX_SCHEMA_DEPTH: usize = 64;

/// The kinds of values.
mod kind {
    pub(super) const TRUE: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const BYTE: u8 = 3;
    pub(super) const I16: u8 = 4;
    pub(super) const I32: u8 = 5;
    pub(super) const I64: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const BINARY: u8 = 8;
    pub(super) const LIST: u8 = 9;
    pub(super) const SET: u8 = 10;
    pub(super) const STRUCT: u8 = 12;
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
    let mut compact = Compact { input, read: 0 };
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
            // The headers of data pages of version 1, dictionaries, and data pages of version 2.
            (5 | 7 | 8, kind::STRUCT) => {
                let mut last = 0;
                while let Some((inner, kind)) = compact.field(&mut last)? {
                    match (inner, kind) {
                        (1, kind::I32) => header.values = header.values.max(compact.size()?),
                        (3, kind::I32) if number == 8 => header.rows = Some(compact.size()?),
                        _ => compact.skip(kind, MAX_DEPTH)?,
                    }
                }
            }
            _ => compact.skip(kind, MAX_DEPTH)?,
        }
    }
    header.header_bytes = compact.read;
    Ok(header)
}

/// Checks the schema in a file's metadata.
///
/// # Errors
/// If the metadata cannot be read, or the schema has too many columns or is too deep.
pub(super) fn check_schema(metadata: &[u8]) -> io::Result<()> {
    let mut compact = Compact {
        input: metadata,
        read: 0,
    };
    let mut last = 0;
    while let Some((number, kind)) = compact.field(&mut last)? {
        if (number, kind) != (2, kind::LIST) {
            compact.skip(kind, MAX_DEPTH)?;
            continue;
        }
        let (of, count) = compact.list()?;
        if count > MAX_SCHEMA_ELEMENTS as u64 {
            return Err(malformed("a schema of more than 10000 columns"));
        }
        // How many elements each open group still has to get.
        let mut open: Vec<u64> = Vec::new();
        for _ in 0..count {
            if of != kind::STRUCT {
                return Err(malformed("a schema that is none"));
            }
            while open.pop_if(|left| *left == 0).is_some() {}
            if let Some(left) = open.last_mut() {
                *left -= 1;
            }
            let mut last = 0;
            while let Some((number, kind)) = compact.field(&mut last)? {
                match (number, kind) {
                    (5, kind::I32) => open.push(compact.size()?),
                    _ => compact.skip(kind, MAX_DEPTH)?,
                }
            }
            if open.len() > MAX_SCHEMA_DEPTH {
                return Err(malformed("a schema that nests more than 64 deep"));
            }
        }
    }
    Ok(())
}

fn malformed(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("it holds {what}"))
}

struct Compact<R> {
    input: R,
    /// Bytes read so far.
    read: u64,
}

impl<R: Read> Compact<R> {
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
    fn size(&mut self) -> io::Result<u64> {
        let number = i32::try_from(self.signed()?).ok();
        let number = number.and_then(|number| u64::try_from(number).ok());
        number.ok_or_else(|| malformed("a size that is negative or too large"))
    }

    /// The next field of a structure, its number and kind; `None` at its end.
    fn field(&mut self, last: &mut i64) -> io::Result<Option<(i64, u8)>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Ok(None);
        }
        *last = match byte >> 4 {
            0 => self.signed()?,
            difference => last.saturating_add(i64::from(difference)),
        };
        Ok(Some((*last, byte & 0x0f)))
    }

    /// The kind of a list's elements, and how many there are.
    fn list(&mut self) -> io::Result<(u8, u64)> {
        let byte = self.byte()?;
        let count = match byte >> 4 {
            15 => self.varint()?,
            count => u64::from(count),
        };
        Ok((byte & 0x0f, count))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> io::Result<()> {
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
                for _ in 0..count {
                    match of {
                        // In a list each has a byte of its own.
                        kind::TRUE | kind::FALSE => self.skip_bytes(1)?,
                        _ => self.skip(of, depth)?,
                    }
                }
                Ok(())
            }
            kind::STRUCT => {
                let mut last = 0;
                while let Some((_, kind)) = self.field(&mut last)? {
                    self.skip(kind, depth)?;
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
        // -1, and 2^31.
        for size in [&[1][..], &[0x80, 0x80, 0x80, 0x80, 0x10]] {
            let header = [&[0x25][..], size, &[0]].concat();
            assert!(page_header(&header[..]).is_err(), "{size:?}");
        }
    }

    #[test]
    fn structures_of_any_kind_are_skipped_and_those_too_deep_are_refused() {
        // Field 15: a list of two structures, each a string, a double and a list of two booleans.
        let element = [&[0x18, 1, b'a', 0x17][..], &[0; 8], &[0x19, 0x21, 1, 2, 0]].concat();
        let header = [&[0xf9, 0x2c][..], &element, &element, &[0]].concat();
        assert_eq!(
            page_header(&header[..]).unwrap().header_bytes,
            header.len() as u64
        );
        assert!(page_header(&[0xfc; 1000][..]).is_err());
    }

    fn schema(elements: &[u8]) -> io::Result<()> {
        let of: Vec<u8> = elements
            .iter()
            .flat_map(|&children| match children {
                0 => vec![0x48, 1, b'a', 0],
                children => vec![0x48, 1, b'a', 0x15, 2 * children, 0],
            })
            .collect();
        let mut metadata = vec![0x29, 0xfc];
        let mut count = elements.len();
        while count > 127 {
            metadata.push((count & 0x7f) as u8 | 0x80);
            count >>= 7;
        }
        metadata.push(count as u8);
        check_schema(&[metadata, of, vec![0]].concat())
    }

    #[test]
    fn a_schema_is_bounded_in_columns_and_depth() {
        assert!(schema(&[2, 0, 1, 0]).is_ok());
        let deep = |depth: usize| [vec![1; depth], vec![0]].concat();
        assert!(schema(&deep(MAX_SCHEMA_DEPTH)).is_ok());
        assert!(schema(&deep(MAX_SCHEMA_DEPTH + 1)).is_err());
        // Groups one after the other are not within each other.
        let wide = [&[60][..], &[1, 0].repeat(60)].concat();
        assert!(schema(&wide).is_ok());
        let message = schema(&vec![0; MAX_SCHEMA_ELEMENTS + 1])
            .unwrap_err()
            .to_string();
        assert!(message.contains("more than 10000 columns"), "{message}");
    }
}
