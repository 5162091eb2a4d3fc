//! Where the nodes of a block go in its translation.
//!
//! A node goes to the words that are linked to the words it was around: to the stretch of them that has the
//! most linked words and the fewest others, within the node around it and beside its siblings. Where none
//! is linked it goes to the nearest free word by the weights of the alignment or by its place. What is
//! around no word keeps to its neighbours. In a unit that its translation does not change, places are
//! exact.

use std::collections::BTreeSet;
use std::ops::Range;

use super::TranslatedUnit;
use super::alignment::Links;
use super::flow::{Block, LINE_BREAK, Node, NodeKind};
use super::units::words;
use crate::text::squeeze;

/// What a word between two linked ones costs, beside 1 that a linked word gains.
const GAP_COST: f32 = 0.5;
/// Words beyond which no free one is looked for.
const MAX_DISTANCE: usize = 64;

/// A block's translation, and the place of each of its nodes in it.
#[derive(Debug, Default)]
pub(super) struct Placed {
    pub text: String,
    pub ranges: Vec<Range<usize>>,
    /// Bytes of the text at which a space is left out: a line break takes its place.
    pub left_out: BTreeSet<usize>,
}

/// A word of the block's text or its translation.
#[derive(Debug, Clone)]
struct Word {
    range: Range<usize>,
    /// The number of its segment.
    part: usize,
}

/// A segment of the block with its translation.
struct Part<'a> {
    source: Range<usize>,
    target: Range<usize>,
    /// Whether the target is the source, byte for byte.
    is_kept: bool,
    source_words: Range<usize>,
    target_words: Range<usize>,
    links: Option<Links<'a>>,
}

struct Placer<'a> {
    block: &'a Block,
    text: String,
    parts: Vec<Part<'a>>,
    sources: Vec<Word>,
    targets: Vec<Word>,
    /// Of each target word its source word.
    links: Vec<usize>,
    /// Of each source word its target words.
    linked: Vec<Vec<usize>>,
    /// Target words that a sibling has.
    taken: Vec<bool>,
}

/// Places a block's nodes in the translation by `translated`, which gives a unit's by its number.
pub(super) fn place<'a>(
    block: &'a Block,
    translated: impl Fn(usize) -> Option<&'a TranslatedUnit>,
) -> Placed {
    let mut placer = Placer::new(block, translated);
    let ranges = placer.ranges();
    let left_out = placer.left_out(&ranges);
    Placed {
        text: placer.text,
        ranges,
        left_out,
    }
}

impl<'a> Placer<'a> {
    fn new(block: &'a Block, translated: impl Fn(usize) -> Option<&'a TranslatedUnit>) -> Self {
        let mut placer = Self {
            block,
            text: String::new(),
            parts: Vec::new(),
            sources: Vec::new(),
            targets: Vec::new(),
            links: Vec::new(),
            linked: Vec::new(),
            taken: Vec::new(),
        };
        for segment in &block.segments {
            let unit = segment.unit.and_then(&translated);
            placer.add(segment.range.clone(), unit);
        }
        placer.linked = vec![Vec::new(); placer.sources.len()];
        for (target, &source) in placer.links.iter().enumerate() {
            if let Some(linked) = placer.linked.get_mut(source) {
                linked.push(target);
            }
        }
        placer.taken = vec![false; placer.targets.len()];
        placer
    }

    fn add(&mut self, source: Range<usize>, unit: Option<&'a TranslatedUnit>) {
        let text = self.block.text.get(source.clone()).unwrap_or_default();
        let unit = unit.filter(|unit| squeeze(text) != unit.target && text != unit.target);
        let start = self.text.len();
        match unit {
            // Line breaks of the source have no place here.
            Some(unit) => self.text.push_str(unit.target.trim()),
            None => self.text.push_str(text),
        }
        let target = start..self.text.len();
        let part = self.parts.len();
        let word = |range| Word { range, part };
        let (first_source, first_target) = (self.sources.len(), self.targets.len());
        self.sources.extend(words(text, source.start).map(word));
        let translation = self.text.get(target.clone()).unwrap_or_default();
        self.targets.extend(words(translation, start).map(word));
        let links = unit.map(|unit| Links::new(text, translation, unit.alignment.as_ref()));
        match &links {
            Some(links) => self
                .links
                .extend(links.sources.iter().map(|source| first_source + source)),
            None => self.links.extend(first_source..self.sources.len()),
        }
        // A text without words is linked to none.
        self.links.resize(self.targets.len(), usize::MAX);
        self.parts.push(Part {
            source,
            target,
            is_kept: unit.is_none(),
            source_words: first_source..self.sources.len(),
            target_words: first_target..self.targets.len(),
            links,
        });
    }

