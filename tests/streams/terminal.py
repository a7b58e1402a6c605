"""Runs a program on a terminal of its own and writes down every byte that it sends there: terminal.py UNTIL PROGRAM ARGUMENT…

UNTIL is a text at which the program is interrupted, for one that goes on by itself; an empty one never comes.
"""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

until, *command = sys.argv[1:]
ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
os.close(theirs)
said = b""
while True:
    try:
        piece = os.read(ours, 65536)
    except OSError:
        break
    if not piece:
        break
    said += piece
    if until and until.encode() in said:
        program.terminate()
        until = ""
sys.stdout.buffer.write(said)
sys.exit(program.wait())
