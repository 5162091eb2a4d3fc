//! How much work drawing a document's pages is, counted before the library does it.
//!
//! The library draws a form as often as it is told to, forms in forms too; reads a font anew on each
//! page; makes an entry for each code of a map to Unicode. The same walk is done here with each form and
//! font read once.

use std::collections::{HashMap, HashSet};

use pdf_extract::content::Content;
use pdf_extract::{Dictionary, Document, Object, ObjectId, Stream};

use super::unpack::{MAX_CONTENT_BYTES, contents};
use super::{damaged, too_many};
use crate::article::ArticleError;

/// Maximum work, in bytes of contents that are read. A book of a thousand pages has some fifty million.
const MAX_WORK: usize = 500_000_000;
/// Maximum depth of forms within forms, and of a page within its tree.
const MAX_FORM_DEPTH: usize = 30;
const MAX_TREE_DEPTH: usize = 1_000;
/// Maximum states of the graphics that are kept at once, and components of a colour, which each has.
const MAX_STATES: usize = 10_000;
const MAX_COMPONENTS: usize = 64;
/// Maximum codes in a font's map to Unicode.
const MAX_CODES: usize = 2_000_000;
/// Maximum widths of a font whose codes are bytes.
const MAX_BYTE_WIDTHS: usize = 4_096;

/// The work of a byte of contents, of a byte of a text, and of a byte of a font's map.
const CONTENT_BYTE: usize = 2;
const TEXT_BYTE: usize = 4;
const FONT_BYTE: usize = 10;

/// Refuses a document that takes too much work.
pub(super) fn refuse_much(document: &Document) -> Result<(), ArticleError> {
    let mut counter = Counter {
        document,
        forms: HashMap::new(),
        fonts: HashMap::new(),
        open: HashSet::new(),
    };
    let mut work = 0_usize;
    for page in document.get_pages().into_values() {
        work = work.saturating_add(counter.page(page)?);
        if work > MAX_WORK {
            return Err(too_many("bytes to read, repetitions included", MAX_WORK));
        }
    }
    Ok(())
}

/// The work of contents: each time that they are drawn, and of reading their fonts, once on a page.
#[derive(Debug, Clone, Copy, Default)]
struct Work {
    drawing: usize,
    fonts: usize,
}

/// What is known of a font.
#[derive(Debug, Clone, Copy)]
struct Font {
    /// The work of reading it.
    reading: usize,
    /// The work of a byte of text in it.
    text_byte: usize,
    /// The first and the last code of a byte that have a width, and the work of one that has none: the
    /// library sorts all widths then.
    widths: (i64, i64),
    without_width: usize,
}

impl Font {
    /// The work of a text, or of the texts of an array.
    fn text(&self, text: &Object) -> usize {
        match text {
            Object::String(bytes, _) => {
                let (first, last) = self.widths;
                let has_width = |byte: u8| (first..=last).contains(&i64::from(byte));
                let without = bytes.iter().filter(|&&byte| !has_width(byte)).count();
                let all = bytes.len().saturating_mul(self.text_byte);
                all.saturating_add(without.saturating_mul(self.without_width))
            }
            Object::Array(texts) => {
                let texts = texts.iter().filter(|text| text.as_array().is_err());
                let work = texts.map(|text| self.text(text));
                work.fold(0, usize::saturating_add)
            }
            _ => 0,
        }
    }
}

/// Where contents are in the document: a stream, and the resources that their names mean.
type Place = (*const Stream, *const Dictionary);

struct Counter<'a> {
    document: &'a Document,
    forms: HashMap<Place, Work>,
    fonts: HashMap<*const Dictionary, Font>,
    /// The forms being counted.
    open: HashSet<Place>,
}

impl<'a> Counter<'a> {
    fn page(&mut self, id: ObjectId) -> Result<usize, ArticleError> {
        let Ok(page) = self.document.get_dictionary(id) else {
            return Ok(0);
        };
        let mut resources = None;
        let mut next = Some(page);
        let mut depth = 0;
        while let Some(node) = next {
            depth += 1;
            if depth > MAX_TREE_DEPTH {
                return Err(too_many("levels in the tree of its pages", MAX_TREE_DEPTH));
            }
            resources = resources.or_else(|| dictionary(self.document, node, b"Resources"));
            let parent = node.get(b"Parent").and_then(Object::as_reference);
            next = parent.and_then(|id| self.document.get_dictionary(id)).ok();
        }
        let (mut content, mut packed) = (Vec::new(), 0_usize);
        for stream in self.document.get_page_contents(id) {
            let stream = self.document.get_object(stream).and_then(Object::as_stream);
            let Ok(stream) = stream else {
                continue;
            };
            content.extend(contents(stream)?);
            content.push(b'\n');
            packed = packed.saturating_add(stream.content.len());
            if content.len().max(packed) > MAX_CONTENT_BYTES {
                return Err(too_many(
                    "bytes in the contents of a page",
                    MAX_CONTENT_BYTES,
                ));
            }
        }
        let work = self.content(&content, resources, MAX_FORM_DEPTH)?;
        Ok(work.drawing.saturating_add(work.fonts))
    }

