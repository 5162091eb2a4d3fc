//! Decades with their century: `XIX ғасырдың 80-жылдары` are the 1880s.

use super::mention::{Found, are_years_after, single};
use super::token::Token;
use super::value::Value;

/// Tokens between a century, the word for it and a decade.
const MAX_BETWEEN: usize = 4;

/// Gives decades the years that they are in the century before them, which then needs no counterpart of
/// its own; those without one are of the twentieth.
pub(super) fn place_decades(tokens: &[Token], found: &mut [Found]) {
    let mut century: Option<u64> = None;
    let mut end = 0;
    for at in 0..found.len() {
        let number = &found[at];
        let value = single(&number.readings).and_then(|value| value.to_integer());
        let (start, next) = (number.start, number.next);
        if start > end + MAX_BETWEEN {
            century = None;
        }
        let is_decade = value.is_some_and(|value| {
            (10..=90).contains(&value) && value.is_multiple_of(10) && are_years_after(tokens, next)
        });
        if let Some(named) = value.filter(|value| (1..=21).contains(value))
            && is_century(tokens, next)
        {
            let mut after = found.iter().skip(at + 1).take(1);
            let has_decade = after.any(|decade| {
                decade.start <= next + MAX_BETWEEN && are_years_after(tokens, decade.next)
            });
            if has_decade {
                century = Some(named);
                end = next;
                found[at].demanded = false;
            }
        } else if let Some(decade) = value.filter(|_| is_decade) {
            let number = &mut found[at];
            match century {
                Some(century) => {
                    let year = Value::integer((century - 1) * 100 + decade);
                    let both = vec![Value::integer(decade), Value::integer(century)];
                    let alone = vec![Value::integer(decade)];
                    number.readings = vec![vec![year], both];
                    number.readings.extend((century == 20).then_some(alone));
                }
                None => number
                    .readings
                    .insert(0, vec![Value::integer(1900 + decade)]),
            }
            end = next;
        }
    }
}

/// Whether the word for a century follows, after an ending at most.
fn is_century(tokens: &[Token], next: usize) -> bool {
    let is = |token: &Token| {
        let lower = token.text.to_lowercase();
        lower.starts_with("ғасыр") || matches!(&*lower, "век" | "века" | "веке")
    };
    tokens.iter().skip(next).take(3).any(is)
}
