//! How long something takes, in any unit: 1.5 hours are 90 minutes.

use super::mention::{Mention, single};
use super::value::{Decimal, Value};
use crate::language::Unit;

/// Bytes between the parts of one span (`1 сағат 30 минут`, "an hour and 30 minutes", `3 жыл 6 ай`).
const MAX_GAP: usize = 32;

/// Gives numbers of hours, months and the like the time that they are as another reading.
pub(super) fn add_durations(mentions: &mut [Mention]) {
    let mut before: Option<(Decimal, Unit, usize)> = None;
    for at in 0..mentions.len() {
        let (earlier, later) = mentions.split_at_mut(at);
        let Some(mention) = later.first_mut() else {
            break;
        };
        let unit = mention.context.unit.map(|measure| measure.unit);
        // What a word stands for comes before the number that it is.
        let amount = if mention.in_digits {
            single(&mention.readings)
        } else {
            mention.readings.rchunks(1).next().and_then(single)
        };
        let span = unit.and_then(|unit| Some((unit, unit.span()?)));
        let (Some((unit, (factor, is_months))), Some(amount)) = (span, amount) else {
            continue;
        };
        let Some(length) = amount.times(factor) else {
            continue;
        };
        let value = if is_months {
            Value::Months
        } else {
            Value::Seconds
        };
        // The minutes after hours are a part of the same span, and the months after years.
        let is_part = |whole: Unit, end: usize| {
            let gap = mention.place.start.checked_sub(end);
            matches!(
                (whole, unit),
                (Unit::Hour, Unit::Minute) | (Unit::Year, Unit::Month)
            ) && gap.is_some_and(|gap| gap <= MAX_GAP)
        };
        if let Some((whole, whole_unit, end)) = &before
            && is_part(*whole_unit, *end)
            && let Some(sum) = whole.plus(&length)
        {
            if let Some(whole) = earlier.last_mut() {
                whole.readings.push(vec![value(sum.clone())]);
            }
            mention.readings.push(vec![value(sum)]);
        }
        mention.readings.push(vec![value(length.clone())]);
        before = Some((length, unit, mention.place.end));
    }
}
