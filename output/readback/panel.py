"""Computes the table panel of a dataset from reports, values, crosswalk and rates, once in SQL with DuckDB and once with pandas, and
compares both with what the program wrote. Nothing here knows how the program does it.

usage: panel.py DATASET
"""

import glob
import math
import sys

import duckdb
import pandas as pd

dataset = sys.argv[1]
faults = []


def read(table):
    frames = []
    for f in sorted(glob.glob(f"{dataset}/{table}/year=*/*.parquet")):
        frame = pd.read_parquet(f, dtype_backend="numpy_nullable")
        frame["year"] = int(f.split("year=")[1].split("/")[0])
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


panel, reports, series, rates = read("panel"), read("reports"), read("crosswalk"), read("rates")
values = read("values")
if panel.duplicated(["body", "year"]).any() or panel.duplicated(["id", "year"]).any():
    faults.append("panel is not unique by body and year")
if any(len(c) > 32 for c in panel.columns):
    faults.append("a name of more than 32 characters")
if len(panel["body"].unique()) != len(panel["id"].unique()):
    faults.append("short ids are not one to one")
editions = [c for c in reports.columns if c.startswith("edition_")]

# pandas
standing = reports[reports["standing"]]
if standing.duplicated(["body", "year"]).any():
    faults.append("two reports of a body and year stand")
cells = values[values["standing"]].merge(standing[["document", "part", "year", "body"]], on=["document", "part", "year"])
by_pandas = {}
groups = {k: dict(zip(g["name"], g["number"])) for k, g in cells.groupby(["body", "year"])}
units = dict(zip(values["name"], values["unit"]))
near_of = set(series[series["class"] == "near"]["name"])
for r in standing.to_dict("records"):
    if pd.isna(r["body"]) or r["year"] == 0:
        continue
    known, key = groups.get((r["body"], r["year"]), {}), (r["body"], r["year"])
    for name, sources in series.groupby("name", sort=False):
        by_pandas[key + (name,)] = None
        if name in near_of:
            by_pandas[key + ("near_" + name,)] = None
        for s in sources.sort_values("position").to_dict("records"):
            if s["class"] == "no" or pd.isna(r.get("edition_" + s["form_table"], "a table of before 2019")):
                continue
            parts = [(known[c], units[c]) for c in s["cells"] if c in known]
            if not parts:
                continue
            if not any(pd.isna(p) for p, _ in parts):
                total = sum(p * 10000 if s["unit"] == "元" and u == "万元" else p for p, u in parts)
                if total == int(total):
                    by_pandas[key + (("near_" if s["class"] == "near" else "") + name,)] = int(total)
            break
    for q in rates.to_dict("records"):
        total = {}
        for side in ["numerator", "denominator"]:
            parts = [by_pandas[key + (c,)] for c in q[side]]
            total[side] = None if None in parts else sum(parts)
        n, d = total["numerator"], total["denominator"]
        by_pandas[key + ("n_" + q["name"],)], by_pandas[key + ("d_" + q["name"],)] = n, d
        ok = n is not None and d is not None and d > 0 and not (q["share"] and n > d)
        by_pandas[key + ("r_" + q["name"],)] = n / d if ok else None

# DuckDB
con = duckdb.connect()
for t in ["reports", "values", "crosswalk", "rates"]:
    con.execute(f"""CREATE VIEW "{t}" AS FROM read_parquet('{dataset}/{t}/*/*.parquet', hive_partitioning = true)""")
