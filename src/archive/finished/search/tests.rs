use super::*;
use crate::archive::finished::database::WORDS;
use crate::archive::overview::made;
use crate::report::{Format, Style, Writer};

/// A run's database of made articles, of which every third comes later than its day.
fn database(folder: &std::path::Path, articles: usize) -> (Connection, Places) {
    let path = folder.join("a.sqlite");
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = Writer::new(Format::Sqlite, &Style::default(), file);
    let (later, first): (Vec<usize>, Vec<usize>) =
        (0..articles).partition(|number| number % 3 == 0);
    for number in first.into_iter().chain(later) {
        writer.add(&made::document(number)).unwrap();
    }
    writer.finish().unwrap();
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(WORDS).unwrap();
    let places = Places::read(&connection).unwrap();
    (connection, places)
}

/// The sentences that a query finds, as one statement says it.
fn plainly(connection: &Connection, query: &Query) -> Vec<i64> {
    let order = match query.order {
        Order::Rank => "bm25(search)",
        Order::Day => "a.date IS NULL, substr(a.date, 1, 10) DESC",
    };
    let filter = &query.filter;
    let flag = filter.flag.map(Check::name);
    let mut select = connection
        .prepare(&format!(
            "SELECT search.rowid FROM search JOIN sentences s ON s.sentence = search.rowid \
             JOIN articles a ON a.article = s.article WHERE search MATCH ?1 \
             AND (?2 IS NULL OR substr(a.date, 1, 10) >= ?2) \
             AND (?3 IS NULL OR substr(a.date, 1, 10) <= ?3) \
             AND (?4 IS NULL OR ?4 IN (a.section_source, a.section_target)) \
             AND (?5 IS NULL OR a.origin = ?5) \
             AND (?6 IS NULL OR EXISTS (SELECT 1 FROM flags f WHERE f.sentence = s.sentence \
                  AND f.\"check\" = ?6)) ORDER BY {order}, search.rowid"
        ))
        .unwrap();
    let expression = expression(&query.words, &mut |_| Ok(false));
    let expression = expression.unwrap().unwrap();
    let values = rusqlite::params![
        expression,
        filter.from,
        filter.to,
        filter.section,
        filter.outlet,
        flag
    ];
    let rows = select.query_map(values, |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn filters() -> Vec<Filter> {
    let none = Filter::default();
    let text = |text: &str| Some(text.to_owned());
    vec![
        none.clone(),
        Filter {
            from: text("2023-12-27"),
            to: text("2023-12-27"),
            ..none.clone()
        },
        Filter {
            section: text("СПОРТ"),
            outlet: text("aikyn.kz"),
            ..none.clone()
        },
        Filter {
            section: text("CULTURE"),
            flag: Some(Check::Numbers),
            ..none.clone()
        },
        Filter {
            outlet: text("nowhere"),
            ..none
        },
    ]
}

#[test]
fn a_search_finds_what_a_plain_statement_does_in_the_same_order() {
    let folder = tempfile::tempdir().unwrap();
    let (connection, places) = database(folder.path(), 200);
    for words in ["ержан", "Кітапхана", "мектеп tenge", "жөндеуден", "нет"]
    {
        for filter in filters() {
            for order in [Order::Rank, Order::Day] {
                let query = Query {
                    words: words.to_owned(),
                    filter: filter.clone(),
                    order,
                };
                let plain = plainly(&connection, &query);
                for page in [0, 1, 7] {
                    let expression = expression(words, &mut |_| Ok(false)).unwrap().unwrap();
                    let found = numbers(&connection, &places, &query, &expression, page);
                    let (total, found) = found.unwrap();
                    let expected = plain.iter().skip(page * PAGE_ITEMS).take(PAGE_ITEMS);
                    assert!(found.iter().eq(expected), "{query:?} {page}");
                    assert_eq!(total, plain.len(), "{query:?}");
                }
            }
        }
    }
}

#[test]
fn of_very_many_sentences_those_of_the_newest_days_are_ranked() {
    let folder = tempfile::tempdir().unwrap();
    let (connection, places) = database(folder.path(), 750);
    let query = |order| Query {
        words: String::from("Тоқаев"),
        filter: Filter::default(),
        order,
    };
    let newest = plainly(&connection, &query(Order::Day));
    assert!(newest.len() > MAX_COUNTED);
    let newest = &newest[..MAX_COUNTED];
    let ranked: Vec<i64> = plainly(&connection, &query(Order::Rank))
        .into_iter()
        .filter(|sentence| newest.contains(sentence))
        .collect();
    for (order, expected) in [(Order::Day, newest), (Order::Rank, &ranked)] {
        for page in [0, MAX_COUNTED / PAGE_ITEMS - 1] {
            let found = sentences(&connection, &places, &query(order), page, false).unwrap();
            assert!(found.is_more && found.total == MAX_COUNTED);
            let (_, numbers) =
                numbers(&connection, &places, &query(order), "\"Тоқаев\"*", page).unwrap();
            assert_eq!(
                numbers,
                expected[page * PAGE_ITEMS..][..PAGE_ITEMS],
                "{order:?}"
            );
            let marks = |hit: &Hit| hit.source.iter().any(|piece| piece.is_found);
            assert!(found.items.iter().all(marks), "{:?}", found.items);
        }
    }
}

#[test]
fn articles_are_listed_as_a_plain_statement_does() {
    let folder = tempfile::tempdir().unwrap();
    let (connection, places) = database(folder.path(), 200);
    let mut select = connection
        .prepare("SELECT article FROM articles a ORDER BY a.date IS NULL, a.date DESC, a.article")
        .unwrap();
    let plain = select.query_map([], |row| row.get(0)).unwrap();
    let plain: Vec<i64> = plain.collect::<Result<_, _>>().unwrap();
    let mut listed = Vec::new();
    for page in 0..10 {
        let found = articles(&connection, &places, &Filter::default(), page, false).unwrap();
        assert_eq!(found.total, 200);
        listed.extend(found.items.iter().map(|article| article.number));
    }
    assert_eq!(listed, plain);
    for filter in filters() {
        let found = articles(&connection, &places, &filter, 0, false).unwrap();
        for article in &found.items {
            assert!(filter.flag.is_none_or(|flag| article.flags.contains(&flag)));
            assert!(filter.outlet.is_none() || filter.outlet == article.outlet);
        }
    }
}

#[test]
fn a_check_that_is_listed_many_times_is_one() {
    let list = "numbers, ".repeat(1_000) + "names, of another version";
    assert_eq!(checks(&list), [Check::Numbers, Check::Names]);
}
