//! What the codes of fonts mean, in the one form that the library reads.
//!
//! The library panics at a map to Unicode that is not as the specification has it, and the document is lost:
//! at a number of an odd count of digits, a text of an odd count of bytes or not UTF-16, a range whose first text
//! has any other length than two or four bytes (a ligature, none), one whose texts leave UTF-16 on the way
//! (`<1f3ff>` and the next), a list of another length than its range, a section of another length than it says.
//! MuPDF writes characters of five digits as numbers (`<1d546>`), other programs single bytes (`<41>`).
//!
//! Policy: a sound map stays as it is; any other is written anew with what could be read of it.

use std::collections::BTreeSet;
use std::fmt::Write;

use pdf_extract::{Document, Object, ObjectId};

use super::unpack;

/// Maximum bytes of a document's maps that are looked at.
const MAX_BYTES: usize = 64 << 20;
/// Objects within each other in which fonts are looked for. Four hold one: the page or the form, its resources,
/// their fonts, the font; programs that write all inline need no more than twice as many.
const MAX_DEPTH: usize = 8;
/// Maximum units of UTF-16 of a map's ranges; fonts have codes of two bytes. A map with more stays as it is: its
/// codes are counted before it is read.
const MAX_UNITS: usize = 1 << 18;
/// Characters of UTF-16 as hexadecimal digits.
const UNIT_DIGITS: usize = 4;
/// Maximum digits of a character as a number.
const MAX_CHARACTER_DIGITS: usize = 6;
/// Maximum digits of a code of a font.
const MAX_CODE_DIGITS: usize = 8;
/// What cannot be read.
const REPLACEMENT: u16 = 0xfffd;

/// Rewrites maps that the library does not read.
pub(super) fn repair(document: &mut Document) {
    let mut maps: BTreeSet<ObjectId> = BTreeSet::new();
    for object in document.objects.values() {
        // A font may be within the resources of a page or of a form.
        unpack::each_reference(object, MAX_DEPTH, &mut |name, id| {
            if name == b"ToUnicode" {
                maps.insert(id);
            }
        });
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
            stream.set_plain_content(repaired.into_bytes());
        }
    }
}

/// A map in the form that the library reads; `None` if it has that form.
fn repaired(map: &[u8]) -> Option<String> {
    let mut reader = Reader {
        is_sound: true,
        left: MAX_UNITS,
        ..Reader::default()
    };
    let mut rest = map;
    let mut section = Section::Other;
    let mut number = None;
    let mut fields: Vec<Token> = Vec::new();
    while let Some((token, after)) = token(rest) {
        rest = after;
        if let Token::Digits(digits) = token {
            reader.is_sound &= are_bytes(digits);
        }
        match token {
            Token::Nothing => {}
            Token::Word(word) => {
                match word {
                    b"beginbfchar" => section = Section::Characters(number),
                    b"beginbfrange" => section = Section::Ranges(number),
                    b"endbfchar" | b"endbfrange" => {
                        reader.take(section, &fields);
                        fields.clear();
                        section = Section::Other;
                    }
                    _ => {}
                }
                let word = std::str::from_utf8(word).ok();
                number = word.and_then(|word| word.parse().ok());
            }
            value if section != Section::Other => fields.push(value),
            _ => {}
        }
    }
    // A map that is cut off.
    reader.is_sound &= section == Section::Other;
    reader.take(section, &fields);
    let is_read = reader.is_sound && reader.codes > 0;
    (!is_read && !reader.is_too_large).then(|| reader.written())
}

/// What is read: nothing of use, texts of codes, texts of ranges of them; with the entries that it says to have.
#[derive(Clone, Copy, PartialEq)]
enum Section {
    Other,
    Characters(Option<usize>),
    Ranges(Option<usize>),
}

