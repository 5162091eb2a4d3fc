//! The metadata at the end of a Parquet file, checked before the library reads it: that it is of the
//! format's structures, and that its schema is neither too wide nor too deep.

use std::io;

use super::thrift::{Compact, kind, malformed};

/// Maximum elements of a schema: its columns and groups of columns.
const MAX_SCHEMA_ELEMENTS: usize = 10_000;
/// Maximum groups of columns within each other.
const MAX_SCHEMA_DEPTH: usize = 64;

/// The known fields of a structure, by their numbers.
type Shape = &'static [(i64, Expected)];

/// What a field should be.
#[derive(Clone, Copy)]
enum Expected {
    Number32,
    /// Numbers of other widths.
    Number(u8),
    Text,
    Truth,
    Structure(Shape),
    Structures(Shape),
    /// A list of values of this kind.
    List(u8),
    /// The elements of the schema.
    Schema,
    /// How many columns a group of the schema has.
    Children,
}

use Expected::{Children, List, Number, Number32, Schema, Structure, Structures, Text, Truth};

const NUMBER64: Expected = Number(kind::I64);

// The names and numbers are those of parquet.thrift.
const FILE: Shape = &[
    (1, Number32),
    (2, Schema),
    (3, NUMBER64),
    (4, Structures(ROW_GROUP)),
    (5, Structures(KEY_VALUE)),
    (6, Text),
    (7, Structures(COLUMN_ORDER)),
    (8, Structure(&[])),
    (9, Text),
];
const SCHEMA_ELEMENT: Shape = &[
    (1, Number32),
    (2, Number32),
    (3, Number32),
    (4, Text),
    (5, Children),
    (6, Number32),
    (7, Number32),
    (8, Number32),
    (9, Number32),
    (10, Structure(LOGICAL_TYPE)),
];
const LOGICAL_TYPE: Shape = &[
    (1, Structure(&[])),
    (2, Structure(&[])),
    (3, Structure(&[])),
    (4, Structure(&[])),
    (5, Structure(&[(1, Number32), (2, Number32)])),
    (6, Structure(&[])),
    (7, Structure(TIME)),
    (8, Structure(TIME)),
    (10, Structure(&[(1, Number(kind::BYTE)), (2, Truth)])),
    (11, Structure(&[])),
    (12, Structure(&[])),
    (13, Structure(&[])),
    (14, Structure(&[])),
    (15, Structure(&[])),
    (16, Structure(&[(1, Number(kind::BYTE))])),
    (17, Structure(&[(1, Text)])),
    (18, Structure(&[(1, Text), (2, Number32)])),
];
const TIME: Shape = &[(1, Truth), (2, Structure(TIME_UNIT))];
const TIME_UNIT: Shape = &[
    (1, Structure(&[])),
    (2, Structure(&[])),
    (3, Structure(&[])),
];
const ROW_GROUP: Shape = &[
    (1, Structures(COLUMN_CHUNK)),
    (2, NUMBER64),
    (3, NUMBER64),
    (4, Structures(&[(1, Number32), (2, Truth), (3, Truth)])),
    (5, NUMBER64),
    (6, NUMBER64),
    (7, Number(kind::I16)),
];
const COLUMN_CHUNK: Shape = &[
    (1, Text),
    (2, NUMBER64),
    (3, Structure(COLUMN)),
    (4, NUMBER64),
    (5, Number32),
    (6, NUMBER64),
    (7, Number32),
    (8, Structure(&[])),
    (9, Text),
];
const COLUMN: Shape = &[
    (1, Number32),
    (2, List(kind::I32)),
    (3, List(kind::BINARY)),
    (4, Number32),
    (5, NUMBER64),
    (6, NUMBER64),
    (7, NUMBER64),
    (8, Structures(KEY_VALUE)),
    (9, NUMBER64),
    (10, NUMBER64),
    (11, NUMBER64),
    (12, Structure(STATISTICS)),
    (
        13,
        Structures(&[(1, Number32), (2, Number32), (3, Number32)]),
    ),
    (14, NUMBER64),
    (15, Number32),
    (16, Structure(SIZES)),
    (17, Structure(GEOMETRY)),
];
const KEY_VALUE: Shape = &[(1, Text), (2, Text)];
const COLUMN_ORDER: Shape = &[(1, Structure(&[])), (2, Structure(&[]))];
const STATISTICS: Shape = &[
    (1, Text),
    (2, Text),
    (3, NUMBER64),
    (4, NUMBER64),
    (5, Text),
    (6, Text),
    (7, Truth),
    (8, Truth),
];
const SIZES: Shape = &[(1, NUMBER64), (2, List(kind::I64)), (3, List(kind::I64))];
const GEOMETRY: Shape = &[(1, Structure(BOX)), (2, List(kind::I32))];
const BOX: Shape = &[
    (1, Number(kind::DOUBLE)),
    (2, Number(kind::DOUBLE)),
    (3, Number(kind::DOUBLE)),
    (4, Number(kind::DOUBLE)),
    (5, Number(kind::DOUBLE)),
    (6, Number(kind::DOUBLE)),
    (7, Number(kind::DOUBLE)),
    (8, Number(kind::DOUBLE)),
];

