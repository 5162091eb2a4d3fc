//! Attention of up to four queries to a source at once: scores, softmax and the weighted sum of
//! values, head by head. Keys and values are 8-bit integers, with one scale for each token and
//! head.
//!
//! Sums run in one order whatever the registers hold, over a source's inputs and all tokens from
//! first to last, over a path's inputs in lanes, with fused multiplication and addition: the same
//! bits on every processor.

use std::ops::Range;

use super::kernels::{multiversion, prefetch};
pub(super) use super::vector::LANES;
use super::vector::{dot, softmax};
use crate::nn::positions::DistanceTable;

/// Keys and values of a source that queries attend to.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub tokens: usize,
    /// Transposed: `[heads, head_width, tokens rounded up to LANES]`.
    pub keys: &'a [i8],
    /// `[heads, tokens rounded up]`.
    pub key_scales: &'a [f32],
    /// By head: `[heads, tokens rounded up, head_width]`.
    pub values: &'a [i8],
    /// `[heads, tokens rounded up]`.
    pub value_scales: &'a [f32],
}

/// Key and value of an earlier token that a query attends to.
#[derive(Clone, Copy)]
pub(super) struct Token<'a> {
    /// `[width]`.
    key: &'a [i8],
    /// `[width]`.
    value: &'a [i8],
    /// `[2 · heads]`: of the key, then of the value.
    scales: &'a [f32],
}

impl<'a> Token<'a> {
    pub(super) fn new(key: &'a [i8], value: &'a [i8], scales: &'a [f32]) -> Self {
        Self { key, value, scales }
    }

    /// The first numbers of key and value.
    #[cfg(test)]
    pub(super) fn first(&self) -> (f32, f32) {
        let number = |integers: &[i8], scale: usize| f32::from(integers[0]) * self.scales[scale];
        let heads = self.scales.len() / 2;
        (number(self.key, 0), number(self.value, heads))
    }
}

/// How the products of queries and keys become scores.
#[derive(Clone, Copy)]
pub(super) struct Scoring<'a> {
    pub heads: usize,
    /// Factor on the products.
    pub scale: f32,
    /// What is added by distance.
    pub bias: Option<&'a DistanceTable>,
    /// The position of the first query.
    pub first: usize,
}

/// Queries for which keys and values are loaded and widened only once.
pub(super) const QUERY_BLOCK: usize = 4;

multiversion! {
    /// Attention of some heads of up to [`QUERY_BLOCK`] queries (`[queries, width]`) to one whole
    /// source, written to `contexts`: for each query the numbers of those heads. No query's result
    /// depends on the others, and no head's.
    pub(super) fn attend_source(queries: &[f32], source: Source, width: usize, scoring: Scoring, own_heads: Range<usize>, contexts: &mut [&mut [f32]]) {
        let Scoring { heads, scale, bias, first: position } = scoring;
        let padded = source.tokens.next_multiple_of(LANES);
        let head_width = (width / heads).max(1);
        let rows = queries.len() / width;
        debug_assert!((1..=QUERY_BLOCK).contains(&rows) && contexts.len() == rows && own_heads.end <= heads);
        let mut scores = vec![0.0; QUERY_BLOCK * padded];
        let numbers = source
            .keys
            .chunks_exact(head_width * padded)
            .zip(source.values.chunks_exact(head_width * padded));
        let scales = source
            .key_scales
            .chunks_exact(padded)
            .zip(source.value_scales.chunks_exact(padded));
        let parts = numbers.zip(scales).enumerate();
        let parts = parts.skip(own_heads.start).take(own_heads.len());
        for (place, (head, ((keys, values), (key_scales, value_scales)))) in parts.enumerate() {
            let first = head * head_width;
            let own = place * head_width..(place + 1) * head_width;
            let value = |token: usize| &values[token * head_width..][..head_width];
            // If there are fewer than four, the last one is computed again.
            let query = |q: usize| &queries[q.min(rows - 1) * width + first..][..head_width];
            if rows == 1 {
                score(query(0), keys, &mut scores[..padded]);
            } else {
                score_four(std::array::from_fn(query), keys, &mut scores);
            }
            for (row, scores) in scores.chunks_exact_mut(padded).take(rows).enumerate() {
                let weights = &mut scores[..source.tokens];
                scale_by(weights, scale, key_scales);
                if let Some(bias) = bias {
                    bias.add(head, position + row, weights);
                }
                softmax(weights);
                scale_by(weights, 1.0, value_scales);
            }
            if let [context] = &mut contexts[..] {
                weighted_sum(&scores[..source.tokens], &value, &mut context[own]);
            } else {
                let weights = std::array::from_fn(|q| &scores[q * padded..][..source.tokens]);
                weighted_sum_four(weights, &value, own, contexts);
            }
        }
    }
}

