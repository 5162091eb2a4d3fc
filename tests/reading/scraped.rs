//! Plain text as scrapers and copying leave it.

use audarma::article::{self, Article, ParagraphKind, ReadOptions};

use ParagraphKind::{Heading, List, Text};

const TITLE: &str = "Көктерек ауылында жаңа емхана ашылды";
const FIRST: &str = "Емхананың құрылысы былтыр көктемде басталған еді, оған аудан бюджетінен үш жүз миллион \
                     теңге бөлінді. Енді тұрғындар қалаға бармайды.";
const SECOND: &str = "«Дәрігерлер толық, құрал-жабдық та жаңа», – деді бас дәрігер Сәуле Омарова.";

fn read(text: &str) -> Article {
    article::read(text.as_bytes(), "a.txt", &ReadOptions::default()).expect("readable text")
}

fn texts(article: &Article) -> Vec<&str> {
    let texts = article.paragraphs.iter();
    texts.map(|paragraph| paragraph.text.as_str()).collect()
}

fn kinds(article: &Article) -> Vec<ParagraphKind> {
    let paragraphs = article.paragraphs.iter();
    paragraphs.map(|paragraph| paragraph.kind).collect()
}

#[test]
fn a_headline_over_a_text_is_its_title_without_a_blank_line_too() {
    for text in [
        format!("{TITLE}\n{FIRST}\n{SECOND}"),
        format!("{TITLE}\n{FIRST}\n\n{SECOND}"),
        "Көктерек ауылында жаңа емхана\nашылды\n\n".to_owned()
            + FIRST
            + "\n\n"
            + SECOND,
    ] {
        let article = read(&text);
        assert_eq!(article.title.as_deref(), Some(TITLE), "{text}");
        assert_eq!(texts(&article), [FIRST, SECOND]);
        assert_eq!(kinds(&article), [Text, Text]);
    }
}

#[test]
fn the_first_line_of_a_paragraph_is_no_title() {
    let wrapped = "Қала тұрғындары бұл жаңалықты ұзақ күткен еді, өйткені ескі көпір\n\
                   Алматы жолында бірнеше жыл бойы жабық тұрды. Енді жаңа көпір ашылып\n\
                   жүргізушілер өзеннің екінші жағына он минутта өте алады.\n";
    for text in [
        wrapped,
        "1. Бірінші мәселе туралы\nЕкінші мәселе туралы айтылған сөз ұзақ болды, бірақ ешкім ештеңе ұқпады.",
        "Ауылда жаңа мектеп ашылды,\nОған көп адам келді деп хабарлады аудан әкімдігінің баспасөз қызметі.",
    ] {
        assert_eq!(read(text).title, None, "{text}");
    }
}

#[test]
fn what_sites_print_above_and_below_a_title_is_metadata() {
    let heads = [
        format!("Қоғам • 27 Қаңтар, 2024\n4236 рет көрсетілді\n\n{TITLE}\n"),
        format!("{TITLE}\n\nҚоғам • 27 Қаңтар, 2024\n4236\n"),
        format!("1477\n\n{TITLE}\n27.01.2024, 18:11\n23 пікір\n3 минут оқу\n"),
        format!("18:11, 27 Қаңтар 2024 | GMT +5\n\n{TITLE}\n"),
        format!("Айнұр ҚАСЫМОВА\n\n{TITLE}\n27 қаңтар 2024\n"),
        format!("{TITLE}\nАйнұр ҚАСЫМОВА, Ақтөбе\n27 қаңтар 2024\n"),
        format!("БАСПАСӨЗ-РЕЛИЗ\n27.01.2024\n\n{TITLE}\n"),
    ];
    for head in heads {
        let article = read(&format!(
            "{head}\n{FIRST}\n\n{SECOND}\n\n#ауыл #емхана\nNone"
        ));
        assert_eq!(article.title.as_deref(), Some(TITLE), "{head}");
        assert_eq!(
            article.metadata.date.as_deref(),
            Some("2024-01-27"),
            "{head}"
        );
        assert_eq!(texts(&article), [FIRST, SECOND], "{head}");
        if head.contains("Айнұр") {
            assert_eq!(article.metadata.author.as_deref(), Some("Айнұр ҚАСЫМОВА"));
        }
    }
}

