//! `audarma` turns Kazakh news articles into English, with a summary, on the user's own machine.
//!
//! An article goes through the modules in this order: [`article`] reads bytes, [`segment`] splits
//! paragraphs into sentences, [`translate`] turns sentences into hypotheses with a network of
//! [`seq2seq`] driven by [`generate`](mod@generate), [`summarize`] reads the English, and [`report`]
//! writes. [`pipeline`] drives them for one article, `archive` for many. A model is a folder of files
//! ([`model_files`]); `catalogue` knows models by name and `hub` downloads them.
//!
//! # An article
//!
//! This program uses the tests' tiny model, which has memorised one article. `examples/` has three
//! programs to start from, two of which take a model by its name and download it.
//!
//! ```
//! use std::path::Path;
//!
//! use audarma::model_files::ModelFiles;
//! use audarma::{ComputeOptions, Pipeline, Summarizer, Translator, pipeline};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let files = ModelFiles::of_folder(Path::new("tests/fixtures/memorised-nllb"))?;
//! let translator = Translator::open(&files, &Default::default(), &ComputeOptions::default())?;
//! let pipeline = Pipeline::new(translator, Some(Summarizer::Extractive), Default::default());
//!
//! let bytes = std::fs::read("examples/article.txt")?;
//! let article = pipeline::read("article.txt", &bytes, &Default::default())?;
//! let document = pipeline.run(&article, &mut |_| {})?;
//! let title = document.title.map(|title| title.target);
//! assert_eq!(title.as_deref(), Some("7,154 people found permanent jobs in Zhetisu Region"));
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | feature | adds | on by default |
//! |---|---|---|
//! | `cli` | the command `translate` and the module `cli`; implies all but `cuda` | yes |
//! | `hub` | the modules `catalogue` and `hub`: models by name, downloaded and verified | yes |
//! | `archive` | the module `archive`: many articles, from folders, ZIP, tar, jsonl, CSV and Parquet | yes |
//! | `documents` | articles as Word (.docx) and PDF documents | yes |
//! | `sqlite` | results as databases of SQLite | yes |
//! | `serve` | the module `serve`: LibreTranslate's and DeepL's HTTP interfaces, and one for articles | yes |
//! | `sandbox` | on Linux: processes that read articles can do nothing else | yes |
//! | `cuda` | computing on NVIDIA GPUs | no |
//!
//! Without any of them (`default-features = false`) the library translates sentences and articles in
//! plain text, Markdown and HTML with a model that is in a folder, and has no network code in it. It
//! needs Rust 1.89 or later.

#![warn(unreachable_pub)]

#[cfg(feature = "archive")]
pub mod archive;
pub mod article;
pub mod article_reader;
pub mod bench;
#[cfg(feature = "hub")]
pub mod catalogue;
pub mod checks;
#[cfg(feature = "cli")]
pub mod cli;
mod confinement;
pub mod document;
// The command uses every item; builds with fewer features leave some unused.
#[cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]
mod files;
pub mod generate;
pub mod glossary;
#[cfg(feature = "hub")]
pub mod hub;
pub mod input;
pub mod language;
mod machine;
pub mod markup;
pub mod model;
pub mod model_files;
pub mod names;
pub mod nn;
pub mod panics;
pub mod pipeline;
pub mod report;
pub mod segment;
pub mod seq2seq;
#[cfg(feature = "serve")]
pub mod serve;
pub mod summarize;
mod text;
pub mod tokenizer;
pub mod translate;

pub use document::Document;
pub use nn::ComputeOptions;
pub use pipeline::Pipeline;
pub use summarize::Summarizer;
pub use translate::Translator;
