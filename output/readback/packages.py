"""Opens a release with the package that lies in it and prints, as JSON, what it gives.

usage: packages.py FOLDER PLACE, where FOLDER has the release's gongkai.py and PLACE is what is opened, a folder or an address.
"""

import json
import sys

sys.path.insert(0, sys.argv[1])
import gongkai  # noqa: E402

r = gongkai.open(sys.argv[2])
panel, wide, divisions = r.panel(), r.table("wide"), r.table("divisions")
tags, words = r.missing(panel, "req_received", tags=True), r.missing(panel, "req_received", lang="zh")
rows = []
for i, row in enumerate(panel.to_dict("records")):
    number = row["req_received"]
    has = number is not None and number == number and str(number) != "<NA>"
    rows.append([row["body"], int(row["year"]), int(number) if has else None, None if has else tags[i], None if has else words[i]])
values = r.table("values")
print(json.dumps({
    "panel": rows,
    "additive": int(r.panel(additive=True)["req_received"].fillna(0).sum()),
    "types": {t: {c: str(f[c].dtype) for c in f.columns} for t, f in [("panel", panel), ("wide", wide), ("divisions", divisions)]},
    "rows": {t: len(r.table(t)) for t in r.tables},
    "labels": [r.labels("panel")["req_received"], r.labels("panel", "zh")["req_received"], panel.attrs["labels"]["req_received"]],
    "codes": r.codes("panel", "kind", "zh"),
    "cite": r.cite(),
    "changes": r.changes().fillna("").astype(str).to_dict("records"),
    "code": divisions[divisions["name"] == "东城区"]["code"].iloc[0],
    "money": str(values[values["unit"] == "万元"]["number"].dropna().iloc[0]),
    "years": sorted(int(y) for y in r.table("wide", years=[2022])["year"].unique()),
}, ensure_ascii=False))
