//! Texts and Markdown: lines, signs and bytes that no article has.

use super::attack::Attack;
use super::trial::SENTENCE;

/// A text with `part` so many times after a sentence.
fn repeated(name: &str, part: &'static str, count: usize) -> Attack {
    Attack::file(name, move || {
        format!("{SENTENCE}\n\n{}\n\n{SENTENCE}\n", part.repeat(count))
    })
}

fn bytes(name: &str, make: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Attack {
    Attack::file(name, make)
}

pub fn attacks() -> Vec<Attack> {
    let kinds = [signs(), lines(), charsets(), markdown()];
    kinds.into_iter().flatten().collect()
}

/// A generator of the same numbers at each run.
pub fn random_bytes(seed: u32, count: usize) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..count).map(|_| next()).collect()
}

/// Signs that have a meaning, to a terminal or to what splits and tidies a text.
fn signs() -> Vec<Attack> {
    vec![
        Attack::file("text-controls.txt", || {
            format!("{SENTENCE}\n\n\u{1b}]0;x\u{7}\u{1b}[2J Тақырып\u{9b}2J {SENTENCE}")
        })
        .read()
        .quick(),
        Attack::file("text-bidi.txt", || {
            format!("\u{202e}Тақырып\u{2066}\n\n\u{202d}{SENTENCE}\u{200f}")
        })
        .read()
        .quick(),
        Attack::file("text-nul.txt", || format!("{SENTENCE}\0{SENTENCE}")).fails("NUL characters"),
        Attack::file("text-blank.txt", || " \n\t\r\n\u{a0}\u{2003}").fails("holds no text"),
        Attack::file("text-mark-alone.txt", || "\u{feff}").fails("holds no text"),
        Attack::file("text-one-byte.txt", || "x").fails("in no language this program can tell"),
        Attack::file("text-invisible.txt", || {
            "\u{200b}\u{200d}\u{2060}\u{feff}".repeat(100_000)
        })
        .fails("holds no letters"),
        repeated("text-stops.txt", ".", 500_000).only_read().read(),
        repeated("text-stops-apart.txt", ". ", 200_000)
            .only_read()
            .read(),
        repeated("text-stops-many.txt", "?!…", 200_000)
            .only_read()
            .read(),
        repeated("text-quotes.txt", "«", 300_000).only_read().read(),
        repeated("text-quotes-pairs.txt", "«а» ", 100_000)
            .only_read()
            .fails("the text looks like"),
        repeated("text-brackets.txt", "(", 300_000)
            .only_read()
            .read(),
        repeated("text-digits.txt", "9", 1_000_000)
            .only_read()
            .read(),
        repeated("text-numbers.txt", "1 000 000,5 ", 60_000)
            .only_read()
            .read(),
        repeated("text-hyphens.txt", "-", 500_000)
            .only_read()
            .read(),
        repeated("text-marks.txt", "а\u{301}\u{302}\u{303}", 200_000)
            .only_read()
            .fails("the text looks like"),
        Attack::file("text-marks-on-one.txt", || {
            format!("{SENTENCE} а{}", "\u{301}".repeat(500_000))
        })
        .only_read()
        .read(),
        repeated("text-soft-hyphens.txt", "а\u{ad}", 200_000)
            .only_read()
            .fails("the text looks like"),
        repeated("text-lookalikes.txt", "қaлa", 200_000)
            .only_read()
            .read(),
        repeated("text-capitals.txt", "ҚАЗАҚСТАН", 100_000)
            .only_read()
            .fails("the text looks like"),
        repeated("text-addresses.txt", "http://а.", 100_000)
            .only_read()
            .read(),
        repeated("text-mail.txt", "a@a.", 100_000)
            .only_read()
            .read(),
        repeated("text-abbreviations.txt", "т.б. ", 60_000)
            .only_read()
            .fails("the text looks like Uzbek in Cyrillic"),
        repeated("text-roman.txt", "XVIIMMM", 100_000)
            .only_read()
            .fails("in no language this program can tell"),
        repeated("text-emoji.txt", "👨\u{200d}", 100_000)
            .only_read()
            .read(),
        repeated("text-entities.txt", "&amp;", 300_000)
            .only_read()
            .read(),
        repeated("text-tags.txt", "<b>", 300_000).only_read().read(),
        Attack::file("text-named-page.html", || SENTENCE).read(),
        Attack::file("text-json.txt", || "[".repeat(500_000)).fails("holds no letters"),
    ]
}