    fn ranges(&mut self) -> Vec<Range<usize>> {
        let nodes = &self.block.nodes;
        let mut ranges: Vec<Range<usize>> = vec![0..0; nodes.len()];
        let whole = 0..self.text.len();
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); nodes.len() + 1];
        for (at, node) in nodes.iter().enumerate() {
            let place = node.parent.map_or(0, |parent| parent + 1);
            if let Some(siblings) = children.get_mut(place) {
                siblings.push(at);
            }
        }
        for (at, siblings) in children.iter().enumerate() {
            let (around, source) = match at.checked_sub(1) {
                None => (whole.clone(), 0..self.block.text.len()),
                Some(parent) => (
                    ranges.get(parent).cloned().unwrap_or_default(),
                    nodes[parent].range.clone(),
                ),
            };
            self.place_siblings(siblings, &source, &around, &mut ranges);
        }
        ranges
    }

    /// Places the children of a node that is at `around`, and was at `source`.
    fn place_siblings(
        &mut self,
        siblings: &[usize],
        source: &Range<usize>,
        around: &Range<usize>,
        ranges: &mut [Range<usize>],
    ) {
        let nodes = &self.block.nodes;
        let mut taken: Vec<usize> = Vec::new();
        let mut spans: Vec<(Range<usize>, usize)> = Vec::new();
        let mut rest = Vec::new();
        let mut empty = Vec::new();
        for &at in siblings {
            let range = &nodes[at].range;
            let words = self.source_words(range);
            if matches!(nodes[at].kind, NodeKind::Atom { .. }) {
                empty.push(at);
            } else if words.is_empty() {
                match self
                    .kept_range(range)
                    .filter(|span| is_within(span, around))
                {
                    Some(span) => spans.push((span, at)),
                    None => empty.push(at),
                }
            } else if range == source {
                spans.push((around.clone(), at));
            } else if let Some((span, words)) = self.exact(range, &words, around) {
                self.take(words, &mut taken);
                spans.push((span, at));
            } else if self.has_letters(range) {
                rest.push((words, at));
            } else {
                empty.push(at);
            }
        }
        // Those around few words have the least choice.
        rest.sort_by_key(|(words, at)| (words.len(), usize::MAX - nodes[*at].range.len()));
        for (words, at) in rest {
            let range = &nodes[at].range;
            match self
                .stretch(&words, around)
                .or_else(|| self.nearest(&words, around))
            {
                Some(found) => {
                    let span = self.trimmed(range, &words, &found);
                    let span = clamp(span.start, around)..clamp(span.end, around);
                    self.take(found, &mut taken);
                    spans.push((span, at));
                }
                None => empty.push(at),
            }
        }
        spans.sort_by_key(|(span, at)| (span.start, span.end, *at));
        let mut end = around.start;
        for (span, at) in &mut spans {
            // No text is in two siblings.
            *span = span.start.max(end)..span.end.max(end);
            end = span.end;
            ranges[*at] = span.clone();
        }
        let mut breaks = Vec::new();
        for at in empty {
            let is_break = matches!(nodes[at].kind, NodeKind::Atom { is_break: true, .. });
            let place = clamp(self.position(nodes[at].range.start, is_break), around);
            let next = spans.partition_point(|(span, _)| span.end <= place);
            let place = match spans.get(next) {
                // Not within a sibling: before or after it, as it was.
                Some((span, sibling)) if span.start < place => {
                    if *sibling < at {
                        span.end
                    } else {
                        span.start
                    }
                }
                _ => place,
            };
            ranges[at] = place..place;
            if is_break {
                breaks.push(at);
            }
        }
        // Words may change their order; a tab stays before the break that it was before.
        let mut places: Vec<_> = breaks.iter().map(|&at| ranges[at].clone()).collect();
        places.sort_by_key(|place| place.start);
        for (at, place) in breaks.into_iter().zip(places) {
            ranges[at] = place;
        }
        for word in taken {
            self.taken[word] = false;
        }
    }

    fn take(&mut self, words: Range<usize>, taken: &mut Vec<usize>) {
        for word in words {
            if let Some(mark) = self.taken.get_mut(word) {
                *mark = true;
                taken.push(word);
            }
        }
    }

    /// Whether there is a letter or a digit in a range of the source.
    fn has_letters(&self, range: &Range<usize>) -> bool {
        let text = self.block.text.get(range.clone());
        text.is_some_and(|text| text.contains(char::is_alphanumeric))
    }

    /// The words that share a byte with a range of the source.
    fn source_words(&self, range: &Range<usize>) -> Range<usize> {
        if range.is_empty() {
            return 0..0;
        }
        words_within(&self.sources, range)
    }

    /// The place of a node whose words are unchanged and together, and their target words.
    fn exact(
        &self,
        range: &Range<usize>,
        words: &Range<usize>,
        around: &Range<usize>,
    ) -> Option<(Range<usize>, Range<usize>)> {
        let first = *self.linked.get(words.start)?.first()?;
        let found = first..first + words.len();
        for (source, target) in words.clone().zip(found.clone()) {
            let [source_word, target_word] = [self.sources.get(source)?, self.targets.get(target)?];
            let own = self.block.text.get(source_word.range.clone());
            let is_same = self.links.get(target) == Some(&source)
                && own == self.text.get(target_word.range.clone());
            if !is_same {
                return None;
            }
        }
        let [source_first, source_last] = [
            self.sources.get(words.start)?,
            self.sources.get(words.end - 1)?,
        ];
        let [target_first, target_last] = [
            self.targets.get(found.start)?,
            self.targets.get(found.end - 1)?,
        ];
        // White space at its borders stays in it where it is kept, and beside the word.
        let is_space = |range: Range<usize>| {
            let text = self.text.get(range);
            text.is_some_and(|text| text.chars().all(char::is_whitespace))
        };
        let start = match range.start.checked_sub(source_first.range.start) {
            Some(into) => target_first.range.start + into,
            None => self
                .kept(range.start, range.start)
                .filter(|&start| is_space(start..target_first.range.start))
                .unwrap_or(target_first.range.start),
        };
        let end = match source_last.range.end.checked_sub(range.end) {
            Some(left) => target_last.range.end - left,
            None => self
                .kept(range.end - 1, range.end)
                .filter(|&end| is_space(target_last.range.end..end))
                .unwrap_or(target_last.range.end),
        };
        let is_inside = is_within(&(start..end), around);
        is_inside.then_some((start..end, found))
    }

    /// Where a place is in the target if the part that has `byte` is kept.
    fn kept(&self, byte: usize, place: usize) -> Option<usize> {
        let (_, part) = self.part_at(byte).filter(|(_, part)| part.is_kept)?;
        Some(part.target.start + (place - part.source.start))
    }

    /// Where a range is in the target, if it is not empty and its ends are in parts that are kept.
    fn kept_range(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let last = range
            .end
            .checked_sub(1)
            .filter(|last| range.contains(last))?;
        Some(self.kept(range.start, range.start)?..self.kept(last, range.end)?)
    }

    fn part_at(&self, place: usize) -> Option<(usize, &Part<'a>)> {
        let at = self.parts.partition_point(|part| part.source.end <= place);
        self.parts.get(at).map(|part| (at, part))
    }

    /// The stretch of free words within `around` that has the most words linked to `words`.
    fn stretch(&self, words: &Range<usize>, around: &Range<usize>) -> Option<Range<usize>> {
        let within = words_within(&self.targets, around);
        let linked = self.linked.get(words.clone()).unwrap_or_default();
        let mut linked: Vec<usize> = linked
            .iter()
            .flatten()
            .copied()
            .filter(|word| within.contains(word) && !self.is_taken(*word))
            .collect();
        linked.sort_unstable();
        let mut best: Option<(f32, Range<usize>)> = None;
        let mut current: Option<(f32, Range<usize>)> = None;
        for word in linked {
            let (gain, start) = match &current {
                Some((sum, stretch)) => {
                    let gap = stretch.end..word;
                    let left = sum - GAP_COST * gap.len() as f32;
                    if left > 0.0 && !gap.clone().any(|word| self.is_taken(word)) {
                        (left + 1.0, stretch.start)
                    } else {
                        (1.0, word)
                    }
                }
                None => (1.0, word),
            };
            let stretch = start..word + 1;
            if best.as_ref().is_none_or(|(most, _)| gain > *most) {
                best = Some((gain, stretch.clone()));
            }
            current = Some((gain, stretch));
        }
        best.map(|(_, stretch)| stretch)
    }

    fn is_taken(&self, word: usize) -> bool {
        self.taken.get(word).copied().unwrap_or_default()
    }

    /// The free word within `around` that is nearest to where words that none is linked to would be.
    fn nearest(&self, words: &Range<usize>, around: &Range<usize>) -> Option<Range<usize>> {
        let within = words_within(&self.targets, around);
        let linked = self.linked.get(words.clone()).unwrap_or_default();
        if linked.iter().flatten().any(|&word| self.is_taken(word)) {
            // Another part of the same word has it.
            return None;
        }
        let part = self.parts.get(self.sources.get(words.start)?.part)?;
        let first = part.source_words.start;
        let own = words.start - first..(words.end - first).min(part.source_words.len());
        let by_weight = part
            .links
            .as_ref()
            .and_then(|links| links.target_of(own.clone()));
        let by_place = || {
            let middle = (own.start + own.end) * part.target_words.len();
            middle / (2 * part.source_words.len().max(1))
        };
        let wanted = part.target_words.start + by_weight.unwrap_or_else(by_place);
        let wanted = wanted.clamp(within.start, within.end.max(within.start + 1) - 1);
        let near =
            (0..MAX_DISTANCE).flat_map(|far| [wanted.checked_add(far), wanted.checked_sub(far)]);
        let mut free = near
            .flatten()
            .filter(|word| within.contains(word) && !self.is_taken(*word));
        free.next().map(|word| word..word + 1)
    }

    /// The bytes of target words without signs at their ends that the node did not have at its.
    fn trimmed(
        &self,
        range: &Range<usize>,
        words: &Range<usize>,
        found: &Range<usize>,
    ) -> Range<usize> {
        let [
            Some(source_first),
            Some(source_last),
            Some(first),
            Some(last),
        ] = [
            self.sources.get(words.start),
            self.sources.get(words.end - 1),
            self.targets.get(found.start),
            self.targets.get(found.end - 1),
        ]
        else {
            return 0..0;
        };
        let source = |word: &Word| self.block.text.get(word.range.clone()).unwrap_or_default();
        let target = |word: &Word| self.text.get(word.range.clone()).unwrap_or_default();
        // A part of a word that the target's has too: the number of a note.
        let own = self.block.text.get(range.clone()).unwrap_or_default();
        if words.len() == 1 && found.len() == 1 {
            if source(source_first).starts_with(own) && target(first).starts_with(own) {
                return first.range.start..first.range.start + own.len();
            }
            if source(source_first).ends_with(own) && target(first).ends_with(own) {
                return first.range.end - own.len()..first.range.end;
            }
        }
        // Signs at the ends of a unit belong to what reaches them.
        let begins = self.parts.get(first.part).is_some_and(|part| {
            words.start == part.source_words.start && found.start == part.target_words.start
        });
        let ends = self.parts.get(last.part).is_some_and(|part| {
            words.end == part.source_words.end && found.end == part.target_words.end
        });
        let has_lead = range.start <= source_first.range.start
            && (begins || signs_before(source(source_first)) > 0);
        let has_trail =
            range.end >= source_last.range.end && (ends || signs_after(source(source_last)) > 0);
        let lead = if has_lead {
            0
        } else {
            signs_before(target(first))
        };
        let trail = if has_trail {
            0
        } else {
            signs_after(target(last))
        };
        let (start, end) = (first.range.start + lead, last.range.end - trail);
        if start < end {
            start..end
        } else {
            first.range.start..last.range.end
        }
    }

    /// The place in the target of a place in the source. Line breaks belong to no word: without an
    /// alignment they are placed by the length of the text before them.
    fn position(&self, place: usize, is_break: bool) -> usize {
        let Some((at, part)) = self.part_at(place) else {
            return self.text.len();
        };
        if part.is_kept || place == part.source.start {
            return part.target.start + (place - part.source.start);
        }
        let words = part.source_words.clone();
        let next = self
            .sources
            .partition_point(|word| word.range.start < place);
        let before = next.checked_sub(1).filter(|word| words.contains(word));
        let after = Some(next).filter(|word| words.contains(word));
        let touches_before = before.is_some_and(|word| self.sources[word].range.end >= place);
        let touches_after = after.is_some_and(|word| self.sources[word].range.start == place);
        let linked = |word: usize| self.linked.get(word).into_iter().flatten().copied();
        let own = |target: &usize| {
            self.targets
                .get(*target)
                .is_some_and(|word| word.part == at)
        };
        let end_of = |word: usize| {
            let target = linked(word).filter(own).max()?;
            Some(self.end_in(word, target, place))
        };
        let start_of = |word: usize| {
            linked(word)
                .filter(own)
                .min()
                .map(|target| self.targets[target].range.start)
        };
        let [after_word, before_word] = [before.and_then(end_of), after.and_then(start_of)];
        let has_alignment = part.links.as_ref().is_some_and(Links::has_alignment);
        let found = if is_break && !has_alignment {
            None
        } else if touches_before && !touches_after && !is_break || after.is_none() {
            after_word.or(before_word)
        } else {
            before_word.or(after_word)
        };
        found.unwrap_or_else(|| {
            let share = (place - part.source.start) * part.target.len() / part.source.len().max(1);
            let wanted = part.target.start + share;
            let next = self
                .targets
                .partition_point(|word| word.range.start < wanted);
            let next = Some(next).filter(|next| part.target_words.contains(next));
            next.map_or(part.target.end, |word| self.targets[word].range.start)
        })
    }

    /// The place in a target word of a place in or after its source word: before its last signs if the place
    /// is.
    fn end_in(&self, source: usize, target: usize, place: usize) -> usize {
        let range = &self.targets[target].range;
        let own = &self.sources[source].range;
        let [before, after] = [own.start..place.min(own.end), place.min(own.end)..own.end];
        let text = |range| self.block.text.get(range).unwrap_or_default();
        let (before, after) = (text(before), text(after));
        let word = self.text.get(range.clone()).unwrap_or_default();
        if word.strip_prefix(before) == Some(after) {
            range.start + before.len()
        } else if !after.is_empty() && !after.contains(char::is_alphanumeric) {
            range.end - signs_after(word)
        } else {
            range.end
        }
    }

    /// The spaces whose places line breaks take.
    fn left_out(&self, ranges: &[Range<usize>]) -> BTreeSet<usize> {
        let bytes = self.text.as_bytes();
        let is_break = |node: &Node| matches!(node.kind, NodeKind::Atom { is_break: true, .. });
        let mut left_out = BTreeSet::new();
        for (node, range) in self.block.nodes.iter().zip(ranges) {
            let place = range.start;
            if bytes.get(place) == Some(&(LINE_BREAK as u8)) {
                continue;
            }
            let at = [Some(place), place.checked_sub(1)].into_iter().flatten();
            let mut spaces = at.filter(|at| matches!(bytes.get(*at), Some(b' ')));
            left_out.extend(is_break(node).then(|| spaces.next()).flatten());
        }
        left_out
    }
}

/// The words that share a byte with a range.
fn words_within(words: &[Word], range: &Range<usize>) -> Range<usize> {
    let start = words.partition_point(|word| word.range.end <= range.start);
    let end = words.partition_point(|word| word.range.start < range.end);
    start..end.max(start)
}

fn is_within(range: &Range<usize>, around: &Range<usize>) -> bool {
    around.start <= range.start && range.start <= range.end && range.end <= around.end
}

fn clamp(place: usize, within: &Range<usize>) -> usize {
    place.clamp(within.start, within.end.max(within.start))
}

/// Bytes of the signs before a word's first letter or digit; none if it has neither.
fn signs_before(word: &str) -> usize {
    word.find(char::is_alphanumeric).unwrap_or(0)
}

/// Bytes of the signs after a word's last letter or digit.
fn signs_after(word: &str) -> usize {
    let last = word.char_indices().rfind(|(_, c)| c.is_alphanumeric());
    last.map_or(0, |(at, c)| word.len() - at - c.len_utf8())
}
