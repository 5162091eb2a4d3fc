//! The program as a user meets it: the real binary, its exit codes, standard output and standard
//! error.

mod advice;
mod archive;
mod authorities;
mod bad_input;
mod bench;
mod converted;
mod demo;
#[cfg(all(unix, not(feature = "cuda")))]
mod device;
#[cfg(all(unix, not(feature = "cuda")))]
mod doctor;
mod first_pull;
mod formats;
mod glossary;
mod hostile;
#[cfg(target_os = "linux")]
mod hostile_models;
mod merge;
mod module_levels;
mod names;
#[cfg(unix)]
mod no_file;
mod options;
mod pulling;
mod reader;
#[cfg(target_os = "linux")]
mod resources;
mod scripts;
mod seed_article;
#[cfg(target_os = "linux")]
mod stdio;
mod support;
#[cfg(target_os = "linux")]
mod terminal;
mod typed;
mod usage;
mod worker;

#[path = "../hub/local_hub/mod.rs"]
mod local_hub;
