//! Operations on the numbers of hidden vectors, in f32 and always in the same order.

use super::kernels::multiversion;
use crate::nn::Activation;

/// Sums that run side by side: the order of a sum is the same on every processor.
pub(super) const LANES: usize = 16;

/// Numbers whose maximum is compared first: four registers.
const CHUNK: usize = 4 * LANES;

multiversion! {
    /// Layer norm of a row, scaled by `weight` and shifted by `bias` (all `[width]`).
    pub(crate) fn layer_norm(row: &[f32], weight: &[f32], bias: &[f32], epsilon: f32, normed: &mut [f32]) {
        let width = row.len() as f32;
        let mean = sum(row, |x| x) / width;
        let variance = sum(row, |x| (x - mean) * (x - mean)) / width;
        let factor = 1.0 / (variance + epsilon).sqrt();
        for (((normed, x), w), b) in normed.iter_mut().zip(row).zip(weight).zip(bias) {
            *normed = (x - mean) * factor * w + b;
        }
    }
}

multiversion! {
    /// A row divided by the root of its mean square, scaled by `weight` (all `[width]`).
    pub(crate) fn rms_norm(row: &[f32], weight: &[f32], epsilon: f32, normed: &mut [f32]) {
        let mean = sum(row, |x| x * x) / row.len() as f32;
        let factor = 1.0 / (mean + epsilon).sqrt();
        for ((normed, x), w) in normed.iter_mut().zip(row).zip(weight) {
            *normed = x * factor * w;
        }
    }
}

multiversion! {
    /// Multiplies `numbers` with `other`.
    pub(crate) fn multiply(numbers: &mut [f32], other: &[f32]) {
        numbers.iter_mut().zip(other).for_each(|(x, y)| *x *= y);
    }
}

multiversion! {
    /// Applies an activation in place.
    pub(crate) fn activate(activation: Activation, numbers: &mut [f32]) {
        match activation {
            Activation::Relu => numbers.iter_mut().for_each(|x| *x = if *x < 0.0 { 0.0 } else { *x }),
            Activation::Gelu => numbers.iter_mut().for_each(|x| {
                *x = 0.5 * *x * (1.0 + erf(*x * std::f32::consts::FRAC_1_SQRT_2));
            }),
            Activation::GeluTanh => numbers.iter_mut().for_each(|x| {
                /// Twice the root of 2 / π.
                const FACTOR: f32 = 1.595_769;
                // `0.5 · (1 + tanh(a))` is `1 / (1 + exp(-2 a))`.
                let twice = FACTOR * (*x + 0.044_715 * *x * *x * *x);
                *x /= 1.0 + exp(-twice);
            }),
            Activation::GeluSigmoid => numbers.iter_mut().for_each(|x| *x /= 1.0 + exp(-1.702 * *x)),
            Activation::Swish => numbers.iter_mut().for_each(|x| *x /= 1.0 + exp(-*x)),
        }
    }
}

multiversion! {
    /// Adds `other` to `numbers`.
    pub(crate) fn add(numbers: &mut [f32], other: &[f32]) {
        numbers.iter_mut().zip(other).for_each(|(x, y)| *x += y);
    }
}

multiversion! {
    /// The largest of `numbers`, and the sum of `exp(number - largest)`; the sum is 0 if all are
    /// negative infinity.
    pub(crate) fn log_sum_parts(numbers: &[f32]) -> (f32, f32) {
        let largest = largest(numbers);
        if largest == f32::NEG_INFINITY && !numbers.iter().any(|x| x.is_nan()) {
            return (largest, 0.0);
        }
        (largest, sum(numbers, |x| exp(x - largest)))
    }
}

