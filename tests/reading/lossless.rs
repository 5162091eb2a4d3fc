//! Whether an article holds every letter and digit of its input: shared by the property tests and the
//! fuzz targets.

use std::collections::HashSet;

/// The letters and digits of a text.
fn letters(text: &str) -> Vec<char> {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

/// Whether the input's letters are those of title, metadata lines and body texts (paragraphs, or
/// their sentences), each of the three in its own order.
pub fn is_lossless<'a>(
    input: &str,
    title: Option<&'a str>,
    lines: impl IntoIterator<Item = &'a str>,
    body: impl IntoIterator<Item = &'a str>,
) -> bool {
    let whole = letters(input);
    let title: Vec<Vec<char>> = title.into_iter().map(letters).collect();
    let lines: Vec<Vec<char>> = lines.into_iter().map(letters).collect();
    let body: Vec<Vec<char>> = body.into_iter().map(letters).collect();
    let parts = [&title, &lines, &body];
    let mut reached = HashSet::from([([0; 3], 0)]);
    let mut open = vec![([0; 3], 0)];
    while let Some((used, at)) = open.pop() {
        if at == whole.len() && (0..3).all(|kind| used[kind] == parts[kind].len()) {
            return true;
        }
        for kind in 0..3 {
            let Some(part) = parts[kind].get(used[kind]) else {
                continue;
            };
            if whole[at..].starts_with(part) {
                let mut next = used;
                next[kind] += 1;
                let state = (next, at + part.len());
                if reached.insert(state) {
                    open.push(state);
                }
            }
        }
    }
    false
}
