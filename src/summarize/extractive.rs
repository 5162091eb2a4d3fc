//! A summary made of the article's own English sentences, without a model: LexRank.
//!
//! G. Erkan and D. R. Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text
//! Summarization", JAIR 22 (2004): sentences are as similar as their tf-idf vectors (cosine), and
//! the most central ones, by a random walk over the similarities, are the summary. This is the
//! continuous variant, with the walk's usual damping, and what says much the same as a better
//! sentence is left out. Unlike in the paper, a sentence is not its own neighbour: in an article of
//! some ten sentences the walk would never leave one that shares no word with the others.
//!
//! Policy: the same input gives the same summary, to the bit; ties go to the earlier sentence.
//! The matrix of similarities is never built: it is the product of the term vectors with
//! themselves, so that one step of the walk costs as much as the text has words, and an article
//! of any length is ranked whole.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use unicode_segmentation::UnicodeSegmentation;

/// The share of the walk that follows similarities; the rest jumps anywhere (PageRank's value).
const DAMPING: f64 = 0.85;
/// The walk stops when no rank moves by more than this, relative to an even share.
const TOLERANCE: f64 = 1e-6;
const MAX_STEPS: usize = 200;
/// Similarities that add up to less than this are rounding errors.
const ROUNDING: f64 = 1e-9;
/// Two sentences more similar than this say much the same (the value of the authors' MEAD).
const MAX_SIMILARITY: f64 = 0.7;
/// Minimum words of a sentence in a summary; shorter ones say too little.
const MIN_WORDS: usize = 4;

/// How many of a body's `sentences` to extract: a third, at least one, at most three.
pub fn summary_length(sentences: usize) -> usize {
    sentences.div_ceil(3).min(3)
}

/// The indices of the `count` most representative sentences, in the article's order.
///
/// Fewer if the article has no more that differ from each other. Sentences of fewer than four words
/// are taken only if there are no others.
pub fn extract(sentences: &[&str], count: usize) -> Vec<usize> {
    let vectors = Vectors::new(sentences);
    let ranks = vectors.ranks();
    let mut order: Vec<usize> = (0..sentences.len()).collect();
    // The sort is stable: of equal ranks the earlier sentence comes first.
    order.sort_by(|&a, &b| {
        let by_length = vectors.is_short(a).cmp(&vectors.is_short(b));
        by_length.then(ranks[b].partial_cmp(&ranks[a]).unwrap_or(Ordering::Equal))
    });
    let mut chosen: Vec<usize> = Vec::with_capacity(count.min(order.len()));
    for candidate in order {
        if chosen.len() == count || !chosen.is_empty() && vectors.is_short(candidate) {
            break;
        }
        if chosen
            .iter()
            .all(|&other| vectors.similarity(candidate, other) <= MAX_SIMILARITY)
        {
            chosen.push(candidate);
        }
    }
    chosen.sort_unstable();
    chosen
}

/// The sentences as tf-idf vectors of length 1, sparse.
struct Vectors {
    /// For each sentence its terms, ascending, with their weights; none for one without any.
    rows: Vec<Vec<(usize, f64)>>,
    /// For each sentence the number of its words.
    words: Vec<usize>,
    terms: usize,
}

impl Vectors {
    fn new(sentences: &[&str]) -> Self {
        let mut ids = HashMap::new();
        let mut words = Vec::with_capacity(sentences.len());
        let mut counts: Vec<BTreeMap<usize, f64>> = Vec::with_capacity(sentences.len());
        for sentence in sentences {
            let mut row = BTreeMap::new();
            words.push(sentence.unicode_words().count());
            for term in sentence.unicode_words().filter_map(term) {
                let next = ids.len();
                *row.entry(*ids.entry(term).or_insert(next)).or_insert(0.0) += 1.0;
            }
            counts.push(row);
        }
        let mut holding = vec![0.0; ids.len()];
        for &term in counts.iter().flat_map(BTreeMap::keys) {
            holding[term] += 1.0;
        }
        let all = sentences.len() as f64;
        let rows = counts
            .into_iter()
            .map(|row| {
                // A word of every sentence still weighs something, as a short text has few words.
                let weigh =
                    |(term, count): (usize, f64)| (term, count * (1.0 + all / holding[term]).ln());
                let row: Vec<(usize, f64)> = row.into_iter().map(weigh).collect();
                let length = row
                    .iter()
                    .map(|(_, weight)| weight * weight)
                    .sum::<f64>()
                    .sqrt();
                row.into_iter()
                    .map(|(term, weight)| (term, weight / length))
                    .collect()
            })
            .collect();
        Vectors {
            rows,
            words,
            terms: ids.len(),
        }
    }

