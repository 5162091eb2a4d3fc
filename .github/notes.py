"""Prints a version's part of CHANGELOG.md.

    python .github/notes.py 1.2.3
"""

import re
import sys
from pathlib import Path

text = (Path(__file__).parent.parent / "CHANGELOG.md").read_text(encoding="utf-8")
parts = re.split(r"^## \[?(\d+\.\d+\.\d+)\]?.*\n", text, flags=re.MULTILINE)
versions = dict(zip(parts[1::2], parts[2::2]))
if sys.argv[1] not in versions:
    sys.exit(f"CHANGELOG.md has no version {sys.argv[1]}")
print(versions[sys.argv[1]].strip())
