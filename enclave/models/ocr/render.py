"""Makes text lines for the recogniser: samples/ beside this file, and with --held-out a larger set to measure on.

    /usr/bin/python3 render.py [--held-out FILE]

Needs Pillow, numpy, the DejaVu fonts and scikit-image's page.png (Debian: python3-pil, python3-numpy,
fonts-dejavu-core, python3-skimage). The recogniser itself is not trained here.
"""

import argparse
import base64
import json
import random
import re
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).resolve().parent
HEIGHT = 48
FONTS = Path("/usr/share/fonts/truetype/dejavu")
PAGE = Path("/usr/lib/python3/dist-packages/skimage/data/page.png")
WORDS = Path("/usr/share/common-licenses/Apache-2.0")
SEED = 20260
HELD_OUT = 400


def render(text: str, font: str, points: int = 32) -> Image.Image:
    """Black text on white paper with an even margin, scaled to the height that the recogniser wants."""
    face = ImageFont.truetype(str(FONTS / font), points)
    left, top, right, bottom = face.getbbox(text)
    margin = points // 5
    paper = Image.new("L", (right - left + 2 * margin, bottom - top + 2 * margin), 255)
    ImageDraw.Draw(paper).text((margin - left, margin - top), text, font=face, fill=0)
    return to_height(paper)


def to_height(image: Image.Image) -> Image.Image:
    return image.resize((round(image.width * HEIGHT / image.height), HEIGHT), Image.BICUBIC)


def scan(image: Image.Image, chance: random.Random) -> Image.Image:
    """What a poor scanner does: a slant of up to 1.5 degrees, a blur, grey ink and paper, noise."""
    image = image.rotate(chance.uniform(-1.5, 1.5), Image.BICUBIC, fillcolor=255)
    image = image.filter(ImageFilter.GaussianBlur(chance.uniform(0, 1.2)))
    ink, paper = chance.uniform(0, 90), chance.uniform(170, 255)
    noise = np.random.default_rng(chance.getrandbits(32)).normal(0, 8, (image.height, image.width))
    grey = ink + np.asarray(image, np.float64) / 255 * (paper - ink) + noise
    return Image.fromarray(np.clip(np.rint(grey), 0, 255).astype(np.uint8))


def encode(label: str, source: str, image: Image.Image) -> dict:
    grey = base64.b64encode(image.tobytes()).decode()
    return {"label": label, "source": source, "image": {"width": image.width, "height": image.height, "grey": grey}}


def samples() -> dict:
    heading = to_height(Image.open(PAGE).convert("L").crop((2, 9, 298, 37)))
    drawn = "Drawn with DejaVu %s, 32 points"
    return {
        "page": encode(
            "Region-based segmentation", "Photograph of a page, scikit-image page.png (BSD-3-Clause, see LICENSE-scikit-image)", heading
        ),
        "invoice": encode("Total: 1,284.50 EUR", drawn % "Sans", render("Total: 1,284.50 EUR", "DejaVuSans.ttf")),
        "sentence": encode("Pearls are made of nacre.", drawn % "Serif", render("Pearls are made of nacre.", "DejaVuSerif.ttf")),
    }


def held_out() -> list:
    chance = random.Random(SEED)
    words = re.findall(r"[A-Za-z][A-Za-z,.;-]*", WORDS.read_text())
    fonts = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf", "DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"]
    lines = []
    for _ in range(HELD_OUT):
        start = chance.randrange(len(words) - 5)
        parts = words[start : start + chance.randint(1, 4)]
        number = f"{chance.randrange(10**6):,}"
        amount = f"{chance.uniform(0, 1000):.2f}"
        date = f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        if chance.random() < 0.5:
            parts.append(chance.choice([number, amount, date]))
        text, font = " ".join(parts), chance.choice(fonts)
        lines.append(encode(text, font, scan(render(text, font, chance.randint(18, 40)), chance)))
    return lines


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--held-out", type=Path)
    options = arguments.parse_args()
    folder = HERE / "samples"
    folder.mkdir(exist_ok=True)
    for name, sample in samples().items():
        (folder / f"{name}.json").write_text(json.dumps(sample, separators=(",", ":")) + "\n")
    if options.held_out:
        options.held_out.write_text(json.dumps(held_out()))


if __name__ == "__main__":
    main()
