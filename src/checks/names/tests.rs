use super::*;
use crate::language::{KAZAKH, NameTables};

fn tables() -> &'static NameTables {
    KAZAKH.names.as_ref().expect("names of Kazakh")
}

fn names(source: &str) -> Vec<&str> {
    let inside = mentions(source, tables())
        .into_iter()
        .filter(|name| !name.begins);
    inside.map(|name| name.text).collect()
}

#[test]
fn a_lost_name_comes_with_the_forms_that_english_has_for_it() {
    let lost = |target: &'static str| {
        let pair = SentencePair {
            language: &KAZAKH,
            source: "Делегация Қазақстаннан Өскемен арқылы Бурятияға аттанды.",
            target,
            truncated: false,
            terms: &[],
        };
        super::lost(&pair)
    };
    assert_eq!(lost("The Kazakh delegation left Oskemen for Buryatia."), []);
    let found = lost("The delegation left for Buryatia.");
    let words: Vec<&str> = found.iter().map(|name| name.words.as_str()).collect();
    assert_eq!(words, ["Қазақстаннан", "Өскемен"]);
    assert_eq!(found[0].forms[0], "Kazakhstan");
}

#[test]
fn names_are_the_capitalised_words_inside_a_sentence() {
    let text = "Жиынға хатшы Е.Жылқыбаев пен Болат Керімбек келді. Арман сөйледі.";
    assert_eq!(names(text), ["Жылқыбаев", "Болат", "Керімбек"]);
}

#[test]
fn what_begins_a_quotation_is_no_name_unless_it_is_a_firm() {
    assert_eq!(
        names("Биыл «Бақытты отбасы» жобасы мен «AMANAT» бар"),
        ["AMANAT"]
    );
    assert_eq!(names("Мердігер «Сервис» ЖШС салды"), ["Сервис"]);
}

