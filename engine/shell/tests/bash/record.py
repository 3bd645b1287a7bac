#!/usr/bin/env python3
"""Records what a real bash prints for the snippets in `*.txt` of this folder, and writes it back under them.

    engine/shell/tests/bash/record.py            # all
    engine/shell/tests/bash/record.py tools      # one file

A snippet begins with `$ `, further lines of it with `> `. Under it: `| ` a line of standard output, `! ` a line of standard
error (`|~` and `!~`: without a line feed behind it), `? ` the exit code where it is not 0. Needs GNU bash 5.2, the GNU
tools, mawk, jq 1.6 and openssl, as on Debian 12; that is where the recordings are from. Each snippet runs as
`bash -c SNIPPET` in an empty folder, without input. GNU tools quote as in a C locale here.
"""
import os, pathlib, shutil, subprocess, sys

HERE = pathlib.Path(__file__).parent
PLACE = pathlib.Path("/tmp/bash-case")
ENV = {"HOME": "/root", "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "COLUMNS": "80"}


def snippets(text):
    found = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append(["snippet", line[2:]])
        elif line.startswith("> ") or line == ">":
            found[-1][1] += "\n" + line[2:]
        elif line.startswith("#") or not line:
            found.append(["comment", line])
    return found


def marked(mark, text):
    lines = text.split("\n")
    last = lines.pop()
    out = [f"{mark} {line}" for line in lines]
    if last:
        out.append(f"{mark}~{last}")
    return out


def record(snippet):
    if PLACE.exists():
        shutil.rmtree(PLACE)
    PLACE.mkdir()
    try:
        done = subprocess.run(["bash", "-c", snippet], cwd=PLACE, env=ENV, stdin=subprocess.DEVNULL, capture_output=True, timeout=20, start_new_session=True)
    except subprocess.TimeoutExpired:
        sys.exit(f"does not end: {snippet}")
    first, *more = snippet.split("\n")
    lines = [f"$ {first}"] + [f"> {line}" for line in more]
    plain = lambda data: data.decode(errors="replace").replace("‘", "'").replace("’", "'")
    lines += marked("|", plain(done.stdout)) + marked("!", plain(done.stderr))
    if done.returncode:
        lines.append(f"? {done.returncode if done.returncode > 0 else 128 - done.returncode}")
    return lines


for path in sorted(HERE.glob("*.txt")):
    if len(sys.argv) > 1 and path.stem not in sys.argv[1:]:
        continue
    lines = []
    for kind, text in snippets(path.read_text()):
        lines += [text] if kind == "comment" else record(text)
    path.write_text("\n".join(lines) + "\n")