multiversion! {
    /// Writes `(index, number)` of the `k` largest numbers to `best`, descending, equal ones by
    /// index. Negative infinity and numbers below `threshold` are left out. `allowed` is called for
    /// those that would enter, and refuses `refused` of them at most.
    pub(crate) fn largest_k(numbers: &[f32], k: usize, threshold: f32, refused: usize, allowed: &dyn Fn(usize) -> bool, best: &mut Vec<(usize, f32)>) {
        best.clear();
        let maxima: Vec<f32> = numbers.chunks(CHUNK).map(largest).collect();
        // At least `k + refused` numbers are as large as this: nothing below it can enter.
        let threshold = if maxima.len() >= k + refused {
            let mut sorted = maxima.clone();
            let place = (k + refused).saturating_sub(1);
            threshold.max(*sorted.select_nth_unstable_by(place, |a, b| b.total_cmp(a)).1)
        } else {
            threshold
        };
        for ((c, chunk), maximum) in numbers.chunks(CHUNK).enumerate().zip(maxima) {
            if maximum < threshold {
                continue;
            }
            for (i, &number) in chunk.iter().enumerate() {
                let index = c * CHUNK + i;
                let enters = best.len() < k || best.last().is_some_and(|&(_, least)| number > least);
                if number >= threshold && number > f32::NEG_INFINITY && enters && allowed(index) {
                    let place = best.partition_point(|&(_, other)| other >= number);
                    best.insert(place, (index, number));
                    best.truncate(k);
                }
            }
        }
    }
}

/// Softmax in place.
#[inline(always)]
pub(super) fn softmax(numbers: &mut [f32]) {
    let largest = largest(numbers);
    numbers.iter_mut().for_each(|x| *x = exp(*x - largest));
    let total = 1.0 / sum(numbers, |x| x);
    numbers.iter_mut().for_each(|x| *x *= total);
}

/// The dot product of a row and one of integers, of the same length.
#[inline(always)]
pub(super) fn dot(left: &[f32], right: &[i8]) -> f32 {
    let (wide_left, left) = left.as_chunks::<CHUNK>();
    let (wide_right, right) = right.as_chunks::<CHUNK>();
    let (narrow_left, left) = left.as_chunks::<LANES>();
    let (narrow_right, right) = right.as_chunks::<LANES>();
    let mut total = dot_chunks(wide_left, wide_right) + dot_chunks(narrow_left, narrow_right);
    for (left, right) in left.iter().zip(right) {
        total = left.mul_add(f32::from(*right), total);
    }
    total
}

#[inline(always)]
fn dot_chunks<const N: usize>(left: &[[f32; N]], right: &[[i8; N]]) -> f32 {
    let mut lanes = [0.0_f32; N];
    for (left, right) in left.iter().zip(right) {
        for ((lane, left), right) in lanes.iter_mut().zip(left).zip(right) {
            *lane = left.mul_add(f32::from(*right), *lane);
        }
    }
    fold(lanes)
}

#[inline(always)]
fn largest(numbers: &[f32]) -> f32 {
    let (chunks, rest) = numbers.as_chunks::<LANES>();
    let mut lanes = [f32::NEG_INFINITY; LANES];
    for chunk in chunks {
        for i in 0..LANES {
            lanes[i] = if chunk[i] > lanes[i] {
                chunk[i]
            } else {
                lanes[i]
            };
        }
    }
    let lanes = lanes.iter().chain(rest);
    lanes.fold(f32::NEG_INFINITY, |m, &x| if x > m { x } else { m })
}

#[inline(always)]
fn sum(numbers: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let (chunks, rest) = numbers.as_chunks::<LANES>();
    let mut lanes = [0.0_f32; LANES];
    for chunk in chunks {
        for i in 0..LANES {
            lanes[i] += term(chunk[i]);
        }
    }
    let mut total = fold(lanes);
    for &x in rest {
        total += term(x);
    }
    total
}

#[inline(always)]
fn fold<const N: usize>(mut lanes: [f32; N]) -> f32 {
    let mut width = N / 2;
    while width > 0 {
        for i in 0..width {
            lanes[i] += lanes[i + width];
        }
        width /= 2;
    }
    lanes[0]
}

