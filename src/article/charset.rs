//! From bytes to text: the charsets Kazakh articles come in, named or recognised.
//!
//! Policy: a byte that the charset has no character for is an error with its position, never
//! silently replaced; only `lossy`, which the user has to ask for, replaces it.

mod detect;
mod mojibake;
mod tables;

use encoding_rs::{DecoderResult, Encoding};
use serde::{Deserialize, Serialize};

use super::{ArticleError, ReadOptions, sniff};

/// A charset that text is read in; its name, for serde.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Charset {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, low byte first; also what `utf-16` without an order names.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// KZ-1048, also STRK1048: Kazakhstan's own variant of windows-1251.
    Kz1048,
    /// PT154, also PTCP154: ParaType's Asian Cyrillic.
    Pt154,
    /// windows-1251: Russian, without the letters that only Kazakh has.
    Windows1251,
    /// Any other charset of the Encoding Standard; only used if named, never detected.
    Named(&'static Encoding),
}

impl From<Charset> for &'static str {
    fn from(charset: Charset) -> Self {
        charset.name()
    }
}

impl TryFrom<String> for Charset {
    type Error = ArticleError;

    fn try_from(name: String) -> Result<Self, ArticleError> {
        Self::parse(&name)
    }
}

impl Charset {
    /// The charset of a name: IANA's names and aliases, in any case, hyphens optional.
    ///
    /// # Errors
    /// [`ArticleError::UnknownCharset`] if no charset has this name.
    pub fn parse(name: &str) -> Result<Charset, ArticleError> {
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_lowercase();
        let charset = match plain.as_str() {
            "utf8" => Charset::Utf8,
            "utf16" | "utf16le" | "ucs2" | "unicode" => Charset::Utf16Le,
            "utf16be" => Charset::Utf16Be,
            "kz1048" | "strk1048" | "strk10482002" | "rk1048" => Charset::Kz1048,
            "pt154" | "ptcp154" | "cp154" | "csptcp154" | "cyrillicasian" => Charset::Pt154,
            "windows1251" | "cp1251" | "win1251" | "1251" => Charset::Windows1251,
            _ => {
                let encoding = Encoding::for_label_no_replacement(name.trim().as_bytes());
                return encoding
                    .map(Charset::Named)
                    .ok_or_else(|| ArticleError::UnknownCharset {
                        name: name.to_owned(),
                    });
            }
        };
        Ok(charset)
    }

    /// The name under which IANA registers it (of PT154 the alias that everybody uses).
    pub fn name(self) -> &'static str {
        match self {
            Charset::Utf8 => "UTF-8",
            Charset::Utf16Le => "UTF-16LE",
            Charset::Utf16Be => "UTF-16BE",
            Charset::Kz1048 => "KZ-1048",
            Charset::Pt154 => "PT154",
            Charset::Windows1251 => "windows-1251",
            Charset::Named(encoding) => encoding.name(),
        }
    }

    /// The charset that bytes are in: by their byte order mark, by their pattern, and for 8-bit
    /// text by the reading whose letters and letter pairs are Kazakh or Russian.
    ///
    /// # Errors
    /// [`ArticleError::Unrecognised`] where the bytes are not UTF-8 and no 8-bit reading looks
    /// like Kazakh or Russian.
    pub fn detect(bytes: &[u8]) -> Result<Charset, ArticleError> {
        detect::charset(bytes)
    }

    /// Decodes bytes, a byte order mark left out. With `lossy`, U+FFFD replaces what cannot be
    /// decoded.
    ///
    /// # Errors
    /// [`ArticleError::Invalid`] with the offset of the first byte that cannot be decoded.
    pub fn decode(self, bytes: &[u8], lossy: bool) -> Result<String, ArticleError> {
        let encoding = match self {
            Charset::Kz1048 => return self.decode_by_table(bytes, tables::KZ_1048, lossy),
            Charset::Pt154 => return self.decode_by_table(bytes, tables::PT154, lossy),
            Charset::Windows1251 => {
                return self.decode_by_table(bytes, tables::WINDOWS_1251, lossy);
            }
            Charset::Utf8 => encoding_rs::UTF_8,
            Charset::Utf16Le => encoding_rs::UTF_16LE,
            Charset::Utf16Be => encoding_rs::UTF_16BE,
            Charset::Named(encoding) => encoding,
        };
        if lossy {
            return Ok(encoding.decode_with_bom_removal(bytes).0.into_owned());
        }
        let mut decoder = encoding.new_decoder_with_bom_removal();
        let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
        let mut text = String::with_capacity(room.unwrap_or(bytes.len()));
        let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
        match result {
            DecoderResult::Malformed(length, after) => {
                let offset = read.saturating_sub(usize::from(length) + usize::from(after));
                let byte = bytes.get(offset).copied().unwrap_or_default();
                Err(ArticleError::Invalid {
                    charset: self.name().into(),
                    offset,
                    byte,
                })
            }
            DecoderResult::InputEmpty | DecoderResult::OutputFull => Ok(text),
        }
    }

    fn decode_by_table(
        self,
        bytes: &[u8],
        differences: &tables::Differences,
        lossy: bool,
    ) -> Result<String, ArticleError> {
        let mut text = String::with_capacity(bytes.len() * 2);
        let characters = tables::decode(bytes, differences);
        for (offset, (character, &byte)) in characters.zip(bytes).enumerate() {
            match character {
                Some(character) => text.push(character),
                None if lossy => text.push(char::REPLACEMENT_CHARACTER),
                None => {
                    return Err(ArticleError::Invalid {
                        charset: self.name().into(),
                        offset,
                        byte,
                    });
                }
            }
        }
        Ok(text)
    }
}

