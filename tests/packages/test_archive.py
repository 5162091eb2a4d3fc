"""The archives of a release are where `cargo binstall` looks for them: the templates of Cargo.toml against
what .github/archive.py makes, for every target of the release.

    python -m unittest tests/packages/test_archive.py
"""

import os
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
MANIFEST = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
# The endings that cargo-binstall tries for a format.
ENDINGS = {"tgz": (".tgz", ".tar.gz"), "zip": (".zip",)}


def filled(template: str, values: dict[str, str]) -> str:
    return re.sub(r"\{ ([a-z-]+) \}", lambda found: values[found[1]], template)


class Archive(unittest.TestCase):
    def test_every_target_is_found_by_its_name(self):
        release = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
        targets = re.findall(r"\{ os: .*?target: ([a-z0-9_-]+)", release)
        self.assertGreater(len(targets), 3)
        for target in targets:
            with self.subTest(target), tempfile.TemporaryDirectory() as folder:
                self.check(target, Path(folder))

    def check(self, target: str, folder: Path):
        is_windows = "windows" in target
        ending = ".exe" if is_windows else ""
        built = folder / target / "release"
        built.mkdir(parents=True)
        for program in ("translate", "audarma"):
            (built / f"{program}{ending}").write_text("a program of another system")
        subprocess.run(
            [sys.executable, ROOT / ".github/archive.py", target, folder / "dist"],
            env=os.environ | {"CARGO_TARGET_DIR": str(folder)},
            check=True,
        )
        [made] = (folder / "dist").iterdir()

        binstall = MANIFEST["package"]["metadata"]["binstall"]
        binstall = binstall | binstall["overrides"].get(target, {})
        values = {
            "repo": "https://host/owner/name",
            "name": MANIFEST["package"]["name"],
            "version": MANIFEST["package"]["version"],
            "target": target,
            "binary-ext": ending,
        }
        urls = [
            filled(binstall["pkg-url"], values | {"archive-suffix": suffix})
            for suffix in ENDINGS[binstall["pkg-fmt"]]
        ]
        url = f"https://host/owner/name/releases/download/v{values['version']}/{made.name}"
        self.assertIn(url, urls)
        if is_windows:
            inside = zipfile.ZipFile(made).namelist()
        else:
            with tarfile.open(made) as archive:
                inside = archive.getnames()
        for program in ("translate", "audarma"):
            self.assertIn(filled(binstall["bin-dir"], values | {"bin": program}), inside)


if __name__ == "__main__":
    unittest.main()