#[test]
fn today_is_no_date_and_no_paragraph() {
    let article = read(&format!("{TITLE}\n\nБүгін, 12:30\n\n{FIRST}"));
    assert_eq!(article.metadata.date, None);
    assert_eq!(article.metadata.lines, ["Бүгін, 12:30"]);
    assert_eq!(texts(&article), [FIRST]);
}

#[test]
fn a_byline_below_the_text_names_its_author() {
    let article = read(&format!(
        "{TITLE}\n\n{FIRST}\n\n{SECOND}\n\nАйнұр ҚАСЫМОВА,\n"
    ));
    assert_eq!(article.metadata.author.as_deref(), Some("Айнұр ҚАСЫМОВА"));
    assert_eq!(texts(&article), [FIRST, SECOND]);
}

#[test]
fn what_programs_print_for_nothing_is_no_paragraph() {
    let article = read(&format!("{TITLE}\n\nNone\nNone\n{FIRST}\nNone\n{SECOND}"));
    assert_eq!(texts(&article), [FIRST, SECOND]);
    assert_eq!(article.metadata.lines, ["None"; 3]);
}

#[test]
fn speech_after_a_colon_is_text_and_what_is_listed_a_list() {
    let speech = read(&format!(
        "{TITLE}\n\nБас дәрігер былай деді:\n– Біз бұл күнді көп күттік.\n– Енді бәрі дайын.\n\n{FIRST}"
    ));
    assert_eq!(kinds(&speech), [Text, Text, Text, Text]);
    let list = read(&format!(
        "{TITLE}\n\nЕмханада мыналар бар:\n– Қабылдау бөлмесі.\n– Зертхана.\n\n{FIRST}"
    ));
    assert_eq!(kinds(&list), [Text, List, List, Text]);
}

#[test]
fn wrapped_lines_with_blank_lines_between_are_joined_and_divided_words_closed() {
    let text = format!(
        "{TITLE}\n\nКөпбалалы отбасыларға берілетін көмек\n\nкөлемі келесі жылы екі есе артады деп\n\n\
         жоспарланып отыр. Бұл туралы әлеумет-\n\nтік қорғау министрі мен ата-ана, бала-\n\n\
         шаға бәрі бірге отырыста айтып өтті.\n"
    );
    let joined = "Көпбалалы отбасыларға берілетін көмек көлемі келесі жылы екі есе артады деп жоспарланып \
                  отыр. Бұл туралы әлеуметтік қорғау министрі мен ата-ана, бала-шаға бәрі бірге отырыста \
                  айтып өтті.";
    assert_eq!(texts(&read(&text)), [joined]);
}

#[test]
fn the_parts_of_a_law_have_headings() {
    let article = read(&format!(
        "{TITLE}\n\n1-тарау. Жалпы ережелер\n\n{FIRST}\n\n2-тарау. Қорытынды ережелер"
    ));
    assert_eq!(kinds(&article), [Heading, Text, Heading]);
}

#[test]
fn utf8_that_was_read_as_windows_1251_is_read_again() {
    let text = format!("{TITLE}\n\n{FIRST}\n\n{SECOND}");
    let (misread, _) = encoding_rs::WINDOWS_1251.decode_without_bom_handling(text.as_bytes());
    let article = read(&misread);
    assert_eq!(article.title.as_deref(), Some(TITLE));
    assert_eq!(texts(&article), [FIRST, SECOND]);
}

#[test]
fn raised_numbers_of_a_scrapers_tags_keep_their_value() {
    let text =
        format!("{TITLE}\n\n{FIRST} Қордың құны 10<sup>6</sup> теңге, ауданы 40 м<sup>2</sup>.\n");
    let article = read(&text);
    assert!(texts(&article)[0].ends_with("Қордың құны 10^6 теңге, ауданы 40 м²."));
}

