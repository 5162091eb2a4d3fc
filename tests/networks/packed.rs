//! Packed 8-bit and 4-bit weights against f32, on the briefly trained networks of
//! tests/reference/parity.py; and that batch, threads and where the weights lie change nothing.

use std::path::{Path, PathBuf};

use audarma::generate::{
    BatchLimits, EarlyStopping, Generated, Options, Request, generate, generate_all,
};
use audarma::nn::{ComputeOptions, Device, Error, Precision};
use audarma::seq2seq::{ConvertedWeights, Description, Seq2Seq};

use super::support::{fixture, network_files};

struct Fixture {
    name: String,
    folder: PathBuf,
    sources: Vec<Vec<u32>>,
    targets: Vec<Vec<u32>>,
}

fn fixtures() -> Vec<Fixture> {
    let root = fixture("parity");
    let mut folders: Vec<PathBuf> = root
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let read = |folder: PathBuf| {
        let text = std::fs::read_to_string(folder.join("reference.json")).unwrap();
        let reference: serde_json::Value = serde_json::from_str(&text).unwrap();
        let lists = |name: &str| serde_json::from_value(reference[name].clone()).unwrap();
        Fixture {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            sources: lists("sources"),
            targets: lists("targets"),
            folder,
        }
    };
    folders.into_iter().map(read).collect()
}

fn compute(precision: Precision, threads: usize, converted: Option<&Path>) -> ComputeOptions {
    ComputeOptions {
        device: Device::Cpu,
        precision,
        threads,
        converted: converted.map(Path::to_owned),
        instructions: None,
    }
}

impl Fixture {
    fn open(&self, compute: &ComputeOptions, first: &[u32]) -> Box<dyn Seq2Seq> {
        let files = network_files(&self.folder);
        let folder = compute.converted.as_ref();
        let file = folder.map(|folder| folder.join("weights.packed"));
        let converted = ConvertedWeights {
            file: file.as_deref(),
            first_tokens: first,
        };
        let description = Description::read(&files).unwrap();
        description
            .open(&files.weights, compute, converted)
            .unwrap()
    }

    fn options(&self, num_beams: usize) -> Options {
        let files = network_files(&self.folder);
        Options {
            num_beams,
            early_stopping: EarlyStopping::Heuristic,
            length_penalty: 1.0,
            no_repeat_ngram_size: 0,
            min_length: 0,
            ..Options::read(files.generation_config.as_deref(), &files.config).unwrap()
        }
    }

    fn generate(
        &self,
        network: &dyn Seq2Seq,
        sources: &[Vec<u32>],
        beams: usize,
    ) -> Vec<Generated> {
        let requests: Vec<Request> = sources
            .iter()
            .map(|source| Request {
                source,
                max_length: 20,
                required: None,
            })
            .collect();
        generate(network, &requests, &self.options(beams)).unwrap()
    }

    /// Logits of every step over the reference's targets, for each source.
    fn logits(&self, network: &dyn Seq2Seq) -> Vec<Vec<f32>> {
        let sources: Vec<&[u32]> = self.sources.iter().map(Vec::as_slice).collect();
        let mut state = network.encode(&sources).unwrap();
        let mut logits = vec![Vec::new(); sources.len()];
        for step in 0..self.targets[0].len() {
            let tokens: Vec<u32> = self.targets.iter().map(|target| target[step]).collect();
            for (all, row) in logits.iter_mut().zip(state.step_logits(&tokens).unwrap()) {
                all.extend(row);
            }
        }
        logits
    }
}

fn cosine(left: &[f32], right: &[f32]) -> f64 {
    let product = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    product(left, right) / (product(left, left) * product(right, right)).sqrt()
}

/// The least cosine of a source's logits with those of f32. Generated ids are not compared here: the
/// made-up language of these networks leaves a search near-equal choices at every step.
fn least_cosine(precision: Precision) -> f64 {
    let mut least = 1.0_f64;
    for fixture in fixtures() {
        let exact = fixture.open(&ComputeOptions::exact(), &[]);
        let packed = fixture.open(&compute(precision, 2, None), &[]);
        for (a, b) in fixture
            .logits(exact.as_ref())
            .iter()
            .zip(fixture.logits(packed.as_ref()))
        {
            least = least.min(cosine(a, &b));
        }
    }
    least
}

#[test]
fn logits_of_q8_are_close_to_those_of_f32() {
    let least = least_cosine(Precision::Q8);
    println!("q8: least cosine {least:.6}");
    assert!(least >= 0.999, "{least}");
}

/// Four bits cost these networks more than a large one: 32 inputs hide no errors of each other.
#[test]
fn logits_of_q4_are_near_those_of_f32() {
    let least = least_cosine(Precision::Q4);
    println!("q4: least cosine {least:.6}");
    assert!(least >= 0.95, "{least}");
}

