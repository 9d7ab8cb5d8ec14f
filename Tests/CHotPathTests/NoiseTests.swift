// The handshake: the public vector and an independent implementation's, and everything that must make it fail.
import CHotPath
import Synchronization
import Testing

/// Runs both messages; what both ends have at the end, or nil with the step that failed.
private func shake(_ initiator: NoiseEnd, _ responder: NoiseEnd) -> (
  initiator: hp_noise_result, responder: hp_noise_result
)? {
  let first = initiator.write()
  guard first.result == HP_NOISE_OK, responder.read(first.message).result == HP_NOISE_OK else { return nil }
  let second = responder.write()
  guard second.result == HP_NOISE_OK, initiator.read(second.message).result == HP_NOISE_OK else { return nil }
  guard let left = initiator.finish(), let right = responder.finish() else { return nil }
  return (left, right)
}

private func ends(
  _ trader: hp_noise_keys, _ gateway: hp_noise_keys, prologues: ([UInt8], [UInt8]) = ([1], [1])
) throws -> (NoiseEnd, NoiseEnd) {
  (
    try NoiseEnd(role: HP_NOISE_INITIATOR, keys: trader, prologue: prologues.0),
    try NoiseEnd(role: HP_NOISE_RESPONDER, keys: gateway, prologue: prologues.1)
  )
}

