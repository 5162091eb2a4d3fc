"""A made archive: articles in Kazakh in many formats and charsets, and bad ones of every kind.

The sentences are written for this purpose; no article of any newspaper is in it. The same numbers give
the same archive.
"""

import csv
import gzip
import io
import json
import random
import stat
import tarfile
import zipfile
from pathlib import Path

WHO = ["Қала әкімдігі", "Жас ғалымдар", "Өңір тұрғындары", "Ауыл кәсіпкерлері", "Мектеп оқушылары",
       "Су шаруашылығының мамандары", "Облыстық кітапхана", "Құрылысшылар бригадасы"]
WHEN = ["биыл көктемде", "өткен аптада", "соңғы үш жылда", "желтоқсан айында", "жаңа оқу жылында"]
DID = ["жаңа кітапхананы ашты", "{n} шақырым жолды жөндеді", "екі қабатты емхананы пайдалануға берді",
       "{n} түп көшет отырғызды", "көпірдің құрылысын аяқтады", "{n} отбасына көмек көрсетті"]
MORE = ["Бұл жұмысқа облыстық бюджеттен {n} миллион теңге бөлінді.",
        "Жобаға {n} адам қатысты, олардың жартысы жастар.",
        "Енді тұрғындар орталыққа {n} минутта жете алады.",
        "Келесі жылы тағы {n} ауылда осындай жұмыс жүргізіледі.",
        "Үлкендер мұны көптен күткен еді.",
        "Мамандардың айтуынша, құны {n} мың теңгеден аспайды."]
ENGLISH = "Three new schools opened in the region this year, and hundreds of pupils began lessons."


class Article:
    def __init__(self, rng, sentences=(3, 7)):
        def filled(template):
            return template.format(n=rng.randint(2, 980))

        self.title = filled(f"{rng.choice(WHO)} {rng.choice(DID)}")
        self.date = f"{rng.randint(1, 28):02}.{rng.randint(1, 12):02}.{rng.randint(2014, 2023)}"
        lead = filled(f"{rng.choice(WHO)} {rng.choice(WHEN)} {rng.choice(DID)}.")
        rest = [filled(rng.choice(MORE)) for _ in range(rng.randint(*sentences))]
        self.sentences = [lead, *rest]

    def text(self):
        half = len(self.sentences) // 2
        body = "\n".join(" ".join(part) for part in (self.sentences[:half], self.sentences[half:]))
        return f"{self.title}\n\nУақыты: {self.date}\n\n{body}\n"

    def html(self):
        body = "".join(f"<p>{sentence}</p>" for sentence in self.sentences)
        return (f"<!DOCTYPE html><html lang=kk><head><meta charset=utf-8><title>{self.title}</title>"
                f"</head><body><article><h1>{self.title}</h1><p>Уақыты: {self.date}</p>{body}"
                "</article></body></html>")

    def markdown(self):
        return f"# {self.title}\n\n" + "\n\n".join(self.sentences) + "\n"


