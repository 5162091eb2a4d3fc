//! Translates an article, and prints a summary that a second model writes.
//!
//!     cargo run --release --example summary -- nllb-600m distilbart-cnn examples/article.txt

use std::error::Error;

use audarma::model_files::ModelFiles;
use audarma::summarize::AbstractiveSummarizer;
use audarma::{ComputeOptions, Pipeline, Summarizer, Translator, catalogue, hub, pipeline};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, summary_model, path] = arguments.as_slice() else {
        return Err("usage: summary MODEL SUMMARY_MODEL FILE".into());
    };
    let article = pipeline::read(path, &std::fs::read(path)?, &Default::default())?;
    let compute = ComputeOptions::default();
    let translator = Translator::open(&fetch(model)?, &Default::default(), &compute)?;
    let summarizer = AbstractiveSummarizer::open(&fetch(summary_model)?, &compute)?;
    let summarizer = Some(Summarizer::Abstractive(Box::new(summarizer)));
    let pipeline = Pipeline::new(translator, summarizer, Default::default());
    match pipeline.run(&article, &mut |_| {})?.summary {
        Some(summary) => println!("{}", summary.target),
        None => eprintln!("the article has no body"),
    }
    Ok(())
}

fn fetch(model: &str) -> Result<ModelFiles, Box<dyn Error>> {
    let model = catalogue::resolve(model)?;
    Ok(hub::fetch(&model, &hub::HubOptions::from_env(), &mut ())?)
}
