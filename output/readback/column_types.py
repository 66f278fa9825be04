"""Reads panel, wide and divisions of a dataset with polars, DuckDB and pandas as docs/recipes.md has it, and says where a type is not that
of the data dictionary, or a value is not the same in all three.

usage: column_types.py DATASET COLUMNS, COLUMNS being lines "table column type" of the dictionary
"""

import datetime
import decimal
import sys

import duckdb
import pandas as pd
import polars as pl

dataset, columns = sys.argv[1], sys.argv[2]
faults = []
of = {}
for line in open(columns, encoding="utf-8"):
    table, column, kind = line.rstrip("\n").split("\t")
    of.setdefault(table, {})[column] = kind.removesuffix(", null")

POLARS = {"string": pl.String, "int64": pl.Int64, "int32": pl.Int32, "boolean": pl.Boolean, "date": pl.Date,
          "double": pl.Float64, "decimal(18,6)": pl.Decimal(18, 6), "list of string": pl.List(pl.String)}
DUCKDB = {"string": "VARCHAR", "int64": "BIGINT", "int32": "INTEGER", "boolean": "BOOLEAN", "date": "DATE", "double": "DOUBLE", "decimal(18,6)": "DECIMAL(18,6)", "list of string": "VARCHAR[]"}

for table, kinds in of.items():
    files = f"{dataset}/{table}/*/*.parquet"
    a = pl.read_parquet(files, hive_partitioning=True)
    b = duckdb.sql(f"SELECT * FROM read_parquet('{files}', hive_partitioning = true)")
    c = pd.read_parquet(f"{dataset}/{table}", dtype_backend="numpy_nullable")
    c["year"] = c["year"].astype(int)
    duck = dict(zip(b.columns, map(str, b.types)))
    if not a.schema["year"].is_integer() or duck["year"] != "BIGINT":
        faults.append(f"{table}: the year is {a.schema['year']} in polars, {duck['year']} in DuckDB")
    for column, kind in kinds.items():
        if kind not in POLARS:
            faults.append(f"{table}.{column}: {kind} is a type that nothing is known of here")
            continue
        if a.schema[column] != POLARS[kind]:
            faults.append(f"{table}.{column} ({kind}): {a.schema[column]} in polars")
        if duck[column] != DUCKDB[kind]:
            faults.append(f"{table}.{column} ({kind}): {duck[column]} in DuckDB")
        dtype = str(c[column].dtype)
        if kind in ("int64", "int32") and dtype not in ("Int64", "Int32"):
            faults.append(f"{table}.{column} ({kind}): {dtype} in pandas")
        if kind == "string" and not dtype.startswith("str"):
            faults.append(f"{table}.{column} ({kind}): {dtype} in pandas")
    order = [k for k in ("year", "document", "part", "body", "code") if k in a.columns]
    rows = a.sort(order, nulls_last=True).select(["year", *kinds]).rows()
    other = b.order(", ".join(k + " NULLS LAST" for k in order)).select(*[f'"{k}"' for k in ["year", *kinds]]).fetchall()
    if len(rows) != len(c) or not rows:
        faults.append(f"{table}: {len(rows)} rows in polars, {len(c)} in pandas")
    if rows != other:
        faults.append(f"{table}: polars and DuckDB do not read the same")
    sample = next((r for r in rows for x in r if isinstance(x, (decimal.Decimal, datetime.date))), None)
    print(f"{table}: {len(kinds)} columns, {len(rows)} rows, {'dates or money among them' if sample else 'no dates, no money'}")

divisions = pl.read_parquet(f"{dataset}/divisions/*/*.parquet")
if (divisions["code"].str.len_chars() != 6).any():
    faults.append("divisions: a code is not six characters")
for f in faults:
    print(f)
sys.exit(1 if faults else 0)
