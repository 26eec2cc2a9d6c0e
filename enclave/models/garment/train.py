"""Trains the garment classifier and writes model.onnx and samples/ beside this file.

    /usr/bin/python3 train.py [--data DIR] [--held-out FILE]

Needs PyTorch 1.13 or later and the four Fashion-MNIST archives in DIR (Debian: python3-torch,
dataset-fashion-mnist). One thread and a fixed seed: the same machine gives the same weights again.
--held-out also writes the 10,000 test images in the form that ../measure.ts reads.
"""

import argparse
import base64
import gzip
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

HERE = Path(__file__).resolve().parent
LABELS = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
SEED = 20260
EPOCHS = 12
BATCH = 128
LEARNING_RATE = 3e-3


class Garment(nn.Module):
    """LeNet-5's shape with ReLU and max pooling. Standardises inside, so that callers send plain pixels."""

    def __init__(self, mean: float, deviation: float):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("scale", torch.tensor(1 / deviation))
        self.layers = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(16 * 5 * 5, 120), nn.ReLU(),
            nn.Linear(120, 84), nn.ReLU(),
            nn.Linear(84, len(LABELS)),
        )

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.layers((image - self.mean) * self.scale)


def read_idx(path: Path) -> np.ndarray:
    """IDX: two zero bytes, element type (8 = unsigned byte), rank, then big-endian sizes and the elements."""
    raw = gzip.decompress(path.read_bytes())
    if raw[:3] != b"\x00\x00\x08":
        raise SystemExit(f"{path} is not an IDX file of unsigned bytes")
    rank = raw[3]
    sizes = np.frombuffer(raw, ">u4", rank, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(sizes)


def load(folder: Path, part: str) -> tuple[torch.Tensor, torch.Tensor]:
    images = read_idx(folder / f"{part}-images-idx3-ubyte.gz").astype(np.float32)[:, None]
    labels = read_idx(folder / f"{part}-labels-idx1-ubyte.gz").astype(np.int64)
    return torch.from_numpy(images), torch.from_numpy(labels)


def train(images: torch.Tensor, labels: torch.Tensor) -> Garment:
    model = Garment(float(images.mean()), float(images.std()))
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=1e-2)
    steps = EPOCHS * ((len(images) + BATCH - 1) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps)
    for epoch in range(EPOCHS):
        total = 0.0
        for rows in torch.randperm(len(images)).split(BATCH):
            batch = images[rows]
            # Garments are as often seen from the other side: mirror a random half.
            mirrored = torch.rand(len(rows)) < 0.5
            batch[mirrored] = batch[mirrored].flip(-1)
            loss = nn.functional.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(rows)
        print(f"epoch {epoch + 1}/{EPOCHS} training loss {total / len(images):.4f}", flush=True)
    return model.eval()


def write_samples(images: torch.Tensor, labels: torch.Tensor, predicted: torch.Tensor) -> None:
    folder = HERE / "samples"
    folder.mkdir(exist_ok=True)
    for index, label in enumerate(LABELS):
        row = int(((labels == index) & (predicted == index)).nonzero()[0])
        sample = {
            "label": label,
            "source": f"Fashion-MNIST, test image {row} (Zalando SE, MIT)",
            "tensor": {
                "name": "image",
                "datatype": "FP32",
                "shape": [1, 1, 28, 28],
                "values": [int(value) for value in images[row].flatten()],
            },
        }
        name = label.lower().replace("/", "-").replace(" ", "-")
        (folder / f"{name}.json").write_text(json.dumps(sample, separators=(",", ":")) + "\n")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, default=Path("/usr/share/datasets/fashion-mnist"))
    arguments.add_argument("--held-out", type=Path)
    options = arguments.parse_args()

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(SEED)

    model = train(*load(options.data, "train"))
    images, labels = load(options.data, "t10k")
    with torch.no_grad():
        predicted = torch.cat([model(batch).argmax(1) for batch in images.split(1000)])
    right = int((predicted == labels).sum())
    print(f"held out: {right} of {len(labels)} right, {right / len(labels):.2%}")

    torch.onnx.export(
        model, torch.zeros(1, 1, 28, 28), HERE / "model.onnx", opset_version=17,
        input_names=["image"], output_names=["logits"],
        dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
    )
    write_samples(images, labels, predicted)
    if options.held_out:
        options.held_out.write_text(json.dumps({
            "datatype": "UINT8",
            "rows": base64.b64encode(images.numpy().astype(np.uint8).tobytes()).decode(),
            "labels": [LABELS[int(label)] for label in labels],
        }))


if __name__ == "__main__":
    main()
