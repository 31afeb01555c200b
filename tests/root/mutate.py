#!/usr/bin/env python3
"""mutate.py FILE COUNT DIR: writes DIR/N.EXT, N from 1 to COUNT, copies of the file with a few bytes
replaced, removed, doubled or put in; the same ones each time."""
import os
import random
import sys

SALT = b"\"'\\$`{}[]=#;<>&!/\n\t -\0\xff\xc3(9"


def mutated(text):
    text = bytearray(text)
    for _ in range(random.randint(1, 2)):
        at = random.randrange(len(text) + 1)
        kind = random.randrange(5)
        if kind == 0:
            text[at:at + 1] = bytes([random.choice(SALT)])
        elif kind == 1:
            del text[at:at + random.randint(1, 8)]
        elif kind == 2:
            start = random.randrange(len(text) + 1)
            text[at:at] = text[start:start + random.randint(1, 30)]
        elif kind == 3:
            text[at:at] = bytes([random.choice(SALT)])
        else:
            text[at:at + 1] = bytes([random.randrange(256)])
    return bytes(text)


name, count, directory = sys.argv[1], int(sys.argv[2]), sys.argv[3]
extension = os.path.splitext(name)[1]
with open(name, "rb") as file:
    original = file.read()
random.seed(20150714)
os.makedirs(directory, exist_ok=True)
for number in range(1, count + 1):
    with open(os.path.join(directory, str(number) + extension), "wb") as file:
        file.write(mutated(original))
