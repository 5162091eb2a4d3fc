"""Asks the server by clients that are not ours.

    python3 tests/serve/clients/check.py target/release/translate

starts `translate serve` on the memorised models, and asks it by libretranslate-aio (every endpoint), by
libretranslatepy, by transpolibre (a .po file), by npm's `translate` and `libretranslate` (where `npm ci` was
run in this folder) and by DeepL's own client; then schemathesis sends what its description allows and what it
does not: no answer may be a fault of the server, or one that the description lacks. 20,000 requests of 200
clients at a time all succeed, and memory does not grow. Needs what
tests/serve/clients/requirements.txt lists.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import deepl
from libretranslate_aio import LibreTranslate
from libretranslate_aio.exceptions import BadRequestError, ForbiddenError
from libretranslatepy import LibreTranslateAPI

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
SENTENCE = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды."
TRANSLATION = "This year the membership of these councils was renewed by 46%."
KEY = "a-key-for-the-clients"


def started(binary, *options):
    """The server, and its address."""
    words = [binary, "serve", "--offline", "--port", "0", *options,
             "--model", FIXTURES / "memorised-nllb", "--summary-model", FIXTURES / "memorised-bart"]
    server = subprocess.Popen([str(word) for word in words], stderr=subprocess.PIPE, text=True)
    for line in server.stderr:
        if line.startswith("listening on "):
            # What else it says must not fill the pipe.
            threading.Thread(target=server.stderr.read, daemon=True).start()
            return server, line.split()[-1]
    raise SystemExit("the server did not start")


def wait(url):
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{url}/ready"):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the models were not loaded within a minute")


def refused(kind, call):
    try:
        call()
    except kind as error:
        return str(error)
    raise AssertionError("it was not refused")


def by_libretranslate_aio(url):
    with LibreTranslate(base_url=url, api_key=KEY) as client:
        assert client.health()
        languages = {language.code: language.targets for language in client.languages()}
        assert languages["kk"] == ["en"], languages
        assert client.detect(SENTENCE)[0].language == "kk"
        one = client.translate(SENTENCE, source="kk", target="en")
        assert one.translated_text == TRANSLATION, one
        many = client.translate([SENTENCE, SENTENCE], source="auto", target="en", alternatives=2)
        assert many.translated_text == [TRANSLATION] * 2, many
        assert [found.language for found in many.detected_language] == ["kk"] * 2, many
        page = client.translate(f"<p><b>{SENTENCE}</b></p>", source="kk", target="en", format="html")
        assert page.translated_text == f"<p><b>{TRANSLATION}</b></p>", page
        settings = client.frontend_settings()
        assert settings.key_required and ".docx" in settings.supported_files_format, settings
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "мақала.txt")
            path.write_text(SENTENCE, encoding="utf-8")
            file = client.translate_file(str(path), source="kk", target="en")
            with urllib.request.urlopen(file.translated_file_url) as answer:
                assert TRANSLATION in answer.read().decode(), file
        assert "not supported" in refused(BadRequestError, lambda: client.translate("a", source="zz", target="en"))
        refused(ForbiddenError, lambda: client.suggest("a", "b", "kk", "en"))
    with LibreTranslate(base_url=url, api_key="a-wrong-key") as client:
        assert "Invalid API key" in refused(ForbiddenError, lambda: client.detect("a"))


def by_libretranslatepy(url):
    client = LibreTranslateAPI(url, api_key=KEY)
    assert client.translate(SENTENCE, "kk", "en") == TRANSLATION
    assert client.detect(SENTENCE)[0]["language"] == "kk"
    assert {"code": "kk", "name": "Kazakh", "targets": ["en"]} in client.languages()


PO = f"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

#: councils.c:46
msgid "{SENTENCE}"
msgstr ""
"""


def by_transpolibre(url):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "kk.po")
        path.write_text(PO, encoding="utf-8")
        command = [Path(sys.executable).with_name("transpolibre"), "--url", url, "--api-key", KEY,
                   "--source-lang", "kk", "--target-lang", "en", "--file", path]
        run = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd=folder)
        assert run.returncode == 0, run.stdout + run.stderr
        assert f'msgstr "{TRANSLATION}"' in path.read_text(encoding="utf-8"), run.stdout + run.stderr


def by_npm(url, open_url):
    folder = Path(__file__).resolve().parent
    if not (folder / "node_modules").exists():
        print("by_npm: left out, npm ci was not run")
        return
    command = ["node", folder / "npm.mjs", url, KEY, open_url, SENTENCE, TRANSLATION]
    run = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def by_deepl(url):
    client = deepl.Translator(KEY, server_url=url)
    results = client.translate_text([SENTENCE, SENTENCE], target_lang="EN-US")
    assert [result.text for result in results] == [TRANSLATION] * 2
    assert results[0].detected_source_lang == "KK"
    named = client.translate_text(SENTENCE, source_lang="KK", target_lang="EN-GB", tag_handling="html")
    assert named.text == TRANSLATION
    assert "KK" in {language.code for language in client.get_source_languages()}
    assert "EN-US" in {language.code for language in client.get_target_languages()}
    assert not client.get_usage().any_limit_reached
    wrong = deepl.Translator("a-wrong-key", server_url=url)
    refused(deepl.AuthorizationException, lambda: wrong.translate_text("a", target_lang="EN-US"))


def by_schemathesis(url):
    command = [Path(sys.executable).with_name("st"), "run", f"{url}/spec", "--phases", "coverage,fuzzing",
               "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
               "response_schema_conformance", "-n", "50", "--seed", "1", "--no-color",
               "-H", f"Authorization: Bearer {KEY}"]
    run = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def memory(server):
    """MiB that the server has, where the system tells."""
    status = Path(f"/proc/{server.pid}/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def by_many(url, server):
    host = url.split("//")[1]
    body = json.dumps({"q": SENTENCE, "source": "kk", "target": "en", "api_key": KEY}).encode()
    failed = []

    def ask(count):
        connection = http.client.HTTPConnection(host)
        for _ in range(count):
            connection.request("POST", "/translate", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                failed.append(text)

    memories = []
    for _ in range(4):
        threads = [threading.Thread(target=ask, args=(25,)) for _ in range(200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        memories.append(memory(server))
    assert not failed, failed[:3]
    assert memories[0] is None or memories[-1] < memories[0] + 8, memories


def main():
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder, "keys")
        keys.write_text(KEY + "\n")
        os.environ["HF_HOME"] = folder
        server, url = started(sys.argv[1], "--api-keys", keys)
        other, open_url = started(sys.argv[1], "-s", "none")
        try:
            wait(url)
            wait(open_url)
            for check in (by_libretranslate_aio, by_libretranslatepy, by_transpolibre, by_deepl, by_schemathesis):
                check(url)
                print(f"{check.__name__}: passed")
            by_npm(url, open_url)
            print("by_npm: passed")
            other.terminate()
            by_many(url, server)
            print("by_many: passed")
        finally:
            other.terminate()
            server.terminate()
        assert server.wait(timeout=60) == 143


main()
