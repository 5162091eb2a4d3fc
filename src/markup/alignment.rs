//! Which words of a translation come from which words of its source.

use std::collections::HashMap;

use crate::text::words_between_spaces;

/// The articles of English, which all translations are in.
const ARTICLES: [&str; 3] = ["a", "an", "the"];

/// How much each word of a target attends to each word of its source. Words are what is between white
/// space.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    source_words: usize,
    /// `[target words, source words]`.
    weights: Vec<f32>,
}

impl Alignment {
    /// From the weights `[target words, source words]`; `None` if they are not of that shape or not all
    /// finite.
    pub fn new(source_words: usize, target_words: usize, weights: Vec<f32>) -> Option<Self> {
        let fits = source_words.checked_mul(target_words) == Some(weights.len());
        let is_finite = weights.iter().all(|weight| weight.is_finite());
        (fits && is_finite && !weights.is_empty()).then_some(Self {
            source_words,
            weights,
        })
    }

    /// Words of the source.
    pub fn source_words(&self) -> usize {
        self.source_words
    }

    /// Words of the target.
    pub fn target_words(&self) -> usize {
        self.weights.len() / self.source_words.max(1)
    }

    /// The source word that a target word attends to most.
    pub fn source_of(&self, target: usize) -> Option<usize> {
        let start = target.checked_mul(self.source_words)?;
        let row = self.weights.get(start..start + self.source_words)?;
        largest(row.iter().copied())
    }

    /// The target word that attends most to one of these source words.
    fn target_of(&self, sources: std::ops::Range<usize>) -> Option<usize> {
        let rows = self.weights.chunks(self.source_words.max(1));
        largest(rows.map(|row| {
            let weights = row.get(sources.clone()).unwrap_or_default();
            weights.iter().copied().fold(0.0, f32::max)
        }))
    }
}

fn largest(weights: impl Iterator<Item = f32>) -> Option<usize> {
    let all = weights.enumerate();
    let best = all.reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map(|(at, _)| at)
}

/// What links the words of a unit.
#[derive(Debug)]
pub(super) struct Links<'a> {
    /// The source word of each target word.
    pub sources: Vec<usize>,
    alignment: Option<&'a Alignment>,
}

impl<'a> Links<'a> {
    /// Words that both texts have once are linked; the others by the alignment, or where there is none or
    /// it is of other words, by how far into the text they are, between those that are linked.
    pub(super) fn new(source: &str, target: &str, alignment: Option<&'a Alignment>) -> Self {
        let [sources, targets] = [source, target].map(|text| words(text));
        let alignment = alignment.filter(|alignment| {
            alignment.source_words() == sources.len() && alignment.target_words() == targets.len()
        });
        let equal = equal_words(&sources, &targets);
        let links = match alignment {
            _ if sources.is_empty() => Vec::new(),
            Some(alignment) => (0..targets.len())
                .map(|at| {
                    let known = equal.get(&at).copied();
                    known.or_else(|| alignment.source_of(at)).unwrap_or(0)
                })
                .collect(),
            None => by_place(source, target, &equal),
        };
        Self {
            sources: with_articles(links, &targets),
            alignment,
        }
    }

    /// Whether an alignment links them.
    pub(super) fn has_alignment(&self) -> bool {
        self.alignment.is_some()
    }

    /// The target word nearest to these source words, which no target word is linked to: by the weights.
    pub(super) fn target_of(&self, sources: std::ops::Range<usize>) -> Option<usize> {
        self.alignment?.target_of(sources)
    }
}

/// Links in which an article has that of the word after it: no word of the source says it.
fn with_articles(mut links: Vec<usize>, targets: &[(usize, &str)]) -> Vec<usize> {
    for (at, (_, word)) in targets.iter().enumerate().rev() {
        let is_article = ARTICLES.iter().any(|own| own.eq_ignore_ascii_case(word));
        if let (true, Some(&next)) = (is_article, links.get(at + 1)) {
            links[at] = next;
        }
    }
    links
}

fn words(text: &str) -> Vec<(usize, &str)> {
    words_between_spaces(text).collect()
}

/// A word without the signs around it, in lower case.
fn core(word: &str) -> String {
    let letters = word.trim_matches(|c: char| !c.is_alphanumeric());
    letters.to_lowercase()
}

