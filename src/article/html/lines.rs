//! Lines inside of articles that are not of the article: links to other articles, requests to subscribe,
//! labels of advertisements and buttons, what a browser shows in the place of a player.
//!
//! Policy: only short lines made of known words; a sentence that merely has such a word is text.

mod requests;

use requests::is_request;

/// What links to other articles begin with.
#[rustfmt::skip]
const ALSO_READ: &[&str] = &[
    "тағы оқыңыз", "тағы да оқыңыз", "тағы оқи отырыңыз", "оқи отырыңыз", "оқи отырыңыздар", "сондай-ақ оқыңыз", "сонымен қатар оқыңыз", "осыған дейін жазғанбыз",
    "осы тақырыпта", "осы тақырып бойынша", "тақырып бойынша", "тақырыпқа орай", "тақырыпқа қатысты", "ұқсас жаңалықтар", "ұқсас мақалалар", "ұқсас материалдар",
    "байланысты жаңалықтар", "басқа жаңалықтар", "соңғы жаңалықтар", "оқыңыз", "оқып көріңіз", "бұдан бұрын", "тағы қараңыз", "сондай-ақ қараңыз", "қараңыз",
    "читайте также", "читайте ещё", "читайте еще", "также читайте", "по теме", "материалы по теме", "похожие новости", "смотрите также", "ранее по теме", "другие новости",
    "read also", "also read", "read more", "related", "related news", "see also", "more on this", "recommended",
    "tagy oqyńyz", "taǵy oqyńyz", "oqı otyryńyz",
];
/// Labels that may also be alone on a line without a colon.
#[rustfmt::skip]
const LABELS: &[&str] = &[
    "жарнама", "реклама", "на правах рекламы", "жарнама құқығында", "advertisement", "advertising", "ad", "ads", "promo",
    "бөлісу", "бөлісіңіз", "достарыңызбен бөлісіңіз", "достармен бөлісу", "әлеуметтік желілерде бөлісу", "бөлісіңіз", "поделиться", "поделитесь", "поделиться новостью", "share", "share this", "share on",
    "facebook", "telegram", "whatsapp", "twitter", "vkontakte", "вконтакте", "одноклассники", "instagram", "tweet",
    "басып шығару", "баспаға", "басу нұсқасы", "принтерге", "распечатать", "версия для печати", "print", "pdf",
    "артқа", "артқа қайту", "кері қайту", "кері", "тізімге оралу", "назад", "вернуться назад", "вернуться", "назад к списку", "back", "go back",
    "негізгі мазмұнға өту", "мазмұнға өту", "мәтінге өту", "перейти к содержанию", "перейти к основному содержанию", "skip to content", "skip to main content",
    "пікір қалдыру", "пікір жазу", "пікірлер", "пікір", "комментарии", "комментарий", "оставить комментарий", "comments", "leave a comment", "leave a reply",
    "толығырақ", "толығырақ оқу", "толығырақ оқыңыз", "толық оқу", "толық нұсқасы", "читать далее", "читать полностью", "читать дальше", "жалғасын оқу", "әрі қарай оқу", "көбірек", "көбірек көрсету", "тағы жүктеу", "подробнее", "показать ещё", "показать еще", "load more", "show more",
    "сілтемені көшіру", "көшіру", "скопировать ссылку", "copy link", "сақтау", "сохранить", "ұнады", "ұнайды", "нравится", "like",
    "тыңдау", "мәтінді тыңдау", "прослушать", "listen", "басты бет", "главная", "home", "іздеу", "поиск", "search",
    "алдыңғы", "келесі", "алдыңғы мақала", "келесі мақала", "предыдущая статья", "следующая статья", "next", "previous", "жоғарыға", "наверх",
    "видео жүктелмеді", "фото жүктелмеді",
];
/// What stands above readers' comments.
const COMMENTS: &[&str] = &[
    "пікірлер",
    "пікір қалдыру",
    "пікір жазу",
    "оқырман пікірі",
    "оқырмандар пікірі",
    "пікір",
    "комментарии",
    "комментариев",
    "комментария",
    "оставить комментарий",
    "комментарии читателей",
    "comments",
    "comment",
    "leave a comment",
    "leave a reply",
    "pikirler",
];
/// What stands in the place of a player or a script.
const FALLBACKS: &[&str] = &[
    "браузеріңіз",
    "браузеріңізде",
    "ваш браузер не поддерж",
    "your browser does not support",
    "your browser doesn't support",
    "your browser doesn’t support",
    "please enable javascript",
    "enable javascript",
    "javascript-ті қосыңыз",
    "включите javascript",
    "flash player",
    "no media source currently available",
    "html5 video",
    "embed share",
    "the code has been copied to your clipboard",
    "the url has been copied to your clipboard",
];
/// What says that a player or a list is being loaded, alone or with dots.
const LOADING: &[&str] = &["жүктелуде", "загрузка", "загружается", "loading"];
/// What a request to see a video asks for.
const TO_SEE: (&str, &[&str]) = (
    "видеоны көру үшін",
    &[
        "қосыңыз",
        "жаңартыңыз",
        "орнатыңыз",
        "басыңыз",
        "өтіңіз",
        "javascript",
    ],
);
/// Words of speech that is reported, which no notice has.
const REPORTED: &[&str] = &[
    "деді",
    "деп",
    "деген",
    "дегенді",
    "дейді",
    "дейтін",
    "депті",
    "сказал",
    "сказала",
    "сообщил",
    "заявил",
    "отметил",
    "said",
];
/// Parts of the words that ask to read or see something else.
const ASKED: &[&str] = &["оқы", "қараңыз", "читайте", "смотрите", "read", "see "];
/// Maximum words of what says that something is being loaded, or where something ends.
const MAX_STATE_WORDS: usize = 4;
/// Requests to report a mistake, and rights.
#[rustfmt::skip]
const NOTICES: &[&str] = &[
    "ctrl+enter", "ctrl + enter", "ctrl-enter", "қате тапсаңыз", "қатені тапсаңыз", "қате байқасаңыз", "нашли ошибку", "заметили ошибку", "обнаружили ошибку", "found a mistake", "found a typo",
    "барлық құқықтар қорғалған", "барлық құқық қорғалған", "авторлық құқықтар қорғалған", "авторлық құқық қорғалған", "все права защищены", "all rights reserved",
    "гиперсілтеме міндетті", "активная ссылка обязательна", "сілтеме беру міндетті", "сілтеме жасау міндетті", "при использовании материалов",
    "пікір қалдыру үшін", "чтобы оставить комментарий", "cookie файлдарын қолдан", "использует файлы cookie", "использует cookie", "uses cookies", "cookie файлдарын пайдалан",
];
/// What newspapers say of themselves at the foot of each page: what nothing else says, and what texts say, too.
#[rustfmt::skip]
const IMPRINT: &[&str] = &[
    "пікіріне жауап бермейді", "пікіріне редакция", "редакция мекенжайы", "редакцияның мекенжайы", "біздің мекенжай", "адрес редакции",
    "ставит на учет", "меншік иесі:",
];
#[rustfmt::skip]
const IMPRINT_BESIDE: &[&str] = &[
    "жазылу бағасы", "жазылу жалғас", "индекс:", "(бухгалтерия)", "(редактор)", "(жарнама бөлімі)", "подписной индекс", "подписка на газету",
    "меншік иесі", "тіркелген", "тіркеу куәлігі", "тіркеуден өткен", "қолжазба", "свидетельство", "учредитель", "құрылтайшы", "рұқсаты керек", "e-mail:",
];
/// Maximum letters of lines that a phrase makes one to be left out.
const MAX_REQUEST: usize = 220;
const MAX_LABEL: usize = 40;

