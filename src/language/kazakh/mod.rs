//! Kazakh in Cyrillic script, and what is known of its Latin and Arabic ones.
//!
//! Kazakh news quotes Russian, cites Russian sources and is written by people who know both: so the
//! word lists contain Russian words too.

mod abbreviations;
mod endings;
mod hyphens;
pub(crate) mod latin;
pub(super) mod misread;
mod numerals;
pub(super) mod romanised;
pub(super) mod spelling;
pub(super) mod stems;
pub(super) mod typed;

use super::russian;
use super::{
    CapitalsTables, GapsTables, Language, LengthBounds, MetadataKey, MetadataWords, NameTables,
    NumberTables, SentenceTables, TidyTables, WordLists, names, units,
};

/// Letters that no Russian word has, so that none of its endings comes off: `Ақша` is not of АҚШ.
const NOT_RUSSIAN: [char; 8] = ['ә', 'ғ', 'қ', 'ң', 'ө', 'ұ', 'ү', 'һ'];

/// Kazakh in Cyrillic script.
pub static KAZAKH: Language = Language {
    code: super::KAZAKH_CYRILLIC,
    iso_code: "kk",
    name: "Kazakh",
    own_letters: &['ә', 'ғ', 'қ', 'ң', 'ө', 'ұ', 'ү', 'һ', 'ы', 'і'],
    months: MONTHS,
    latin_months: LATIN_MONTHS,
    date_words: DATE_WORDS,
    metadata: MetadataWords {
        keys: METADATA_KEYS,
        times: Some("рет"),
        reading_time: &[
            "минут",
            "минуттық",
            "мин",
            "оқу",
            "оқылады",
            "оқылым",
            "уақыты",
        ],
        sections: SECTIONS,
    },
    sentences: SentenceTables {
        abbreviation: |word| {
            abbreviations::abbreviation(word)
                .or_else(|| russian::abbreviations::shared(word))
                .or_else(|| russian::abbreviations::of_foreign_names(word))
        },
        units: UNITS,
        scales: SCALES,
        verb_final: true,
        labels: &[
            "бап",
            "тарау",
            "бөлім",
            "бөлімше",
            "параграф",
            "тармақ",
            "кесте",
            "сурет",
            "қосымша",
        ],
        openers: WordLists(&[OPENERS, russian::OPENERS]),
        speech: WordLists(&[SPEECH, russian::SPEECH]),
        surname_endings: WordLists(&[endings::OF_SURNAMES, russian::SURNAME_ENDINGS]),
    },
    tidying: TidyTables {
        lookalikes: LOOKALIKES,
        neighbours: NEIGHBOURS,
        misread: Some(misread::repaired),
        gaps: Some(GapsTables {
            sure_endings: endings::SURE,
            number_endings: endings::AFTER_DIGITS,
            domains: &["қаз"],
        }),
        capitals: Some(CapitalsTables {
            acronyms: ACRONYMS,
            names: NAMES,
            name_endings: endings::OF_NAMES,
        }),
    },
    hyphens: hyphens::HYPHENS,
    quoting_verbs: &["деді", "дейді", "деп", "деген"],
    numbers: Some(NumberTables {
        word: |word| numerals::word(word).or_else(|| russian::numerals::word(word)),
        vouched: |word| match numerals::vouched(word) {
            [] => russian::numerals::vouched(word),
            counts => counts,
        },
        month: |word| numerals::month(word).or_else(|| russian::numerals::month(word)),
        approximate_endings: &["даған", "деген", "таған", "теген"],
        units: units::CYRILLIC,
        day_halves: units::DAY_HALVES,
        day_halves_after: units::DAY_HALVES_AFTER,
        at_endings: &["да", "де", "та", "те"],
        day_halves_after_case: units::KAZAKH_HALVES_AFTER_CASE,
        until: &["дейін", "шейін"],
        hours: units::HOURS,
        negative: units::CYRILLIC_NEGATIVE,
        negative_words: units::CYRILLIC_NEGATIVE_WORDS,
        denominator_endings: &["тен", "тан", "ден", "дан", "нен", "нан"],
        genitive_endings: &["тің", "тың", "дің", "дың", "нің", "ның"],
        ordinal_parts: &["нші", "ншы"],
        share: |word| numerals::share(word).or_else(|| russian::numerals::share(word)),
        moments: units::MOMENTS,
        from_zero: units::FROM_ZERO,
        after_degrees: units::AFTER_DEGREES,
        results: units::RESULTS,
        losses: units::LOSSES,
        powers: units::POWERS,
    }),
    names: Some(NameTables {
        translated: names::TRANSLATED,
        ignored: names::IGNORED_WORDS,
        stems: |word| {
            let mut stems = stems::stems(word);
            if !word.contains(NOT_RUSSIAN) {
                stems.extend(russian::stems::stems(word).into_iter().skip(1));
            }
            stems
        },
        own_stems: stems::stems_and_singulars,
        ordinal_endings: &["інші", "ыншы", "нші", "ншы"],
        legal_forms: names::LEGAL_FORMS,
    }),
    // Fitted to 3,009 sentences and their human translations (FLORES-200 devtest and NTREX-128);
    // docs/fidelity.md has the figures.
    length: Some(LengthBounds {
        low_slope: 0.60,
        low_slack: 7.0,
        high_slope: 1.34,
        high_slack: 20.0,
    }),
};