    fn content(
        &mut self,
        content: &[u8],
        resources: Option<&'a Dictionary>,
        depth: usize,
    ) -> Result<Work, ArticleError> {
        let mut work = Work {
            drawing: content.len().saturating_mul(CONTENT_BYTE),
            fonts: 0,
        };
        let Ok(content) = Content::decode(content) else {
            return Ok(work);
        };
        let document = self.document;
        let named = |kind: &[u8], operands: &[Object]| -> Option<&'a Object> {
            let name = operands.first()?.as_name().ok()?;
            value(document, dictionary(document, resources?, kind)?, name)
        };
        let mut drawn: HashSet<*const Stream> = HashSet::new();
        let mut fonts: HashSet<*const Dictionary> = HashSet::new();
        let (mut states, mut current) = (0_usize, None);
        for operation in &content.operations {
            let operands = operation.operands.as_slice();
            let more = match operation.operator.as_str() {
                "q" => {
                    states += 1;
                    0
                }
                "Q" => {
                    states = states.saturating_sub(1);
                    0
                }
                "SC" | "SCN" | "sc" | "scn" if operands.len() > MAX_COMPONENTS => {
                    return Err(too_many("components of a colour", MAX_COMPONENTS));
                }
                "cs" | "CS" => named(b"ColorSpace", operands).map_or(0, |it| size(document, it, 8)),
                "Tf" => {
                    if let Some(Object::Dictionary(font)) = named(b"Font", operands) {
                        let known = self.font(font)?;
                        if fonts.insert(font) {
                            work.fonts = work.fonts.saturating_add(known.reading);
                        }
                        current = Some(known);
                    }
                    0
                }
                "Tj" | "TJ" => {
                    let text = current.zip(operands.first());
                    text.map_or(0, |(font, text)| font.text(text))
                }
                "Do" => match named(b"XObject", operands) {
                    Some(Object::Stream(form)) => {
                        let own = dictionary(document, &form.dict, b"Resources");
                        let Work { drawing, fonts } = self.form(form, own.or(resources), depth)?;
                        if drawn.insert(form) {
                            work.fonts = work.fonts.saturating_add(fonts);
                        }
                        drawing
                    }
                    _ => 0,
                },
                _ => 0,
            };
            work.drawing = work.drawing.saturating_add(more);
            if states > MAX_STATES {
                return Err(too_many("states of its graphics", MAX_STATES));
            }
        }
        Ok(work)
    }

    fn form(
        &mut self,
        form: &'a Stream,
        resources: Option<&'a Dictionary>,
        depth: usize,
    ) -> Result<Work, ArticleError> {
        let place = (
            std::ptr::from_ref(form),
            resources.map_or(std::ptr::null(), std::ptr::from_ref),
        );
        if let Some(work) = self.forms.get(&place) {
            return Ok(*work);
        }
        let Some(depth) = depth.checked_sub(1) else {
            return Err(too_many("forms in each other", MAX_FORM_DEPTH));
        };
        if !self.open.insert(place) {
            return Err(damaged("a form draws itself"));
        }
        let content = contents(form)?;
        let mut work = self.content(&content, resources, depth)?;
        // It is unpacked each time.
        work.drawing = work.drawing.saturating_add(form.content.len());
        self.open.remove(&place);
        self.forms.insert(place, work);
        Ok(work)
    }

    fn font(&mut self, font: &'a Dictionary) -> Result<Font, ArticleError> {
        if let Some(font) = self.fonts.get(&std::ptr::from_ref(font)) {
            return Ok(*font);
        }
        let document = self.document;
        let mut read = 0_usize;
        let mut text_byte = TEXT_BYTE;
        if let Some(Object::Stream(map)) = value(document, font, b"ToUnicode") {
            let map = contents(map)?;
            let codes = codes(&map);
            if codes > MAX_CODES {
                return Err(too_many("codes in a font's map to Unicode", MAX_CODES));
            }
            read = read.saturating_add(map.len()).saturating_add(codes);
        }
        if let Some(Object::Stream(encoding)) = value(document, font, b"Encoding") {
            let encoding = contents(encoding)?;
            read = read.saturating_add(encoding.len());
            // The ranges of codes are looked through for each character.
            let ranges = encoding.iter().filter(|&&byte| byte == b'<').count();
            text_byte = text_byte.saturating_add(ranges / 4);
        }
        if let Some(descriptor) = dictionary(document, font, b"FontDescriptor") {
            for key in [&b"FontFile"[..], b"FontFile3"] {
                if let Some(Object::Stream(file)) = value(document, descriptor, key) {
                    read = read.saturating_add(contents(file)?.len());
                }
            }
        }
        let number = |key: &[u8]| font.get(key).and_then(Object::as_i64).ok();
        let mut widths = (0, 255);
        let mut without_width = 0;
        if !font.has(b"DescendantFonts") {
            let array = value(document, font, b"Widths").and_then(|it| it.as_array().ok());
            without_width = array.map_or(256, Vec::len);
            if without_width > MAX_BYTE_WIDTHS {
                return Err(too_many("widths in a font", MAX_BYTE_WIDTHS));
            }
            // A standard font without widths has at least those of ASCII.
            widths = number(b"FirstChar")
                .zip(number(b"LastChar"))
                .unwrap_or((32, 126));
        }
        for key in [&b"Encoding"[..], b"Widths", b"DescendantFonts"] {
            read = read
                .saturating_add(value(document, font, key).map_or(0, |it| size(document, it, 8)));
        }
        let known = Font {
            reading: read.saturating_mul(FONT_BYTE),
            text_byte,
            widths,
            without_width,
        };
        self.fonts.insert(font, known);
        Ok(known)
    }
}

