//! What the rules must know of a language: its abbreviations, and words that tell where sentences
//! begin.

use super::abbreviations::{self, Kind};

/// A language's tables. The lists hold their words separated by white space.
pub(super) struct Language {
    /// The kind of an abbreviation, given folded and without its last stop.
    pub abbreviation: fn(&str) -> Option<Kind>,
    /// The verb ends the sentence, so a quotation before it does not.
    pub verb_final: bool,
    openers: &'static str,
    speech: &'static str,
}

impl Language {
    /// Whether a word opens sentences far more often than it carries a capital inside one: it
    /// tells that an abbreviation or an initial before it also ended its sentence.
    pub(super) fn opens_sentences(&self, word: &str) -> bool {
        self.openers
            .split_ascii_whitespace()
            .any(|opener| opener == word)
    }

    /// Whether a small word after a quotation makes it speech, and not the name of something.
    pub(super) fn is_speech(&self, word: &str) -> bool {
        self.speech
            .split_ascii_whitespace()
            .any(|verb| verb == word)
    }
}

/// Kazakh in Cyrillic and Latin script, and the Russian that stands beside it.
pub(super) const KAZAKH: Language = Language {
    abbreviation: abbreviations::kazakh,
    verb_final: true,
    openers: "
        Ол Оны Оның Оған Онда Одан Онымен Олар Олардың Оларға Оларды Олардан
        Мен Менің Біз Біздің Бізге Сіз Сіздер
        Бұл Бұлар Бұның Бұған Бұдан Мұнда Мұны Мұның Мұндай Мұнымен
        Осы Осының Осыған Осыдан Осында Осындай Осылай Осылайша Осымен
        Сол Соның Соған Содан Сонда Сондай Сонымен Сондықтан Сөйтіп Аталған Аталмыш
        Ал Алайда Бірақ Дегенмен Әйтсе Әйтпесе Себебі Өйткені Егер Және Әрі Яғни Демек Мысалы
        Сонау Тағы Тіпті Өз Жалпы Айта Атап Айтпақшы
        Бүгін Бүгінде Қазір Кейін Кеше Енді Ендеше Биыл Былтыр
        Ol Olar Onyń Bul Osy Sol Al Biraq Alaıda Alaida Sonymen Sondyqtan
        Он Она Они Оно Это Этот Эта Эти Но Однако Также Если Когда Как По При Кроме Поэтому
        Мы Вы Его Её Их Все Для",
    speech: "
        деп деді дедім дедік дейді дейтін деген дегенді дегені дегендей дегенде дегенмен дегеннен
        деседі десе десек дей деу деуде
        dep dedi deıdi degen
        сказал сказала говорит заявил заявила",
};

/// English.
pub(super) const ENGLISH: Language = Language {
    abbreviation: abbreviations::english,
    verb_final: false,
    openers: "
        The He She It They We You I His Her Its Their Our A An This That These Those There Here
        In On At By For From With But And Or So However Meanwhile Also Then When While If As
        After Before Since According Although Because Now What Who Why How Where Both Some Many
        Most Earlier Later",
    speech: "",
};
