# ---
# id: read-csv
# title: Read CSV or Parquet
# description: Reads a CSV or Parquet file from the durable folder into a pandas table and shows its first rows
# tags: [storage, pandas, csv, parquet]
# languages: [python]
# requires: [package:pandas]
# version: 1
# ---

# %% [markdown]
# **Read CSV or Parquet** reads a file of the durable folder (`DRIVE`, if a cell has set it) into the table `df` and shows its first rows.

# %%
READ_FILE = "data.csv"  # @param {type:"string"}
READ_ENCODING = "utf-8"  # @param ["utf-8", "cp949", "gb18030", "big5"] {allow-input: true}
FIRST_ROWS = 5  # @param {type:"integer", min:0}

from pathlib import Path

import pandas as pd
from IPython.display import display


def read_table(path):
    """A table, by the ending of the file's name; compressed CSV files too."""
    if not path.is_file():
        folder = path.parent
        near = [p.name for p in folder.iterdir() if p.is_file()] if folder.is_dir() else []
        there = f"it has {', '.join(sorted(near)[:10])}" if near else "it has no files"
        there = there if folder.is_dir() else "this folder does not exist: mount Drive first"
        raise FileNotFoundError(f"No file {path.name} in {folder}; {there}.")
    if path.suffix in (".parquet", ".pq"):
        try:
            return pd.read_parquet(path)
        except ImportError:
            raise ModuleNotFoundError("Parquet files need pyarrow: %pip install pyarrow") from None
    if path.stat().st_size == 0:
        raise ValueError(f"{path} is empty: it may not have reached the folder yet.")
    try:
        return pd.read_csv(path, encoding=READ_ENCODING)
    except UnicodeDecodeError:
        advice = "choose another READ_ENCODING (Excel writes cp949 in Korean, gb18030 in Chinese)"
        raise ValueError(f"{path} is not in {READ_ENCODING}: {advice}.") from None


df = read_table(Path(globals().get("DRIVE", "")) / Path(READ_FILE).expanduser())
print(f"{len(df):,} rows, {len(df.columns)} columns: {', '.join(map(str, df.columns[:20]))}")
display(df.head(FIRST_ROWS))
