//! A finished archive: its pages, and searches over both texts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

use super::server::{Server, fixture, program, start, start_without_models};

/// The articles: their files, and what is in them. No model translates the number.
const ARTICLES: [(&str, &str); 3] = [
    (
        "a.txt",
        "Жетісу облысында 7 154 адам тұрақты жұмысқа орналасты\n\nУақыты: 29.08.2023\nБөлім: ӘЛЕУМЕТ\n\
         Дереккөз: turkystan.kz\n\n\
         Биыл аталған кеңестердің құрамы 46%-ға жаңарды. Осылайша, 1 қалалық және 8 аудандық \
         филиалдардағы Саяси кеңестердің құрамына 86 адам кірді.\n",
    ),
    (
        "қала/b %2F?#.txt",
        "Жетісу облысында 7 154 адам тұрақты жұмысқа орналасты\n\nУақыты: 30.08.2023\nБөлім: САЯСАТ\n\n\
         Партиялықтар екі жылда атқарылған жұмысты қорытындылап, алдағы жоспарды бекітті. \
         Қаладағы кітабы 777 888 адам оқыды.\n",
    ),
    (
        "c.txt",
        "Партиялықтар екі жылда атқарылған жұмысты қорытындылап, алдағы жоспарды бекітті. \
         Осылайша, 1 қалалық және 8 аудандық филиалдардағы Саяси кеңестердің құрамына 86 адам кірді.\n",
    ),
];

/// The same articles as pages, JSON, JSON lines and a database.
static MADE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in ARTICLES {
        let path = folder.path().join("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    for (output, format) in [
        ("pages", Some("html")),
        ("json", Some("json")),
        ("text", Some("text")),
        ("all.jsonl", None),
        ("all.sqlite", None),
    ] {
        let mut run = program(folder.path());
        run.arg("--model").arg(fixture("memorised-nllb"));
        run.args([
            "-s",
            "extractive",
            "--beam",
            "1",
            "--retries",
            "0",
            "in",
            "-o",
            output,
        ]);
        run.args(format.map(|format| ["-f", format]).iter().flatten());
        let output = run.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    folder
});

