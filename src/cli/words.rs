//! Numbers of things, as one says them.

/// `1 article`, `2 articles`.
pub(super) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", pick(number, one, many))
}

/// The word for so many.
pub(super) fn pick<'a>(number: u64, one: &'a str, many: &'a str) -> &'a str {
    match number {
        1 => one,
        _ => many,
    }
}
