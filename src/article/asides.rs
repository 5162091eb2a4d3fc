//! Lines between the paragraphs of a plain text that are none of the article's: labels of advertisements,
//! links to other articles. They go to the metadata's lines.

/// Labels of advertisements, alone on a line.
#[rustfmt::skip]
const ADVERTISEMENTS: &[&str] = &[
    "жарнама", "жарнама құқығында", "реклама", "на правах рекламы", "advertisement", "advertising",
];
/// What links to other articles begin with, before a colon.
#[rustfmt::skip]
const ALSO_READ: &[&str] = &[
    "тағы оқыңыз", "тағы да оқыңыз", "тағы оқи отырыңыз", "оқи отырыңыз", "оқи отырыңыздар", "сондай-ақ оқыңыз", "сондай-ақ, оқыңыз",
    "сонымен қатар оқыңыз", "осы тақырыпта", "осы тақырып бойынша", "тақырып бойынша", "тағы қараңыз", "сондай-ақ қараңыз",
    "читайте также", "читайте ещё", "читайте еще", "также читайте", "материалы по теме", "смотрите также",
    "read also", "also read", "see also",
];
/// Maximum characters of such a line.
const MAX_LINE: usize = 250;

/// Whether a line of a text is none of the article's. What ends in a full stop is a sentence.
pub(super) fn is_aside(line: &str) -> bool {
    let line = line.trim();
    if line.chars().nth(MAX_LINE).is_some() || line.ends_with('.') {
        return false;
    }
    let is_mark = |c: char| !c.is_alphanumeric();
    let small = line.to_lowercase();
    let small = small.trim_start_matches(is_mark);
    let label = small.trim_end_matches(is_mark);
    let links = || {
        let (label, _) = small.split_once(':')?;
        Some(ALSO_READ.contains(&label.trim_end()))
    };
    ADVERTISEMENTS.contains(&label) && !line.ends_with(['?', '!', ':']) || links() == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_links_are_none_of_the_articles() {
        for line in [
            "Жарнама",
            "– РЕКЛАМА –",
            "Сондай-ақ оқыңыз: Ақтауда порт жабылды",
            "► Тағы оқыңыз: Кім жеңді?",
            "Оқи отырыңыз:",
            "Читайте также: В Актау закрыли порт",
        ] {
            assert!(is_aside(line), "{line}");
        }
        for line in [
            "Жарнама нарығы өсті",
            "Жарнама!",
            "Осы тақырыпта ол көп айтты: бәрі біледі",
            "Тағы оқыңыз: бұл кітапты әкесі жазған.",
            "Бұдан бұрын: 2019 жылы жабылған",
            "Оқыңыз: Абай",
            "",
        ] {
            assert!(!is_aside(line), "{line}");
        }
    }
}