/// Of target words the source words that are equal, where each side has the word once.
fn equal_words(sources: &[(usize, &str)], targets: &[(usize, &str)]) -> HashMap<usize, usize> {
    let once = |words: &[(usize, &str)]| {
        let mut places = HashMap::<String, Option<usize>>::new();
        for (at, (_, word)) in words.iter().enumerate() {
            let place = places.entry(core(word));
            place.and_modify(|place| *place = None).or_insert(Some(at));
        }
        places.remove("");
        places
    };
    let known = once(sources);
    let found = once(targets).into_iter().filter_map(|(word, target)| {
        let source = known.get(&word).copied().flatten()?;
        Some((target?, source))
    });
    found.collect()
}

/// Links by place, from one pair of equal words in the same order to the next: one by one if there are as
/// many words on both sides, else by bytes.
fn by_place(source: &str, target: &str, equal: &HashMap<usize, usize>) -> Vec<usize> {
    let sources = words(source);
    let targets = words(target);
    // The ends of stretches: target word and source word, ascending.
    let mut ends: Vec<(usize, usize)> = Vec::new();
    for at in 0..targets.len() {
        let least = ends.last().map_or(0, |&(_, source)| source + 1);
        if let Some(&source) = equal.get(&at)
            && source >= least
        {
            ends.push((at, source));
        }
    }
    ends.push((targets.len(), sources.len()));
    let mut links = Vec::with_capacity(targets.len());
    let (mut target_from, mut source_from) = (0, 0);
    for (target_end, source_end) in ends {
        let stretch = |words: &[(usize, &str)], from: usize, end: usize, length: usize| {
            let start = |at: usize| words.get(at).map_or(length, |word| word.0);
            (start(from), start(end))
        };
        let (target_start, target_stop) = stretch(&targets, target_from, target_end, target.len());
        let (source_start, source_stop) = stretch(&sources, source_from, source_end, source.len());
        let mut candidate = source_from;
        let is_one_by_one = target_end - target_from == source_end - source_from;
        for (start, word) in targets.get(target_from..target_end).unwrap_or_default() {
            if is_one_by_one {
                links.push(source_from + links.len() - target_from);
                continue;
            }
            let middle = start + word.len() / 2 - target_start;
            let length = (target_stop - target_start).max(1);
            let place = source_start + middle * (source_stop - source_start) / length;
            // The last word of the stretch that begins before it.
            while candidate + 1 < source_end
                && sources
                    .get(candidate + 1)
                    .is_some_and(|word| word.0 <= place)
            {
                candidate += 1;
            }
            links.push(candidate.min(sources.len().saturating_sub(1)));
        }
        if target_end < targets.len() {
            links.push(source_end);
        }
        (target_from, source_from) = (target_end + 1, source_end + 1);
    }
    for (&target, &source) in equal {
        if let Some(link) = links.get_mut(target) {
            *link = source;
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_alignment_equal_words_are_linked_and_the_others_by_place() {
        let links = |source, target| Links::new(source, target, None).sources;
        assert_eq!(links("бір екі үш төрт", "aaa bbb ccc dddd"), [0, 1, 2, 3]);
        assert_eq!(
            links("2024 жылы Visa келді", "Visa came in 2024"),
            [2, 3, 3, 0]
        );
        assert_eq!(links("бір 15 үш", "b c d 15, e"), [0, 0, 0, 1, 2]);
        assert_eq!(links("бір", "b c"), [0, 0]);
        assert_eq!(links("бір екі", "the b"), [1, 1]);
        assert_eq!(links("бір екі", ""), [0; 0]);
        assert_eq!(links("", "a"), [0; 0]);
    }

    #[test]
    fn an_alignment_of_other_words_does_not_count() {
        let alignment = Alignment::new(2, 2, vec![0.1, 0.9, 0.8, 0.2]).unwrap();
        assert_eq!(Links::new("а ә", "x y", Some(&alignment)).sources, [1, 0]);
        assert_eq!(
            Links::new("а ә", "x y z", Some(&alignment)).sources,
            [0, 0, 1]
        );
        assert_eq!(Alignment::new(2, 2, vec![0.1, 0.9, 0.8]), None);
        assert_eq!(Alignment::new(1, 1, vec![f32::NAN]), None);
    }
}
