"""Second implementation of the version 1 records, written from docs/formats.md alone.

Prints golden-v1.properties. Needs Python 3 and the package `cryptography` (for Ed25519 and AES).
The file that it printed once is the promise; this script only says how it came about.
"""
import hashlib
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def u8(n):
    return struct.pack(">B", n)


def u32(n):
    return struct.pack(">I", n)


def u64(n):
    return struct.pack(">Q", n)


def lp(b):
    return u32(len(b)) + b


def opt(b):
    return b"\0" if b is None else b"\1" + b


def label(name):
    return lp(b"cairn/1/" + name.encode())


USER = b"abcdefghijklmnopqrstuvwxyz"


class Key:
    def __init__(self, name):
        self.private = Ed25519PrivateKey.from_private_bytes(sha(name.encode()))
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message):
        return self.private.sign(message)


# The state digest.
def lanes(element):
    encryptor = Cipher(algorithms.AES(element), modes.CTR(bytes(16))).encryptor()
    return struct.unpack("<1024H", encryptor.update(bytes(2048)))


def state_digest(elements):
    total = [0] * 1024
    for e in elements:
        total = [(a + b) & 0xFFFF for a, b in zip(total, lanes(e))]
    return sha(label("state"), struct.pack("<1024H", *total))


def element(key_version, epoch, sequence, tag, sealed):
    return sha(label("element"), USER, u32(key_version), u64(epoch), u64(sequence), tag, lp(sealed))


# Avro.
def zig(n):
    n = (n << 1) ^ (n >> 63)
    out = b""
    while n & ~0x7F:
        out += bytes([(n & 0x7F) | 0x80])
        n >>= 7
    return out + bytes([n])


def ab(b):
    return zig(len(b)) + b


def anull(b):
    return zig(0) if b is None else zig(1) + ab(b)


def aarray(items):
    return (zig(len(items)) + b"".join(items) if items else b"") + zig(0)


def frame(schema_id, body):
    return b"\0" + u32(schema_id) + body


def head(header, signatures):
    return sha(label("head"), header, u8(len(signatures)), *signatures)


def epoch_opened(kv, epoch, reason, index, previous, sequence, author, base, digest, count, time, keys):
    header = (label("epoch") + USER + u32(kv) + u64(epoch) + u8(reason) + u64(index) + previous + u64(sequence)
              + author.public + opt(base) + digest + u64(count) + u64(time))
    signatures = [k.sign(header) for k in keys]
    value = frame(0x43610002, ab(USER) + zig(kv) + zig(epoch) + zig(reason) + zig(index) + ab(previous)
                  + zig(sequence) + ab(author.public) + anull(base) + ab(digest) + zig(count) + zig(time)
                  + aarray([ab(s) for s in signatures]))
    return header, signatures, head(header, signatures), value


def commit(kv, epoch, index, previous, before, ends, open_operations, operations, digest, count, time, key):
    digests = []
    for i, (tag, sealed, replaces) in enumerate(operations):
        sequence = before + 1 + sum(1 for e in ends if e <= i)
        e = None if sealed is None else element(kv, epoch, sequence, tag, sealed)
        digests.append(sha(label("op"), tag, opt(e), opt(replaces)))
    header = (label("commit") + USER + u32(kv) + u64(epoch) + u64(index) + previous + u64(before)
              + u32(len(ends)) + b"".join(u32(e) for e in ends) + u32(open_operations) + u32(len(operations))
              + sha(label("ops"), u32(len(digests)), *digests) + digest + u64(count) + u64(time))
    signatures = [key.sign(header)]
    value = frame(0x43610001, ab(USER) + zig(kv) + zig(epoch) + zig(index) + ab(previous) + zig(before)
                  + aarray([zig(e) for e in ends]) + zig(open_operations)
                  + aarray([ab(t) + anull(s) + anull(r) for t, s, r in operations])
                  + ab(digest) + zig(count) + zig(time) + ab(signatures[0]))
    return header, signatures, head(header, signatures), value


def show(name, record):
    header, signatures, h, value = record
    print(f"{name}.header={header.hex()}")
    print(f"{name}.signatures={','.join(s.hex() for s in signatures)}")
    print(f"{name}.head={h.hex()}")
    print(f"{name}.value={value.hex()}")


k1, k2 = Key("key 1"), Key("key 2")
tags = [sha(b"tag %d" % i) for i in range(4)]
seals = [b"".join(sha(b"sealed %d" % i, bytes([j])) for j in range(i + 2)) for i in range(5)]
T = 1_795_000_000_000

print(f"genesis-head={sha(label('genesis'), USER).hex()}")
print(f"empty-state={state_digest([]).hex()}")

genesis = epoch_opened(1, 1, 0, 0, sha(label("genesis"), USER), 0, k1, None, state_digest([]), 0, T, [k1])
show("genesis", genesis)

# Two whole transactions, {put 0, put 1} and {replace 0}, then the first operation of a third, {put 2, delete 1}.
e0 = element(1, 1, 1, tags[0], seals[0])
e1 = element(1, 1, 1, tags[1], seals[1])
e0b = element(1, 1, 2, tags[0], seals[2])
e2 = element(1, 1, 3, tags[2], seals[3])
first = commit(1, 1, 1, genesis[2], 0, [2, 3], 1,
               [(tags[0], seals[0], None), (tags[1], seals[1], None), (tags[0], seals[2], e0), (tags[2], seals[3], None)],
               state_digest([e0b, e1]), 2, T + 1, k1)
show("commit", first)
second = commit(1, 1, 2, first[2], 2, [1], 0, [(tags[1], None, e1)], state_digest([e0b, e2]), 2, T + 2, k1)
show("commit-finishing", second)
idle = commit(1, 1, 3, second[2], 3, [], 0, [], state_digest([e0b, e2]), 2, T + 86_400_000, k1)
show("commit-idle", idle)
takeover = epoch_opened(1, 4, 1, 4, idle[2], 3, k1, None, state_digest([e0b, e2]), 2, T + 86_400_001, [k1])
show("takeover", takeover)

# The two objects sealed anew under key version 2, epoch 5; sequence 3 goes on.
f0 = element(2, 5, 3, tags[3], seals[4])
f1 = element(2, 5, 3, tags[2], seals[0])
rotation = epoch_opened(2, 5, 2, 5, takeover[2], 3, k2, sha(b"base manifest"), state_digest([f0, f1]), 2,
                        T + 86_400_002, [k1, k2])
show("rotation", rotation)
rebase = epoch_opened(2, 6, 3, 6, rotation[2], 3, k2, sha(b"another base"), state_digest([f0]), 1,
                      T + 86_400_003, [k2])
show("rebase", rebase)

bundle = frame(0x43610005, zig(1) + ab(USER) + zig(7) + aarray([
    zig(0) + ab(b"parameters") + ab(sha(b"commitment")) + ab(sha(b"nonce")[:24]) + ab(sha(b"sealed") * 3),
    zig(2) + ab(b"") + ab(sha(b"commitment 2")) + ab(sha(b"nonce 2")[:24]) + ab(sha(b"sealed 2") * 3)]))
print(f"bundle.value={bundle.hex()}")
