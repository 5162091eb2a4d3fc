//! Streams of a document unpacked within limits, before the library unpacks them without.
//!
//! Streams whose contents make no text, such as pictures, are emptied: the library unpacks them too, anew
//! each time that they are used.

use std::cell::RefCell;
use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::panic;

use flate2::read::{DeflateDecoder, ZlibDecoder};
use pdf_extract::xref::XrefEntry;
use pdf_extract::{Dictionary, Document, LoadOptions, Object, ObjectId, Reader, Stream};

use super::{damaged, too_many};
use crate::article::ArticleError;

/// Maximum bytes of contents that are drawn, of another stream, and of all streams of objects, when they
/// are unpacked. An operation of contents takes some forty times as much memory as its bytes.
pub(super) const MAX_CONTENT_BYTES: usize = 16 << 20;
const MAX_STREAM_BYTES: usize = 64 << 20;
const MAX_UNPACKED_BYTES: usize = 256 << 20;
/// Maximum bytes of a row of a predictor, and what it is computed from.
const MAX_ROW_BYTES: i64 = 16 << 20;
const MAX_COLORS: i64 = 64;
/// Maximum sections of cross-references, and objects in one.
const MAX_SECTIONS: usize = 1_000;
const MAX_OBJECTS: i64 = 10_000_000;
/// Maximum times that the bytes of a document may be read as objects.
const MAX_OVERLAP: usize = 4;
/// Maximum depth of nested objects that are looked through; the library reads no deeper ones.
const MAX_DEPTH: usize = 100;

/// What is left while a document is loaded.
struct Budget {
    unpacked: usize,
    stored: usize,
    refusal: Option<ArticleError>,
}

thread_local! {
    static BUDGET: RefCell<Option<Budget>> = const { RefCell::new(None) };
}

/// Loads a document; its streams of objects are unpacked within the limits.
pub(super) fn load(bytes: &[u8]) -> Result<Document, ArticleError> {
    refuse_cross_references(bytes)?;
    BUDGET.set(Some(Budget {
        unpacked: MAX_UNPACKED_BYTES,
        stored: bytes.len().saturating_mul(MAX_OVERLAP),
        refusal: None,
    }));
    // The library's filter cannot end the loading but by unwinding.
    let loaded = panic::catch_unwind(|| {
        Document::load_mem_with_options(bytes, LoadOptions::with_filter(take_object))
    });
    if let Some(refusal) = BUDGET.take().and_then(|budget| budget.refusal) {
        return Err(refusal);
    }
    match loaded {
        Ok(document) => document.map_err(damaged),
        Err(payload) => panic::resume_unwind(payload),
    }
}

/// Looks at each object as it is loaded. The library takes the returned object of a stream of objects,
/// and the one that it lent otherwise.
fn take_object(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let Object::Stream(stream) = object else {
        return Some((id, object.clone()));
    };
    let result = BUDGET.with_borrow_mut(|budget| match budget {
        Some(budget) => {
            let left = budget.stored.checked_sub(stream.content.len());
            budget.stored = left.ok_or_else(|| damaged("its objects overlap"))?;
            if stream.dict.has_type(b"ObjStm") {
                unpack(stream, &mut budget.unpacked)?;
            }
            Ok(())
        }
        None => Ok(()),
    });
    if let Err(error) = result {
        BUDGET.with_borrow_mut(|budget| {
            if let Some(budget) = budget {
                budget.refusal = Some(error);
            }
        });
        panic::resume_unwind(Box::new(()));
    }
    Some((id, Object::Null))
}

/// Refuses streams of cross-references that are too large; the library reads them before all others.
fn refuse_cross_references(bytes: &[u8]) -> Result<(), ArticleError> {
    let offsets = cross_reference_offsets(bytes);
    if offsets.len() > MAX_SECTIONS {
        return Err(too_many("sections of cross-references", MAX_SECTIONS));
    }
    for offset in offsets {
        let Some((id, at)) = bytes.get(offset..).and_then(object_header) else {
            continue;
        };
        let mut reader = Reader {
            buffer: bytes,
            document: Document::new(),
            encryption_state: None,
            raw_objects: Default::default(),
            password: None,
            strict: false,
        };
        let Ok(place) = u32::try_from(offset + at) else {
            continue;
        };
        let entry = XrefEntry::Normal {
            offset: place,
            generation: id.1,
        };
        reader.document.reference_table.insert(id.0, entry);
        if let Ok(Object::Stream(mut stream)) = reader.get_object(id, &mut HashSet::new()) {
            refuse_cross_reference_stream(&mut stream)?;
        }
    }
    Ok(())
}

