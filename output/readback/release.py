"""Reads the CSV and Stata files of a release with pandas and compares them with what was written.

usage: release.py RELEASE TRUTH.json, where truth holds values (document and name to what the cell prints), the rows of each table, and
for each name its Stata variable and label.
"""

import csv
import glob
import gzip
import io
import json
import re
import sys
from decimal import Decimal

import pandas as pd
from pandas.io.stata import StataReader

release, truth = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
values, rows, names = truth["values"], truth["rows"], truth["names"]
faults = []


def check(ok, *what):
    if not ok:
        faults.append(what)


def unguarded(text):
    """A text of a CSV file without the apostrophe that guards it."""
    return re.sub(r"^'('*[=+\-@\t\r\n＝＋－＠])", r"\1", text)


def files(pattern):
    found = sorted(glob.glob(f"{release}/{pattern}"))
    check(found, "no file", pattern)
    return found


# CSV, as pandas reads it
for table in ["documents", "reports", "values", "findings", "sections", "claims", "wide", "anomalies"]:
    frames = [pd.read_csv(f, encoding="utf-8-sig", dtype=str) for f in files(f"csv/{table}/*")]
    check(sum(map(len, frames)) == rows[table], "rows of", table, sum(map(len, frames)), rows[table])

wide_cells = 0
for f in files("csv/wide/*"):
    frame = pd.read_csv(f, encoding="utf-8-sig", dtype=str)
    for row in frame.to_dict("records"):
        for name in names:
            v = values.get(row["document"] + " " + name)
            has = row[name.replace(".", "__")]
            number = v and v["Number"]
            check(pd.isna(has) == (number is None), f, name, has, number)
            if number is not None and not pd.isna(has):
                check(Decimal(has) == Decimal(number), f, name, has, number)
                wide_cells += 1

# a blank is a quoted field and null an empty one, which the bytes tell
seen = 0
for f in files("csv/values/*"):
    raw = gzip.open(f).read()
    check(raw[:3] == b"\xef\xbb\xbf", f, "no byte order mark")
    text = raw.decode("utf-8-sig")
    head, *lines = text.split("\r\n")[:-1]
    parsed = list(csv.DictReader(io.StringIO(text, newline="")))
    check(len(parsed) == len(lines), f, "lines")
    for row, line in zip(parsed, lines):
        v = values[row["document"] + " " + row["name"]]
        seen += 1
        check(unguarded(row["text"]) == (v["Text"] or ""), f, row["name"], row["text"], v)
        check((f',{row["name"]},"",' in line) == (v["Text"] == ""), f, row["name"], "blank and null", line)
        check((row["number"] == "") == (v["Number"] is None), f, row["name"], row["number"], v)
        if v["Number"] is not None and row["number"]:
            check(Decimal(row["number"]) == Decimal(v["Number"]), f, row["name"], row["number"], v)
        check((row["state"], row["verdict"], row["unit"]) == (v["State"], v["Verdict"], v["Unit"]), f, row["name"], row)
check(seen == rows["values"], "values in CSV", seen)

# Stata
letters = {"absent": ".a", "blank": ".b", "mark": ".m", "text": ".t"}
seen = missing = 0
for f in files("stata/values/*"):
    with StataReader(f, convert_missing=True, convert_categoricals=False) as r:
        labels, label, frame = r.value_labels(), r.variable_labels(), r.read()
    check(label["number"].startswith("the number printed"), f, label["number"])
    check(labels["name_en"].keys() == labels["name_zh"].keys(), f, "labels in two languages")
    check(set(labels["name_zh"].values()) == {n[1] for n in names.values()}, f, "labels of the names")
    states = {1: "number", 2: "blank", 3: "mark", 4: "text", 5: "absent", 6: "corrected"}
    verdicts = {1: "proved", 2: "unchecked", 3: "contradicted", 4: "inferred"}
    check(labels["state_zh"] == {1: "数值", 2: "空白", 3: "符号", 4: "文字", 5: "原文缺失", 6: "更正"}, f, labels["state_zh"])
    for row in frame.to_dict("records"):
        v = values[row["document"] + " " + labels["name_en"][row["name"]]]
        seen += 1
        check(row["text"] == (v["Text"] or ""), f, row["text"], v)
        check((states[row["state"]], verdicts[row["verdict"]], row["unit"]) == (v["State"], v["Verdict"], v["Unit"]), f, row, v)
        if v["Number"] is None:
            missing += 1
            check(str(row["number"]) == letters.get(v["State"], "."), f, row["number"], v)
        else:
            check(row["number"] == float(v["Number"]), f, row["number"], v)
check(seen == rows["values"], "values in Stata", seen)
check(missing > 0, "no missing number in Stata")

stata_cells = 0
for f in files("stata/wide/*"):
    with StataReader(f) as r:
        label, frame = r.variable_labels(), r.read()
    for name, (variable, words) in names.items():
        check(label[variable].rstrip("…")[:20] == words[:20], f, variable, label[variable])
        for document, has in zip(frame["document"], frame[variable]):
            v = values.get(document + " " + name)
            number = v and v["Number"]
            check(pd.isna(has) == (number is None), f, name, has, number)
            if number is not None:
                check(has == float(number), f, name, has, number)
                stata_cells += 1
check(stata_cells == wide_cells, "cells of wide", stata_cells, wide_cells)

for table in ["reports", "findings", "claims"]:
    count = 0
    for f in files(f"stata/{table}/*"):
        frame = pd.read_stata(f)
        count += len(frame)
        plain = pd.read_csv(f.replace("/stata/", "/csv/").replace(".dta", ".csv"), encoding="utf-8-sig", dtype=str, keep_default_na=False)
        for column in frame.columns:
            for a, b in zip(frame[column], plain[column]):
                if isinstance(a, pd.Timestamp) or a is pd.NaT:
                    a = "" if pd.isna(a) else a.strftime("%Y-%m-%d")
                elif str(frame[column].dtype) == "category" or column == "vertical" or column in ("about", "down"):
                    continue  # labels, compared above; truths are 0 and 1
                elif b in ("true", "false"):
                    check(int(a) == (b == "true"), f, column, a, b)
                    continue
                elif isinstance(a, float):
                    check(pd.isna(a) == (b == "") and (b == "" or a == float(b)), f, column, a, b)
                    continue
                check(str(a) == unguarded(b), f, column, a, b)
    check(count == rows[table], "rows of", table, "in Stata", count, rows[table])

if faults:
    for f in faults[:20]:
        print(*f)
    sys.exit(f"{len(faults)} faults")
print(f"equal: {seen} values, {missing} of them without a number, {wide_cells} cells of wide")
