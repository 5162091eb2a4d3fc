//! Words that tell a short Russian text from other languages in Cyrillic.
//!
//! Policy: a text is Russian by its words only if these outnumber those with letters that Russian lacks;
//! words that Kazakh has as well (`не`, `он`, `от`, `без`, `о`) tell nothing. Words with capitals tell
//! nothing either, since they may be names, except at the beginning of a text or a sentence. Words in
//! quotation marks tell nothing: a title is quoted in its own language.

use crate::text::is_cyrillic;

/// Minimum different words of a text that its words tell the language of.
const MIN_WORDS: usize = 3;

/// Words without a meaning of their own that neighbours have as well, from Belarusian to Bulgarian.
#[rustfmt::skip]
const SHARED: &[&str] = &[
    "в", "во", "на", "и", "с", "к", "ко", "за", "до", "по", "при", "под", "над", "про", "из", "или", "между",
    "как", "но", "где", "она", "они", "её", "их", "мы", "вы", "я", "был", "была", "было", "тем", "тот", "та",
    "те", "там", "так", "себя", "него", "нас", "нам", "вас", "вам", "можно", "много", "же", "ни",
    "кто", "все",
];

/// Those that Russian alone has in this spelling.
#[rustfmt::skip]
const OWN: &[&str] = &[
    "обо", "для", "через", "что", "чтобы", "это", "этот", "эта", "эти", "этого", "этом", "этой", "если",
    "когда", "оно", "его", "быть", "были", "будет", "будут", "есть", "нет", "уже", "также", "тоже", "только",
    "ещё", "который", "которая", "которые", "которого", "которой", "которым", "котором", "которую", "после",
    "перед", "около", "всех", "всё", "году", "года", "лет", "них", "меня", "мне", "свой", "свою", "своего",
    "своих", "своем", "своём", "чем", "надо", "очень", "более", "менее", "несколько", "лишь", "вот", "однако",
    "согласно", "сообщил", "сообщила", "сообщили", "сообщает", "заявил", "заявила", "заявили", "сказал",
    "сказала", "сказали", "говорит", "стал", "стала", "стали", "стало",
];

/// Words of Kazakh that have no letter of its own, and none of which is Russian.
const KAZAKH: &[&str] = &[
    "мен",
    "бен",
    "пен",
    "деп",
    "емес",
    "екен",
    "болды",
    "деген",
    "туралы",
    "керек",
];

/// Endings of adjectives and verbs that Russian alone has. Kazakh borrows nouns.
#[rustfmt::skip]
const OWN_ENDINGS: &[&str] = &[
    "ого", "его", "ому", "ему", "ыми", "ими", "ых", "ая", "яя", "ые", "ое", "ый", "ться", "тся", "лись",
    "лась", "лось", "лся", "остью", "ости", "ает", "ают", "яет", "яют", "ует", "уют", "овал", "ировал",
    "ских", "ским", "ской", "ские",
];
/// Endings that its neighbours have as well. No word of FLORES-200 and NTREX-128 in Kazakh that is in small
/// letters has one of either.
#[rustfmt::skip]
const SHARED_ENDINGS: &[&str] = &[
    "ила", "али", "или", "ели", "яли", "яла", "ало", "ило", "ение", "ении", "ением", "ения", "ать", "ить",
    "еть", "ять", "ил", "ял", "ов", "ую", "ях",
];
/// Endings of words of Kazakh without a letter of its own that no Russian word in small letters has.
const KAZAKH_ENDINGS: &[&str] = &[
    "ын", "ыны", "ына", "ында", "ынан", "ынын", "уы", "ып", "айды", "алды", "анды",
];
/// Minimum letters of a word with one of these.
const MIN_LETTERS: usize = 5;

/// How much the words of a text say that it is Russian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::language) enum Evidence {
    None,
    /// They are words of Russian and its neighbours.
    Slavic,
    /// Some are of Russian alone, or have `ы` or `э`, which its Slavic neighbours but Belarusian lack.
    Russian,
}

