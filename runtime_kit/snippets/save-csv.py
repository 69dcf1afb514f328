# ---
# id: save-csv
# title: Save CSV or Parquet
# description: Saves a pandas table into the durable folder so that a crash leaves the old file or the new one, never half of it
# tags: [storage, pandas, csv, parquet]
# languages: [python]
# requires: [package:pandas]
# version: 2
# names: [save_table]
# ---

# %% engine:
# @title Save CSV or Parquet engine: run this cell, no need to read it
def save_table(table, save_file, with_index):
    """Write a table into a file; a crash leaves the file that was there before."""
    import contextlib
    import os
    import re
    from pathlib import Path

    def write(table, file, path):
        """Write what the name says, whatever the case of its letters."""
        name = path.name.lower()
        match = re.fullmatch(r".*\.(csv|tsv)(?:\.(gz|bz2|xz|zst|zip))?", name)
        try:
            if match:
                separator = "\t" if match[1] == "tsv" else ","
                methods = {"gz": "gzip", "zst": "zstd"}
                packed = match[2] and {"method": methods.get(match[2], match[2])}
                if match[2] == "zip":
                    packed["archive_name"] = path.name[:-4]
                table.to_csv(file, index=with_index, sep=separator, compression=packed)
            elif name.endswith((".parquet", ".pq")):
                table.to_parquet(file, index=with_index)
            elif name.endswith(".feather"):
                table.to_feather(file)
            elif name.endswith(".json"):
                table.to_json(file, orient="records")
            else:
                formats = (
                    ".csv, .tsv (each also .gz, .bz2, .xz, .zst, .zip), .parquet, .json, .feather"
                )
                raise ValueError(f"SAVE_FILE has to end with one of {formats}, not {path.name!r}.")
        except ImportError as error:
            missing = "zstandard" if name.endswith(".zst") else "pyarrow"
            kind = "Zstandard" if name.endswith(".zst") else path.suffix[1:].capitalize()
            message = f"{kind} files need {missing}: %pip install {missing}"
            raise ModuleNotFoundError(message) from error

    def save(table, path):
        """Write beside the file, wait for the disk, then put it in place in one step."""
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.tmp-{os.urandom(4).hex()}")
        try:
            with open(temporary, "wb") as file:
                write(table, file, path)
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

    if table not in globals():
        raise NameError(f"No variable {table!r}: run the cell that makes it, or correct TABLE.")
    saved_to = Path(globals().get("DRIVE", "")) / Path(save_file).expanduser()
    save(globals()[table], saved_to)
    print(f"Saved {len(globals()[table]):,} rows, {saved_to.stat().st_size:,} bytes: {saved_to}")


# %%
# @title Save CSV or Parquet
TABLE = "df"  # @param {type:"string"}
SAVE_FILE = "result.csv"  # @param {type:"string"}
WITH_INDEX = False  # @param {type:"boolean"}
save_table(TABLE, SAVE_FILE, WITH_INDEX)
