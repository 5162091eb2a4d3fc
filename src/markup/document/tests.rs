//! What becomes of files.

use super::*;
use crate::language::KAZAKH;

fn translation(target: String) -> TranslatedUnit {
    TranslatedUnit {
        target,
        alignment: None,
    }
}

fn rebuilt(bytes: &[u8], name: &str, translate: impl Fn(&str) -> String) -> Vec<u8> {
    let document = Document::open(bytes, name, &KAZAKH).unwrap();
    let units = document.units().iter();
    let units: Vec<_> = units.map(|unit| translation(translate(unit))).collect();
    document.rebuild(&units).unwrap()
}

fn kept(text: &str, name: &str) -> String {
    String::from_utf8(rebuilt(text.as_bytes(), name, str::to_owned)).unwrap()
}

fn in_capitals(text: &str, name: &str) -> String {
    String::from_utf8(rebuilt(text.as_bytes(), name, str::to_uppercase)).unwrap()
}

#[test]
fn a_format_is_known_by_the_ending_of_a_name() {
    assert_eq!(
        DocumentFormat::of_name("a.b.TXT"),
        Some(DocumentFormat::Text)
    );
    assert_eq!(DocumentFormat::of_name("a.htm"), Some(DocumentFormat::Html));
    assert_eq!(DocumentFormat::of_name("txt"), None);
    let error = Document::open(b"x", "a.exe", &KAZAKH).unwrap_err();
    assert_eq!(error, MarkupError::UnknownFormat);
}

#[test]
fn the_lines_of_a_text_are_kept() {
    let text = "Тақырып\r\n\r\nБірінші сөйлем. Екінші\r\nсөйлем осы.\r\n\r\n  – Үшінші.\n12\n";
    assert_eq!(kept(text, "a.txt"), text);
    assert_eq!(
        in_capitals(text, "a.txt"),
        "ТАҚЫРЫП\r\n\r\nБІРІНШІ СӨЙЛЕМ. ЕКІНШІ СӨЙЛЕМ ОСЫ.\r\n\r\n  – ҮШІНШІ.\n12\n"
    );
    assert_eq!(kept("", "a.txt"), "");
}

#[test]
fn cues_keep_their_times_their_marks_and_their_number_of_lines() {
    let text = "1\r\n00:00:01,000 --> 00:00:03,500\r\nКөпірдің <i>құрылысы</i>\r\nкөктемде басталып,\r\n\r\n2\r\n\
                00:00:04,000 --> 00:00:05,000\r\n{\\an8}– Қашан?\r\n– Күзде, 2 < 3.\r\n";
    assert_eq!(kept(text, "a.srt"), text);
    let expected = "1\r\n00:00:01,000 --> 00:00:03,500\r\nКӨПІРДІҢ <i>ҚҰРЫЛЫСЫ</i>\r\nКӨКТЕМДЕ БАСТАЛЫП,\r\n\r\n2\r\n\
                    00:00:04,000 --> 00:00:05,000\r\n{\\an8}– ҚАШАН?\r\n– КҮЗДЕ, 2 < 3.\r\n";
    assert_eq!(in_capitals(text, "a.srt"), expected);
    let vtt = "WEBVTT - Жаңалық\n\nSTYLE\n::cue { color: red }\n\nNOTE бұл\nекі жол\n\nкіріспе\n00:01.000 --> 00:04.000 align:start\n\
               <v Айнұр>сөз бар\n\n00:05.000 --> 00:06.000\n<c.a>жылы</c> & кейін";
    assert_eq!(kept(vtt, "a.vtt"), vtt);
    assert_eq!(
        in_capitals(vtt, "a.vtt"),
        vtt.replace("сөз бар", "СӨЗ БАР")
            .replace("жылы", "ЖЫЛЫ")
            .replace("кейін", "КЕЙІН")
    );
    for odd in [
        "1\n00:00:01,000 --> 00:00:03,500\n</i>сөз<b>\n",
        "00:01.000 --> 00:02.000\n<i>\n</i>\n",
        "--> -->\n{\\an8}\n",
    ] {
        assert_eq!(
            kept(odd, "a.srt").replace("</i>", ""),
            odd.replace("</i>", "")
        );
    }
}