/// The memorised model, which is sure of what it says, says it in 8 bits too.
#[test]
fn memorised_sentences_come_out_as_in_f32() {
    let folder = fixture("memorised-nllb");
    let text = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let ids = |pair: &serde_json::Value, name: &str| -> Vec<u32> {
        serde_json::from_value(pair[name].clone()).unwrap()
    };
    let pairs = expected["pairs"].as_array().unwrap();
    let memorised = Fixture {
        name: String::from("memorised-nllb"),
        sources: pairs.iter().map(|pair| ids(pair, "source_ids")).collect(),
        targets: pairs.iter().map(|pair| ids(pair, "ids")).collect(),
        folder,
    };
    for (precision, share) in [(Precision::Q8, 0.98), (Precision::Q4, 0.9)] {
        let network = memorised.open(&compute(precision, 2, None), &[]);
        let same = memorised
            .sources
            .iter()
            .zip(&memorised.targets)
            .filter(|(source, target)| {
                let options = Options {
                    // The language the targets begin with.
                    forced_bos_token: target.get(1).copied(),
                    ..memorised.options(4)
                };
                let request = Request {
                    source,
                    max_length: 2 * source.len() + 21,
                    required: None,
                };
                let ours = generate(network.as_ref(), &[request], &options).unwrap();
                ours[0].tokens == target[1..]
            });
        let same = same.count();
        println!(
            "{precision:?}: {same} of {} sentences as in f32",
            pairs.len()
        );
        assert!(
            same as f64 >= share * pairs.len() as f64,
            "{precision:?} {same}"
        );
    }
}

#[test]
fn results_are_equal_to_the_bit_in_any_batch_on_any_threads() {
    for fixture in fixtures() {
        for precision in [Precision::Q8, Precision::Q4] {
            let one = fixture.open(&compute(precision, 1, None), &[]);
            let many = fixture.open(&compute(precision, 3, None), &[]);
            for beams in [1, 4] {
                let together = fixture.generate(many.as_ref(), &fixture.sources, beams);
                for (i, together) in together.iter().enumerate() {
                    let alone = fixture.generate(one.as_ref(), &fixture.sources[i..=i], beams);
                    assert_eq!(
                        alone[0], *together,
                        "{} {precision:?} {beams} {i}",
                        fixture.name
                    );
                }
            }
        }
    }
}

/// Sentences of many lengths that join a batch as others end, with targets that end at many lengths.
#[test]
fn results_are_equal_to_the_bit_whatever_was_decoded_before() {
    for fixture in fixtures() {
        let network = fixture.open(&compute(Precision::Q8, 2, None), &[]);
        assert!(network.can_join());
        let cut = |source: &Vec<u32>| -> Vec<Vec<u32>> {
            let lengths = (1..=source.len()).rev();
            lengths.map(|length| source[..length].to_vec()).collect()
        };
        let sources: Vec<Vec<u32>> = fixture.sources.iter().flat_map(cut).collect();
        let requests: Vec<Request> = sources
            .iter()
            .enumerate()
            .map(|(i, source)| Request {
                source,
                max_length: 3 + i * 7 % 17,
                required: None,
            })
            .collect();
        for beams in [1, 3] {
            let options = fixture.options(beams);
            let limits = BatchLimits {
                tokens: 90 * beams,
                rows: 12 * beams,
            };
            let network = network.as_ref();
            let together = generate_all(network, &requests, &options, limits, &mut |_| {}).unwrap();
            for (request, together) in requests.iter().zip(together) {
                let alone = generate(network, &[*request], &options).unwrap();
                assert_eq!(alone, [together], "{} {beams} {request:?}", fixture.name);
            }
        }
    }
}

#[test]
fn a_backend_of_tensors_keeps_its_rows_even_and_at_one_position() {
    let fixture = fixtures().remove(0);
    let network = fixture.open(&ComputeOptions::exact(), &[]);
    assert!(!network.can_join());
    let sources: Vec<&[u32]> = fixture.sources.iter().map(Vec::as_slice).collect();
    let mut state = network.encode(&sources[..2]).unwrap();
    let joined = state.join(&sources[..1]);
    assert!(matches!(joined, Err(Error::CannotJoin)), "{joined:?}");
    let uneven = state.reorder(&[0, 0, 1]);
    assert!(
        matches!(uneven, Err(Error::UnevenRows { .. })),
        "{uneven:?}"
    );
    let out_of_order = state.reorder(&[1, 0]);
    assert!(matches!(out_of_order, Err(Error::RowsOutOfOrder)));
    state.reorder(&[0, 0, 1, 1]).unwrap();
}

