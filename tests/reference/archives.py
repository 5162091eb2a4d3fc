"""Writes tests/fixtures/foreign/: one small file of each format that archives hold, as a foreign program
writes it.

    python tests/reference/archives.py

warcio writes the WARC files (one compressed, with a broken record), wacz the WACZ, ebooklib the EPUB,
Python's email and mailbox the mail, LibreOffice the OpenDocument and RTF texts (`soffice` must be on the
path), and Chromium the MHTML (`chromium` must be on the path, and takes a picture of a page served on
this machine). The texts were written for the tests. Names of files as arguments write these only.
"""

import base64
import datetime
import email.message
import email.policy
import email.utils
import gzip
import http.server
import io
import json
import mailbox
import pathlib
import struct
import subprocess
import sys
import tempfile
import threading
import urllib.request
import zipfile

OUT = pathlib.Path(__file__).parents[1] / "fixtures" / "foreign"
TITLE = "Ауылда жаңа кітапхана ашылды"
PARAGRAPHS = [
    "Қарасу ауылында екі мың кітаптық жаңа кітапхана есігін ашты, оған екі жыл уақыт кетті.",
    "«Балаларымыз енді кітап іздеп аудан орталығына бармайды», — дейді ауыл тұрғыны Марат Оспанов.",
]
SECOND = "Көпірдің құрылысы көктемде басталып, келесі жылдың күзінде аяқталады."
WHEN = datetime.datetime(2024, 1, 27, 18, 10, tzinfo=datetime.timezone(datetime.timedelta(hours=5)))


def page(title=TITLE, paragraphs=PARAGRAPHS):
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="kk"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )


def warc_records(writer, chunked=False):
    from warcio.statusandheaders import StatusAndHeaders

    def response(address, body, kind="text/html; charset=utf-8", status="200 OK", more=()):
        headers = StatusAndHeaders(status, [("Content-Type", kind), *more], protocol="HTTP/1.1")
        return writer.create_warc_record(
            address,
            "response",
            payload=io.BytesIO(body),
            http_headers=headers,
            warc_headers_dict={"WARC-Date": "2024-01-27T20:30:00Z"},
        )

    html = page().encode()
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "warcio"}))
    writer.write_record(response("https://a.kz/1", html))
    writer.write_record(response("https://a.kz/2.png", b"\x89PNG\r\n\x1a\n", "image/png"))
    writer.write_record(response("https://a.kz/3", page("404", ["Бет табылмады."]).encode(), status="404 Not Found"))
    packed = gzip.compress(page("Өзенге жаңа көпір салынады", [SECOND]).encode(), mtime=0)
    size = len(packed) // 2
    parts = [packed[:size], packed[size:]]
    packed = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    more = [("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
    writer.write_record(response("https://a.kz/4", packed, more=more))


def warc(name):
    from warcio.warcwriter import WARCWriter

    with open(OUT / name, "wb") as file:
        warc_records(WARCWriter(file, gzip=name.endswith(".gz")))


def wacz(name):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "data.warc.gz"
        from warcio.warcwriter import WARCWriter

        with open(source, "wb") as file:
            warc_records(WARCWriter(file, gzip=True))
        wacz_program = pathlib.Path(sys.executable).with_name("wacz")
        subprocess.run(
            [wacz_program, "create", "-o", OUT / name, source, "--date", "2024-01-27T00:00:00Z"],
            check=True,
        )


def epub(name):
    from ebooklib import epub as books

    book = books.EpubBook()
    book.set_identifier("1")
    book.set_title("Ауыл хабарлары")
    book.set_language("kk")
    book.add_author("Айнұр Қасымова")
    book.add_metadata("DC", "date", "2024-01-27")
    chapters = []
    for number, (title, texts) in enumerate([(TITLE, PARAGRAPHS), ("Өзенге жаңа көпір салынады", [SECOND])], 1):
        chapter = books.EpubHtml(title=title, file_name=f"{number}.xhtml", lang="kk")
        chapter.content = f"<h1>{title}</h1>" + "".join(f"<p>{text}</p>" for text in texts)
        book.add_item(chapter)
        chapters.append(chapter)
    book.toc = chapters
    book.add_item(books.EpubNcx())
    book.add_item(books.EpubNav())
    book.spine = ["nav", *chapters]
    books.write_epub(OUT / name, book)


def message(title, texts, html=False):
    mail = email.message.EmailMessage()
    mail["Subject"] = title
    mail["From"] = email.utils.formataddr(("Айнұр Қасымова", "a@a.kz"))
    mail["To"] = "b@b.kz"
    mail["Date"] = WHEN
    mail["Message-ID"] = "<1@a.kz>"
    if html:
        mail.set_content(page(title, texts), subtype="html")
    else:
        mail.set_content("\n\n".join(texts) + "\n")
        mail.add_alternative(page(title, texts), subtype="html")
        mail.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="a.png")
    return mail


def eml(name):
    mail = message(TITLE, PARAGRAPHS)
    mail.set_boundary("=a=")
    mail.get_body(("related", "plain", "html"))
    for part in mail.walk():
        if part.is_multipart() and part is not mail:
            part.set_boundary("=b=")
    (OUT / name).write_bytes(mail.as_bytes(policy=email.policy.SMTP))


def mbox(name):
    path = OUT / name
    path.unlink(missing_ok=True)
    box = mailbox.mbox(path)
    for title, texts in [(TITLE, PARAGRAPHS), ("Өзенге жаңа көпір салынады", [SECOND])]:
        mail = mailbox.mboxMessage(message(title, texts, html=True))
        mail.set_from("a@a.kz", WHEN.utctimetuple())
        box.add(mail)
    # Its text has a line that begins as a message does.
    quoted = email.message.EmailMessage()
    quoted["Subject"] = "Үшінші хат"
    quoted["From"] = "a@a.kz"
    quoted["Date"] = WHEN
    quoted.set_content(SECOND + "\n\nFrom қалай басталады, оны ешкім білмейді.\n", cte="8bit")
    mail = mailbox.mboxMessage(quoted)
    mail.set_from("a@a.kz", WHEN.utctimetuple())
    box.add(mail)
    box.close()


def office(name):
    """LibreOffice makes the file from a page with a table, a list and a note."""
    rows = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in [("Кітап", "2000"), ("Журнал", "300")])
    html = page().replace(
        "</main>",
        f"<h2>Қорда</h2><ul><li>балаларға арналған кітаптар</li><li>журналдар</li></ul><table>{rows}</table></main>",
    )
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / f"{name.rsplit('.')[0]}.html"
        source.write_text(html, encoding="utf-8")
        ending = name.rsplit(".")[1]
        filters = {"odt": "odt:writer8", "rtf": "rtf:Rich Text Format"}
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--infilter=HTML (StarWriter)",
             "--convert-to", filters[ending], "--outdir", folder, source],
            check=True,
        )
        made = source.with_suffix(f".{ending}")
        if ending == "odt":
            slim(made, OUT / name)
        else:
            (OUT / name).write_bytes(made.read_bytes())