#[test]
fn lines_with_blank_lines_between_are_joined_where_no_title_is_above() {
    let divided = "Көктерек ауылында жаңа емхана ашылды. Оның құры-\n\n\
                   лысы былтыр көктемде басталған еді, оған аудан\n\n\
                   бюджетінен үш жүз миллион теңге бөлінді. Енді тұр-\n\n\
                   ғындар қалаға бармайды, дәрігер ауылдың өзінде.\n";
    let whole = "Көктерек ауылында жаңа емхана ашылды. Оның\n\n\
                 құрылысы былтыр көктемде басталған еді, оған\n\n\
                 аудан бюджетінен үш жүз миллион теңге бөлінді.\n\n\
                 Енді тұрғындар қалаға бармайды, дәрігер ауылдың\n\n\
                 өзінде.\n";
    let without_stop = "Көктерек ауылында жаңа емхана ашылып, оның\n\n\
                        құрылысы былтыр көктемде басталған еді, оған\n\n\
                        аудан бюджетінен үш жүз миллион теңге бөлініп,\n\n\
                        енді тұрғындар қалаға бармайды, дәрігер бәріне\n\n\
                        қарайды.\n";
    for text in [divided, whole, without_stop] {
        let article = read(text);
        assert_eq!(article.title, None, "{text}");
        assert_eq!(texts(&article).len(), 1, "{article:#?}");
        assert!(texts(&article)[0].contains("құрылысы былтыр"));
    }
    let short = "Көктерек ауылында жаңа емхана ашылды. Оның құры-\n\nлысы былтыр басталған еді.";
    let article = read(short);
    assert_eq!(article.title, None);
    assert_eq!(
        texts(&article),
        ["Көктерек ауылында жаңа емхана ашылды. Оның құрылысы былтыр басталған еді."]
    );
    let headline = format!("{TITLE}\n\nақжол.kz сайтының хабарлауынша, {FIRST}");
    assert_eq!(read(&headline).title.as_deref(), Some(TITLE));
}

#[test]
fn bylines_of_two_lines_and_those_with_a_paper_are_no_text() {
    for (text, lines) in [
        (
            format!("Мөлдір АЙТБАЙ,\nАқмола облысы\n\n{TITLE}\n\n{FIRST}\n\n{SECOND}"),
            vec!["Мөлдір АЙТБАЙ,", "Ақмола облысы"],
        ),
        (
            format!("{TITLE}\n\nМөлдір Айтбай, «Алтын дала»\n\n{FIRST}\n\n{SECOND}"),
            vec!["Мөлдір Айтбай, «Алтын дала»"],
        ),
        (
            format!("{TITLE}\n\n{FIRST}\n\n{SECOND}\n\nМөлдір Айтбай\n«Алтын дала»\n"),
            vec!["Мөлдір Айтбай", "«Алтын дала»"],
        ),
        (
            format!("{TITLE}\n\n{FIRST}\n{SECOND}\nМөлдір АЙТБАЙ,\nАқмола облысы\n\n12\n"),
            vec!["Мөлдір АЙТБАЙ,", "Ақмола облысы", "12"],
        ),
    ] {
        let article = read(&text);
        assert_eq!(article.title.as_deref(), Some(TITLE), "{text}");
        assert_eq!(texts(&article), [FIRST, SECOND], "{text}");
        let author = article.metadata.author.as_deref().unwrap_or_default();
        assert_eq!(author.to_lowercase(), "мөлдір айтбай", "{text}");
        assert_eq!(article.metadata.lines, lines);
    }
}

#[test]
fn the_label_of_a_button_alone_at_the_end_is_no_text() {
    let article = read(&format!(
        "{TITLE}\n\n{FIRST}\n\n{SECOND}\n\nNone\n\nБөлісу\nTelegram\n"
    ));
    assert_eq!(texts(&article), [FIRST, SECOND]);
    assert_eq!(article.metadata.lines, ["None", "Бөлісу", "Telegram"]);
    for end in ["Бөлісу – игі іс.", "Келесі желілер бар:\n\nTelegram"]
    {
        let article = read(&format!("{TITLE}\n\n{FIRST}\n\n{SECOND}\n\n{end}\n"));
        assert!(texts(&article).len() > 2, "{end}");
    }
}

#[test]
fn utf8_that_was_misread_is_repaired_or_said_to_be_damaged() {
    let latin1: String = FIRST.bytes().map(char::from).collect();
    let article = read(&format!("{TITLE}\n\n{latin1}\n\n{SECOND}"));
    assert_eq!(article.title.as_deref(), Some(TITLE));
    assert_eq!(texts(&article), [FIRST, SECOND]);
    let lost: String = latin1.chars().filter(|c| !c.is_control()).collect();
    let error = article::read(lost.as_bytes(), "a.txt", &ReadOptions::default());
    assert_eq!(error, Err(article::ArticleError::Misread));
}

