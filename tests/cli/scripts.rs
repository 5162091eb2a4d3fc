//! Kazakh in other scripts, its neighbours, and text that was damaged before it came here.

use super::support::World;

const TITLE: &str = "7,154 people found permanent jobs in Zhetisu Region";
const SENTENCE: &str =
    "Party members summed up the work done over two years and approved the plan ahead.";

#[test]
fn kazakh_in_the_official_latin_alphabets_is_translated_and_what_the_model_read_is_shown() {
    let of_2018 = "Jetisý oblysynda 7 154 adam turaqty jumysqa ornalasty\n\n\
                   Partııalyqtar eki jylda atqarylǵan jumysty qorytyndylap, aldaǵy jospardy bekitti.\n";
    let of_2021 = "Jetısu oblysynda 7 154 adam tūraqty jūmysqa ornalasty\n\n\
                   Partiialyqtar ekı jylda atqarylğan jūmysty qorytyndylap, aldağy jospardy bekıttı.\n";
    let of_2017 = "Jetisy' oblysynda 7 154 adam turaqty jumysqa ornalasty\n\n\
                   Parti'i'alyqtar eki jylda atqarylg'an jumysty qorytyndylap, aldag'y jospardy bekitti.\n";
    for (year, text) in [("2017", of_2017), ("2018", of_2018), ("2021", of_2021)] {
        let world = World::new();
        world.write("latin.txt", text);
        let outcome = world.translate(&["latin.txt", "-s", "none", "-f", "json"]);
        let outcome = outcome.expect_code(0);
        assert!(
            outcome
                .stderr
                .contains(&format!("Latin alphabet of {year}")),
            "{}",
            outcome.stderr
        );
        let json = outcome.json();
        assert_eq!(json["languages"]["source"], "kaz_Latn");
        assert_eq!(json["title"]["target"], TITLE);
        let sentence = &json["paragraphs"][0]["sentences"][0];
        assert_eq!(sentence["source"], text.lines().last().unwrap());
        assert_eq!(
            sentence["model_input"],
            "Партиялықтар екі жылда атқарылған жұмысты қорытындылап, алдағы жоспарды бекітті."
        );
        assert_eq!(sentence["target"], SENTENCE);
        assert_eq!(sentence["flags"], serde_json::json!([]));
    }
}

#[test]
fn scripts_that_the_models_do_not_read_are_refused_with_a_way_out() {
    let said_of = |text: &str| {
        let world = World::new();
        world.write("article.txt", text);
        let outcome = world.translate(&["article.txt"]);
        outcome.expect_code(1).snapshot()
    };
    insta::assert_snapshot!(
        "kazakh_in_arabic_script",
        said_of("اۋداندا جاڭا مەكتەپ اشىلدى، وعان ٴۇش جۇزدەن استام بالا بارادى.")
    );
    insta::assert_snapshot!(
        "kazakh_in_the_turkic_alphabet",
        said_of("Awdanda jaña mektep aşıldı, oğan üş jüzden astam bala baradı, dedi basşılar.")
    );
    insta::assert_snapshot!(
        "kazakh_in_an_alphabet_with_digraphs",
        said_of(
            "Aúdanda jana mektep ashyldy, oghan ýsh jýzden astam bala barady, búl jaghday jaqsy."
        )
    );
    insta::assert_snapshot!(
        "uzbek_in_cyrillic",
        said_of(
            "Туманда янги мактаб очилди, унга уч юздан ортиқ бола боради, деди ҳоким ўринбосари."
        )
    );
}

#[test]
fn letters_lost_before_reading_are_flagged_and_replaced_bytes_counted() {
    let world = World::new();
    let mut bytes = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды. Ауыл т"
        .to_owned()
        .into_bytes();
    bytes.extend(b"\xFF\xFE");
    bytes.extend("рғындары келді. Облыс ?кімі жа?а мектеп ашты.".bytes());
    world.write("damaged.txt", bytes);
    let arguments = [
        "damaged.txt",
        "--lossy",
        "-s",
        "none",
        "-f",
        "json",
        "--retries",
        "0",
    ];
    let outcome = world.translate(&arguments).expect_code(0);
    assert!(
        outcome
            .stderr
            .contains("2 places could not be read as UTF-8"),
        "{}",
        outcome.stderr
    );
    let json = outcome.json();
    let sentences = json["paragraphs"][0]["sentences"].as_array().unwrap();
    let damaged = |sentence: &serde_json::Value| {
        let flags = sentence["flags"].as_array().unwrap();
        flags.iter().any(|flag| flag == "damaged")
    };
    let damaged: Vec<bool> = sentences.iter().map(damaged).collect();
    assert_eq!(damaged, [false, true, true]);
}

#[test]
fn an_article_in_russian_is_translated_from_it_and_says_so() {
    let world = World::new();
    let russian =
        "В области открылись три новые школы, и сотни учеников начали занятия в этом году.";
    world.write("russian.txt", russian);
    let arguments = [
        "russian.txt",
        "-s",
        "none",
        "-f",
        "json",
        "--retries",
        "0",
        "--beam",
        "1",
    ];
    let outcome = world.translate(&arguments).expect_code(0);
    assert!(
        outcome.stderr.contains("translated from rus_Cyrl"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.json()["languages"]["source"], "rus_Cyrl");
    for name in ["ru", "russian", "rus_Cyrl"] {
        let named = [&arguments[..], &["--source-language", name]].concat();
        let json = world.translate(&named).expect_code(0).json();
        assert_eq!(json["languages"]["source"], "rus_Cyrl", "{name}");
        assert_eq!(json["options"]["source_language"], "rus_Cyrl", "{name}");
    }
}