/// What the words of a text say.
pub(in crate::language) fn evidence(text: &str) -> Evidence {
    let (mut own, mut particles, mut inflected, mut foreign) = (0, 0, 0, 0);
    let mut different: Vec<String> = Vec::with_capacity(MIN_WORDS);
    let mut has_own_letter = false;
    for Word {
        word,
        is_bound,
        begins_sentence,
        is_quoted,
    } in words(text)
    {
        let lower = word.to_lowercase();
        if different.len() < MIN_WORDS && !different.contains(&lower) {
            different.push(lower.clone());
        }
        if is_quoted {
            continue;
        }
        let is_small =
            lower == word || begins_sentence && word.chars().skip(1).all(char::is_lowercase);
        let is_long = lower == word && word.chars().nth(MIN_LETTERS - 1).is_some();
        let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
        if word.contains(is_foreign)
            || KAZAKH.contains(&lower.as_str())
            || is_long && ends(KAZAKH_ENDINGS)
        {
            foreign += 1;
            continue;
        }
        has_own_letter |= lower.contains(['ы', 'э']);
        if is_small && !is_bound && OWN.contains(&lower.as_str()) {
            own += 1;
            particles += 1;
        } else if is_small && !is_bound && SHARED.contains(&lower.as_str()) {
            particles += 1;
        } else if is_long {
            let is_own = ends(OWN_ENDINGS);
            own += usize::from(is_own);
            inflected += usize::from(is_own || ends(SHARED_ENDINGS));
        }
    }
    // Kazakh borrows words that end so; two of them beside each other, or a particle, it does not.
    let is_enough = 2 * particles + inflected >= 2 && particles + inflected > foreign;
    if different.len() < MIN_WORDS || !is_enough {
        Evidence::None
    } else if own > 0 || has_own_letter {
        Evidence::Russian
    } else {
        Evidence::Slavic
    }
}

/// The words of a text that are in small letters, with spaces between; empty if any word has a letter that
/// Russian lacks.
pub(in crate::language) fn in_small_letters(text: &str) -> String {
    if text.contains(is_foreign) {
        return String::new();
    }
    let small = words(text).map(|one| one.word);
    let small = small.filter(|word| word.starts_with(char::is_lowercase));
    small.collect::<Vec<_>>().join(" ")
}

/// A word of a text.
struct Word<'t> {
    word: &'t str,
    /// It is an initial or an abbreviation, a part of a compound, or behind a number.
    is_bound: bool,
    begins_sentence: bool,
    is_quoted: bool,
}

fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut at = 0;
    let mut is_quoted = false;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.find(char::is_alphabetic)?;
        let rest = text.get(start..)?;
        let end = rest.find(|c: char| !c.is_alphabetic());
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        let gap = text.get(at..start)?;
        let before = gap.chars().next_back();
        for sign in gap.chars() {
            is_quoted = match sign {
                '«' | '“' | '„' => true,
                '»' | '”' => false,
                '"' => !is_quoted,
                _ => is_quoted,
            };
        }
        let begins_sentence = at == 0 || gap.contains(['.', '!', '?', '…', ':', '«', '"', '\n']);
        at = start + word.len();
        let is_bound = after.starts_with(['.', '-'])
            || before.is_some_and(|before| before == '-' || before.is_ascii_digit());
        Some(Word {
            word,
            is_bound,
            begins_sentence,
            is_quoted,
        })
    })
}

/// Whether a Cyrillic letter is none of Russian.
fn is_foreign(letter: char) -> bool {
    let small = letter.to_lowercase().next().unwrap_or(letter);
    is_cyrillic(small) && !matches!(small, 'а'..='я' | 'ё')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_russian_tell_it_and_words_of_kazakh_do_not() {
        for (text, expected) in [
            ("На складе потушен пожар.", Evidence::Slavic),
            ("В Алматы выпал снег.", Evidence::Russian),
            ("Президент подписал этот закон.", Evidence::Russian),
            ("Подробности сообщили в полиции Алматы.", Evidence::Russian),
            ("Он уже здесь.", Evidence::Russian),
            (
                "В Қонаеве открыли новую школу для детей.",
                Evidence::Russian,
            ),
            ("Нет.", Evidence::None),
            ("Что что что что что что", Evidence::None),
            ("Валентино мен Там Браун", Evidence::None),
            ("Пинеллас, Манати, Срасота, Те", Evidence::None),
            ("А. Иванов, В. Петров, С. Ким", Evidence::None),
            ("«В контакте» желісі ашылды", Evidence::None),
            ("10-В сыныбы, 7-А сыныбы", Evidence::None),
            ("Достоевский, Толстой, Красная алаңы", Evidence::None),
            ("Ол не айтты?", Evidence::None),
            (
                "А.Пушкин «Руслан и Людмила» поэмасын жазды.",
                Evidence::None,
            ),
            ("Театр «Отцы и дети» романын сахналады.", Evidence::None),
            ("Театр \"Отцы и дети\" романын сахналады.", Evidence::None),
            ("«Жизнь за царя» операсы сахналанды.", Evidence::None),
            ("Толстой «Война и мир» романы", Evidence::None),
            ("Толстой Война и мир романын жазды", Evidence::None),
            (
                "Автор «Евразия: вчера и сегодня» монографиясын жазды.",
                Evidence::None,
            ),
            ("«Война и мир» вернулась на экраны.", Evidence::Russian),
        ] {
            assert_eq!(evidence(text), expected, "{text}");
        }
    }
}
