//! Records: JSON lines of a file and of the worker's stream.

use serde_json::json;

use super::attack::Attack;
use super::texts::random_bytes;
use super::trial::SENTENCE;
use crate::archive::made::{gzip, zstd};

pub fn attacks() -> Vec<Attack> {
    let kinds = [values(), ids(), bytes(), files(), streams()];
    kinds.into_iter().flatten().collect()
}

/// A line without an id, with other fields.
fn line(fields: &str) -> String {
    format!("{{\"text\": {SENTENCE:?}{fields}}}\n")
}

/// A file of these lines between two sound ones; `:2` is the first of them.
fn lines(name: &str, make: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Attack {
    let attack = Attack::file(name, move || {
        [line("").as_bytes(), &make(), b"\n", line("").as_bytes()].concat()
    });
    attack.read_at(":1").read_at(":3")
}

/// As [`lines`], of one line with other fields.
fn fields(name: &str, make: impl Fn() -> String + Send + Sync + 'static) -> Attack {
    lines(name, move || {
        line(&format!(", {}", make())).trim_end().into()
    })
}

/// As [`lines`], of one line of JSON.
fn json(name: &str, line: &'static str) -> Attack {
    lines(name, move || line.into())
}

fn values() -> Vec<Attack> {
    let (many, no_json) = ("more than 262144 values", "the line is no JSON");
    vec![
        fields("json-values.jsonl", || format!("\"n\": [{}0]", "0,".repeat(300_000)))
            .fails_at(":2", many)
            .quick(),
        fields("json-objects.jsonl", || format!("\"n\": [{}{{}}]", "{\"a\":{}},".repeat(2_000_000)))
            .fails_at(":2", many),
        fields("json-strings.jsonl", || format!("\"n\": [{}\"\"]", "\"\",".repeat(8_000_000)))
            .fails_at(":2", many),
        fields("json-fields.jsonl", || {
            let fields: String = (0..200_000).map(|n| format!("\"f{n}\": 0, ")).collect();
            format!("{fields}\"z\": 0")
        })
        .read_at(":2"),
        fields("json-deep.jsonl", || format!("\"n\": {}", "[".repeat(200_000))).fails_at(":2", no_json),
        fields("json-deep-closed.jsonl", || {
            format!("\"n\": {}{}", "[".repeat(200_000), "]".repeat(200_000))
        })
        .fails_at(":2", no_json),
        fields("json-deep-objects.jsonl", || {
            format!("\"n\": {}0{}", "{\"a\":".repeat(100_000), "}".repeat(100_000))
        })
        .fails_at(":2", no_json),
        fields("json-deep-enough.jsonl", || {
            format!("\"n\": {}{}", "[".repeat(100), "]".repeat(100))
        })
        .read_at(":2"),
        fields("json-number-huge.jsonl", || String::from("\"n\": 1e999")).survived_at(":2"),
        fields("json-number-small.jsonl", || String::from("\"n\": -1e-999")).read_at(":2"),
        fields("json-number-long.jsonl", || format!("\"n\": {}", "9".repeat(2_000_000))).survived_at(":2"),
        fields("json-number-of-zeros.jsonl", || format!("\"n\": 0.{}1", "0".repeat(2_000_000)))
            .read_at(":2"),
        fields("json-name-long.jsonl", || format!("\"{}\": 0", "n".repeat(5_000_000))).read_at(":2"),
        fields("json-name-empty.jsonl", || String::from("\"\": {\"\": {\"\": 0}}")).read_at(":2"),
        fields("json-name-of-signs.jsonl", || {
            String::from("\"\\u001b]0;x\\u0007\": \"\\u202e\", \"\\u0000\": \"\\u0000\"")
        })
        .read_at(":2"),
        fields("json-text-twice.jsonl", || String::from("\"text\": \"x\"")).fails_at(":2", "two fields named \"text\""),
        fields("json-name-twice.jsonl", || String::from("\"\\u001b\": 0, \"\\u001b\": 1"))
            .fails_at(":2", "two fields named \"\\u{1b}\""),
        fields("json-html-too.jsonl", || String::from("\"html\": \"<p>\"")).read_at(":2"),
        fields("json-field-long.jsonl", || format!("\"n\": \"{}\"", "x".repeat(20 << 20))).read_at(":2"),
        fields("json-names-of-ours.jsonl", || {
            String::from("\"schema\": 9, \"error\": {}, \"paragraphs\": [], \"record\": null, \"__proto__\": {}")
        })
        .read_at(":2"),
        json("json-text-no-string.jsonl", "{\"text\": {\"text\": \"a\"}}").fails_at(":2", "its text is no string"),
        json("json-text-null.jsonl", "{\"text\": null}").fails_at(":2", "neither text nor html"),
        json("json-text-empty.jsonl", "{\"text\": \"\"}").fails_at(":2", "holds no text"),
        json("json-array.jsonl", "[1, 2, {\"text\": \"a\"}]").fails_at(":2", "no JSON object"),
        json("json-string.jsonl", "\"text\"").fails_at(":2", "no JSON object"),
        json("json-two.jsonl", "{\"text\": \"a\"} {\"text\": \"b\"}").fails_at(":2", no_json),
        json("json-cut.jsonl", "{\"text\": \"a").fails_at(":2", no_json),
        json("json-comment.jsonl", "{\"text\": \"a\", /* b */ \"n\": 0,}").fails_at(":2", no_json),
        lines("json-html-deep.jsonl", || {
            let page = format!("<p>{SENTENCE}</p>{}", "<div>".repeat(50_000));
            json!({ "html": page }).to_string().into()
        })
        .fails_at(":2", "elements open at once"),
        lines("json-html-ampersands.jsonl", || {
            let page = format!("<p>{SENTENCE}</p><p>{}</p>", "&".repeat(1_000_000));
            json!({ "html": page }).to_string().into()
        })
        .survived_at(":2"),
    ]
}

/// A file of one record with this id, as JSON, and a sound one.
fn id(name: &str, id: &'static str) -> Attack {
    let attack = Attack::file(name, move || line(&format!(", \"id\": {id}")) + &line(""));
    attack.read_at(":2")
}

fn ids() -> Vec<Attack> {
    let no_id = "its id is neither a string nor a whole number";
    vec![
        Attack::file("id-long.jsonl", || {
            line(&format!(", \"id\": \"{}\"", "x".repeat(20 << 20))) + &line("")
        })
        .fails_at(":1", "its id is longer than 1024 bytes")
        .read_at(":2"),
        id("id-controls.jsonl", "\"\\u001b]0;x\\u0007\\n\"")
            .read_as("\u{1b}]0;x\u{7}\n")
            .quick(),
        id("id-bidi.jsonl", "\"\\u202ea\\u2066\"").read_as("\u{202e}a\u{2066}"),
        id("id-nul.jsonl", "\"\\u0000\"").read_as("\0"),
        id("id-empty.jsonl", "\"\"").read_as(""),
        id("id-up.jsonl", "\"../../e\"").read_as("../../e"),
        id("id-markup.jsonl", "\"<script>alert(1)</script>\"").read_as("<script>alert(1)</script>"),
        id("id-big-number.jsonl", "18446744073709551616").read_as("18446744073709551616"),
        Attack::file("id-digits.jsonl", || {
            line(&format!(", \"id\": {}", "9".repeat(2_000))) + &line("")
        })
        .fails_at(":1", "")
        .read_at(":2"),
        id("id-negative.jsonl", "-0").read_as("-0"),
        id("id-fraction.jsonl", "1.5").fails_at(":1", no_id),
        id("id-power.jsonl", "1e5").fails_at(":1", no_id),
        id("id-list.jsonl", "[1]").fails_at(":1", no_id),
        id("id-null.jsonl", "null").read_at(":1"),
        id("id-twice-in-a-line.jsonl", "\"a\", \"id\": \"b\"")
            .fails_at(":1", "two fields named \"id\""),
        Attack::file("id-twice.jsonl", || {
            line(", \"id\": \"id-twice\"").repeat(3)
        })
        .read_as("id-twice")
        .fails_as("id-twice", "has this id")
        .fails_as("id-twice", "has this id"),
        Attack::file("id-of-a-place.jsonl", || {
            // The name that the second line would have.
            line(", \"id\": \"id-of-a-place.jsonl:2\"") + &line("")
        })
        .read_at(":2")
        .fails_at(":2", "has this id"),
    ]
}

/// Bytes that are no text, or escapes that are no characters.
fn bytes() -> Vec<Attack> {
    let no_json = "the line is no JSON";
    let raw = |name: &str, text: &'static [u8]| {
        lines(name, move || [b"{\"text\": \"", text, b"\"}"].concat())
    };
    vec![
        raw("json-utf8.jsonl", b"a\xff\xfe")
            .fails_at(":2", no_json)
            .quick(),
        raw("json-utf8-half.jsonl", b"a\xd2").fails_at(":2", no_json),
        raw("json-surrogate.jsonl", b"a\\ud800").fails_at(":2", no_json),
        raw("json-surrogates-turned.jsonl", b"a\\udc00\\ud800").fails_at(":2", no_json),
        raw("json-control.jsonl", b"a\x01\x1b").fails_at(":2", no_json),
        raw("json-nul.jsonl", b"a\0").fails_at(":2", no_json),
        raw("json-nul-escaped.jsonl", b"a\\u0000").fails_at(":2", "NUL characters"),
        raw("json-escape.jsonl", b"\\x41").fails_at(":2", no_json),
        lines("json-escapes.jsonl", || {
            let text: String = SENTENCE
                .encode_utf16()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect();
            format!("{{\"text\": \"{text}\"}}").into()
        })
        .read_at(":2"),
        lines("json-escapes-many.jsonl", || {
            format!(
                "{{\"text\": \"{SENTENCE}\", \"n\": \"{}\"}}",
                "\\u0430".repeat(5_000_000)
            )
            .into()
        })
        .read_at(":2"),
        lines("json-escapes-of-signs.jsonl", || {
            format!("{{\"text\": \"{SENTENCE}\\u001b[2J\\u202e\\ufeff\"}}").into()
        })
        .read_at(":2"),
        lines("json-mark.jsonl", || {
            [b"\xef\xbb\xbf", line("").trim_end().as_bytes()].concat()
        })
        .read_at(":2"),
        lines("json-returns.jsonl", || {
            [b"\r\r", line("").trim_end().as_bytes(), b"\r"].concat()
        })
        .read_at(":2"),
        lines("json-random.jsonl", || {
            random_bytes(10, 100_000)
                .iter()
                .map(|&byte| byte.max(11))
                .collect()
        })
        .fails_at(":2", no_json),
        lines("json-utf16.jsonl", || {
            SENTENCE
                .encode_utf16()
                .map(|unit| unit | 0x2020)
                .flat_map(u16::to_le_bytes)
                .collect()
        })
        .fails_at(":2", no_json),
    ]
}

