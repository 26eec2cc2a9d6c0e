"""Makes sound for the voice detector: samples/ and recording.json beside this file, and with --held-out a larger set to measure on.

    /usr/bin/python3 render.py [--held-out FILE]

Needs numpy and flite (Debian: python3-numpy, flite), and for the larger set the spoken prompts of
asterisk-core-sounds-en-wav. The detector itself is not trained here.
"""

import argparse
import base64
import json
import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
PROMPTS = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
RATE = 16000
WINDOW, CONTEXT = 512, 64
SENTENCE = "Pearls are made of nacre."
# Windows of the sentence in which a vowel is loud: the detector hears those without anything before them.
VOICED = {"vowel-1": 16, "vowel-2": 25, "vowel-3": 26}
# Prompts in which nobody speaks.
WORDLESS = {"ascending-2tone", "descending-2tone", "beep", "beeperr", "confbridge-join", "confbridge-leave", "tt-monkeys"}
SEED = 20260


def read_wave(path: Path) -> tuple[int, np.ndarray]:
    with wave.open(str(path)) as file:
        assert file.getsampwidth() == 2 and file.getnchannels() == 1
        return file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), "<i2")


def speak(sentence: str) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        subprocess.run(["flite", "-voice", "slt", "-t", sentence, "-o", str(path)], check=True)
        rate, sound = read_wave(path)
    assert rate == RATE
    return sound


def sample(label: str, source: str, sound: np.ndarray) -> dict:
    """One window with its context, and the state of a detector that has heard nothing."""
    values = (sound / 32768).astype(np.float32).astype(float).tolist()
    return {
        "label": label,
        "source": source,
        "inputs": [
            {"name": "input", "datatype": "FP32", "shape": [1, CONTEXT + WINDOW], "data": values},
            {"name": "state", "datatype": "FP32", "shape": [2, 1, 128], "data": [0] * 256},
            {"name": "sr", "datatype": "INT64", "shape": [], "data": [RATE]},
        ],
    }


def recording(label: str, source: str, rate: int, sound: np.ndarray) -> dict:
    return {"label": label, "source": source, "rate": rate, "pcm": base64.b64encode(sound.astype("<i2").tobytes()).decode()}


def wordless(rate: int) -> list:
    """Two seconds each of what a microphone hears when nobody speaks."""
    chance = np.random.default_rng(SEED)
    seconds = np.arange(2 * rate) / rate
    white = chance.normal(0, 1, len(seconds))
    sounds = {
        "silence": 0 * seconds,
        "faint noise": 0.001 * white,
        "loud noise": 0.1 * white,
        "brown noise": 0.1 * np.cumsum(white) / np.abs(np.cumsum(white)).max(),
        "mains hum": 0.1 * np.sin(2 * np.pi * 50 * seconds) + 0.05 * np.sin(2 * np.pi * 150 * seconds),
        "a tone of 440 Hz": 0.3 * np.sin(2 * np.pi * 440 * seconds),
        "a tone of 1 kHz": 0.3 * np.sin(2 * np.pi * 1000 * seconds),
        "a siren": 0.3 * np.sin(2 * np.pi * 600 * seconds + 200 * np.sin(2 * np.pi * 0.5 * seconds)),
        "a major chord": 0.1 * sum(np.sin(2 * np.pi * f * seconds) for f in (261.6, 329.6, 392.0)),
        "clicks": 0.8 * (np.arange(len(seconds)) % (rate // 4) < 20),
        "clatter": 0.3 * white * np.exp(-30 * (seconds % 0.4)),
    }
    return [recording("no speech", f"Generated: {name}", rate, np.clip(np.rint(32767 * sound), -32768, 32767)) for name, sound in sounds.items()]


def held_out() -> list:
    found = []
    for path in sorted(PROMPTS.rglob("*.wav")):
        rate, sound = read_wave(path)
        if len(sound) < 0.3 * rate:
            continue
        label = "no speech" if path.stem in WORDLESS or path.parent.name == "silence" else "speech"
        found.append(recording(label, path.relative_to(PROMPTS).as_posix(), rate, sound))
    return found + wordless(8000) + wordless(RATE)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--held-out", type=Path)
    options = arguments.parse_args()
    folder = HERE / "samples"
    folder.mkdir(exist_ok=True)

    speech = speak(SENTENCE)
    drawn = f'"{SENTENCE}", spoken by flite\'s voice slt'
    samples = {
        name: sample("speech", f"Window {at} of {drawn}", speech[at * WINDOW - CONTEXT : (at + 1) * WINDOW])
        for name, at in VOICED.items()
    }
    chance = np.random.default_rng(SEED)
    window = np.arange(CONTEXT + WINDOW)
    samples["silence"] = sample("no speech", "Generated: zeros", 0 * window)
    samples["noise"] = sample("no speech", "Generated: white noise", np.rint(3000 * chance.normal(0, 1, len(window))))
    samples["tone"] = sample("no speech", "Generated: a tone of 440 Hz", np.rint(10000 * np.sin(2 * np.pi * 440 * window / RATE)))
    for name, content in samples.items():
        (folder / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
    (HERE / "recording.json").write_text(json.dumps(recording("speech", drawn, RATE, speech), separators=(",", ":")) + "\n")
    if options.held_out:
        options.held_out.write_text(json.dumps(held_out()))


if __name__ == "__main__":
    main()
