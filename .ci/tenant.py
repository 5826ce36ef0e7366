"""Runs every SQL block of a guide in a folder with tables. Fails if a query is invalid, or if more of them than allowed return
nothing."""

import os
import re
import sys

import duckdb

guide, tables, unanswered = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with open(guide, encoding="utf-8") as file:
    queries = re.findall(r"^### (.*?)$.*?^```sql$(.*?)^```$", file.read(), re.M | re.S)
os.chdir(tables)
rows = {question: len(duckdb.sql(query).fetchall()) for question, query in queries}
for question, count in rows.items():
    print(f"{count:6} rows  {question}")
if len(rows) < 10:
    sys.exit(f"expected ten queries, found {len(rows)}")
empty = [question for question, count in rows.items() if count == 0]
if len(empty) > unanswered:
    sys.exit(f"no rows: {', '.join(empty)}")
