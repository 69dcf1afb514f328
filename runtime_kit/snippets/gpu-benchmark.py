# ---
# id: gpu-benchmark
# title: GPU benchmark
# description: Times a convolution and a matrix product on CPU and GPU with PyTorch, else TensorFlow, else JAX, and tells the speed-up
# tags: [gpu, benchmark, pytorch, tensorflow, jax]
# languages: [python]
# version: 3
# names: [benchmark_gpu]
# ---

# %% engine:
# @title GPU benchmark engine: run this cell, no need to read it
def benchmark_gpu(benchmark_with, matrix_size, images):
    """Time a convolution and a matrix product on the CPU and on the GPU."""
    from importlib.util import find_spec
    from time import perf_counter

    # The convolution of Colab's GPU example, and the seconds that it names for ten of them.
    IMAGE_SIZE, FILTERS, FILTER_SIZE = 100, 32, 7
    PUBLISHED = {"CPU": 9.76, "GPU": 0.91}

    # Each of these takes "cpu" or "gpu" and returns the operations on it; one that returns has finished,
    # because a number of its result was read. None: there is no such device.
    def torch_operations(where):
        import torch

        device = "cpu"
        if where == "gpu":
            device = "cuda" if torch.cuda.is_available() else "mps"
            if device == "mps" and not torch.backends.mps.is_available():
                return None
        a = torch.rand(matrix_size, matrix_size, device=device)
        x = torch.rand(images, 3, IMAGE_SIZE, IMAGE_SIZE, device=device)
        w = torch.rand(FILTERS, 3, FILTER_SIZE, FILTER_SIZE, device=device)
        convolve = torch.nn.functional.conv2d
        return {
            "convolution": lambda: float(convolve(x, w)[0, 0, 0, 0]),
            "matrix product": lambda: float((a @ a)[0, 0]),
        }

    def tensorflow_operations(where):
        import tensorflow as tf

        if where == "gpu" and not tf.config.list_physical_devices("GPU"):
            return None
        device = f"/{where}:0"
        with tf.device(device):
            a = tf.random.uniform((matrix_size, matrix_size))
            x = tf.random.uniform((images, IMAGE_SIZE, IMAGE_SIZE, 3))
            w = tf.random.uniform((FILTER_SIZE, FILTER_SIZE, 3, FILTERS))

        def on_device(function):
            with tf.device(device):
                return float(function())

        return {
            "convolution": lambda: on_device(lambda: tf.nn.conv2d(x, w, 1, "VALID")[0, 0, 0, 0]),
            "matrix product": lambda: on_device(lambda: tf.matmul(a, a)[0, 0]),
        }

    def jax_operations(where):
        import jax

        try:
            device = jax.devices(where)[0]
        except RuntimeError:  # no such backend
            return None
        keys = jax.random.split(jax.random.key(0), 3)
        shapes = [
            (matrix_size, matrix_size),
            (images, 3, IMAGE_SIZE, IMAGE_SIZE),
            (FILTERS, 3, FILTER_SIZE, FILTER_SIZE),
        ]
        a, x, w = (
            jax.device_put(jax.random.uniform(key, shape), device)
            for key, shape in zip(keys, shapes, strict=True)
        )
        convolve = jax.jit(lambda x, w: jax.lax.conv(x, w, (1, 1), "VALID"))
        return {
            "convolution": lambda: float(convolve(x, w)[0, 0, 0, 0]),
            "matrix product": lambda: float((a @ a)[0, 0]),
        }

    def fastest(operation):
        """Seconds of the fastest run within a second or so, after one that warms up."""
        operation()
        times = []
        while not times or (sum(times) < 1 and len(times) < 100):
            start = perf_counter()
            operation()
            times.append(perf_counter() - start)
        return min(times)

    def benchmark():
        operations = {"torch": torch_operations, "tensorflow": tensorflow_operations}
        operations["jax"] = jax_operations
        names = tuple(operations) if benchmark_with == "auto" else (benchmark_with,)
        framework = next(filter(find_spec, names), None)
        if framework is None:
            raise ModuleNotFoundError(
                f"Not installed: {' or '.join(names)}. Run %pip install torch."
            )
        operations_on = operations[framework]
        cpu, gpu = operations_on("cpu"), operations_on("gpu")
        if gpu is None:
            print(f"No GPU that {framework} can use: these are the times of the CPU only.")
        for name, on_cpu in cpu.items():
            seconds = fastest(on_cpu)
            tens = {"CPU": 10 * seconds}
            line = f"{name:<16} CPU {seconds * 1000:9.2f} ms"
            if gpu is not None:
                with_gpu = fastest(gpu[name])
                tens["GPU"] = 10 * with_gpu
                line += f"   GPU {with_gpu * 1000:9.2f} ms   {seconds / with_gpu:.1f} times faster"
            print(line)
            if name == "convolution" and images == 100:
                beside = (f"{k} {s:.2f} s here, {PUBLISHED[k]} s there" for k, s in tens.items())
                print(f"Ten of them, as in Colab's GPU example: {'; '.join(beside)}.")

    benchmark()


# %%
# @title GPU benchmark
BENCHMARK_WITH = "auto"  # @param ["auto", "torch", "tensorflow", "jax"]
MATRIX_SIZE = 2048  # @param {type:"slider", min:256, max:8192, step:256}
IMAGES = 100  # @param {type:"integer", min:1}
benchmark_gpu(BENCHMARK_WITH, MATRIX_SIZE, IMAGES)
