# ---
# id: gpu-check
# title: Check GPU
# description: Says in one line whether training can use a GPU and what to do if not, then lists GPUs and frameworks
# tags: [gpu, accelerator, pytorch, tensorflow, jax]
# languages: [python]
# version: 2
# icon: jupyterlab-runtime-kit:gpu-check
# names: [gpu_facts, check_gpu]
# ---

# %% engine: accelerator

# %% engine: gpu

# %%
# @title Check GPU
REQUIRE_GPU = False  # @param {type:"boolean"} # Stop with an error if there is none.
MIN_MEMORY_GB = 0  # @param {type:"number", min:0} # Free GPU memory that you need.
check_gpu(REQUIRE_GPU, MIN_MEMORY_GB)
