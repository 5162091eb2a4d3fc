//! How many values the delta encodings of texts declare: the library makes room for all of them before
//! it reads the first one.

/// A delta stream of a page is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a page declares more values than it holds")]
pub(super) struct TooManyDeclared;

/// Checks a page of the encoding DELTA_LENGTH_BYTE_ARRAY: the lengths, then the texts.
pub(super) fn check_lengths(data: &[u8], values: u64) -> Result<(), TooManyDeclared> {
    let count = Stream(data).header().map(|header| header.values);
    check(count, values)
}

/// Checks a page of the encoding DELTA_BYTE_ARRAY: the lengths of prefixes, then the suffixes as
/// [`check_lengths`] knows them.
pub(super) fn check_prefixes(data: &[u8], values: u64) -> Result<(), TooManyDeclared> {
    let mut prefixes = Stream(data);
    check(prefixes.pass(), values)?;
    check_lengths(prefixes.0, values)
}

fn check(declared: Option<u64>, values: u64) -> Result<(), TooManyDeclared> {
    match declared {
        Some(declared) if declared <= values => Ok(()),
        _ => Err(TooManyDeclared),
    }
}

/// What is left of a stream of the encoding DELTA_BINARY_PACKED: a header, then blocks.
struct Stream<'a>(&'a [u8]);

struct Header {
    /// Blocks consist of as many smaller ones, each with a bit width of its own.
    per_block: usize,
    /// Values of each of those.
    values_each: u64,
    values: u64,
}

impl Stream<'_> {
    fn header(&mut self) -> Option<Header> {
        let block = self.varint()?;
        let per_block = self.varint()?;
        let values = self.varint()?;
        // The first value.
        self.varint()?;
        let values_each = block.checked_div(per_block)?;
        (values_each > 0).then_some(Header {
            per_block: usize::try_from(per_block).ok()?,
            values_each,
            values,
        })
    }

    /// Passes the whole stream and returns how many values it has.
    fn pass(&mut self) -> Option<u64> {
        let header = self.header()?;
        let mut left = header.values.saturating_sub(1);
        while left > 0 {
            // The smallest difference of the block.
            self.varint()?;
            let widths = self.take(header.per_block)?;
            for &width in widths {
                // The widths of what no value is in say nothing.
                if left == 0 {
                    break;
                }
                let bits = u64::from(width).checked_mul(header.values_each)?;
                self.take(usize::try_from(bits / 8).ok()?)?;
                left = left.saturating_sub(header.values_each);
            }
        }
        Some(header.values)
    }
}

impl<'a> Stream<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?.first()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks of 128 values in four parts; 130 values that begin with 3, the first 128 with a
    /// difference of 1 bit.
    fn stream(values: &[u8]) -> Vec<u8> {
        let blocks = [&[0, 1, 1, 1, 1][..], &[0; 16], &[0, 2, 9, 9, 9], &[0; 8]].concat();
        [&[0x80, 1, 4][..], values, &[6], &blocks].concat()
    }

    #[test]
    fn a_stream_is_passed_to_its_end() {
        let both = [stream(&[0x82, 1]), vec![7, 7]].concat();
        let mut rest = Stream(&both);
        assert_eq!(rest.pass(), Some(130));
        assert_eq!(rest.0, [7, 7]);
        assert!(check_lengths(&both, 130).is_ok());
        let bytes = stream(&[0x82, 1]);
        let texts = [bytes.clone(), bytes.clone()].concat();
        assert!(check_prefixes(&texts, 130).is_ok());
        // The lengths of the suffixes are counted by their header, six bytes.
        for length in 0..bytes.len() + 6 {
            assert!(check_prefixes(&texts[..length], 130).is_err(), "{length}");
        }
    }

    #[test]
    fn more_values_than_the_page_has_are_refused() {
        let bytes = stream(&[0x82, 1]);
        assert_eq!(check_lengths(&bytes, 129), Err(TooManyDeclared));
        let many = stream(&[0xff, 0xff, 0xff, 0xff, 0x7f]);
        assert_eq!(check_lengths(&many, 130), Err(TooManyDeclared));
        let texts = [bytes, many].concat();
        assert_eq!(check_prefixes(&texts, 130), Err(TooManyDeclared));
        for broken in [&[][..], &[0x80, 1, 0, 5, 0], &[1, 4, 5, 0], &[0xff; 20]] {
            assert_eq!(
                check_lengths(broken, 100),
                Err(TooManyDeclared),
                "{broken:?}"
            );
        }
    }
}
