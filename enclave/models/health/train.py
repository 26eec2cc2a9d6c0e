"""Trains the breast-cancer classifier and writes model.onnx, samples/ and held-out.json beside this file.

    /usr/bin/python3 train.py

Needs PyTorch 1.13 and scikit-learn 1.2 or later (Debian: python3-torch, python3-sklearn; scikit-learn
carries the data). One thread and a fixed seed: the same machine gives the same weights again.
"""

import base64
import json
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import StratifiedKFold, train_test_split
from torch import nn

HERE = Path(__file__).resolve().parent
SEED = 20260
FOLDS = 5
EPOCHS = 100
BATCH = 32


class Health(nn.Module):
    """One small hidden layer. Standardises inside, so that callers send the measurements as they are."""

    def __init__(self, mean: torch.Tensor, deviation: torch.Tensor):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        self.hidden = nn.Linear(len(mean), 16)
        self.output = nn.Linear(16, 2)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return self.output(torch.relu(self.hidden((features - self.mean) / self.deviation)))


def train(features: torch.Tensor, labels: torch.Tensor) -> Health:
    torch.manual_seed(SEED)
    model = Health(features.mean(0), features.std(0))
    # Some 430 patients and 530 weights: strong weight decay keeps the answer close to linear.
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.3)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(features)).split(BATCH):
            loss = nn.functional.cross_entropy(model(features[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.eval()


def answers(model: Health, features: torch.Tensor) -> np.ndarray:
    with torch.no_grad():
        return model(features).argmax(1).numpy()


def cross_validate(features: torch.Tensor, labels: torch.Tensor) -> int:
    """How many rows are right when each is judged by a model that has not seen it."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    right = 0
    for seen, unseen in folds.split(features, labels):
        model = train(features[seen], labels[seen])
        right += int((answers(model, features[unseen]) == labels[unseen].numpy()).sum())
    return right


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    data = load_breast_cancer()
    names = [str(name) for name in data.target_names]
    features, labels = torch.tensor(data.data).float(), torch.tensor(data.target)
    right = cross_validate(features, labels)
    print(f"{FOLDS}-fold cross-validation: {right} of {len(labels)} right, {right / len(labels):.2%}")

    seen, unseen = train_test_split(np.arange(len(labels)), test_size=0.25, random_state=SEED, stratify=labels)
    unseen.sort()
    model = train(features[seen], labels[seen])
    predicted, truth = answers(model, features[unseen]), labels[unseen].numpy()
    right = int((predicted == truth).sum())
    missed = int(((predicted == 1) & (truth == 0)).sum())
    print(f"held out: {right} of {len(truth)} right, {right / len(truth):.2%}; malignant called benign: {missed}")

    torch.onnx.export(
        model, torch.zeros(1, features.shape[1]), HERE / "model.onnx", opset_version=17,
        input_names=["features"], output_names=["logits"],
        dynamic_axes={"features": {0: "batch"}, "logits": {0: "batch"}},
    )
    write_samples(names, data.data, unseen, truth, predicted)
    (HERE / "held-out.json").write_text(json.dumps({
        "datatype": "FP32",
        "rows": base64.b64encode(features[unseen].numpy().astype("<f4").tobytes()).decode(),
        "labels": [names[label] for label in truth],
    }, separators=(",", ":")) + "\n")


def write_samples(names: list, raw: np.ndarray, rows: np.ndarray, truth: np.ndarray, predicted: np.ndarray) -> None:
    """The first two held-out rows of each class that the model judges rightly."""
    folder = HERE / "samples"
    folder.mkdir(exist_ok=True)
    for index, name in enumerate(names):
        chosen = np.flatnonzero((truth == index) & (predicted == index))[:2]
        for number, row in enumerate(rows[chosen], start=1):
            sample = {
                "label": name,
                "source": f"UCI Breast Cancer Wisconsin (Diagnostic), row {row} (CC BY 4.0)",
                "tensor": {"name": "features", "datatype": "FP32", "shape": [1, 30], "values": raw[row].tolist()},
            }
            (folder / f"{name}-{number}.json").write_text(json.dumps(sample, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
