//! The fields of a message of Protocol Buffers.

/// The value of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    /// Whole numbers, truth values and enumerations.
    Number(u64),
    /// Four bytes, such as a float.
    Four([u8; 4]),
    /// Eight bytes.
    Eight,
    /// Texts, bytes and messages.
    Bytes(&'a [u8]),
}

/// Why bytes are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum WireError {
    #[error("it ends within a field")]
    Cut,
    #[error("it has a number of more than 64 bits")]
    LongNumber,
    #[error("it has a field of a type that is not known")]
    Type,
}

/// The fields of a message in their order, each with its number.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn of(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn number(&mut self) -> Result<u64, WireError> {
        let mut number = 0;
        for place in 0..10 {
            let (&byte, rest) = self.rest.split_first().ok_or(WireError::Cut)?;
            self.rest = rest;
            let bits = u64::from(byte & 0x7f);
            let shift = 7 * place;
            if bits << shift >> shift != bits {
                break;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(WireError::LongNumber)
    }

    fn bytes(&mut self, count: u64) -> Result<&'a [u8], WireError> {
        let count = usize::try_from(count).map_err(|_| WireError::Cut)?;
        let (bytes, rest) = self.rest.split_at_checked(count).ok_or(WireError::Cut)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn field(&mut self) -> Result<(u64, Value<'a>), WireError> {
        let key = self.number()?;
        let value = match key & 7 {
            0 => Value::Number(self.number()?),
            1 => {
                self.bytes(8)?;
                Value::Eight
            }
            2 => {
                let count = self.number()?;
                Value::Bytes(self.bytes(count)?)
            }
            5 => {
                let (bytes, rest) = self.rest.split_first_chunk().ok_or(WireError::Cut)?;
                self.rest = rest;
                Value::Four(*bytes)
            }
            _ => return Err(WireError::Type),
        };
        Ok((key >> 3, value))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_every_type_are_read_and_broken_ones_refused() {
        let message = [
            8, 0xac, 2, 0x15, 0, 0, 0x80, 0x3f, 0x1a, 2, b'a', b'b', 0x21, 0, 0, 0, 0, 0, 0, 0, 0,
        ];
        let fields: Vec<_> = Fields::of(&message).map(Result::unwrap).collect();
        let expected = [
            (1, Value::Number(300)),
            (2, Value::Four(1_f32.to_le_bytes())),
            (3, Value::Bytes(b"ab")),
            (4, Value::Eight),
        ];
        assert_eq!(fields, expected);
        for (bytes, expected) in [
            (&[8][..], WireError::Cut),
            (&[8, 0x80], WireError::Cut),
            (&[0x1a, 2, b'a'], WireError::Cut),
            (&[0x15, 0, 0], WireError::Cut),
            (&[0x21, 0, 0], WireError::Cut),
            (&[0x0b], WireError::Type),
            (&[0xff; 12], WireError::LongNumber),
        ] {
            let last = Fields::of(bytes).last().unwrap();
            assert_eq!(last, Err(expected), "{bytes:?}");
        }
    }
}
