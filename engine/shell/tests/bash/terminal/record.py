#!/usr/bin/env python3
"""Records what a real interactive bash shows for the sessions in `*.txt` of this folder, and writes it back.

    engine/shell/tests/bash/terminal/record.py         # all
    engine/shell/tests/bash/terminal/record.py jobs    # one file

`== NAME` begins a session: a new bash on a terminal of 80 by 24. Its steps: `$ ` a line that is typed, with Enter (of several
lines of a here-document each is a step); `^C` (or another letter) a key; `~ SECONDS` nothing happens for so long. Under each: `| ` a line
that is shown, without prompts and without the echo of what was typed. Process numbers are shown as PID. Needs GNU bash 5.2.
"""
import os, pathlib, pty, re, select, shutil, signal, sys, time

HERE = pathlib.Path(__file__).parent
PLACE = pathlib.Path("/tmp/bash-case")
ENV = {"HOME": "/tmp/bash-case", "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm", "PS1": "@@", "PS2": "@>"}


class Bash:
    def __init__(self):
        shutil.rmtree(PLACE, ignore_errors=True)
        PLACE.mkdir()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(PLACE)
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            os.execve("/bin/bash", ["bash", "--norc", "--noprofile", "--noediting", "-i"], ENV)
        import fcntl, struct, termios
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.read(0.8)

    def read(self, quiet):
        out, until = b"", time.time() + quiet
        while time.time() < until:
            ready, _, _ = select.select([self.fd], [], [], 0.02)
            if ready:
                try:
                    data = os.read(self.fd, 65536)
                except OSError:
                    break
                if not data:
                    break
                out += data
                until = max(until, time.time() + min(quiet, 0.3))
        return out.decode(errors="replace")

    def step(self, mark, text):
        if mark == "$":
            os.write(self.fd, (text + "\r").encode())
            out = self.read(0.8)
            at = out.find("\r\n")
            out = out[at + 2:]
        elif mark == "^":
            os.write(self.fd, bytes([ord(text[0]) & 31]))
            out = self.read(0.8)
        else:
            out = self.read(float(text))
        out = out.replace("\r\n", "\n")
        out = re.sub(r"@@|@>", "", out)
        out = re.sub(r"\x1b\[\?2004[hl]\r?", "", out)
        # After `[1] `, in the rows of `jobs -l`, and alone in a row.
        out = re.sub(r"^(\[\d+\][-+ ]?) *\d+( [A-Z]|$)", r"\1 PID\2", out, flags=re.M)
        out = re.sub(r"^ {6,}\d+( +\|)", r"      PID\1", out, flags=re.M)
        return re.sub(r"^\d{4,7}$", "PID", out, flags=re.M)


for path in sorted(HERE.glob("*.txt")):
    if len(sys.argv) > 1 and path.stem not in sys.argv[1:]:
        continue
    lines, bash = [], None
    for line in path.read_text().splitlines():
        if line.startswith("| "):
            continue
        if line.startswith("== "):
            bash = Bash()
        lines.append(line)
        if line[:2] in ("$ ", "~ ") or re.fullmatch(r"\^[A-Z\\]", line):
            out = bash.step(line[0], line[2:] if line[0] != "^" else line[1:])
            lines += [f"| {shown}" for shown in out.removesuffix("\n").split("\n")] if out else []
    path.write_text("\n".join(lines) + "\n")