@Suite(.serialized) struct NoiseVectorTests {
  @Test func handshakesAndMessagesAreThoseOfThePublicVectorAndOfAnotherImplementation() throws {
    let crypto = try scriptedCrypto()
    defer { crypto.deallocate() }
    let vectors = try NoiseVectors.load()
    #expect(vectors.handshakes.count == 2)
    for vector in vectors.handshakes {
      let prologue = bytes(hexadecimal: vector.prologue)
      let initiator = try NoiseEnd(
        role: HP_NOISE_INITIATOR, keys: vector.initiator, prologue: prologue, crypto: crypto)
      let responder = try NoiseEnd(
        role: HP_NOISE_RESPONDER, keys: vector.responder, prologue: prologue, crypto: crypto)
      scriptedRandom.withLock {
        $0 = [bytes(hexadecimal: vector.initiator_ephemeral), bytes(hexadecimal: vector.responder_ephemeral)]
      }
      for (number, message) in vector.messages.prefix(2).enumerated() {
        let (sender, receiver) = number == 0 ? (initiator, responder) : (responder, initiator)
        let written = sender.write(bytes(hexadecimal: message.payload))
        #expect(written.result == HP_NOISE_OK)
        #expect(written.message == bytes(hexadecimal: message.ciphertext))
        let read = receiver.read(written.message)
        #expect(read.result == HP_NOISE_OK)
        #expect(read.payload == bytes(hexadecimal: message.payload))
      }
      let (left, right) = (try #require(initiator.finish()), try #require(responder.finish()))
      #expect(bytes(of: left.hash) == bytes(hexadecimal: vector.handshake_hash))
      #expect(bytes(of: left.hash) == bytes(of: right.hash))
      #expect(bytes(of: left.sending) == bytes(of: right.receiving))
      for (number, message) in vector.messages.dropFirst(2).enumerated() {
        let key = number % 2 == 0 ? left.sending : left.receiving
        let sealed = try transport(key: bytes(of: key), number: UInt64(number / 2), bytes(hexadecimal: message.payload))
        #expect(sealed == bytes(hexadecimal: message.ciphertext))
      }
    }
  }

  /// A transport message without associated data.
  private func transport(key: [UInt8], number: UInt64, _ payload: [UInt8]) throws -> [UInt8] {
    let crypto = try #require(hp_crypto_sodium()).pointee
    let memory = UnsafeMutableRawPointer.allocate(byteCount: HP_CRYPTO_CIPHER_LENGTH, alignment: 64)
    defer { memory.deallocate() }
    let cipher = OpaquePointer(memory)
    #expect(crypto.expand(cipher, key) == 0)
    var nonce = [UInt8](repeating: 0, count: HP_CRYPTO_NONCE_LENGTH)
    hp_noise_nonce(&nonce, number)
    var (text, tag) = (payload, [UInt8](repeating: 0, count: HP_CRYPTO_TAG_LENGTH))
    #expect(crypto.seal(cipher, nonce, nonce, 0, &text, text.count, &tag) == 0)
    return text + tag
  }
}

@Test func bothEndsOfAHandshakeHaveTheSameKeysAndNoTwoHandshakesDo() throws {
  let keys = pairOfKeys(seed: 1)
  var seen: Set<[UInt8]> = []
  for _ in 0..<20 {
    let (trader, gateway) = try ends(keys.trader, keys.gateway)
    let (left, right) = try #require(shake(trader, gateway))
    #expect(bytes(of: left.sending) == bytes(of: right.receiving))
    #expect(bytes(of: left.receiving) == bytes(of: right.sending))
    #expect(bytes(of: left.hash) == bytes(of: right.hash))
    #expect(!trader.holdsSecrets && !gateway.holdsSecrets)
    seen.formUnion([bytes(of: left.sending), bytes(of: left.receiving)])
  }
  #expect(seen.count == 40)
}

@Test func anotherKeySecretOrPrologueIsRefusedAtTheFirstMessage() throws {
  let keys = pairOfKeys(seed: 1)
  let other = pairOfKeys(seed: 2)
  var wrongSecret = keys.trader
  wrongSecret.shared_secret = other.trader.shared_secret
  var wrongOwn = keys.trader
  (wrongOwn.own_secret, wrongOwn.own_public) = (other.trader.own_secret, other.trader.own_public)
  var wrongPeer = keys.trader
  wrongPeer.peer_public = other.trader.peer_public
  for strange in [wrongSecret, wrongOwn, wrongPeer, other.trader] {
    let (trader, gateway) = try ends(strange, keys.gateway)
    #expect(gateway.read(trader.write().message).result == HP_NOISE_REFUSED)
    #expect(!gateway.holdsSecrets)
    #expect(gateway.write().result == HP_NOISE_OUT_OF_TURN)
    #expect(gateway.finish() == nil)
    // Refused once is refused for good, even for who has the keys.
    let (honest, _) = try ends(keys.trader, keys.gateway)
    #expect(gateway.read(honest.write().message).result == HP_NOISE_OUT_OF_TURN)
  }
  let (trader, gateway) = try ends(keys.trader, keys.gateway, prologues: ([1, 1], [1, 2]))
  #expect(gateway.read(trader.write().message).result == HP_NOISE_REFUSED)
}

@Test func anAlteredByteAnywhereInEitherMessageIsRefused() throws {
  let keys = pairOfKeys(seed: 3)
  for position in 0..<HP_NOISE_OVERHEAD {
    for isFirst in [true, false] {
      let (trader, gateway) = try ends(keys.trader, keys.gateway)
      var first = trader.write().message
      // The highest bit of an X25519 point is not part of it, but the hash covers it.
      if isFirst { first[position] ^= position == 31 ? 0x80 : 0x01 }
      let taken = gateway.read(first).result
      if isFirst {
        #expect(taken == HP_NOISE_REFUSED, "byte \(position) of the first message")
        continue
      }
      #expect(taken == HP_NOISE_OK)
      var second = gateway.write().message
      second[position] ^= 0x10
      #expect(trader.read(second).result == HP_NOISE_REFUSED, "byte \(position) of the second message")
      #expect(trader.finish() == nil)
      #expect(!trader.holdsSecrets)
    }
  }
}

@Test func ownMessagesAndSwappedRolesAreRefused() throws {
  let keys = pairOfKeys(seed: 4)
  let (trader, _) = try ends(keys.trader, keys.gateway)
  #expect(trader.read(trader.write().message).result == HP_NOISE_REFUSED)
  // A gateway that plays the trader towards another gateway, with a gateway's keys.
  let (impostor, gateway) = try ends(keys.gateway, keys.gateway)
  #expect(gateway.read(impostor.write().message).result == HP_NOISE_REFUSED)
  let (early, _) = try ends(keys.trader, keys.gateway)
  #expect(early.read([UInt8](repeating: 9, count: HP_NOISE_OVERHEAD)).result == HP_NOISE_OUT_OF_TURN)
  #expect(early.write().result == HP_NOISE_OK)
  #expect(early.write().result == HP_NOISE_OUT_OF_TURN)
}

@Test func pointsOfLowOrderAreRefused() throws {
  let keys = pairOfKeys(seed: 5)
  var one = [UInt8](repeating: 0, count: 32)
  one[0] = 1
  // Points whose agreement is zero whatever the secret: 0, 1 and p - 1.
  let minusOne: [UInt8] = [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]
  for point in [[UInt8](repeating: 0, count: 32), one, minusOne] {
    let (_, gateway) = try ends(keys.trader, keys.gateway)
    #expect(gateway.read(point + [UInt8](repeating: 0, count: 16)).result == HP_NOISE_REFUSED)
  }
}

@Test func aPeerThatHasTheKeysCannotForceAKnownAgreement() throws {
  // A client whose ephemeral key is the point zero, and which reckons with the agreement that follows from it.
  let crypto = UnsafeMutablePointer<hp_crypto>.allocate(capacity: 1)
  defer { crypto.deallocate() }
  crypto.initialize(to: try #require(hp_crypto_sodium()).pointee)
  crypto.pointee.random = { out, length in
    out.update(repeating: 7, count: length)
    return 0
  }
  crypto.pointee.derive = { key, _ in
    key.update(repeating: 0, count: 32)
    return 0
  }
  crypto.pointee.agree = { shared, secret, key in
    if secret[0] != 7 || secret[31] != 7 { return hp_crypto_sodium()?.pointee.agree(shared, secret, key) ?? -1 }
    shared.update(repeating: 0, count: 32)
    return 0
  }
  let keys = pairOfKeys(seed: 8)
  let client = try NoiseEnd(role: HP_NOISE_INITIATOR, keys: keys.trader, crypto: crypto)
  let gateway = try NoiseEnd(role: HP_NOISE_RESPONDER, keys: keys.gateway)
  let offer = client.write()
  #expect(offer.result == HP_NOISE_OK)
  #expect(gateway.read(offer.message).result == HP_NOISE_REFUSED)
}

@Test func messagesOfOtherLengthsAndRandomBytesNeverPass() throws {
  let keys = pairOfKeys(seed: 6)
  for length in [0, 1, 31, 32, HP_NOISE_OVERHEAD - 1, HP_NOISE_MESSAGE_MAX + 1] {
    let (_, gateway) = try ends(keys.trader, keys.gateway)
    #expect(gateway.read([UInt8](repeating: 7, count: length)).result == HP_NOISE_BAD_LENGTH)
  }
  var random = SplitMix(seed: 7)
  for _ in 0..<500 {
    let length = HP_NOISE_OVERHEAD + Int(random.next() % 64)
    let message = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let (trader, gateway) = try ends(keys.trader, keys.gateway)
    #expect(gateway.read(message).result == HP_NOISE_REFUSED)
    _ = trader.write()
    #expect(trader.read(message).result == HP_NOISE_REFUSED)
  }
}
