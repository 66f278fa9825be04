"""Asks DuckDB for parts of a release on a web server and compares the answers with those over the files that lie there; prints, as JSON,
requests and bytes of each question.

usage: release_http.py URL RELEASE DOCUMENT, where URL/count tells GET requests and bytes since it was last asked.
"""

import json
import re
import sys
import urllib.request
from glob import glob

import duckdb
from duckdb_extensions import import_extension

url, release, document = sys.argv[1:]
import_extension("httpfs")


def table(base, name):
    paths = sorted(glob(f"{release}/parquet/{name}/*/*.parquet"))
    paths = [base + p[len(release) :] for p in paths]
    return f"read_parquet({paths!r}, hive_partitioning = true)"


questions = {
    "column": "SELECT year, count(*), sum(applications__received__total) FROM {wide} GROUP BY year ORDER BY year",
    "year": "SELECT count(*), sum(number) FROM {values} WHERE year = 2022 AND name = 'applications.received.total'",
    "document": f"SELECT name, text, number, verdict, path FROM {{values}} WHERE document = '{document}' ORDER BY name",
    "count": "SELECT count(*) FROM {values}",
}
out = {}
for name, question in questions.items():
    answers = []
    for base in [release, url]:
        db = duckdb.connect()
        db.execute("LOAD httpfs")
        urllib.request.urlopen(url + "/count").read()
        answers.append(db.execute(re.sub(r"\{(\w+)\}", lambda m: table(base, m[1]), question)).fetchall())
    if answers[0] != answers[1] or not answers[0]:
        sys.exit(f"{name}: {answers[0][:3]} in the files, {answers[1][:3]} over HTTP")
    requests, size = urllib.request.urlopen(url + "/count").read().split()
    out[name] = {"requests": int(requests), "bytes": int(size), "rows": len(answers[1])}
print(json.dumps(out))
