"""LibreTranslate beside `translate serve`: statuses, errors and the form of answers.

    python3 tests/serve/beside/compare.py ADDRESS ADDRESS [KEYED KEYED]

asks LibreTranslate (the first address) and the server (the second) the same, and prints a table of what each
answered; KEYED are two more that want a key. `theirs.py` runs LibreTranslate. Ends with 1 if there is a
difference that EXPECTED does not name.
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request

TEXT = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды."
ASKED = {"q": TEXT, "source": "kk", "target": "en"}


def without(name):
    return {key: value for key, value in ASKED.items() if key != name}


def multipart(fields, files=()):
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    parts += [f'--b\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
              f"Content-Type: application/octet-stream\r\n\r\n{text}\r\n" for field, name, text in files]
    return "".join(parts).encode() + b"--b--\r\n", "multipart/form-data; boundary=b"


def as_json(fields):
    return json.dumps(fields).encode(), "application/json"


def as_form(fields):
    return urllib.parse.urlencode(fields, doseq=True).encode(), "application/x-www-form-urlencoded"


def query(path, fields):
    return f"{path}?{urllib.parse.urlencode(fields, doseq=True)}"


# What is asked: its name, method, path, and the body with its content type.
REQUESTS = [
    ("translate, JSON", "POST", "/translate", as_json(ASKED)),
    ("translate, form", "POST", "/translate", as_form(ASKED)),
    ("translate, multipart", "POST", "/translate", multipart(ASKED)),
    ("translate, query string", "POST", query("/translate", ASKED), (b"", None)),
    ("translate, array", "POST", "/translate", as_json({**ASKED, "q": [TEXT, "Сөз."]})),
    ("translate, array of one", "POST", "/translate", as_json({**ASKED, "q": [TEXT]})),
    ("translate, empty array", "POST", "/translate", as_json({**ASKED, "q": []})),
    ("translate, source auto", "POST", "/translate", as_json({**ASKED, "source": "auto"})),
    ("translate, array, source auto", "POST", "/translate", as_json({**ASKED, "q": [TEXT], "source": "auto"})),
    ("translate, html", "POST", "/translate", as_json({**ASKED, "q": f"<p>{TEXT}</p>", "format": "html"})),
    ("translate, format text", "POST", "/translate", as_json({**ASKED, "format": "text"})),
    ("translate, format xml", "POST", "/translate", as_json({**ASKED, "format": "xml"})),
    ("translate, alternatives 2", "POST", "/translate", as_json({**ASKED, "alternatives": 2})),
    ("translate, alternatives 0", "POST", "/translate", as_json({**ASKED, "alternatives": 0})),
    ("translate, alternatives in words", "POST", "/translate", as_json({**ASKED, "alternatives": "two"})),
    ("translate, alternatives -1", "POST", "/translate", as_json({**ASKED, "alternatives": -1})),
    ("translate, no q", "POST", "/translate", as_json(without("q"))),
    ("translate, no source", "POST", "/translate", as_json(without("source"))),
    ("translate, no target", "POST", "/translate", as_json(without("target"))),
    ("translate, nothing", "POST", "/translate", as_json({})),
    ("translate, empty q", "POST", "/translate", as_json({**ASKED, "q": ""})),
    ("translate, unknown source", "POST", "/translate", as_json({**ASKED, "source": "zz"})),
    ("translate, unknown target", "POST", "/translate", as_json({**ASKED, "target": "zz"})),
    ("translate, both unknown", "POST", "/translate", as_json({**ASKED, "source": "yy", "target": "zz"})),
    ("translate, English to English", "POST", "/translate", as_json({**ASKED, "q": "A word.", "source": "en"})),
    ("translate, English to Kazakh", "POST", "/translate", as_json({**ASKED, "q": "A word.", "source": "en", "target": "kk"})),
    ("translate, no JSON", "POST", "/translate", (b"{", "application/json")),
    ("translate, JSON array", "POST", "/translate", (b"[]", "application/json")),
    ("translate, JSON text", "POST", "/translate", (b'"a"', "application/json")),
    ("translate, GET", "GET", query("/translate", ASKED), None),
    ("translate, PUT", "PUT", "/translate", as_json(ASKED)),
    ("detect, JSON", "POST", "/detect", as_json({"q": TEXT})),
    ("detect, form", "POST", "/detect", as_form({"q": TEXT})),
    ("detect, array", "POST", "/detect", as_json({"q": [TEXT]})),
    ("detect, no q", "POST", "/detect", as_json({})),
    ("detect, no JSON", "POST", "/detect", (b"q", "application/json")),
    ("detect, GET", "GET", "/detect?q=a", None),
    ("languages", "GET", "/languages", None),
    ("languages, POST", "POST", "/languages", as_json({})),
    ("file, text", "POST", "/translate_file", multipart(without("q"), [("file", "a.txt", TEXT)])),
    ("file, none", "POST", "/translate_file", multipart(without("q"))),
    ("file, no source", "POST", "/translate_file", multipart({"target": "en"}, [("file", "a.txt", TEXT)])),
    ("file, no target", "POST", "/translate_file", multipart({"source": "kk"}, [("file", "a.txt", TEXT)])),
    ("file, empty name", "POST", "/translate_file", multipart(without("q"), [("file", "", TEXT)])),
    ("file, unknown ending", "POST", "/translate_file", multipart(without("q"), [("file", "a.exe", TEXT)])),
    ("file, unknown source", "POST", "/translate_file", multipart({"source": "zz", "target": "en"}, [("file", "a.txt", TEXT)])),
    ("download, unknown", "GET", "/download_file/none.txt", None),
    ("download, traversal", "GET", "/download_file/..%2f..%2fetc%2fpasswd", None),
    ("suggest", "POST", "/suggest", as_json({**ASKED, "s": "a"})),
    ("settings", "GET", "/frontend/settings", None),
    ("health", "GET", "/health", None),
    ("metrics", "GET", "/metrics", None),
    ("unknown path", "GET", "/nothing", None),
]
KEY_REQUESTS = [
    ("keyed: translate, no key", "POST", "/translate", as_json(ASKED)),
    ("keyed: translate, wrong key", "POST", "/translate", as_json({**ASKED, "api_key": "wrong-key-1"})),
    ("keyed: detect, wrong key", "POST", "/detect", as_form({"q": TEXT, "api_key": "wrong-key-1"})),
    ("keyed: languages", "GET", "/languages", None),
    ("keyed: settings", "GET", "/frontend/settings", None),
]

# Differences by decision, and why.
NO_PAGE = "ours in JSON, theirs a page"
IN_WORDS = "ours says what is wrong"
EXPECTED = {
    "translate, alternatives in words": "theirs fails",
    "download, unknown": "theirs fails",
    "translate, no JSON": IN_WORDS,
    "detect, no JSON": IN_WORDS,
    "file, none": IN_WORDS,
    "translate, GET": NO_PAGE,
    "translate, PUT": NO_PAGE,
    "detect, GET": NO_PAGE,
    "languages, POST": NO_PAGE,
    "download, traversal": NO_PAGE,
    "metrics": NO_PAGE,
    "unknown path": NO_PAGE,
}


def ask(url, method, path, body):
    """The status, and what the answer is: its error, or its fields."""
    data, kind = body or (None, None)
    headers = {"Content-Type": kind} if kind else {}
    request = urllib.request.Request(url + path, data=data, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    try:
        value = json.loads(text)
    except ValueError:
        return status, "no JSON"
    if isinstance(value, dict) and set(value) == {"error"}:
        return status, str(value["error"])
    return status, shape(value)


def shape(value):
    """The form of an answer: its fields and kinds of values."""
    if isinstance(value, dict):
        known = {key: shape(own) for key, own in value.items() if key != "articles"}
        return "{" + ", ".join(f"{key}: {own}" for key, own in sorted(known.items())) + "}"
    if isinstance(value, list):
        return "[" + (shape(value[0]) if value else "") + "]"
    return {str: "text", bool: "bool", type(None): "null"}.get(type(value), "number")


def main():
    theirs, ours, *keyed = (address.rstrip("/") for address in sys.argv[1:])
    rows = [(request, theirs, ours) for request in REQUESTS]
    if keyed:
        rows += [(request, *keyed) for request in KEY_REQUESTS]
    surprises = 0
    print("| request | LibreTranslate | ours | |\n|---|---|---|---|")
    for (name, method, path, body), theirs, ours in rows:
        one, other = ask(theirs, method, path, body), ask(ours, method, path, body)
        told = "same" if one == other else EXPECTED.get(name, "DIFFERS")
        surprises += told == "DIFFERS"
        cells = [f"{status} {what}".replace("|", "\\|") for status, what in (one, other)]
        print(f"| {name} | {cells[0]} | {cells[1] if one != other else ''} | {told} |")
    print(f"\n{len(rows)} requests, {surprises} unexpected differences")
    sys.exit(surprises > 0)


main()
