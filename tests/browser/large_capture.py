"""Grows a capture: its exchanges again and again, on connections of their own, until there are so many.   FILE COUNT"""
import sqlite3
import sys

file, count = sys.argv[1], int(sys.argv[2])
database = sqlite3.connect(file)
columns = [row[1] for row in database.execute("PRAGMA table_info(exchange)")]
exchanges, last, = database.execute("SELECT count(*), max(id) FROM exchange").fetchone()
seq = max(database.execute(f"SELECT coalesce(max(seq), 0) FROM {table}").fetchone()[0] for table in ("exchange", "connection", "event"))
moved = {
    "id": f"id + turn * {last}", "seq": f"seq + turn * {seq}",
    "client": "'C' || (CAST(substr(client, 2) AS INTEGER) + turn % 40 * 100)", "upstream": "'U' || (CAST(substr(upstream, 2) AS INTEGER) + turn % 40 * 100)",
}
for name in columns:
    if name.endswith(("_wall_us", "_steady_us")):
        moved[name] = f"CASE {name} WHEN 0 THEN 0 ELSE {name} + turn * 1000000 END"
turns = (count + exchanges - 1) // exchanges - 1
database.execute(f"WITH RECURSIVE turns(turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM turns WHERE turn < {turns}) "
                 f"INSERT INTO exchange({', '.join(columns)}) SELECT {', '.join(moved.get(name, name) for name in columns)} FROM turns, exchange")
database.commit()
print(database.execute("SELECT count(*) FROM exchange").fetchone()[0])
