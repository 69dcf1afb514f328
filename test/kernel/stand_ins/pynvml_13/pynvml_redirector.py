"""What the distribution `pynvml` 13 puts in front of the module of that name, which is NVIDIA's."""

import importlib.abc
import sys
import warnings


class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, _, __=None):
        if name.startswith("pynvml"):
            warnings.warn(
                "The pynvml package is deprecated. Please install nvidia-ml-py instead. "
                "If you did not install pynvml directly, please report this to the maintainers of "
                "the package that installed pynvml for you.",
                FutureWarning,
                stacklevel=2,
            )


def install():
    sys.meta_path.insert(0, Finder())
