//! `audarma` turns Kazakh news articles into English, with a summary, on the user's own machine.
//!
//! One article goes through the rooms in this order and never back: [`article`] reads bytes,
//! [`segment`] cuts paragraphs into sentences, [`translate`] turns sentences into hypotheses with a
//! network of [`seq2seq`] driven by [`generate`](mod@generate), [`summarize`] reads the English, and
//! [`report`] writes; [`pipeline`] drives them, and [`archive`] drives it over many articles. Imports
//! run downward only; CONTRIBUTING.md draws the floors.
//!
//! A program of your own does what the command does. This one uses the tests' tiny model, which has
//! memorised one article; `resolve("nllb-600m")` names the real one, and `fetch` downloads it.
//!
//! ```
//! use audarma::nn::ComputeOptions;
//! use audarma::pipeline::{self, Pipeline};
//! use audarma::summarize::Summarizer;
//! use audarma::translate::{Settings, Translator};
//! use audarma::{catalogue, hub};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let model = catalogue::resolve("./tests/fixtures/memorised-nllb")?;
//! let files = hub::fetch(&model, &hub::HubOptions::from_env(), &mut ())?;
//! let translator = Translator::open(&files, &Settings::default(), &ComputeOptions::exact())?;
//! let pipeline = Pipeline::new(translator, Some(Summarizer::Extractive), Default::default());
//!
//! let bytes = std::fs::read("examples/article.txt")?;
//! let article = pipeline::read("article.txt", &bytes, &Default::default(), None)?;
//! let document = pipeline.run(&article, &mut |_| {})?;
//! let title = document.title.map(|title| title.target);
//! assert_eq!(title.as_deref(), Some("7,154 people found permanent jobs in Zhetisu Region"));
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "archive")]
pub mod archive;
pub mod article;
pub mod bench;
pub mod catalogue;
pub mod checks;
#[cfg(feature = "cli")]
pub mod cli;
pub mod generate;
pub mod hub;
pub mod nn;
pub mod panics;
pub mod pipeline;
pub mod report;
pub mod segment;
pub mod seq2seq;
pub mod summarize;
pub mod tokenizer;
pub mod translate;
