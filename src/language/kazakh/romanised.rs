//! Kazakh in plain Latin letters: the standard that the United States' intelligence community sets for
//! names of persons (ICS-630-01, annex Q, 2015).
//!
//! It has no diacritics, writes a letter of two twice only once (`шш`: sh) and drops ъ and ь.

/// Small letters and their Latin spelling.
#[rustfmt::skip]
const LETTERS: &[(char, &str)] = &[
    ('а', "a"), ('ә', "a"), ('б', "b"), ('в', "v"), ('г', "g"), ('ғ', "gh"), ('д', "d"),
    ('е', "e"), ('ё', "yo"), ('ж', "zh"), ('з', "z"), ('и', "i"), ('й', "y"), ('к', "k"),
    ('қ', "q"), ('л', "l"), ('м', "m"), ('н', "n"), ('ң', "ng"), ('о', "o"), ('ө', "o"),
    ('п', "p"), ('р', "r"), ('с', "s"), ('т', "t"), ('у', "u"), ('ұ', "u"), ('ү', "u"),
    ('ф', "f"), ('х', "kh"), ('һ', "h"), ('ц', "ts"), ('ч', "ch"), ('ш', "sh"),
    ('щ', "shch"), ('ъ', ""), ('ы', "y"), ('і', "i"), ('ь', ""), ('э', "e"), ('ю', "yu"),
    ('я', "ya"),
];

/// `text` with its Cyrillic letters in Latin ones; everything else is kept.
///
/// A word of several capitals stays one (`АҚШ`: AQSH).
pub fn romanised(text: &str) -> String {
    let mut latin = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(letter) = letters.next() {
        let small = letter.to_lowercase().next().unwrap_or(letter);
        let spelling = LETTERS.iter().find(|(cyrillic, _)| *cyrillic == small);
        let Some((_, spelling)) = spelling else {
            latin.push(letter);
            before = Some(letter);
            continue;
        };
        let doubled = before.is_some_and(|before| before.to_lowercase().eq([small]));
        if !(doubled && spelling.len() > 1) {
            let is_capital = |c: &char| c.is_uppercase();
            let among_capitals = letters.peek().map_or_else(
                || before.as_ref().is_some_and(is_capital),
                |next| {
                    is_capital(next)
                        || (!next.is_alphabetic() && before.as_ref().is_some_and(is_capital))
                },
            );
            for (at, c) in spelling.char_indices() {
                let raised = letter.is_uppercase() && (at == 0 || among_capitals);
                latin.push(if raised { c.to_ascii_uppercase() } else { c });
            }
        }
        before = Some(letter);
    }
    latin
}

#[cfg(test)]
mod tests {
    use super::romanised;

    #[test]
    fn names_are_spelt_in_the_standard() {
        for (cyrillic, latin) in [
            ("Қасым-Жомарт Тоқаев", "Qasym-Zhomart Toqaev"),
            ("Шыңғыс Әуезұлы Өтеген", "Shyngghys Auezuly Otegen"),
            ("Һақназар Үкіжан", "Haqnazar Ukizhan"),
            ("Щербаков Юрий", "Shcherbakov Yuriy"),
            ("Игорь Подъячев", "Igor Podyachev"),
            ("Яков Цой, Эльмира Хамит", "Yakov Tsoy, Elmira Khamit"),
            ("2023 жыл", "2023 zhyl"),
        ] {
            assert_eq!(romanised(cyrillic), latin);
        }
    }

    #[test]
    fn a_doubled_letter_of_two_is_written_once() {
        assert_eq!(romanised("Ашшыбай"), "Ashybay");
        assert_eq!(romanised("Саттар"), "Sattar");
    }

    #[test]
    fn a_word_of_capitals_stays_one() {
        assert_eq!(romanised("АҚШ, ЖШС «Шұғыла»"), "AQSH, ZHSHS «Shughyla»");
        assert_eq!(romanised("Ж. Шаяхметов"), "Zh. Shayakhmetov");
    }
}
