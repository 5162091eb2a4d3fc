//! `translate serve`: the real binary on the memorised models, asked over HTTP on this machine.

mod archive;
mod articles;
mod connections;
mod deepl;
mod files;
mod guard;
mod libretranslate;
mod server;
mod usage;
