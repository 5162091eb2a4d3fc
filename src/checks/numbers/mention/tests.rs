use super::*;
use crate::language::KAZAKH;

/// Whether `text` holds a demanded number that may be `value`.
fn holds(text: &str, value: Decimal) -> bool {
    let convention = if text.is_ascii() {
        Convention::English
    } else {
        Convention::Cyrillic
    };
    let wanted = vec![Value::Number(value)];
    numbers(text, convention, &KAZAKH)
        .mentions
        .iter()
        .any(|m| m.demanded && m.readings.contains(&wanted))
}

#[test]
fn scales_multiply() {
    for text in [
        "3,2 млрд.теңге",
        "3.2 billion",
        "$3.2bn",
        "3200 млн",
        "3 200 000 000 теңге",
    ] {
        assert!(holds(text, Decimal::integer(3_200_000_000)), "{text}");
    }
    for text in ["440 мыңнан астам", "440,000", "440k", "440-thousand"] {
        assert!(holds(text, Decimal::integer(440_000)), "{text}");
    }
    assert!(holds("2 жүз мың", Decimal::integer(200_000)));
}

#[test]
fn parts_of_a_number_in_descending_scales_are_added() {
    assert!(holds("15 мың 347 адам", Decimal::integer(15_347)));
    assert!(holds("1 млн 200 мың теңге", Decimal::integer(1_200_000)));
    assert!(!holds("3 мың 2023 жылы", Decimal::integer(5_023)));
}

#[test]
fn the_scale_of_a_range_holds_for_both_its_ends() {
    assert!(holds("3-4 млн теңге", Decimal::integer(3_000_000)));
    assert!(holds("from 3 to 4 million", Decimal::integer(3_000_000)));
}

#[test]
fn a_year_may_lack_its_century() {
    assert!(holds("2018-19", Decimal::integer(2019)));
    assert!(holds("the 1990s", Decimal::integer(90)));
    assert!(holds("90-жылдары", Decimal::integer(1990)));
}

#[test]
fn halves_are_added() {
    assert!(holds("2 жарым млн", Decimal::integer(2_500_000)));
    assert!(holds("2½ жыл", Decimal::written("2", "5")));
}