fn refuse_cross_reference_stream(stream: &mut Stream) -> Result<(), ArticleError> {
    let numbers = |key: &[u8]| -> Vec<i64> {
        let array = stream.dict.get(key).and_then(Object::as_array);
        let numbers = array.map(|array| array.iter().filter_map(|one| one.as_i64().ok()).collect());
        numbers.unwrap_or_default()
    };
    let widths = numbers(b"W");
    let is_width = |width: &i64| (0..=8).contains(width);
    let has_fields = widths.iter().all(is_width) && widths.iter().take(3).any(|&width| width > 0);
    if stream.dict.has(b"W") && !has_fields {
        return Err(damaged("its cross-references have no fields"));
    }
    let size = stream
        .dict
        .get(b"Size")
        .and_then(Object::as_i64)
        .unwrap_or(0);
    let counts = numbers(b"Index").into_iter().skip(1).step_by(2);
    if counts.chain([size]).any(|count| count > MAX_OBJECTS) {
        return Err(too_many("objects", MAX_OBJECTS as usize));
    }
    let mut left = MAX_STREAM_BYTES;
    unpack(stream, &mut left)
}

/// Where a document can have cross-references: the numbers after `startxref`, `/Prev` and `/XRefStm`.
fn cross_reference_offsets(bytes: &[u8]) -> HashSet<usize> {
    let mut offsets = HashSet::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let value = if let Some(after) = rest.strip_prefix(b"startxref") {
            at += 1;
            Some(after)
        } else if let Some(after) = rest.strip_prefix(b"/") {
            let is_regular =
                |byte: &&u8| !byte.is_ascii_whitespace() && !b"()<>[]{}/%\0".contains(byte);
            let length = after.iter().take_while(is_regular).count();
            let (name, after) = after.split_at(length);
            at += 1 + length;
            [&b"Prev"[..], b"XRefStm"]
                .contains(&&*unescaped(name))
                .then_some(after)
        } else {
            at += 1;
            None
        };
        offsets.extend(value.and_then(number));
    }
    offsets
}

/// A name with its `#6e` as bytes.
fn unescaped(name: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if first == b'#' => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    bytes
}

/// The bytes after white space and comments.
fn after_space(mut bytes: &[u8]) -> &[u8] {
    loop {
        bytes = bytes.trim_ascii_start();
        let Some(comment) = bytes.strip_prefix(b"%") else {
            return bytes.strip_prefix(b"\0").map_or(bytes, after_space);
        };
        let end = comment
            .iter()
            .position(|byte| matches!(byte, b'\n' | b'\r'));
        bytes = comment
            .get(end.unwrap_or(comment.len())..)
            .unwrap_or_default();
    }
}

/// The digits that bytes begin with, and what is after them.
fn digits(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let length = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (digits, rest) = bytes.split_at(length);
    let digits = std::str::from_utf8(digits)
        .ok()
        .filter(|digits| !digits.is_empty())?;
    Some((digits, rest))
}

/// The number that bytes begin with, if it is none of a reference (`12 0 R`).
fn number(bytes: &[u8]) -> Option<usize> {
    let bytes = after_space(bytes);
    let (number, rest) = digits(bytes.strip_prefix(b"+").unwrap_or(bytes))?;
    let is_reference =
        digits(after_space(rest)).is_some_and(|(_, rest)| after_space(rest).starts_with(b"R"));
    number.parse().ok().filter(|_| !is_reference)
}

/// The id of the object that begins here, and where.
fn object_header(bytes: &[u8]) -> Option<(ObjectId, usize)> {
    let begin = after_space(bytes);
    let (number, rest) = digits(begin)?;
    let (generation, _) = digits(after_space(rest))?;
    Some((
        (number.parse().ok()?, generation.parse().ok()?),
        bytes.len() - begin.len(),
    ))
}

/// Empties the streams that make no text, and takes away masks, which the library copies with each
/// state of the graphics.
pub(super) fn empty_what_makes_no_text(document: &mut Document) {
    let mut emptied = HashSet::new();
    for (id, object) in &document.objects {
        if let Object::Stream(stream) = object {
            let subtype = stream.dict.get(b"Subtype").and_then(Object::as_name);
            if subtype.is_ok_and(|name| name == b"Image") || stream.dict.has(b"FunctionType") {
                emptied.insert(*id);
            }
        }
        find_textless(object, MAX_DEPTH, &mut emptied);
    }
    for (id, object) in &mut document.objects {
        forget_masks(object, MAX_DEPTH);
        if let Object::Stream(stream) = object
            && emptied.contains(id)
        {
            stream.set_plain_content(Vec::new());
        }
    }
}

/// Finds the profiles of colours and TrueType fonts that an object refers to.
fn find_textless(object: &Object, depth: usize, found: &mut HashSet<ObjectId>) {
    each_reference(object, depth, &mut |name, id| {
        if matches!(name, b"ICCBased" | b"FontFile2") {
            found.insert(id);
        }
    });
}

/// Calls `found` with each reference of an object, down to a depth, and its key in its dictionary or the name
/// before it in its list.
pub(super) fn each_reference(
    object: &Object,
    depth: usize,
    found: &mut dyn FnMut(&[u8], ObjectId),
) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    let dictionary = match object {
        Object::Array(values) => {
            if let [Object::Name(name), Object::Reference(id), ..] = values.as_slice() {
                found(name, *id);
            }
            values
                .iter()
                .for_each(|value| each_reference(value, depth, found));
            return;
        }
        Object::Dictionary(dictionary) => dictionary,
        Object::Stream(stream) => &stream.dict,
        _ => return,
    };
    for (key, value) in dictionary {
        match value {
            Object::Reference(id) => found(key, *id),
            _ => each_reference(value, depth, found),
        }
    }
}

