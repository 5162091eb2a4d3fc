//! Words beside numbers: units, halves of the day, signs.

use super::{DayHalf, Unit};

/// Kazakh and Russian units after numbers; those of up to three letters are whole words.
pub(super) const CYRILLIC: &[(&str, Unit)] = &[
    ("шақырым", Unit::Kilometre),
    ("километр", Unit::Kilometre),
    ("км", Unit::Kilometre),
    ("метр", Unit::Metre),
    ("м", Unit::Metre),
    ("сантиметр", Unit::Centimetre),
    ("см", Unit::Centimetre),
    ("миллиметр", Unit::Millimetre),
    ("мм", Unit::Millimetre),
    ("миля", Unit::Mile),
    ("миль", Unit::Mile),
    ("фут", Unit::Foot),
    ("футқ", Unit::Foot),
    ("футт", Unit::Foot),
    ("футы", Unit::Foot),
    ("футп", Unit::Foot),
    ("фута", Unit::Foot),
    ("футо", Unit::Foot),
    ("ярд", Unit::Yard),
    ("килограм", Unit::Kilogram),
    ("кг", Unit::Kilogram),
    ("келі", Unit::Kilogram),
    ("грамм", Unit::Gram),
    ("г", Unit::Gram),
    ("гр", Unit::Gram),
    ("тонна", Unit::Tonne),
    ("тонн", Unit::Tonne),
    ("фунт", Unit::Pound),
    ("унци", Unit::Ounce),
    ("гектар", Unit::Hectare),
    ("га", Unit::Hectare),
    ("акр", Unit::Acre),
    ("литр", Unit::Litre),
    ("л", Unit::Litre),
    ("галлон", Unit::Gallon),
    ("цельси", Unit::Celsius),
    ("фаренгейт", Unit::Fahrenheit),
    ("пайыз", Unit::Percent),
    ("процент", Unit::Percent),
    ("промилл", Unit::PerMille),
    ("теңге", Unit::Tenge),
    ("тенге", Unit::Tenge),
    ("тг", Unit::Tenge),
    ("рубль", Unit::Rouble),
    ("рубл", Unit::Rouble),
    ("руб", Unit::Rouble),
    ("доллар", Unit::Dollar),
    ("долл", Unit::Dollar),
    ("еуро", Unit::Euro),
    ("евро", Unit::Euro),
    ("юань", Unit::Yuan),
    ("юан", Unit::Yuan),
    ("иен", Unit::Yen),
    ("иена", Unit::Yen),
    ("йена", Unit::Yen),
    ("лира", Unit::Lira),
    ("сом", Unit::Som),
    ("сум", Unit::Som),
];

/// Kazakh and Russian words before a time, by their beginnings.
pub(super) const DAY_HALVES: &[(&str, DayHalf)] = &[
    ("таң", DayHalf::Morning),
    ("кешк", DayHalf::Afternoon),
    ("кеште", DayHalf::Afternoon),
    ("түстен", DayHalf::Afternoon),
    ("түн", DayHalf::Night),
    ("түск", DayHalf::Day),
    ("күндіз", DayHalf::Day),
    ("утр", DayHalf::Morning),
    ("вечер", DayHalf::Afternoon),
    ("ночь", DayHalf::Night),
];

/// Russian words after a time; Kazakh has them only after one with an ending.
pub(super) const DAY_HALVES_AFTER: &[(&str, DayHalf)] = &[
    ("утра", DayHalf::Morning),
    ("утром", DayHalf::Morning),
    ("дня", DayHalf::Day),
    ("днём", DayHalf::Day),
    ("днем", DayHalf::Day),
    ("вечера", DayHalf::Afternoon),
    ("вечером", DayHalf::Afternoon),
    ("ночи", DayHalf::Night),
    ("ночью", DayHalf::Night),
];

