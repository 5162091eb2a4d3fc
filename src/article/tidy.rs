//! A sentence as the translation model reads it.
//!
//! Policy: nothing here touches what the reader is shown as the source. Each step repairs a defect
//! that scraped news has or brings the text nearer to what NLLB was trained on; a step that cannot
//! be sure leaves the text alone. Words are never added or dropped.

mod capitals;
mod gaps;
mod lookalikes;
mod punctuation;
mod raised;

use std::borrow::Cow;

use crate::language::Language;
use crate::text::is_cyrillic;

/// A sentence in `language` tidied for the model; borrowed if there is nothing to tidy. Which repairs are
/// made is the language's; entities, invisible characters and punctuation are those of any.
pub fn model_input<'s>(sentence: &'s str, language: &Language) -> Cow<'s, str> {
    let tables = &language.tidying;
    let text = html_escape::decode_html_entities(sentence);
    let text = without_invisible(&text);
    let text = raised::spell_out(&text);
    let repaired = tables.misread.and_then(|repair| repair(&text));
    let text = lookalikes::replace(repaired.as_deref().unwrap_or(&text), tables);
    let text = match &tables.gaps {
        Some(tables) => gaps::insert_missing_spaces(&text, tables),
        None => text,
    };
    let text = punctuation::normalize(&text);
    let text = match &tables.capitals {
        Some(tables) => capitals::to_sentence_case(&text, tables),
        None => text,
    };
    if text == sentence {
        Cow::Borrowed(sentence)
    } else {
        Cow::Owned(text)
    }
}

/// Letters whose mark is a character of its own, and the letter in one.
const COMPOSED: [(&str, &str); 8] = [
    ("и\u{306}", "й"),
    ("И\u{306}", "Й"),
    ("е\u{308}", "ё"),
    ("Е\u{308}", "Ё"),
    // Kazakh letters of fonts, see `language::kazakh::misread`.
    ("к\u{301}", "ќ"),
    ("К\u{301}", "Ќ"),
    ("г\u{301}", "ѓ"),
    ("Г\u{301}", "Ѓ"),
];

/// Drops what prints nothing inside words (soft hyphens, zero-width and direction marks, control
/// characters), composes letters that macOS writes in two parts, and drops the accents that show the
/// stress of Cyrillic letters.
fn without_invisible(text: &str) -> String {
    let is_invisible = |character: char| {
        matches!(
            character,
            '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        ) || (character.is_control() && !character.is_whitespace())
    };
    let visible: String = text
        .chars()
        .filter(|&character| !is_invisible(character))
        .collect();
    let mut composed = COMPOSED.iter().fold(visible, |text, (parts, letter)| {
        if text.contains(parts) {
            text.replace(parts, letter)
        } else {
            text
        }
    });
    let mut before = ' ';
    composed.retain(|character| {
        let is_stress = matches!(character, '\u{300}' | '\u{301}' | '\u{340}' | '\u{341}')
            && is_cyrillic(before);
        if !is_stress {
            before = character;
        }
        !is_stress
    });
    composed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{GENERIC, KAZAKH, RUSSIAN};

    fn model_input(sentence: &str) -> Cow<'_, str> {
        super::model_input(sentence, &KAZAKH)
    }

    #[test]
    fn a_tidy_sentence_is_borrowed() {
        let sentence = "Ауданда 12 мектеп ашылды, оған 3,2 млрд теңге жұмсалды.";
        assert!(matches!(model_input(sentence), Cow::Borrowed(text) if text == sentence));
    }

    #[test]
    fn what_prints_nothing_goes_and_entities_become_characters() {
        assert_eq!(
            model_input("қала\u{AD}сынан кел\u{200B}ді"),
            "қаласынан келді"
        );
        assert_eq!(
            model_input("Нан&nbsp;мен&nbsp;су &laquo;тегін&raquo;"),
            "Нан мен су \"тегін\""
        );
        assert_eq!(model_input("Абаи\u{306}"), "Абай");
        for (accented, plain) in [
            ("Сама\u{301}л за\u{301}мок", "Самал замок"),
            ("қа\u{301}зақ ұ\u{300}лты", "қазақ ұлты"),
            ("А\u{301}лматы, Ә\u{301}бу", "Алматы, Әбу"),
            ("қ\u{301}азақ а\u{301}\u{301}ла", "қазақ ала"),
            ("к\u{301}азак\u{301}стан халк\u{301}ы", "қазақстан халқы"),
        ] {
            assert_eq!(model_input(accented), plain);
        }
    }

    #[test]
    fn letters_of_other_alphabets_and_charsets_become_kazakh() {
        assert_eq!(
            model_input("кӛп жҧмыс, ӛйткені Ҧлт"),
            "көп жұмыс, өйткені Ұлт"
        );
        assert_eq!(model_input("Ќазаќстан халќы"), "Қазақстан халқы");
    }

    #[test]
    fn the_repairs_work_together() {
        assert_eq!(
            model_input("Осы күні «AMANAT» партиясыныңАтқарушы хатшысы – Ержан Жылқыбаев…"),
            "Осы күні \"AMANAT\" партиясының Атқарушы хатшысы - Ержан Жылқыбаев..."
        );
        assert_eq!(
            model_input("ҚР ПАРЛАМЕНТІ «AMANAT» ФРАКЦИЯСЫНЫҢ ЖИЫНЫ ӨТТІ"),
            "ҚР парламенті \"AMANAT\" фракциясының жиыны өтті"
        );
    }

    #[test]
    fn tidying_twice_changes_nothing_more() {
        for sentence in [
            "Осы күні «AMANAT» партиясыныңАтқарушы хатшысы – келді : 46 % …",
            "ҚР ПАРЛАМЕНТІНІҢ ЖИЫНЫ ӨТТІ, ОҒАН БАРЛЫҒЫ ҚАТЫСТЫ",
            "( бірінші ) , « екінші » ; cөз—cөз",
        ] {
            let once = model_input(sentence).into_owned();
            assert_eq!(model_input(&once), once);
        }
    }

    #[test]
    fn russian_is_not_repaired_into_kazakh() {
        for (sentence, tidied) in [
            (
                "Пpeзидeнт «Россiи» – в отъeзде",
                "Президент \"Россiи\" - в отъезде",
            ),
            (
                "В РАЙОНЕ ОТКРЫЛИ НОВУЮ ШКОЛУ",
                "В районе открыли новую школу",
            ),
            (
                "открыли школу.Туда пойдут 300детей",
                "открыли школу. Туда пойдут 300 детей",
            ),
            (
                "Нефтегазоваяотрасль РК, XХ век",
                "Нефтегазоваяотрасль РК, XX век",
            ),
        ] {
            assert_eq!(super::model_input(sentence, &RUSSIAN), tidied);
        }
    }

    #[test]
    fn of_an_unknown_language_only_signs_are_tidied() {
        let sentence = "НОҲИЯИ  НАВ &laquo;кушода&raquo; шуд.Ду млрд.сомонӣ";
        let tidied = "НОҲИЯИ НАВ \"кушода\" шуд.Ду млрд.сомонӣ";
        assert_eq!(super::model_input(sentence, &GENERIC), tidied);
    }
}
