"""Kazakh news articles into English, with a summary, on this machine.

    from audarma import Translator

    with Translator(summary="extractive") as translator:
        article = translator.translate(text)
        print(article.title, article.text, article.summary)

The work is done by the program `translate`, which the package brings with it: one process that loads its
models once, when the first article comes.
"""

from ._article import Article, Failure, Sentence
from ._program import find_program
from ._translator import ArticleError, Translator, TranslatorError

__all__ = [
    "Article",
    "ArticleError",
    "Failure",
    "Sentence",
    "Translator",
    "TranslatorError",
    "find_program",
]
