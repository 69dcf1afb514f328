"""Train a small convolutional network on the files of MNIST, killed and resumed at any time.

    python examples/mnist/colab/main.py --epochs 10

Kill it and run the same command again: it resumes with the next batch. `dataset/` beside this
folder may hold MNIST itself (its four `.gz` files). Where it is empty, real handwriting in the same
format is put there: the 1,797 digits that come with scikit-learn, enlarged to 28 x 28.
"""

from __future__ import annotations

import gzip
import struct
from argparse import ArgumentParser
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from runtime_kit import Run

DATASET = Path(__file__).resolve().parents[1] / "dataset"
PARTS = ("train", "t10k")  # as the files of MNIST are named


def write_idx(path: Path, values: torch.Tensor) -> None:
    """Write unsigned bytes in the IDX format: two zeros, 8 for bytes, dimensions, sizes, values."""
    head = struct.pack(f">HBB{values.dim()}I", 0, 8, values.dim(), *values.shape)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".tmp")
    unfinished.write_bytes(gzip.compress(head + values.to(torch.uint8).numpy().tobytes()))
    unfinished.replace(path)  # a kill leaves no half file


def read_idx(path: Path) -> torch.Tensor:
    data = gzip.decompress(path.read_bytes())
    _, kind, dimensions = struct.unpack_from(">HBB", data)
    if kind != 8:
        raise ValueError(f"{path} does not hold bytes in the IDX format. Download it again.")
    sizes = struct.unpack_from(f">{dimensions}I", data, 4)
    values = torch.frombuffer(bytearray(data[4 + 4 * dimensions :]), dtype=torch.uint8)
    return values.reshape(sizes)


def files(folder: Path, part: str) -> tuple[Path, Path]:
    return folder / f"{part}-images-idx3-ubyte.gz", folder / f"{part}-labels-idx1-ubyte.gz"


def make_dataset(folder: Path) -> None:
    """Write scikit-learn's digits as MNIST has its own: 20 x 20 pixels, centred in 28 x 28."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) * (255 / 16)
    images = functional.interpolate(images, size=(20, 20), mode="bilinear").squeeze(1)
    images = functional.pad(images, (4, 4, 4, 4)).round()
    labels = torch.tensor(digits.target)
    for part, rows in zip(PARTS, (slice(0, 1500), slice(1500, None)), strict=True):
        for path, values in zip(files(folder, part), (images[rows], labels[rows]), strict=True):
            write_idx(path, values)


def load(folder: Path, part: str) -> TensorDataset:
    images, labels = map(read_idx, files(folder, part))
    return TensorDataset(images.unsqueeze(1) / 255, labels.long())


def make_model() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Dropout(0.25), nn.Linear(32 * 5 * 5, 10)),
    )


@torch.no_grad()
def accuracy(model: nn.Module, loader: DataLoader[tuple[torch.Tensor, ...]], device: str) -> float:
    model.eval()
    right = sum((model(x.to(device)).argmax(1).cpu() == y).sum().item() for x, y in loader)
    model.train()
    return right / len(loader.dataset)  # type: ignore[arg-type]


def main() -> None:
    parser = ArgumentParser(description="Trains a convolutional network on MNIST; resumes.")
    parser.add_argument("--epochs", type=int, default=10, help="default: %(default)s")
    parser.add_argument("--dataset", type=Path, default=DATASET, help="default: %(default)s")
    parser.add_argument("--run", default="mnist", help="name of the run (default: %(default)s)")
    arguments = parser.parse_args()

    if not all(path.exists() for part in PARTS for path in files(arguments.dataset, part)):
        make_dataset(arguments.dataset)
    torch.manual_seed(0)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    train = DataLoader(load(arguments.dataset, "train"), batch_size=64, shuffle=True)
    test = DataLoader(load(arguments.dataset, "t10k"), batch_size=500)
    model = make_model().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)

    run = Run(arguments.run)
    run.track(model=model, optimizer=optimizer)
    best = 0.0
    for epoch in run.epochs(arguments.epochs):
        total = 0.0
        for x, y in run.batches(train):
            loss = functional.cross_entropy(model(x.to(device)), y.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        best = max(best, accuracy(model, test, device))
        print(f"epoch {epoch}  loss {total / len(train):.6f}  best accuracy {best:.2%}", flush=True)
    run.finish()


if __name__ == "__main__":
    main()
