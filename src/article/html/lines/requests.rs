//! Lines in which a site asks its readers for something: to follow its channels, to pay for the whole text, to
//! share the article, to write to it.
//!
//! Policy: what is asked for and the words that ask are both in the line, so that a sentence about subscribers or
//! messages is text.

use super::MAX_REQUEST;

/// Requests, and the channels that they are about.
const REQUESTS: &[&str] = &[
    "жазылыңыз",
    "жазылыңыздар",
    "жазыл",
    "жазылып",
    "тіркеліңіз",
    "қосылыңыз",
    "қосылыңыздар",
    "подписывайтесь",
    "подпишитесь",
    "подписаться",
    "присоединяйтесь",
    "следите",
    "читайте нас",
    "бізді оқыңыз",
    "subscribe",
    "follow us",
    "join us",
    "jazylyńyz",
];
/// Requests to read, which are about the site only where the channel is its own.
const REQUESTS_TO_READ: &[&str] = &["оқыңыз", "оқыңыздар", "қараңыз", "читайте", "смотрите"];
/// What names a channel as the site's own.
const OWN: &[&str] = &[
    "арнамыз",
    "каналымыз",
    "парақшамыз",
    "тобымыз",
    "чатымыз",
    "аккаунтымыз",
    "наш ",
    "нашем ",
    "нашу ",
    "нас ",
];
const CHANNELS: &[&str] = &[
    "telegram",
    "телеграм",
    "телеграмм",
    "whatsapp",
    "ватсап",
    "instagram",
    "инстаграм",
    "facebook",
    "фейсбук",
    "youtube",
    "ютуб",
    "viber",
    "tiktok",
    "тикток",
    "twitter",
    "арнамыз",
    "арнаға",
    "арнасына",
    "парақша",
    "каналымыз",
    "канал",
    "әлеуметтік желі",
    "соцсет",
    "социальн",
    "newsletter",
    "google news",
    "google жаңалықтар",
    "dzen",
    "дзен",
    "вконтакте",
    "жаңалықтарға",
    "таратылым",
    "рассылк",
    "t.me",
];
/// Maximum words of a line that a request is at the beginning of.
const MAX_FIRST_WORDS: usize = 2;
/// What only those who pay can read, and words that ask for that.
#[rustfmt::skip]
const WHOLE_TEXTS: &[&str] = &[
    "толық нұсқа", "толық оқу", "толығымен оқу", "жалғасын оқу", "әрі қарай оқу", "оқуды жалғастыр", "толық мәтін", "полную версию", "прочитать полностью", "читать полностью", "статью полностью",
    "текст полностью", "продолжить чтение", "читать дальше", "full article", "full story", "continue reading", "keep reading", "read the full", "full access",
];
#[rustfmt::skip]
const TO_PAY: &[&str] = &[
    "жазылыңыз", "жазылыңыздар", "тіркеліңіз", "тіркеліңіздер", "оформите", "подпишитесь", "зарегистрируйтесь", "войдите", "subscribe", "register",
];
/// What a text is called in a line about itself, and words among which that is.
#[rustfmt::skip]
const THIS_TEXT: &[&str] = &[
    "мақала", "мақаланы", "мақаланың", "материал", "материалды", "материалдың", "статья", "статью", "статьи", "статьей", "материала", "article", "story",
];
const MAX_WORDS_TO_TEXT: usize = 3;
/// Who alone can read a text, and words that say so.
const SUBSCRIBERS: &[&str] = &[
    "жазылушыларға",
    "жазылғандарға",
    "подписчикам",
    "подписчиков",
    "подписке",
    "subscribers",
];
const ONLY: &[&str] = &["тек", "ғана", "только", "only"];
/// Maximum words of such a line that does not name the text.
const MAX_LABEL_WORDS: usize = 3;
const ACCESSIBLE: &[&str] = &[
    "қолжетімді",
    "арналған",
    "ашық",
    "доступно",
    "доступен",
    "доступна",
    "для",
    "for",
    "available",
];
/// Whom to share an article with, and what is shared.
const TO_SHARE: &[&str] = &["бөлісіңіз", "бөлісіңіздер", "поделитесь", "share"];
const SHARED_WITH: &[&str] = &["достар", "друзьями", "желі", "соцсет", "friends"];
const SHARED: &[&str] = &[
    "мақала",
    "жаңалық",
    "материал",
    "ұнаса",
    "статье",
    "статьё",
    "статью",
    "новост",
    "понрав",
    "article",
    "enjoyed",
];
/// Words that ask readers to write to the site.
#[rustfmt::skip]
const TO_WRITE: &[&str] = &[
    "жазыңыз", "жіберіңіз", "хабарласыңыз", "хабарлаңыз", "пишите", "напишите", "присылайте", "сообщите", "звоните",
];
/// What those have whom it asks for news, by how the words begin, and channels to write in.
const NEWS: &[&str] = &[
    "куәсі",
    "куәгер",
    "очевид",
    "жаңалық",
    "жаңалығ",
    "новост",
    "оқиға",
];
const MESSENGERS: &[&str] = &[
    "telegram",
    "телеграм",
    "whatsapp",
    "ватсап",
    "instagram",
    "инстаграм",
    "facebook",
    "фейсбук",
    "viber",
];
const TO_US: &[&str] = &["бізге", "редакцияға", "редакциямызға", "нам", "редакцию"];
/// Maximum words of a request to share, and minimum digits of a telephone's number.
const MAX_SHARE_WORDS: usize = 8;
const MIN_PHONE_DIGITS: usize = 7;