#[rustfmt::skip]
const MONTHS: &[&str] = &[
    "қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек",
    "қазан", "қараша", "желтоқсан",
];

/// In the alphabets of 2018 and 2021, in those that sites made for themselves, and without accents.
#[rustfmt::skip]
const LATIN_MONTHS: &[&[&str]] = &[
    &["qańtar", "qañtar", "qaŋtar", "qangtar", "qantar", "kantar"],
    &["aqpan", "akpan"],
    &["naýryz", "nauryz", "nawrız", "naurız"],
    &["sáýir", "säuir", "säwir", "sauir", "saýir", "säuır"],
    &["mamyr", "mamır"],
    &["maýsym", "mausym", "mawsım", "mausım"],
    &["shilde", "şilde", "şılde"],
    &["tamyz", "tamız"],
    &["qyrkúıek", "qyrküiek", "qırküyek", "qyrkúiek", "qyrkýiek", "qyrkuiek", "kyrkuiek"],
    &["qazan", "kazan"],
    &["qarasha", "qaraşa", "karasha"],
    &["jeltoqsan", "zheltoksan"],
];

#[rustfmt::skip]
const DATE_WORDS: &[&str] = &[
    "жыл", "жылы", "жылғы", "жылдың", "ж", "сағат", "күні", "дүйсенбі", "сейсенбі", "сәрсенбі",
    "бейсенбі", "жұма", "сенбі", "жексенбі", "jyl", "jyly", "jylǵy", "jylğy", "jylghy", "saǵat",
    "sağat", "kúni", "küni",
];

