//! Names of places, peoples, persons and bodies, as Kazakh and Russian texts write them.
//!
//! The tables are one for both languages: each writes the other's names, and many are the same word.

pub(crate) mod english;
mod gazetteer;
mod ignored;
mod translated;

pub use gazetteer::NameKind;
pub(crate) use gazetteer::{Entry, bodies, find, given, is_people, longest, spelt, spelt_entries};
pub(super) use ignored::IGNORED_WORDS;
pub(super) use translated::TRANSLATED;

/// Legal forms of firms, and their English counterparts.
#[rustfmt::skip]
pub(super) const LEGAL_FORMS: &[(&str, &str)] = &[
    ("АҚ", "JSC"), ("КАҚ", "NJSC"), ("КеАҚ", "NJSC"), ("ЖШС", "LLP"), ("ҰК", "NC"), ("ҰХ", "NH"),
    ("РМК", "RSE"), ("МКК", "SPE"), ("КМК", "MSE"), ("МКҚК", "MSPE"), ("РМҚК", "RSPE"), ("ШЖҚ", "REM"),
    ("ЖК", "IE"), ("ММ", "SI"), ("РММ", "RSI"), ("РҚБ", "RPA"), ("ҚБ", "PA"), ("ҚҚ", "PF"),
    ("ЗТБ", "ALE"), ("АО", "JSC"), ("ТОО", "LLP"), ("ООО", "LLC"), ("ИП", "IE"), ("ОАО", "OJSC"),
    ("ЗАО", "CJSC"), ("ПАО", "PJSC"),
];
