//! Russian, as far as it is known: how its sentences end, how it is typed, its numbers and names.

pub(super) mod abbreviations;
mod hyphens;
pub(super) mod numerals;
pub(super) mod stems;
pub(super) mod words;

use super::{
    CapitalsTables, GapsTables, KAZAKH, Language, MetadataKey, MetadataWords, NameTables,
    NumberTables, SentenceTables, TidyTables, WordLists, names, units,
};

/// Russian.
pub static RUSSIAN: Language = Language {
    code: "rus_Cyrl",
    iso_code: "ru",
    name: "Russian",
    own_letters: &['ы'],
    months: MONTHS,
    latin_months: &[],
    date_words: DATE_WORDS,
    metadata: MetadataWords {
        keys: METADATA_KEYS,
        times: Some("раз"),
        reading_time: &["минута", "минуты", "мин", "чтения", "чтение", "на", "время"],
        sections: SECTIONS,
    },
    sentences: SentenceTables {
        abbreviation: |word| {
            abbreviations::of_russian(word)
                .or_else(|| abbreviations::shared(word))
                .or_else(|| abbreviations::of_foreign_names(word))
        },
        units: UNITS,
        scales: SCALES,
        verb_final: false,
        labels: &[
            "статья",
            "глава",
            "раздел",
            "параграф",
            "пункт",
            "таблица",
            "рисунок",
            "приложение",
        ],
        openers: WordLists(&[OPENERS, MORE_OPENERS]),
        speech: WordLists(&[SPEECH]),
        surname_endings: WordLists(&[SURNAME_ENDINGS]),
    },
    tidying: TidyTables {
        lookalikes: LOOKALIKES,
        neighbours: &[],
        misread: None,
        gaps: Some(GapsTables {
            sure_endings: &[],
            number_endings: NUMBER_ENDINGS,
            domains: &["рф"],
        }),
        capitals: Some(CapitalsTables {
            acronyms: ACRONYMS,
            names: NAMES,
            name_endings: WordLists(&[&[""], HEADLINE_ENDINGS]),
        }),
    },
    hyphens: hyphens::HYPHENS,
    quoting_verbs: SPEECH,
    numbers: Some(NumberTables {
        word: numerals::word,
        vouched: numerals::vouched,
        month: numerals::month,
        approximate_endings: &[],
        units: units::CYRILLIC,
        day_halves: units::DAY_HALVES,
        day_halves_after: units::DAY_HALVES_AFTER,
        at_endings: &[],
        day_halves_after_case: &[],
        until: &[],
        hours: units::HOURS,
        negative: units::CYRILLIC_NEGATIVE,
        negative_words: units::CYRILLIC_NEGATIVE_WORDS,
        denominator_endings: &[],
        genitive_endings: &[],
        ordinal_parts: &[],
        share: numerals::share,
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
        stems: stems::stems,
        own_stems: stems::stems,
        ordinal_endings: &[],
        legal_forms: names::LEGAL_FORMS,
    }),
    // Translations from Russian were not measured; the bounds of Kazakh are kept.
    length: KAZAKH.length,
};

#[rustfmt::skip]
const MONTHS: &[&str] = &[
    "январ", "феврал", "март", "апрел", "мая", "июн", "июл", "август", "сентябр", "октябр",
    "ноябр", "декабр",
];

#[rustfmt::skip]
const DATE_WORDS: &[&str] = &[
    "г", "год", "года", "в", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота",
    "воскресенье",
];

#[rustfmt::skip]
const METADATA_KEYS: &[(MetadataKey, &[&str])] = &[
    (MetadataKey::Date, &[
        "дата", "дата публикации", "опубликовано", "опубликован", "время публикации", "время",
    ]),
    (MetadataKey::Changed, &["обновлено", "изменено", "дата обновления"]),
    (MetadataKey::Views, &[
        "просмотров", "просмотры", "количество просмотров", "прочитано", "прочитали",
        "прочтений",
    ]),
    (MetadataKey::Section, &["рубрика", "раздел", "категория"]),
    (MetadataKey::Origin, &["источник", "ссылка"]),
    (MetadataKey::Author, &[
        "автор", "журналист", "текст", "автор статьи", "автор текста", "подготовил",
        "подготовила",
    ]),
    (MetadataKey::Photo, &[
        "фото", "коллаж", "видео", "инфографика", "автор фото", "фотография", "иллюстрация",
    ]),
    (MetadataKey::Count, &[
        "комментарий", "комментарии", "комментария", "комментариев", "всего комментариев", "поделиться", "лайк", "загрузок",
    ]),
    (MetadataKey::Other, &[
        "тег", "тэг", "теги", "тэги", "ключевые слова", "редактор", "корректор", "перевод", "время чтения", "добавил",
        "добавила", "рейтинг",
    ]),
];