con.execute(f"""
CREATE TABLE found AS
SELECT body, year, document, part, substr(col, 9) AS form_table
FROM (SELECT body, year, document, part, {", ".join(editions)} FROM reports WHERE standing AND body IS NOT NULL AND year > 0)
UNPIVOT (edition FOR col IN ({", ".join(editions)}))
UNION ALL
SELECT DISTINCT r.body, r.year, r.document, r.part, split_part(v.name, '.', 1)
FROM reports r JOIN "values" v USING (document, part, year)
WHERE r.standing AND r.body IS NOT NULL AND r.year > 0 AND v.name LIKE 'statistics%';
CREATE TABLE part AS
SELECT f.body, f.year, s.name AS figure, s.position, s.class, v.number * CASE WHEN s.unit = '元' AND v.unit = '万元' THEN 10000 ELSE 1 END AS number
FROM found f JOIN (SELECT *, unnest(cells) AS cell FROM crosswalk WHERE class <> 'no') s USING (form_table)
JOIN "values" v ON v.document = f.document AND v.part = f.part AND v.name = s.cell AND v.standing AND v.year = f.year;
CREATE TABLE counts AS
SELECT body, year, CASE WHEN class = 'near' THEN 'near_' ELSE '' END || figure AS figure,
    CASE WHEN count(*) = count(number) AND sum(number) = floor(sum(number)) THEN sum(number)::BIGINT END AS number
FROM part p WHERE position = (SELECT min(position) FROM part q WHERE q.body = p.body AND q.year = p.year AND q.figure = p.figure)
GROUP BY body, year, figure, class;
CREATE TABLE wanted AS
SELECT name, share, 'n' AS side, unnest(numerator) AS figure FROM rates
UNION ALL SELECT name, share, 'd', unnest(denominator) FROM rates;
CREATE TABLE rows AS
SELECT b.body, b.year, w.* FROM (SELECT DISTINCT body, year FROM reports WHERE standing AND body IS NOT NULL AND year > 0) b, wanted w;
CREATE TABLE sides AS
SELECT r.body, r.year, r.name, r.share, r.side, CASE WHEN count(*) = count(c.number) THEN sum(c.number)::BIGINT END AS number
FROM rows r LEFT JOIN counts c ON c.body = r.body AND c.year = r.year AND c.figure = r.figure
GROUP BY ALL;
""")
by_sql = {k: None for k in by_pandas}
for body, year, figure, number in con.execute("SELECT * FROM counts").fetchall():
    by_sql[(body, year, figure)] = number
for body, year, name, share, n, d in con.execute("""
    SELECT n.body, n.year, n.name, n.share, n.number, d.number FROM sides n JOIN sides d
    ON n.body = d.body AND n.year = d.year AND n.name = d.name AND n.side = 'n' AND d.side = 'd'""").fetchall():
    by_sql[(body, year, "n_" + name)], by_sql[(body, year, "d_" + name)] = n, d
    ok = n is not None and d is not None and d > 0 and not (share and n > d)
    by_sql[(body, year, "r_" + name)] = n / d if ok else None

seen = numbers = 0
for row in panel.to_dict("records"):
    key = (row["body"], row["year"])
    figures = [c for c in panel.columns if "s_" + c in panel.columns or c[:5] == "near_" or c[:2] in ("n_", "d_") and "r_" + c[2:] in panel.columns]
    if pd.isna(row["document"]):
        if row["report"] not in ("no_report", "not_read") or not all(pd.isna(row[c]) for c in figures):
            faults.append((key, "figures without a report"))
        continue
    for c in figures:
        mine = None if pd.isna(row[c]) else row[c]
        for who, theirs in [("pandas", by_pandas.get(key + (c,), "none")), ("DuckDB", by_sql.get(key + (c,), "none"))]:
            same = mine is None and theirs is None
            if mine is not None and theirs not in (None, "none"):
                same = math.isclose(mine, theirs, rel_tol=1e-15) if c[:2] == "r_" else int(mine) == theirs
            if not same:
                faults.append((key, c, "panel", mine, who, theirs))
        if "s_" + c in panel.columns and (mine is None) != (row["s_" + c] not in ("proved", "inferred", "unchecked", "corrected", "contradicted")):
            faults.append((key, c, mine, row["s_" + c]))
        seen, numbers = seen + 1, numbers + (mine is not None)
if seen != len(by_pandas):
    faults.append(("figures of the panel", seen, "computed", len(by_pandas)))
for f in faults[:20]:
    print(f)
print(f"{seen} figures, {numbers} numbers, {len(faults)} differ")
sys.exit(1 if faults or not numbers else 0)
