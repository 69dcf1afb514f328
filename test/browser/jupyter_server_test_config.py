"""The server of the galata tests: JupyterLab and Notebook 7 on one port, without protection.

``playwright.config.mjs`` sets the environment variables. All that the server, its kernels and
the tests write goes into one folder, which is removed when the server ends.
"""

from __future__ import annotations

import atexit
import os
import shutil
from pathlib import Path
from typing import Any

folder = Path(os.environ["RUNTIME_KIT_TEST_FOLDER"])
atexit.register(shutil.rmtree, folder, ignore_errors=True)

for name, variable in {
    "home": "HOME",
    "root": "JUPYTERLAB_GALATA_ROOT_DIR",
    "tmp": "TMPDIR",
    "config": "JUPYTER_CONFIG_DIR",
    "data": "JUPYTER_DATA_DIR",
    "runtime": "JUPYTER_RUNTIME_DIR",
    "ipython": "IPYTHONDIR",
}.items():
    (folder / name).mkdir(parents=True, exist_ok=True)
    os.environ[variable] = str(folder / name)

# After the folders: galata's helper makes some of its own in TMPDIR.
from jupyterlab.galata import configure_jupyter_server  # noqa: E402

c: Any = get_config()  # type: ignore[name-defined]  # noqa: F821
configure_jupyter_server(c)
c.ServerApp.port = int(os.environ["RUNTIME_KIT_TEST_PORT"])
c.ServerApp.allow_root = True
c.JupyterNotebookApp.expose_app_in_browser = True

# What a test deletes would go to the trash of whoever runs it.
c.FileContentsManager.delete_to_trash = False

# jupyter-collaboration (test/together) would keep its database in the checkout.
c.SQLiteYStore.db_path = str(folder / "ystore.db")

# Every page would ask whether JupyterLab has to be rebuilt, and look for news on the network.
page_config = folder / "config" / "labconfig" / "page_config.json"
page_config.parent.mkdir()
page_config.write_text('{"buildAvailable": false, "buildCheck": false}')
c.LabApp.news_url = None
c.LabApp.extension_manager = "readonly"