def slim(made, out):
    """The same archive without thumbnails, settings and fonts."""
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.infolist():
            if member.filename in ("mimetype", "content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"):
                target.writestr(member, source.read(member))


def mhtml(name):
    """Chromium saves a page that is served here, by the protocol of its tools."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page().encode())

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/1"
    with tempfile.TemporaryDirectory() as folder:
        browser = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
             f"--user-data-dir={folder}", address],
            stderr=subprocess.PIPE, text=True,
        )
        for line in browser.stderr:
            if "DevTools listening on" in line:
                port = int(line.rsplit(":", 1)[1].split("/")[0])
                break
        target = None
        while target is None:
            pages = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
            targets = (page["webSocketDebuggerUrl"] for page in pages if page["title"] == TITLE)
            target = next(targets, None)
        data = ask(port, target.split(str(port), 1)[1], "Page.captureSnapshot", {"format": "mhtml"})["data"]
        browser.terminate()
        browser.wait()
    data = data.replace(address, "https://a.kz/1")
    (OUT / name).write_bytes(data.encode())


def ask(port, path, method, parameters):
    """One call over a web socket."""
    import socket

    link = socket.create_connection(("127.0.0.1", port))
    key = base64.b64encode(bytes(16)).decode()
    link.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    stream = link.makefile("rb")
    while stream.readline().strip():
        pass
    call = json.dumps({"id": 1, "method": method, "params": parameters}).encode()
    link.sendall(b"\x81" + bytes([0x80 | len(call)]) + bytes(4) + call)
    answer = b""
    while True:
        first, size = stream.read(2)
        size = {126: lambda: struct.unpack(">H", stream.read(2))[0], 127: lambda: struct.unpack(">Q", stream.read(8))[0]}.get(
            size, lambda: size
        )()
        answer += stream.read(size)
        if first & 0x80:
            reply = json.loads(answer)
            if reply.get("id") == 1:
                return reply["result"]
            answer = b""


FILES = {
    "pages.warc": warc,
    "pages.warc.gz": warc,
    "pages.wacz": wacz,
    "book.epub": epub,
    "mail.eml": eml,
    "mail.mbox": mbox,
    "text.odt": office,
    "text.rtf": office,
    "page.mhtml": mhtml,
}

if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or FILES:
        FILES[name](name)
        print(name, (OUT / name).stat().st_size)
