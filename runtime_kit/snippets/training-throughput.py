# ---
# id: training-throughput
# title: Training throughput
# description: Times training steps of EfficientNet-B7 (or a small model) in images per second, beside published times of T4, P40, P100 and V100
# tags: [gpu, benchmark, pytorch]
# languages: [python]
# requires: [package:torch]
# version: 2
# names: [measure_throughput]
# ---

# %% engine:
# @title Training throughput engine: run this cell, no need to read it
def measure_throughput(throughput_model, throughput_batch, throughput_steps):
    """Time whole training steps and compare them with published times."""
    import contextlib
    import re
    from importlib.util import find_spec
    from pathlib import Path
    from time import perf_counter

    import torch

    EPOCH_IMAGES, IMAGE_SIZE = 16_384, 228
    PUBLISHED = {  # seconds an epoch of 16,384 images of 3x228x228 takes EfficientNet-B7
        16: {"T4": 910, "P40": 719, "P100": 587, "V100": 321},
        32: {"P40": 672, "V100": 285},
    }
    NEEDED_GB = 0.7, 0.6  # of memory: EfficientNet-B7 itself, and each image of a batch (measured)
    SMALL = "a small model"

    def free_memory(device):
        """GB that a training can still take."""
        if device.type == "cuda":
            return torch.cuda.mem_get_info(device)[0] / 2**30
        free = 8 << 30  # where the system does not tell
        with contextlib.suppress(OSError, ValueError, TypeError):
            meminfo = Path("/proc/meminfo").read_text()
            free = int(re.search(r"MemAvailable:\s+(\d+)", meminfo)[1]) << 10
            group = Path("/sys/fs/cgroup")  # the limit of a container, if there is one
            used = int(re.search(r"^anon (\d+)", (group / "memory.stat").read_text(), re.M)[1])
            free = min(free, int((group / "memory.max").read_text()) - used)
        return free / 2**30

    def choose_model(device):
        """The model's name, and why it is not EfficientNet-B7."""
        if throughput_model == "small":
            return SMALL, "THROUGHPUT_MODEL says so"
        if find_spec("torchvision") is None:
            if throughput_model != "auto":
                raise ModuleNotFoundError(
                    "EfficientNet-B7 needs torchvision: %pip install torchvision"
                )
            return SMALL, "torchvision is not installed"
        needed = NEEDED_GB[0] + NEEDED_GB[1] * throughput_batch
        if throughput_model == "auto" and free_memory(device) < needed:
            return SMALL, f"a batch of {throughput_batch} needs about {needed:.0f} GB of memory"
        return "efficientnet_b7", ""

    def make_model(name):
        if name != SMALL:
            import torchvision

            return torchvision.models.get_model(name, weights=None)
        layers, width = [], 3
        for wider in (32, 64, 128):
            block = [torch.nn.Conv2d(width, wider, 3, 2, 1), torch.nn.BatchNorm2d(wider)]
            layers, width = [*layers, *block, torch.nn.ReLU()], wider
        pool = [torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()]
        return torch.nn.Sequential(*layers, *pool, torch.nn.Linear(width, 1000))

    def seconds_per_step(name, device):
        model = make_model(name).to(device).train()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        images = torch.rand(throughput_batch, 3, IMAGE_SIZE, IMAGE_SIZE, device=device)
        labels = torch.randint(0, 1000, (throughput_batch,), device=device)
        for step in range(throughput_steps + 1):
            if step == 1:  # the first one warms up
                start = perf_counter()
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            float(loss.detach())  # waits for the device
        return (perf_counter() - start) / throughput_steps

    def throughput():
        mps = torch.backends.mps.is_available()
        device = torch.device("cuda" if torch.cuda.is_available() else "mps" if mps else "cpu")
        name, reason = choose_model(device)
        try:
            seconds = seconds_per_step(name, device)
        except torch.OutOfMemoryError:
            if name == SMALL or throughput_model != "auto":
                raise MemoryError(
                    "The GPU's memory is too small: lower THROUGHPUT_BATCH."
                ) from None
            name, reason = SMALL, f"a batch of {throughput_batch} did not fit into the GPU's memory"
            torch.cuda.empty_cache()
            seconds = seconds_per_step(name, device)
        speed = throughput_batch / seconds
        gpu = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type.upper()
        print(f"{name} on {gpu}, batch {throughput_batch}: {speed:.1f} images/s")
        if name == SMALL:
            print(
                f"It is a small model because {reason}; the published times are EfficientNet-B7's."
            )
        else:
            print(f"An epoch of {EPOCH_IMAGES:,} images would take {EPOCH_IMAGES / speed:.0f} s.")
        for batch, times in PUBLISHED.items():
            for card, epoch in times.items():
                rate = EPOCH_IMAGES / epoch
                text = f"  {card:<5} batch {batch}: {epoch} s an epoch, {rate:.1f} images/s"
                same = name != SMALL and batch == throughput_batch
                print(f"{text}; yours is {speed / rate:.2f} times as fast" if same else text)
        if device.type == "cpu":
            print("No GPU was used: on Colab choose one under Runtime > Change runtime type.")

    throughput()


# %%
# @title Training throughput
THROUGHPUT_MODEL = "auto"  # @param ["auto", "efficientnet_b7", "small"]
THROUGHPUT_BATCH = 16  # @param {type:"integer", min:1}
THROUGHPUT_STEPS = 5  # @param {type:"integer", min:1}
measure_throughput(THROUGHPUT_MODEL, THROUGHPUT_BATCH, THROUGHPUT_STEPS)