/// Files of lines, plain and compressed.
fn files() -> Vec<Attack> {
    let broken = "the file cannot be read further";
    vec![
        lines("json-line-too-large.jsonl", || {
            line(&format!(", \"n\": \"{}\"", "x".repeat(65 << 20)))
                .trim_end()
                .into()
        })
        .fails_at(":2", "the line is larger than 64 MiB"),
        Attack::file("json-lines-empty.jsonl", || {
            format!("{}{}", "\n".repeat(3_000_000), line(""))
        })
        .read_at(":3000001"),
        Attack::file("json-lines-of-spaces.jsonl", || {
            format!("{}{}", " \t\r\n".repeat(500_000), line(""))
        })
        .read_at(":500001"),
        Attack::file("json-lines-no-json.jsonl", || {
            format!("{}{}", "x\n".repeat(300), line(""))
        })
        .read_at(":301")
        .and_more(),
        Attack::file("json-lines-memory.jsonl", || {
            // Little text, and much beside it.
            line(&format!(", \"n\": \"{}\"", "x".repeat(1 << 20))).repeat(60)
        })
        .all_read(60),
        Attack::file("json-of-nothing.jsonl", || {
            line("")[..1].to_owned() + "\n" + &line("")
        })
        .fails_at(":1", "the line is no JSON")
        .read_at(":2"),
        Attack::file("json-of-a-list.jsonl", || format!("[\n{}]\n", line("")))
            .fails_at(":1", "the line is no JSON")
            .read_at(":2")
            .fails_at(":3", "the line is no JSON"),
        Attack::file("json-bomb.jsonl.gz", || {
            gzip(&[line("").as_bytes(), &vec![b' '; 300 << 20]].concat())
        })
        .read_at(":1")
        .fails("more than 200 times its size"),
        Attack::file("json-bomb.jsonl.zst", || {
            zstd(&[line("").as_bytes(), &b"\n".repeat(300 << 20)].concat())
        })
        .read_at(":1")
        .fails("more than 200 times its size"),
        Attack::file("json-cut.jsonl.gz", || {
            let bytes = gzip(&line("").repeat(100).into_bytes());
            bytes[..bytes.len() - 6].to_vec()
        })
        .all_read(100)
        .fails(broken),
        Attack::file("json-junk.jsonl.gz", || {
            [gzip(line("").as_bytes()), line("").into_bytes()].concat()
        })
        .read_at(":1")
        .fails(broken),
        Attack::file("json-none.jsonl.zst", || line("")).fails(broken),
    ]
}