#[test]
fn what_sites_and_papers_print_above_a_headline_is_metadata() {
    for (above, date, section) in [
        ("Басты бет / Жаңалықтар / Қоғам", None, Some("Қоғам")),
        ("Главная > Новости > Общество", None, Some("Общество")),
        ("№ 43 (2211) 27 қазан 2025 жыл", Some("2025-10-27"), None),
        ("КӨКТЕРЕК АУДАНЫ ӘКІМДІГІНІҢ БАСПАСӨЗ ҚЫЗМЕТІ", None, None),
    ] {
        let article = read(&format!("{above}\n\n{TITLE}\n\n{FIRST}\n\n{SECOND}"));
        assert_eq!(article.title.as_deref(), Some(TITLE), "{above}");
        assert_eq!(article.metadata.date.as_deref(), date);
        assert_eq!(article.metadata.section.as_deref(), section);
        assert_eq!(article.metadata.lines, [above]);
        assert_eq!(texts(&article), [FIRST, SECOND]);
    }
}

#[test]
fn a_headline_with_a_date_or_a_number_is_the_title() {
    let document = |text: &str| {
        article::read(text.as_bytes(), "a.md", &ReadOptions::default()).expect("a readable article")
    };
    for title in [
        "Қазақстан Республикасының Заңы 2024 жылғы 27 қаңтар № 12",
        "Үкімет қаулысы 2024 жылғы 27 қаңтар № 12",
        "Заң 27 қаңтар 2024 жыл № 12",
        "Жаңа жыл 1 қаңтар 2024 №1",
        "Kaspi.kz 27 қаңтар 2024",
        "Рейтинг 2024",
        "Перевод 2024",
    ] {
        let text = format!("{title}\n\n{FIRST}\n\n{SECOND}");
        for article in [read(&text), document(&text)] {
            assert_eq!(article.title.as_deref(), Some(title));
            assert_eq!(texts(&article), [FIRST, SECOND]);
        }
    }
    let issue = "Айқын 27 қаңтар 2024 №12";
    let text = format!("{issue}\n\n{TITLE}\n\n{FIRST}\n\n{SECOND}");
    for article in [read(&text), document(&text)] {
        assert_eq!(article.title.as_deref(), Some(TITLE));
        assert_eq!(article.metadata.date.as_deref(), Some("2024-01-27"));
        assert_eq!(article.metadata.lines, [issue]);
    }
}

#[test]
fn a_headline_of_two_lines_may_have_a_comma_between_them() {
    let text = format!("Көктеректе емхана ашылып,\nтұрғындар қуанды\n\n{FIRST}\n\n{SECOND}");
    let article = read(&text);
    let title = "Көктеректе емхана ашылып, тұрғындар қуанды";
    assert_eq!(article.title.as_deref(), Some(title));
    assert_eq!(texts(&article), [FIRST, SECOND]);
}

#[test]
fn labels_before_title_and_text_are_taken_off() {
    for (text, lines) in [
        (
            format!("Title: {TITLE}\n\n{FIRST}\n\n{SECOND}"),
            vec!["Title:"],
        ),
        (
            format!("Тақырып: {TITLE}\nАвторы: Айнұр Қасымова\nМәтін: {FIRST}\n{SECOND}"),
            vec!["Тақырып:", "Авторы: Айнұр Қасымова", "Мәтін:"],
        ),
        (
            format!("Тақырыбы:\n{TITLE}\nМәтіні:\n{FIRST}\n\n{SECOND}"),
            vec!["Тақырыбы:", "Мәтіні:"],
        ),
    ] {
        let article = read(&text);
        assert_eq!(article.title.as_deref(), Some(TITLE), "{text}");
        assert_eq!(article.metadata.lines, lines);
        assert_eq!(texts(&article), [FIRST, SECOND]);
    }
}

#[test]
fn advertisements_and_links_between_paragraphs_are_no_text() {
    let text = format!(
        "{TITLE}\n\n{FIRST}\n\nСондай-ақ оқыңыз: Ақтауда порт жабылды\n\nЖарнама\n\n{SECOND}"
    );
    let article = read(&text);
    assert_eq!(texts(&article), [FIRST, SECOND]);
    let lines = ["Сондай-ақ оқыңыз: Ақтауда порт жабылды", "Жарнама"];
    assert_eq!(article.metadata.lines, lines);
}
