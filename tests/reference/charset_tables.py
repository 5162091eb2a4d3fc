"""Writes src/article/charset/python_codecs.txt: what Python's codecs make of each high byte.

    python tests/reference/charset_tables.py
"""

import pathlib

lines = []
for codec, name in (("kz1048", "KZ-1048"), ("ptcp154", "PT154"), ("cp1251", "windows-1251")):
    for byte in range(0x80, 0x100):
        try:
            lines.append(f"{name} {byte:02X} {ord(bytes([byte]).decode(codec)):04X}\n")
        except UnicodeDecodeError:
            pass
target = pathlib.Path(__file__).parents[2] / "src" / "article" / "charset" / "python_codecs.txt"
target.write_text("".join(lines), encoding="ascii")
