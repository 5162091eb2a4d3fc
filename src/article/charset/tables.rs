//! The Kazakh 8-bit charsets that encoding_rs lacks, as their differences from windows-1251.
//!
//! KZ-1048 (STRK1048-2002) replaces 16 letters that Kazakh does not use; PT154 (PTCP154, "Cyrillic
//! Asian") gives up typographic signs for letters of several languages. The tests compare every
//! byte with Python's codecs.

/// Bytes that differ from windows-1251.
pub(super) type Differences = [(u8, char)];

pub(super) const KZ_1048: &Differences = &[
    (0x8D, 'Қ'),
    (0x8E, 'Һ'),
    (0x9D, 'қ'),
    (0x9E, 'һ'),
    (0xA1, 'Ұ'),
    (0xA2, 'ұ'),
    (0xA3, 'Ә'),
    (0xA5, 'Ө'),
    (0xAA, 'Ғ'),
    (0xAF, 'Ү'),
    (0xB4, 'ө'),
    (0xBA, 'ғ'),
    (0xBC, 'ә'),
    (0xBD, 'Ң'),
    (0xBE, 'ң'),
    (0xBF, 'ү'),
];

pub(super) const PT154: &Differences = &[
    (0x80, 'Җ'),
    (0x81, 'Ғ'),
    (0x82, 'Ӯ'),
    (0x83, 'ғ'),
    (0x86, 'Ҷ'),
    (0x87, 'Ү'),
    (0x88, 'Ҳ'),
    (0x89, 'ү'),
    (0x8A, 'Ҡ'),
    (0x8B, 'Ӣ'),
    (0x8C, 'Ң'),
    (0x8D, 'Қ'),
    (0x8E, 'Һ'),
    (0x8F, 'Ҹ'),
    (0x90, 'җ'),
    (0x98, 'ҳ'),
    (0x99, 'ҷ'),
    (0x9A, 'ҡ'),
    (0x9B, 'ӣ'),
    (0x9C, 'ң'),
    (0x9D, 'қ'),
    (0x9E, 'һ'),
    (0x9F, 'ҹ'),
    (0xA4, 'Ө'),
    (0xA5, 'Ҙ'),
    (0xA6, 'Ұ'),
    (0xAA, 'Ә'),
    (0xAD, 'ӯ'),
    (0xAF, 'Ҝ'),
    (0xB1, 'ұ'),
    (0xB4, 'ҙ'),
    (0xB5, 'ө'),
    (0xBA, 'ә'),
    (0xBD, 'Ҫ'),
    (0xBE, 'ҫ'),
    (0xBF, 'ҝ'),
];

/// Windows-1251 itself.
pub(super) const WINDOWS_1251: &Differences = &[];

/// The one byte without a character, in windows-1251 and KZ-1048. (The Encoding Standard makes it a
/// control character, which no text means.)
const UNDEFINED: u8 = 0x98;

/// Decodes text in windows-1251 but for the differences; `None` is a byte without a
/// character.
pub(super) fn decode(
    bytes: &[u8],
    differences: &Differences,
) -> impl Iterator<Item = Option<char>> {
    let all: Vec<u8> = (0..=u8::MAX).collect();
    let (text, _) = encoding_rs::WINDOWS_1251.decode_without_bom_handling(&all);
    let mut characters: Vec<Option<char>> = text.chars().map(Some).collect();
    let undefined = std::iter::once((UNDEFINED, None));
    let differences = differences
        .iter()
        .map(|&(byte, character)| (byte, Some(character)));
    for (byte, character) in undefined.chain(differences) {
        if let Some(slot) = characters.get_mut(usize::from(byte)) {
            *slot = character;
        }
    }
    bytes
        .iter()
        .map(move |&byte| characters.get(usize::from(byte)).copied().flatten())
}
