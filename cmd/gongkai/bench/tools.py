# Reads documents by one tool of Python. gongkai bench runs it: tools.py TOOL TASK, with the names of files on its standard input, a
# line each. TASK is time (read the tables of all, print how many failed), cells (print the cells of each as a line of JSON) or
# version.
import json
import sys


def of_pandas():
    import pandas

    def read(name):
        try:
            return pandas.read_html(name, flavor="lxml")
        except ValueError as e:  # that is how it says that there is none
            if "No tables found" not in str(e):
                raise
            return []

    def cells(tables):
        for t in tables:
            if not isinstance(t.columns, pandas.RangeIndex):
                for c in t.columns:
                    yield from c if isinstance(c, tuple) else (c,)
            yield from t.to_numpy().ravel()

    return read, cells, ("pandas", "lxml")


def of_pdfplumber():
    import pdfplumber

    def read(name):
        with pdfplumber.open(name) as pdf:
            return [t for page in pdf.pages for t in page.extract_tables()]

    def cells(tables):
        return (c for t in tables for row in t for c in row)

    return read, cells, ("pdfplumber",)


def of_camelot():
    import camelot

    def read(name):
        return list(camelot.read_pdf(name, pages="all"))

    def cells(tables):
        return (c for t in tables for c in t.df.to_numpy().ravel())

    return read, cells, ("camelot-py",)


def of_docx():
    import docx

    def read(name):
        return [[c.text for row in t.rows for c in row.cells] for t in docx.Document(name).tables]

    def cells(tables):
        return (c for t in tables for c in t)

    return read, cells, ("python-docx",)


def text(cell):
    """A cell as it is printed: columns with a gap are numbers with a point in pandas."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def main():
    tool, task = sys.argv[1:3]
    try:
        read, cells, packages = {"pandas": of_pandas, "pdfplumber": of_pdfplumber, "camelot": of_camelot, "docx": of_docx}[tool]()
    except ImportError as e:
        print(e, file=sys.stderr)
        sys.exit(4)
    if task == "version":
        from importlib.metadata import version

        try:
            print(", ".join(f"{p} {version(p)}" for p in packages))
        except Exception as e:
            print(e, file=sys.stderr)
            sys.exit(4)
        return
    failed = 0
    for line in sys.stdin:
        tables = []
        try:
            tables = read(line.rstrip("\n"))
        except Exception as e:
            failed += 1
            print(f"{line.strip()}: {e}", file=sys.stderr)
        if task == "cells":
            print(json.dumps([text(c) for c in cells(tables)]))
    if task == "time":
        print(json.dumps({"failed": failed}))


main()
