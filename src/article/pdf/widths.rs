//! Widths of glyphs, in the one form that the library reads.
//!
//! A font of many glyphs lists widths as `3 [318 400]`, or as `3 17 318` for codes that have the same one.
//! The library takes the second for none, so that digits and spaces would be as wide as any glyph: letters
//! after them would be read in wrong places.

use std::collections::BTreeSet;

use pdf_extract::{Dictionary, Document, Object, ObjectId};

/// Maximum codes of a document's ranges that are spelt out.
const MAX_CODES: usize = 200_000;
const LAST_CODE: i64 = 0xFFFF;

/// Writes each range of codes with one width as a list of widths.
pub(super) fn spell_out(document: &mut Document) {
    let mut left = MAX_CODES;
    let mut referred: BTreeSet<ObjectId> = BTreeSet::new();
    for object in document.objects.values_mut() {
        match object {
            Object::Dictionary(font) => {
                referred.extend(of_font(font, &mut left));
                if let Ok(Object::Array(fonts)) = font.get_mut(b"DescendantFonts") {
                    for font in fonts.iter_mut().filter_map(|font| font.as_dict_mut().ok()) {
                        referred.extend(of_font(font, &mut left));
                    }
                }
            }
            // The descendants of a font may be an object of their own.
            Object::Array(fonts) => {
                for font in fonts.iter_mut().filter_map(|font| font.as_dict_mut().ok()) {
                    referred.extend(of_font(font, &mut left));
                }
            }
            _ => {}
        }
    }
    for id in referred {
        if let Some(Object::Array(widths)) = document.objects.get_mut(&id) {
            replace(widths, &mut left);
        }
    }
}

/// Replaces the widths of a font. The object that has them, if they are elsewhere.
fn of_font(font: &mut Dictionary, left: &mut usize) -> Option<ObjectId> {
    let kind = font.get(b"Subtype").and_then(Object::as_name).ok()?;
    if !kind.starts_with(b"CIDFontType") {
        return None;
    }
    match font.get_mut(b"W").ok()? {
        Object::Array(widths) => replace(widths, left),
        Object::Reference(id) => return Some(*id),
        _ => {}
    }
    None
}

fn replace(widths: &mut Vec<Object>, left: &mut usize) {
    let has_range = |pair: &[Object]| pair.iter().all(|it| it.as_array().is_err());
    let refers = widths.iter().any(|it| it.as_reference().is_ok());
    if refers || !widths.windows(2).any(has_range) {
        return;
    }
    let mut lists = Vec::with_capacity(widths.len());
    let mut rest = widths.as_slice();
    loop {
        rest = match rest {
            [first, Object::Array(list), after @ ..] => {
                lists.extend([first.clone(), Object::Array(list.clone())]);
                after
            }
            [
                Object::Integer(first),
                Object::Integer(last),
                width,
                after @ ..,
            ] => {
                let codes = (*first.max(&0)..=*last.min(&LAST_CODE)).take(*left).count();
                *left -= codes;
                if codes > 0 {
                    let list = Object::Array(vec![width.clone(); codes]);
                    lists.extend([Object::Integer(*first.max(&0)), list]);
                }
                after
            }
            // What follows has no form at all.
            _ => break,
        };
    }
    *widths = lists;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(widths: &[Object], mut left: usize) -> Vec<Object> {
        let mut widths = widths.to_vec();
        replace(&mut widths, &mut left);
        widths
    }

    #[test]
    fn ranges_become_lists_and_lists_stay() {
        let list = |widths: &[i64]| Object::Array(widths.iter().map(|&w| w.into()).collect());
        let widths = [
            0.into(),
            list(&[600]),
            3.into(),
            5.into(),
            318.into(),
            9.into(),
            list(&[1, 2]),
        ];
        let expected = [
            0.into(),
            list(&[600]),
            3.into(),
            list(&[318, 318, 318]),
            9.into(),
            list(&[1, 2]),
        ];
        assert_eq!(replaced(&widths, 100), expected);
        assert_eq!(replaced(&expected, 100), expected);
    }

    #[test]
    fn ranges_are_bounded_and_damage_is_left_out() {
        let range = [0.into(), i64::MAX.into(), 500.into()];
        let widths = replaced(&range, 70_000);
        assert_eq!(
            widths
                .get(1)
                .and_then(|it| it.as_array().ok())
                .map(Vec::len),
            Some(0x1_0000)
        );
        let widths = replaced(&range, 10);
        assert_eq!(
            widths
                .get(1)
                .and_then(|it| it.as_array().ok())
                .map(Vec::len),
            Some(10)
        );
        assert_eq!(
            replaced(&[9.into(), 3.into(), 500.into(), 1.into(), 2.into()], 10),
            []
        );
        assert_eq!(
            replaced(&[i64::MIN.into(), i64::MIN.into(), 500.into()], 10),
            []
        );
    }
}