/// Lines beyond all measure.
fn lines() -> Vec<Attack> {
    vec![
        Attack::file("text-line-long.txt", || {
            format!("{SENTENCE} ").repeat(110_000)
        })
        .only_read()
        .read(),
        Attack::file("text-word-long.txt", || {
            format!("{SENTENCE} {}", "сөз".repeat(300_000))
        })
        .only_read()
        .read(),
        Attack::file("text-word-alone.txt", || "қ".repeat(2_000_000))
            .only_read()
            .read(),
        Attack::file("text-too-large.txt", || {
            format!("{SENTENCE} ").repeat(800_000)
        })
        .fails("larger than 64 MiB"),
        repeated("text-lines-empty.txt", "\n", 5_000_000).read(),
        repeated("text-lines-of-spaces.txt", "   \r\n", 1_000_000).read(),
        repeated("text-lines-short.txt", "а\n", 300_000)
            .only_read()
            .fails("the text looks like"),
        repeated("text-lines-equal.txt", "Тақырып\n\n", 100_000)
            .only_read()
            .read(),
        repeated("text-returns.txt", "сөз\r", 100_000)
            .only_read()
            .read(),
        repeated(
            "text-separators.txt",
            "сөз\u{2028}\u{2029}\u{85}\u{c}\u{b}",
            60_000,
        )
        .only_read()
        .read(),
        repeated("text-list.txt", "1. сөз\n", 100_000)
            .only_read()
            .read(),
        repeated("text-metadata.txt", "Уақыты: 29.08.2023\n", 60_000)
            .only_read()
            .read(),
        repeated("text-metadata-in-a-line.txt", "Оқылды: 580 | ", 100_000)
            .only_read()
            .read(),
        repeated("text-dates.txt", "2023 жылғы 29 тамыз ", 60_000)
            .only_read()
            .read(),
        Attack::file("text-title-near.txt", || {
            let title = "құрамы жаңарды ".repeat(8);
            let near = |n: usize| format!("{title}{n}\n\n");
            format!("{title}\n\n{}", (0..20_000).map(near).collect::<String>())
        })
        .only_read()
        .read(),
        repeated("text-tabs.txt", "\t", 1_000_000).read(),
    ]
}

/// Bytes in no charset, or in several.
fn charsets() -> Vec<Attack> {
    let utf16 = |text: &str| -> Vec<u8> {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect()
    };
    vec![
        bytes("text-bad-at-the-end.txt", || {
            [format!("{SENTENCE} ").repeat(2_000).as_bytes(), b"\xff\xfe"].concat()
        })
        .fails("not valid UTF-8")
        .quick(),
        bytes("text-half-a-letter.txt", || {
            [SENTENCE.as_bytes(), b"\xd2"].concat()
        })
        .fails("is not valid UTF-8"),
        bytes("text-overlong.txt", || {
            [SENTENCE.as_bytes(), b" \xc0\xaf\xe0\x80\xaf"].concat()
        })
        .fails("is not valid UTF-8"),
        bytes("text-surrogates.txt", || {
            [SENTENCE.as_bytes(), b" \xed\xa0\x80"].concat()
        })
        .fails("is not valid UTF-8"),
        bytes("text-all-bits.txt", || vec![0xff; 1_000_000])
            .fails("is not valid UTF-8, and read as"),
        bytes("text-random.txt", || random_bytes(1, 1_000_000)).fails("no text"),
        bytes("text-random-high.txt", || {
            random_bytes(2, 1_000_000)
                .iter()
                .map(|byte| byte | 0x80)
                .collect()
        })
        .fails("is not valid UTF-8, and read as"),
        bytes("text-utf16-odd.txt", move || {
            [utf16(SENTENCE), vec![0x04]].concat()
        })
        .fails("is not valid UTF-16LE"),
        bytes("text-utf16-halves.txt", move || {
            let mut bytes = utf16(SENTENCE);
            bytes.extend(b"\x00\xd8".repeat(1_000));
            bytes
        })
        .fails("is not valid UTF-16LE"),
        bytes("text-utf32.txt", || {
            let letters = SENTENCE.chars().flat_map(|c| (c as u32).to_le_bytes());
            [0xff, 0xfe, 0, 0].into_iter().chain(letters).collect()
        })
        .fails("NUL characters"),
        bytes("text-zeros.txt", || vec![0; 1_000_000]).fails("NUL characters"),
        bytes("text-of-a-program.txt", || {
            [b"\x7fELF".to_vec(), random_bytes(3, 10_000)].concat()
        })
        .fails("a program (ELF)"),
        bytes("text-of-a-picture.txt", || {
            [b"\x89PNG\r\n\x1a\n".to_vec(), random_bytes(4, 10_000)].concat()
        })
        .fails("a PNG image"),
    ]
}

