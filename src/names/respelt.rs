//! What the names of an article's body were written in the place of, for a text that was made of the
//! article: a summary has the model's own spellings again.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use super::parts::{Id, Part, together};
use super::spelling::{MAX_REPLACED, Spellings};
use crate::checks::{Check, Finding, Spans};
use crate::text::places_of_words;

/// The spellings of the names of an article, and which of them each gets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Respelt {
    /// The longest first; what is to stay is there, too, so that nothing in it is replaced.
    spellings: Vec<Respelling>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Respelling {
    written: String,
    chosen: String,
    message: String,
}

impl Respelt {
    pub(super) fn of(sentences: &[Vec<Part>], spellings: &Spellings) -> Self {
        // What is spelt so, and what it becomes: several names may be spelt alike.
        let mut found: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        let mut note = |written: &str, chosen: &str, message: String| {
            let known = found.entry(written.to_owned()).or_default();
            if known.iter().all(|(other, _)| other != chosen) {
                known.push((chosen.to_owned(), message));
            }
        };
        for words in sentences.iter().flat_map(|parts| together(parts)) {
            let ids: Vec<Id> = words.iter().map(|part| part.id.clone()).collect();
            let chosen = spellings.chosen(&ids);
            let mut whole = Some((String::new(), String::new()));
            let mut rule = None;
            for (part, chosen) in words.iter().zip(chosen) {
                let Some(chosen) = chosen else {
                    whole = None;
                    continue;
                };
                for written in spellings.all(&part.id) {
                    let replaced = chosen.replaces(written);
                    let text = if replaced { chosen.text } else { written };
                    note(written, text, chosen.message(written));
                }
                let Some(written) = part.spelling.as_deref() else {
                    whole = None;
                    continue;
                };
                if let Some((all, new)) = &mut whole {
                    if !all.is_empty() {
                        let before = part.joined.unwrap_or(' ');
                        all.push(before);
                        new.push(before);
                    }
                    all.push_str(written);
                    let replaced = chosen.replaces(written);
                    new.push_str(if replaced { chosen.text } else { written });
                }
                rule = Some(chosen);
            }
            if let (Some((written, new)), Some(rule)) = (whole, rule)
                && words.len() > 1
            {
                let message = rule.with_text(&new).message(&written);
                note(&written, &new, message);
            }
        }
        for term in spellings.terms() {
            note(term, term, String::new());
        }
        let single = found.into_iter().filter_map(|(written, chosen)| {
            let [(chosen, message)] = <[_; 1]>::try_from(chosen).ok()?;
            Some(Respelling {
                written,
                chosen,
                message,
            })
        });
        let mut spellings: Vec<Respelling> = single.collect();
        spellings.sort_by_key(|spelling| Reverse(spelling.written.len()));
        Self { spellings }
    }

    /// A text with the names as the body has them, and a finding for each that was replaced.
    #[must_use]
    pub fn put_into(&self, text: &str) -> (String, Vec<Finding>) {
        let mut places: Vec<(Range<usize>, &Respelling)> = Vec::new();
        for spelling in &self.spellings {
            for place in places_of_words(text, &spelling.written).take(MAX_REPLACED) {
                let is_free = |(other, _): &(Range<usize>, &Respelling)| {
                    other.end <= place.start || place.end <= other.start
                };
                if places.len() < MAX_REPLACED && places.iter().all(is_free) {
                    places.push((place, spelling));
                }
            }
        }
        places.retain(|(_, spelling)| spelling.written != spelling.chosen);
        places.sort_by_key(|(place, _)| place.start);
        let mut new = String::with_capacity(text.len());
        let mut findings = Vec::new();
        let mut end = 0;
        for (place, spelling) in places {
            new.push_str(text.get(end..place.start).unwrap_or_default());
            let start = new.len();
            new.push_str(&spelling.chosen);
            end = place.end;
            findings.push(Finding {
                check: Check::Names,
                source: None,
                target: Some(spelling.written.clone()),
                message: spelling.message.clone(),
                span: Spans {
                    source: None,
                    target: Some((start, new.len())),
                },
                repaired: true,
            });
        }
        new.push_str(text.get(end..).unwrap_or_default());
        (new, findings)
    }
}