#[rustfmt::skip]
const METADATA_KEYS: &[(MetadataKey, &[&str])] = &[
    (MetadataKey::Date, &[
        "уақыты", "уақыт", "күні", "датасы", "жарияланды", "жарияланған", "жарияланған күні",
        "жарияланған уақыты", "жариялау күні", "жарияланым күні", "басылған күні",
    ]),
    (MetadataKey::Changed, &[
        "жаңартылды", "жаңартылған", "жаңартылған күні", "жаңартылған уақыты", "жаңарту күні",
        "өзгертілді", "өзгертілген", "өзгертілген күні", "өңделді",
    ]),
    (MetadataKey::Views, &[
        "оқылды", "оқылым", "оқылған", "оқылу саны", "оқылым саны", "қаралды", "қаралым",
        "қаралған", "қаралу саны", "қаралым саны", "қаралымдар саны", "көрілді", "көрілім", "көру саны",
        "көрсетілді", "көрсетілім", "көрілген",
    ]),
    (MetadataKey::Section, &[
        "бөлім", "бөлімі", "айдар", "айдары", "санат", "санаты", "категориясы",
    ]),
    (MetadataKey::Origin, &[
        "дереккөз", "дереккөзі", "дерек көзі", "дереккөздер", "ақпарат көзі", "мәлімет көзі",
        "материал көзі", "түпнұсқа", "сілтеме",
    ]),
    (MetadataKey::Author, &[
        "авторы", "авторлар", "авторлары", "мәтін", "мәтін авторы", "мақала авторы",
        "дайындаған", "әзірлеген", "жазған", "тілші", "тілшісі", "авторы мен дайындаған",
    ]),
    (MetadataKey::Photo, &[
        "сурет", "суреттер", "фотосурет", "фото авторы", "сурет авторы", "суретті түсірген",
        "фотоны түсірген", "суретке түсірген", "фото көзі", "сурет көзі",
    ]),
    (MetadataKey::Count, &[
        "пікір", "пікірлер", "пікір саны", "пікірлер саны", "комментарийлер", "бөлісу", "бөлісті", "ұнады",
    ]),
    (MetadataKey::Other, &[
        "тегтер", "тегтері", "тэгтер", "кілт сөздер", "кілтсөздер", "түйін сөздер",
        "түйінді сөздер", "хэштегтер", "редакторы", "аударған", "оқу уақыты", "нөмірі",
    ]),
];

#[rustfmt::skip]
const SECTIONS: &[&str] = &[
    "қоғам", "әлеумет", "саясат", "экономика", "спорт", "мәдениет", "білім", "ғылым", "денсаулық",
    "әлем", "өңірлер", "өңір", "аймақ", "аймақтар", "оқиға", "оқиғалар", "жаңалықтар", "руханият",
    "тарих", "әдебиет", "сұхбат", "құқық", "технология", "экология", "ауыл шаруашылығы", "қаржы",
    "таным", "тағылым", "ел тынысы", "басты бет", "басты жаңалықтар", "президент", "үкімет",
    "парламент", "қазақстан жаңалықтары", "әлем жаңалықтары", "баспасөз-релиз", "баспасөз релизі",
    "баспасөз хабарламасы", "баспасөз-хабарлама",
];

const UNITS: &[&str] = &[
    "м", "см", "дм", "нм", "мкм", "г", "мг", "т", "ц", "л", "мл", "с", "сағ",
];

const SCALES: &[&str] = &["млн.", "млрд.", "млн", "млрд", "мың"];

/// In Cyrillic and Latin script.
#[rustfmt::skip]
const OPENERS: &[&str] = &[
    "Ол", "Оны", "Оның", "Оған", "Онда", "Одан", "Онымен", "Олар", "Олардың", "Оларға", "Оларды",
    "Олардан", "Мен", "Менің", "Біз", "Біздің", "Бізге", "Сіз", "Сіздер", "Бұл", "Бұлар",
    "Бұның", "Бұған", "Бұдан", "Мұнда", "Мұны", "Мұның", "Мұндай", "Мұнымен", "Осы", "Осының",
    "Осыған", "Осыдан", "Осында", "Осындай", "Осылай", "Осылайша", "Осымен", "Сол", "Соның",
    "Соған", "Содан", "Сонда", "Сондай", "Сонымен", "Сондықтан", "Сөйтіп", "Аталған", "Аталмыш",
    "Ал", "Алайда", "Бірақ", "Дегенмен", "Әйтсе", "Әйтпесе", "Себебі", "Өйткені", "Егер", "Және",
    "Әрі", "Яғни", "Демек", "Мысалы", "Сонау", "Тағы", "Тіпті", "Өз", "Жалпы", "Айта", "Атап",
    "Айтпақшы", "Бүгін", "Бүгінде", "Қазір", "Кейін", "Кеше", "Енді", "Ендеше", "Биыл", "Былтыр",
    "Ol", "Olar", "Onyń", "Bul", "Osy", "Sol", "Al", "Biraq", "Alaıda", "Alaida", "Sonymen",
    "Sondyqtan",
];

