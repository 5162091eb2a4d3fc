//! Which files of a run are served.

use std::fs;

use super::{copy, encoded, search, serve};

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
    // A browser is told on a page, with the way back.
    for (name, status, words) in [
        ("a.html", 409, "changed or removed"),
        ("deep/x.html", 404, "no such page"),
    ] {
        let path = format!("/archive/pages/{name}");
        let answer = server.with("GET", &path, &[("Accept", "text/html,*/*;q=0.8")], b"");
        assert_eq!(answer.status, status);
        let page = String::from_utf8_lossy(&answer.body);
        let way_back = "../".repeat(name.matches('/').count() + 1);
        assert!(page.contains(words), "{page}");
        assert!(page.contains(&format!("href=\"{way_back}./\"")), "{page}");
    }
    fs::remove_file(root.join("a.html")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join("secret.html"), root.join("a.html")).unwrap();
    assert_eq!(server.get("/archive/pages/a.html").status, 409);
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
