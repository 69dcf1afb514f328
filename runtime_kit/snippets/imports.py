# ---
# id: imports
# title: Usual imports
# description: Imports the usual data-science packages under their usual names, those that are installed, and names the missing ones
# tags: [environment, numpy, pandas, matplotlib]
# languages: [python]
# version: 3
# names: [import_usual_packages, dt, np, pd, plt, sns, scipy, sp, sm, sklearn, train_test_split, xgb, Image, tqdm]
# ---

# %% engine:
# @title Usual imports engine: run this cell, no need to read it
def import_usual_packages(framework, more_imports):
    """Bind the usual packages that are installed, and print what installs the rest."""
    from importlib import import_module
    from importlib.util import find_spec

    USUAL = {  # the name here, and the module or what is in it
        "dt": "datetime",
        "np": "numpy",
        "pd": "pandas",
        "plt": "matplotlib.pyplot",
        "sns": "seaborn",
        "scipy": "scipy",
        "sp": "sympy",
        "sm": "statsmodels.api",
        "sklearn": "sklearn",
        "train_test_split": "sklearn.model_selection:train_test_split",
        "xgb": "xgboost",
        "Image": "PIL.Image",
        "tqdm": "tqdm.auto:tqdm",
    }
    OF_FRAMEWORK = {  # likewise
        "torch": {"torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional"},
        "tensorflow": {"tf": "tensorflow", "keras": "keras"},
        "jax": {"jax": "jax", "jnp": "jax.numpy"},
    }
    PIP_NAMES = {
        "sklearn": "scikit-learn",
        "PIL": "pillow",
        "cv2": "opencv-python",
        "yaml": "pyyaml",
    }

    def import_usual():
        """Bind what is installed; MORE_IMPORTS is like "polars as pl, cv2"."""
        wanted = {**USUAL, **OF_FRAMEWORK.get(framework, {})}
        for item in filter(None, map(str.strip, more_imports.split(","))):
            module, _, name = item.partition(" as ")
            wanted[name.strip() or module.strip()] = module.strip()
        missing = {}
        for name, path in wanted.items():
            module, _, attribute = path.partition(":")
            package = module.partition(".")[0]
            if find_spec(package) is None:
                missing[PIP_NAMES.get(package, package)] = None  # a dict: once, in this order
                continue
            try:
                found = import_module(module)
                found = getattr(found, attribute) if attribute else found
            except Exception as error:  # it is there and does not work: other packages still may
                print(f"{module} is installed but fails: {type(error).__name__}: {error}")
                continue
            if name in USUAL and globals().get(name, found) is not found:
                print(f"{name} has another value in this notebook: {path} was not imported.")
                continue
            globals()[name] = found
            print(f"{name:<16} {package} {getattr(import_module(package), '__version__', '')}")
        if missing:
            print(f"Not installed: %pip install {' '.join(missing)}")

    import_usual()


# %%
# @title Usual imports
FRAMEWORK = ""  # @param ["", "torch", "tensorflow", "jax"]
MORE_IMPORTS = ""  # @param {type:"string"}
import_usual_packages(FRAMEWORK, MORE_IMPORTS)