/// Headings of lists of other articles, besides those that begin as links to them do.
#[rustfmt::skip]
const LISTS: &[&str] = &[
    "келесі жаңалық", "алдыңғы жаңалық", "следующая новость", "предыдущая новость", "next article", "previous article",
    "жаңалықтар", "жаңалықтар таспасы", "жаңалықтар лентасы", "соңғы хабарлар", "соңғылары", "басты жаңалықтар", "күн жаңалықтары", "бүгінгі жаңалықтар", "тағы да жаңалықтар",
    "ең көп оқылған", "ең көп оқылғандар", "көп оқылған", "көп оқылғандар", "ең танымал", "танымал", "танымал жаңалықтар", "танымал мақалалар", "редакция таңдауы", "айдардағы соңғы жаңалықтар",
    "лента новостей", "новости", "последние новости", "свежие новости", "главные новости", "популярное", "популярные новости", "самое читаемое", "выбор редакции",
    "latest", "latest news", "most read", "popular", "trending", "top stories", "editor s choice", "news feed",
];
/// What a line inside of an article is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// Text of the article.
    Text,
    /// A label over links to other articles.
    AboveLinks,
    /// Something else that is not of the article.
    LeftOut,
}

/// What a line is, by its words; `linked` says whether some of it is a link.
pub(super) fn line(text: &str, linked: bool) -> Line {
    let Some(short) = short(text) else {
        return Line::Text;
    };
    if is_clock(text) {
        return Line::LeftOut;
    }
    let label = short.trim_matches(|sign: char| !sign.is_alphanumeric());
    if is_in_labels(label) {
        return Line::LeftOut;
    }
    if LISTS.contains(&label) {
        return Line::AboveLinks;
    }
    let mut words = label
        .split([' ', ',', '|', '/'])
        .filter(|word| !word.is_empty())
        .peekable();
    if label.chars().count() <= MAX_LABEL * 2
        && words.peek().is_some()
        && words.all(|word| LABELS.contains(&word))
    {
        return Line::LeftOut;
    }
    if let Some((asked, rest)) = also_read(label) {
        let is_sentence = text.trim_end().ends_with('.');
        let rest = rest.trim();
        if rest.is_empty() {
            let ends_open = short.trim_end().ends_with([':', '…']) || !is_sentence;
            return if ends_open {
                Line::AboveLinks
            } else {
                Line::Text
            };
        }
        // The title of an article has no stop; after a comma, words go on.
        let asks = ASKED.iter().any(|part| asked.contains(part));
        if (linked && !rest.starts_with(',') || rest.starts_with(':')) && (asks || !is_sentence) {
            return Line::LeftOut;
        }
    }
    if linked && is_glued_to_label(text) {
        return Line::LeftOut;
    }
    if is_reported(text, &short) {
        return Line::Text;
    }
    let has = |words: &[&str]| words.iter().any(|words| short.contains(words));
    if is_request(&short, linked) {
        return Line::LeftOut;
    }
    let has_rights = short.starts_with(['©', '®']) || short.starts_with("(c) ");
    if has(NOTICES) || has_rights && !is_credit(text) {
        return Line::LeftOut;
    }
    if has(FALLBACKS) && (short.contains("қолдама") || !short.contains("браузеріңіз"))
        || short.contains(TO_SEE.0) && has(TO_SEE.1)
        || is_state(text, &short)
    {
        return Line::LeftOut;
    }
    Line::Text
}

