//! Kazakh and Russian names without their case endings.

/// Endings of Kazakh nouns (plural, possessive, case, and the adjective of place), longest first, then
/// those of Russian ones.
const ENDINGS: [&str; 95] = [
    "ларының",
    "лерінің",
    "ымыздың",
    "іміздің",
    "дағы",
    "дегі",
    "тағы",
    "тегі",
    "ының",
    "інің",
    "сының",
    "сінің",
    "ында",
    "інде",
    "сында",
    "сінде",
    "ынан",
    "інен",
    "сынан",
    "сінен",
    "ымен",
    "імен",
    "ның",
    "нің",
    "дың",
    "дің",
    "тың",
    "тің",
    "дан",
    "ден",
    "тан",
    "тен",
    "нан",
    "нен",
    "мен",
    "бен",
    "пен",
    "лар",
    "лер",
    "дар",
    "дер",
    "тар",
    "тер",
    "лық",
    "лік",
    "дық",
    "дік",
    "тық",
    "тік",
    "ына",
    "іне",
    "сына",
    "сіне",
    "нда",
    "нде",
    "ның",
    "ға",
    "ге",
    "қа",
    "ке",
    "на",
    "не",
    "да",
    "де",
    "та",
    "те",
    "ды",
    "ді",
    "ты",
    "ті",
    "ны",
    "ні",
    "ын",
    "ін",
    "сы",
    "сі",
    "ша",
    "ше",
    "ом",
    "ой",
    "ого",
    "ему",
    "ым",
    "ых",
    "ами",
    "ах",
    "ов",
    "у",
    "е",
    "а",
    "ы",
    "і",
    "и",
    "ю",
    "я",
];

/// Letters that a stem keeps at least.
const MIN_STEM: usize = 3;
/// Endings that are taken off one after the other.
const LAYERS: usize = 3;
/// Stems tried for a word at most, which bounds the work.
const STEMS: usize = 24;

/// `word`, in lower case, and what it may be an inflected form of, the word itself first.
pub(super) fn stems(word: &str) -> Vec<&str> {
    let mut stems = vec![word];
    let mut layer = 0..1;
    for _ in 0..LAYERS {
        let start = stems.len();
        for at in layer {
            let word = stems[at];
            for stem in ENDINGS
                .iter()
                .filter_map(|ending| word.strip_suffix(ending))
            {
                if stem.chars().count() >= MIN_STEM && !stems.contains(&stem) && stems.len() < STEMS
                {
                    stems.push(stem);
                }
            }
        }
        layer = start..stems.len();
    }
    stems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_come_off_one_after_the_other() {
        assert!(stems("қызылордалықтардың").contains(&"қызылорда"));
        assert!(stems("жылқыбаевтың").contains(&"жылқыбаев"));
        assert!(stems("мәжілісіндегі").contains(&"мәжіліс"));
        assert!(stems("москвой").contains(&"москв"));
    }

    #[test]
    fn the_work_is_bounded() {
        assert!(stems(&"ларының".repeat(1000)).len() <= STEMS);
        assert_eq!(stems("ана"), ["ана"]);
    }
}