multiversion! {
    /// What a query (`[width]`) attends to in a whole source, the mean over the heads.
    pub(super) fn mean_weights(query: &[f32], source: Source, scoring: Scoring) -> Vec<f32> {
        let heads = scoring.heads.max(1);
        let padded = source.tokens.next_multiple_of(LANES);
        let head_width = (query.len() / heads).max(1);
        let mut scores = vec![0.0; padded];
        let mut sums = vec![0.0; source.tokens];
        let keys = source
            .keys
            .chunks_exact(head_width * padded)
            .zip(source.key_scales.chunks_exact(padded));
        for (query, (keys, scales)) in query.chunks_exact(head_width).zip(keys) {
            score(query, keys, &mut scores);
            let weights = &mut scores[..source.tokens];
            scale_by(weights, scoring.scale, scales);
            softmax(weights);
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += *weight / heads as f32;
            }
        }
        sums
    }
}

multiversion! {
    /// Attention of a query to keys and values that are not contiguous. Those of the `next` query
    /// are prefetched meanwhile, since the hardware prefetcher cannot predict their addresses.
    pub(super) fn attend_past(query: &[f32], past: &[Token], next: &[Token], scoring: Scoring, context: &mut [f32]) {
        let Scoring { heads, scale, bias, first: position } = scoring;
        let head_width = (query.len() / heads).max(1);
        let every = past.len().div_ceil(heads).max(1);
        let mut next = next.chunks(every);
        let mut weights = vec![0.0; past.len()];
        let parts = query
            .chunks_exact(head_width)
            .zip(context.chunks_exact_mut(head_width));
        for (head, (query, context)) in parts.enumerate() {
            for token in next.next().unwrap_or_default() {
                prefetch(token.scales);
                prefetch(token.key);
                prefetch(token.value);
            }
            let part = head * head_width..(head + 1) * head_width;
            for (weight, token) in weights.iter_mut().zip(past) {
                *weight = dot(query, &token.key[part.clone()]) * (scale * token.scales[head]);
            }
            if let Some(bias) = bias {
                bias.add(head, position, &mut weights);
            }
            softmax(&mut weights);
            for (weight, token) in weights.iter_mut().zip(past) {
                *weight *= token.scales[heads + head];
            }
            let value = |token: usize| &past[token].value[part.clone()];
            weighted_sum(&weights, &value, context);
        }
    }
}

/// Multiplies each number by `factor` and by its scale.
#[inline(always)]
fn scale_by(numbers: &mut [f32], factor: f32, scales: &[f32]) {
    for (number, scale) in numbers.iter_mut().zip(scales) {
        *number *= factor * scale;
    }
}

/// Products of a head's query with all its transposed keys (`[inputs, tokens]`).
#[inline(always)]
fn score(query: &[f32], columns: &[i8], scores: &mut [f32]) {
    let padded = scores.len();
    let mut first = 0;
    while first < padded {
        let columns = &columns[first..];
        let scores = &mut scores[first..];
        // One, two or four registers: a compiler would keep other numbers of sums in memory.
        first += match scores.len() / LANES {
            1 => score_part::<LANES>(query, columns, padded, scores),
            2 | 3 => score_part::<{ 2 * LANES }>(query, columns, padded, scores),
            _ => score_part::<{ 4 * LANES }>(query, columns, padded, scores),
        };
    }
}

/// [`score`] for the first `N` tokens; returns `N`.
#[inline(always)]
fn score_part<const N: usize>(
    query: &[f32],
    columns: &[i8],
    padded: usize,
    scores: &mut [f32],
) -> usize {
    let mut sums = [0.0_f32; N];
    for (input, column) in query.iter().zip(columns.chunks(padded)) {
        if let Some(column) = column.first_chunk::<N>() {
            for (sum, key) in sums.iter_mut().zip(column) {
                *sum = input.mul_add(f32::from(*key), *sum);
            }
        }
    }
    for (score, sum) in scores.iter_mut().zip(sums) {
        *score = sum;
    }
    N
}

