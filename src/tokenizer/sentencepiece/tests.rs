//! Against SentencePiece's own package (tests/reference/sentencepiece_models.py), and bad files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Expected {
    models: BTreeMap<String, Vec<Text>>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    ids: Vec<u32>,
    decoded: String,
}

fn ids(model: &Model, text: &str) -> Vec<u32> {
    let mut ids = Vec::new();
    model.split(text, |id, _| ids.push(id));
    ids
}

fn fixture(name: &str) -> PathBuf {
    let folder = Path::new("tests/fixtures/sentencepiece");
    folder.join(name)
}

/// Splits and joins the texts of a folder, and gives how many of how many have other ids or another
/// text than SentencePiece has, by model, with the first of them.
fn compare(folder: &Path) -> BTreeMap<String, (usize, usize, Option<String>)> {
    let text = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: Expected = serde_json::from_str(&text).unwrap();
    let compared = expected.models.into_iter().map(|(name, texts)| {
        let model = Model::open(&folder.join(format!("{name}.model"))).unwrap();
        let special: Vec<u32> = model.special().collect();
        let pieces: Vec<&str> = model.pieces().collect();
        let others: Vec<&Text> = texts
            .iter()
            .filter(|text| {
                let known = text.ids.iter().filter(|id| !special.contains(id));
                let joined = model.join(known.map(|&id| pieces[id as usize]));
                ids(&model, &text.text) != text.ids || joined != text.decoded
            })
            .collect();
        let first = others.first().map(|text| {
            let ids = ids(&model, &text.text);
            format!("{:?}: {ids:?} is not {:?}", text.text, text.ids)
        });
        (name, (others.len(), texts.len(), first))
    });
    compared.collect()
}

#[test]
fn ids_and_texts_equal_sentencepiece() {
    let compared = compare(&fixture(""));
    assert_eq!(compared.len(), 6);
    for (name, (others, texts, first)) in compared {
        assert!(texts > 40);
        assert_eq!((others, first), (0, None), "{name}");
    }
}

#[test]
#[ignore = "reads the folder AUDARMA_SENTENCEPIECE, which sentencepiece_models.py makes"]
fn ids_and_texts_equal_sentencepiece_on_real_text() {
    let folder = std::env::var("AUDARMA_SENTENCEPIECE").expect("AUDARMA_SENTENCEPIECE");
    for (name, (others, texts, first)) in compare(Path::new(&folder)) {
        println!("{name}: {others} of {texts} differ");
        assert_eq!((others, first), (0, None), "{name}");
    }
}

/// The bytes of a field with a message or a text.
fn field(number: u8, value: &[u8]) -> Vec<u8> {
    let length = [(value.len() & 0x7f | 0x80) as u8, (value.len() >> 7) as u8];
    [&[number << 3 | 2][..], &length, value].concat()
}

fn piece(text: &[u8], score: f32, kind: u8) -> Vec<u8> {
    let score = [&[0x15][..], &score.to_le_bytes()].concat();
    field(1, &[field(1, text), score, vec![0x18, kind]].concat())
}

#[test]
fn files_that_are_none_or_beyond_a_bound_are_refused_in_words() {
    let refused = |parts: &[Vec<u8>]| match Model::parse(&parts.concat()) {
        Ok(_) => String::from("opened"),
        Err(error) => error.to_string(),
    };
    let unknown = piece(b"<unk>", 0.0, 2);
    let a = piece(b"a", -1.0, 1);
    let long = piece(&[b'a'; 1025], -1.0, 1);
    for (parts, expected) in [
        (&[][..], "no pieces"),
        (&[vec![0x0b]], "a type that is not known"),
        (std::slice::from_ref(&a), "not one"),
        (&[unknown.clone(), unknown.clone()], "not one"),
        (&[unknown.clone(), a.clone(), a.clone()], "twice"),
        (&[unknown.clone(), long], "more than 1024 bytes"),
        (&[unknown.clone(), piece(b"", -1.0, 1)], "empty"),
        (&[unknown.clone(), piece(&[0xff], -1.0, 1)], "no text"),
        (&[unknown.clone(), piece(b"a", f32::NAN, 1)], "no number"),
        (&[unknown.clone(), piece(b"a", -1.0, 7)], "type"),
        (&[unknown.clone(), piece(b"<0x41>", 0.0, 6)], "not 256"),
        (&[unknown.clone(), field(2, &[0x18, 3])], "words"),
        (
            &[unknown.clone(), field(3, &field(2, &[9, 0, 0, 0]))],
            "map",
        ),
        (&[unknown.clone(), a.clone()], "opened"),
    ] {
        let error = refused(parts);
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn a_file_that_is_cut_or_altered_opens_or_is_refused_and_splits_texts() {
    for name in ["bpe-kept", "bpe-unused", "unigram-kept", "unigram-unused"] {
        let bytes = std::fs::read(fixture(&format!("{name}.model"))).unwrap();
        let mut state = 1_u32;
        for _ in 0..60 {
            let mut bytes = bytes.clone();
            for _ in 0..3 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = state as usize % bytes.len();
                bytes[at] ^= 1 << (state >> 29);
            }
            bytes.truncate(state as usize % (4 * bytes.len()));
            if let Ok(model) = Model::parse(&bytes) {
                let pieces = model.pieces().count() as u32;
                let ids = ids(&model, "Алматы: <2en> жылжыл 7 154, “é” №5 中");
                assert!(ids.iter().all(|&id| id < pieces));
            }
        }
    }
}