/// Lines for the worker; each but an empty one has an answer.
fn streams() -> Vec<Attack> {
    let stream = |name: &str, line: &'static str| Attack::stream(name, move || line);
    vec![
        stream("stream-no-json", "{")
            .fails("the line is no JSON")
            .quick(),
        stream(
            "stream-id-controls",
            "{\"id\": \"\\u001b[2J\", \"text\": 5}",
        )
        .fails("no string"),
        stream(
            "stream-id-big",
            "{\"id\": 18446744073709551616, \"text\": \"\"}",
        )
        .fails("holds no text"),
        stream(
            "stream-id-object",
            "{\"id\": {\"a\": [1]}, \"text\": \"а\"}",
        )
        .fails("its id is neither"),
        stream("stream-array", "[]").fails("no JSON object"),
        stream("stream-nul", "\0\0\0").fails("the line is no JSON"),
        Attack::stream("stream-id-long", || {
            line(&format!(", \"id\": \"{}\"", "x".repeat(20 << 20)))
        })
        .fails("its id is longer than 1024 bytes"),
        Attack::stream("stream-values", || {
            line(&format!(", \"n\": [{}0]", "{},".repeat(2_000_000)))
        })
        .fails("more than 262144 values"),
        Attack::stream("stream-line-too-large", || {
            line(&format!(", \"n\": \"{}\"", "x".repeat(65 << 20)))
        })
        .fails("the line is larger than 64 MiB"),
        Attack::stream("stream-deep", || {
            format!("{{\"text\": {}", "[".repeat(500_000))
        })
        .fails("the line is no JSON"),
        Attack::stream("stream-utf8", || {
            b"{\"id\": 1, \"text\": \"\xff\"}".to_vec()
        })
        .fails("the line is no JSON"),
        Attack::stream("stream-nested", || {
            let page = format!("<p>{SENTENCE}</p>{}", "<p-x>".repeat(32_000));
            format!("{}\n", json!({"id": 1, "html": page}))
        })
        .survived(),
        Attack::stream("stream-many-bad", || "x\n".repeat(2_000)).all_fail(2_000),
        Attack::stream("stream-random", || {
            random_bytes(11, 100_000)
                .iter()
                .map(|&byte| byte.max(11))
                .collect::<Vec<u8>>()
        })
        .fails("the line is no JSON"),
        Attack::stream("stream-memory", || {
            line(&format!(", \"id\": 1, \"n\": \"{}\"", "x".repeat(1 << 20))).repeat(60)
        })
        .all_read(60),
        Attack::stream("stream-with-error", || {
            format!(
                "{}\n",
                json!({"id": 1, "text": SENTENCE, "error": {"message": "x"}, "schema": 0})
            )
        })
        .read(),
    ]
}
