use std::collections::BTreeMap;

use super::*;

/// The files of an archive of these articles: ids, days.
fn files(items: &[(&str, Day)], failures: usize) -> BTreeMap<String, String> {
    let reasons = [
        String::from("“2” has no counterpart <b>"),
        String::from("“3” has none"),
    ];
    let names = [String::from("Ақсу"), String::from("Aksu")];
    written(failures, &mut |index| {
        for (id, day) in items {
            index
                .add(&Item {
                    id,
                    day: *day,
                    title: Some(id),
                    original: Some("Тақырып <i>"),
                    language: Some("kaz_Cyrl"),
                    summary: Some("A <b>summary</b>."),
                    section: Some(("МӘДЕНИЕТ", "CULTURE")),
                    outlet: Some("example.kz"),
                    url: Some("https://example.kz/1?a=b&c=\"d"),
                    flags: &[Flag {
                        check: Check::Numbers,
                        sentences: 2,
                        reasons: &reasons,
                    }],
                    names: &names,
                    file: &format!("{id}.html"),
                })
                .unwrap();
        }
    })
}

fn written(failures: usize, add: &mut dyn FnMut(&mut Index)) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut order = Vec::new();
    let mut put = |name: &str, bytes: &[u8]| {
        order.push(name.to_owned());
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert_eq!(files.insert(name.to_owned(), text), None, "{name}");
        Ok(())
    };
    let mut index = Index::new(&mut put);
    for failure in 0..failures {
        index.fail(&format!("f{failure}"), "no <text>").unwrap();
    }
    add(&mut index);
    index
        .finish(&Ending {
            errors: "errors.jsonl",
            is_complete: true,
        })
        .unwrap();
    assert_eq!(order.last().map(String::as_str), Some(FILE));
    for (path, text) in &files {
        let name = path.strip_prefix("report-index/");
        assert_eq!(name.is_some_and(is_name), path != FILE, "{path}");
        assert!(
            is_beginning(name.unwrap_or(path), text.as_bytes()),
            "{path}"
        );
    }
    files
}

/// What a part's script holds.
fn data(script: &str) -> Vec<serde_json::Value> {
    let json = script
        .split_once(",[")
        .and_then(|(_, rest)| rest.strip_suffix(");\n"));
    serde_json::from_str(&format!("[{}", json.unwrap())).unwrap()
}

#[test]
fn articles_are_in_their_days_and_those_without_a_date_at_the_end() {
    let files = files(
        &[
            ("c", Some(20_230_930)),
            ("a", Some(20_230_829)),
            ("b", Some(20_230_829)),
            ("d", None),
        ],
        2,
    );
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let data_files = ["2023-08.js", "2023-09.js", "parts.js", "undated.js"];
    let mut expected: Vec<String> = data_files.map(|name| format!("report-index/{name}")).into();
    expected.push(String::from(FILE));
    assert_eq!(names, expected);
    let page = &files[FILE];
    assert_eq!(page.matches("<section class=\"day\"").count(), 3);
    assert!(
        page.contains("29 August 2023 to 30 September 2023"),
        "{page}"
    );
    assert!(page.contains("<a href=\"#d-2023-08-29\" data-from=\"2023-08-29\" data-to=\"2023-08-29\">29 August 2023</a> <span>2</span>"), "{page}");
    assert!(page.contains("id=\"no-date\"><h2>No date</h2>"));
    assert!(page.contains("<a href=\"#failed\">2 failed</a>"));
    assert!(page.contains("<dt>f1</dt><dd>no &lt;text&gt;</dd>"));
    assert!(page.contains("<option value=\"МӘДЕНИЕТ\">CULTURE (МӘДЕНИЕТ) (4)</option>"));
    assert!(!page.contains("Older articles"));
    let august = data(&files["report-index/2023-08.js"]);
    assert_eq!(august.len(), 2);
    assert_eq!(august[1]["id"], "b");
    assert_eq!(august[1]["flags"][0][2][0], "“2” has no counterpart <b>");
}

#[test]
fn texts_are_escaped_and_names_cannot_lead_elsewhere() {
    let hostile = "javascript:alert(1)//\"><i></script>\u{202e}\n";
    let files = written(0, &mut |index| {
        let item = Item {
            id: hostile,
            day: None,
            title: None,
            original: Some(hostile),
            language: Some("x\" onclick=\"y"),
            summary: Some(hostile),
            section: Some((hostile, hostile)),
            outlet: Some(hostile),
            url: Some(hostile),
            flags: &[],
            names: &[],
            file: hostile,
        };
        index.add(&item).unwrap();
        index.fail(hostile, hostile).unwrap();
    });
    let page = &files[FILE];
    assert!(
        page.contains(
            "href=\"./javascript%3Aalert%281%29//%22%3E%3Ci%3E%3C/script%3E%E2%80%AE%0A\""
        )
    );
    assert!(
        !page.contains("<i>") && !page.contains('\u{202e}') && !page.contains("href=\"javascript")
    );
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script>").count(), 2);
    assert!(!page.contains(" onclick=\"y"));
    for script in ["undated.js", PARTS] {
        let script = &files[&format!("{FOLDER}/{script}")];
        assert!(
            !script.contains('<') && !script.contains('\u{202e}'),
            "{script}"
        );
    }
    assert_eq!(
        data(&files["report-index/undated.js"])[0]["summary"],
        hostile
    );
}

#[test]
fn of_many_articles_each_is_on_the_first_page_or_on_another_and_all_are_in_the_data() {
    let ids: Vec<String> = (0..2600).map(|number| number.to_string()).collect();
    let day = |number: usize| match number {
        2500.. => None,
        number => Some(20_231_230 - u32::try_from(number / 1250).unwrap() * 100),
    };
    let items: Vec<(&str, Day)> = ids
        .iter()
        .enumerate()
        .map(|(n, id)| (id.as_str(), day(n)))
        .collect();
    let files = files(&items, 0);
    let page = &files[FILE];
    let count = |text: &str| text.matches("<article").count();
    assert!(count(page) <= MAX_LISTED && page.len() < 2_000_000);
    let pages = files.iter().filter(|(path, _)| path.ends_with(".html"));
    assert_eq!(pages.map(|(_, text)| count(text)).sum::<usize>(), 2600);
    let scripts = files
        .iter()
        .filter(|(path, _)| path.ends_with(".js") && !path.ends_with(PARTS));
    assert_eq!(
        scripts.map(|(_, text)| data(text).len()).sum::<usize>(),
        2600
    );
    // Every link to a page leads to one.
    for (path, text) in &files {
        for link in text
            .split("href=\"./")
            .skip(1)
            .filter_map(|rest| rest.split_once(['"', '#']))
        {
            let base = if path == FILE { "" } else { "report-index/" };
            let target = format!("{base}{}", link.0);
            let is_page = link.0.starts_with(|c: char| !c.is_ascii_digit()) || path != FILE;
            assert!(!is_page || files.contains_key(&target), "{path}: {target}");
        }
    }
    assert!(
        page.contains("./report-index/2023-11.html#d-2023-11-30"),
        "the strip leads there"
    );
    let undated = &files["report-index/undated.html"];
    assert!(undated.contains("<h3><a href=\"../2599.html\">"));
    assert!(undated.contains("rel=\"prev\" href=\"./2023-11-"));
}
