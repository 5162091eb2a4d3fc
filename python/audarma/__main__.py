"""`python -m audarma …` is `translate …`."""

import os
import subprocess
import sys

from ._program import find_program


def main() -> int:
    command = [str(find_program()), *sys.argv[1:]]
    if os.name == "posix":
        os.execv(command[0], command)
    # Windows has no exec that its shells wait for.
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