fn markdown() -> Vec<Attack> {
    vec![
        repeated("mark-quotes.md", "> ", 100_000).read(),
        repeated("mark-quotes-lines.md", "> > > > > > > > сөз\n", 30_000)
            .only_read()
            .read(),
        repeated("mark-lists.md", "- ", 100_000).read(),
        Attack::file("mark-lists-nested.md", || {
            let item = |n: usize| format!("{}- сөз\n", "  ".repeat(n));
            format!("{SENTENCE}\n\n{}", (0..2_000).map(item).collect::<String>())
        })
        .only_read()
        .read(),
        repeated("mark-brackets.md", "[", 200_000)
            .only_read()
            .read(),
        repeated("mark-links.md", "[а](", 100_000)
            .only_read()
            .fails("the text looks like"),
        repeated("mark-images.md", "![", 100_000).only_read().read(),
        repeated("mark-emphasis.md", "*", 300_000)
            .only_read()
            .read(),
        repeated("mark-emphasis-mixed.md", "*а_ **б__ ", 60_000)
            .only_read()
            .fails("the text looks like Uzbek in Cyrillic"),
        repeated("mark-ticks.md", "`", 300_000).only_read().read(),
        Attack::file("mark-ticks-growing.md", || {
            (0..1_000)
                .map(|n| format!("{} ", "`".repeat(n)))
                .collect::<String>()
        })
        .only_read()
        .fails("holds no letters"),
        repeated("mark-table.md", "|", 200_000).only_read().read(),
        Attack::file("mark-table-wide.md", || {
            let (cells, rule) = ("|а".repeat(2_000), "|-".repeat(2_000));
            format!(
                "{SENTENCE}\n\n{cells}\n{rule}\n{}",
                format!("{cells}\n").repeat(50)
            )
        })
        .only_read()
        .fails("the text looks like"),
        Attack::file("mark-table-short-rows.md", || {
            let (cells, rule) = ("|а".repeat(5_000), "|-".repeat(5_000));
            format!("{SENTENCE}\n\n{cells}\n{rule}\n{}", "|а\n".repeat(20_000))
        })
        .only_read()
        .fails("the text looks like"),
        Attack::file("mark-definitions.md", || {
            let line = |n: usize| format!("[а{n}]: http://x/{n}\n");
            format!(
                "{SENTENCE}\n\n{}",
                (0..100_000).map(line).collect::<String>()
            )
        })
        .read(),
        Attack::file("mark-definition-long.md", || {
            let uses = "[а] ".repeat(50_000);
            format!("[а]: http://{}\n\n{SENTENCE} {uses}", "x".repeat(100_000))
        })
        .only_read()
        .fails("the text looks like"),
        Attack::file("mark-footnotes.md", || {
            let note = |n: usize| format!("[^{n}]: сөз [^{}]\n\n", n + 1);
            format!(
                "{SENTENCE} [^0]\n\n{}",
                (0..20_000).map(note).collect::<String>()
            )
        })
        .only_read()
        .read(),
        Attack::file("mark-front-matter-open.md", || {
            format!("---\ntitle: x\n{}{SENTENCE}", "a: [\n".repeat(100_000))
        })
        .only_read()
        // Nearly all of its letters are one Latin letter.
        .fails("the text looks like"),
        Attack::file("mark-front-matter-deep.md", || {
            format!("---\ntitle: {}\n---\n\n{SENTENCE}\n", "[".repeat(500_000))
        })
        .read(),
        Attack::file("mark-front-matter-aliases.md", || {
            let line = |n: usize| format!("a{}: &a{} [*a{n}, *a{n}]\n", n + 1, n + 1);
            let aliases: String = (0..60).map(line).collect();
            format!("---\na0: &a0 x\n{aliases}---\n\n{SENTENCE}\n")
        })
        .read(),
        Attack::file("mark-front-matter-toml.md", || {
            format!(
                "+++\ntitle = {}\n+++\n\n{SENTENCE}\n",
                "{a=".repeat(200_000)
            )
        })
        .read(),
        Attack::file("mark-title-long.md", || {
            let long = "құрамы жаңарды ".repeat(10_000);
            format!("# {long}а\n\n{long}б\n\n{SENTENCE}\n")
        })
        .only_read()
        .survived(),
        repeated("mark-headings.md", "# Тақырып\n", 60_000)
            .only_read()
            .read(),
        repeated("mark-pages.md", "<div>\n\n", 60_000).read(),
        repeated("mark-entities.md", "&amp;", 300_000)
            .only_read()
            .read(),
        repeated("mark-escapes.md", "\\", 300_000)
            .only_read()
            .read(),
        repeated("mark-fences.md", "```\n", 100_000).read(),
    ]
}