class Corpus:
    """Writes an archive into a folder; `good` and `bad` are the ids it has then."""

    def __init__(self, folder, articles=2000, seed=1, sentences=(3, 7)):
        self.folder = Path(folder)
        self.rng = random.Random(seed)
        self.sentences = sentences
        self.good = {}
        self.bad = []
        share = articles // 10
        self.folder.mkdir(parents=True)
        self.zip_archive("pages.zip", share)
        self.tar_archive("old.tar", "w", share)
        self.tar_archive("older.tar.gz", "w:gz", share)
        self.json_lines("feed.jsonl", share, open)
        self.json_lines("feed-2022.jsonl.gz", share, gzip.open)
        self.table("table.csv", share)
        self.files("files", articles - 6 * share)
        self.broken_containers()

    def article(self, id):
        self.good[id] = Article(self.rng, self.sentences)
        return self.good[id]

    def files(self, below, count):
        kinds = [("txt", "utf-8"), ("txt", "utf-16"), ("txt", "kz1048"), ("txt", "ptcp154"),
                 ("html", "utf-8"), ("md", "utf-8")]
        for number in range(count):
            ending, charset = kinds[number % len(kinds)]
            id = f"{below}/{2014 + number % 10}/{number:04}.{ending}"
            article = self.article(id)
            content = {"txt": article.text, "html": article.html, "md": article.markdown}[ending]()
            self.write(id, content.encode(charset))
        broken = "Ауыл мектебі жөнделді. ".encode() * 8 + b"\xff\xfe" + "Бұл қуаныш.".encode()
        noise = bytes(self.rng.randrange(256) for _ in range(4096))
        bad = [(f"empty-{n}.txt", b"" if n % 2 else b" \n\n\t") for n in range(4)]
        bad += [(f"noise-{n}.txt", noise[n:]) for n in range(3)]
        bad += [(f"english-{n}.txt", ENGLISH.encode()) for n in range(2)]
        bad += [(f"digits-{n}.txt", b"2023\n\n1 2 3 - 4\n") for n in range(2)]
        bad += [(f"torn-{n}.txt", broken) for n in range(2)]
        bad += [("page.pdf", b"%PDF-1.7\n" + noise), ("paper.docx", b"PK\x03\x04" + noise)]
        for name, content in bad:
            self.write(f"{below}/bad/{name}", content)
            self.bad.append(f"{below}/bad/{name}")
        (self.folder / below / "bad" / "nowhere.txt").symlink_to("there-is-no-such-file")
        self.bad.append(f"{below}/bad/nowhere.txt")

    def zip_archive(self, name, count):
        path = self.folder / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(count):
                article = self.article(f"{name}/{number % 7}/{number:04}.txt")
                archive.writestr(f"{number % 7}/{number:04}.txt", article.text())
            text = Article(self.rng).text()
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w") as other:
                other.writestr("a.txt", text)
            link = zipfile.ZipInfo("link.txt")
            link.create_system = 3
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr("../evil.txt", text)
            archive.writestr("/root.txt", text)
            archive.writestr("bell\x07.txt", text)
            archive.writestr(link, "/etc/passwd")
            archive.writestr("inner.zip", inner.getvalue())
            archive.writestr("locked.txt", text)
            archive.writestr("spoilt.txt", text, zipfile.ZIP_STORED)
            spoilt = archive.getinfo("spoilt.txt").header_offset + 30 + len("spoilt.txt")
        raw = bytearray(path.read_bytes())
        raw[spoilt + 5] ^= 1
        # The bit that says a member is encrypted, in both of its headers.
        raw[raw.index(b"locked.txt") - 30 + 6] |= 1
        raw[raw.rindex(b"locked.txt") - 46 + 8] |= 1
        path.write_bytes(raw)
        shown = ["../evil.txt", "/root.txt", "bell\\u{7}.txt", "link.txt", "inner.zip", "locked.txt",
                 "spoilt.txt"]
        self.bad += [f"{name}/{member}" for member in shown]

    def tar_archive(self, name, mode, count):
        with tarfile.open(self.folder / name, mode) as archive:
            def add(member, content=b"", type=tarfile.REGTYPE, link=""):
                info = tarfile.TarInfo(member)
                info.size, info.type, info.linkname = len(content), type, link
                archive.addfile(info, io.BytesIO(content))

            for number in range(count):
                article = self.article(f"{name}/{number:04}.txt")
                add(f"{number:04}.txt", article.text().encode())
            if mode != "w":
                return
            text = Article(self.rng).text().encode()
            add("sym.txt", type=tarfile.SYMTYPE, link="/etc/passwd")
            add("hard.txt", type=tarfile.LNKTYPE, link="0000.txt")
            add("pipe.txt", type=tarfile.FIFOTYPE)
            add("/root.txt", text)
            add("d/" * 10_000 + "deep.txt", text)
            add("0000.txt", text)
        deep = ("d/" * 10_000)[:120] + "…"
        shown = ["sym.txt", "hard.txt", "pipe.txt", "/root.txt", deep, "0000.txt"]
        self.bad += [f"{name}/{member}" for member in shown]

    def json_lines(self, name, count, opener):
        with opener(self.folder / name, "wt", encoding="utf-8") as out:
            for number in range(count):
                id = f"{name}#{number}"
                article = self.article(id)
                content = {"html": article.html()} if number % 3 == 0 else {"text": article.text()}
                record = {"id": id, **content, "number": number}
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
            if opener is not open:
                return
            out.write('{"id": "cut", "text": "Ауыл\n')
            out.write('{"id": "textless"}\n')
            out.write('{"id": "blank", "text": "— 5 —"}\n')
            out.write('{"id": "number", "text": 5}\n')
        self.bad += [f"{name}:{count + 1}", "textless", "blank", "number"]

    def table(self, name, count):
        with open(self.folder / name, "w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["id", "text", "place"])
            for number in range(count):
                id = f"{name}#{number}"
                rows.writerow([id, self.article(id).text(), "Ақсу"])
            rows.writerow(["short", "Ауыл"])
            rows.writerow(["long", "Ауыл", "Ақсу", "more"])
        self.bad += [f"{name}:{count + 1}", f"{name}:{count + 2}"]

    def broken_containers(self):
        whole = (self.folder / "older.tar.gz").read_bytes()
        self.write("cut.tar.gz", whole[:200])
        self.write("no.zip", b"<html>403 Forbidden</html>")
        self.bad += ["cut.tar.gz", "no.zip"]

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