/// A value of a dictionary; the object, where it refers to one.
fn value<'a>(document: &'a Document, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let value = dictionary.get(key).ok()?;
    document.dereference(value).map(|(_, value)| value).ok()
}

/// A value of a dictionary that is one too.
fn dictionary<'a>(
    document: &'a Document,
    from: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Dictionary> {
    value(document, from, key)?.as_dict().ok()
}

/// How many values an object has in it, to this depth, those that it refers to included.
fn size(document: &Document, object: &Object, depth: usize) -> usize {
    let Some(depth) = depth.checked_sub(1) else {
        return 1;
    };
    let Ok((_, object)) = document.dereference(object) else {
        return 1;
    };
    match object {
        Object::Array(values) => {
            let sizes = values.iter().map(|value| size_within(value, depth));
            let sizes = sizes.fold(1, usize::saturating_add);
            let references = values.iter().filter(|value| value.as_reference().is_ok());
            references
                .take(8)
                .map(|value| size(document, value, depth.min(2)))
                .fold(sizes, usize::saturating_add)
        }
        Object::Dictionary(dictionary) => size_of_values(dictionary, depth),
        Object::Stream(stream) => size_of_values(&stream.dict, depth),
        _ => 1,
    }
}

fn size_of_values(dictionary: &Dictionary, depth: usize) -> usize {
    let sizes = dictionary
        .iter()
        .map(|(_, value)| size_within(value, depth));
    sizes.fold(1, usize::saturating_add)
}

/// As [`size`], without what is referred to.
fn size_within(object: &Object, depth: usize) -> usize {
    let Some(depth) = depth.checked_sub(1) else {
        return 1;
    };
    match object {
        Object::Array(values) => {
            let sizes = values.iter().map(|value| size_within(value, depth));
            sizes.fold(1, usize::saturating_add)
        }
        Object::Dictionary(dictionary) => size_of_values(dictionary, depth),
        _ => 1,
    }
}

/// How many codes the ranges of a map to Unicode have.
fn codes(map: &[u8]) -> usize {
    const BEGIN: &[u8] = b"beginbfrange";
    let mut codes = 0_usize;
    let mut rest = map;
    while let Some(at) = rest.windows(BEGIN.len()).position(|window| window == BEGIN) {
        rest = rest.get(at + BEGIN.len()..).unwrap_or_default();
        codes = codes.saturating_add(codes_of_ranges(rest));
    }
    codes
}

/// The codes of ranges up to the next word: of each its first code, its last, and what the first one
/// means or a list of what all mean.
fn codes_of_ranges(bytes: &[u8]) -> usize {
    let mut codes = 0_usize;
    let mut range: Vec<u32> = Vec::new();
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        let up_to = |mark: &[u8]| {
            let end = after.iter().position(|byte| mark.contains(byte));
            after.split_at(end.map_or(after.len(), |end| end + 1))
        };
        rest = match first {
            b'<' => {
                let (text, after) = up_to(b">");
                range.push(hexadecimal(text));
                after
            }
            // What a list means is as long as the list.
            b'[' => {
                range.clear();
                up_to(b"]").1
            }
            b'%' => up_to(b"\r\n").1,
            _ if first.is_ascii_whitespace() || first == 0 => after,
            // Only codes in another notation have a parenthesis here.
            b'(' => return usize::MAX,
            _ => break,
        };
        if let [first, last, _] = range.as_slice() {
            if let Some(more) = last.checked_sub(*first) {
                codes = codes.saturating_add(more as usize).saturating_add(1);
            }
            range.clear();
        }
    }
    codes
}

/// The code that a hexadecimal text writes, as the library computes it: the last four bytes.
fn hexadecimal(text: &[u8]) -> u32 {
    let digits = text.iter().filter_map(|&byte| (byte as char).to_digit(16));
    digits.fold(0_u32, |code, digit| (code << 4) | digit)
}
