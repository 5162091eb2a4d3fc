//! What a search finds, and that no query is an error.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::{ARTICLES, documents, encoded, found, made, search, serve};

#[test]
fn every_sentence_is_found_as_it_is_in_every_kind_of_archive() {
    for name in ["pages", "json", "all.jsonl", "all.sqlite"] {
        let server = serve(&made(name), &[]);
        for document in documents() {
            let title = document["title"].as_object().map(|_| &document["title"]);
            let paragraphs = document["paragraphs"].as_array().unwrap().iter();
            let body = paragraphs.flat_map(|paragraph| paragraph["sentences"].as_array().unwrap());
            let all = title
                .map(|title| (0, title))
                .into_iter()
                .chain((1..).zip(body));
            for (number, sentence) in all {
                let source = sentence["source"].as_str().unwrap();
                let hits = found(&server, source);
                let is_it = |hit: &&Value| {
                    hit["article"]["id"] == document["id"] && hit["sentence"] == number
                };
                let hit = hits.iter().find(is_it);
                let hit = hit.unwrap_or_else(|| panic!("{name}: {source} is not in {hits:?}"));
                assert_eq!(hit["source"], sentence["source"], "{name}");
                assert_eq!(hit["target"], sentence["target"], "{name}");
                assert_eq!(hit["flags"], sentence["flags"], "{name}");
                assert_eq!(
                    hit["article"]["date"], document["metadata"]["date"],
                    "{name}"
                );
                let section = &document["metadata"]["section"];
                assert_eq!(&hit["article"]["section"], section, "{name}");
                assert_eq!(
                    hit["article"]["outlet"], document["metadata"]["origin"],
                    "{name}"
                );
                assert_eq!(
                    &hit["article"]["title"]["target"],
                    &document["title"]["target"]
                );
            }
        }
    }
}

#[test]
fn words_are_found_by_their_beginnings_in_both_languages() {
    let server = serve(&made("pages"), &[]);
    for (words, source) in [
        ("кеңес", "Биыл аталған кеңестердің құрамы 46%-ға жаңарды."),
        (
            "КЕҢЕС аталған",
            "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.",
        ),
        (
            "councils renewed",
            "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.",
        ),
        (
            "кеңес renewed",
            "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.",
        ),
        ("кітап", "Қаладағы кітабы 777 888 адам оқыды."),
        // As they are written without the letters of Kazakh.
        (
            "кенестердин аталган",
            "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.",
        ),
        ("Каладагы китап", "Қаладағы кітабы 777 888 адам оқыды."),
    ] {
        let hits = found(&server, words);
        assert!(
            hits.iter().any(|hit| hit["source"] == source),
            "{words}: {hits:?}"
        );
        // All words are wanted.
        assert!(
            found(&server, &format!("{words} zzz")).is_empty(),
            "{words}"
        );
    }
    for words in ["кеңес renewed", "кенес renewed"] {
        let hit = &found(&server, words)[0];
        let text = hit["source"].as_str().unwrap();
        let marks: Vec<(usize, usize)> =
            serde_json::from_value(hit["marks"]["source"].clone()).unwrap();
        let words: Vec<&str> = marks
            .iter()
            .map(|&(start, end)| &text[start..end])
            .collect();
        assert_eq!(words, ["кеңестердің"]);
    }
}

#[test]
fn no_query_is_syntax_or_an_error() {
    let server = serve(&made("all.sqlite"), &[]);
    for words in [
        "\"",
        "'",
        "*",
        "a\"b",
        "source:кеңес",
        "кеңес NOT жаңарды",
        "NEAR(кеңес жаңарды, 1)",
        "(",
        "^кеңес",
        "- -",
        "кеңес*",
        "{source target}: x",
        "'; DROP TABLE articles; --",
        "\0",
        "%",
    ] {
        let answer = server.get(&format!("/archive/api/search?q={}", encoded(words)));
        assert_eq!(answer.status, 200, "{words}: {answer:?}");
        let page = server.get(&format!("/archive/?q={}", encoded(words)));
        assert_eq!(page.status, 200, "{words}");
    }
    assert!(!found(&server, "кеңес").is_empty());
}

