"""Writes tests/fixtures/article/{word,writer,shared}.docx: small articles as three word processors save them.

    python tests/reference/docx.py

`word.docx` has Word's Russian style identifiers (`1`, `a3`) whose names are in styles.xml, runs cut
in the middle of words, a deletion, a text box in two copies and a table; `writer.docx` has
LibreOffice's plain layout with `Heading1` and no styles.xml; `shared.docx` is what several people wrote in
a browser: tracked insertions, a link, a field, a footnote's sign, soft hyphens, a block of content control,
and a title that is only bold. The texts were written for the tests.
"""

import pathlib
import zipfile

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
STYLES = f"""<?xml version="1.0" encoding="UTF-8"?><w:styles {NAMESPACES}>
<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="a5"><w:name w:val="caption"/></w:style></w:styles>"""


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs, style=None, numbered=False):
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered:
        properties += '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


WORD = [
    paragraph(run("Мектепте "), run("жаңа зертхана ашылды"), style="a3"),
    paragraph(run("Уақыты: 12.09.2021"), "<w:r><w:br/></w:r>", run("Бөлім: БІЛІМ")),
    paragraph(
        run("№ 5 мек"),
        run("тепте химия және физика &amp; биология зертханасы ашылды. Оған "),
        "<w:del><w:r><w:delText>алты</w:delText></w:r></w:del>",
        run("сегіз миллион теңге жұмсалды."),
        "<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>"
        + paragraph(run("Бұл зертхана аудандағы үшінші зертхана."))
        + "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>"
        + paragraph(run("Бұл зертхана аудандағы үшінші зертхана."))
        + "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>",
    ),
    paragraph(run("Зертханада не бар"), style="1"),
    paragraph(run("он микроскоп"), numbered=True),
    paragraph(run("жиырма компьютер"), numbered=True),
    "<w:tbl><w:tr><w:tc>" + paragraph(run("Сынып")) + "</w:tc><w:tc>" + paragraph(run("Оқушы"))
    + "</w:tc></w:tr></w:tbl>",
    paragraph(run("Зертхана ашылған күн"), style="a5"),
    paragraph(run("Сабақтар келесі аптада басталады.")),
]
WRITER = [
    paragraph(run("Мектепте жаңа зертхана ашылды"), style="Heading1"),
    paragraph(run("Мектепте химия зертханасы ашылды. Оған сегіз миллион теңге жұмсалды.")),
    paragraph(run("Сабақтар келесі аптада басталады.")),
]
SHARED = [
    paragraph('<w:r><w:rPr><w:b/></w:rPr><w:t>Ауданда жаңа емхана ашылды</w:t></w:r>'),
    paragraph(run("Дереккөз: audan.example")),
    paragraph(run("Уақыты: 2 ақпан 2024")),
    paragraph(
        run("Ақсай ауылында "),
        '<w:ins w:id="1" w:author="a">' + run("жаңа ") + "</w:ins>",
        run("емхана ашылды. Ол күніне елу адам"),
        "<w:r><w:softHyphen/></w:r>",
        run("ды қабылдайды"),
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        run("."),
    ),
    "<w:sdt><w:sdtContent>"
    + paragraph(
        run("Толығырақ "),
        '<w:hyperlink w:anchor="x">' + run("audan.example/emhana") + "</w:hyperlink>",
        run(" сайтында,"),
        '<w:r><w:tab/><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        run("жаңалықтар бөлімінде."),
    )
    + "</w:sdtContent></w:sdt>",
    paragraph(),
    paragraph(run("– Бұл емхананы біз көп күттік, – деді тұрғындар.")),
]


def write(name, body, parts):
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {NAMESPACES}><w:body>'
    document += "".join(body) + "</w:body></w:document>"
    folder = pathlib.Path(__file__).parents[1] / "fixtures" / "article"
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in {**parts, "word/document.xml": document}.items():
            archive.writestr(zipfile.ZipInfo(path), text, zipfile.ZIP_DEFLATED)


write("word.docx", WORD, {"word/styles.xml": STYLES})
write("writer.docx", WRITER, {})
write("shared.docx", SHARED, {"word/footnotes.xml": f"<w:footnotes {NAMESPACES}/>"})
