"""Packs the program of a target with its licences, manual pages and completion scripts. `cargo binstall`
finds the archive by its name (Cargo.toml).

    python .github/archive.py TARGET FOLDER
"""

import os
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENTS = ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "NOTICE"]


def main(target: str, folder: str) -> None:
    version = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["package"]["version"]
    name = f"audarma-{version}-{target}"
    is_windows = "windows" in target
    ending = ".exe" if is_windows else ""
    built = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / target / "release"
    program = built / f"translate{ending}"
    files = {f"{name}/{one}{ending}": built / f"{one}{ending}" for one in ("translate", "audarma")}
    files |= {f"{name}/{document}": ROOT / document for document in DOCUMENTS}
    with tempfile.TemporaryDirectory() as manual:
        if can_run(program):
            subprocess.run([program, "manual", manual], check=True)
            files |= {f"{name}/manual/{page.name}": page for page in sorted(Path(manual).iterdir())}
        out = Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        if is_windows:
            with zipfile.ZipFile(out / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                for inside, path in files.items():
                    archive.write(path, inside)
        else:
            with tarfile.open(out / f"{name}.tar.gz", "w:gz") as archive:
                for inside, path in files.items():
                    archive.add(path, inside)


def can_run(program: Path) -> bool:
    """Whether this machine can run a program of the target; a cross-built one has no manual beside it."""
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    main(*sys.argv[1:])
