"""Makes every fixture anew: python make.py (about ten minutes on one core)."""

import aligned_nllb
import checkpoints
import failing_nllb
import glossary_nllb
import marian_files
import memorised_bart
import memorised_nllb
import parity
import tokenizer_ids

MODELS = (parity, marian_files, checkpoints, memorised_nllb, memorised_bart)
TRAINED = (failing_nllb, glossary_nllb, aligned_nllb)
for script in (*MODELS, tokenizer_ids, *TRAINED):
    script.main()
