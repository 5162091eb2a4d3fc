"""A tokenizer made as NLLB's is: SentencePiece BPE, loaded and saved by transformers' NllbTokenizer."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import sentencepiece
from transformers import NllbTokenizer
from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES

# So that no letter, digit or mark of either language is unknown, whatever the article lacks.
ALPHABETS = [
    "Аа Әә Бб Вв Гг Ғғ Дд Ее Ёё Жж Зз Ии Йй Кк Ққ Лл Мм Нн Ңң "
    "Оо Өө Пп Рр Сс Тт Уу Ұұ Үү Фф Хх Һһ Цц Чч Шш Щщ Ъъ Ыы Іі Ьь Ээ Юю Яя",
    "Aa Bb Cc Dd Ee Ff Gg Hh Ii Jj Kk Ll Mm Nn Oo Pp Qq Rr Ss Tt Uu Vv Ww Xx Yy Zz",
    "0 1 2 3 4 5 6 7 8 9 . , : ; ! ? ( ) [ ] - – — « » \" ' “ ” „ % / + = & № $ € * @ # _",
]
PIECES = 1000


def train(texts: list[str], folder: Path) -> NllbTokenizer:
    """Trains on `texts` and saves tokenizer.json and its kin into `folder`.

    The frame baked into tokenizer.json is English's, as in the real one: whoever encodes Kazakh has to set his own.
    """
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts + ALPHABETS),
        model_writer=model,
        model_type="bpe",
        vocab_size=PIECES,
        character_coverage=1.0,
        normalization_rule_name="nmt_nfkc",
        num_threads=1,
        minloglevel=2,
        hard_vocab_limit=False,
    )
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "sentencepiece.bpe.model").write_bytes(model.getvalue())
        # Without the codes transformers would take SentencePiece's own control tokens for the extra ones.
        tokenizer = NllbTokenizer.from_pretrained(scratch, extra_special_tokens=FAIRSEQ_LANGUAGE_CODES)
    tokenizer.model_max_length = 1024
    tokenizer.save_pretrained(folder)
    return tokenizer
