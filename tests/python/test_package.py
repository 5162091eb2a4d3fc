"""The installed Python package, on the models that have memorised one article.

    python -m unittest discover -s tests/python      # in an environment with the wheel
"""

import subprocess
import sys
import unittest
from pathlib import Path

import audarma
from audarma import ArticleError, Failure, Translator, TranslatorError

ROOT = Path(__file__).parent.parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
ARTICLE = (ROOT / "examples" / "article.txt").read_text(encoding="utf-8")
TITLE = "7,154 people found permanent jobs in Zhetisu Region"


def translator(**options):
    return Translator(
        offline=True,
        model=FIXTURES / "memorised-nllb",
        summary_model=FIXTURES / "memorised-bart",
        **options,
    )


class TranslatorTest(unittest.TestCase):
    def test_translates_a_text(self):
        with translator() as program:
            article = program.translate(ARTICLE)
        self.assertEqual(article.title, TITLE)
        self.assertTrue(article.text.startswith("The Zhetisu regional branch"))
        expected = (FIXTURES / "article.expected.txt").read_text(encoding="utf-8")
        self.assertIn(article.summary, expected)
        self.assertEqual(article.flagged, [])
        self.assertGreater(len(article.sentences), 10)

    def test_translates_many_in_their_order_and_names_what_failed(self):
        records = ({"id": f"no {n}", "text": ARTICLE if n % 3 else "", "day": n} for n in range(7))
        with translator(summary="none") as program:
            results = list(program.articles(records))
        self.assertEqual([result.id for result in results], [f"no {n}" for n in range(7)])
        for n, result in enumerate(results):
            if n % 3:
                self.assertEqual((result.title, result.record), (TITLE, {"day": n}))
            else:
                self.assertIsInstance(result, Failure)

    def test_one_process_serves_call_after_call(self):
        with translator(summary="none") as program:
            first = program.translate(ARTICLE)
            process = program._process.pid
            second = program.translate(html=f"<article><h1>Тақырып</h1><p>{ARTICLE.splitlines()[6]}</p></article>")
            self.assertEqual(program._process.pid, process)
        self.assertEqual(second.sentences[0].source, first.sentences[0].source)

    def test_an_article_that_cannot_be_read_is_an_error_and_the_next_is_translated(self):
        with translator(summary="none") as program:
            with self.assertRaises(ArticleError):
                program.translate("")
            self.assertEqual(program.translate(ARTICLE).title, TITLE)

    def test_answers_left_unread_are_not_taken_for_those_of_the_next_call(self):
        with translator(summary="none") as program:
            for _ in program.articles({"id": n, "text": ARTICLE} for n in range(5)):
                break
            self.assertEqual(program.translate(ARTICLE).id, "article")

    def test_results_that_nobody_takes_do_not_hold_up_the_end(self):
        with translator(summary="none") as program:
            results = program.articles([ARTICLE, ARTICLE])
            self.assertEqual(next(results).title, TITLE)
            with self.assertRaisesRegex(RuntimeError, "before the next call"):
                program.translate(ARTICLE)
        with self.assertRaises(TranslatorError):
            list(results)

    def test_an_error_of_the_records_reaches_the_caller(self):
        def records():
            yield ARTICLE
            raise LookupError("the source is gone")

        with translator(summary="none") as program:
            results = program.articles(records())
            self.assertEqual(next(results).title, TITLE)
            with self.assertRaisesRegex(LookupError, "the source is gone"):
                next(results)

    def test_a_model_that_is_not_there_is_an_error_with_its_exit_code(self):
        with Translator(offline=True, model="nllb-600m", summary="none") as program:
            with self.assertRaises(TranslatorError) as raised:
                program.translate(ARTICLE)
        self.assertEqual(raised.exception.exit_code, 3)


class CommandTest(unittest.TestCase):
    def test_every_name_of_the_command_shows_the_demonstration(self):
        expected = (FIXTURES / "article.expected.txt").read_bytes()
        scripts = Path(sys.executable).parent
        for command in ([scripts / "audarma"], [scripts / "translate"], [sys.executable, "-m", "audarma"]):
            run = subprocess.run([*command, "demo"], capture_output=True, check=True)
            self.assertEqual(run.stdout, expected)

    def test_the_package_finds_its_own_program(self):
        program = audarma.find_program()
        self.assertTrue(program.is_file())
        version = subprocess.run([program, "--version"], capture_output=True, check=True, text=True)
        self.assertRegex(version.stdout, r"^translate \d+\.\d+\.\d+")


if __name__ == "__main__":
    unittest.main()
