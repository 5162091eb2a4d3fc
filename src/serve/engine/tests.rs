//! The engine with models that count what they are given.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::runtime::{Builder, Runtime};

use super::*;
use crate::language::KAZAKH;
use crate::tokenizer::LanguageToken;

/// Translates `x` to `X`; fails on `bad`, panics on `panic`, and waits where it is told to.
#[derive(Default)]
struct Fake {
    /// The units of each call.
    calls: Mutex<Vec<Vec<String>>>,
    /// While it is locked, the models are at work.
    gate: Mutex<()>,
    has_begun: AtomicBool,
}

impl Models for Fake {
    fn translate(&self, units: &[Unit]) -> Result<Vec<Hypothesis>, PipelineError> {
        let texts: Vec<String> = units.iter().map(|unit| unit.text.clone()).collect();
        self.calls.lock().unwrap().push(texts.clone());
        self.has_begun.store(true, Ordering::SeqCst);
        drop(self.gate.lock());
        assert!(!texts.contains(&"panic".to_owned()), "a model's panic");
        if texts.contains(&"bad".to_owned()) {
            return Err(PipelineError::Lost);
        }
        Ok(texts.iter().map(|text| hypothesis(text)).collect())
    }

    fn summarize(&self, bodies: &[Vec<&str>]) -> Vec<Option<Summary>> {
        let summary = |body: &Vec<&str>| {
            assert_ne!(body[0], "panic", "a model's panic");
            Some(Summary {
                text: body.join("+"),
                method: crate::document::SummaryMethod::Extractive,
                truncated: false,
            })
        };
        bodies.iter().map(summary).collect()
    }

    fn align(&self, pairs: &[(&Unit, &str)]) -> Vec<Option<Alignment>> {
        let alignment = |(_, target): &(&Unit, &str)| {
            assert_ne!(*target, "panic", "a model's panic");
            Alignment::new(1, 1, vec![1.0])
        };
        pairs.iter().map(alignment).collect()
    }

    fn batch_units(&self) -> usize {
        8
    }
}

fn hypothesis(text: &str) -> Hypothesis {
    Hypothesis {
        target: text.to_uppercase(),
        score: 0.0,
        tokens: 1,
        truncated: false,
        findings: Vec::new(),
        others: Vec::new(),
        terms: Vec::new(),
    }
}

fn units(texts: &[&str]) -> Vec<Unit> {
    let unit = |text: &&str| Unit {
        text: (*text).to_owned(),
        language: &KAZAKH,
        token: LanguageToken::new(1),
    };
    texts.iter().map(unit).collect()
}

fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .unwrap()
}

fn engine() -> Engine {
    Engine::new(QueueLimits {
        jobs: 4,
        bytes: 100,
    })
}

const A: ClientId = ClientId::Key(1);

/// Runs `clients` beside the engine, and ends it when they are done.
fn with_engine(engine: &Engine, fake: &Fake, clients: impl FnOnce(&Runtime)) {
    let runtime = runtime();
    thread::scope(|scope| {
        scope.spawn(|| engine.run(fake));
        clients(&runtime);
        engine.close();
    });
}

fn targets(hypotheses: Result<Vec<Hypothesis>, EngineError>) -> Vec<String> {
    let hypotheses = hypotheses.unwrap().into_iter();
    hypotheses.map(|hypothesis| hypothesis.target).collect()
}

#[test]
fn units_come_back_in_their_order_with_their_progress() {
    let engine = engine();
    let texts: Vec<String> = (0..30).map(|i| format!("u{i}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    with_engine(&engine, &Fake::default(), |runtime| {
        let place = engine.place(A, 1).unwrap();
        let done = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&done);
        let progress = Box::new(move |done| seen.lock().unwrap().push(done));
        let result = runtime.block_on(place.translate(units(&texts), Some(progress)));
        let expected: Vec<String> = texts.iter().map(|text| text.to_uppercase()).collect();
        assert_eq!(targets(result), expected);
        assert_eq!(*done.lock().unwrap(), [8, 16, 24, 30]);
        assert_eq!(
            targets(runtime.block_on(place.translate(Vec::new(), None))),
            [""; 0]
        );
    });
    assert_eq!(engine.waiting(), (0, 0));
}

