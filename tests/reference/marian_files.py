"""Marian's own files, and what CTranslate2 and transformers make of them: python marian_files.py.

tests/fixtures/README.md describes what is written. The .npz is what CTranslate2's MarianConverter reads; it converts
it, and its Translator gives the results.
"""

from __future__ import annotations

import io
import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import sentencepiece
import torch
from ctranslate2.converters.marian import MarianConverter
from transformers import MarianConfig, MarianMTModel, MarianTokenizer

from article import sentences
from brief_training import Language, train
from common import FIXTURES, Ids, fresh_folder, quiet_and_reproducible, versions, write_json
from parity_models import randomise

EOS, UNKNOWN = 0, 1
VOCABULARY, OTHER_VOCABULARY = 180, 200
SETTINGS = {
    "type": "transformer",
    "tied-embeddings-all": True,
    "tied-embeddings": False,
    "transformer-decoder-autoreg": "self-attention",
    "transformer-no-projection": False,
    "transformer-preprocess": "",
    "transformer-postprocess": "dan",
    "transformer-postprocess-emb": "d",
    "transformer-guided-alignment-layer": "last",
    "transformer-tied-layers": [],
    "transformer-ffn-depth": 2,
    "version": "v1.12.0 65bf82ff 2023-02-21 09:56:29 -0800",
}
CASES: dict[str, dict[str, Any]] = {
    "greedy": dict(beam_size=1),
    "4 beams": dict(beam_size=4),
    "4 beams, length_penalty 0": dict(beam_size=4, length_penalty=0),
}
AWKWARD = ["", " ", "  two  spaces ", "</s>", ">>eng<< алма", "<unk> <pad>", "中文", "№ 7, «алма» — 3,5"]


class Walks(Language):
    """The made-up language without openings: `</s>` is among them."""

    def target(self, source: Ids) -> Ids:
        walk = [source[1]]
        while walk[-1] != self.eos and len(walk) < 20:
            choices, weights = self.successors[walk[-1]]
            walk += self.dice.choices(choices, weights)
        return walk


def network(seed: int, source: int, target: int, **changes: Any) -> Any:
    """A trained model of transformers whose padding, the first id that is no source's, has no vector."""
    shape = dict(
        vocab_size=source + 1,
        decoder_vocab_size=max(source + 1, target),
        share_encoder_decoder_embeddings=source == target,
        d_model=16,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=40,
        decoder_ffn_dim=40,
        max_position_embeddings=64,
        scale_embedding=True,
        dropout=0.0,
        attention_dropout=0.0,
        pad_token_id=source,
        eos_token_id=EOS,
        decoder_start_token_id=source,
    )
    model = MarianMTModel(MarianConfig(**shape | changes))
    randomise(model, seed)
    with torch.no_grad():
        model.model.encoder.embed_tokens.weight[source] = 0
        model.model.decoder.embed_tokens.weight[source] = 0
    train(model, Walks(min(source, target), EOS, seed), 5)
    return model


def npz(model: Any, source: int, target: int, activation: str) -> dict[str, np.ndarray]:
    """The arrays of Marian's file: matrices the other way round, vectors as rows, without the padding."""
    arrays: dict[str, np.ndarray] = {}

    def row(name: str, values: torch.Tensor) -> None:
        arrays[name] = values.detach().numpy()[None, :]

    def linear(prefix: str, end: str, layer: Any) -> None:
        arrays[f"{prefix}_W{end}"] = np.ascontiguousarray(layer.weight.detach().numpy().T)
        row(f"{prefix}_b{end}", layer.bias)

    def norm(prefix: str, layer: Any) -> None:
        row(f"{prefix}_ln_scale", layer.weight)
        row(f"{prefix}_ln_bias", layer.bias)

    def attention(prefix: str, layer: Any, own_norm: Any) -> None:
        for end, projection in zip("qkvo", (layer.q_proj, layer.k_proj, layer.v_proj, layer.out_proj), strict=True):
            linear(prefix, end, projection)
        norm(f"{prefix}_Wo", own_norm)

    sides = {"encoder": source, "decoder": target}
    for side, size in sides.items():
        stack = getattr(model.model, side)
        table = stack.embed_tokens.weight.detach().numpy()[:size]
        arrays["Wemb" if source == target else f"{side}_Wemb"] = table
        for number, layer in enumerate(stack.layers, 1):
            prefix = f"{side}_l{number}"
            attention(f"{prefix}_self", layer.self_attn, layer.self_attn_layer_norm)
            if side == "decoder":
                attention(f"{prefix}_context", layer.encoder_attn, layer.encoder_attn_layer_norm)
            linear(f"{prefix}_ffn", "1", layer.fc1)
            linear(f"{prefix}_ffn", "2", layer.fc2)
            norm(f"{prefix}_ffn_ffn", layer.final_layer_norm)
    row("decoder_ff_logit_out_b", model.final_logits_bias[0, :target])
    config = model.config
    settings = SETTINGS | {
        "dim-emb": config.d_model,
        "dim-vocabs": [source, target],
        "enc-depth": config.encoder_layers,
        "dec-depth": config.decoder_layers,
        "transformer-heads": config.encoder_attention_heads,
        "transformer-dim-ffn": config.encoder_ffn_dim,
        "transformer-ffn-activation": activation,
        "tied-embeddings-all": source == target,
        "tied-embeddings": source != target,
    }
    arrays["special:model.yml"] = np.frombuffer(yaml(settings).encode() + b"\0", np.int8)
    return arrays