    fn is_short(&self, sentence: usize) -> bool {
        self.words[sentence] < MIN_WORDS
    }

    /// The cosine of two sentences.
    fn similarity(&self, a: usize, b: usize) -> f64 {
        let (mut a, mut b) = (
            self.rows[a].iter().peekable(),
            self.rows[b].iter().peekable(),
        );
        let mut sum = 0.0;
        while let (Some(&&(left, x)), Some(&&(right, y))) = (a.peek(), b.peek()) {
            match left.cmp(&right) {
                Ordering::Less => _ = a.next(),
                Ordering::Greater => _ = b.next(),
                Ordering::Equal => {
                    sum += x * y;
                    _ = (a.next(), b.next());
                }
            }
        }
        sum
    }

    /// The matrix of similarities (its diagonal left out) times a vector over the sentences, by way
    /// of the terms.
    fn spread(&self, over: &[f64]) -> Vec<f64> {
        let mut by_term = vec![0.0; self.terms];
        for (row, share) in self.rows.iter().zip(over) {
            for &(term, weight) in row {
                by_term[term] += weight * share;
            }
        }
        let gather = |(row, own): (&Vec<(usize, f64)>, &f64)| {
            let reach = |&(term, weight): &(usize, f64)| weight * (by_term[term] - weight * own);
            row.iter().map(reach).sum()
        };
        self.rows.iter().zip(over).map(gather).collect()
    }

    /// LexRank: where a random walk over the similarities is, in the long run.
    fn ranks(&self) -> Vec<f64> {
        let all = self.rows.len() as f64;
        let similarities = self.spread(&vec![1.0; self.rows.len()]);
        let mut ranks = vec![1.0 / all; self.rows.len()];
        for _ in 0..MAX_STEPS {
            let shares: Vec<f64> = ranks
                .iter()
                .zip(&similarities)
                .map(|(rank, &sum)| if sum > ROUNDING { rank / sum } else { 0.0 })
                .collect();
            let next: Vec<f64> = self
                .spread(&shares)
                .into_iter()
                .map(|reached| (1.0 - DAMPING) / all + DAMPING * reached)
                .collect();
            let moved = next
                .iter()
                .zip(&ranks)
                .map(|(new, old)| (new - old).abs())
                .fold(0.0, f64::max);
            ranks = next;
            if moved * all < TOLERANCE {
                break;
            }
        }
        ranks
    }
}

/// The term a word counts as; `None` for words that say nothing about a sentence's subject.
fn term(word: &str) -> Option<String> {
    let folded = word.to_lowercase().replace('’', "'");
    let base = folded.strip_suffix("'s").unwrap_or(&folded);
    (!STOP_WORDS.contains(&base)).then(|| base.to_owned())
}

