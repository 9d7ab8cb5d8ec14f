// Records: what was sealed comes out, and whatever else arrives ends the stream.
import CHotPath
import Synchronization
import Testing

@Test func whatOneEndSealsTheOtherOpens() throws {
  let (trader, gateway) = try sealedPair()
  #expect(trader.hash == gateway.hash)
  for number in 0..<200 {
    let frame = content(number, length: 8 * (1 + number))
    #expect(gateway.open(trader.close(frame)).content == frame)
    let answer = content(number + 1_000)
    #expect(trader.open(gateway.close(answer)).content == answer)
  }
}

@Test func nothingOfAFrameCanBeReadFromItsRecord() throws {
  let (trader, _) = try sealedPair()
  let frame = [UInt8]("ACCOUNT 12345 PRICE 5432.50 SECRET".utf8) + [UInt8](repeating: 0, count: 30)
  let record = trader.close(frame)
  #expect(record.count == frame.count + HP_SEAL_OVERHEAD)
  for start in 0..<frame.count - 8 {
    #expect(!record.contains(subsequence: Array(frame[start..<start + 8])))
  }
  // The same frame again is another record.
  #expect(trader.close(frame)[8...] != record[8...])
}

extension [UInt8] {
  fileprivate func contains(subsequence part: [UInt8]) -> Bool {
    indices.contains { $0 + part.count <= count && Array(self[$0..<$0 + part.count]) == part }
  }
}

@Test func framesThatLeaveTogetherShareARecordAndAreTakenOneByOne() throws {
  let (trader, gateway) = try sealedPair()
  var stream = trader.close(content(1), content(2, length: 40), content(3)) + trader.close(content(4))
  #expect(stream.count == 64 + 40 + 64 + 64 + 2 * HP_SEAL_OVERHEAD)
  var taken: [[UInt8]] = []
  for length in [64, 40, 64, 64] {
    var (offset, left) = (0, 0)
    #expect(Int(hp_seal_open(gateway.seal, &stream, stream.count, &offset, &left)) == HP_SEAL_OK)
    #expect(left >= length)
    taken.append(Array(stream[offset..<offset + length]))
    stream.removeFirst(hp_seal_consume(gateway.seal, length))
  }
  #expect(stream.isEmpty)
  #expect(taken == [content(1), content(2, length: 40), content(3), content(4)])
}

@Test func aRecordHoldsAtMostItsLimit() throws {
  let (trader, gateway) = try sealedPair()
  #expect(hp_seal_room(trader.seal, HP_SEAL_CONTENT_MAX) == HP_SEAL_RECORD_MAX)
  #expect(hp_seal_room(trader.seal, HP_SEAL_CONTENT_MAX + 1) == 0)
  let largest = content(1, length: HP_SEAL_CONTENT_MAX)
  #expect(gateway.open(trader.close(largest)).content == largest)
  hp_seal_add(trader.seal, 64)
  #expect(hp_seal_room(trader.seal, HP_SEAL_CONTENT_MAX - 64) == HP_SEAL_RECORD_MAX)
  #expect(hp_seal_room(trader.seal, HP_SEAL_CONTENT_MAX - 63) == 0)
}

@Test func anAlteredByteAnywhereInARecordEndsTheStream() throws {
  for position in 0..<(64 + HP_SEAL_OVERHEAD) {
    for change in [UInt8(0x01), 0x80] {
      let (trader, gateway) = try sealedPair()
      var record = trader.close(content(1))
      record[position] ^= change
      // An altered length may only make the receiver wait for more; it must not open then either.
      let verdict = gateway.open(record + [UInt8](repeating: 0, count: HP_SEAL_RECORD_MAX)).result
      #expect(verdict > HP_SEAL_NEED_MORE, "byte \(position)")
      #expect(gateway.open(trader.close(content(2))).result == verdict, "byte \(position): the stream went on")
      #expect(hp_seal_room(gateway.seal, 8) == 0)
    }
  }
}

@Test func replayedLostSwappedAndReflectedRecordsEndTheStream() throws {
  let cases: [(String, (SealEnd) -> [[UInt8]])] = [
    (
      "replayed",
      {
        let one = $0.close(content(1)); return [one, one]
      }
    ),
    (
      "lost",
      {
        _ = $0.close(content(1)); return [$0.close(content(2))]
      }
    ),
    (
      "swapped",
      {
        let one = $0.close(content(1)); return [$0.close(content(2)), one]
      }
    ),
  ]
  for (name, records) in cases {
    let (trader, gateway) = try sealedPair()
    let verdicts = records(trader).map { gateway.open($0).result }
    #expect(verdicts.contains(HP_SEAL_BAD_TAG), "\(name)")
  }
  let (trader, _) = try sealedPair()
  #expect(trader.open(trader.close(content(1))).result == HP_SEAL_BAD_TAG)
  // A record of an earlier session between the same two ends.
  let (earlier, _) = try sealedPair()
  let (_, present) = try sealedPair()
  #expect(present.open(earlier.close(content(1))).result == HP_SEAL_BAD_TAG)
}

