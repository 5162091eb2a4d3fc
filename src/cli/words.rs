//! Numbers, sizes, durations and names as messages show them.

use std::fmt::Display;

/// `1 article`, `2 articles`.
pub(super) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", plural(number, one, many))
}

/// The form of a word after a number.
pub(super) fn plural<'a>(number: u64, one: &'a str, many: &'a str) -> &'a str {
    match number {
        1 => one,
        _ => many,
    }
}

/// A size in decimal units: `2.46 GB`.
pub(super) fn size(bytes: u64) -> impl Display {
    indicatif::DecimalBytes(bytes)
}

/// A duration in two units: `3 h 20 min`.
pub(super) fn duration(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    if days > 0 {
        format!("{days} d {} h", hours % 24)
    } else if hours > 0 {
        format!("{hours} h {} min", minutes % 60)
    } else if minutes > 0 {
        format!("{minutes} min {} s", seconds % 60)
    } else {
        format!("{seconds} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units() {
        for (seconds, words) in [
            (0.4, "0 s"),
            (61.0, "1 min 1 s"),
            (12_000.0, "3 h 20 min"),
            (100_000.0, "1 d 3 h"),
        ] {
            assert_eq!(duration(seconds), words);
        }
    }
}