/// The sum of values (`value(token)`, each as long as `context`) by their weights.
#[inline(always)]
fn weighted_sum<'a>(weights: &[f32], value: &impl Fn(usize) -> &'a [i8], context: &mut [f32]) {
    let (wide, rest) = context.as_chunks_mut::<{ 4 * LANES }>();
    let mut first = 0;
    for context in wide {
        *context = weighted_sum_part(weights, value, first);
        first += context.len();
    }
    let (narrow, rest) = rest.as_chunks_mut::<LANES>();
    for context in narrow {
        *context = weighted_sum_part(weights, value, first);
        first += context.len();
    }
    for context in rest {
        let [sum] = weighted_sum_part(weights, value, first);
        *context = sum;
        first += 1;
    }
}

/// [`weighted_sum`] for `N` numbers from `first`.
#[inline(always)]
fn weighted_sum_part<'a, const N: usize>(
    weights: &[f32],
    value: &impl Fn(usize) -> &'a [i8],
    first: usize,
) -> [f32; N] {
    let mut sums = [0.0_f32; N];
    for (token, weight) in weights.iter().enumerate() {
        if let Some(value) = value(token)[first..].first_chunk::<N>() {
            for (sum, value) in sums.iter_mut().zip(value) {
                *sum = weight.mul_add(f32::from(*value), *sum);
            }
        }
    }
    sums
}

/// [`score`] for four queries, to `scores` (`[queries, tokens]`).
#[inline(always)]
fn score_four(queries: [&[f32]; QUERY_BLOCK], columns: &[i8], scores: &mut [f32]) {
    let padded = scores.len() / QUERY_BLOCK;
    let [a, b, c, d] = queries;
    for first in (0..padded).step_by(LANES) {
        // Four separate arrays: a compiler would keep an array of arrays in memory.
        let mut sums = [[0.0_f32; LANES]; QUERY_BLOCK];
        let [sum_a, sum_b, sum_c, sum_d] = &mut sums;
        let inputs = a.iter().zip(b).zip(c).zip(d);
        for ((((a, b), c), d), column) in inputs.zip(columns[first..].chunks(padded)) {
            if let Some(column) = column.first_chunk::<LANES>() {
                let keys = column.map(f32::from);
                add_times(sum_a, *a, &keys);
                add_times(sum_b, *b, &keys);
                add_times(sum_c, *c, &keys);
                add_times(sum_d, *d, &keys);
            }
        }
        for (scores, sums) in scores.chunks_exact_mut(padded).zip(sums) {
            scores[first..first + LANES].copy_from_slice(&sums);
        }
    }
}

/// [`weighted_sum`] by the weights of four queries, to the numbers `columns` of each context (there may
/// be fewer than four).
#[inline(always)]
fn weighted_sum_four<'a>(
    weights: [&[f32]; QUERY_BLOCK],
    value: &impl Fn(usize) -> &'a [i8],
    columns: Range<usize>,
    contexts: &mut [&mut [f32]],
) {
    let whole = columns.len() / LANES * LANES;
    for first in (0..whole).step_by(LANES) {
        let sums = weighted_sum_four_part::<LANES>(weights, value, first);
        for (context, sums) in contexts.iter_mut().zip(sums) {
            context[columns.start + first..][..LANES].copy_from_slice(&sums);
        }
    }
    for first in whole..columns.len() {
        let sums = weighted_sum_four_part::<1>(weights, value, first);
        for (context, [sum]) in contexts.iter_mut().zip(sums) {
            context[columns.start + first] = sum;
        }
    }
}

/// [`weighted_sum_four`] for `N` numbers from `first`.
#[inline(always)]
fn weighted_sum_four_part<'a, const N: usize>(
    weights: [&[f32]; QUERY_BLOCK],
    value: &impl Fn(usize) -> &'a [i8],
    first: usize,
) -> [[f32; N]; QUERY_BLOCK] {
    let [a, b, c, d] = weights;
    let mut sums = [[0.0_f32; N]; QUERY_BLOCK];
    let [sum_a, sum_b, sum_c, sum_d] = &mut sums;
    for (token, (((a, b), c), d)) in a.iter().zip(b).zip(c).zip(d).enumerate() {
        if let Some(value) = value(token)[first..].first_chunk::<N>() {
            let value = value.map(f32::from);
            add_times(sum_a, *a, &value);
            add_times(sum_b, *b, &value);
            add_times(sum_c, *c, &value);
            add_times(sum_d, *d, &value);
        }
    }
    sums
}

