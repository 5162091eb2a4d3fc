//! Translates one sentence with the model in a folder. It needs none of the library's features.
//!
//!     cargo run --release --no-default-features --example sentence -- FOLDER "Биыл үш мектеп ашылды."

use std::error::Error;
use std::path::Path;

use audarma::language::KAZAKH;
use audarma::model_files::ModelFiles;
use audarma::translate::Unit;
use audarma::{ComputeOptions, Translator};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(sentence)) = (arguments.next(), arguments.next()) else {
        return Err("usage: sentence FOLDER SENTENCE".into());
    };
    let files = ModelFiles::of_folder(Path::new(&folder))?;
    let translator = Translator::open(&files, &Default::default(), &ComputeOptions::default())?;
    let unit = Unit {
        text: sentence,
        language: &KAZAKH,
        token: translator.language(KAZAKH.code)?,
    };
    for hypothesis in translator.translate(&[unit], &mut |_, _| {})? {
        println!("{}", hypothesis.target);
        for finding in hypothesis.findings {
            eprintln!("{}: {}", finding.check.name(), finding.message);
        }
    }
    Ok(())
}
