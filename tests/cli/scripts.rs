//! Kazakh in other scripts, its neighbours, and text that was damaged before it came here.

use super::support::World;

const TITLE: &str = "7,154 people found permanent jobs in Zhetisu Region";
const SENTENCE: &str =
    "Party members summed up the work done over two years and approved the plan ahead.";

#[test]
fn kazakh_in_both_official_latin_alphabets_is_translated_and_what_the_model_read_is_shown() {
    let of_2018 = "Jetisý oblysynda 7 154 adam turaqty jumysqa ornalasty\n\n\
                   Partııalyqtar eki jylda atqarylǵan jumysty qorytyndylap, aldaǵy jospardy bekitti.\n";
    let of_2021 = "Jetısu oblysynda 7 154 adam tūraqty jūmysqa ornalasty\n\n\
                   Partiialyqtar ekı jylda atqarylğan jūmysty qorytyndylap, aldağy jospardy bekıttı.\n";
    for (year, text) in [("2018", of_2018), ("2021", of_2021)] {
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
        "uzbek_in_cyrillic",
        said_of(
            "Туманда янги мактаб очилди, унга уч юздан ортиқ бола боради, деди ҳоким ўринбосари."
        )
    );
    insta::assert_snapshot!(
        "tajik",
        said_of("Дар ноҳия мактаби нав кушода шуд ва дар он зиёда аз сесад кӯдак таҳсил мекунанд.")
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
