//! Base64.

/// The bytes of Base64, up to its first character that is none.
pub(crate) fn base64(text: &str) -> Vec<u8> {
    let digits = text.bytes().map_while(|digit| match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    });
    let (mut bytes, mut bits, mut count) = (Vec::with_capacity(text.len() / 4 * 3), 0_u32, 0);
    for digit in digits {
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded() {
        assert_eq!(base64("TWFuIGlz"), b"Man is");
        assert_eq!(base64("TWE="), b"Ma");
        assert_eq!(base64("+/+/"), [0xfb, 0xff, 0xbf]);
        assert_eq!(base64("TQ"), b"M");
    }
}