/// Whether a line reports what somebody said.
fn is_reported(text: &str, short: &str) -> bool {
    let is_speech = text.starts_with(['«', '“', '"', '–', '—']);
    let mut words = short.split(|next: char| !next.is_alphabetic());
    is_speech && text.trim_end().ends_with(['.', '!', '?']) && !short.contains("ctrl")
        || words.any(|word| REPORTED.contains(&word))
}

/// Whether a line says that something is being loaded, or where a list ends.
fn is_state(text: &str, short: &str) -> bool {
    let words: Vec<&str> = short
        .split(|next: char| !next.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    let has_dots = text.trim_end().ends_with(['…']) || text.trim_end().ends_with("..");
    let last = words.last().copied().unwrap_or_default();
    words.len() <= MAX_STATE_WORDS && LOADING.contains(&last) && (has_dots || words.len() == 1)
        || words.len() <= MAX_STATE_WORDS + 2
            && words.starts_with(&["end", "of"])
            && !text.trim_end().ends_with('.')
}

/// Whether a line begins with a label over other articles, and the title of one right after it.
fn is_glued_to_label(text: &str) -> bool {
    let begins = |words: &str| {
        let mut letters = text.chars();
        let is_label = words.chars().all(|known| {
            letters
                .next()
                .is_some_and(|next| next.to_lowercase().eq([known]))
        });
        is_label && words.contains(' ') && letters.next().is_some_and(char::is_uppercase)
    };
    ALSO_READ.iter().any(|words| begins(words))
}

fn is_in_labels(label: &str) -> bool {
    label.chars().count() <= MAX_LABEL && LABELS.contains(&label)
}

/// Whether a line is the label of a button and nothing else (`Бөлісу`).
pub(in crate::article) fn is_label(line: &str) -> bool {
    short(line.trim()).is_some_and(|label| is_in_labels(label.trim_end_matches(':')))
}

/// Whether a line is the heading of a list of other articles.
pub(super) fn is_above_articles(text: &str) -> bool {
    let Some(short) = short(text).filter(|short| short.chars().count() <= MAX_LABEL) else {
        return false;
    };
    let label = short.trim_matches(|sign: char| !sign.is_alphanumeric());
    LISTS.contains(&label) || also_read(label).is_some_and(|(_, rest)| rest.trim().is_empty())
}

/// Whether a line is the clock of a player (`0:00 0:03:12`), which begins at zero; other times are scores
/// or hours of prayer.
fn is_clock(text: &str) -> bool {
    let is_time = |word: &str| {
        let parts = word.split(':');
        (2..=3).contains(&parts.clone().count())
            && parts.into_iter().all(|part| {
                (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
            })
    };
    let words = text.split([' ', '/']).filter(|word| !word.is_empty());
    let is_zero = |word: &str| word.bytes().all(|byte| matches!(byte, b'0' | b':'));
    words.clone().count() > 1 && words.clone().all(is_time) && words.into_iter().any(is_zero)
}

/// What the source of a picture is called before a comma.
const SOURCES: &[&str] = &[
    "сурет көзі, ",
    "суреттің сипаттамасы, ",
    "image source, ",
    "image caption, ",
    "getty images",
];

/// What a picture is called, what is said of who made it, and of where it is from.
#[rustfmt::skip]
const PICTURES: &[&str] = &[
    "сурет", "суретті", "суреті", "суреттер", "суреттерді", "фото", "фотоны", "фотосы", "фотосурет", "фотосуретті", "фотосуреттер", "коллаж", "коллажды",
    "инфографика", "инфографиканы", "видео", "видеоны",
];
const MADE: &[&str] = &["түсірген", "жасаған", "салған", "дайындаған", "ұсынған"];
const OPEN_SOURCES: &[&str] = &[
    "из архива",
    "архивінен",
    "мұрағатынан",
    "ашық дереккөз",
    "ашық көз",
    "открытых источник",
    "интернеттен",
    "ғаламтордан",
    "из интернета",
];
/// What the text under a picture begins with.
const IN_PICTURES: &[&str] = &["суретте:", "суреттерде:", "на фото:", "на снимке:"];
/// Maximum words of a credit in words.
const MAX_CREDIT_WORDS: usize = 8;

/// Whether a line says in words who made a picture or what it shows (`Суретті түсірген Айнұр Қасым`).
fn is_credit_in_words(lower: &str, text: &str) -> bool {
    let words: Vec<&str> = lower.split_whitespace().collect();
    if words.len() > MAX_CREDIT_WORDS || text.len() > MAX_REQUEST * 4 {
        return false;
    }
    let is_picture = words
        .first()
        .is_some_and(|first| PICTURES.contains(&first.trim_end_matches(':')));
    let is_made = words.get(1).is_some_and(|word| MADE.contains(word))
        && text.split_whitespace().nth(2).is_some_and(|name| {
            name.starts_with(|first: char| first.is_uppercase() || first == '«')
        });
    is_picture
        && !text.ends_with(['.', '!', '?'])
        && (is_made || OPEN_SOURCES.iter().any(|source| lower.contains(source)))
        || IN_PICTURES.iter().any(|words| lower.starts_with(words))
}

/// Whether a line credits a picture with a sign (`© REUTERS`), or as its source.
pub(super) fn is_credit(text: &str) -> bool {
    let lower = text.to_lowercase();
    if is_credit_in_words(&lower, text) {
        return true;
    }
    if text.split_whitespace().count() <= 8 && SOURCES.iter().any(|words| lower.starts_with(words))
    {
        return true;
    }
    let Some(name) = text.strip_prefix('©') else {
        return false;
    };
    name.split_whitespace().count() <= 4
        && !name.contains(|next: char| next.is_ascii_digit() || next == '.')
}

/// Whether a line is of those in which a newspaper speaks of itself.
pub(super) fn is_imprint(text: &str) -> bool {
    let Some(short) = short(text) else {
        return false;
    };
    let beside = IMPRINT_BESIDE.iter().filter(|words| short.contains(*words));
    is_surely_imprint(text) || beside.count() > 1
}

/// As [`is_imprint`], of a line with what nothing else says.
pub(super) fn is_surely_imprint(text: &str) -> bool {
    short(text).is_some_and(|short| IMPRINT.iter().any(|words| short.contains(words)))
}

/// Whether a line is made of tags only (`#су #аудан`).
pub(super) fn is_tags(text: &str) -> bool {
    text.starts_with('#') && text.split_whitespace().all(|word| word.starts_with('#'))
}

/// Whether a line is the label above readers' comments (`Пікірлер (3)`).
pub(super) fn is_above_comments(text: &str) -> bool {
    let Some(short) = short(text).filter(|short| short.chars().count() <= MAX_LABEL) else {
        return false;
    };
    let words: Vec<&str> = short
        .split(|next: char| !next.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    COMMENTS.contains(&words.join(" ").as_str())
}

/// A line in lower case, if it is short enough to be looked at.
fn short(text: &str) -> Option<String> {
    let is_short = text.len() <= MAX_REQUEST * 4 && text.chars().nth(MAX_REQUEST).is_none();
    is_short.then(|| text.to_lowercase())
}

/// The words of a link to another article that a line begins with, and what follows them.
fn also_read(line: &str) -> Option<(&str, &str)> {
    let found = ALSO_READ
        .iter()
        .filter_map(|words| line.strip_prefix(words));
    let rest = found.min_by_key(|rest| rest.len())?;
    let words = line.strip_suffix(rest)?;
    (rest.is_empty() || !rest.starts_with(char::is_alphanumeric)).then_some((words, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_not_of_the_article_are_known() {
        for (text, linked, expected) in [
            ("Тағы оқыңыз: Ауданда мектеп салынады", true, Line::LeftOut),
            ("ТАҒЫ ОҚЫҢЫЗ:", false, Line::AboveLinks),
            ("Читайте также:", false, Line::AboveLinks),
            ("Telegram-арнамызға жазылыңыз!", true, Line::LeftOut),
            ("Жарнама", false, Line::LeftOut),
            ("Толығырақ оқу", false, Line::LeftOut),
            ("0:00 0:03:12 0:00", false, Line::LeftOut),
            ("00:00 / 03:12", false, Line::LeftOut),
            ("← Артқа", true, Line::LeftOut),
            ("Your browser doesn’t support HTML5", false, Line::LeftOut),
            ("Бізді WhatsApp арнамыздан оқыңыз!", false, Line::LeftOut),
            (
                "Біздің Telegram-арнаға жазылып, жаңалықтарды алғашқы болып біліңіз",
                false,
                Line::LeftOut,
            ),
            ("Видео жүктелуде...", false, Line::LeftOut),
            ("Жүктелуде", false, Line::LeftOut),
            ("Тақырыпқа орайҚұбыр тозды", true, Line::LeftOut),
            ("Ең көп оқылған", false, Line::AboveLinks),
            ("End of Ең көп оқылған", false, Line::LeftOut),
            (
                "Қате тапсаңыз, белгілеп, Ctrl+Enter басыңыз",
                false,
                Line::LeftOut,
            ),
            (
                "© 2024 Ауыл. Барлық құқықтар қорғалған.",
                false,
                Line::LeftOut,
            ),
        ] {
            assert_eq!(line(text, linked), expected, "{text}");
        }
    }

    #[test]
    fn headings_of_lists_of_articles_are_known() {
        for text in ["Соңғы жаңалықтар", "Лента новостей", "Читайте также:"]
        {
            assert!(is_above_articles(text), "{text}");
        }
        // What matters most of the article itself.
        for text in ["Главное", "Қорытынды"] {
            assert!(!is_above_articles(text), "{text}");
        }
    }

    #[test]
    fn credits_in_words_are_known() {
        for text in [
            "Коллажды жасаған Айнұр Қасым, «ДТ»",
            "Суреттерді түсірген Серік Әбдіраман",
            "Сурет ашық дереккөзден алынды",
            "Суретте: жөндеу сәті",
        ] {
            assert!(is_credit(text), "{text}");
        }
        for text in [
            "Суретті салған бала мектепте оқиды.",
            "Суретші Айнұр Қасым көрме ашты",
            "Видео түсірген жігіт ұсталды",
            "Видео ғаламтордан тез тарап кетті.",
            "Фотограф мұрағатынан сирек суреттер тапты",
            "Суретші мектеп мұрағатынан хат тапты",
        ] {
            assert!(!is_credit(text), "{text}");
        }
    }

    #[test]
    fn sentences_with_such_words_are_text() {
        for text in [
            "Жарнама нарығы былтыр екі есе өсті.",
            "Министр телеграм арнасында халыққа үндеу жариялады.",
            "Осы тақырыпта ғалымдар көп жылдан бері пікір таластырып келеді.",
            "Пікірлер екіге бөлінді.",
            "Оқыңыз деген сөзді ол жиі айтатын.",
            "Қоймаға астық жүктелуде, деді басшы.",
            "Екі кемеге бидай жүктелуде.",
            "Бұл туралы министрдің Facebook парақшасында жазылған.",
            "Әкім Telegram-каналында жол жөнделді деп жазды.",
            "Жұмыс іздесеңіз, портал арқылы тіркеліңіз, ол жерде Telegram-бот та бар.",
            "Полиция «қате тапсаңыз, хабарлаңыз» деп сұрады.",
            "«Видеоны көру үшін халық алаңға жиналды», – деді ол.",
            "Бұдан бұрын: 2019 жылы байқауға 40 бала қатысқан.",
            // Scores of sets, and hours of prayer.
            "21:25 25:19 15:10",
            "05:42 06:58 12:01",
        ] {
            assert_eq!(line(text, false), Line::Text, "{text}");
        }
        for text in [
            "Бұдан бұрын хабарлағанымыздай, көпір ашылған еді.",
            "Министр Facebook парақшасында бұл туралы жазылған пікірге жауап берді.",
        ] {
            assert_eq!(line(text, true), Line::Text, "{text}");
        }
    }

    #[test]
    fn an_imprint_is_known_by_what_nothing_else_says() {
        for text in [
            "Редакция авторлардың пікіріне жауап бермейді, қолжазба қайтарылмайды.",
            "Газет тіркеуден өткен, құрылтайшы – облыс әкімдігі.",
        ] {
            assert!(is_imprint(text), "{text}");
        }
        for text in [
            "Былтыр облыста осындай қырық апат тіркелген.",
            "Ол қолжазбасын мұражайға тапсырды.",
        ] {
            assert!(!is_imprint(text), "{text}");
        }
    }
}