/// Adds `numbers` multiplied by `factor`.
#[inline(always)]
fn add_times<const N: usize>(sums: &mut [f32; N], factor: f32, numbers: &[f32; N]) {
    for (sum, number) in sums.iter_mut().zip(numbers) {
        *sum = factor.mul_add(*number, *sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::DistanceBiasSpec;
    use crate::nn::packed::cross_memory::CrossMemory;
    use crate::nn::packed::kernels::Kernel;
    use crate::nn::packed::pool::ThreadPool;
    use crate::nn::packed::testing::weights;

    /// Integers `[tokens, width]` and their scales `[tokens, heads]`.
    fn integers(tokens: usize, width: usize, heads: usize, seed: u64) -> (Vec<i8>, Vec<f32>) {
        let integers = weights(tokens, width, seed);
        let integers = integers.iter().map(|x| (x * 12.7) as i8).collect();
        let scales = weights(tokens, heads, seed + 1);
        (integers, scales.iter().map(|x| x.abs() / 10.0).collect())
    }

    /// A table of distances for `heads` heads, and the position of the query it is asked for.
    fn bias(heads: usize) -> DistanceTable {
        let spec = DistanceBiasSpec {
            name: "table",
            heads,
            buckets: 8,
            max_distance: 20,
            both_ways: true,
        };
        DistanceTable::new(&weights(8, heads, 9), &spec)
    }

    fn scoring(heads: usize, head_width: usize) -> Scoring<'static> {
        Scoring {
            heads,
            scale: 1.0 / (head_width as f32).sqrt(),
            bias: None,
            first: 0,
        }
    }

    /// [`attend_source`] of all heads, to `[queries, width]`.
    fn attend(
        kernel: Kernel,
        queries: &[f32],
        source: Source,
        width: usize,
        scoring: Scoring,
    ) -> Vec<f32> {
        let mut contexts = vec![0.0; queries.len()];
        let mut rows: Vec<&mut [f32]> = contexts.chunks_mut(width).collect();
        attend_source(
            kernel,
            queries,
            source,
            width,
            scoring,
            0..scoring.heads,
            &mut rows,
        );
        contexts
    }

    /// Attention of heads of `head_width` to `tokens`, both ways, with every kernel.
    fn assert_all_equal(tokens: usize, heads: usize, head_width: usize, by_distance: bool) {
        let table = bias(heads);
        let scoring = Scoring {
            bias: by_distance.then_some(&table),
            first: tokens / 2,
            ..scoring(heads, head_width)
        };
        let added = |head: usize| {
            let mut added = vec![0.0; tokens];
            if by_distance {
                table.add(head, tokens / 2, &mut added);
            }
            added
        };
        let width = heads * head_width;
        let (keys, key_scales) = integers(tokens, width, heads, 1);
        let (values, value_scales) = integers(tokens, width, heads, 5);
        let query = weights(1, width, 3);
        let padded = tokens.next_multiple_of(LANES);
        let (mut transposed, mut sorted) = (vec![0; width * padded], vec![0; width * padded]);
        // Values beyond the tokens are padding, on which no result may depend.
        let mut by_head = [
            vec![f32::NAN; heads * padded],
            vec![f32::NAN; heads * padded],
        ];
        let mut scales = Vec::new();
        for token in 0..tokens {
            for i in 0..width {
                transposed[i * padded + token] = keys[token * width + i];
                let (head, place) = (i / head_width, i % head_width);
                sorted[(head * padded + token) * head_width + place] = values[token * width + i];
            }
            for (by_head, scales) in by_head.iter_mut().zip([&key_scales, &value_scales]) {
                for head in 0..heads {
                    by_head[head * padded + token] = scales[token * heads + head];
                }
            }
            scales.push(
                [&key_scales, &value_scales]
                    .map(|s| &s[token * heads..][..heads])
                    .concat(),
            );
        }
        let source = Source {
            tokens,
            keys: &transposed,
            key_scales: &by_head[0],
            values: &sorted,
            value_scales: &by_head[1],
        };
        let numbers = keys.chunks(width).zip(values.chunks(width)).zip(&scales);
        let past: Vec<Token> = numbers
            .map(|((key, value), scales)| Token::new(key, value, scales))
            .collect();
        let number = |integers: &[i8], scales: &[f32], token: usize, i: usize| {
            f64::from(integers[token * width + i])
                * f64::from(scales[token * heads + i / head_width])
        };
        let mut exact = vec![0.0; width];
        for head in 0..heads {
            let part = head * head_width..(head + 1) * head_width;
            let added = added(head);
            let score = |token: usize| {
                let product = |i| number(&keys, &key_scales, token, i) * f64::from(query[i]);
                let sum: f64 = part.clone().map(product).sum();
                sum / (head_width as f64).sqrt() + f64::from(added[token])
            };
            let scores: Vec<f64> = (0..tokens).map(score).collect();
            let largest = scores.iter().copied().fold(f64::MIN, f64::max);
            let scores: Vec<f64> = scores.iter().map(|score| (score - largest).exp()).collect();
            let total: f64 = scores.iter().sum();
            for i in part.clone() {
                exact[i] = (0..tokens)
                    .map(|token| scores[token] / total * number(&values, &value_scales, token, i))
                    .sum();
            }
        }
        let mut first: Option<(Vec<f32>, Vec<f32>)> = None;
        for kernel in Kernel::available() {
            let by_source = attend(kernel, &query, source, width, scoring);
            let mut by_path = vec![0.0; width];
            attend_past(kernel, &query, &past, &past, scoring, &mut by_path);
            for result in [&by_source, &by_path] {
                for (number, exact) in result.iter().zip(&exact) {
                    assert!(
                        (f64::from(*number) - exact).abs() < 1e-5,
                        "{kernel:?} {tokens} {heads}x{head_width}: {number} {exact}"
                    );
                }
            }
            // The same query among others: neither they nor their number change its result.
            for rows in 2..=QUERY_BLOCK {
                let mut queries = weights(rows, width, 4);
                queries[(rows - 1) * width..].copy_from_slice(&query);
                // So that the last of them is at its place.
                let Some(first) = scoring.first.checked_sub(rows - 1) else {
                    continue;
                };
                let others = Scoring { first, ..scoring };
                let contexts = attend(kernel, &queries, source, width, others);
                assert_eq!(contexts[(rows - 1) * width..], by_source, "{rows}");
                let alone = attend(kernel, &queries[..width], source, width, others);
                assert_eq!(contexts[..width], alone, "{rows}");
                // Each head alone.
                for head in 0..heads {
                    let own = head * head_width..(head + 1) * head_width;
                    let mut part = vec![0.0; rows * head_width];
                    let mut parts: Vec<&mut [f32]> = part.chunks_mut(head_width).collect();
                    attend_source(
                        kernel,
                        &queries,
                        source,
                        width,
                        others,
                        head..head + 1,
                        &mut parts,
                    );
                    for (part, context) in parts.iter().zip(contexts.chunks(width)) {
                        assert_eq!(**part, context[own.clone()], "{rows} {head}");
                    }
                }
            }
            let results = (by_source, by_path);
            let first = first.get_or_insert_with(|| results.clone());
            assert_eq!(*first, results, "{kernel:?} {tokens} {heads}x{head_width}");
        }
    }

    #[test]
    fn a_key_or_value_that_is_no_number_leaves_none_in_its_head() {
        let (tokens, heads, head_width) = (3, 2, 16);
        let width = heads * head_width;
        let (keys, values) = (weights(tokens, width, 1), weights(tokens, width, 2));
        for (place, none) in [
            (0, f32::NAN),
            (1, f32::NAN),
            (0, f32::INFINITY),
            (1, f32::INFINITY),
        ] {
            let mut both = [keys.clone(), values.clone()];
            both[place][width + head_width] = none;
            for kernel in Kernel::available() {
                let (pool, maps) = (ThreadPool::new(1), [&both[0][..], &both[1][..]]);
                let whole = 0..tokens;
                let memory = CrossMemory::new(
                    &pool,
                    kernel,
                    maps,
                    std::slice::from_ref(&whole),
                    width,
                    heads,
                );
                let query = weights(1, width, 3);
                let scoring = scoring(heads, head_width);
                let context = attend(kernel, &query, memory.source(0), width, scoring);
                let (first, second) = context.split_at(head_width);
                assert!(first.iter().all(|number| number.is_finite()));
                assert!(
                    second.iter().all(|number| number.is_nan()),
                    "{place} {none}"
                );
            }
        }
    }

    #[test]
    fn attention_is_that_of_the_formula_for_every_size_on_every_kernel() {
        for tokens in [1, 2, 15, 16, 17, 40, 64, 65, 130] {
            for (heads, head_width) in [(2, 64), (4, 16), (3, 5), (1, 80)] {
                assert_all_equal(tokens, heads, head_width, false);
                assert_all_equal(tokens, heads, head_width, true);
            }
        }
    }
}
