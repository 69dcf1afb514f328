"""Make docs/images/resume.gif of the frames of test/browser/moving.spec.ts: `npm run pictures`."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
FRAMES = ROOT / ".cache" / "frames"
TARGET = ROOT / "docs" / "images" / "resume.gif"
WIDTH, STRIP, COLOURS = 900, 40, 64


def captioned(file: Path, caption: str) -> Image.Image:
    """The frame, smaller, with its caption below it."""
    with Image.open(file) as shot:
        height = round(shot.height * WIDTH / shot.width)
        small = shot.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    picture = Image.new("RGB", (WIDTH, height + STRIP), "#1f2937")
    picture.paste(small)
    font = ImageFont.load_default(size=20)
    where = (WIDTH / 2, height + STRIP / 2)
    ImageDraw.Draw(picture).text(where, caption, fill="white", font=font, anchor="mm")
    return picture.quantize(COLOURS, dither=Image.Dither.NONE)


def main() -> None:
    """Frames are named `number milliseconds caption.png`."""
    files = sorted(FRAMES.glob("*.png"))
    named = [file.stem.split(" ", 2) for file in files]
    pictures = [captioned(file, parts[2]) for file, parts in zip(files, named, strict=True)]
    pictures[0].save(
        TARGET,
        save_all=True,
        append_images=pictures[1:],
        duration=[int(parts[1]) for parts in named],
        loop=0,
        optimize=True,
    )
    print(f"{TARGET.relative_to(ROOT)}: {len(files)} frames, {TARGET.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