#[rustfmt::skip]
const SECTIONS: &[&str] = &[
    "общество", "политика", "происшествия", "новости", "мир", "в мире", "культура", "регионы",
    "здоровье", "образование", "наука", "финансы", "бизнес", "интервью", "технологии", "главная",
    "новости казахстана", "главные новости", "пресс-релиз",
];

const UNITS: &[&str] = &[
    "м", "см", "дм", "нм", "мкм", "г", "мг", "т", "ц", "л", "мл", "с",
];

const SCALES: &[&str] = &["млн.", "млрд.", "тыс.", "млн", "млрд", "тыс"];

/// What opens sentences in Kazakh articles too.
#[rustfmt::skip]
pub(super) const OPENERS: &[&str] = &[
    "Он", "Она", "Они", "Оно", "Это", "Этот", "Эта", "Эти", "Но", "Однако", "Также", "Если",
    "Когда", "Как", "По", "При", "Кроме", "Поэтому", "Мы", "Вы", "Его", "Её", "Их", "Все", "Для",
];

/// What opens them in Russian ones; in a Kazakh article these are names and initials.
#[rustfmt::skip]
const MORE_OPENERS: &[&str] = &[
    "В", "Во", "На", "Из", "За", "После", "До", "О", "Об", "От", "С", "Со", "У", "К", "И", "А",
    "Я", "Так", "Там", "Здесь", "Тогда", "Теперь", "Сейчас", "Сегодня", "Вчера", "Завтра",
    "Ранее", "Напомним", "Между", "Согласно", "Кто", "Что", "Где", "Почему",
];

pub(super) const SPEECH: &[&str] = &["сказал", "сказала", "говорит", "заявил", "заявила"];

#[rustfmt::skip]
pub(super) const SURNAME_ENDINGS: &[&str] = &[
    "ев", "ов", "ёв", "ева", "ова", "ёва", "ин", "ина", "ский", "ская", "ev", "ov", "eva", "ova",
];

/// Latin letters that copying brings in; no letter becomes one that Russian lacks.
#[rustfmt::skip]
const LOOKALIKES: &[(char, char)] = &[
    ('a', 'а'), ('c', 'с'), ('e', 'е'), ('o', 'о'), ('k', 'к'), ('p', 'р'), ('x', 'х'),
    ('y', 'у'), ('A', 'А'), ('B', 'В'), ('C', 'С'), ('E', 'Е'), ('H', 'Н'), ('K', 'К'),
    ('M', 'М'), ('O', 'О'), ('P', 'Р'), ('T', 'Т'), ('X', 'Х'), ('Y', 'У'),
];

/// What follows a number without a hyphen (`30летие`).
#[rustfmt::skip]
const NUMBER_ENDINGS: &[&str] = &[
    "ого", "ому", "его", "ему", "ыми", "ими", "летие", "летия", "летний", "летняя", "летнего",
    "летней", "летию", "летием", "летии", "летние", "летних", "летнему", "летним",
];

#[rustfmt::skip]
const ACRONYMS: &[&str] = &[
    "РФ", "РК", "США", "ООН", "СНГ", "ЕС", "ЕАЭС", "ОБСЕ", "ШОС", "ОДКБ", "НАТО", "ЮНЕСКО",
    "СССР", "КНР", "ОАЭ", "ТОО", "АО", "ООО", "ИП", "КНБ", "ФСБ", "МВД", "МИД", "МЧС", "ВВП",
    "СМИ", "АЭС", "ГЭС", "ТЭЦ", "ВИЧ", "ЖКХ", "ВКО", "СКО", "ЗКО", "ВОЗ", "МВФ", "ОПЕК", "ЭКСПО",
    "ЕНТ", "IT",
];

/// Without what changes in their cases. Not Семей: headlines speak of families as often.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "казахстан", "астан", "алмат", "шымкент", "караганд", "актоб", "атырау", "актау",
    "мангистау", "туркестан", "тараз", "жамбыл", "костана", "кокшетау", "акмол", "павлодар",
    "петропавловск", "талдыкорган", "жетыс", "улытау", "жезказган", "кызылорд",
    "байконур", "росси", "москв", "китай", "кита", "украин", "узбекистан", "ташкент",
    "кыргызстан", "киргизи", "бишкек", "таджикистан", "туркменистан", "азербайджан", "армени",
    "грузи", "беларус", "турци", "иран", "европ", "ази", "америк", "германи", "франци", "итали",
    "япони", "коре", "инди", "великобритани", "израил", "каспи", "токаев", "назарбаев", "путин",
    "трамп",
];

#[rustfmt::skip]
const HEADLINE_ENDINGS: &[&str] = &[
    "й", "ь", "я", "ю", "е", "и", "ы", "а", "у", "о", "ой", "ом", "ов", "ей", "ем", "ии", "ию",
    "ия", "ям", "ях", "ями", "ого", "ому", "ым", "ему", "ский", "ская", "ское", "ские", "ского",
    "ской", "скому", "ским", "ских",
];
