//! What a tokenizer.json may ask for, checked before the tokenizers crate builds it.
//!
//! Policy: a tokenizer is a program of small steps, and a stranger's. Its file is bounded in size, its
//! steps in number, and what they can make of a text together in growth: thirty replacements that double
//! a text are a gigabyte. Steps are judged by their fields, whatever they are called; what is no step is
//! left to the crate to refuse.

use crate::text::base64;
use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// The most bytes of a tokenizer's file; NLLB's has 17 MB, the largest published ones twice as many.
pub(super) const MAX_FILE_BYTES: u64 = 64 << 20;
/// The most bytes of the normalizer, the pre-tokenizer, the decoder or the post-processor. The largest
/// published ones have a map of characters of some 300 kB.
const MAX_STEPS_BYTES: usize = 4 << 20;
/// The most steps of each.
const MAX_STEPS: u32 = 64;
/// How many times as long as a text its normalized form may be, and decoded text than its tokens. A map
/// of characters has replacements of 33 bytes for one letter.
const MAX_GROWTH: u64 = 1024;
/// The most tokens, and merges of tokens.
pub(super) const MAX_TOKENS: usize = 1 << 21;
/// The most bytes of a token.
const MAX_TOKEN_BYTES: usize = 4096;
/// The most bytes of tokens that are looked for in texts, all together.
const MAX_ADDED_BYTES: usize = 1 << 20;