/// A copy of a folder of results, which a test may change.
fn copy(name: &str) -> (TempDir, PathBuf) {
    fn copied(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let (path, to) = (
                entry.as_ref().unwrap().path(),
                to.join(entry.unwrap().file_name()),
            );
            if path.is_dir() {
                copied(&path, &to);
            } else if !path
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with(".audarma")
            {
                fs::copy(&path, &to).unwrap();
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("out");
    copied(&MADE.path().join(name), &root);
    (folder, root)
}

fn serve(path: &Path, arguments: &[&str]) -> Server {
    start_without_models(&[&[path.to_str().unwrap()], arguments].concat())
}

fn made(name: &str) -> PathBuf {
    MADE.path().join(name)
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn search(server: &Server, query: &str) -> Value {
    let answer = server.get(&format!("/archive/api/search?{query}"));
    assert_eq!(answer.status, 200, "{query}: {answer:?}");
    answer.json()
}

/// The sentences that are found by a word.
fn found(server: &Server, words: &str) -> Vec<Value> {
    let found = search(server, &format!("q={}", encoded(words)));
    found["sentences"].as_array().unwrap().clone()
}

/// The documents of the archive.
fn documents() -> Vec<Value> {
    let lines = fs::read_to_string(made("all.jsonl")).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What the program says, and its exit code, where it does not serve.
fn refused(path: &Path) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path());
    let output = command
        .args(["serve", "--port", "0"])
        .arg(path)
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

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
    let hit = &found(&server, "кеңес renewed")[0];
    let text = hit["source"].as_str().unwrap();
    let marks: Vec<(usize, usize)> =
        serde_json::from_value(hit["marks"]["source"].clone()).unwrap();
    let words: Vec<&str> = marks
        .iter()
        .map(|&(start, end)| &text[start..end])
        .collect();
    assert_eq!(words, ["кеңестердің"]);
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
fn the_page_works_without_scripts() {
    let server = serve(&made("pages"), &[]);
    let home = server.get("/");
    assert_eq!(
        (home.status, home.header("location")),
        (307, Some("archive/"))
    );
    let home = server.get("/archive");
    assert_eq!(
        (home.status, home.header("location")),
        (307, Some("archive/"))
    );
    let page = server.get(&format!(
        "/archive/?q={}&lang=kk&section=%22%3E%3Cscript%3E",
        encoded("<b>кеңес")
    ));
    let text = page.text();
    assert!(text.contains("<html lang=\"kk\">") && text.contains("Мұрағаттан іздеу"));
    assert!(!text.contains("<script") && text.contains("&lt;b&gt;кеңес"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
    let page = server.get(&format!("/archive/?q={}", encoded("кеңес")));
    assert!(
        page.text().contains("<mark>кеңестердің</mark>"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("href=\"pages/report.html\""));
    let russian = [("Accept-Language", "ru-RU,ru;q=0.9")];
    let page = server.with("GET", "/archive/", &russian, b"");
    assert!(page.text().contains("Поиск по архиву"));
    for path in [
        "/archive/archive.css",
        "/archive/icon.svg",
        "/archive/pages/report.html",
    ] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    // Nothing is translated, and nothing changes.
    for path in [
        "/translate",
        "/api/articles",
        "/archive/",
        "/archive/api/search",
    ] {
        let answer = server.post(
            path,
            &serde_json::json!({"q": "сөз", "source": "kk", "target": "en"}),
        );
        assert!([404, 405].contains(&answer.status), "{path}");
    }
    assert_eq!(server.get("/languages").status, 404);
    assert_eq!(server.get("/health").status, 200);
}

#[test]
fn only_files_of_the_run_are_served() {
    let (folder, root) = copy("pages");
    fs::write(folder.path().join("secret.html"), "secret").unwrap();
    fs::write(root.join("other.html"), "secret").unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join("secret.html"), root.join("link.html"))
            .unwrap();
        std::os::unix::fs::symlink(folder.path(), root.join("up")).unwrap();
    }
    let server = serve(&root, &[]);
    let absolute = encoded(folder.path().join("secret.html").to_str().unwrap());
    for path in [
        "../secret.html",
        "%2e%2e/secret.html",
        "..%2fsecret.html",
        "%2e%2e%2fsecret.html",
        "a.html/../../secret.html",
        "a.html%00",
        "%00",
        "a.html%2f..%2f..%2fsecret.html",
        "..\\secret.html",
        "%5c..%5csecret.html",
        "other.html",
        "link.html",
        "up/secret.html",
        "up%2fsecret.html",
        "journal.jsonl",
        ".audarma-search.sqlite",
        "./a.html",
        "//a.html",
        "A.TXT.HTML",
        "a.html.",
        "a.html%20",
        "%ff%fe",
        "%",
        "%zz",
        "%252e%252e/secret.html",
        &absolute,
        &format!("/{absolute}"),
        "",
        ".",
        "..",
        "/",
    ] {
        let answer = server.get(&format!("/archive/pages/{path}"));
        assert!(
            [400, 404].contains(&answer.status),
            "{path}: {}",
            answer.status
        );
        assert!(
            !answer.body.windows(6).any(|part| part == b"secret"),
            "{path}"
        );
    }
    assert_eq!(server.get("/archive/pages/a.html").status, 200);
    for article in search(&server, "")["articles"].as_array().unwrap() {
        let url = article["url"].as_str().unwrap();
        let path = url.split_once(&server.address.to_string()).unwrap().1;
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    for number in ["0", "-1", "99", "x", "1.0", "1%00", "9223372036854775808"] {
        assert_eq!(
            server.get(&format!("/archive/articles/{number}")).status,
            404,
            "{number}"
        );
    }
    // What was changed since the run is not shown.
    fs::write(root.join("a.html"), "<script>1</script>").unwrap();
    let (status, message) = server.get("/archive/pages/a.html").error();
    assert_eq!(
        (status, message.as_str()),
        (
            409,
            "the article's page was changed or removed since the run"
        )
    );
    fs::remove_file(root.join("a.html")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join("secret.html"), root.join("a.html")).unwrap();
    assert_eq!(server.get("/archive/pages/a.html").status, 409);
}

#[test]
fn an_index_is_made_once_and_again_where_the_journal_changed() {
    let (_folder, root) = copy("pages");
    let index = root.join(".audarma-search.sqlite");
    // What a killed server left.
    fs::create_dir(root.join(".audarma-search-unfinished")).unwrap();
    let left = fs::File::create(root.join(".audarma-search-unfinished/index")).unwrap();
    left.set_modified(std::time::SystemTime::UNIX_EPOCH)
        .unwrap();
    drop(left);
    let server = serve(&root, &[]);
    assert!(
        server
            .told
            .contains("indexing 3 articles for searches, once"),
        "{}",
        server.told
    );
    drop(server);
    let first = fs::read(&index).unwrap();
    let left = fs::read_dir(&root).unwrap();
    let mut left = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(!left.any(|name| name.starts_with(".audarma-search-unfinished")));
    let server = serve(&root, &[]);
    assert!(!server.told.contains("indexing"), "{}", server.told);
    drop(server);
    // Damaged, of another program, or of another journal.
    for bytes in [&first[..first.len() / 2], b"notes"] {
        fs::write(&index, bytes).unwrap();
        let server = serve(&root, &[]);
        assert!(server.told.contains("indexing 3"), "{}", server.told);
        assert!(!found(&server, "кеңес").is_empty());
        drop(server);
        assert_eq!(fs::read(&index).unwrap(), first);
    }
    let journal = fs::read(root.join("journal.jsonl")).unwrap();
    fs::write(
        root.join("journal.jsonl"),
        [&journal[..], b"{\"id\":"].concat(),
    )
    .unwrap();
    let server = serve(&root, &[]);
    assert!(server.told.contains("indexing 3"), "{}", server.told);
    drop(server);
    // A page that is gone is left out and told.
    fs::write(root.join("journal.jsonl"), &journal).unwrap();
    fs::remove_file(root.join("c.html")).unwrap();
    let server = serve(&root, &[]);
    let told = "warning: 1 results are left out; the first is c.html: it cannot be read";
    assert!(server.told.contains(told), "{}", server.told);
    assert_eq!(search(&server, "")["total"], 2);
    drop(server);
    // That is told again, without another index, until the page is back.
    let server = serve(&root, &[]);
    assert!(server.told.contains(told), "{}", server.told);
    assert!(!server.told.contains("indexing"), "{}", server.told);
    drop(server);
    fs::copy(made("pages").join("c.html"), root.join("c.html")).unwrap();
    let server = serve(&root, &[]);
    assert!(server.told.contains("indexing 3"), "{}", server.told);
    assert!(!server.told.contains("left out"), "{}", server.told);
    assert_eq!(search(&server, "")["total"], 3);
}

#[test]
fn pages_of_the_report_are_served_if_this_program_wrote_them() {
    let (_folder, root) = copy("pages");
    let overview = fs::read_to_string(root.join("report.html")).unwrap();
    let errors = "{\"id\":\"x\",\"error\":{\"kind\":\"article\",\"message\":\"no letters\"}}\n";
    fs::create_dir_all(root.join("report-index")).unwrap();
    for (name, text) in [
        ("report.html", overview.as_str()),
        ("report-index/2023-08.html", overview.as_str()),
        ("report-index/failed.html", overview.as_str()),
        ("errors.jsonl", errors),
    ] {
        fs::write(root.join(name), text).unwrap();
    }
    fs::write(root.join("report-index/notes.html"), &overview).unwrap();
    let server = serve(&root, &[]);
    let status = |name: &str| server.get(&format!("/archive/pages/{name}")).status;
    let names = [
        "report.html",
        "report-index/2023-08.html",
        "report-index/failed.html",
        "errors.jsonl",
    ];
    for name in names {
        assert_eq!(status(name), 200, "{name}");
        fs::write(root.join(name), "<p>secret").unwrap();
        assert_eq!(status(name), 404, "{name}");
    }
    for name in [
        "report-index/notes.html",
        "report-index/2023-08.js",
        "report-index%2f..%2fother.html",
    ] {
        assert_eq!(status(name), 404, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn where_the_folder_cannot_be_written_the_index_is_temporary() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, root) = copy("pages");
    // For whoever may write everywhere, something is in the way.
    let is_root = {
        let probe = root.join("probe");
        fs::set_permissions(&root, fs::Permissions::from_mode(0o555)).unwrap();
        let is_root = fs::write(&probe, "").is_ok();
        let _ = fs::remove_file(probe);
        is_root
    };
    if is_root {
        fs::create_dir(root.join(".audarma-search.sqlite")).unwrap();
    }
    let server = serve(&root, &[]);
    assert!(
        server.told.contains("the index for searches is temporary"),
        "{}",
        server.told
    );
    assert!(!found(&server, "кеңес").is_empty());
    assert_eq!(server.get("/archive/pages/a.html").status, 200);
    fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(!root.join(".audarma-search.sqlite").is_file());
}

#[cfg(unix)]
#[test]
fn what_an_archive_links_to_is_not_written() {
    let (folder, root) = copy("pages");
    let mine = folder.path().join("mine");
    fs::write(&mine, "mine").unwrap();
    let link = |name: &str| std::os::unix::fs::symlink(&mine, root.join(name)).unwrap();
    fs::create_dir(root.join(".audarma-search-unfinished")).unwrap();
    for name in ["lock", "index", "index-journal", "scratch"] {
        link(&format!(".audarma-search-unfinished/{name}"));
    }
    let server = serve(&root, &[]);
    assert!(!server.told.contains("temporary"), "{}", server.told);
    drop(server);
    fs::remove_file(root.join(".audarma-search.sqlite")).unwrap();
    link(".audarma-search.sqlite");
    let server = serve(&root, &[]);
    assert!(server.told.contains("temporary"), "{}", server.told);
    assert!(!found(&server, "кеңес").is_empty());
    assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
    assert!(root.join(".audarma-search-unfinished/lock").is_symlink());
}

#[test]
fn what_is_no_archive_is_told_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("empty")).unwrap();
    fs::create_dir(path("foreign")).unwrap();
    fs::write(path("foreign/journal.jsonl"), "{\"id\": 1}\n").unwrap();
    fs::write(path("a.docx"), "PK").unwrap();
    fs::write(path("a.jsonl"), "{\"id\": \"a\", \"text\": \"b\"}\n").unwrap();
    fs::write(path("none.jsonl"), "").unwrap();
    fs::write(path("a.sqlite"), "SQLite format 3\0").unwrap();
    let sound = fs::read(made("all.sqlite")).unwrap();
    fs::write(path("half.sqlite"), &sound[..sound.len() / 2]).unwrap();
    let mut told = String::new();
    for path in [
        path("absent"),
        path("empty"),
        path("foreign"),
        path("a.docx"),
        path("a.jsonl"),
        path("none.jsonl"),
        path("a.sqlite"),
        path("half.sqlite"),
        made("text"),
    ] {
        let (code, message) = refused(&path);
        assert_eq!(code, Some(2), "{message}");
        let message = message.replace(folder.path().to_str().unwrap(), "F");
        let message = message.replace(MADE.path().to_str().unwrap(), "M");
        told.push_str(&message);
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_key_is_asked_for_as_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    fs::write(&keys, "newsroom-key\n").unwrap();
    let server = serve(&made("all.sqlite"), &["--api-keys", keys.to_str().unwrap()]);
    let with = |path: &str, value: &str| server.with("GET", path, &[("Authorization", value)], b"");
    // No key can be read from these: the second has "a:құпия".
    for other in ["Basic", "Basic YTrSm9Kx0L/QuNGP", "Digest a", "Bearer"] {
        let answer = with("/archive/", other);
        assert_eq!(answer.status, 401, "{other}");
        assert!(answer.header("www-authenticate").is_some(), "{other}");
    }
    // ":newsroom-key" and "a:wrong-key-1"
    let (right, wrong) = ("Basic Om5ld3Nyb29tLWtleQ==", "Basic YTp3cm9uZy1rZXktMQ==");
    for path in ["/archive/", "/archive/articles/1", "/archive/pages/a.html"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 401, "{path}");
        assert!(
            answer
                .header("www-authenticate")
                .unwrap()
                .starts_with("Basic realm=")
        );
        assert_eq!(with(path, wrong).status, 401, "{path}");
        assert!([200, 404].contains(&with(path, right).status), "{path}");
    }
    let search = "/archive/api/search?q=a";
    assert_eq!(server.get(search).status, 400);
    assert_eq!(with(search, wrong).status, 403);
    for value in [right, "Bearer newsroom-key"] {
        assert_eq!(with(search, value).status, 200);
    }
    assert_eq!(
        server.get(&format!("{search}&api_key=newsroom-key")).status,
        200
    );
}

#[test]
fn an_archive_is_below_the_prefix_and_known_by_its_hosts() {
    let server = serve(&made("all.sqlite"), &["--url-prefix", "/kk"]);
    assert_eq!(server.get("/kk/archive/").status, 200);
    assert_eq!(server.get("/archive/").status, 404);
    let hit = server
        .get(&format!("/kk/archive/api/search?q={}", encoded("кеңес")))
        .json();
    let url = hit["sentences"][0]["article"]["url"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(url.contains("/kk/archive/articles/"), "{url}");
    let evil = [("Host", "evil.example")];
    assert_eq!(server.with("GET", "/kk/archive/", &evil, b"").status, 403);
}

#[test]
fn with_a_model_the_archive_is_beside_the_translation() {
    let server = start(&[made("pages").to_str().unwrap()]);
    assert_eq!(server.get("/").status, 200);
    assert!(!found(&server, "кеңес").is_empty());
    let answer = server.form(
        "/translate",
        &format!("q={}&source=kk&target=en", encoded(super::server::SENTENCE)),
    );
    assert_eq!(answer.json()["translatedText"], super::server::TRANSLATION);
    // Without an archive there is none.
    let server = start(&[]);
    assert_eq!(server.get("/archive/").status, 404);
    assert_eq!(server.get("/archive/api/search?q=a").status, 404);
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
