"""Writes docs/report.png, the sample page as a reader sees it, and looks at it at the width of a phone.

    python tests/reference/report_png.py [FOLDER]

Cargo writes the made-up sample pages, Chromium (on the path) draws them; the fonts are Noto's. Pillow (11.3)
saves the committed picture with 128 colours, a third of its size. Into FOLDER
go pictures of every page at both widths, light and dark, for eyes; none of them is committed.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

from PIL import Image

ROOT = pathlib.Path(__file__).parents[2]
DESKTOP, PHONE = (1280, 1245), (390, 1600)


def picture(page: str, size: tuple[int, int], target: pathlib.Path, dark: bool = False) -> None:
    # In a frame of its own the page is as narrow as a phone, which no window of Chromium's can be, and as high
    # as it needs to be for a link into it not to scroll it.
    width, height = size
    frame = pathlib.Path(page.removeprefix("file://").split("#")[0]).with_suffix(".frame.html")
    frame.write_text(f'<body style="margin:0"><iframe src="{page}" width={width} height=9000 style="border:0">')
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         *(["--blink-settings=preferredColorScheme=0"] if dark else []),
         f"--window-size={max(width, 500)},{height}", f"--screenshot={target}", frame.as_uri()],
        check=True,
        stderr=subprocess.DEVNULL,
    )


with tempfile.TemporaryDirectory() as folder:
    subprocess.run(
        ["cargo", "test", "-q", "--locked", "--test", "report", "--", "--ignored", "pages"],
        cwd=ROOT,
        env=os.environ | {"REPORT_PAGES": folder},
        check=True,
    )
    pages = pathlib.Path(folder)
    # Sentence 2 is what a link of the index leads to, and so lit up.
    committed = ROOT / "docs" / "report.png"
    picture((pages / "article.html").as_uri() + "#a1-2", DESKTOP, committed)
    colours = Image.open(committed).convert("RGB").quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    colours.save(committed, optimize=True)
    if sys.argv[1:]:
        target = pathlib.Path(sys.argv[1])
        target.mkdir(parents=True, exist_ok=True)
        for page in [pages / f"{name}.html" for name in ("article", "bare", "hostile", "several")]:
            for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
                picture(page.as_uri(), size, target / f"{page.stem}-{name}.png")
                picture(page.as_uri(), size, target / f"{page.stem}-{name}-dark.png", dark=True)