/// Kazakh words after a time in the locative, by their beginnings: verbs begin with `таң`, too (`таңдалды`).
pub(super) const KAZAKH_HALVES_AFTER_CASE: &[(&str, DayHalf)] = &[
    ("таңерт", DayHalf::Morning),
    ("кешк", DayHalf::Afternoon),
    ("кеште", DayHalf::Afternoon),
    ("күндіз", DayHalf::Day),
    ("түстен", DayHalf::Afternoon),
    ("түнде", DayHalf::Night),
];

/// Russian words between the number of an hour and what half of the day it is in.
pub(super) const HOURS: &[&str] = &["час", "часа", "часов"];

/// Words that say a number is below zero, by their beginnings.
pub(super) const CYRILLIC_NEGATIVE: &[&str] = &["минус", "төмен", "суық", "мороз", "ниже", "теріс"];
/// Frost, with which names begin.
pub(super) const CYRILLIC_NEGATIVE_WORDS: &[&str] = &[
    "аяз",
    "аязы",
    "аязда",
    "аязға",
    "аязды",
    "аяздың",
    "аяздан",
    "аязбен",
    "аяздар",
    "аяздары",
];

/// English units after numbers; those of up to three letters are whole words.
pub(super) const ENGLISH: &[(&str, Unit)] = &[
    ("kilomet", Unit::Kilometre),
    ("km", Unit::Kilometre),
    ("kms", Unit::Kilometre),
    ("metre", Unit::Metre),
    ("meter", Unit::Metre),
    ("m", Unit::Metre),
    ("centimet", Unit::Centimetre),
    ("cm", Unit::Centimetre),
    ("millimet", Unit::Millimetre),
    ("mm", Unit::Millimetre),
    ("mile", Unit::Mile),
    ("mi", Unit::Mile),
    ("feet", Unit::Foot),
    ("foot", Unit::Foot),
    ("ft", Unit::Foot),
    ("yard", Unit::Yard),
    ("kilogram", Unit::Kilogram),
    ("kilos", Unit::Kilogram),
    ("kg", Unit::Kilogram),
    ("gram", Unit::Gram),
    ("g", Unit::Gram),
    ("tonne", Unit::Tonne),
    ("tons", Unit::Tonne),
    ("ton", Unit::Tonne),
    ("pound", Unit::Pound),
    ("lb", Unit::Pound),
    ("lbs", Unit::Pound),
    ("ounce", Unit::Ounce),
    ("oz", Unit::Ounce),
    ("hectare", Unit::Hectare),
    ("ha", Unit::Hectare),
    ("acre", Unit::Acre),
    ("litre", Unit::Litre),
    ("liter", Unit::Litre),
    ("gallon", Unit::Gallon),
    ("celsius", Unit::Celsius),
    ("fahrenheit", Unit::Fahrenheit),
    ("percent", Unit::Percent),
    ("tenge", Unit::Tenge),
    ("kzt", Unit::Tenge),
    ("rouble", Unit::Rouble),
    ("ruble", Unit::Rouble),
    ("rub", Unit::Rouble),
    ("dollar", Unit::Dollar),
    ("usd", Unit::Dollar),
    ("gbp", Unit::Pound),
    ("sterling", Unit::Pound),
    ("cny", Unit::Yuan),
    ("rmb", Unit::Yuan),
    ("renminbi", Unit::Yuan),
    ("jpy", Unit::Yen),
    ("euro", Unit::Euro),
    ("eur", Unit::Euro),
    ("yuan", Unit::Yuan),
    ("yen", Unit::Yen),
    ("lira", Unit::Lira),
    ("som", Unit::Som),
    ("soms", Unit::Som),
];

/// Words that say a number is below zero, by their beginnings.
pub(super) const ENGLISH_NEGATIVE: &[&str] =
    &["minus", "below", "negative", "frost", "deficit", "subzero"];
/// Such words that others begin with: subject, understand.
pub(super) const ENGLISH_NEGATIVE_WORDS: &[&str] = &["sub", "under"];
