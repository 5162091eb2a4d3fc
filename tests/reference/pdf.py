"""Writes tests/fixtures/article/{pages,columns,indents,seams,release}.pdf: one small article in five layouts.

    python tests/reference/pdf.py

Chromium lays out and prints; it must be on the path. `pages.pdf` is a narrow book page with page
numbers, so that the headline and paragraphs are cut by lines and pages; `columns.pdf` is a newspaper
page of two justified columns; `indents.pdf` has indented paragraphs and no space between them;
`seams.pdf` takes the Kazakh letters from another font than the rest, as happens where a font lacks
them; `release.pdf` is a release of two small pages with a running head, `1 / 2` at the foot, three columns
under a wide headline, and a table whose cells are near to each other. The text was written for the tests. Names of layouts as arguments write these only.
"""

import pathlib
import subprocess
import sys
import tempfile

TITLE = "Ауылда жаңа кітапхана ашылды"
PARAGRAPHS = [
    "Қарасу ауылында екі мың кітаптық жаңа кітапхана есігін ашты. Ғимарат бұрынғы мектептің орнында,"
    " ауыл тұрғындарының өтініші бойынша салынды, оған екі жыл уақыт кетті.",
    "«Балаларымыз енді кітап іздеп аудан орталығына бармайды», — дейді ауыл тұрғыны Марат Оспанов."
    " Оның айтуынша, бұған дейін ең жақын кітапхана отыз шақырым жерде болған.",
    "Кітаптардың жартысын облыстық кітапхана берді, қалғанын тұрғындар өздері жинады. Қорда балаларға"
    " арналған бес жүз кітап, сондай-ақ орыс және ағылшын тіліндегі басылымдар бар.",
    "Кітапхана дүйсенбіден сенбіге дейін, таңғы тоғыздан кешкі алтыға дейін жұмыс істейді. Кіру тегін,"
    " тек кітапты үйге алу үшін куәлік керек болады.",
]
HEADING = "Алда не күтіп тұр"
LAST = (
    "Жуырда мұнда балаларға арналған үйірме, компьютер сыныбы және шағын мұражай ашылады. Оларға қажет"
    " қаржы аудан бюджетінен бөлінген."
)

LAYOUTS = {
    "pages": "@page { size: 105mm 120mm; margin: 15mm; @bottom-center { content: counter(page) } }"
    " body { font: 12pt 'DejaVu Serif' }",
    "columns": "@page { size: A4; margin: 20mm }"
    " .text { column-count: 2; font: 11pt 'DejaVu Sans'; text-align: justify }",
    "indents": "@page { size: A5; margin: 20mm }"
    " p { margin: 0; text-indent: 10mm; font: 11pt 'DejaVu Serif'; text-align: justify }",
    "seams": "@font-face { font-family: A; src: local('DejaVu Serif'); unicode-range: U+20-7E, U+410-44F }"
    " @font-face { font-family: B; src: local('DejaVu Sans Mono') }"
    " @page { size: A4; margin: 25mm } body { font: 11pt A, B; text-align: justify }",
}

LAYOUTS["release"] = (
    "@page { size: 148mm 110mm; margin: 20mm; @top-left { content: 'Қарасу хабары' }"
    " @bottom-center { content: counter(page) ' / ' counter(pages) } }"
    " h1 { font-size: 15pt } body, table { font: 8pt 'DejaVu Serif' } .text { columns: 3 } .text h2 { font-size: 9pt }"
)
TABLE = (
    "<table><tr><td>Балалар кітабы</td><td>500</td><td>1 200</td></tr>"
    "<tr><td>Орыс тілінде</td><td>40 000</td><td>7</td></tr></table>"
)

target = pathlib.Path(__file__).parents[1] / "fixtures" / "article"
with tempfile.TemporaryDirectory() as folder:
    for name in sys.argv[1:] or LAYOUTS:
        style = LAYOUTS[name]
        body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
        body = f"<h1>{TITLE}</h1><div class=text>{body}<h2>{HEADING}</h2><p>{LAST}</p></div>"
        if name == "release":
            body += TABLE + f"<p>{LAST}</p>"
        page = pathlib.Path(folder) / f"{name}.html"
        page.write_text(f"<html lang=kk><meta charset=utf-8><style>{style}</style>{body}", encoding="utf-8")
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
             f"--print-to-pdf={target / (name + '.pdf')}", page.as_uri()],
            check=True,
            stderr=subprocess.DEVNULL,
        )