#[rustfmt::skip]
const SPEECH: &[&str] = &[
    "деп", "деді", "дедім", "дедік", "дейді", "дейтін", "деген", "дегенді", "дегені", "дегендей",
    "дегенде", "дегенмен", "дегеннен", "деседі", "десе", "десек", "дей", "деу", "деуде", "dep",
    "dedi", "deıdi", "degen",
];

/// Typists without a Kazakh keyboard write `i`, `h` and `ə`; copying from other alphabets brings in
/// the rest.
#[rustfmt::skip]
const LOOKALIKES: &[(char, char)] = &[
    ('a', 'а'), ('c', 'с'), ('e', 'е'), ('h', 'һ'), ('i', 'і'), ('k', 'к'), ('o', 'о'),
    ('p', 'р'), ('x', 'х'), ('y', 'у'), ('ə', 'ә'), ('ɵ', 'ө'), ('A', 'А'), ('B', 'В'),
    ('C', 'С'), ('E', 'Е'), ('H', 'Н'), ('I', 'І'), ('K', 'К'), ('M', 'М'), ('O', 'О'),
    ('P', 'Р'), ('T', 'Т'), ('X', 'Х'), ('Y', 'Ү'), ('Ə', 'Ә'), ('Ɵ', 'Ө'),
];

/// Cyrillic letters of other languages, and the Kazakh ones of nearly the same look.
#[rustfmt::skip]
const NEIGHBOURS: &[(char, char)] = &[
    ('ӊ', 'ң'), ('ҥ', 'ң'), ('ӈ', 'ң'), ('ҝ', 'қ'), ('ӄ', 'қ'), ('Ӊ', 'Ң'), ('Ҥ', 'Ң'),
    ('Ӈ', 'Ң'), ('Ҝ', 'Қ'), ('Ӄ', 'Қ'), ('ӛ', 'ө'), ('Ӛ', 'Ө'), ('ҧ', 'ұ'), ('Ҧ', 'Ұ'),
];

#[rustfmt::skip]
const ACRONYMS: &[&str] = &[
    "ҚР", "АҚШ", "БҰҰ", "ТМД", "ЕО", "ЕАЭО", "ЕҚЫҰ", "ШЫҰ", "ҰҚШҰ", "НАТО", "ЮНЕСКО", "КСРО",
    "ҚХР", "РФ", "БАӘ", "ЖШС", "АҚ", "ЖК", "ҰБ", "ҰҚК", "ҰҚО", "ҰБТ", "ІІМ", "СІМ", "ТЖМ", "ҚХА",
    "ЖІӨ", "ЖОО", "БАҚ", "ҮЕҰ", "ХҚКО", "АЭС", "ЖЭО", "ЖЭС", "СЭС", "МАЭС", "АИТВ", "МӘМС",
    "ТМККК", "ТҮКШ", "ЭКСПО", "ШҚО", "СҚО", "БҚО", "ОҚО", "ДДСҰ", "ХВҚ", "ОПЕК", "ЖИ", "IT",
];

#[rustfmt::skip]
const NAMES: &[&str] = &[
    "қазақстан", "астана", "алматы", "шымкент", "қарағанды", "ақтөбе", "атырау", "ақтау",
    "маңғыстау", "түркістан", "тараз", "жамбыл", "қостанай", "көкшетау", "ақмола", "павлодар",
    "петропавл", "семей", "өскемен", "талдықорған", "жетісу", "ұлытау", "жезқазған", "қызылорда",
    "байқоңыр", "ресей", "мәскеу", "қытай", "украина", "өзбекстан", "ташкент", "қырғызстан",
    "бішкек", "тәжікстан", "түрікменстан", "әзербайжан", "армения", "грузия", "беларусь",
    "түркия", "иран", "еуропа", "азия", "америка", "германия", "франция", "италия", "жапония",
    "корея", "үндістан", "ұлыбритания", "израиль", "каспий", "тоқаев", "назарбаев", "путин",
    "трамп",
];