/// Whether a line in lower case is a request; `linked` says whether some of it is a link.
pub(super) fn is_request(short: &str, linked: bool) -> bool {
    is_to_follow(short, linked) || is_to_pay(short) || is_to_share(short) || is_to_write(short)
}

fn words(short: &str) -> Vec<&str> {
    let words = short.split(|next: char| !next.is_alphanumeric());
    words.filter(|word| !word.is_empty()).collect()
}

/// Whether one of the words begins with one of the parts.
fn has_part(words: &[&str], parts: &[&str]) -> bool {
    let mut words = words.iter();
    words.any(|word| parts.iter().any(|part| word.starts_with(part)))
}

/// Whether a line says that the whole text is for subscribers.
fn is_to_pay(short: &str) -> bool {
    if short.chars().nth(MAX_REQUEST / 2).is_some() {
        return false;
    }
    let words = words(short);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    // A law's whole text is none of the page's.
    let first = words.get(..words.len().min(MAX_WORDS_TO_TEXT));
    let mut first = first.unwrap_or_default().iter();
    let is_of_text = first.any(|word| THIS_TEXT.contains(word));
    let label = short.trim_start_matches(|sign: char| !sign.is_alphanumeric());
    let begins = WHOLE_TEXTS.iter().any(|text| label.starts_with(text))
        || words.first().is_some_and(|word| TO_PAY.contains(word));
    WHOLE_TEXTS.iter().any(|text| short.contains(text)) && has(TO_PAY) && (is_of_text || begins)
        || has(SUBSCRIBERS)
            && has(ACCESSIBLE)
            && (is_of_text && has(ONLY) || words.len() <= MAX_LABEL_WORDS)
}

/// Whether a line asks to share the article with friends.
fn is_to_share(short: &str) -> bool {
    let words = words(short);
    words.len() <= MAX_SHARE_WORDS
        && words.iter().any(|word| TO_SHARE.contains(word))
        && has_part(&words, SHARED_WITH)
        && has_part(&words, SHARED)
}

/// Whether a line asks those who saw something to write or to call, with a number or a channel for that. Offices ask
/// for other letters.
fn is_to_write(short: &str) -> bool {
    let words = words(short);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let digits = short.bytes().filter(u8::is_ascii_digit).count();
    let has_place =
        digits >= MIN_PHONE_DIGITS || short.contains('@') || has_part(&words, MESSENGERS);
    has(TO_US) && has(TO_WRITE) && has_place && has_part(&words, NEWS)
}

/// Whether a line is a request to follow one of the site's channels.
fn is_to_follow(short: &str, linked: bool) -> bool {
    let words = words(short);
    let has = |words: &[&str]| words.iter().any(|words| short.contains(words));
    let asks_at = |known: &[&str]| {
        let is_known = |at: &usize| {
            let rest = words.get(*at..).unwrap_or_default();
            known.iter().any(|known| {
                let mut parts = known.split(' ').zip(rest);
                let count = known.split(' ').count();
                rest.len() >= count && parts.all(|(one, other)| one == *other)
            })
        };
        (0..words.len()).find(is_known)
    };
    if !has(CHANNELS) {
        return false;
    }
    let is_own = short.starts_with("біз") || has(OWN);
    let is_short = short.chars().count() <= MAX_REQUEST / 2;
    if let Some(at) = asks_at(REQUESTS) {
        let first = words
            .get(..words.len().min(MAX_FIRST_WORDS))
            .unwrap_or_default();
        let begins = at < MAX_FIRST_WORDS || at + 1 == words.len() && has_part(first, CHANNELS);
        return linked || is_short && (is_own || begins);
    }
    is_short && is_own && asks_at(REQUESTS_TO_READ).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_known_by_what_they_ask_for() {
        for text in [
            "Толық нұсқасын оқу үшін жазылыңыз",
            "Материалды толық оқу үшін тіркеліңіз немесе жүйеге кіріңіз.",
            "Чтобы прочитать статью полностью, оформите подписку.",
            "Бұл мақала тек жазылушыларға қолжетімді.",
            "Доступно только подписчикам",
            "Subscribe to continue reading",
            "Мақала ұнаса, достарыңызбен бөлісіңіз!",
            "Оқиғаның куәсі болсаңыз, бізге +7 700 000 00 00 нөміріне жазыңыз.",
            "Если вы стали очевидцем, напишите нам в WhatsApp.",
        ] {
            assert!(is_request(&text.to_lowercase(), false), "{text}");
        }
    }

    #[test]
    fn sentences_about_subscribers_and_messages_are_none() {
        for text in [
            "Газетке жазылушылар саны артты, толық нұсқасын министрлік жариялайды.",
            "Билет тек тіркелгендерге арналған, қалғандары кезекте күтеді.",
            "Тұрғындар бізге көмек керек деп хат жазды.",
            "Әкім тұрғындарды 109 нөміріне хабарласуға шақырды.",
            "Балалар кітаптарын достарымен бөлісіп отыр.",
            "Ол бізге хат жазыңыз деп өтінді.",
            "Новая функция доступна только подписчикам ChatGPT Plus.",
            "Жеңілдік тек газетке жазылушыларға арналған.",
            "Заңның толық нұсқасын оқу үшін порталға тіркелу қажет.",
            "Заңның толық нұсқасын оқу үшін порталға тіркеліңіз.",
            "Канализация бітелсе, бізге хабарласыңыз.",
            "По вопросам социальной помощи пишите нам.",
            "Құжаттарды бізге info@mektep.kz поштасына жіберіңіз.",
            "Пайдалы әдеттеріңізді достарыңызбен бөлісіңіз.",
            "Чтобы стать донором, поделитесь с друзьями.",
        ] {
            assert!(!is_request(&text.to_lowercase(), false), "{text}");
        }
    }
}
