//! Translates one sentence.
//!
//!     cargo run --release --example sentence -- nllb-600m "Биыл үш мектеп ашылды."
//!
//! The model is a name of the catalogue, a repository of the hub or a folder.

use std::error::Error;

use audarma::translate::Unit;
use audarma::{ComputeOptions, Translator, catalogue, hub};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(model), Some(sentence)) = (arguments.next(), arguments.next()) else {
        return Err("usage: sentence MODEL SENTENCE".into());
    };
    let files = hub::fetch(
        &catalogue::resolve(&model)?,
        &hub::HubOptions::from_env(),
        &mut (),
    )?;
    let translator = Translator::open(&files, &Default::default(), &ComputeOptions::default())?;
    let unit = Unit {
        text: sentence,
        language: translator.language("kaz_Cyrl")?,
    };
    for hypothesis in translator.translate(&[unit], &mut |_, _| {})? {
        println!("{}", hypothesis.target);
        for check in hypothesis.failed {
            eprintln!("it fails the check {}", check.name());
        }
    }
    Ok(())
}