def yaml(settings: dict[str, Any]) -> str:
    """As Marian writes it: a line a setting, lists below their names."""
    lines = []
    for name, value in settings.items():
        if isinstance(value, list):
            lines += [f"{name}:", *([f"  - {item}" for item in value] or ["  []"])]
        else:
            text = str(value).lower() if isinstance(value, bool) else value if value != "" else '""'
            lines.append(f"{name}: {text}")
    return "\n".join(lines)


def kazakh() -> list[str]:
    """The Kazakh sentences of the seed article."""
    return [pair.source for pair in sentences()]


def train_pieces(texts: list[str], size: int) -> bytes:
    """A file of SentencePiece with Marian's special tokens."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        vocab_size=size,
        model_type="unigram",
        normalization_rule_name="identity",
        eos_id=EOS,
        unk_id=UNKNOWN,
        bos_id=-1,
        pad_id=-1,
        num_threads=1,
        minloglevel=2,
    )
    return model.getvalue()


def vocab(model: bytes) -> str:
    """The list of pieces that SentencePiece's trainer writes beside its model."""
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model)
    rows = range(pieces.get_piece_size())
    return "".join(f"{pieces.id_to_piece(id)}\t{pieces.get_score(id):g}\n" for id in rows)


def results(translator: ctranslate2.Translator, sources: list[Ids], tokens: list[list[str]]) -> list[dict[str, Any]]:
    """What CTranslate2 generates for each source alone; as one batch it must be the same."""
    ids = {token: id for id, token in enumerate(tokens[1])}
    rows = [[tokens[0][id] for id in source[:-1]] for source in sources]
    cases = []
    for name, options in CASES.items():
        options = options | dict(return_scores=True, max_decoding_length=24, min_decoding_length=0)
        alone = [translator.translate_batch([row], **options)[0] for row in rows]
        together = translator.translate_batch(rows, **options)
        assert [one.hypotheses for one in alone] == [one.hypotheses for one in together]
        found = [[ids[token] for token in one.hypotheses[0]] for one in alone]
        cases.append({"name": name, **options, "ids": found, "scores": [one.scores[0] for one in alone]})
    return cases


def score(translator: ctranslate2.Translator, source: Ids, target: Ids, tokens: list[list[str]]) -> list[float]:
    """The log-probability of each token of a target, its end included."""
    row, target_row = [tokens[0][id] for id in source[:-1]], [tokens[1][id] for id in target]
    return translator.score_batch([row], [target_row])[0].log_probs


