# @title Check GPU engine: run this cell, no need to read it
def check_gpu(require=False, min_memory_gb=0, show=print):
    """Show whether training can use a GPU and what to do if not; then the GPUs and frameworks."""
    import re
    import sys
    from os import environ, path

    from IPython.display import display

    if show is print:
        display({"text/plain": "Checking the GPU and the installed frameworks."}, raw=True)
    facts = gpu_facts()
    gpus, hidden, said, silent, texts = map(facts.get, ["gpus", "hidden", "smi", "broken", "told"])
    told = re.compile(r"(?m)^\S+ (?:can use it|cannot use it|is a CPU build)$|.*\Z")
    answers = {name: told.search(text)[0] for name, text in facts["answers"].items()}
    unable = not any(answer.endswith("can use it") for answer in answers.values())
    cpu_only = all(answer.endswith("is a CPU build") for answer in answers.values())
    broken = (gpus and unable and not hidden) or (silent and (unable or "lost" not in said))
    known = {  # what a framework or nvidia-smi said: the verdict, what to do
        "no kernel image|not compatible": ("build does not fit the GPU", "Run Install PyTorch."),
        "is too old": ("driver too old", "Update the NVIDIA driver, or install an older build."),
        "Cannot dlopen": ("CUDA libraries missing", "Run `%pip install tensorflow[and-cuda]`."),
        "Jax plugin": ("JAX plugin fails", "Run `%pip install -U 'jax[cuda12]'`."),
        "(?m)^(Import|ModuleNotFound|OS)Error:": ("framework fails to import", "Reinstall it."),
        "ermission": ("no permission", "Give this user access to the GPU's files in /dev."),
    }
    why = [case for part, case in known.items() if re.search(part, texts + said) and not hidden]
    amd, intel = path.exists("/dev/kfd"), any("+xpu can" in answer for answer in answers.values())
    torch = sys.modules.get("torch")
    mine = torch.cuda.memory_reserved() / 2**30 if torch and torch.cuda.is_initialized() else 0
    sizes = [(free + mine, total) for free, total, _ in gpus if free is not None]
    free, total = max(sizes, default=(None, None))
    cases = [  # verdict, whether it holds (the first that does counts), what to do
        ("framework missing", gpus and not answers, "Run `%pip install torch`."),
        ("framework is a CPU build", gpus and cpu_only, "Choose yours at pytorch.org/get-started."),
        *[(verdict, unable and (gpus or silent), todo) for verdict, todo in why],
        ("driver broken", broken, "Restart the runtime, or have its NVIDIA driver repaired."),
        ("TPU", not gpus and "TPU_WORKER_ID" in environ, "Use JAX or torch_xla, not cuda."),
        ("Apple GPU", sys.platform == "darwin", 'In PyTorch, its device is "mps".'),
        ("Intel GPU", intel, 'In PyTorch, its device is "xpu".'),
        ("no GPU", unable and hidden, "Unset CUDA_VISIBLE_DEVICES, then restart the kernel."),
        ("AMD GPU not usable", unable and amd, "Install a ROCm build, and join the group render."),
        ("no GPU", unable and "KAGGLE_KERNEL_RUN_TYPE" in environ, "See Settings > Accelerator."),
        ("no GPU", unable and "COLAB_RELEASE_TAG" in environ, "See Runtime > Change runtime type."),
        ("no GPU", unable, "Train on the CPU, or on a machine with one (a hub's GPU profile)."),
        ("memory taken by others", sizes and free < total / 2, "Shut down what else runs on it."),
        ("ok", True, "Training can use it."),
    ]
    verdict, _, todo = next(case for case in cases if case[1])
    show(f"GPU check: {verdict}. {todo}")
    memory = ["memory unknown" if f is None else f"{f:.1f} of {t:.1f} GB free" for f, t, _ in gpus]
    rows = [*zip([gpu[2] for gpu in gpus], memory, strict=True), *answers.items()]
    for name, text in [*rows, *[("nvidia-smi", said)] * silent]:
        show(f"  {name:<28} {text}")
    if require and (unable or verdict == "TPU"):
        raise RuntimeError(f"GPU check: {verdict}. {todo} REQUIRE_GPU is set.")
    if min_memory_gb and (free < min_memory_gb if sizes else unable):
        raise RuntimeError(f"GPU check: {verdict}, {free or 0:.1f} GB free: less than required")
    if min_memory_gb and not sizes:
        show("  free memory is unknown: MIN_MEMORY_GB is not checked")