/// The exponential function to about 1e-7, by a polynomial over ±ln 2 / 2 (Cephes' `expf`); 0 below
/// -87. Callers pass nothing above 0; above 88 it does not grow. Multiplications and additions are
/// fused on every processor, if need be in software: the same bits, slower.
#[inline(always)]
fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    let clamped = if x > -87.0 { x } else { -87.0 };
    let clamped = if clamped < 88.0 { clamped } else { 88.0 };
    let shifted = clamped.mul_add(std::f32::consts::LOG2_E, ROUND);
    let whole = shifted - ROUND;
    let rest = whole.mul_add(2.121_944_4e-4, whole.mul_add(-0.693_359_4, clamped));
    let mut series = 1.987_569_1e-4_f32;
    for coefficient in [
        1.398_199_9e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ] {
        series = series.mul_add(rest, coefficient);
    }
    let mantissa = (series * rest).mul_add(rest, rest) + 1.0;
    // The rounded number's low bits are the power of two.
    let power = (shifted.to_bits() << 23).wrapping_add(127 << 23);
    if x > -87.0 {
        mantissa * f32::from_bits(power)
    } else if x <= -87.0 {
        0.0
    } else {
        x
    }
}

/// The error function to 1.5e-7 (Abramowitz and Stegun, 7.1.26).
#[inline(always)]
fn erf(x: f32) -> f32 {
    let size = x.abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * size);
    let mut series = 1.061_405_4;
    for coefficient in [-1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6] {
        series = series * t + coefficient;
    }
    let magnitude = 1.0 - series * t * exp(-size * size);
    magnitude.copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::packed::kernels::Kernel;

    /// A threshold that no number is below.
    const NONE: f32 = f32::NEG_INFINITY;

    #[test]
    fn exponentials_and_the_error_function_are_those_of_a_table() {
        for i in -860..880 {
            let x = i as f32 / 10.0;
            let exact = f64::from(x).exp();
            assert!((f64::from(exp(x)) / exact - 1.0).abs() < 3e-7, "{x}");
        }
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert!(exp(f32::NAN).is_nan());
        for (x, y) in [
            (0.0, 0.0),
            (0.5, 0.520_499_9),
            (1.0, 0.842_700_8),
            (-2.0, -0.995_322_3),
        ] {
            assert!((erf(x) - y).abs() < 5e-7, "{x}");
        }
    }

    #[test]
    fn every_kernel_sums_in_the_same_order() {
        let numbers: Vec<f32> = (0..1000)
            .map(|i| ((i * 37 % 91) as f32 - 45.0) / 7.0)
            .collect();
        let run = |kernel| {
            let mut normed = vec![0.0; 1000];
            let (weight, bias) = (vec![1.1; 1000], vec![0.2; 1000]);
            layer_norm(kernel, &numbers, &weight, &bias, 1e-5, &mut normed);
            let every = [
                Activation::Gelu,
                Activation::GeluTanh,
                Activation::GeluSigmoid,
                Activation::Swish,
            ];
            let activated = every.map(|activation| {
                let mut numbers = normed.clone();
                activate(kernel, activation, &mut numbers);
                numbers
            });
            let mut scaled = vec![0.0; 1000];
            rms_norm(kernel, &numbers, &weight, 1e-6, &mut scaled);
            (normed, activated, scaled, log_sum_parts(kernel, &numbers))
        };
        let all: Vec<_> = Kernel::available().into_iter().map(run).collect();
        assert!(all.iter().all(|result| *result == all[0]));
    }

    #[test]
    fn rms_norm_and_the_approximations_of_gelu_are_those_of_their_formulas() {
        let numbers = [3.0, -4.0, 0.5, 1.5];
        let mut normed = [0.0; 4];
        let weight = [1.0, 2.0, 1.0, -1.0];
        rms_norm(Kernel::detect(), &numbers, &weight, 1e-6, &mut normed);
        let root = ((9.0 + 16.0 + 0.25 + 2.25 + 4e-6) / 4.0_f64).sqrt();
        for ((normed, x), w) in normed.iter().zip(numbers).zip(weight) {
            assert!((f64::from(*normed) - f64::from(x) / root * f64::from(w)).abs() < 1e-6);
        }
        let mut activated = [-60.0, -3.0, -0.5, 0.0, 0.7, 2.0, 60.0];
        let exact = activated.map(|x: f32| {
            let x = f64::from(x);
            let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3));
            0.5 * x * (1.0 + inner.tanh())
        });
        activate(Kernel::detect(), Activation::GeluTanh, &mut activated);
        for (found, exact) in activated.iter().zip(exact) {
            assert!((f64::from(*found) - exact).abs() < 1e-6 * exact.abs().max(1.0));
        }
        for (activation, factor) in [(Activation::GeluSigmoid, 1.702), (Activation::Swish, 1.0)] {
            let numbers = [-90.0, -60.0, -3.0, -0.5, 0.0, 0.7, 2.0, 60.0];
            let mut activated = numbers;
            activate(Kernel::detect(), activation, &mut activated);
            for (found, x) in activated.iter().zip(numbers) {
                let exact = f64::from(x) / (1.0 + (-factor * f64::from(x)).exp());
                assert!((f64::from(*found) - exact).abs() < 1e-6 * exact.abs().max(1.0));
            }
        }
    }

    #[test]
    fn the_largest_come_first_and_equal_ones_by_their_place() {
        let numbers = [1.0, 5.0, 5.0, -2.0, 7.0, 5.0];
        let mut best = Vec::new();
        largest_k(Kernel::detect(), &numbers, 3, NONE, 0, &|_| true, &mut best);
        assert_eq!(best, [(4, 7.0), (1, 5.0), (2, 5.0)]);
        largest_k(
            Kernel::detect(),
            &numbers,
            2,
            NONE,
            1,
            &|i| i != 4,
            &mut best,
        );
        assert_eq!(best, [(1, 5.0), (2, 5.0)]);
    }

    #[test]
    fn what_is_below_the_threshold_is_left_out_and_what_equals_it_is_not() {
        let numbers = [1.0, 5.0, 5.0, -2.0, 7.0, 5.0];
        let mut best = Vec::new();
        largest_k(Kernel::detect(), &numbers, 3, 5.0, 0, &|_| true, &mut best);
        assert_eq!(best, [(4, 7.0), (1, 5.0), (2, 5.0)]);
        largest_k(Kernel::detect(), &numbers, 3, 5.5, 0, &|_| true, &mut best);
        assert_eq!(best, [(4, 7.0)]);
    }

    #[test]
    fn negative_infinity_is_no_candidate_and_adds_nothing() {
        let numbers = [f32::NEG_INFINITY; 100];
        let mut best = Vec::new();
        largest_k(Kernel::detect(), &numbers, 2, NONE, 0, &|_| true, &mut best);
        assert_eq!(best, []);
        let (largest, total) = log_sum_parts(Kernel::detect(), &numbers);
        assert_eq!((largest, total), (f32::NEG_INFINITY, 0.0));
        assert!(log_sum_parts(Kernel::detect(), &[f32::NAN; 20]).1.is_nan());
    }

    #[test]
    fn the_largest_of_many_are_those_a_sort_finds() {
        for (count, k, refused) in [
            (63, 4, 0),
            (64, 8, 1),
            (1024, 8, 2),
            (1000, 16, 0),
            (5000, 3, 1),
        ] {
            let numbers: Vec<f32> = (0..count).map(|i| ((i * 7919) % 613) as f32).collect();
            let mut sorted: Vec<(usize, f32)> = numbers.iter().copied().enumerate().collect();
            sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let banned: Vec<usize> = sorted[..refused].iter().map(|&(i, _)| i).collect();
            for kernel in Kernel::available() {
                let mut best = Vec::new();
                largest_k(
                    kernel,
                    &numbers,
                    k,
                    NONE,
                    refused,
                    &|i| !banned.contains(&i),
                    &mut best,
                );
                assert_eq!(best, sorted[refused..refused + k], "{count} {k} {refused}");
            }
        }
    }
}
