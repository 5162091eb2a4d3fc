//! Fidelity checks: one small named function a check, from a source sentence and its translation
//! to a verdict. They know no network; whoever translated, they read the two texts.
