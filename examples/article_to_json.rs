//! Translates an article, and prints the document as JSON.
//!
//!     cargo run --release --example article_to_json -- nllb-600m examples/article.txt

use std::error::Error;

use audarma::report::{self, Format};
use audarma::{ComputeOptions, Pipeline, Summarizer, Translator, catalogue, hub, pipeline};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(model), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("usage: article_to_json MODEL FILE".into());
    };
    // Read first: whether it is an article is known before a model is downloaded.
    let article = pipeline::read(&path, &std::fs::read(&path)?, &Default::default())?;
    let files = hub::fetch(
        &catalogue::resolve(&model)?,
        &hub::HubOptions::from_env(),
        &mut (),
    )?;
    let translator = Translator::open(&files, &Default::default(), &ComputeOptions::default())?;
    // The summary is made of the translation's own sentences, which takes no second model.
    let summarizer = Some(Summarizer::Extractive);
    let pipeline = Pipeline::new(translator, summarizer, Default::default());
    let document = pipeline.run(&article, &mut |_| {})?;
    let mut stdout = std::io::stdout().lock();
    report::write(&document, Format::Json, &Default::default(), &mut stdout)?;
    Ok(())
}