enum Token<'m> {
    /// What is in `<` and `>`.
    Digits(&'m [u8]),
    /// The begin and the end of a list.
    Open,
    Close,
    /// A name or a text in brackets, which no map should have where codes are.
    Other,
    Word(&'m [u8]),
    /// Signs and comments.
    Nothing,
}

/// The next token and what is after it.
fn token(map: &[u8]) -> Option<(Token<'_>, &[u8])> {
    let start = map.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let map = map.get(start..)?;
    let until = |is_end: &dyn Fn(u8) -> bool, from: usize| {
        let rest = map.get(from..).unwrap_or_default();
        let end = rest.iter().position(|&byte| is_end(byte));
        end.map_or(map.len(), |end| from + end)
    };
    let is_delimiter = |byte: u8| byte.is_ascii_whitespace() || b"<>[]()/%".contains(&byte);
    let (token, end) = match map.first()? {
        b'<' if map.get(1) == Some(&b'<') => (Token::Nothing, 2),
        b'<' => {
            let end = until(&|byte| byte == b'>', 1);
            (Token::Digits(map.get(1..end)?), end + 1)
        }
        b'[' => (Token::Open, 1),
        b']' => (Token::Close, 1),
        b'%' => (
            Token::Nothing,
            until(&|byte| matches!(byte, b'\n' | b'\r'), 1),
        ),
        b'(' => (Token::Other, until(&|byte| byte == b')', 1) + 1),
        b'/' => (Token::Other, until(&is_delimiter, 1)),
        b'>' | b')' => (Token::Nothing, 1),
        _ => {
            let end = until(&is_delimiter, 0);
            (Token::Word(map.get(..end)?), end)
        }
    };
    Some((token, map.get(end..).unwrap_or_default()))
}

/// Whether digits are those of whole bytes, with spaces between these at most.
fn are_bytes(digits: &[u8]) -> bool {
    let mut groups = digits.split(u8::is_ascii_whitespace);
    groups.all(|group| group.len().is_multiple_of(2) && group.iter().all(u8::is_ascii_hexdigit))
}

#[derive(Default)]
struct Reader {
    is_sound: bool,
    is_too_large: bool,
    /// How many units of ranges there still may be.
    left: usize,
    codes: usize,
    /// Entries as the library reads them, and their number.
    characters: (String, usize),
    ranges: (String, usize),
}

impl Reader {
    /// Takes the entries of a section.
    fn take(&mut self, section: Section, fields: &[Token]) {
        let (count, said) = match section {
            Section::Other => return,
            Section::Characters(said) => (self.take_characters(fields), said),
            Section::Ranges(said) => (self.take_ranges(fields), said),
        };
        self.is_sound &= said == Some(count);
    }

    fn take_characters(&mut self, fields: &[Token]) -> usize {
        let (pairs, rest) = fields.as_chunks::<2>();
        self.is_sound &= rest.is_empty();
        for pair in pairs {
            match pair {
                [Token::Digits(low), Token::Digits(text)] => {
                    let text = self.text(text);
                    self.push(code(low), &text);
                }
                _ => self.is_sound = false,
            }
        }
        pairs.len()
    }

    fn take_ranges(&mut self, fields: &[Token]) -> usize {
        let mut rest = fields;
        let mut count = 0;
        while let [Token::Digits(low), Token::Digits(high), after @ ..] = rest {
            let (low, high) = (code(low), code(high));
            count += 1;
            match after {
                [Token::Digits(text), after @ ..] => {
                    let text = self.text(text);
                    self.push_range(low, high, &text);
                    rest = after;
                }
                [Token::Open, after @ ..] => {
                    let end = after
                        .iter()
                        .position(|field| !matches!(field, Token::Digits(_)));
                    let (list, after) = after.split_at(end.unwrap_or(after.len()));
                    let codes = (low..=high).take(list.len());
                    self.is_sound &= high.checked_sub(low).map(|last| last as usize + 1)
                        == Some(list.len())
                        && matches!(after.first(), Some(Token::Close));
                    for (code, field) in codes.zip(list) {
                        if let Token::Digits(text) = field {
                            let text = self.text(text);
                            self.push(code, &text);
                        }
                    }
                    rest = after.get(1..).unwrap_or_default();
                }
                _ => {
                    self.is_sound = false;
                    rest = after.get(1..).unwrap_or_default();
                }
            }
        }
        self.is_sound &= rest.is_empty();
        count
    }

    fn text(&mut self, digits: &[u8]) -> Vec<u16> {
        let (units, is_sound) = in_utf16(digits);
        self.is_sound &= is_sound;
        units
    }

    fn push(&mut self, code: u32, text: &[u16]) {
        self.codes += 1;
        push_entry(&mut self.characters, &[code], text);
    }

    /// A range in which each text is the one before it with the next last character.
    fn push_range(&mut self, low: u32, high: u32, text: &[u16]) {
        let Some(last) = high.checked_sub(low).map(|last| last as usize) else {
            self.is_sound = false;
            return;
        };
        let units = last.saturating_add(1).saturating_mul(text.len().max(1));
        let Some(left) = self.left.checked_sub(units) else {
            self.is_too_large = true;
            return;
        };
        self.left = left;
        self.is_sound &= is_sound_range(text, last);
        if let &[unit] = text {
            let most = low.saturating_add(u32::from(u16::MAX - unit));
            let high = high.min(most);
            self.codes += 1;
            push_entry(&mut self.ranges, &[low, high], text);
            return;
        }
        let characters = String::from_utf16_lossy(text);
        let mut before = characters.chars();
        let first = before.next_back().map_or(0, u32::from);
        let before: Vec<u16> = before.as_str().encode_utf16().collect();
        for (offset, code) in (0..).zip(low..=high) {
            let next = char::from_u32(first.saturating_add(offset));
            let next = next.unwrap_or(char::REPLACEMENT_CHARACTER);
            let mut units = [0; 2];
            let mut text = before.clone();
            if !characters.is_empty() {
                text.extend_from_slice(next.encode_utf16(&mut units));
            }
            self.push(code, &text);
        }
    }

    fn written(self) -> String {
        let ((characters, count), (ranges, ranges_count)) = (self.characters, self.ranges);
        format!(
            "{count} beginbfchar\n{characters}endbfchar\n{ranges_count} beginbfrange\n{ranges}endbfrange\n"
        )
    }
}

fn push_entry((entries, count): &mut (String, usize), codes: &[u32], text: &[u16]) {
    *count += 1;
    for code in codes {
        _ = write!(entries, "<{code:0MAX_CODE_DIGITS$x}> ");
    }
    entries.push('<');
    for unit in text {
        _ = write!(entries, "{unit:0UNIT_DIGITS$x}");
    }
    entries.push_str(">\n");
}

/// Whether the library, which counts in the last bytes of a text, makes UTF-16 of this and the next ones.
fn is_sound_range(text: &[u16], last: usize) -> bool {
    let surrogates = 0xd800..0xe000;
    match *text {
        [unit] => usize::from(unit) + last <= usize::from(u16::MAX),
        [first, second] => {
            let end = usize::from(second) + last;
            let is_pair = surrogates.contains(&first);
            last == 0 || is_pair && end < 0xe000 || !is_pair && end < 0xd800
        }
        _ => false,
    }
}

fn digits_of(number: &[u8]) -> String {
    let digits = number.iter().filter(|byte| byte.is_ascii_hexdigit());
    digits.map(|&byte| char::from(byte)).collect()
}

/// A code of a font; the library counts its last bytes, too.
fn code(number: &[u8]) -> u32 {
    let digits = digits_of(number);
    let last = digits.len().saturating_sub(MAX_CODE_DIGITS);
    let last = digits.get(last..).unwrap_or_default();
    u32::from_str_radix(last, 16).unwrap_or(0)
}

/// The units of UTF-16 of a text, and whether it has no other form.
fn in_utf16(text: &[u8]) -> (Vec<u16>, bool) {
    let digits = digits_of(text);
    let length = digits.len();
    let encoded = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
    let numbers = |width: usize| {
        let starts = (0..length / width).map(move |at| at * width);
        let number = |at: usize| u16::from_str_radix(digits.get(at..at + width)?, 16).ok();
        starts.filter_map(number).collect::<Vec<u16>>()
    };
    if length.is_multiple_of(UNIT_DIGITS) {
        let units = numbers(UNIT_DIGITS);
        let whole = String::from_utf16(&units);
        // The library leaves out a lone half of a pair.
        let is_sound = units.len() == 1 || whole.is_ok();
        let units = if is_sound {
            units
        } else {
            encoded(&String::from_utf16_lossy(&units))
        };
        return (units, is_sound);
    }
    let is_shown = |byte: &u16| (0x20..0x7f).contains(byte);
    let bytes = numbers(2);
    let units = if length > UNIT_DIGITS && length.is_multiple_of(2) && bytes.iter().all(is_shown) {
        bytes
    } else if length <= MAX_CHARACTER_DIGITS {
        let number = u32::from_str_radix(&digits, 16).ok();
        let character = number.and_then(char::from_u32);
        character.map_or(vec![REPLACEMENT], |character| {
            encoded(character.encode_utf8(&mut [0; 4]))
        })
    } else {
        // What is behind the whole units is no character.
        encoded(&String::from_utf16_lossy(&numbers(UNIT_DIGITS)))
    };
    (units, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_a_map_become_units_of_utf16() {
        let of = |digits: &str| {
            let (units, is_sound) = in_utf16(digits.as_bytes());
            (String::from_utf16_lossy(&units), is_sound)
        };
        for (digits, text, is_sound) in [
            ("0041", "A", true),
            ("04 10", "А", true),
            ("", "", true),
            ("d835dd46", "𝕆", true),
            ("1d546", "𝕆", false),
            ("41", "A", false),
            ("410", "А", false),
            ("666669", "ffi", false),
            ("00410042004", "AB", false),
            ("0041004", "A", false),
            ("d8350041", "\u{fffd}A", false),
            ("110000", "\u{fffd}", false),
        ] {
            assert_eq!(of(digits), (text.to_owned(), is_sound), "{digits}");
        }
    }

    #[test]
    fn maps_are_written_anew_only_where_they_are_not_sound() {
        let characters = |entries: &str, count: usize| {
            Some(format!(
                "{count} beginbfchar\n{entries}endbfchar\n0 beginbfrange\nendbfrange\n"
            ))
        };
        for (map, expected) in [
            // Codes keep their value.
            (
                "3 beginbfchar <5> <0041> <010203> <0042> <01020304> <0043> endbfchar",
                characters("<00000005> <0041>\n<00010203> <0042>\n<01020304> <0043>\n", 3),
            ),
            (
                "1 beginbfrange <7B> <7B> <006600660069> endbfrange",
                characters("<0000007b> <006600660069>\n", 1),
            ),
            (
                "1 beginbfrange <7B> <7C> <1f3ff> endbfrange",
                characters("<0000007b> <d83cdfff>\n<0000007c> <d83ddc00>\n", 2),
            ),
            (
                "1 beginbfrange <7B> <7C> [<0041>] endbfrange",
                characters("<0000007b> <0041>\n", 1),
            ),
            (
                "2 beginbfchar <41> <0041> endbfchar",
                characters("<00000041> <0041>\n", 1),
            ),
            ("1 beginbfchar <41> <0041", characters("<00000041> <0041>\n", 1)),
            ("", characters("", 0)),
            (
                "1 beginbfrange <00> <05> <fffe> endbfrange",
                Some(
                    "0 beginbfchar\nendbfchar\n1 beginbfrange\n<00000000> <00000001> <fffe>\nendbfrange\n"
                        .to_owned(),
                ),
            ),
            (
                "<< /Registry (Adobe) >> 1 begincodespacerange <0000> <FFFF> endcodespacerange \
                 2 beginbfrange <0000> <0001> [<0041> <00660069>] <0002> <0004> <0041> endbfrange \
                 % a note\n1 beginbfchar <0003> <04 10> endbfchar end",
                None,
            ),
            ("1 beginbfrange <7B> <7C> <d83cdff0> endbfrange", None),
            ("1 beginbfrange <7B> <7C> <00660069> endbfrange", None),
        ] {
            assert_eq!(repaired(map.as_bytes()), expected, "{map}");
        }
        for many in [
            "<00000000> <FFFFFFFF> <0041>",
            "<00> <FFFF> <00410042004300440045>",
        ] {
            let map = format!("1 beginbfrange {many} endbfrange");
            assert_eq!(repaired(map.as_bytes()), None, "{many}");
        }
    }
}