def write_network(name: str, seed: int, sizes: tuple[int, int], activation: str, pieces: list[bytes]) -> None:
    """A folder of Marian's own files, one that CTranslate2 made of them, and its results."""
    print(name, flush=True)
    source, target = sizes
    model = network(seed, source, target, activation_function="swish" if activation == "swish" else "relu")
    folder = fresh_folder(FIXTURES / name)
    np.savez(folder / "model.npz", **npz(model, source, target, activation))
    is_shared = source == target
    names = ["kk-en"] if is_shared else ["kk", "en"]
    for own, file in zip(names, pieces, strict=True):
        (folder / f"model.{own}.spm").write_bytes(file)
        (folder / f"model.{own}.vocab").write_text(vocab(file))
    tokens = [[line.split("\t")[0] for line in vocab(file).splitlines()] for file in (pieces * 2)[:2]]
    with tempfile.TemporaryDirectory() as lists:
        # One converted folder is kept.
        converted = Path(lists) / "converted" if is_shared else FIXTURES / f"{name}-ctranslate2"
        paths = [Path(lists) / f"{side}.yml" for side in range(2)]
        for path, side in zip(paths, tokens, strict=True):
            rows = [f"{json.dumps(token, ensure_ascii=False)}: {id}\n" for id, token in enumerate(side)]
            path.write_text("".join(rows))
        MarianConverter(str(folder / "model.npz"), [str(path) for path in paths]).convert(str(converted), force=True)
        translator = ctranslate2.Translator(str(converted), compute_type="float32", inter_threads=1, intra_threads=1)
    if not is_shared:
        for file, own in zip(pieces, ("source", "target"), strict=True):
            (converted / f"{own}.spm").write_bytes(file)
    language = Walks(min(sizes), EOS, seed + 1)
    sources = [language.source(5, length) for length in (3, 8, 15, 30)]
    targets = [language.dice.choices(range(2, target), k=9) for _ in sources]
    processor = sentencepiece.SentencePieceProcessor(model_proto=pieces[0])
    texts = kazakh()[:8] + AWKWARD
    write_json(
        folder / "expected.json",
        {
            "ctranslate2": ctranslate2.__version__,
            **versions(),
            "sources": sources,
            "targets": targets,
            "log_probs": [score(translator, *pair, tokens) for pair in zip(sources, targets, strict=True)],
            "generation": results(translator, sources, tokens),
            "texts": [{"text": text, "ids": [*processor.encode(text), EOS]} for text in texts],
        },
    )


def write_tokenizer(name: str, pieces: list[bytes], is_shared: bool) -> None:
    """The tokenizer's files of a model of transformers, and the ids of its MarianTokenizer."""
    folder = fresh_folder(FIXTURES / name)
    sides = [sentencepiece.SentencePieceProcessor(model_proto=file) for file in pieces]
    rows = [[side.id_to_piece(id) for id in range(2, side.get_piece_size())] for side in sides]
    special, languages = ["</s>", "<unk>"], [">>deu<<", ">>eng<<", ">>srp_Latn<<"]
    lists = [[*special, *languages, *rows[0], *rows[1], "<pad>"]] if is_shared else [
        [*special, *rows[0], "<pad>"], [*special, *rows[1], "<pad>"]
    ]
    lists = [list(dict.fromkeys(tokens)) for tokens in lists]
    for file, tokens in zip(("vocab.json", "target_vocab.json"), lists, strict=False):
        write_json(folder / file, {token: id for id, token in enumerate(tokens)})
    for file, content in zip(("source.spm", "target.spm"), pieces, strict=True):
        (folder / file).write_bytes(content)
    target = None if is_shared else str(folder / "target_vocab.json")
    tokenizer = MarianTokenizer(
        str(folder / "source.spm"),
        str(folder / "target.spm"),
        str(folder / "vocab.json"),
        target_vocab_file=target,
        separate_vocabs=not is_shared,
    )
    prefix = ">>eng<< " if is_shared else ""
    # A text that begins like a language is text here, and special tokens are text.
    texts = [text for text in kazakh()[:8] + AWKWARD if "<" not in text]
    english = [pair.target for pair in sentences()[:8]]
    targets = [tokenizer(text_target=text).input_ids for text in english]
    write_json(
        folder / "expected.json",
        {
            **versions(),
            "texts": [{"text": text, "ids": tokenizer(prefix + text).input_ids} for text in texts],
            "targets": [
                {"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=True, use_source_tokenizer=False)}
                for ids in targets
            ],
        },
    )


def main() -> None:
    quiet_and_reproducible()
    warnings.filterwarnings("ignore")
    own, english = kazakh(), [pair.target for pair in sentences()]
    both = own + english
    write_network("marian-npz", 31, (VOCABULARY, VOCABULARY), "swish", [train_pieces(both, VOCABULARY)])
    sides = [train_pieces(own, VOCABULARY), train_pieces(english, OTHER_VOCABULARY)]
    write_network("marian-npz-sides", 32, (VOCABULARY, OTHER_VOCABULARY), "gelu", sides)
    write_tokenizer("marian-tokenizer", sides, is_shared=True)
    write_tokenizer("marian-tokenizer-sides", sides, is_shared=False)


if __name__ == "__main__":
    main()