/// Why a tokenizer is not built.
#[derive(Debug, thiserror::Error)]
pub(super) enum BoundsError {
    #[error(transparent)]
    Malformed(#[from] serde_json::Error),
    #[error("its {part} has more than {MAX_STEPS_BYTES} bytes")]
    Long { part: &'static str },
    #[error("its {part} has more than {MAX_STEPS} steps")]
    Steps { part: &'static str },
    #[error("its {part} makes more than {MAX_GROWTH} bytes of one")]
    Growth { part: &'static str },
    #[error("its {part} has a map of characters that is cut")]
    CharacterMap { part: &'static str },
    #[error("it has more than {MAX_TOKENS} tokens or merges")]
    Tokens,
    #[error("it has a token of more than {MAX_TOKEN_BYTES} bytes")]
    LongToken,
    #[error("its added tokens have more than {MAX_ADDED_BYTES} bytes")]
    Added,
}

/// The parts of a tokenizer.json.
#[derive(Deserialize)]
struct Parts<'a> {
    #[serde(borrow, default)]
    normalizer: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pre_tokenizer: Option<&'a RawValue>,
    #[serde(borrow, default)]
    post_processor: Option<&'a RawValue>,
    #[serde(borrow, default)]
    decoder: Option<&'a RawValue>,
    #[serde(borrow, default)]
    added_tokens: Vec<AddedToken<'a>>,
    #[serde(default)]
    model: Option<Model>,
}

#[derive(Deserialize)]
struct AddedToken<'a> {
    #[serde(borrow, default)]
    content: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Model {
    #[serde(default)]
    vocab: Option<Extent>,
    #[serde(default)]
    merges: Option<Extent>,
}

/// Checks a tokenizer.json.
///
/// # Errors
/// If it is no JSON object of these parts, or one of them is beyond its bound.
pub(super) fn check(json: &[u8]) -> Result<(), BoundsError> {
    let parts: Parts = serde_json::from_slice(json)?;
    for (part, steps) in [
        ("normalizer", parts.normalizer),
        ("pre-tokenizer", parts.pre_tokenizer),
        ("decoder", parts.decoder),
        ("post-processor", parts.post_processor),
    ] {
        let Some(steps) = steps.map(RawValue::get) else {
            continue;
        };
        if steps.len() > MAX_STEPS_BYTES {
            return Err(BoundsError::Long { part });
        }
        // A post-processor places special tokens, which is not asked of it.
        if part != "post-processor" {
            let mut pipeline = Pipeline {
                part,
                steps: 0,
                growth: 1,
            };
            pipeline.add(&serde_json::from_str(steps)?)?;
        }
    }
    let added = parts.added_tokens.iter().map(|token| token.content.len());
    if added.sum::<usize>() > MAX_ADDED_BYTES {
        return Err(BoundsError::Added);
    }
    let model = parts.model.as_ref();
    let lists = model.map(|model| [&model.vocab, &model.merges]);
    let mut lists = lists.into_iter().flatten().flatten();
    lists.try_for_each(Extent::check)
}

/// Steps that follow each other.
struct Pipeline {
    part: &'static str,
    steps: u32,
    growth: u64,
}

impl Pipeline {
    /// Adds a step and those within it.
    fn add(&mut self, step: &Value) -> Result<(), BoundsError> {
        let part = self.part;
        match step {
            Value::Array(steps) => steps.iter().try_for_each(|step| self.add(step)),
            Value::Object(fields) => {
                self.steps += 1;
                if self.steps > MAX_STEPS {
                    return Err(BoundsError::Steps { part });
                }
                self.growth = self.growth.saturating_mul(growth(step, part)?);
                if self.growth > MAX_GROWTH {
                    return Err(BoundsError::Growth { part });
                }
                let lists = fields.values().filter(|value| value.is_array());
                lists.into_iter().try_for_each(|steps| self.add(steps))
            }
            _ => Ok(()),
        }
    }
}

/// The most bytes that a step makes of one.
fn growth(step: &Value, part: &'static str) -> Result<u64, BoundsError> {
    let text = |name: &str| step.get(name).and_then(Value::as_str);
    let mut growth = 1;
    if let (Some(pattern), Some(content)) = (step.get("pattern"), text("content")) {
        let content = content.len() as u64;
        growth *= match pattern.get("String").and_then(Value::as_str) {
            Some(pattern) if !pattern.is_empty() => content.div_ceil(pattern.len() as u64),
            // It may match nothing, before every letter.
            _ => content.saturating_add(1),
        }
        .max(1);
    }
    if let Some(prepended) = text("prepend") {
        growth = growth.saturating_mul(prepended.len() as u64 + 1);
    }
    // Letters of two bytes for bytes, and spaces where nothing is.
    let is_doubling = matches!(text("type"), Some("ByteLevel") | None)
        || text("word_delimiter_token").is_some_and(str::is_empty);
    if is_doubling {
        growth = growth.saturating_mul(2);
    }
    if let Some(map) = text("precompiled_charsmap") {
        let longest = longest_replacement(map).ok_or(BoundsError::CharacterMap { part })?;
        growth = growth.saturating_mul(longest.max(1));
    }
    Ok(growth)
}

/// The length of the longest replacement of a map of characters: in Base64, the length of a table, the
/// table, and texts that end with a zero. `None` if the table is longer than the map. The tokenizers crate
/// refuses what is no Base64 to its end.
fn longest_replacement(map: &str) -> Option<u64> {
    let bytes = base64(map);
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let texts = rest.get(length..)?;
    let lengths = texts.split(|&byte| byte == 0).map(<[u8]>::len);
    lengths.max().map(|longest| longest as u64)
}

/// How many items a list or a map has, and how long the longest item or key is, in bytes.
#[derive(Debug, Default)]
pub(super) struct Extent {
    items: usize,
    longest: usize,
}

impl Extent {
    /// Of a list or a map in JSON; nothing of it is kept.
    pub(super) fn of_json(json: &str) -> Result<Self, BoundsError> {
        Ok(serde_json::from_str(json)?)
    }

    /// Of a list of a token a line.
    pub(super) fn of_lines(lines: &str) -> Self {
        let mut extent = Self::default();
        lines.split('\n').for_each(|line| extent.add(line.len()));
        extent
    }

    /// # Errors
    /// If there are more tokens than a tokenizer has, or a longer one.
    pub(super) fn check(&self) -> Result<(), BoundsError> {
        if self.items > MAX_TOKENS {
            return Err(BoundsError::Tokens);
        }
        if self.longest > MAX_TOKEN_BYTES {
            return Err(BoundsError::LongToken);
        }
        Ok(())
    }

    fn add(&mut self, length: usize) {
        self.items += 1;
        self.longest = self.longest.max(length);
    }
}

impl<'de> Deserialize<'de> for Extent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExtentVisitor)
    }
}

struct ExtentVisitor;

impl<'de> Visitor<'de> for ExtentVisitor {
    type Value = Extent;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list or a map of tokens")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Extent, A::Error> {
        let mut extent = Extent::default();
        while let Some((Key(length), IgnoredAny)) = map.next_entry()? {
            extent.add(length);
        }
        Ok(extent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Extent, A::Error> {
        let mut extent = Extent::default();
        while let Some(item) = list.next_element::<&RawValue>()? {
            extent.add(item.get().len());
        }
        Ok(extent)
    }
}

/// The length of a key.
struct Key(usize);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer).map(|key| Self(key.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(tokenizer: &Value) -> String {
        match check(tokenizer.to_string().as_bytes()) {
            Ok(()) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    fn replace(pattern: &str, content: &str) -> Value {
        json!({"type": "Replace", "pattern": {"String": pattern}, "content": content})
    }

    fn sequence(steps: &[Value]) -> Value {
        json!({"type": "Sequence", "normalizers": steps})
    }

    #[test]
    fn published_tokenizers_pass() {
        // As T5's, ALBERT's and Llama's are, and an honest map of characters.
        let map = "BAAAAAAAACBhYmMA";
        let precompiled = json!({"type": "Precompiled", "precompiled_charsmap": map});
        let spaces = json!({"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "});
        for steps in [
            vec![precompiled.clone(), spaces.clone()],
            vec![
                replace("``", "\""),
                replace("''", "\""),
                json!({"type": "NFKD"}),
                json!({"type": "StripAccents"}),
                json!({"type": "Lowercase"}),
                precompiled,
                spaces,
            ],
            vec![
                json!({"type": "Prepend", "prepend": "▁"}),
                replace(" ", "▁"),
            ],
        ] {
            let tokenizer = json!({
                "normalizer": sequence(&steps),
                "decoder": replace("▁", " "),
                "model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a a", ["a", "a"]]},
            });
            assert_eq!(refused(&tokenizer), "");
        }
        assert_eq!(
            refused(&json!({"normalizer": null, "model": {"vocab": [["a", 0.5]]}})),
            ""
        );
    }

    #[test]
    fn replacements_that_double_a_text_again_and_again_are_refused() {
        let doubling = sequence(&vec![replace("a", "aa"); 30]);
        let nested = (0..30).fold(replace("a", "aa"), |inner, _| {
            sequence(&[replace("a", "aa"), inner])
        });
        let nothing = json!({"type": "Replace", "pattern": {"Regex": "x*"}, "content": "ab"});
        for steps in [
            doubling.clone(),
            nested,
            sequence(&vec![nothing; 9]),
            sequence(&vec![json!({"type": "ByteLevel"}); 11]),
            sequence(&vec![
                json!({"type": "CTC", "word_delimiter_token": ""});
                11
            ]),
            // Without a type, as files of early versions have it.
            sequence(&vec![
                json!({"pattern": {"String": "a"}, "content": "aa"});
                30
            ]),
            replace("a", &"b".repeat(2000)),
            json!({"type": "Prepend", "prepend": "b".repeat(2000)}),
        ] {
            for part in ["normalizer", "pre_tokenizer", "decoder"] {
                let said = refused(&json!({part: steps}));
                assert!(said.contains("bytes of one"), "{part}: {said}");
            }
        }
        let said = refused(&json!({"decoder": sequence(&vec![json!({"type": "Fuse"}); 64])}));
        assert!(said.contains("more than 64 steps"), "{said}");
    }

    #[test]
    fn maps_of_characters_that_lie_or_grow_are_refused() {
        let of = |map: &str| {
            refused(&json!({
                "normalizer": {"type": "Precompiled", "precompiled_charsmap": map},
            }))
        };
        for map in ["", "////", "////////////", "////f////", "BAAAAA=="] {
            assert!(of(map).contains("that is cut"), "{map}");
        }
        // An empty table and a text of 1,200 bytes.
        let said = of(&format!("AAAAAGFh{}", "YWFh".repeat(400)));
        assert!(said.contains("bytes of one"), "{said}");
    }

    #[test]
    fn tokens_are_bounded_in_number_and_length() {
        let long = "a".repeat(MAX_TOKEN_BYTES + 1);
        for model in [
            json!({"vocab": {&long: 0}}),
            json!({"vocab": [[&long, 0.5]]}),
            json!({"vocab": {}, "merges": [&long]}),
        ] {
            let said = refused(&json!({"model": model}));
            assert!(said.contains("token of more than"), "{said}");
        }
        let added = vec![json!({"id": 0, "content": long}); 300];
        assert!(refused(&json!({"added_tokens": added})).contains("added tokens"));
        let many = format!(r#"{{"model":{{"merges":[{}0]}}}}"#, "0,".repeat(MAX_TOKENS));
        let error = check(many.as_bytes()).unwrap_err();
        assert!(matches!(error, BoundsError::Tokens), "{error}");
    }
}
