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
    import re
    import zipfile
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
        with open(path, "rb") as file:
            start = file.read(512)
        if not start:
            raise ValueError(f"{path} is empty: it may not have reached the folder yet.")
        if re.match(rb"\s*<(!doctype html|html)", start, re.IGNORECASE):
            raise ValueError(f"{path} is a web page, such as Google's warning: download it again.")
        signs = {b"PAR1": ".parquet", b"\xd0\xcf\x11\xe0": ".xls"}  # whatever it is called
        suffix = signs.get(start[:4], path.suffix.lower())
        if start[:4] == b"PK\3\4" and (b"[Content_Types].xml" in start or b"xl/" in start):
            suffix = ".xlsx"
        needs = {".parquet": "pyarrow", ".pq": "pyarrow", ".xlsx": "openpyxl", ".xls": "xlrd"}
        if suffix in needs:
            kind = "Excel" if suffix.startswith(".xls") else "Parquet"
            try:
                return (pd.read_excel if kind == "Excel" else pd.read_parquet)(path)
            except ImportError:
                package = needs[suffix]
                text = f"{kind} files need {package}: %pip install {package}"
                raise ModuleNotFoundError(text) from None
            except (ValueError, zipfile.BadZipFile) as error:
                raise ValueError(f"{path} is damaged ({error}): download it again.") from error
        encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else read_encoding
        separator = "\t" if ".tsv" in path.name.lower() else ","
        try:
            if suffix == ".zip":  # macOS adds files of its own
                with zipfile.ZipFile(path) as archive:
                    names = [n for n in archive.namelist() if not n.startswith("__MACOSX/")]
                    files = [name for name in names if not name.endswith(("/", ".DS_Store"))]
                    if len(files) == 1:
                        return pd.read_csv(archive.open(files[0]), encoding=encoding, sep=separator)
            packed = "gzip" if start[:2] == b"\x1f\x8b" else "infer"
            return pd.read_csv(path, encoding=encoding, sep=separator, compression=packed)
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
