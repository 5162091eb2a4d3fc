//! Words beside numbers: units, halves of the day, signs.

use super::{DayHalf, Side, Unit};

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
    ("дюйм", Unit::Inch),
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
    ("миллиграм", Unit::Milligram),
    ("мг", Unit::Milligram),
    ("центнер", Unit::Centner),
    ("баррел", Unit::Barrel),
    ("барел", Unit::Barrel),
    ("грамм", Unit::Gram),
    ("г", Unit::Gram),
    ("гр", Unit::Gram),
    ("тонна", Unit::Tonne),
    ("тонн", Unit::Tonne),
    ("тн", Unit::Tonne),
    ("фунт", Unit::Pound),
    ("унци", Unit::Ounce),
    ("гектар", Unit::Hectare),
    ("га", Unit::Hectare),
    ("акр", Unit::Acre),
    ("литр", Unit::Litre),
    ("л", Unit::Litre),
    ("миллилитр", Unit::Millilitre),
    ("мл", Unit::Millilitre),
    ("галлон", Unit::Gallon),
    ("киловат", Unit::Kilowatt),
    ("квт", Unit::Kilowatt),
    ("мегават", Unit::Megawatt),
    ("мвт", Unit::Megawatt),
    ("гигават", Unit::Gigawatt),
    ("гвт", Unit::Gigawatt),
    ("терават", Unit::Terawatt),
    ("твт", Unit::Terawatt),
    ("ватт", Unit::Watt),
    ("килобайт", Unit::Kilobyte),
    ("кб", Unit::Kilobyte),
    ("мегабайт", Unit::Megabyte),
    ("мб", Unit::Megabyte),
    ("гигабайт", Unit::Gigabyte),
    ("гб", Unit::Gigabyte),
    ("терабайт", Unit::Terabyte),
    ("тб", Unit::Terabyte),
    ("секунд", Unit::Second),
    ("сек", Unit::Second),
    ("минут", Unit::Minute),
    ("мин", Unit::Minute),
    ("сағат", Unit::Hour),
    ("сағ", Unit::Hour),
    ("час", Unit::Hour),
    ("часа", Unit::Hour),
    ("часо", Unit::Hour),
    ("күн", Unit::Day),
    ("күнд", Unit::Day),
    ("күнг", Unit::Day),
    ("күнн", Unit::Day),
    ("тәулік", Unit::Day),
    ("дня", Unit::Day),
    ("дней", Unit::Day),
    ("апта", Unit::Week),
    ("недел", Unit::Week),
    ("ай", Unit::Month),
    ("айда", Unit::Month),
    ("айды", Unit::Month),
    ("айға", Unit::Month),
    ("айлы", Unit::Month),
    ("айы", Unit::Month),
    ("месяц", Unit::Month),
    ("жыл", Unit::Year),
    ("жылд", Unit::Year),
    ("жылғ", Unit::Year),
    ("жылы", Unit::Year),
    ("год", Unit::Year),
    ("года", Unit::Year),
    ("лет", Unit::Year),
    ("ғасыр", Unit::Century),
    ("век", Unit::Century),
    ("века", Unit::Century),
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
    ("inch", Unit::Inch),
    ("knot", Unit::Knot),
    ("kph", Unit::Kilometre),
    ("kmh", Unit::Kilometre),
    ("mph", Unit::Mile),
    ("mile", Unit::Mile),
    ("mi", Unit::Mile),
    ("feet", Unit::Foot),
    ("foot", Unit::Foot),
    ("ft", Unit::Foot),
    ("yard", Unit::Yard),
    ("kilogram", Unit::Kilogram),
    ("kilos", Unit::Kilogram),
    ("kg", Unit::Kilogram),
    ("milligram", Unit::Milligram),
    ("mg", Unit::Milligram),
    ("centner", Unit::Centner),
    ("quintal", Unit::Centner),
    ("barrel", Unit::Barrel),
    ("bbl", Unit::Barrel),
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
    ("millilit", Unit::Millilitre),
    ("ml", Unit::Millilitre),
    ("gallon", Unit::Gallon),
    ("kilowatt", Unit::Kilowatt),
    ("kw", Unit::Kilowatt),
    ("kwh", Unit::Kilowatt),
    ("megawatt", Unit::Megawatt),
    ("mw", Unit::Megawatt),
    ("mwh", Unit::Megawatt),
    ("gigawatt", Unit::Gigawatt),
    ("gw", Unit::Gigawatt),
    ("gwh", Unit::Gigawatt),
    ("terawatt", Unit::Terawatt),
    ("tw", Unit::Terawatt),
    ("twh", Unit::Terawatt),
    ("watt", Unit::Watt),
    ("kilobyte", Unit::Kilobyte),
    ("kb", Unit::Kilobyte),
    ("megabyte", Unit::Megabyte),
    ("mb", Unit::Megabyte),
    ("gigabyte", Unit::Gigabyte),
    ("gb", Unit::Gigabyte),
    ("terabyte", Unit::Terabyte),
    ("tb", Unit::Terabyte),
    ("seconds", Unit::Second),
    ("sec", Unit::Second),
    ("minute", Unit::Minute),
    ("min", Unit::Minute),
    ("hour", Unit::Hour),
    ("hr", Unit::Hour),
    ("hrs", Unit::Hour),
    ("day", Unit::Day),
    ("days", Unit::Day),
    ("week", Unit::Week),
    ("month", Unit::Month),
    ("year", Unit::Year),
    ("century", Unit::Century),
    ("centuries", Unit::Century),
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
pub(super) const ENGLISH_NEGATIVE: &[&str] = &[
    "minus", "below", "negative", "frost", "freez", "cold", "deficit", "subzero",
];
/// Such words that others begin with: subject, understand.
pub(super) const ENGLISH_NEGATIVE_WORDS: &[&str] = &["sub", "under"];