/// Checks the metadata of a file.
///
/// # Errors
/// If it is not of the format's structures, or its schema has too many columns or is too deep.
pub(super) fn check(metadata: &[u8]) -> io::Result<()> {
    let mut footer = Footer {
        compact: Compact::new(metadata),
        children: None,
    };
    footer.structure(FILE)
}

struct Footer<'a> {
    compact: Compact<&'a [u8]>,
    /// How many columns the last element of the schema has, if it is a group.
    children: Option<u64>,
}

impl Footer<'_> {
    fn structure(&mut self, shape: Shape) -> io::Result<()> {
        let mut last = 0;
        while let Some((number, kind)) = self.compact.field(&mut last)? {
            let known = shape.iter().find(|(known, _)| *known == number);
            let Some((_, expected)) = known else {
                self.compact.skip(kind)?;
                continue;
            };
            match (*expected, kind) {
                (Number32, kind::I32)
                | (Text, kind::BINARY)
                | (Truth, kind::TRUE | kind::FALSE) => self.compact.skip(kind)?,
                (Number(width), _) if width == kind => self.compact.skip(kind)?,
                (Structure(shape), kind::STRUCT) => self.structure(shape)?,
                (Structures(shape), kind::LIST) => {
                    for _ in 0..self.list_of(kind::STRUCT)? {
                        self.structure(shape)?;
                    }
                }
                (List(of), kind::LIST) => {
                    for _ in 0..self.list_of(of)? {
                        self.compact.skip(of)?;
                    }
                }
                (Schema, kind::LIST) => self.schema()?,
                (Children, kind::I32) => self.children = Some(self.compact.size()?),
                _ => return Err(malformed("a field of another kind than it should be")),
            }
        }
        Ok(())
    }

    /// The number of elements of a list, which must be of this kind.
    fn list_of(&mut self, of: u8) -> io::Result<u64> {
        let (found, count) = self.compact.list()?;
        // Some writers give an empty list no kind.
        if found != of && count > 0 {
            return Err(malformed("a list of another kind than it should be"));
        }
        Ok(count)
    }

    fn schema(&mut self) -> io::Result<()> {
        let count = self.list_of(kind::STRUCT)?;
        if count > MAX_SCHEMA_ELEMENTS as u64 {
            return Err(malformed("a schema of more than 10000 columns"));
        }
        // How many elements each open group still has to get.
        let mut open: Vec<u64> = Vec::new();
        for _ in 0..count {
            while open.pop_if(|left| *left == 0).is_some() {}
            if let Some(left) = open.last_mut() {
                *left -= 1;
            }
            self.children = None;
            self.structure(SCHEMA_ELEMENT)?;
            open.extend(self.children);
            if open.len() > MAX_SCHEMA_DEPTH {
                return Err(malformed("a schema that nests more than 64 deep"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        check(&[metadata, of, vec![0]].concat())
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

    #[test]
    fn known_fields_are_of_their_kinds() {
        // The number of rows: as a number of 64 bits, and as a list, a text, a truth.
        assert!(check(&[0x36, 2, 0]).is_ok());
        for field in [&[0x39, 0x13, 0][..], &[0x38, 0], &[0x31]] {
            assert!(check(&[field, &[0]].concat()).is_err(), "{field:?}");
        }
        // A list of truths, and one of numbers, as a field that nobody knows.
        assert!(check(&[0xf9, 0x21, 1, 2, 0]).is_err());
        assert!(check(&[0xf9, 0x25, 1, 2, 0]).is_ok());
    }
}