#[test]
fn converted_weights_are_written_once_and_give_the_same_results() {
    for fixture in fixtures() {
        let folder = tempfile::tempdir().unwrap();
        let kept = compute(Precision::Q8, 2, Some(folder.path()));
        let file = folder.path().join("weights.packed");
        let in_memory = fixture.open(&compute(Precision::Q8, 2, None), &[]);
        let expected = fixture.generate(in_memory.as_ref(), &fixture.sources, 4);
        let converting = fixture.open(&kept, &[]);
        let written = std::fs::metadata(&file).unwrap();
        let mapped = fixture.open(&kept, &[]);
        let later = std::fs::metadata(&file).unwrap();
        assert_eq!(
            written.modified().unwrap(),
            later.modified().unwrap(),
            "{}",
            fixture.name
        );
        for network in [converting, mapped] {
            let ours = fixture.generate(network.as_ref(), &fixture.sources, 4);
            assert_eq!(ours, expected, "{}", fixture.name);
        }
        // Damage is noticed by the file's form, and mended by converting anew.
        let whole = std::fs::read(&file).unwrap();
        for damaged in [&whole[..whole.len() / 2], &whole[..40], b"", &[0xff; 64]] {
            std::fs::write(&file, damaged).unwrap();
            let ours = fixture.generate(fixture.open(&kept, &[]).as_ref(), &fixture.sources, 4);
            assert_eq!(ours, expected, "{}", fixture.name);
            assert_eq!(std::fs::read(&file).unwrap(), whole);
        }
        assert_eq!(
            folder.path().read_dir().unwrap().count(),
            1,
            "a temporary file is left"
        );
    }
}

/// It ended every later start with an error.
#[test]
fn a_converted_file_with_a_damaged_vocabulary_order_is_converted_again() {
    let fixture = &fixtures()[0];
    let folder = tempfile::tempdir().unwrap();
    let kept = compute(Precision::Q8, 2, Some(folder.path()));
    let file = folder.path().join("weights.packed");
    let expected = fixture.generate(
        fixture.open(&kept, &[0, 2, 5]).as_ref(),
        &fixture.sources,
        1,
    );
    let whole = std::fs::read(&file).unwrap();
    // The order stands last: its last token becomes the one before it.
    let mut damaged = whole.clone();
    let end = damaged.len();
    damaged.copy_within(end - 8..end - 4, end - 4);
    std::fs::write(&file, &damaged).unwrap();
    let ours = fixture.generate(
        fixture.open(&kept, &[0, 2, 5]).as_ref(),
        &fixture.sources,
        1,
    );
    assert_eq!(ours, expected);
    assert_eq!(std::fs::read(&file).unwrap(), whole);
}

#[test]
fn weights_are_converted_in_memory_where_the_folder_cannot_be_written() {
    let fixture = &fixtures()[0];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file, no folder");
    std::fs::write(&file, "").unwrap();
    let network = fixture.open(&compute(Precision::Q8, 1, Some(&file)), &[]);
    assert!(
        !fixture
            .generate(network.as_ref(), &fixture.sources, 1)
            .is_empty()
    );
}

/// A restricted output is the same whether its rows lie together in the converted weights or are
/// gathered; and an unrestricted one is the same whatever lies in front.
#[test]
fn the_vocabulary_order_changes_no_result() {
    for fixture in fixtures() {
        let open = |first: &[u32]| fixture.open(&compute(Precision::Q8, 2, None), first);
        let known = open(&[]).vocabulary() as u32;
        let some: Vec<u32> = (0..known).filter(|id| *id < 4 || id % 3 != 1).collect();
        let (mut plain, mut ordered) = (open(&[]), open(&some));
        // Over the whole table the sum of a softmax is made in the order of rows.
        let whole = fixture.generate(plain.as_ref(), &fixture.sources, 4);
        let other = fixture.generate(ordered.as_ref(), &fixture.sources, 4);
        for (whole, other) in whole.iter().zip(&other) {
            assert_eq!(whole.tokens, other.tokens, "{}", fixture.name);
            assert!((whole.log_prob - other.log_prob).abs() < 1e-4);
        }
        assert_eq!(
            fixture.logits(plain.as_ref()),
            fixture.logits(ordered.as_ref())
        );
        plain.restrict_vocabulary(&some).unwrap();
        ordered.restrict_vocabulary(&some).unwrap();
        let restricted = fixture.generate(plain.as_ref(), &fixture.sources, 4);
        assert_eq!(
            restricted,
            fixture.generate(ordered.as_ref(), &fixture.sources, 4)
        );
        let banned = |token: &u32| some.binary_search(token).is_err();
        let forced = fixture.options(4).forced_bos_token;
        let said = restricted.iter().flat_map(|generated| &generated.tokens);
        assert!(
            said.filter(|token| Some(**token) != forced)
                .all(|token| !banned(token))
        );
    }
}
