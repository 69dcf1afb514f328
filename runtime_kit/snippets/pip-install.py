# ---
# id: pip-install
# title: Install packages
# description: Installs packages with pip, quietly, and says when the kernel has to be restarted
# tags: [environment, pip]
# languages: [python]
# version: 2
# names: [install_packages]
# ---

# %% engine:
# @title Install packages engine: run this cell, no need to read it
def install_packages(packages, upgrade):
    """Install packages with pip; say when a restart is needed."""
    import importlib
    import re
    import shlex
    import subprocess
    import sys
    from importlib.metadata import distributions, packages_distributions

    def installed_versions():
        importlib.invalidate_caches()
        found = reversed(list(distributions()))  # of several copies the first on sys.path counts
        return {package.name: package.version for package in found if package.name}

    asked = packages
    program = r"sudo|python[\d.]*|py|-\w|uv|pip[\d.]*"
    packages = re.sub(rf"^\s*[%!]?\s*(?:(?:{program})\s+)*install\s+", "", packages)
    packages = re.sub(r"\s*(===?|[<>~!]=|[<>])\s*", r"\1", packages)  # as in torch >= 2
    # Commas between packages, but not those in timm>=1,<2 and jax[cuda,k8s].
    listed = re.sub(r"\s*,\s*(?=[<>=!~])", ",", packages)
    packages = shlex.split(re.sub(r",(?![<>=!~]|[^\[\]]*\])", " ", listed))
    if "install" in packages:  # there is a package of that name, which nobody wants
        raise ValueError(f"{asked!r} is no command of pip's: write names only, like einops timm.")
    if not packages:
        raise ValueError('No packages: write their names into PACKAGES, like "einops timm>=1".')
    modules_of = packages_distributions()  # before, because it reads the files that pip replaces
    versions_before = installed_versions()

    # A list, so that nothing in a name is expanded; -P, so that no pip.py of this folder is run.
    pip = [sys.executable, *["-P"] * (sys.version_info >= (3, 11)), "-m", "pip"]
    command = [*pip, "install", "--quiet", "--disable-pip-version-check", *packages]
    command += ["--upgrade"] if upgrade else []
    said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(said.stdout, end="")
    if said.returncode and "No module named pip" in said.stdout:
        text = "this environment has no pip: run !uv pip install, or python -m ensurepip first"
        raise RuntimeError(f"pip could not install {asked!r}: {text}.")
    if said.returncode:
        raise RuntimeError(f"pip could not install {asked!r}: its message above says why.")
    versions = installed_versions()
    changed = {name for name in versions if versions[name] != versions_before.get(name)}
    in_use = {module.partition(".")[0] for module in list(sys.modules)}
    stale = {name for module in in_use for name in modules_of.get(module, ()) if name in changed}
    for name in sorted(changed):
        print(f"{name} {versions_before.get(name, '(new)')} -> {versions[name]}")
    if not changed:
        print("All of it was there already.")
    if stale:
        names = ", ".join(sorted(stale))
        print(f"Restart the kernel: it still uses the old {names}. Save what you need before.")


# %%
# @title Install packages
# @markdown Names with spaces between, like `einops timm>=1`.
PACKAGES = ""  # @param {type:"string"}
UPGRADE = False  # @param {type:"boolean"}
install_packages(PACKAGES, UPGRADE)
