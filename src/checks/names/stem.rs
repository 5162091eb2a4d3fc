//! Kazakh and Russian names without their case endings.

use crate::language::WordLists;

/// Letters that a stem keeps at least.
const MIN_STEM: usize = 3;
/// Endings that are taken off one after the other.
const MAX_ENDINGS: usize = 3;
/// Stems tried for a word at most, which bounds the work.
const MAX_STEMS: usize = 24;

/// `word`, in lower case, and what it may be an inflected form of, the word itself first.
pub(super) fn stems(word: &str, endings: WordLists) -> Vec<&str> {
    let mut stems = vec![word];
    let mut layer = 0..1;
    for _ in 0..MAX_ENDINGS {
        let start = stems.len();
        for at in layer {
            let word = stems[at];
            for stem in endings
                .iter()
                .filter_map(|ending| word.strip_suffix(ending))
            {
                if stem.chars().count() >= MIN_STEM
                    && !stems.contains(&stem)
                    && stems.len() < MAX_STEMS
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
    use crate::language::KAZAKH;

    fn stems(word: &str) -> Vec<&str> {
        let endings = KAZAKH.names.map(|names| names.endings);
        super::stems(word, endings.expect("names of Kazakh"))
    }

    #[test]
    fn endings_come_off_one_after_the_other() {
        assert!(stems("қызылордалықтардың").contains(&"қызылорда"));
        assert!(stems("жылқыбаевтың").contains(&"жылқыбаев"));
        assert!(stems("мәжілісіндегі").contains(&"мәжіліс"));
        assert!(stems("москвой").contains(&"москв"));
    }

    #[test]
    fn the_work_is_bounded() {
        assert!(stems(&"ларының".repeat(1000)).len() <= MAX_STEMS);
        assert_eq!(stems("ана"), ["ана"]);
    }
}
