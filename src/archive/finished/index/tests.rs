use super::*;

/// A folder in which a build ended an age ago, with these files.
fn left(path: &Path, names: &[&str]) {
    fs::create_dir(path).unwrap();
    for name in names {
        let file = File::create(path.join(name)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn only_what_a_killed_build_left_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    left(&path(".audarma-search-unfinished"), &["index", "lock"]);
    left(&path(".audarma-search-unfinished-a"), &["index", "scratch"]);
    left(
        &path(".audarma-search-unfinished-notes"),
        &["index", "notes"],
    );
    left(&path("other"), &["index"]);
    fs::create_dir(path(".audarma-search-unfinished-now")).unwrap();
    fs::write(path(".audarma-search-unfinished-now/index"), "half").unwrap();
    remove_abandoned(folder.path());
    assert_eq!(
        names(folder.path()),
        [
            ".audarma-search-unfinished-notes",
            ".audarma-search-unfinished-now",
            "other"
        ]
    );
    assert_eq!(names(&path(".audarma-search-unfinished-notes")).len(), 2);
}

#[cfg(unix)]
#[test]
fn a_link_in_an_archive_is_neither_written_nor_removed() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("mine"), "mine").unwrap();
    fs::create_dir(path("out")).unwrap();
    let hidden = path("out/.audarma-search-unfinished");
    left(&hidden, &["index"]);
    symlink(path("mine"), hidden.join("lock")).unwrap();
    symlink(&hidden, path("out/.audarma-search-unfinished-link")).unwrap();
    let index = path("out/.audarma-search.sqlite");
    let build = folder_beside(&index).unwrap();
    assert_eq!(names(build.path()), Vec::<String>::new());
    assert_eq!(names(&hidden), ["index", "lock"]);
    assert!(path("out/.audarma-search-unfinished-link").is_symlink());
    symlink(path("mine"), &index).unwrap();
    assert!(is_replaceable(&index).is_err() && folder_beside(&index).is_err());
    assert_eq!(fs::read_to_string(path("mine")).unwrap(), "mine");
}

#[test]
fn a_batch_ends_at_its_bytes_and_has_a_file() {
    let file = ResultFile {
        id: String::new(),
        file: String::new(),
        digest: Key::default(),
    };
    let files = vec![file; 300];
    assert_eq!(batch_length(&files, |_| 0), MAX_BATCH);
    assert_eq!(batch_length(&files, |_| MAX_BATCH_BYTES / 4), 4);
    assert_eq!(batch_length(&files, |_| u64::MAX), 1);
    assert_eq!(batch_length(&files[..7], |_| 1), 7);
    assert_eq!(batch_length(&[], |_| 1), 0);
}

#[test]
fn of_two_articles_with_one_file_the_second_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let page = "<!DOCTYPE html><body><main><article></article></main>";
    fs::write(folder.path().join("a.html"), page).unwrap();
    let file = |id: &str| ResultFile {
        id: id.to_owned(),
        file: String::from("a.html"),
        digest: crate::archive::key::key(page.as_bytes()),
    };
    let files = vec![file("a"), file("b")];
    let pages = add_files(folder.path(), files, &mut |_| Ok(())).unwrap();
    assert_eq!((pages.files.len(), pages.left_out.len()), (1, 1));
    assert_eq!(pages.left_out[0].id, "b");
    assert!(!pages.left_out[0].is_back(folder.path()));
    let index = folder.path().join("index");
    let out = File::create(&index).unwrap();
    let writer = report::Writer::new(Format::Sqlite, &Style::default(), out);
    writer.finish().unwrap();
    complete(&index, &pages, "0f").unwrap();
    let database = Database::open(&index).unwrap();
    assert_eq!(left_out_of(&database, "0f").unwrap().len(), 1);
    assert!(left_out_of(&database, "00").is_none());
}
