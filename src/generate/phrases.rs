//! Phrases that a target has to hold, and how far a hypothesis has come with them.

use super::vocabulary::WordEdges;

/// Maximum phrases of a sentence; further ones are not looked for.
pub const MAX_PHRASES: usize = 8;
/// Maximum forms of a phrase.
pub const MAX_FORMS: usize = 16;
/// Maximum tokens of a form.
pub const MAX_FORM_TOKENS: usize = 32;

/// What has to be in a target in one of several forms.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phrase {
    /// The forms of which one is enough.
    pub forms: Vec<PhraseForm>,
}

/// One way to say a phrase.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhraseForm {
    /// Its tokens.
    pub tokens: Vec<u32>,
    /// Whether its first token has no space before it: it then begins only where no word would be
    /// continued, as after an opening quotation mark.
    pub is_joined: bool,
}

/// The phrases that one target has to hold.
#[derive(Debug, Clone, Copy)]
pub struct RequiredPhrases<'a> {
    /// Each of them has to be there. Of more than [`MAX_PHRASES`], [`MAX_FORMS`] and
    /// [`MAX_FORM_TOKENS`] the rest is passed over.
    pub phrases: &'a [Phrase],
    /// Where words begin and end: a phrase that is continued to a longer word is not there.
    pub edges: &'a WordEdges,
}

/// How far a hypothesis has come with its phrases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// A bit a phrase that is in the hypothesis.
    met: u32,
    /// Those of them that the last token completed: the next one can still continue the word.
    completed: u32,
    /// Forms that the last tokens are the beginning of.
    begun: Vec<Begun>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Begun {
    phrase: usize,
    form: usize,
    tokens: usize,
}

/// The phrases of one search.
#[derive(Debug, Clone)]
pub(super) struct Goal<'a> {
    phrases: Vec<Vec<&'a PhraseForm>>,
    /// Tokens of the longest form of each phrase: what it counts when it is met.
    weights: Vec<usize>,
    edges: &'a WordEdges,
}

impl<'a> Goal<'a> {
    /// `None` if nothing is required.
    pub(super) fn new(required: RequiredPhrases<'a>) -> Option<Self> {
        let forms = |phrase: &'a Phrase| -> Vec<&'a PhraseForm> {
            let fits = |form: &&PhraseForm| (1..=MAX_FORM_TOKENS).contains(&form.tokens.len());
            phrase.forms.iter().filter(fits).take(MAX_FORMS).collect()
        };
        let phrases = required.phrases.iter().map(forms);
        let phrases = phrases.filter(|forms| !forms.is_empty());
        let phrases: Vec<Vec<&PhraseForm>> = phrases.take(MAX_PHRASES).collect();
        let longest = |forms: &Vec<&PhraseForm>| {
            let lengths = forms.iter().map(|form| form.tokens.len());
            lengths.max().unwrap_or(0)
        };
        (!phrases.is_empty()).then(|| Self {
            weights: phrases.iter().map(longest).collect(),
            phrases,
            edges: required.edges,
        })
    }

    /// The progress of a hypothesis that has all phrases.
    pub(super) fn total(&self) -> usize {
        self.weights.iter().sum()
    }

    /// What a hypothesis with this progress counts, up to [`total`](Self::total).
    pub(super) fn reached(&self, progress: &Progress) -> usize {
        let met = (0..self.phrases.len()).filter(|&phrase| progress.has(phrase));
        let met: usize = met.map(|phrase| self.weights[phrase]).sum();
        let begun = progress.begun.iter();
        let begun = begun.filter(|begun| !progress.has(begun.phrase));
        let begun = begun.map(|begun| {
            let weight = self.weights[begun.phrase];
            let length = self.phrases[begun.phrase][begun.form].tokens.len();
            (begun.tokens * weight / length).clamp(1, weight.saturating_sub(1).max(1))
        });
        met + begun.max().unwrap_or(0)
    }

    /// Whether a hypothesis with this progress has all phrases.
    pub(super) fn is_met(&self, progress: &Progress) -> bool {
        (0..self.phrases.len()).all(|phrase| progress.has(phrase))
    }

    /// The tokens that bring a hypothesis with this progress nearer to its goal, after `previous`.
    pub(super) fn next_tokens(&self, progress: &Progress, previous: u32) -> Vec<u32> {
        let open = (0..self.phrases.len()).filter(|&phrase| !progress.has(phrase));
        let first = open.flat_map(|phrase| &self.phrases[phrase]);
        let first = first.filter(|form| self.may_begin(form, previous));
        let mut tokens: Vec<u32> = first.map(|form| form.tokens[0]).collect();
        let begun = progress.begun.iter();
        let begun = begun.filter(|begun| !progress.has(begun.phrase));
        tokens
            .extend(begun.map(|begun| self.phrases[begun.phrase][begun.form].tokens[begun.tokens]));
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }

    /// The progress after one more token.
    pub(super) fn after(&self, progress: &Progress, previous: u32, token: u32) -> Progress {
        let mut met = progress.met;
        if self.edges.continues_word(token) {
            met &= !progress.completed;
        }
        let mut next = Progress {
            met,
            ..Progress::default()
        };
        let continued = progress.begun.iter().filter_map(|begun| {
            let form = self.phrases[begun.phrase][begun.form];
            let tokens = begun.tokens + 1;
            (form.tokens[begun.tokens] == token).then_some(Begun { tokens, ..*begun })
        });
        let phrases = self.phrases.iter().enumerate();
        let started = phrases.flat_map(|(phrase, forms)| {
            let forms = forms.iter().enumerate();
            let forms = forms.filter(|(_, form)| form.tokens[0] == token);
            let forms = forms.filter(|(_, form)| self.may_begin(form, previous));
            forms.map(move |(form, _)| Begun {
                phrase,
                form,
                tokens: 1,
            })
        });
        for begun in continued.chain(started) {
            let bit = 1 << begun.phrase;
            if met & bit != 0 {
                continue;
            }
            if begun.tokens == self.phrases[begun.phrase][begun.form].tokens.len() {
                next.met |= bit;
                next.completed |= bit;
            } else {
                // Also of a phrase that was just completed: its longer form may follow.
                next.begun.push(begun);
            }
        }
        next
    }

    fn may_begin(&self, form: &PhraseForm, previous: u32) -> bool {
        !form.is_joined || !self.edges.ends_in_word(previous)
    }
}

impl Progress {
    fn has(&self, phrase: usize) -> bool {
        self.met & (1 << phrase) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: [&str; 8] = ["</s>", "▁party", "▁of", "▁tru", "st", "▁\"", "tru", "s"];

    fn edges() -> WordEdges {
        let pieces = TOKENS.iter().enumerate();
        WordEdges::of(pieces.map(|(id, piece)| (id as u32, (*piece).to_owned())))
    }

    fn form(tokens: &[u32], is_joined: bool) -> PhraseForm {
        PhraseForm {
            tokens: tokens.to_vec(),
            is_joined,
        }
    }

    fn phrases() -> Vec<Phrase> {
        vec![
            Phrase {
                forms: vec![form(&[1], false), form(&[1, 7], false)],
            },
            Phrase {
                forms: vec![form(&[3, 4], false), form(&[6, 4], true)],
            },
        ]
    }

    /// What is reached after these tokens, and whether that is all.
    fn reached(tokens: &[u32]) -> (usize, bool) {
        let (edges, phrases) = (edges(), phrases());
        let required = RequiredPhrases {
            phrases: &phrases,
            edges: &edges,
        };
        let goal = Goal::new(required).unwrap();
        let mut progress = Progress::default();
        let mut previous = 0;
        for &token in tokens {
            progress = goal.after(&progress, previous, token);
            previous = token;
        }
        (goal.reached(&progress), goal.is_met(&progress))
    }

    #[test]
    fn phrases_are_met_in_any_order_and_in_any_form() {
        assert_eq!(reached(&[2, 2]), (0, false));
        assert_eq!(reached(&[1, 2]), (2, false));
        assert_eq!(reached(&[1, 3]), (3, false));
        assert_eq!(reached(&[3, 4, 2, 1, 2]), (4, true));
        assert_eq!(reached(&[1, 7, 3, 4]), (4, true));
    }

    #[test]
    fn a_phrase_that_becomes_a_part_of_a_longer_word_is_not_met() {
        assert_eq!(reached(&[1, 4]), (0, false));
        assert_eq!(reached(&[3, 4, 7]), (0, false));
        assert_eq!(reached(&[1, 7, 4]), (0, false));
    }

    #[test]
    fn a_joined_form_begins_only_where_no_word_is_continued() {
        assert_eq!(reached(&[5, 6, 4]), (2, false));
        assert_eq!(reached(&[2, 6, 4]), (0, false));
    }

    #[test]
    fn nothing_is_required_of_phrases_that_cannot_be_said() {
        let edges = edges();
        let none = [
            Phrase { forms: Vec::new() },
            Phrase {
                forms: vec![form(&[], false), form(&[1; MAX_FORM_TOKENS + 1], false)],
            },
        ];
        let required = RequiredPhrases {
            phrases: &none,
            edges: &edges,
        };
        assert!(Goal::new(required).is_none());
    }
}
