"""Writes src/language/codes.tsv: the codes of NLLB's languages with what else they are called: codes of ISO 639-1 and
639-3 (a macrolanguage's stand for its most spoken member) and English names (CLDR's and ISO's)."""

from __future__ import annotations

import pycountry
from babel import Locale
from common import HERE
from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES

OUT = HERE.parents[1] / "src" / "language" / "codes.tsv"
# Members of macrolanguages, and the script in which a language is mostly written where NLLB knows several.
MEMBERS = {
    "ara": "arb_Arab", "aym": "ayr_Latn", "aze": "azj_Latn", "est": "est_Latn", "fas": "pes_Arab", "ful": "fuv_Latn",
    "kur": "kmr_Latn", "lav": "lvs_Latn", "mlg": "plt_Latn", "mon": "khk_Cyrl", "msa": "zsm_Latn", "nep": "npi_Deva",
    "nor": "nob_Latn", "ori": "ory_Orya", "orm": "gaz_Latn", "pus": "pbt_Arab", "que": "quy_Latn", "sqi": "als_Latn",
    "swa": "swh_Latn", "uzb": "uzn_Latn", "yid": "ydd_Hebr", "zho": "zho_Hans", "kon": "kon_Latn", "grn": "grn_Latn",
    "srd": "srd_Latn", "kas": "kas_Arab", "kau": "knc_Latn", "min": "min_Latn", "bjn": "bjn_Latn", "ace": "ace_Latn",
    "din": "dik_Latn", "bih": "bho_Deva", "tgl": "tgl_Latn", "fil": "tgl_Latn", "knc": "knc_Latn", "taq": "taq_Latn",
}  # fmt: skip


def names(code: str, iso: str) -> list[str]:
    """What ISO's code and 639-1's are called in English."""
    english = Locale("en").languages
    found = pycountry.languages.get(alpha_3=iso)
    short = getattr(found, "alpha_2", None)
    listed = [short, iso, english.get(short), english.get(iso), getattr(found, "name", None)]
    return [name for name in listed if name]


def main() -> None:
    rows: dict[str, list[str]] = {code: [] for code in FAIRSEQ_LANGUAGE_CODES}
    scripts: dict[str, list[str]] = {}
    for code in rows:
        scripts.setdefault(code.partition("_")[0], []).append(code)
    for iso, codes in scripts.items():
        code = codes[0] if len(codes) == 1 else MEMBERS[iso]
        rows[code] += names(code, iso)
    for iso, code in MEMBERS.items():
        rows[code] += names(code, iso)
    seen: dict[str, str] = {}
    lines = []
    for code, called in rows.items():
        own = []
        for name in called:
            # "Greek, Modern (1453-)" is Greek, and "Nepali (macrolanguage)" is Nepali.
            plain = name.partition(" (")[0].partition(", ")[0].lower()
            if seen.setdefault(plain, code) == code and plain not in own:
                own.append(plain)
        lines.append("\t".join([code, *own]))
    OUT.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
