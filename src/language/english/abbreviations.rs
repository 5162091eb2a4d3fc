//! Abbreviations of English texts.

use crate::language::Abbreviation::{self, Counts, Ends, Follows, Precedes, PrecedesNumber};

/// The kind of an abbreviation, given in lower case and without its last stop.
pub(super) fn abbreviation(word: &str) -> Option<Abbreviation> {
    match word {
        // Titles, ranks and what precedes names
        "mr" | "mrs" | "ms" | "mx" | "dr" | "drs" | "prof" | "rev" | "hon" | "gen" | "gens"
        | "col" | "lt" | "maj" | "capt" | "sgt" | "cmdr" | "adm" | "gov" | "govs" | "sen"
        | "sens" | "rep" | "reps" | "pres" | "st" | "ste" | "mt" | "messrs" | "supt" | "det"
        | "insp" | "amb" => Some(Precedes),
        // Pointers and introductions
        "e.g" | "i.e" | "cf" | "vs" | "v" | "viz" | "approx" | "est" => Some(Precedes),
        // Before numbers
        "no" | "nos" | "p" | "pp" | "vol" | "vols" | "fig" | "figs" | "art" | "arts" | "ch"
        | "sec" | "sect" | "para" | "op" | "ed" | "eds" | "ca" | "c" | "jan" | "feb" | "mar"
        | "apr" | "jun" | "jul" | "aug" | "sep" | "sept" | "oct" | "nov" | "dec" => {
            Some(PrecedesNumber)
        }
        // Companies, degrees, places, hours
        "ft" | "inc" | "ltd" | "co" | "corp" | "llc" | "plc" | "bros" | "jr" | "sr" | "esq"
        | "ph.d" | "m.d" | "b.a" | "m.a" | "dept" | "univ" | "assn" | "ave" | "blvd" | "rd"
        | "a.m" | "p.m" | "b.c" | "a.d" | "b.c.e" | "c.e" => Some(Follows),
        // Numbers
        "mln" | "bln" | "trln" | "mn" | "bn" => Some(Counts),
        // Measures and ends of lists
        "km" | "kg" | "cm" | "mm" | "lb" | "lbs" | "oz" | "hr" | "hrs" | "min" | "mins" | "etc"
        | "al" => Some(Ends),
        _ => None,
    }
}
