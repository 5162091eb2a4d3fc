"""Makes every fixture anew: python make.py (about ten minutes on one core)."""

import checkpoints
import failing_nllb
import glossary_nllb
import marian_files
import memorised_bart
import memorised_nllb
import parity
import tokenizer_ids

for script in (parity, marian_files, checkpoints, memorised_nllb, memorised_bart, tokenizer_ids, failing_nllb, glossary_nllb):
    script.main()