#[rustfmt::skip]
const STOP_WORDS: &[&str] = &[
    "a", "about", "above", "after", "again", "against", "all", "also", "am", "an", "and", "any",
    "are", "as", "at", "be", "because", "been", "before", "being", "below", "between", "both",
    "but", "by", "can", "could", "did", "do", "does", "doing", "down", "during", "each", "few",
    "for", "from", "further", "had", "has", "have", "having", "he", "her", "here", "hers",
    "herself", "him", "himself", "his", "how", "i", "if", "in", "into", "is", "it", "its",
    "itself", "just", "may", "me", "might", "more", "most", "must", "my", "myself", "no", "nor",
    "not", "now", "of", "off", "on", "once", "only", "or", "other", "our", "ours", "ourselves",
    "out", "over", "own", "said", "same", "say", "says", "shall", "she", "should", "so", "some",
    "such", "than", "that", "the", "their", "theirs", "them", "themselves", "then", "there",
    "these", "they", "this", "those", "through", "to", "too", "under", "until", "up", "upon",
    "very", "was", "we", "were", "what", "when", "where", "which", "while", "who", "whom", "why",
    "will", "with", "would", "you", "your", "yours", "yourself", "yourselves",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ARTICLE: &[&str] = &[
        "The region will build a new sugar plant next year.",
        "The weather was fine on Sunday.",
        "Farmers of the region sowed sugar beet on eight thousand hectares.",
        "The new sugar plant will buy the beet of the region's farmers.",
        "Children sang songs.",
        "A museum reopened after repairs.",
    ];

    #[test]
    fn the_sentences_about_what_the_article_is_about_are_taken_in_its_order() {
        assert_eq!(extract(ARTICLE, 1), [3]);
        assert_eq!(extract(ARTICLE, 2), [0, 3]);
    }

    #[test]
    fn a_sentence_said_twice_is_taken_once() {
        let twice = [ARTICLE[3], ARTICLE[1], ARTICLE[3], ARTICLE[5]];
        let found = extract(&twice, 3);
        assert_eq!(found, [0, 1, 3]);
    }

    #[test]
    fn of_equal_sentences_the_first_is_taken() {
        assert_eq!(
            extract(&["One red fox ran home.", "Two blue owls sat still."], 1),
            [0]
        );
    }

    #[test]
    fn short_sentences_are_taken_only_where_there_is_nothing_else() {
        assert_eq!(extract(&["Yes, sugar.", "Sugar.", ARTICLE[0]], 3), [2]);
        assert_eq!(extract(&["Yes.", "No."], 1), [0]);
    }

    #[test]
    fn nothing_comes_of_nothing() {
        assert!(extract(&[], 3).is_empty());
        assert!(extract(ARTICLE, 0).is_empty());
        assert_eq!(extract(&["", "…"], 1), [0]);
    }

    #[test]
    fn a_summary_is_a_third_of_a_short_body_and_never_more_than_three_sentences() {
        let lengths: Vec<usize> = (0..9).map(summary_length).collect();
        assert_eq!(lengths, [0, 1, 1, 1, 2, 2, 2, 3, 3]);
        assert_eq!(summary_length(5_000), 3);
    }

    #[test]
    fn an_article_of_five_thousand_sentences_is_ranked_whole() {
        let sentences: Vec<String> = (0..5_000_usize)
            .map(|n| {
                format!(
                    "Plant {} makes {} tonnes of sugar in region {}.",
                    n % 97,
                    n,
                    n % 31
                )
            })
            .collect();
        let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
        assert_eq!(extract(&sentences, 3).len(), 3);
    }

    /// LexRank as the paper writes it, with the whole matrix.
    fn ranks_by_matrix(vectors: &Vectors) -> Vec<f64> {
        let all = vectors.rows.len();
        let neighbours = |a, b| {
            if a == b {
                0.0
            } else {
                vectors.similarity(a, b)
            }
        };
        let row = |a: usize| -> Vec<f64> { (0..all).map(|b| neighbours(a, b)).collect() };
        let matrix: Vec<Vec<f64>> = (0..all).map(row).collect();
        let mut ranks = vec![1.0 / all as f64; all];
        for _ in 0..1_000 {
            ranks = (0..all)
                .map(|to| {
                    let reach = |from: usize| {
                        let sum: f64 = matrix[from].iter().sum();
                        if sum > 0.0 {
                            matrix[from][to] / sum * ranks[from]
                        } else {
                            0.0
                        }
                    };
                    0.15 / all as f64 + 0.85 * (0..all).map(reach).sum::<f64>()
                })
                .collect();
        }
        ranks
    }

    #[test]
    fn the_walk_over_terms_is_the_walk_over_the_matrix() {
        let vectors = Vectors::new(ARTICLE);
        for (ours, theirs) in vectors.ranks().into_iter().zip(ranks_by_matrix(&vectors)) {
            assert!((ours - theirs).abs() < 1e-6, "{ours} is not {theirs}");
        }
    }

    proptest! {
        #[test]
        fn the_indices_are_of_the_article_ascending_and_no_more_than_asked(
            sentences in prop::collection::vec("[a-d ]{0,20}|\\PC{0,12}", 0..12),
            count in 0_usize..6,
        ) {
            let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
            let found = extract(&sentences, count);
            prop_assert!(found.len() <= count);
            prop_assert!(found.is_sorted_by(|a, b| a < b));
            prop_assert!(found.iter().all(|&index| index < sentences.len()));
            prop_assert_eq!(found.is_empty(), count == 0 || sentences.is_empty());
        }
    }
}
