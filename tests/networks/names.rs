//! Names that English knows are demanded of a retry where a network lost them
//! (tests/reference/glossary_nllb.py's network has never seen these).

use audarma::checks::Check;
use audarma::language::KAZAKH;
use audarma::nn::ComputeOptions;
use audarma::translate::{Hypothesis, Settings, Unit};

use super::support::{self, fixture};

/// A source, the name in it that the network does not say, and whether it can be made to.
const CASES: [(&str, &str, bool); 2] = [
    ("Хат Парламент Мәжілісінен келді.", "Mazhilis", true),
    // Too improbable to this network.
    ("Делегаттар Астанаға барды.", "Astana", false),
];

fn translated(demand_names: bool, retries: usize) -> Vec<Hypothesis> {
    let settings = Settings {
        demand_names,
        retries,
        ..Settings::default()
    };
    let folder = fixture("glossary-nllb");
    let translator = support::translator(&folder, &settings, &ComputeOptions::exact());
    let token = translator.language("kaz_Cyrl").unwrap();
    let unit = |(source, ..): &(&str, &str, bool)| Unit {
        text: (*source).to_owned(),
        language: &KAZAKH,
        token,
    };
    let units: Vec<Unit> = CASES.iter().map(unit).collect();
    translator.translate(&units, &mut |_, _| {}).unwrap()
}

#[test]
fn a_known_name_that_was_lost_is_demanded_of_a_retry() {
    let (free, off, found) = (
        translated(true, 0),
        translated(false, 1),
        translated(true, 1),
    );
    for (i, (_, name, can_be_said)) in CASES.into_iter().enumerate() {
        let (free, off, found) = (&free[i], &off[i], &found[i]);
        assert!(!free.target.contains(name) && free.failed() == [Check::Names]);
        assert_eq!(off.target, free.target);
        if can_be_said {
            assert!(found.target.contains(name), "{}", found.target);
            assert!(found.failed().is_empty(), "{found:?}");
        } else {
            assert_eq!(found.target, free.target);
        }
    }
}
