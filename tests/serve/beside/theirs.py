"""Runs LibreTranslate with the tests' toy model as its Kazakh, and its Russian, to English.

    python3 tests/serve/beside/theirs.py FOLDER PORT [OPTIONS OF LIBRETRANSLATE]

needs `pip install libretranslate==1.9.6`. Nothing is fetched: Argos packages are made of a fixture
(CTranslate2, whose words mean nothing; with fewer than two LibreTranslate looks for more), and sentences are not split, since the splitter's own model would be
downloaded.
"""

import json
import os
import shutil
import sys
from pathlib import Path

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "marian-npz-sides-ctranslate2"


def make_package(folder, code, language):
    package = folder / "packages" / f"translate-{code}_en-1_0"
    shutil.rmtree(package, ignore_errors=True)
    (package / "model").mkdir(parents=True)
    for name in ("config.json", "model.bin", "source_vocabulary.json", "target_vocabulary.json"):
        shutil.copy(FIXTURE / name, package / "model" / name)
    shutil.copy(FIXTURE / "source.spm", package / "sentencepiece.model")
    (package / "metadata.json").write_text(json.dumps({
        "package_version": "1.0",
        "argos_version": "1.9.1",
        "from_code": code,
        "from_name": language,
        "to_code": "en",
        "to_name": "English",
    }))


def main():
    folder, port, *options = sys.argv[1:]
    folder = Path(folder).resolve()
    make_package(folder, "kk", "Kazakh")
    make_package(folder, "ru", "Russian")
    os.environ |= {"ARGOS_PACKAGES_DIR": str(folder / "packages"), "XDG_DATA_HOME": str(folder / "data"),
                   "XDG_CONFIG_HOME": str(folder / "config"), "XDG_CACHE_HOME": str(folder / "cache")}
    # Where LibreTranslate keeps its keys.
    os.chdir(folder)
    from argostranslate import translate

    class Whole:
        """A text as one sentence."""

        def __init__(self, package):
            pass

        def split_sentences(self, text):
            return [text]

    translate.MiniSBDSentencizer = Whole
    sys.argv = ["libretranslate", "--host", "127.0.0.1", "--port", port, *options]
    from libretranslate.main import main as serve
    serve()


main()