/// Noon and midnight in Kazakh and Russian.
pub(super) const MOMENTS: &[(&str, &str, u16)] = &[
    ("түн", "ортас", 0),
    ("түн", "жарым", 0),
    ("полноч", "", 0),
    ("тал", "түс", 720),
    ("полдень", "", 720),
];
/// Noon and midnight in English.
pub(super) const ENGLISH_MOMENTS: &[(&str, &str, u16)] =
    &[("midnight", "", 0), ("noon", "", 720), ("midday", "", 720)];

/// Kazakh and Russian words before degrees: `нөлден төмен`.
pub(super) const FROM_ZERO: &[(&str, &str, Side)] = &[
    ("нөл", "төмен", Side::Below),
    ("нөл", "жоғары", Side::Above),
    ("ниже", "нул", Side::Below),
    ("выше", "нул", Side::Above),
];
/// Kazakh and Russian words after degrees, by their beginnings.
pub(super) const AFTER_DEGREES: &[(&str, Side)] = &[
    ("аяз", Side::Below),
    ("суық", Side::Below),
    ("мороз", Side::Below),
    ("ниже", Side::Below),
    ("жылы", Side::Above),
    ("ыстық", Side::Above),
    ("аптап", Side::Above),
    ("тепл", Side::Above),
    ("жар", Side::Above),
    ("выше", Side::Above),
];
/// English words after degrees.
pub(super) const ENGLISH_AFTER_DEGREES: &[(&str, Side)] = &[
    ("below", Side::Below),
    ("frost", Side::Below),
    ("above", Side::Above),
    ("heat", Side::Above),
    ("warm", Side::Above),
];

/// Kazakh and Russian words for what grows and shrinks, by their beginnings.
#[rustfmt::skip]
pub(super) const RESULTS: &[&str] = &[
    "рентабель", "пайдалыл", "табысты", "шығын", "залал", "өсім", "өсу", "динамика", "өзгер", "сальдо",
    "инфляция", "дефляция", "ауытқу", "айырма", "төменде", "құлдыра", "азаю", "азай", "кему", "кеміді",
    "прибыл", "убыт", "рост", "прирост", "динамик", "измен", "снижен", "падени",
];
/// Kazakh and Russian words that say a share is taken away, by their beginnings.
#[rustfmt::skip]
pub(super) const LOSSES: &[&str] = &[
    "шығын", "залал", "төменде", "құлдыра", "аза", "кем", "түс", "арзанда", "қысқар", "жоғал", "әлсіре",
    "убыт", "снижен", "снизил", "паден", "упал", "сокра", "уменьш",
];
/// English words that say a share is taken away, by their beginnings.
#[rustfmt::skip]
pub(super) const ENGLISH_LOSSES: &[&str] = &[
    "loss", "lose", "losing", "lost", "fall", "fell", "declin", "decreas", "drop", "down", "shrink",
    "shrank", "shrunk", "contract", "slump", "plung", "slid", "dip", "unprofitab", "reduc", "cut", "less",
    "lower", "fewer", "discount", "plummet", "weaken", "deprecia", "worse", "slip",
];

/// Kazakh and Russian words of areas and volumes, by their beginnings.
pub(super) const POWERS: &[(&str, u8)] = &[
    ("шаршы", 2),
    ("квадрат", 2),
    ("кв", 2),
    ("текше", 3),
    ("куб", 3),
];
/// English words of areas and volumes.
pub(super) const ENGLISH_POWERS: &[(&str, u8)] = &[("square", 2), ("sq", 2), ("cubic", 3)];