@Test func impossibleLengthsAreRefusedFromTheHeaderAlone() throws {
  let lengths: [UInt32] = [0, 1, 8, 23, 24, 33, UInt32(HP_SEAL_RECORD_MAX) + 8, 0x7FFF_FFF8, .max]
  for length in lengths {
    let (_, gateway) = try sealedPair()
    let header = withUnsafeBytes(of: length.littleEndian) { Array($0) } + [UInt8(HP_SEAL_DATA), 0, 0, 0]
    #expect(gateway.open(header).result == HP_SEAL_BAD_LENGTH, "length \(length)")
  }
  for (position, value) in [(4, UInt8(HP_SEAL_OFFER)), (4, 0), (5, 0x02), (5, 0x80), (6, 1), (7, 1)] {
    let (trader, gateway) = try sealedPair()
    var record = trader.close(content(1))
    record[position] = value
    #expect(gateway.open(Array(record[..<8])).result == HP_SEAL_BAD_KIND, "byte \(position)")
  }
}

@Test func aCutRecordIsWaitedForAndNeverOpened() throws {
  let (trader, gateway) = try sealedPair()
  let record = trader.close(content(1))
  for length in 0..<record.count {
    #expect(gateway.open(Array(record[..<length])).result == HP_SEAL_NEED_MORE, "length \(length)")
  }
  #expect(gateway.open(record + [1, 2, 3]).content == content(1))
}

@Test func keysChangeAtTheBoundaryOnBothEndsTogether() throws {
  let (trader, gateway) = try sealedPair(perKey: 4)
  for number in 0..<21 {
    let record = trader.close(content(number))
    #expect(record[5] == (number % 4 == 3 ? UInt8(HP_SEAL_LAST_OF_KEY) : 0))
    #expect(gateway.open(record).content == content(number))
  }
  #expect(hp_seal_keys_used(trader.seal, 1) == 6)
  #expect(hp_seal_keys_used(gateway.seal, 0) == 6)
  #expect(hp_seal_keys_used(trader.seal, 0) == 1, "the other direction has keys of its own")
  // By time: before the boundary.
  hp_seal_renew(trader.seal)
  #expect(gateway.open(trader.close(content(50))).content == content(50))
  #expect(gateway.open(trader.close(content(51))).content == content(51))
  #expect(hp_seal_keys_used(gateway.seal, 0) == 7)
}

@Test func anEndThatKeepsItsKeyTooLongIsRefused() throws {
  let keys = pairOfKeys(seed: 11)
  let trader = try SealEnd(role: HP_NOISE_INITIATOR, keys: keys.trader, perKey: 5)
  let gateway = try SealEnd(role: HP_NOISE_RESPONDER, keys: keys.gateway, perKey: 4)
  let answer = gateway.answer(trader.offer().record)
  try #require(trader.accept(answer.record) == HP_SEAL_OK)
  let verdicts = (0..<4).map { gateway.open(trader.close(content($0))).result }
  #expect(verdicts == [HP_SEAL_OK, HP_SEAL_OK, HP_SEAL_OK, HP_SEAL_KEY_WORN])
}

@Test func numbersEndBeforeTheyRepeat() throws {
  let (trader, gateway) = try sealedPair(first: .max - 3)
  for number in 0..<3 { #expect(gateway.open(trader.close(content(number))).content == content(number)) }
  // The last number makes keys and never seals.
  #expect(hp_seal_room(trader.seal, 64) == 0)
  #expect(trader.close(content(9)).isEmpty)
  hp_seal_add(trader.seal, 64)
  var room = [UInt8](repeating: 0, count: 256)
  #expect(hp_seal_close(trader.seal, &room) == 0)
  #expect(room == [UInt8](repeating: 0, count: 256))
  #expect(trader.state == HP_SEAL_EXHAUSTED)
  let (honest, _) = try sealedPair()
  #expect(gateway.open(honest.close(content(1))).result == HP_SEAL_EXHAUSTED)
}

@Test func theHandshakeOfRecordsAgreesOnTermsOrFails() throws {
  let keys = pairOfKeys(seed: 12)
  let strange = pairOfKeys(seed: 13)
  func verdict(_ trader: SealEnd, _ gateway: SealEnd) -> Int { gateway.answer(trader.offer().record).result }
  func end(_ role: Int, _ keys: hp_noise_keys, environment: Int = HP_ENVIRONMENT_SIMULATOR, frames: Int = 1) throws
    -> SealEnd
  {
    try SealEnd(role: role, keys: keys, environment: environment, frames: frames)
  }
  let (initiator, responder) = (HP_NOISE_INITIATOR, HP_NOISE_RESPONDER)
  #expect(verdict(try end(initiator, keys.trader), try end(responder, keys.gateway)) == HP_SEAL_OK)
  #expect(verdict(try end(initiator, strange.trader), try end(responder, keys.gateway)) == HP_SEAL_BAD_TAG)
  #expect(
    verdict(try end(initiator, keys.trader, environment: HP_ENVIRONMENT_REAL), try end(responder, keys.gateway))
      == HP_SEAL_BAD_TAG)
  #expect(
    verdict(try end(initiator, keys.trader, frames: 2), try end(responder, keys.gateway)) == HP_SEAL_BAD_TAG)
  // An answer, an own offer and a replayed offer in an offer's place.
  let trader = try end(initiator, keys.trader)
  let gateway = try end(responder, keys.gateway)
  let offer = trader.offer().record
  let answer = gateway.answer(offer).record
  #expect(gateway.answer(offer).result == HP_SEAL_OUT_OF_TURN)
  #expect(try end(initiator, keys.trader).accept(answer) == HP_SEAL_OUT_OF_TURN)
  let reflected = try end(initiator, keys.trader)
  #expect(reflected.accept(reflected.offer().record) == HP_SEAL_BAD_KIND)
  #expect(trader.accept(answer) == HP_SEAL_OK)
}

