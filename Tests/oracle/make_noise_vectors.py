"""Vectors of Noise_KKpsk0_25519_AESGCM_SHA256 and of the records above it, for Tests/CHotPathTests.

Run: .venv/bin/python Tests/oracle/make_noise_vectors.py   (writes Tests/oracle/noise_vectors.json)

Handshakes and ciphers are those of the package noiseprotocol, which shares no code with ours: it computes by OpenSSL,
we by libsodium. First the script checks that package against the public vector of exactly this protocol in the
collection of the cacophony library (public domain, also run by the Rust library snow); that vector goes into the file
as well. No random number is drawn: the same bytes come out at every run.
"""

import hashlib
import json
import pathlib
import struct

from noise.connection import Keypair, NoiseConnection

PROTOCOL = "Noise_KKpsk0_25519_AESGCM_SHA256"

PUBLIC = {
    "prologue": "4a6f686e2047616c74",
    "psk": "54686973206973206d7920417573747269616e20706572737065637469766521",
    "initiator_static": "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1",
    "initiator_ephemeral": "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
    "initiator_public": "6bc3822a2aa7f4e6981d6538692b3cdf3e6df9eea6ed269eb41d93c22757b75a",
    "responder_static": "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893",
    "responder_ephemeral": "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b",
    "responder_public": "31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62",
}
PUBLIC_MESSAGES = [
    (
        "4c756477696720766f6e204d69736573",
        "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
        "1f33bde990995eea7167375d6b68e2a7fa07887dd4f0f21023317d7b04fb0a67",
    ),
    (
        "4d757272617920526f746862617264",
        "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843"
        "e3502578269a63176a4e59632b20df3393996180e261048266e49c0c0d9240",
    ),
    ("462e20412e20486179656b", "a08f4d4f142f605e9b30daa66784552576b30265889139b97f15cf"),
    ("4361726c204d656e676572", "5871e43af881754e8ba7def42a69c23bfc9f7d47c3c1009f8ed986"),
    (
        "4a65616e2d426170746973746520536179",
        "9e20a696864cb0e321197abcd721538c2155073c14313c3fa243a65fef13eb0e79",
    ),
    (
        "457567656e2042f6686d20766f6e2042617765726b",
        "c4fa90a3f3e7524bdf5dce131ad0b67a0fa1eedd30f717a42596bef8f53d369b5dc94ce508",
    ),
]


def connect(keys):
    """Both ends with every key fixed, before the first message."""
    ends = []
    for own, peer, is_initiator in (("initiator", "responder", True), ("responder", "initiator", False)):
        end = NoiseConnection.from_name(PROTOCOL.encode())
        end.set_as_initiator() if is_initiator else end.set_as_responder()
        end.set_prologue(bytes.fromhex(keys["prologue"]))
        end.set_psks(psk=bytes.fromhex(keys["psk"]))
        end.set_keypair_from_private_bytes(Keypair.STATIC, bytes.fromhex(keys[f"{own}_static"]))
        end.set_keypair_from_private_bytes(Keypair.EPHEMERAL, bytes.fromhex(keys[f"{own}_ephemeral"]))
        end.set_keypair_from_public_bytes(Keypair.REMOTE_STATIC, bytes.fromhex(keys[f"{peer}_public"]))
        end.start_handshake()
        ends.append(end)
    return ends


def exchange(keys, payloads):
    """Ciphertexts of `payloads`, the first two being the handshake's, and the handshake's hash."""
    initiator, responder = connect(keys)
    ciphertexts = []
    for number, payload in enumerate(payloads):
        sender, receiver = (initiator, responder) if number % 2 == 0 else (responder, initiator)
        if number < 2:
            ciphertext = bytes(sender.write_message(payload))
            assert bytes(receiver.read_message(ciphertext)) == payload
        else:
            ciphertext = bytes(sender.encrypt(payload))
            assert bytes(receiver.decrypt(ciphertext)) == payload
        ciphertexts.append(ciphertext)
    assert initiator.get_handshake_hash() == responder.get_handshake_hash()
    return ciphertexts, initiator, responder


def vector(keys, payloads):
    ciphertexts, initiator, _ = exchange(keys, payloads)
    messages = [{"payload": p.hex(), "ciphertext": c.hex()} for p, c in zip(payloads, ciphertexts)]
    return {**keys, "messages": messages, "handshake_hash": initiator.get_handshake_hash().hex()}


def fixed(label):
    return hashlib.sha256(f"vector {label}".encode()).digest()


def public_of(secret):
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def own_keys():
    """Keys of our own link: its prologue (record version 1, frame version 1, simulator) and nothing random."""
    keys = {"prologue": (b"TRDLINK\0" + bytes([1, 1, 1]) + bytes(5)).hex(), "psk": fixed("psk").hex()}
    for end in ("initiator", "responder"):
        keys[f"{end}_static"] = fixed(f"{end} static").hex()
        keys[f"{end}_ephemeral"] = fixed(f"{end} ephemeral").hex()
        keys[f"{end}_public"] = public_of(fixed(f"{end} static")).hex()
    return keys


def records(keys, per_key):
    """Records of the initiator with `per_key` records under each key: the last of each is flagged, then REKEY."""
    _, initiator, responder = exchange(keys, [b"", b""])
    sending = initiator.noise_protocol.cipher_state_encrypt
    receiving = responder.noise_protocol.cipher_state_decrypt
    made = []
    for number in range(2 * per_key + 2):
        content = (fixed(f"content {number}") * 8)[: 8 * (number + 1)]
        is_last = (number + 1) % per_key == 0
        header = struct.pack("<IBBH", len(content) + 24, 0x53, 1 if is_last else 0, 0)
        sealed = bytes(sending.encrypt_with_ad(header, content))
        assert bytes(receiving.decrypt_with_ad(header, sealed)) == content
        made.append({"content": content.hex(), "record": (header + sealed).hex()})
        if is_last:
            sending.rekey()
            receiving.rekey()
    return made


def main():
    payloads = [bytes.fromhex(payload) for payload, _ in PUBLIC_MESSAGES]
    made, _, _ = exchange(PUBLIC, payloads)
    for ours, (_, theirs) in zip(made, PUBLIC_MESSAGES):
        assert ours.hex() == theirs, "the package does not reproduce the public vector"
    keys = own_keys()
    result = {
        "protocol": PROTOCOL,
        "handshakes": [vector(PUBLIC, payloads), vector(keys, [b"", b"", bytes(64), bytes(range(64))])],
        "records": {"per_key": 3, "list": records(keys, 3)},
    }
    path = pathlib.Path(__file__).with_name("noise_vectors.json")
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"{path}: {len(result['handshakes'])} handshakes, {len(result['records']['list'])} records;"
          " the public vector is reproduced")


if __name__ == "__main__":
    main()
