"""Holds results in every format against the JSON of the same run, by programs that are not ours.

    python3 tests/formats/check.py target/release/translate WORK

translates the fixtures' article, and made ones whose texts look like formulas and markup, with the
memorised models into jsonl, csv, xlsx, docx, tmx, xliff and sqlite, reads each back (csv of Python,
openpyxl, python-docx, translate-toolkit, lxml, datasette), and compares the texts letter for letter.
Where LibreOffice is installed, it opens docx and xlsx as well. Needs what
tests/formats/requirements.txt lists.
"""

import csv
import json
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import docx
import lxml.etree
import openpyxl
from translate.storage import tmx

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"
MADE = {
    "=1+1.txt": "=HYPERLINK(\"http://example.kz\") деген ұяшық\n\nБиыл аталған кеңестердің құрамы 46%-ға жаңарды.\n",
    "-2.txt": "+7 701 000 00 00\n\n@aqsu – жаңа арна. -5 градус суық болды.\n",
    "b.txt": "<b>Қалың</b> & <script>alert(1)</script>\n\nБиыл «_x0041_» белгісі &amp; ]]> жазылды.\n",
}


class Run:
    def __init__(self, binary, work):
        self.work = work
        self.words = [str(Path(binary).resolve()), "--offline", "--model", str(FIXTURES / "memorised-nllb"),
                      "--summary-model", str(FIXTURES / "memorised-bart"), "-q"]

    def __call__(self, *words):
        done = subprocess.run([*self.words, *words], cwd=self.work, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout


def shown(text):
    """As reports other than JSON have it: breaks are spaces, other control characters U+FFFD."""
    def letter(c):
        if c in "\u2028\u2029" or unicodedata.category(c) == "Cc":
            return " " if c.isspace() else "\ufffd"
        return c
    return "".join(map(letter, text))


def pairs(documents):
    for document in documents:
        title = document["title"]
        sentences = [s for paragraph in document["paragraphs"] for s in paragraph["sentences"]]
        for sentence in ([title] if title else []) + sentences:
            yield document["id"], shown(sentence["source"]), shown(sentence["target"])


def of_csv(path):
    with path.open(newline="", encoding="utf-8") as file:
        return [(row["id"], row["source"], row["target"]) for row in csv.DictReader(file)]


def of_xlsx(path):
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["sentences", "articles"], book.sheetnames
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in "sn", (cell.coordinate, cell.data_type, cell.value)
    # openpyxl leaves Excel's escape of an underscore as it is written.
    text = lambda value: (value or "").replace("_x005F_", "_")
    rows = list(book["sentences"].iter_rows(values_only=True))
    names = rows[0]
    rows = [dict(zip(names, row)) for row in rows[1:]]
    return [(text(row["id"]), text(row["source"]), text(row["target"])) for row in rows]


def of_tmx(path):
    with path.open("rb") as file:
        memory = tmx.tmxfile(file, "kk", "en")
    found = []
    for unit in memory.units:
        article = unit.xmlelement.find("prop[@type='x-article']").text
        found.append((article, str(unit.source), str(unit.target or "")))
    return found


def of_xliff(path):
    names = {"x": "urn:oasis:names:tc:xliff:document:2.0"}
    found = []
    for file in lxml.etree.parse(str(path)).getroot().findall("x:file", names):
        for segment in file.iterfind(".//x:segment", names):
            target = segment.findtext("x:target", "", names)
            found.append((file.get("original"), segment.findtext("x:source", "", names), target))
    return found


def of_sqlite(path):
    base = sqlite3.connect(path)
    query = "SELECT id, source, target FROM sentences JOIN articles USING (article) ORDER BY sentence"
    return base.execute(query).fetchall()


def check_docx(path, document):
    word = docx.Document(str(path))
    texts = [paragraph.text for paragraph in word.paragraphs]
    assert texts[1] == shown(document["title"]["source"]), texts[1]
    cells = [row.cells[0].text for row in word.tables[0].rows]
    assert cells[0] == "Kazakh", cells[0]
    sources = [" ".join(shown(s["source"]) for s in paragraph["sentences"]) for paragraph in document["paragraphs"]]
    assert cells[1:] == sources, (cells, sources)


def check_datasette(path):
    def get(query):
        words = [sys.executable, "-m", "datasette", str(path), "--get", query]
        return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)

    tables = {table["name"] for table in get("/all.json")["tables"]}
    assert {"articles", "sentences", "names", "flags"} <= tables, tables
    found = get("/all/sentences.json?_search=кеңестердің&_shape=array")
    assert found and all("кеңестердің" in row["source"].lower() for row in found), found
    begun = get("/all/sentences.json?_search=кеңес*&_searchmode=raw&_shape=array")
    assert len(begun) >= len(found), begun


def check_office(work, names):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        print("LibreOffice is not installed; docx and xlsx were not opened by it")
        return
    for name in names:
        words = [office, "--headless", "--convert-to", "pdf", "--outdir", str(work / "pdf"), name]
        subprocess.run(words, cwd=work, check=True, capture_output=True)
        pdf = work / "pdf" / f"{Path(name).stem}.pdf"
        assert pdf.read_bytes().startswith(b"%PDF"), name


def main(binary, work):
    work = Path(work)
    (work / "in").mkdir(parents=True)
    shutil.copy(FIXTURES / "article.txt", work / "in" / "article.txt")
    for name, text in MADE.items():
        (work / "in" / name).write_text(text, encoding="utf-8")
    run = Run(binary, work)
    run("in", "-o", "all.jsonl")
    documents = [json.loads(line) for line in (work / "all.jsonl").open(encoding="utf-8")]
    expected = list(pairs(documents))
    for ending, read in [("csv", of_csv), ("xlsx", of_xlsx), ("tmx", of_tmx), ("xlf", of_xliff),
                         ("sqlite", of_sqlite)]:
        run("in", "-o", f"all.{ending}")
        found = read(work / f"all.{ending}")
        assert found == expected, (ending, [pair for pair in zip(found, expected) if pair[0] != pair[1]][:3])
        print(f"{ending}: {len(found)} sentences, letter for letter")
    run("in", "-o", "word", "-f", "docx")
    words = [f"word/{Path(document['id']).stem}.docx" for document in documents]
    for name, document in zip(words, documents):
        path = work / name
        assert zipfile.ZipFile(path).testzip() is None
        if document["title"]:
            check_docx(path, document)
    print("docx: every paragraph, letter for letter")
    check_datasette(work / "all.sqlite")
    print("datasette serves the tables and searches")
    check_office(work, ["all.xlsx", *words])


if __name__ == "__main__":
    main(*sys.argv[1:])