#[test]
fn filters_leave_days_sections_outlets_and_flags() {
    let server = serve(&made("pages"), &[]);
    let ids = |query: &str| {
        let found = search(&server, query);
        let items = found["articles"].as_array().unwrap().iter();
        let ids: Vec<String> = items
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(found["total"], ids.len());
        ids
    };
    let (a, b, c) = (ARTICLES[0].0, ARTICLES[1].0, ARTICLES[2].0);
    // The newest first; what has no day comes last.
    assert_eq!(ids(""), [b, a, c]);
    assert_eq!(ids("from=2023-08-30"), [b]);
    assert_eq!(ids("to=2023-08-29"), [a]);
    assert_eq!(ids("from=2023-08-29&to=2023-08-30"), [b, a]);
    assert_eq!(ids(&format!("section={}", encoded("САЯСАТ"))), [b]);
    assert_eq!(ids("outlet=turkystan.kz"), [a]);
    assert_eq!(ids("outlet=example.org"), Vec::<String>::new());
    assert!(ids("flag=numbers").contains(&b.to_owned()));
    let flagged = search(
        &server,
        &format!("q={}&flag=numbers", encoded("адам оқыды")),
    );
    assert_eq!(
        flagged["sentences"][0]["source"],
        "Қаладағы кітабы 777 888 адам оқыды."
    );
    let newest = search(&server, &format!("q={}&order=day", encoded("Партиялықтар")));
    let newest: Vec<&Value> = newest["sentences"].as_array().unwrap().iter().collect();
    assert_eq!(
        [&newest[0]["article"]["id"], &newest[1]["article"]["id"]],
        [b, c]
    );
    for query in [
        "from=yesterday",
        "to=2023-13-01",
        "flag=nothing",
        "order=random",
        "page=0",
        "page=501",
        "page=x",
        &format!("q={}", "a".repeat(401)),
    ] {
        let (status, message) = server.get(&format!("/archive/api/search?{query}")).error();
        assert_eq!(status, 400, "{query}");
        assert!(message.starts_with("Invalid request: "), "{message}");
        assert_eq!(
            server.get(&format!("/archive/?{query}")).status,
            400,
            "{query}"
        );
    }
}

#[test]
fn a_hit_leads_to_its_place_on_the_articles_page() {
    for name in ["pages", "all.sqlite", "all.jsonl"] {
        let server = serve(&made(name), &[]);
        for hit in found(&server, "жұмысты қорытындылап") {
            let url = hit["article"]["url"].as_str().unwrap();
            let path = url.split_once(&server.address.to_string()).unwrap().1;
            let (path, place) = path.split_once('#').unwrap();
            let page = server.get(path);
            assert_eq!(page.status, 200, "{path}");
            assert_eq!(
                page.header("content-type"),
                Some("text/html; charset=utf-8")
            );
            let policy = page.header("content-security-policy").unwrap();
            assert!(policy.starts_with("default-src 'none';") && policy.ends_with("sandbox"));
            let target = hit["target"].as_str().unwrap();
            let text = page.text();
            let start = text.find(&format!("id=\"{place}\"")).unwrap();
            assert!(
                text[start..].contains(hit["source"].as_str().unwrap()),
                "{name} {place}"
            );
            assert!(text[start..].contains(target.split(' ').next().unwrap()));
        }
    }
}

#[test]
fn results_have_pages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.jsonl");
    let document = &documents()[0];
    let lines: Vec<String> = (0..45)
        .map(|number| {
            let mut document = document.clone();
            document["id"] = format!("{number:02}").into();
            document.to_string()
        })
        .collect();
    fs::write(&path, lines.join("\n")).unwrap();
    let server = serve(&path, &[]);
    let mut ids = BTreeSet::new();
    for page in 1..=3 {
        let found = search(&server, &format!("page={page}"));
        assert_eq!(
            (&found["total"], &found["page"]),
            (&45.into(), &page.into())
        );
        let items = found["articles"].as_array().unwrap();
        assert_eq!(items.len(), if page < 3 { 20 } else { 5 });
        ids.extend(items.iter().map(|item| item["id"].to_string()));
    }
    assert_eq!(ids.len(), 45);
    assert_eq!(search(&server, "page=4")["articles"], serde_json::json!([]));
    let text = server
        .get("/archive/?page=2&from=2000-01-01")
        .text()
        .to_owned();
    assert!(
        text.contains("rel=\"prev\" href=\"./?from=2000-01-01&amp;page=1\""),
        "{text}"
    );
    assert!(text.contains("rel=\"next\" href=\"./?from=2000-01-01&amp;page=3\""));
    assert!(text.contains("<ol start=\"21\">"));
}