#[test]
fn a_name_is_found_in_its_case_and_in_any_spelling() {
    let target = Target::read("Secretary Yerzhan Zhylqybaev met Canadians in the U.S. on Friday.");
    let lost = |source: &str| {
        let names = mentions(source, tables()).into_iter();
        let lost = names.filter(|name| !name.begins && target.fate(name, tables()) == Fate::Lost);
        lost.map(|name| name.text.to_owned()).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(lost("Ол Жылқыбаевпен, Ержанды, Канадалықтармен, АҚШ"), none);
    assert_eq!(lost("Ол Керімбек Ресейде"), ["Керімбек", "Ресейде"]);
}

#[test]
fn no_name_is_invented_where_the_source_was_not_read_to_its_end() {
    let invented = |words: usize| {
        let pair = SentencePair {
            language: &KAZAKH,
            source: &("сөз ".repeat(words) + "Мюнхенде"),
            target: "The words were said, and he is in Tokyo now.",
            truncated: false,
            terms: &[],
        };
        let problems = problems(&pair).into_iter();
        let findings = problems.map(|problem| problem.finding(crate::checks::Check::Names, &pair));
        findings.filter(|found| found.target.is_some()).count()
    };
    assert_eq!([invented(10), invented(600)], [1, 0]);
}

/// Whether a pair passes.
fn passes(source: &str, target: &str) -> bool {
    problems(&SentencePair {
        language: &KAZAKH,
        source,
        target,
        truncated: false,
        terms: &[],
    })
    .is_empty()
}

#[test]
fn a_name_that_is_another_ones_own_does_not_pass_by_its_sound() {
    for (source, right, other) in [
        (
            "Олар Иранға кетті.",
            "They left for Iran.",
            "They left for Iraq.",
        ),
        (
            "Олар Нигерге кетті.",
            "They left for Niger.",
            "They left for Nigeria.",
        ),
        (
            "Жиын Түркияда өтті.",
            "It took place in Turkey.",
            "It took place in Turkmenistan.",
        ),
        (
            "Тауар Литвадан келді.",
            "The goods are Lithuanian.",
            "The goods are Latvian.",
        ),
        (
            "Жук Ақтөбеге жетті.",
            "The cargo reached Aqtobe.",
            "The cargo reached Aktau.",
        ),
        (
            "Қонақ Мәскеуден ұшты.",
            "The guest flew from Moscow.",
            "The guest flew from Minsk.",
        ),
        (
            "Ол ҚР азаматы.",
            "He is a citizen of Kazakhstan.",
            "He is a Kyrgyz citizen.",
        ),
        ("Серік келді.", "Serik came.", "Berik came."),
    ] {
        assert!(passes(source, right), "{right}");
        assert!(!passes(source, other), "{other}");
    }
    for (source, target) in [
        (
            "Қазақ пен қырғыз көрші.",
            "The Kazakhs and the Kyrgyz are neighbours.",
        ),
        (
            "Бүкіл Оңтүстік Африка елі қуанды.",
            "All South African people rejoiced.",
        ),
        (
            "Кеше Мәскеу жауап берді.",
            "Yesterday the Russians answered.",
        ),
    ] {
        assert!(passes(source, target), "{target}");
    }
}

#[test]
fn a_body_is_not_another_body_of_the_same_words() {
    for (source, right, other) in [
        (
            "Мұны ІІМ растады.",
            "The Ministry of Internal Affairs confirmed it.",
            "The Ministry of Finance confirmed it.",
        ),
        (
            "Мұны Әділет министрлігі растады.",
            "The Ministry confirmed it.",
            "The Ministry of Health confirmed it.",
        ),
        (
            "Мұны ДДҰ растады.",
            "The WHO confirmed it.",
            "The WTO confirmed it.",
        ),
        (
            "Мұны ЕҚЫҰ растады.",
            "The OSCE confirmed it.",
            "NATO confirmed it.",
        ),
        (
            "Мұны «Самұрық-Қазына» қоры растады.",
            "The Samruk-Kazyna fund confirmed it.",
            "The fund confirmed it.",
        ),
        (
            "Мұны ЮНЕСКО мен БҰҰ растады.",
            "UNESCO and the UN confirmed it.",
            "UNESCO confirmed it.",
        ),
    ] {
        assert!(passes(source, right), "{right}");
        assert!(!passes(source, other), "{other}");
    }
}

#[test]
fn words_that_begin_sentences_and_parts_of_titles_are_no_lost_names() {
    for (source, target) in [
        ("Ақша бөлінді.", "Money was allocated."),
        ("Оралды да жатып қалды.", "He came back and went to bed."),
        ("Алғаны көп болды.", "What he took was a lot."),
        ("Айыппұлымен бірге төледі.", "It was paid with the fine."),
        ("Астанасы үлкен қала.", "Its capital is a large city."),
        (
            "Кеше Қасиетті Құран оқылды.",
            "Yesterday the Holy Quran was read.",
        ),
        (
            "Биыл Құрбан айт ерте келді.",
            "Eid al-Adha came early this year.",
        ),
        ("Бұл Ұлы Жібек жолында.", "This is on the Great Silk Road."),
        (
            "Жиынға Асқар Болатұлы Сейітов келді.",
            "Askar Seitov came to the meeting.",
        ),
        (
            "Кеше ҚР Президенті сөйледі.",
            "The President spoke yesterday.",
        ),
        ("Мұны Би-Би-Си хабарлады.", "The BBC reported it."),
        (
            "Біздің елде қыс басталды.",
            "Winter has begun in Kazakhstan.",
        ),
        ("Бүгін Тілеу-Қабыл келді.", "Tileukabyl came today."),
    ] {
        assert!(passes(source, target), "{source}");
    }
    let lost = "Сөзді Джон Никсон сөйледі.";
    assert!(!passes(lost, "Pasco Nixon gave the speech."));
    let lost = "Жиынға Асқар Болатұлы келді.";
    assert!(!passes(lost, "Askar came to the meeting."));
}

#[test]
fn a_capital_has_to_be_implied() {
    let source = "Сол күні министр келді.";
    for city in ["Paris", "Moscow", "Geneva", "Astana", "Washington"] {
        assert!(
            !passes(source, &format!("The minister came to {city} that day.")),
            "{city}"
        );
    }
    for (source, target) in [
        ("Ресей жауап берді.", "Russia answered from Moscow."),
        (
            "Кеше Қытай мен АҚШ келісті.",
            "Yesterday China and the U.S. agreed in Washington.",
        ),
    ] {
        assert!(passes(source, target), "{target}");
    }
    assert!(!passes(
        "Лондонда жиын өтті.",
        "A meeting was held in Berlin."
    ));
    assert!(!passes(
        "Талғарда жиын өтті.",
        "A meeting was held in Kaskelen."
    ));
    assert!(!passes("Мемлекет басшысы келді.", "Vladimir Sidorov came."));
}
