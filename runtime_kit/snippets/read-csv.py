# ---
# id: read-csv
# title: Read CSV or Parquet
# description: Reads a CSV or Parquet file from the durable folder into a pandas table and shows its first rows
# tags: [storage, pandas, csv, parquet]
# languages: [python]
# requires: [package:pandas]
# version: 2
# names: [read_table, df]
# ---

# %% engine:
# @title Read CSV or Parquet engine: run this cell, no need to read it
def read_table(read_file, read_encoding, first_rows):
    """Return the table in a file, and show its first rows."""
    from pathlib import Path

    import pandas as pd
    from IPython.display import display

    def read(path):
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
                raise ModuleNotFoundError(
                    "Parquet files need pyarrow: %pip install pyarrow"
                ) from None
        if path.stat().st_size == 0:
            raise ValueError(f"{path} is empty: it may not have reached the folder yet.")
        try:
            return pd.read_csv(path, encoding=read_encoding)
        except UnicodeDecodeError:
            advice = (
                "choose another READ_ENCODING (Excel writes cp949 in Korean, gb18030 in Chinese)"
            )
            raise ValueError(f"{path} is not in {read_encoding}: {advice}.") from None

    table = read(Path(globals().get("DRIVE", "")) / Path(read_file).expanduser())
    print(
        f"{len(table):,} rows, {len(table.columns)} columns: {', '.join(map(str, table.columns[:20]))}"
    )
    display(table.head(first_rows))
    return table


# %%
# @title Read CSV or Parquet
READ_FILE = "data.csv"  # @param {type:"string"}
READ_ENCODING = "utf-8"  # @param ["utf-8", "cp949", "gb18030", "big5"] {allow-input: true}
FIRST_ROWS = 5  # @param {type:"integer", min:0}
df = read_table(READ_FILE, READ_ENCODING, FIRST_ROWS)
