"""Trains the digit classifier, then turns the same weights into an integer-only model.

    /usr/bin/python3 train.py

Writes model.onnx, samples/ and held-out.json beside this file, and model.onnx, samples/ and
integers.json in ../digits-int. Needs PyTorch 1.13, onnx 1.12 and scikit-learn 1.2 or later (Debian:
python3-torch, python3-onnx, python3-sklearn; scikit-learn carries the data). One thread and a fixed
seed: the same machine gives the same weights again.
"""

import base64
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from torch import nn

HERE = Path(__file__).resolve().parent
INTEGER = HERE.parent / "digits-int"
LABELS = [str(digit) for digit in range(10)]
SEED = 20260
HIDDEN = 64
EPOCHS = 200
BATCH = 64

# The rows of the data come writer by writer. A shuffled split would test on writers seen in training,
# so the last quarter is held out as it stands.
HELD_OUT = 450

# Processors without VNNI multiply UINT8 by INT8 in pairs whose sum saturates at 16 bits. 255 * 63 * 2
# = 32,130 stays below 32,767: with weights in -63..63 no input byte, not even one that is no pixel, can
# make two machines disagree.
WEIGHT_MAX = 63
HIDDEN_MAX = 255


class Digits(nn.Module):
    """One hidden layer. Takes pixels 0..16 as they are in the data; the scaling is part of the graph."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(64, HIDDEN)
        self.output = nn.Linear(HIDDEN, len(LABELS))

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.output(torch.relu(self.hidden(pixels * (1 / 16))))


def shift(pixels: torch.Tensor) -> torch.Tensor:
    """Moves each image by -1, 0 or 1 pixels along both axes, filling with blank paper."""
    padded = nn.functional.pad(pixels.view(-1, 8, 8), (1, 1, 1, 1))
    offsets = torch.randint(0, 3, (len(pixels), 2))
    rows = (offsets[:, 0, None] + torch.arange(8))[:, :, None]
    columns = (offsets[:, 1, None] + torch.arange(8))[:, None, :]
    return padded[torch.arange(len(pixels))[:, None, None], rows, columns].reshape(-1, 64)


def train(pixels: torch.Tensor, labels: torch.Tensor) -> Digits:
    model = Digits()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=1e-2)
    steps = EPOCHS * ((len(pixels) + BATCH - 1) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, total_steps=steps)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(pixels)).split(BATCH):
            # About half of the batches are moved a little: writers do not centre alike.
            batch = shift(pixels[rows]) if torch.rand(()) < 0.5 else pixels[rows]
            loss = nn.functional.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def quantise(model: Digits, pixels: torch.Tensor) -> dict:
    """Integers for the same network: logits = min(255, max(0, x W1 + b1) / divisor) W2 + b2."""

    def to_integers(weights: torch.Tensor) -> tuple[np.ndarray, float]:
        scale = float(weights.abs().max()) / WEIGHT_MAX
        return np.rint(weights.detach().numpy().T / scale).astype(np.int8), scale

    w1, scale1 = to_integers(model.hidden.weight)
    w2, scale2 = to_integers(model.output.weight)
    unit1 = scale1 / 16  # what one step of x W1 is worth, x being pixels 0..16
    with torch.no_grad():
        hidden_max = float(torch.relu(model.hidden(pixels / 16)).max())
    divisor = max(1, round(hidden_max / HIDDEN_MAX / unit1))
    unit2 = unit1 * divisor * scale2
    return {
        "w1": w1,
        "b1": np.rint(model.hidden.bias.detach().numpy() / unit1).astype(np.int32),
        "divisor": divisor,
        "w2": w2,
        "b2": np.rint(model.output.bias.detach().numpy() / unit2).astype(np.int32),
    }


def integer_logits(integers: dict, pixels: np.ndarray) -> np.ndarray:
    """The integer model in plain 64-bit arithmetic: what model.onnx has to equal."""
    hidden = np.maximum(0, pixels.astype(np.int64) @ integers["w1"].astype(np.int64) + integers["b1"])
    hidden = np.minimum(hidden // integers["divisor"], HIDDEN_MAX)
    return hidden @ integers["w2"].astype(np.int64) + integers["b2"]


def write_integer_model(integers: dict) -> None:
    def constant(name: str, values: object, kind: type) -> onnx.TensorProto:
        return numpy_helper.from_array(np.asarray(values, kind), name)

    nodes = [
        helper.make_node("MatMulInteger", ["pixels", "w1"], ["product1"]),
        helper.make_node("Add", ["product1", "b1"], ["sum1"]),
        helper.make_node("Max", ["sum1", "zero"], ["positive"]),
        # Truncating and flooring division are the same here: nothing is negative.
        helper.make_node("Div", ["positive", "divisor"], ["scaled"]),
        helper.make_node("Min", ["scaled", "hidden_max"], ["clamped"]),
        helper.make_node("Cast", ["clamped"], ["hidden"], to=TensorProto.UINT8),
        helper.make_node("MatMulInteger", ["hidden", "w2"], ["product2"]),
        helper.make_node("Add", ["product2", "b2"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "digits-int",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["batch", 64])],
        [helper.make_tensor_value_info("logits", TensorProto.INT32, ["batch", len(LABELS)])],
        [
            constant("w1", integers["w1"], np.int8),
            constant("b1", integers["b1"], np.int32),
            constant("zero", 0, np.int32),
            constant("divisor", integers["divisor"], np.int32),
            constant("hidden_max", HIDDEN_MAX, np.int32),
            constant("w2", integers["w2"], np.int8),
            constant("b2", integers["b2"], np.int32),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, INTEGER / "model.onnx")


def write_samples(folder: Path, datatype: str, pixels: np.ndarray, labels: np.ndarray, predicted: np.ndarray) -> None:
    """The first held-out row of each digit that the model reads rightly."""
    folder.mkdir(exist_ok=True)
    for digit, label in enumerate(LABELS):
        row = int(np.flatnonzero((labels == digit) & (predicted == digit))[0])
        sample = {
            "label": label,
            "source": f"UCI Optical Recognition of Handwritten Digits, row {1797 - HELD_OUT + row} (CC BY 4.0)",
            "tensor": {"name": "pixels", "datatype": datatype, "shape": [1, 64], "values": pixels[row].tolist()},
        }
        (folder / f"{label}.json").write_text(json.dumps(sample, separators=(",", ":")) + "\n")


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(SEED)

    data = load_digits()
    pixels, labels = data.data.astype(np.uint8), data.target
    seen, unseen = torch.tensor(pixels[:-HELD_OUT]).float(), torch.tensor(pixels[-HELD_OUT:]).float()
    model = train(seen, torch.tensor(labels[:-HELD_OUT]))
    truth, held_out = labels[-HELD_OUT:], pixels[-HELD_OUT:]
    with torch.no_grad():
        predicted = model(unseen).argmax(1).numpy()
    integers = quantise(model, seen)
    integer_predicted = integer_logits(integers, held_out).argmax(1)
    for name, answers in [("digits", predicted), ("digits-int", integer_predicted)]:
        right = int((answers == truth).sum())
        print(f"{name}, held out: {right} of {HELD_OUT} right, {right / HELD_OUT:.2%}")

    torch.onnx.export(
        model, torch.zeros(1, 64), HERE / "model.onnx", opset_version=17,
        input_names=["pixels"], output_names=["logits"],
        dynamic_axes={"pixels": {0: "batch"}, "logits": {0: "batch"}},
    )
    INTEGER.mkdir(exist_ok=True)
    write_integer_model(integers)
    plain = {name: value if isinstance(value, int) else value.tolist() for name, value in integers.items()}
    (INTEGER / "integers.json").write_text(json.dumps(plain, separators=(",", ":")) + "\n")
    write_samples(HERE / "samples", "FP32", held_out, truth, predicted)
    write_samples(INTEGER / "samples", "UINT8", held_out, truth, integer_predicted)
    (HERE / "held-out.json").write_text(json.dumps({
        "datatype": "UINT8",
        "rows": base64.b64encode(held_out.tobytes()).decode(),
        "labels": [LABELS[label] for label in truth],
    }, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
