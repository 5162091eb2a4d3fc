//! How English says a value, for a search that has to say it.

use super::mention::Mention;
use super::value::{Decimal, Value};
use crate::language::english_month;

/// Maximum digits of a number that is given forms.
const MAX_DIGITS: usize = 15;

/// Numbers that are as often written in words.
const WORDS: [&str; 12] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];
/// Powers of ten with a word, the largest first.
const SCALES: [(u32, &str); 4] = [
    (12, "trillion"),
    (9, "billion"),
    (6, "million"),
    (3, "thousand"),
];

/// The values of a number (those of a date are several), each with the forms of which one is enough.
pub(super) fn forms(number: &Mention) -> Vec<Vec<String>> {
    let single: Vec<&Value> = number
        .readings
        .iter()
        .filter_map(|reading| match &reading[..] {
            [only] => Some(only),
            _ => None,
        })
        .collect();
    if single.len() == number.readings.len() && !single.is_empty() {
        let mut forms: Vec<String> = Vec::new();
        for form in single.into_iter().flat_map(of_value) {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        return vec![forms];
    }
    // English has the month of a date in words.
    let has_month = |reading: &&Vec<Value>| reading.iter().any(|v| matches!(v, Value::Month(_)));
    let reading = number.readings.iter().find(has_month);
    let reading = reading.or(number.readings.first());
    reading.into_iter().flatten().map(of_value).collect()
}

fn of_value(value: &Value) -> Vec<String> {
    match value {
        Value::Number(number) => of_number(number),
        Value::Month(month) => english_month(*month)
            .map(str::to_owned)
            .into_iter()
            .collect(),
        Value::Time { hour, minute } => of_time(*hour, *minute),
        Value::Ratio {
            numerator,
            denominator,
        } => of_ratio(*numerator, *denominator),
        // It is another way to say the number.
        Value::Seconds(_) | Value::Months(_) => Vec::new(),
    }
}

fn of_number(number: &Decimal) -> Vec<String> {
    let mut forms = Vec::new();
    for (power, word) in SCALES {
        let Some(count) = number.written_in(power, MAX_DIGITS) else {
            continue;
        };
        let (whole, fraction) = count.split_once('.').unwrap_or((&count, ""));
        let decimals = if power > 3 { 2 } else { 0 };
        if whole != "0" && whole.len() <= 3 && fraction.len() <= decimals {
            forms.push(format!("{count} {word}"));
            break;
        }
    }
    if let Some(plain) = number.written_in(0, MAX_DIGITS) {
        let (whole, _) = plain.split_once('.').unwrap_or((&plain, ""));
        let is_year = matches!(number.to_integer(), Some(1000..=2099));
        if whole.len() > 3 && !is_year {
            forms.push(grouped(&plain));
        }
        forms.push(plain);
    }
    let small = number.to_integer().and_then(|small| small.checked_sub(1));
    let word = small.and_then(|place| WORDS.get(usize::try_from(place).ok()?));
    forms.extend(word.map(|word| (*word).to_owned()));
    forms
}

/// A number with a comma after each three digits.
fn grouped(plain: &str) -> String {
    let (whole, fraction) = match plain.split_once('.') {
        Some((whole, _)) => (whole, &plain[whole.len()..]),
        None => (plain, ""),
    };
    let mut grouped = String::with_capacity(plain.len() + plain.len() / 3);
    for (at, digit) in whole.char_indices() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
}

fn of_ratio(numerator: u64, denominator: u64) -> Vec<String> {
    let Some(whole) = numerator.checked_div(denominator) else {
        return Vec::new();
    };
    let fraction = format!("{}/{denominator}", numerator % denominator);
    match whole {
        0 => vec![fraction],
        whole => vec![format!("{whole} {fraction}")],
    }
}

fn of_time(hour: u8, minute: u8) -> Vec<String> {
    let half = if hour < 12 { "a.m." } else { "p.m." };
    let on_twelve = match hour % 12 {
        0 => 12,
        hour => hour,
    };
    let mut forms = vec![
        format!("{hour}:{minute:02}"),
        format!("{on_twelve}:{minute:02} {half}"),
    ];
    if minute == 0 {
        forms.push(format!("{on_twelve} {half}"));
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::super::literal::Convention;
    use super::super::mention::numbers;
    use super::forms;
    use crate::language::KAZAKH;

    fn of(source: &str) -> Vec<Vec<String>> {
        let found = numbers(source, Convention::Cyrillic, &KAZAKH);
        found.mentions.iter().flat_map(forms).collect()
    }

    #[test]
    fn a_value_has_the_forms_of_english() {
        assert_eq!(of("45 адам"), [["45"]]);
        assert_eq!(of("7 мектеп"), [["7", "seven"]]);
        assert_eq!(
            of("3,2 млрд"),
            [["3.2 billion", "3,200,000,000", "3200000000"]]
        );
        assert_eq!(of("15 мың 347")[0], ["15,347", "15347"]);
        assert_eq!(of("46,5%"), [["46.5"]]);
    }

    #[test]
    fn a_date_has_several_values() {
        assert_eq!(of("29.08.2023"), [vec!["29"], vec!["August"], vec!["2023"]]);
    }
}