/// Decodes the bytes of an input, in the charset that the user names or that `recognise` finds; the
/// charset comes with the text.
pub(super) fn decode(
    bytes: &[u8],
    options: &ReadOptions,
    recognise: fn(&[u8]) -> Result<Charset, ArticleError>,
) -> Result<(String, Charset), ArticleError> {
    sniff::refuse_known_binary(bytes)?;
    let charset = match options.encoding {
        Some(charset) => charset,
        None => recognise(bytes).or_else(|error| {
            let controls = sniff::refuse_controls(bytes.iter().map(|&byte| u32::from(byte)), 1);
            controls.and(if options.lossy {
                Ok(Charset::Utf8)
            } else {
                Err(error)
            })
        })?,
    };
    let text = charset.decode(bytes, options.lossy)?;
    let unit_length = if matches!(charset, Charset::Utf16Le | Charset::Utf16Be) {
        2
    } else {
        1
    };
    if unit_length == 2 {
        sniff::refuse_controls(text.encode_utf16().map(u32::from), unit_length)?;
    } else {
        sniff::refuse_controls(bytes.iter().map(|&byte| u32::from(byte)), unit_length)?;
    }
    // What a program before misread was saved as UTF-8.
    if options.encoding.is_some_and(|named| named != Charset::Utf8) {
        return Ok((text, charset));
    }
    match mojibake::repaired(&text) {
        Some(repaired) => Ok((repaired, charset)),
        None if options.encoding.is_none() && mojibake::is_lost(&text) => {
            Err(ArticleError::Misread)
        }
        None => Ok((text, charset)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_high_byte_is_what_python_makes_of_it() {
        let expected = include_str!("charset/python_codecs.txt");
        let mut compared = 0;
        for line in expected.lines() {
            let fields: Vec<&str> = line.split(' ').collect();
            let [name, byte, scalar] = fields[..] else {
                panic!("{line}")
            };
            let byte = u8::from_str_radix(byte, 16).expect("a byte");
            let scalar = u32::from_str_radix(scalar, 16)
                .ok()
                .and_then(char::from_u32);
            let charset = Charset::parse(name).expect("a known charset");
            let text = charset.decode(&[byte], false).expect("a character");
            assert_eq!(text.chars().next(), scalar, "{line}");
            compared += 1;
        }
        assert_eq!(compared, 127 + 128 + 127);
    }

    #[test]
    fn the_byte_without_a_character_is_an_error_or_replaced() {
        for charset in [Charset::Kz1048, Charset::Windows1251] {
            let error = charset.decode(b"ab\x98", false).expect_err("no character");
            let expected = ArticleError::Invalid {
                charset: charset.name().into(),
                offset: 2,
                byte: 0x98,
            };
            assert_eq!(error, expected);
            assert_eq!(charset.decode(b"ab\x98", true).as_deref(), Ok("ab\u{FFFD}"));
        }
    }

    #[test]
    fn ascii_is_ascii_everywhere() {
        let ascii: String = ('\0'..='\u{7F}').collect();
        for charset in [
            Charset::Utf8,
            Charset::Kz1048,
            Charset::Pt154,
            Charset::Windows1251,
        ] {
            assert_eq!(charset.decode(ascii.as_bytes(), false).as_ref(), Ok(&ascii));
        }
    }

    #[test]
    fn names_are_known_with_their_aliases_and_unknown_ones_are_an_error() {
        for (name, charset) in [
            ("utf-8", Charset::Utf8),
            ("UTF8", Charset::Utf8),
            ("utf-16le", Charset::Utf16Le),
            ("STRK1048-2002", Charset::Kz1048),
            ("kz-1048", Charset::Kz1048),
            ("PTCP154", Charset::Pt154),
            ("Windows-1251", Charset::Windows1251),
            ("cp1251", Charset::Windows1251),
            ("koi8-r", Charset::Named(encoding_rs::KOI8_R)),
        ] {
            assert_eq!(Charset::parse(name), Ok(charset), "{name}");
            assert_eq!(Charset::parse(charset.name()), Ok(charset));
        }
        let error = Charset::parse("klingon").expect_err("no charset");
        assert!(error.to_string().contains("klingon"));
    }

    #[test]
    fn the_offset_of_an_invalid_byte_counts_the_byte_order_mark() {
        let invalid = |charset: Charset, bytes: &[u8]| match charset.decode(bytes, false) {
            Err(ArticleError::Invalid { offset, .. }) => Some(offset),
            _ => None,
        };
        assert_eq!(invalid(Charset::Utf8, b"ab\xFFcd"), Some(2));
        assert_eq!(invalid(Charset::Utf8, b"\xEF\xBB\xBFab\xFFcd"), Some(5));
        assert_eq!(invalid(Charset::Utf8, b"ab\xD0"), Some(2));
        assert_eq!(invalid(Charset::Utf8, b"ab\xE2\x80cd"), Some(2));
        assert_eq!(invalid(Charset::Utf16Le, b"a\0\x00\xD8b\0"), Some(2));
    }
}
