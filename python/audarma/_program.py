"""Where the program is."""

import os
import shutil
import site
import sys
import sysconfig
from pathlib import Path

_NAME = "translate.exe" if os.name == "nt" else "translate"


def find_program() -> Path:
    """The program that was installed with this package, else the one on PATH.

    Raises FileNotFoundError if there is none.
    """
    # New in Python 3.10.
    preferred = getattr(sysconfig, "get_preferred_scheme", None)
    user_scheme = preferred("user") if preferred else f"{os.name}_user"
    folders = [sysconfig.get_path("scripts"), sysconfig.get_path("scripts", user_scheme)]
    # `pip install --target` puts programs beside the package.
    folders.append(str(Path(__file__).parent.parent / "bin"))
    if os.name == "posix":
        packages = (Path(folder) for folder in site.getsitepackages())
        folders += [str(path.parents[2] / "bin") for path in packages if len(path.parents) > 2]
    for folder in folders:
        program = Path(folder) / _NAME
        if program.is_file():
            return program
    on_path = shutil.which(_NAME)
    if on_path is None:
        looked = ", ".join(dict.fromkeys(folders))
        raise FileNotFoundError(f"the program {_NAME} is neither on PATH nor in {looked} ({sys.executable})")
    return Path(on_path)