#[test]
fn the_marks_of_markdown_are_kept() {
    let text = "---\ntitle: Сөз\n---\n\n# Тақырып *бірі*\n\nБұл **қою [сілтеме](http://a.kz \"б\")** мен `код` сөз.\n\n\
                - бірінші\n- екінші\n  - үшінші\n\n1. бір\n\n> Дәйексөз осы.\n\n| Баған | Екі |\n|---|---|\n| а | бір \\| екі |\n\n\
                ```rust\nlet a = \"сөз\";\n```\n\n![сурет](a.png)\n\n<div>сөз</div>\n\nСоңы[^1]. 2\\*3\n\n[^1]: Ескерту.\n";
    assert_eq!(kept(text, "a.md"), text);
    let found = in_capitals(text, "a.md");
    for expected in [
        "title: Сөз",
        "# ТАҚЫРЫП *БІРІ*",
        "БҰЛ **ҚОЮ [СІЛТЕМЕ](http://a.kz \"б\")** МЕН `код` СӨЗ.",
        "- БІРІНШІ\n- ЕКІНШІ\n  - ҮШІНШІ\n",
        "> ДӘЙЕКСӨЗ ОСЫ.",
        "| БАҒАН | ЕКІ |\n|---|---|\n| А | БІР \\| ЕКІ |",
        "let a = \"сөз\";",
        "![сурет](a.png)",
        "СОҢЫ[^1]. 2\\*3",
        "[^1]: ЕСКЕРТУ.",
    ] {
        assert!(found.contains(expected), "{expected}\n{found}");
    }
    let lines = "> Бір екі\n> үш *төрт\n> бес*.\n";
    assert_eq!(in_capitals(lines, "a.md"), "> БІР ЕКІ ҮШ *ТӨРТ БЕС*.\n");
}

#[test]
fn addresses_of_markdown_are_kept_byte_for_byte() {
    for (text, expected) in [
        (
            "Мақаланы <https://egemen.kz/x> сайтынан оқы.",
            "МАҚАЛАНЫ <https://egemen.kz/x> САЙТЫНАН ОҚЫ.",
        ),
        ("<mailto:a@egemen.kz>", "<mailto:a@egemen.kz>"),
        ("Хат: <a@egemen.kz>", "ХАТ: <a@egemen.kz>"),
        (
            "- **<https://a.kz/б>** сөз\n",
            "- **<https://a.kz/б>** СӨЗ\n",
        ),
        (
            "[https://a.kz/b](https://a.kz/b)",
            "[https://a.kz/b](https://a.kz/b)",
        ),
    ] {
        assert_eq!(in_capitals(text, "a.md"), expected);
    }
}

#[test]
fn no_text_of_markdown_becomes_a_mark() {
    for text in [
        "\\# 5 сөз\n",
        "\\- 7 сөз\n\n\\+ 7\n\n\\* 7\n",
        "1\\. 25 сөз\n\n2024\\) сөз\n",
        "> \\> 3 сөз\n",
        "- \\- сөз\n",
        "[\\[сөз\\]](http://a.kz)\n",
        "сөз  \n\\- 7  \n\\=== \n",
        "\\_ _ _\n",
        "\\*сөз\\* \\&lt; \\&#60; AT&T; & сөз\n",
        "# 1. Сөз - бір \\#\n\n| 1. сөз | - |\n|---|---|\n| + | \\# |\n",
        "`а` - сөз\n\n**а** - сөз\n\n-5 +7 #сөз 1.5 = 3) 12.\n",
    ] {
        assert_eq!(kept(text, "a.md"), text);
    }
    assert_eq!(kept("**\\# 5** сөз\n", "a.md"), "**# 5** сөз\n");
    let signs = |sign: &str| {
        let begins = |unit: &str| format!("{sign} {unit}");
        String::from_utf8(rebuilt("Сөз.\nБар.\n".as_bytes(), "a.md", begins)).unwrap()
    };
    for (sign, expected) in [
        ("-", "\\- Сөз.\n\\- Бар.\n"),
        ("+", "\\+ Сөз.\n\\+ Бар.\n"),
        ("2024.", "2024\\. Сөз.\n2024\\. Бар.\n"),
        ("##", "\\## Сөз.\n\\## Бар.\n"),
        (">", "\\> Сөз.\n\\> Бар.\n"),
        ("2024", "2024 Сөз.\n2024 Бар.\n"),
    ] {
        assert_eq!(signs(sign), expected);
    }
}

#[test]
fn a_page_states_the_charset_it_is_written_in() {
    let page = "<!DOCTYPE html><html><head><meta charset=\"windows-1251\"></head><body><p>Привет, мир и все люди.</p></body></html>";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(page);
    let found = rebuilt(&bytes, "a.html", str::to_owned);
    assert_eq!(
        String::from_utf8(found).unwrap(),
        page.replace("windows-1251", "utf-8")
    );
}

#[cfg(feature = "documents")]
mod packages;
