//! What the codes of fonts mean, in the one form that the library reads.
//!
//! The library panics at a map to Unicode that has a number of an odd count of digits, or a text that is not
//! UTF-16. MuPDF writes characters of five digits as numbers (`<1d546>`), other programs single bytes (`<41>`).

use std::collections::BTreeSet;

use pdf_extract::{Document, Object, ObjectId};

use super::unpack;

/// Maximum bytes of a document's maps that are looked at.
const MAX_BYTES: usize = 64 << 20;
/// Dictionaries within each other in which fonts are looked for.
const MAX_DEPTH: usize = 8;
/// Characters of UTF-16 as hexadecimal digits.
const UNIT_DIGITS: usize = 4;
/// Maximum digits of a character as a number.
const MAX_CHARACTER_DIGITS: usize = 6;
/// What cannot be read.
const REPLACEMENT: &str = "fffd";

/// Rewrites maps that the library does not read.
pub(super) fn repair(document: &mut Document) {
    let mut maps: BTreeSet<ObjectId> = BTreeSet::new();
    for object in document.objects.values() {
        find_maps(object, MAX_DEPTH, &mut maps);
    }
    let mut left = MAX_BYTES;
    for id in maps {
        let Some(Object::Stream(stream)) = document.objects.get_mut(&id) else {
            continue;
        };
        let contents = unpack::contents(stream);
        let bytes = contents
            .as_ref()
            .map_or(unpack::MAX_CONTENT_BYTES, Vec::len);
        if bytes > left {
            return;
        }
        left -= bytes;
        if let Some(repaired) = contents.ok().and_then(|map| repaired(&map)) {
            stream.set_plain_content(repaired);
        }
    }
}

/// The maps of the fonts in an object; a font may be within the page's resources.
fn find_maps(object: &Object, depth: usize, maps: &mut BTreeSet<ObjectId>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    let Object::Dictionary(dictionary) = object else {
        return;
    };
    for (key, value) in dictionary {
        match value {
            Object::Reference(id) if key == b"ToUnicode" => _ = maps.insert(*id),
            _ => find_maps(value, depth, maps),
        }
    }
}

/// A map with each number as UTF-16; `None` if nothing changes.
fn repaired(map: &[u8]) -> Option<Vec<u8>> {
    let mut repaired = Vec::with_capacity(map.len());
    let mut rest = map;
    let mut is_changed = false;
    while let Some(at) = rest.iter().position(|&byte| byte == b'<') {
        let (before, number) = rest.split_at(at + 1);
        repaired.extend(before);
        let end = number.iter().position(|byte| !is_of_number(*byte));
        let (number, after) = number.split_at(end.unwrap_or(number.len()));
        rest = after;
        match after
            .first()
            .filter(|&&end| end == b'>')
            .and_then(|_| in_utf16(number))
        {
            Some(units) => {
                repaired.extend(units.bytes());
                is_changed = true;
            }
            None => repaired.extend(number),
        }
    }
    repaired.extend(rest);
    is_changed.then_some(repaired)
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || byte.is_ascii_whitespace()
}

/// The digits of a number, or a text, of whole units of UTF-16; `None` if it is one.
fn in_utf16(number: &[u8]) -> Option<String> {
    let digits = number.iter().filter(|byte| byte.is_ascii_hexdigit());
    let digits: String = digits.map(|&byte| char::from(byte)).collect();
    let length = digits.len();
    if length == 0 {
        return None;
    }
    if length < UNIT_DIGITS {
        return Some(format!("{digits:0>UNIT_DIGITS$}"));
    }
    if (UNIT_DIGITS + 1..=MAX_CHARACTER_DIGITS).contains(&length) {
        let character = u32::from_str_radix(&digits, 16)
            .ok()
            .and_then(char::from_u32);
        let mut units = [0; 2];
        let units = character.map(|character| character.encode_utf16(&mut units));
        let hexadecimal =
            |units: &mut [u16]| units.iter().map(|unit| format!("{unit:04x}")).collect();
        return Some(units.map_or_else(|| REPLACEMENT.to_owned(), hexadecimal));
    }
    let unit = |at: usize| u16::from_str_radix(digits.get(at..at + UNIT_DIGITS)?, 16).ok();
    let units: Option<Vec<u16>> = (0..length).step_by(UNIT_DIGITS).map(unit).collect();
    let is_text =
        units.is_some_and(|units| length == UNIT_DIGITS || String::from_utf16(&units).is_ok());
    (!is_text).then(|| REPLACEMENT.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_map_become_units_of_utf16() {
        let of = |map: &str| {
            repaired(map.as_bytes()).map(|map| String::from_utf8_lossy(&map).into_owned())
        };
        for (map, expected) in [
            ("<01> <1d546>", "<0001> <d835dd46>"),
            ("<0041> <41>", "<0041> <0041>"),
            ("<0041> <04 10>", "<0041> <04 10>"),
            ("<5> <410>", "<0005> <0410>"),
            ("<0001> <d8350041>", "<0001> <fffd>"),
            ("<0001> <0041004>", "<0001> <fffd>"),
            ("<0001> <110000>", "<0001> <fffd>"),
        ] {
            assert_eq!(of(map).unwrap_or(map.to_owned()), expected);
        }
        for map in [
            "<< /Registry (Adobe) >> <0000> <FFFF> [<0041> <00660069>]",
            "<0041",
            "",
        ] {
            assert_eq!(of(map), None, "{map}");
        }
    }
}
