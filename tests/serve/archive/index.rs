//! The index that is made for searches, and what none is made of.

use std::fs;

use super::{MADE, copy, found, made, refused, search, serve};

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
    drop(server);
    // So is one that is changed or gone when the index is there; a copy with another time is the same.
    fs::write(root.join("a.html"), "changed").unwrap();
    let server = serve(&root, &[]);
    assert!(server.told.contains("left out"), "{}", server.told);
    assert_eq!(search(&server, "")["total"], 2);
    drop(server);
    fs::copy(made("pages").join("a.html"), root.join("a.html")).unwrap();
    drop(serve(&root, &[]));
    let page = fs::File::options().append(true).open(root.join("c.html"));
    page.unwrap()
        .set_modified(std::time::SystemTime::UNIX_EPOCH)
        .unwrap();
    let server = serve(&root, &[]);
    assert!(!server.told.contains("indexing"), "{}", server.told);
    drop(server);
    fs::remove_file(root.join("c.html")).unwrap();
    let server = serve(&root, &[]);
    assert!(server.told.contains("left out"), "{}", server.told);
    assert_eq!(search(&server, "")["total"], 2);
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

#[cfg(target_os = "linux")]
#[test]
fn an_index_for_which_there_is_no_room_is_a_temporary_failure() {
    let (_folder, root) = copy("pages");
    // Of a limit of files SQLite tells as little as of a quota that is used up.
    let limited = std::process::Command::new("sh")
        .args(["-c", "ulimit -f 40; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_translate"))
        .args(["serve", "--port", "0"])
        .arg(&root)
        .output()
        .unwrap();
    let told = String::from_utf8(limited.stderr).unwrap();
    assert_eq!(limited.status.code(), Some(75), "{told}");
    assert!(
        told.contains("the index for searches cannot be written: File too large"),
        "{told}"
    );
    let left = fs::read_dir(&root).unwrap();
    let mut left = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(!left.any(|name| name.starts_with(".audarma")));
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
