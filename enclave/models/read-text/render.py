"""Makes pages for the reader: samples/ beside this file, and with --held-out a larger set to measure on.

    /usr/bin/python3 render.py [--held-out FILE]

Needs Pillow, numpy and the DejaVu fonts (Debian: python3-pil, python3-numpy, fonts-dejavu-core). The
networks themselves are not trained here.
"""

import argparse
import base64
import io
import json
import random
import re
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).resolve().parent
FONTS = Path("/usr/share/fonts/truetype/dejavu")
FACES = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf", "DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"]
WORDS = Path("/usr/share/common-licenses/Apache-2.0")
SEED = 20260
PAGES_OF_A_KIND = 20
KINDS = ["upright", "close-set", "upside down", "quarter turn left", "quarter turn right", "tilted", "scanned", "small print", "large print"]


def line_size(text: str, face: ImageFont.FreeTypeFont) -> tuple[int, int]:
    _, _, right, _ = face.getbbox(text)
    ascent, descent = face.getmetrics()
    return right, ascent + descent


def draw_page(lines: list[tuple[str, str, int]], leading: float = 0.45, margin: int = 24) -> Image.Image:
    """One line under the other; each is text, font and size in points. `leading` is the gap between two, in units of their size."""
    faces = [ImageFont.truetype(str(FONTS / font), points) for _, font, points in lines]
    sizes = [line_size(text, face) for (text, _, _), face in zip(lines, faces)]
    gaps = [round(points * leading) for _, _, points in lines]
    width = max(size[0] for size in sizes) + 2 * margin
    height = sum(size[1] for size in sizes) + sum(gaps[:-1]) + 2 * margin
    page = Image.new("RGB", (width, height), (255, 255, 255))
    canvas = ImageDraw.Draw(page)
    y = margin
    for (text, _, _), face, size, gap in zip(lines, faces, sizes, gaps):
        canvas.text((margin, y), text, font=face, fill=(0, 0, 0))
        y += size[1] + gap
    return page


def scan(page: Image.Image, chance: random.Random) -> Image.Image:
    """What a poor scanner does: a blur, grey ink, yellowish paper, noise."""
    page = page.filter(ImageFilter.GaussianBlur(chance.uniform(0, 1)))
    ink = np.array([chance.uniform(0, 80)] * 3)
    paper = np.array([chance.uniform(190, 255), chance.uniform(190, 250), chance.uniform(170, 240)])
    noise = np.random.default_rng(chance.getrandbits(32)).normal(0, 8, (page.height, page.width, 1))
    pixels = ink + np.asarray(page, np.float64) / 255 * (paper - ink) + noise
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


def turn(page: Image.Image, kind: str, chance: random.Random) -> Image.Image:
    if kind == "upside down":
        return page.transpose(Image.ROTATE_180)
    if kind == "quarter turn left":
        return page.transpose(Image.ROTATE_90)
    if kind == "quarter turn right":
        return page.transpose(Image.ROTATE_270)
    if kind == "tilted":
        angle = chance.choice([-1, 1]) * chance.uniform(2, 8)
        return page.rotate(angle, Image.BICUBIC, expand=True, fillcolor=(255, 255, 255))
    return scan(page, chance) if kind == "scanned" else page


def sentence(words: list[str], chance: random.Random, long: int) -> str:
    start = chance.randrange(len(words) - 10)
    parts = words[start : start + chance.randint(1, long)]
    extra = [f"{chance.randrange(10**6):,}", f"{chance.uniform(0, 1000):.2f}", f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"]
    if chance.random() < 0.4:
        parts.append(chance.choice(extra))
    return " ".join(parts)


def random_page(kind: str, words: list[str], chance: random.Random) -> tuple[list[str], Image.Image]:
    least, most = {"small print": (10, 13), "large print": (40, 80)}.get(kind, (16, 34))
    long = 3 if kind == "large print" else 7
    lines = [(sentence(words, chance, long), chance.choice(FACES), chance.randint(least, most)) for _ in range(chance.randint(3, 9))]
    page = draw_page(lines, 0 if kind == "close-set" else 0.45)
    return [text for text, _, _ in lines], turn(page, kind, chance)


def png(page: Image.Image) -> bytes:
    file = io.BytesIO()
    page.save(file, "PNG", optimize=True)
    return file.getvalue()


def pages_of(seed: int) -> list:
    chance = random.Random(seed)
    words = re.findall(r"[A-Za-z][A-Za-z,.;-]*", WORDS.read_text())
    pages = []
    for kind in KINDS:
        for _ in range(PAGES_OF_A_KIND):
            lines, page = random_page(kind, words, chance)
            pages.append({"label": "\n".join(lines), "source": kind, "png": base64.b64encode(png(page)).decode()})
    return pages


def samples() -> dict:
    invoice = [
        ("Nacre & Sons, Pearl Street 12", "DejaVuSerif-Bold.ttf", 26),
        ("Invoice 2026-0417", "DejaVuSans.ttf", 20),
        ("Three strings of pearls", "DejaVuSans.ttf", 20),
        ("Total: 1,284.50 EUR", "DejaVuSans-Bold.ttf", 22),
    ]
    notice = [("NO ENTRY", "DejaVuSans-Bold.ttf", 48), ("Construction site until 2027-03-31", "DejaVuSans.ttf", 20)]
    return {
        "invoice": (invoice, lambda page: page),
        "upside-down": (invoice, lambda page: page.transpose(Image.ROTATE_180)),
        "sideways": (notice, lambda page: page.transpose(Image.ROTATE_90)),
        "tilted": (notice, lambda page: page.rotate(5, Image.BICUBIC, expand=True, fillcolor=(255, 255, 255))),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--held-out", type=Path)
    arguments.add_argument("--seed", type=int, default=SEED, help="of the larger set; the settings were chosen on seed 1")
    options = arguments.parse_args()
    folder = HERE / "samples"
    folder.mkdir(exist_ok=True)
    for name, (lines, turned) in samples().items():
        (folder / f"{name}.png").write_bytes(png(turned(draw_page(lines)).convert("L")))
        sample = {"label": "\n".join(text for text, _, _ in lines), "source": "Drawn with DejaVu", "png": f"{name}.png"}
        (folder / f"{name}.json").write_text(json.dumps(sample, separators=(",", ":")) + "\n")
    if options.held_out:
        options.held_out.write_text(json.dumps(pages_of(options.seed)))


if __name__ == "__main__":
    main()
