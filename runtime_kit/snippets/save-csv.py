# ---
# id: save-csv
# title: Save CSV or Parquet
# description: Saves a pandas table into the durable folder so that a crash leaves the old file or the new one, never half of it
# tags: [storage, pandas, csv, parquet]
# languages: [python]
# requires: [package:pandas]
# version: 1
# ---

# %% [markdown]
# **Save CSV or Parquet** writes a table into the durable folder (`DRIVE`, if a cell has set it). A crash on the way leaves the file that was there before.

# %%
TABLE = "df"  # @param {type:"string"}
SAVE_FILE = "result.csv"  # @param {type:"string"}
WITH_INDEX = False  # @param {type:"boolean"}

import contextlib
import os
from pathlib import Path


def save_table(table, path):
    """Write beside the file, wait for the disk, then put it in place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp-{os.urandom(4).hex()}")
    try:
        with open(temporary, "wb") as file:
            if path.suffix in (".parquet", ".pq"):
                try:
                    table.to_parquet(file, index=WITH_INDEX)
                except ImportError:
                    message = "Parquet files need pyarrow: %pip install pyarrow"
                    raise ModuleNotFoundError(message) from None
            else:
                compression = "gzip" if path.suffix == ".gz" else None
                table.to_csv(file, index=WITH_INDEX, compression=compression)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise OSError(f"{path} is NOT saved, what was there is untouched: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # some mounts cannot do this, and Windows
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


if TABLE not in globals():
    raise NameError(f"No variable {TABLE!r}: run the cell that makes it, or correct TABLE.")
saved_to = Path(globals().get("DRIVE", "")) / Path(SAVE_FILE).expanduser()
save_table(globals()[TABLE], saved_to)
print(f"Saved {len(globals()[TABLE]):,} rows, {saved_to.stat().st_size:,} bytes: {saved_to}")