fn forget_masks(object: &mut Object, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    let dictionary = match object {
        Object::Array(values) => {
            values
                .iter_mut()
                .for_each(|value| forget_masks(value, depth));
            return;
        }
        Object::Dictionary(dictionary) => dictionary,
        Object::Stream(stream) => &mut stream.dict,
        _ => return,
    };
    dictionary.remove(b"SMask");
    for (_, value) in dictionary.iter_mut() {
        forget_masks(value, depth);
    }
}

/// What the library reads in a stream: unpacked, or as it is where that is not possible.
///
/// # Errors
/// If it unpacks to more than [`MAX_CONTENT_BYTES`].
pub(super) fn contents(stream: &Stream) -> Result<Vec<u8>, ArticleError> {
    let mut stream = stream.clone();
    let mut left = MAX_CONTENT_BYTES;
    unpack(&mut stream, &mut left)?;
    Ok(stream.content)
}

/// Unpacks a stream, filter by filter, if the library can. `left` is how many bytes there may be.
fn unpack(stream: &mut Stream, left: &mut usize) -> Result<(), ArticleError> {
    let Ok(filters) = stream.filters() else {
        return Ok(());
    };
    let parameters = stream
        .dict
        .get(b"DecodeParms")
        .and_then(Object::as_dict)
        .ok();
    if let Some(parameters) = parameters {
        refuse_long_rows(parameters)?;
    }
    let mut content = None;
    for filter in filters {
        let input = content.as_ref().unwrap_or(&stream.content);
        let limit = MAX_STREAM_BYTES.min(*left);
        let bytes = unpacked_bytes(filter, input, limit);
        if bytes.is_none_or(|bytes| bytes > limit) {
            return match bytes {
                Some(_) => Err(too_many("bytes in a stream", limit)),
                None => Ok(()),
            };
        }
        let mut step = Dictionary::new();
        step.set("Filter", Object::Name(filter.to_vec()));
        if let Some(parameters) = parameters {
            step.set("DecodeParms", parameters.clone());
        }
        match Stream::new(step, input.clone()).decompressed_content() {
            Ok(unpacked) => content = Some(unpacked),
            Err(_) => return Ok(()),
        }
    }
    if let Some(content) = content {
        *left -= content.len().min(*left);
        stream.set_plain_content(content);
    }
    Ok(())
}

/// The library makes room for two rows before it looks at what there is.
fn refuse_long_rows(parameters: &Dictionary) -> Result<(), ArticleError> {
    let number = |key: &[u8], default| {
        let number = parameters.get(key).and_then(Object::as_i64);
        number.unwrap_or(default).max(1)
    };
    let columns = number(b"Columns", 1);
    let colors = number(b"Colors", 1);
    let bits = number(b"BitsPerComponent", 8);
    if colors > MAX_COLORS || bits > 32 || columns > MAX_ROW_BYTES / (colors * bits.max(8) / 8) {
        return Err(too_many(
            "bytes in a row of a stream",
            MAX_ROW_BYTES as usize,
        ));
    }
    Ok(())
}

/// To how many bytes a filter unpacks its input, counted to a little more than the limit; `None` for a
/// filter that the library does not have.
fn unpacked_bytes(filter: &[u8], input: &[u8], limit: usize) -> Option<usize> {
    match filter {
        b"FlateDecode" => {
            let bytes = read_bytes(ZlibDecoder::new(input), limit);
            // The library tries again without the header.
            let raw = || {
                read_bytes(
                    DeflateDecoder::new(input.get(2..).unwrap_or_default()),
                    limit,
                )
            };
            Some(if bytes == 0 { raw() } else { bytes })
        }
        b"LZWDecode" => {
            let mut counter = Counter { bytes: 0, limit };
            let mut decoder =
                weezl::decode::Decoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
            let _ = decoder.into_stream(&mut counter).decode_all(input);
            let mut other = Counter { bytes: 0, limit };
            let mut decoder = weezl::decode::Decoder::new(weezl::BitOrder::Msb, 8);
            let _ = decoder.into_stream(&mut other).decode_all(input);
            Some(counter.bytes.max(other.bytes))
        }
        // `z` is four bytes.
        b"ASCII85Decode" => Some(input.len().saturating_mul(4)),
        _ => None,
    }
}

/// Up to the first error, as the library does.
fn read_bytes(decoder: impl Read, limit: usize) -> usize {
    let mut counter = Counter { bytes: 0, limit };
    let _ = io::copy(&mut decoder.take(limit as u64 + 1), &mut counter);
    counter.bytes
}

/// Counts what is written, and fails beyond the limit.
struct Counter {
    bytes: usize,
    limit: usize,
}

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes = self.bytes.saturating_add(bytes.len());
        if self.bytes > self.limit {
            return Err(io::Error::other("too many bytes"));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