@Test func aReplayedOfferIsAnsweredAndLeadsNowhere() throws {
  let keys = pairOfKeys(seed: 14)
  let trader = try SealEnd(role: HP_NOISE_INITIATOR, keys: keys.trader)
  let first = try SealEnd(role: HP_NOISE_RESPONDER, keys: keys.gateway)
  let second = try SealEnd(role: HP_NOISE_RESPONDER, keys: keys.gateway)
  let offer = trader.offer().record
  let answer = first.answer(offer)
  #expect(trader.accept(answer.record) == HP_SEAL_OK)
  let records = [trader.close(content(1)), trader.close(content(2))]
  // Whoever recorded all this can have the offer answered, but never holds a key.
  #expect(second.answer(offer).result == HP_SEAL_OK)
  for record in records { #expect(second.open(record).result == HP_SEAL_BAD_TAG) }
  #expect(first.open(records[0]).content == content(1))
}

@Test func whileKeysAreChangedEitherSetOpensALink() throws {
  let (old, new, strange) = (pairOfKeys(seed: 15), pairOfKeys(seed: 16), pairOfKeys(seed: 17))
  for (trader, expected) in [
    (old.trader, HP_SEAL_OK), (new.trader, HP_SEAL_OK), (strange.trader, HP_SEAL_BAD_TAG),
  ] {
    let client = try SealEnd(role: HP_NOISE_INITIATOR, keys: trader)
    let gateway = try SealEnd(role: HP_NOISE_RESPONDER, keys: new.gateway)
    let answer = gateway.answer(client.offer().record, also: old.gateway)
    #expect(answer.result == expected)
    if expected == HP_SEAL_OK { #expect(client.accept(answer.record) == HP_SEAL_OK) }
  }
}

@Test func randomBytesNeverOpenAnything() throws {
  var random = SplitMix(seed: 99)
  for round in 0..<3_000 {
    let (trader, gateway) = try sealedPair()
    var bytes = (0..<Int(random.next() % 256)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    if round % 2 == 0, bytes.count >= 8 {
      // A believable header.
      let length = UInt32(32 + 8 * (random.next() % 16))
      bytes.replaceSubrange(0..<8, with: withUnsafeBytes(of: length) { Array($0) } + [UInt8(HP_SEAL_DATA), 0, 0, 0])
    }
    #expect(gateway.open(bytes).result != HP_SEAL_OK)
    #expect(trader.open(bytes).result != HP_SEAL_OK)
  }
}

extension NoiseVectorTests {
  @Test func recordsAreThoseOfAnotherImplementationAcrossChangesOfKey() throws {
    let crypto = try scriptedCrypto()
    defer { crypto.deallocate() }
    let vectors = try NoiseVectors.load()
    let handshake = try #require(vectors.handshakes.last)
    let trader = try SealEnd(
      role: HP_NOISE_INITIATOR, keys: handshake.initiator, perKey: vectors.records.per_key, crypto: crypto)
    let gateway = try SealEnd(
      role: HP_NOISE_RESPONDER, keys: handshake.responder, perKey: vectors.records.per_key, crypto: crypto)
    scriptedRandom.withLock {
      $0 = [bytes(hexadecimal: handshake.initiator_ephemeral), bytes(hexadecimal: handshake.responder_ephemeral)]
    }
    let offer = trader.offer()
    let answer = gateway.answer(offer.record)
    try #require(trader.accept(answer.record) == HP_SEAL_OK)
    #expect(Array(offer.record[8...]) == bytes(hexadecimal: handshake.messages[0].ciphertext))
    #expect(Array(answer.record[8...]) == bytes(hexadecimal: handshake.messages[1].ciphertext))
    #expect(trader.hash == bytes(hexadecimal: handshake.handshake_hash))
    #expect(vectors.records.list.count == 8)
    for record in vectors.records.list {
      let sealed = trader.close(bytes(hexadecimal: record.content))
      #expect(sealed == bytes(hexadecimal: record.record))
      #expect(gateway.open(sealed).content == bytes(hexadecimal: record.content))
    }
  }
}
