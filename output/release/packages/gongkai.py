"""Release {{VERSION}} of the annual open-government-information reports of Chinese authorities, for pandas.

Made with the release, from its codebook. Needs pandas and pyarrow.

    import gongkai
    r = gongkai.open("release")            # the folder of a release, or its address: https://…
    frame = r.panel()                      # one row a body and year
    r.missing(frame, "req_received")       # why a figure is not there
    r.labels("panel", "zh")                # what the columns are
    print(r.cite())
"""

import hashlib
import io
import json
import os
import re
import urllib.parse
import urllib.request

import pandas as pd

VERSION = "{{VERSION}}"

# Why a figure of panel is missing, and the letter of Stata's missing value for it.
TAGS = {{TAGS}}


def open(place="."):
    """Opens the release in a folder or at an address. What lies there must be of this version."""
    return Release(place)


class Release:
    def __init__(self, place):
        self.place = str(place)
        self.remote = bool(re.match(r"https?://", self.place))
        self.files = {}
        for line in self._fetch("SHA256SUMS").decode("utf-8").splitlines():
            digest, name = line.split("  ", 1)
            self.files[name] = digest
        self.codebook = json.loads(self._read("codebook.json"))
        self.version = self.codebook["version"]
        if self.version != VERSION:
            raise ValueError(f"{place} holds release {self.version}; this file is of {VERSION}: take the one that lies there")

    def _fetch(self, name):
        if self.remote:
            with urllib.request.urlopen(self.place.rstrip("/") + "/" + urllib.parse.quote(name)) as answer:
                return answer.read()
        with io.open(os.path.join(self.place, *name.split("/")), "rb") as file:
            return file.read()

    def _read(self, name):
        """The bytes of a file, which must be those that the release lists."""
        if name not in self.files:
            raise KeyError(f"release {self.place} has no {name}")
        body = self._fetch(name)
        if hashlib.sha256(body).hexdigest() != self.files[name]:
            raise ValueError(f"{name} is not what SHA256SUMS says: the copy is damaged, or of another release")
        return body

    @property
    def tables(self):
        """The tables, with what a row of each is."""
        return {name: table["en"] for name, table in self.codebook["tables"].items()}

    def table(self, name, years=None, columns=None):
        """A table, or the report years of it that are wanted, as a frame. Counts are Int64 and amounts are exact decimals; null is
        <NA>. Each column has its label in frame.attrs["labels"]."""
        if name not in self.codebook["tables"]:
            raise KeyError(f"no table {name}; there are {', '.join(self.codebook['tables'])}")
        frames = []
        for file in sorted(self.files):
            found = re.fullmatch(rf"parquet/{name}/year=(\d+)/.*\.parquet", file)
            if not found or years is not None and int(found[1]) not in set(years):
                continue
            frame = pd.read_parquet(io.BytesIO(self._read(file)), columns=columns, dtype_backend="pyarrow")
            year = int(found[1]) or pd.NA  # 0 holds what is of no year, or of none that is known
            frame.insert(0, "year", pd.array([year] * len(frame), dtype="Int64"))
            frames.append(self._plain(name, frame))
        if not frames:
            raise KeyError(f"no {name} of {years}")
        out = pd.concat(frames, ignore_index=True)
        labels = self.labels(name)
        out.attrs["labels"] = {c: labels[c] for c in out.columns if c in labels}
        return out

    def _plain(self, name, frame):
        """The types that pandas computes with; amounts stay decimals."""
        kinds = {c["name"]: c["type"].removesuffix(", null") for c in self.codebook["tables"][name]["columns"]}
        plain = {"string": "string", "int32": "Int64", "int64": "Int64", "double": "Float64", "boolean": "boolean"}
        for column in frame.columns:
            kind = kinds.get(column, "int32" if column == "year" else "")
            if kind in plain:
                frame[column] = frame[column].astype(plain[kind])
            elif kind == "date":
                frame[column] = pd.to_datetime(frame[column].astype("object"))
            elif kind.startswith("list"):
                frame[column] = frame[column].astype("object")
        return frame

    def panel(self, years=None, additive=False):
        """One row a body and year. additive leaves out the rows whose figures are, or may be, in those of another row: sums over the
        rest count nothing twice."""
        frame = self.table("panel", years)
        return frame[frame["within"].isna()].copy() if additive else frame

    def missing(self, frame, figure, tags=False, lang="en"):
        """Why a figure of panel is not there, in words or (tags=True) as the letter that Stata has for it; <NA> where it is there."""
        name = re.sub(r"^[nd]_", "r_", figure) if re.match(r"^[nd]_", figure) else figure
        state = frame["s_" + name].where(frame[figure].isna())
        if tags:
            return state.map(TAGS).astype("string")
        words = {code: label[0 if lang == "en" else 1] for code, label in self.codebook["codes"]["figure"].items()}
        return state.map(words).astype("string")

    def labels(self, table, lang="en"):
        """What the columns of a table are, in English or Chinese (zh)."""
        return {c["name"]: c["zh" if lang == "zh" else "en"] for c in self.codebook["tables"][table]["columns"]}

    def codes(self, table, column, lang="en"):
        """The labels of the codes that a column holds; empty where it holds none."""
        for c in self.codebook["tables"][table]["columns"]:
            if c["name"] == column:
                return {k: v[1 if lang == "zh" else 0] for k, v in self.codebook["codes"].get(c["codes"], {}).items()}
        raise KeyError(f"{table} has no column {column}")

    def changes(self):
        """What is otherwise than in the release before, a row a report or cell; empty for a first release."""
        if "changes.csv" not in self.files:
            return pd.DataFrame()
        return pd.read_csv(io.BytesIO(self._read("changes.csv")), encoding="utf-8-sig", dtype="string")

    def cite(self):
        """A line for a list of references, from CITATION.cff, with the hash of what the release was made of."""
        text = self._read("CITATION.cff").decode("utf-8")

        def field(key):
            found = re.search(rf'^{key}: *"?(.*?)"?$', text, re.M)
            return found[1] if found else ""

        block = re.search(r"^authors:\n((?:[ -].*\n)+)", text, re.M)
        who = []
        for key, name in re.findall(r'(?:^|[\s-])(name|family-names|given-names): *"?([^"\n]+?)"?$', block[1] if block else "", re.M):
            if key == "given-names":
                who[-1] += ", " + name
            else:
                who.append(name)
        sources = re.search(r"SHA-256 of the sources: ([0-9a-f]{64})", text)
        parts = ["; ".join(who), field("title"), f"Version {self.version}", field("doi") and "https://doi.org/" + field("doi"), field("url"),
                 sources and f"SHA-256 of the sources: {sources[1]}"]
        return ". ".join(p for p in parts if p) + "."
