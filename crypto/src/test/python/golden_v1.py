#!/usr/bin/env python3
"""Writes golden-v1.properties: every layout that this module owns, computed a second time.

Shares no code with the module: hashlib, hmac, pyca/cryptography, zstandard.
    python3 golden_v1.py > ../resources/dev/cairn/crypto/golden-v1.properties
The file is never regenerated for a released version; a new version gets a file of its own.
"""
import hashlib
import hmac
import struct

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

u8 = lambda v: struct.pack(">B", v)
u32 = lambda v: struct.pack(">I", v)
u64 = lambda v: struct.pack(">Q", v)
lp = lambda b: u32(len(b)) + b
label = lambda n: lp(b"cairn/1/" + n.encode())
sha256 = lambda b: hashlib.sha256(b).digest()


def hkdf(ikm, info, length=32, salt=b""):
    prk = hmac.new(salt or bytes(32), ikm, hashlib.sha256).digest()
    out, block, i = b"", b"", 1
    while len(out) < length:
        block = hmac.new(prk, block + info + bytes([i]), hashlib.sha256).digest()
        out, i = out + block, i + 1
    return out[:length]


def xaes(key, nonce, aad, plaintext):
    ecb = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    l = int.from_bytes(ecb.update(bytes(16)), "big") << 1
    k1 = (l & (2**128 - 1)) ^ (0x87 if l >> 128 else 0)
    xor = lambda block: (int.from_bytes(block, "big") ^ k1).to_bytes(16, "big")
    kx = ecb.update(xor(b"\x00\x01X\x00" + nonce[:12])) + ecb.update(xor(b"\x00\x02X\x00" + nonce[:12]))
    return AESGCM(kx).encrypt(nonce[12:], plaintext, aad)


def show(name, value):
    print(f"{name}={value.hex()}")


print("# Golden bytes of format version 1, computed by src/test/python/golden_v1.py. Never changed: see docs/formats.md.")
user = b"cairngoldenvectoruserabc27"
key = bytes(range(1, 33))
version = 3
epoch, sequence = 5, 0x0102030405060708
author_seed = hkdf(key, label("author") + user + u32(version))
tag_key = hkdf(key, label("tag") + user + u32(version))
seal_key = hkdf(key, label("seal") + user + u32(version))
author = Ed25519PrivateKey.from_private_bytes(author_seed)
print("user=" + user.decode())
show("backupKey", key)
show("keys.author.publicKey", author.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
message = b"a message to sign"
show("keys.author.message", message)
show("keys.author.signature", author.sign(message))


def tag(collection, ident, slice_):
    return hmac.new(tag_key, lp(collection) + lp(ident) + u32(slice_), hashlib.sha256).digest()


def plaintext(encoding, kind, collection, ident, slice_, slices, total, content, padding=0):
    return (u8(encoding) + u8(kind) + lp(collection) + lp(ident) + u32(slice_) + u32(slices) + u64(total) + lp(content)
            + bytes(padding))


def element(t, sealed):
    return sha256(label("element") + user + u32(version) + u64(epoch) + u64(sequence) + t + lp(sealed))


elements = []


def sealed_object(name, nonce, collection, ident, slice_, body):
    t = tag(collection, ident, slice_)
    aad = label("object") + user + u32(version) + u64(epoch) + u64(sequence) + t
    sealed = nonce + xaes(seal_key, nonce, aad, body)
    elements.append(element(t, sealed))
    show(f"object.{name}.nonce", nonce)
    show(f"object.{name}.tag", t)
    show(f"object.{name}.sealed", sealed)
    show(f"object.{name}.element", elements[-1])


collection, ident = "notes".encode(), "Zoë/✓/1".encode()
json_text = b'{"a": 1,  "b":[true,null]}'
sealed_object("raw", bytes(range(24)), collection, ident, 0,
              plaintext(0, 1, collection, ident, 0, 1, len(json_text), json_text))
sealed_object("empty", bytes(range(100, 124)), b"", b"", 0, plaintext(0, 0, b"", b"", 0, 1, 0, b""))
text = b"the same words again and again, " * 40
frame = zstandard.ZstdCompressor(level=1).compress(text)
sealed_object("zstd", bytes(range(50, 74)), collection, b"long", 0,
              plaintext(1, 0, collection, b"long", 0, 1, len(text), frame))
body = bytes(range(200))
unpadded = plaintext(0, 0, collection, b"padded", 1, 2, 512 * 1024 + 200, body)
show("object.padme.length", u32(len(unpadded)))
exponent = len(unpadded).bit_length() - 1
mask = (1 << (exponent - exponent.bit_length())) - 1
sealed_object("padme", bytes(range(70, 94)), collection, b"padded", 1,
              unpadded + bytes(((len(unpadded) + mask) & ~mask) - len(unpadded)))

lanes = [0] * 1024
for e in elements:
    stream = Cipher(algorithms.AES(e), modes.CTR(bytes(16))).encryptor().update(bytes(2048))
    lanes = [(a + b) & 0xFFFF for a, b in zip(lanes, struct.unpack("<1024H", stream))]
accumulator = struct.pack("<1024H", *lanes)
show("state.empty.digest", sha256(label("state") + bytes(2048)))
show("state.accumulator.sha256", sha256(accumulator))
show("state.digest", sha256(label("state") + accumulator))

for kind, name, secret in ((0, "opaque", bytes(range(32))), (1, "wallet", bytes(range(64))), (2, "recovery", bytes(range(16)))):
    kek = hkdf(secret, label("kek") + user)
    parameters = b"parameters of " + name.encode()
    content = label("bundle") + lp(b"alice") + user + u8(1) + u32(version) + key + u8(0)
    if kind == 0:
        content = (label("bundle") + lp(b"alice") + user + u8(2) + u32(version) + key + u32(version + 1) + bytes(range(32, 64))
                   + u8(1) + u32(version) + u64(epoch) + u64(77) + sha256(b"head"))
    nonce = bytes(range(kind, kind + 24))
    bundle_version = 9
    aad = label("wrap") + user + u32(bundle_version) + u8(kind) + sha256(parameters)
    show(f"bundle.{name}.secret", secret)
    show(f"bundle.{name}.parameters", parameters)
    show(f"bundle.{name}.commitment", hkdf(kek, label("wrap-commit")))
    show(f"bundle.{name}.nonce", nonce)
    show(f"bundle.{name}.sealed", xaes(hkdf(kek, label("wrap-key")), nonce, aad, content))

server = "backup.example".encode()
nonce = bytes(range(200, 232))
binding = hkdf(bytes(range(32)), label("session"))
show("statement.session.binding", binding)
possession = (label("possession") + lp(server) + user + u32(version) + bytes(range(16)) + binding + nonce + u64(1700000000123)
              + lp(b"recover") + sha256(b"{}"))
show("statement.possession", possession)
show("statement.possession.signature", author.sign(possession))
request = (label("request") + lp(server) + user + u32(version) + nonce + u64(1700000000123) + lp(b"POST")
           + lp(b"/v1/owner/compact?x=1") + sha256(b"{}"))
show("statement.request", request)
show("statement.request.signature", author.sign(request))

show("opaque.password", lp(server) + lp(b"alice") + lp("pässword 1".encode()))
suite = b"OPAQUE-3DH-P256-SHA256-HKDF-HMAC-Argon2id"
show("opaque.stretched", Argon2id(salt=bytes(16), length=32, iterations=3, lanes=4, memory_cost=65536).derive(bytes(range(32))))
show("opaque.context", label("opaque") + lp(suite) + u32(65536) + u32(3) + u32(4))