#[test]
fn a_job_that_the_models_fail_on_fails_alone() {
    let (engine, fake) = (engine(), Fake::default());
    let gate = fake.gate.lock().unwrap();
    let results = Mutex::new(Vec::new());
    with_engine(&engine, &fake, |runtime| {
        let places: Vec<Place> = (0..4).map(|_| engine.place(A, 1).unwrap()).collect();
        let mut tasks = Vec::new();
        // The first keeps the models busy, so that the others share a window.
        for (place, text) in places.into_iter().zip(["first", "good", "bad", "panic"]) {
            let is_first = text == "first";
            tasks.push(runtime.spawn(async move { place.translate(units(&[text]), None).await }));
            let waits = if is_first { 0 } else { tasks.len() - 1 };
            while engine.waiting().1 != waits || !fake.has_begun.load(Ordering::SeqCst) {
                thread::yield_now();
            }
        }
        drop(gate);
        for task in tasks {
            results
                .lock()
                .unwrap()
                .push(runtime.block_on(task).unwrap());
        }
    });
    let results = results.into_inner().unwrap();
    let calls = fake.calls.into_inner().unwrap();
    assert_eq!(calls[0], ["first"]);
    assert_eq!(calls[1].len(), 3);
    assert_eq!(targets(results[1].clone()), ["GOOD"]);
    assert_eq!(results[2], Err(PipelineError::Lost.into()));
    assert_eq!(results[3], Err(EngineError::Panicked));
}

#[test]
fn what_waits_is_bounded_and_a_dropped_place_is_free_again() {
    let engine = engine();
    let places: Vec<Place> = (0..4).map(|_| engine.place(A, 1).unwrap()).collect();
    assert!(matches!(
        engine.place(A, 1),
        Err(EngineError::Busy { retry_after: 1.. })
    ));
    drop(places);
    let large = engine.place(A, 1000).unwrap();
    assert!(engine.place(A, 1).is_err());
    drop(large);
    assert!(engine.place(A, 1).is_ok());
    engine.close();
    assert_eq!(engine.place(A, 1).err(), Some(EngineError::Stopped));
}

#[test]
fn a_job_that_nobody_waits_for_is_not_computed_to_its_end() {
    let (engine, fake) = (engine(), Fake::default());
    let gate = fake.gate.lock().unwrap();
    with_engine(&engine, &fake, |runtime| {
        let place = engine.place(A, 1).unwrap();
        let many: Vec<String> = (0..80).map(|i| format!("u{i}")).collect();
        let task = runtime.spawn(async move {
            let many: Vec<&str> = many.iter().map(String::as_str).collect();
            place.translate(units(&many), None).await
        });
        while !fake.has_begun.load(Ordering::SeqCst) {
            thread::yield_now();
        }
        task.abort();
        assert!(runtime.block_on(task).unwrap_err().is_cancelled());
        drop(gate);
        let place = engine.place(A, 1).unwrap();
        let result = runtime.block_on(place.translate(units(&["after"]), None));
        assert_eq!(targets(result), ["AFTER"]);
    });
    let calls = fake.calls.into_inner().unwrap();
    assert_eq!(calls.iter().map(Vec::len).collect::<Vec<_>>(), [8, 1]);
}

#[test]
fn what_is_in_work_is_finished_after_closing() {
    let (engine, fake) = (engine(), Fake::default());
    let place = engine.place(A, 1).unwrap();
    engine.close();
    let runtime = runtime();
    let task = runtime.spawn(async move { place.translate(units(&["late"]), None).await });
    engine.run(&fake);
    assert_eq!(targets(runtime.block_on(task).unwrap()), ["LATE"]);
}

#[test]
fn a_summary_that_fails_leaves_the_others() {
    let engine = engine();
    with_engine(&engine, &Fake::default(), |runtime| {
        let place = engine.place(A, 1).unwrap();
        let body = |text: &str| vec![text.to_owned(), "b".to_owned()];
        let (good, bad, none) = runtime.block_on(async {
            tokio::join!(
                place.summarize(body("a")),
                place.summarize(body("panic")),
                place.summarize(Vec::new())
            )
        });
        assert_eq!(good.unwrap().unwrap().text, "a+b");
        assert_eq!(bad, Err(EngineError::Panicked));
        assert_eq!(none, Ok(None));
    });
}

#[test]
fn alignments_come_back_in_their_order_and_are_missing_where_the_models_fail() {
    let engine = engine();
    with_engine(&engine, &Fake::default(), |runtime| {
        let place = engine.place(A, 1).unwrap();
        let pairs = |target: &str, count: usize| {
            let unit = units(&["a"]).remove(0);
            vec![(unit, target.to_owned()); count]
        };
        let good = runtime.block_on(place.align(pairs("A", 70))).unwrap();
        assert_eq!(good.len(), 70);
        assert!(good.iter().all(Option::is_some));
        let bad = runtime.block_on(place.align(pairs("panic", 2))).unwrap();
        assert_eq!(bad, [None, None]);
    });
}
