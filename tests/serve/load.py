"""The server under load with a network of full size, beside CTranslate2 behind a simple server.

    python3 tests/serve/load.py target/release/translate FOLDER [--clients 200] [--seconds 120] [--peer]

FOLDER is one of CTranslate2's own (model.bin) with a tokenizer.json. So many clients ask for one sentence of about
40 tokens after the other, greedily, 40 tokens out; one more asks for a sentence of three words every two
seconds. Prints for each server: answers by status, sentences and tokens a second, the share of what `bench` reaches
with its best batch, the times of half and of 95 % of the answers, and the peak of resident memory. Needs the package
tokenizers. The peer (`--peer`, with the package ctranslate2) takes what waits, at most 32 sentences, as one batch.
"""

import argparse
import http.client
import json
import queue
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOKENS = 40
BATCH = 32
WORDS = """ауыл мектеп жаңа ашылды бүгін облыс әкімі халық жиналыс кеңес депутат өңір дамыту жоба қаржы бөлінді тұрғын
үй салынды көпір жол су арна диқан егін жинау маусым студент оқу жылы кітапхана дәрігер аурухана зауыт өнім шығару
экспорт көлік темір бекет қала орталық саябақ ағаш отырғызу ерікті жастар мұражай сурет көрме өнер жәрмеңке""".split()
METRIC = "audarma_tokens_total"
SHORT = "Жаңа мектеп ашылды."


def sentence(numbers, words):
    text = " ".join(numbers.choice(WORDS) for _ in range(words))
    return text[0].upper() + text[1:] + "."


def words_of_length(folder):
    """How many words make about 40 tokens."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    numbers = random.Random(0)

    def tokens(words):
        return statistics.mean(len(tokenizer.encode(sentence(numbers, words)).ids) for _ in range(50))

    return min(range(2, TOKENS), key=lambda words: abs(tokens(words) - TOKENS))


class Peer(ThreadingHTTPServer):
    """CTranslate2, to which one thread gives what waits."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, folder, threads):
        import ctranslate2
        from tokenizers import Tokenizer

        super().__init__(("127.0.0.1", 0), Answer)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.translator = ctranslate2.Translator(str(folder), compute_type="int8", intra_threads=threads)
        self.waiting = queue.Queue()
        self.tokens = 0
        threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        while True:
            batch = [self.waiting.get()]
            while len(batch) < BATCH:
                try:
                    batch.append(self.waiting.get_nowait())
                except queue.Empty:
                    break
            sources = [["kaz_Cyrl", *self.tokenizer.encode(text, add_special_tokens=False).tokens, "</s>"]
                       for text, _ in batch]
            results = self.translator.translate_batch(
                sources, target_prefix=[["eng_Latn"]] * len(batch), beam_size=1,
                min_decoding_length=TOKENS, max_decoding_length=TOKENS)
            for (_, answered), result in zip(batch, results):
                self.tokens += len(result.hypotheses[0])
                ids = [self.tokenizer.token_to_id(token) for token in result.hypotheses[0][1:]]
                answered.put(self.tokenizer.decode([number for number in ids if number is not None]))


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answered = queue.Queue()
        self.server.waiting.put((asked["q"], answered))
        body = json.dumps({"translatedText": answered.get()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        body = f"{METRIC} {self.server.tokens}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def peak_mib(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def quantiles(times):
    if len(times) < 2:
        return "too few answers"
    cut = statistics.quantiles(times, n=20)
    return f"half within {statistics.median(times):.2f} s, 95 % within {cut[18]:.2f} s"


def load(port, clients, seconds, words):
    """Statuses, times of the answers and those of the short sentence."""
    end = time.monotonic() + seconds
    statuses, times, short, died = Counter(), [], [], []

    def watched(work, *arguments):
        try:
            work(*arguments)
        except Exception as error:
            died.append(error)

    def ask(number):
        numbers = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        while time.monotonic() < end:
            started = time.monotonic()
            status = post(connection, sentence(numbers, words))
            statuses[status] += 1
            if status == 200:
                times.append(time.monotonic() - started)
            else:
                time.sleep(1)

    def ask_short():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        while time.monotonic() < end:
            time.sleep(2)
            started = time.monotonic()
            if post(connection, SHORT) == 200:
                short.append(time.monotonic() - started)

    threads = [threading.Thread(target=watched, args=(ask, number)) for number in range(clients)]
    threads.append(threading.Thread(target=watched, args=(ask_short,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if died:
        raise SystemExit(f"{len(died)} clients ended early: {died[0]!r}")
    return statuses, times, short


def post(connection, text):
    body = json.dumps({"q": text, "source": "kk", "target": "en"}).encode()
    connection.request("POST", "/translate", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def tokens_told(port):
    """The tokens that a server has made so far."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/metrics")
    lines = connection.getresponse().read().decode().splitlines()
    return float(next(line for line in lines if line.startswith(METRIC)).split()[-1])


def measure(name, port, pid, best, given, words):
    post(http.client.HTTPConnection("127.0.0.1", port, timeout=600), SHORT)
    started, before = time.monotonic(), tokens_told(port)
    statuses, times, short = load(port, given.clients, given.seconds, words)
    seconds = time.monotonic() - started
    tokens = (tokens_told(port) - before) / seconds
    print(f"{name}: {dict(statuses)}; {statuses[200] / seconds:.1f} sentences, {tokens:.0f} tokens a second, "
          f"{100 * tokens / best:.0f} % of the best batch; {quantiles(times)}; the short sentence: "
          f"{quantiles(short)}; {peak_mib(pid):.0f} MiB", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--serve-peer", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve_peer:
        peer = Peer(given.folder, given.threads)
        print(f"listening on http://127.0.0.1:{peer.server_port}", file=sys.stderr, flush=True)
        peer.serve_forever()
    words = words_of_length(given.folder)
    bench = [given.binary, "bench", "--model", given.folder, "--threads", given.threads, "--cases", "32x1"]
    line = subprocess.run([str(word) for word in bench], capture_output=True, text=True, check=True).stdout
    best = json.loads(line)["tokens_per_second"]
    print(f"bench, 32 sentences: {best:.0f} tokens a second")
    servers = {
        "translate serve": [
            given.binary, "serve", "--offline", "--port", "0", "--model", given.folder, "--threads", given.threads,
            "-s", "none", "--metrics", "--beam", "1", "--retries", "0", "--names", "off",
            "--max-output-tokens", TOKENS],
    }
    if given.peer:
        servers["CTranslate2"] = [sys.executable, __file__, given.binary, given.folder, "--serve-peer",
                                  "--threads", given.threads]
    for name, command in servers.items():
        server = subprocess.Popen([str(word) for word in command], stderr=subprocess.PIPE, text=True)
        try:
            line = next(line for line in server.stderr if line.startswith("listening on "))
            threading.Thread(target=server.stderr.read, daemon=True).start()
            port = int(line.rsplit(":", 1)[1])
            wait(port)
            measure(name, port, server.pid, best, given, words)
        finally:
            server.terminate()
            server.wait()


def wait(port):
    """Until a server with models to load has them."""
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/ready")
        status = connection.getresponse().status
        if status != 503:
            return
        time.sleep(0.5)
    raise SystemExit("the models were not loaded within five minutes")


main()
