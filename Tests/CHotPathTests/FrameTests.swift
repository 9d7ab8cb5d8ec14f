// The frame codec: round trips of every type, bytes that trickle in, garbage.
import CHotPath
import Testing

/// All type numbers that exist, found by asking for every number there is.
private let everyType: [UInt16] = (0...UInt16.max).filter {
  var (smallest, largest): (UInt32, UInt32) = (0, 0)
  return hp_frame_payload_bounds($0, &smallest, &largest) == 0
}

private func encode(_ type: UInt16, payload: [UInt8], flags: UInt8 = 0) -> [UInt8] {
  var header = hp_frame_header()
  (header.type, header.flags, header.sequence) = (type, flags, 0x0102_0304_0506_0708)
  (header.time, header.acknowledged) = (-5, .max)
  var bytes = [UInt8](repeating: 0xEE, count: Int(HP_FRAME_MAX_LENGTH))
  let length = hp_frame_encode(&bytes, bytes.count, header, payload, UInt32(payload.count))
  return Array(bytes[..<Int(length)])
}

private func decode(_ bytes: [UInt8]) -> (verdict: Int, frame: hp_frame, payload: [UInt8]) {
  bytes.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else { return (HP_FRAME_NEED_MORE, hp_frame_empty(), []) }
    var frame = hp_frame_empty()
    let verdict = Int(hp_frame_decode(base, buffer.count, &frame))
    guard verdict == HP_FRAME_COMPLETE else { return (verdict, frame, []) }
    return (
      verdict, frame, Array(UnsafeBufferPointer(start: frame.payload, count: Int(frame.payload_length)))
    )
  }
}

@Test func everyMessageTypeRoundTrips() {
  #expect(everyType.count == 64)
  var random = SplitMix(seed: 7)
  for type in everyType {
    var (smallest, largest): (UInt32, UInt32) = (0, 0)
    #expect(hp_frame_payload_bounds(type, &smallest, &largest) == 0)
    for length in Set([smallest, largest]) {
      let payload = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let bytes = encode(type, payload: payload)
      let (verdict, frame, found) = decode(bytes)
      #expect(verdict == HP_FRAME_COMPLETE, "\(String(cString: hp_frame_type_name(type)))")
      #expect(found == payload)
      #expect(frame.header.type == type && frame.header.sequence == 0x0102_0304_0506_0708)
      #expect(frame.header.time == -5 && frame.header.acknowledged == .max)
      #expect(Int(frame.header.length) == bytes.count)
    }
  }
}

@Test func theHeaderLiesOnTheWireAsDocumented() {
  let bytes = encode(UInt16(HP_FRAME_CLOCK), payload: [UInt8](repeating: 9, count: 16))
  let header: [UInt8] = [
    48, 0, 0, 0, 0x09, 0x00, 1, 0, 8, 7, 6, 5, 4, 3, 2, 1, 0xFB, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
  ]
  #expect(Array(bytes[..<32]) == header)
}

@Test func aFrameThatTricklesInIsCompleteOnlyAtItsLastByte() {
  for type in everyType {
    var (smallest, largest): (UInt32, UInt32) = (0, 0)
    #expect(hp_frame_payload_bounds(type, &smallest, &largest) == 0)
    let bytes = encode(type, payload: [UInt8](repeating: 1, count: Int(smallest)))
    for length in 0..<bytes.count {
      #expect(decode(Array(bytes[..<length])).verdict == HP_FRAME_NEED_MORE)
    }
    #expect(decode(bytes + [1, 2, 3]).verdict == HP_FRAME_COMPLETE)
  }
}

@Test func headersThatBreakARuleAreRefusedFromTheirFirstEightBytes() {
  let good = encode(UInt16(HP_FRAME_TRADE), payload: [UInt8](repeating: 0, count: 64))
  let cases: [(offset: Int, bytes: [UInt8], verdict: Int)] = [
    (0, [31, 0, 0, 0], HP_FRAME_BAD_LENGTH), (0, [0, 0, 0, 0], HP_FRAME_BAD_LENGTH),
    (0, [8, 0, 1, 0], HP_FRAME_BAD_LENGTH), (0, [0xFF, 0xFF, 0xFF, 0xFF], HP_FRAME_BAD_LENGTH),
    (0, [97, 0, 0, 0], HP_FRAME_BAD_LENGTH), (0, [104, 0, 0, 0], HP_FRAME_BAD_SIZE),
    (0, [88, 0, 0, 0], HP_FRAME_BAD_SIZE), (4, [0, 0], HP_FRAME_BAD_TYPE), (4, [0, 0xFF], HP_FRAME_BAD_TYPE),
    (4, [0xFF, 0x03], HP_FRAME_BAD_TYPE), (6, [0], HP_FRAME_BAD_VERSION), (6, [2], HP_FRAME_BAD_VERSION),
    (7, [0x08], HP_FRAME_BAD_FLAGS), (7, [0x80], HP_FRAME_BAD_FLAGS), (7, [0x01], HP_FRAME_BAD_FLAGS),
  ]
  for (offset, replacement, verdict) in cases {
    var bytes = good
    bytes.replaceSubrange(offset..<offset + replacement.count, with: replacement)
    #expect(decode(bytes).verdict == verdict, "\(replacement) at \(offset)")
    #expect(decode(Array(bytes[..<8])).verdict == verdict, "\(replacement) at \(offset), 8 bytes")
  }
}

@Test func randomGarbageIsRefusedOrWaitedForButNeverRead() {
  var random = SplitMix(seed: 20_260_101)
  var verdicts = [Int](repeating: 0, count: 8)
  for round in 0..<100_000 {
    let length = Int(random.next() % 200)
    // Exactly sized, so that the address sanitiser sees any byte read beyond it.
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(length, 1))
    defer { bytes.deallocate() }
    for index in 0..<length { bytes[index] = UInt8(truncatingIfNeeded: random.next()) }
    if round % 2 == 0, length >= 8 {
      // A believable beginning: small length, right version, an existing type, no flags.
      let type = everyType[Int(random.next() % UInt64(everyType.count))]
      (bytes[0], bytes[1], bytes[2], bytes[3]) = (UInt8(random.next() % 32) * 8, 0, 0, 0)
      (bytes[4], bytes[5], bytes[6], bytes[7]) = (UInt8(type & 0xFF), UInt8(type >> 8), 1, 0)
    }
    var frame = hp_frame_empty()
    let verdict = Int(hp_frame_decode(bytes, length, &frame))
    verdicts[verdict] += 1
    if verdict == HP_FRAME_COMPLETE {
      #expect(Int(frame.header.length) <= length)
      #expect(frame.payload == UnsafePointer(bytes) + 32)
    }
  }
  for verdict in [
    HP_FRAME_COMPLETE, HP_FRAME_NEED_MORE, HP_FRAME_BAD_LENGTH, HP_FRAME_BAD_VERSION, HP_FRAME_BAD_SIZE,
  ] {
    #expect(verdicts[verdict] > 0, "garbage never came to verdict \(verdict): the test is too weak")
  }
}

@Test func encodingRefusesWhatBreaksTheLimits() {
  var room = [UInt8](repeating: 0, count: 128)
  let payload = [UInt8](repeating: 0, count: 72)
  let header = hp_frame_header()
  #expect(hp_frame_encode(&room, 96, header, payload, 72) == 0)
  #expect(hp_frame_encode(&room, 128, header, payload, 71) == 0)
  #expect(hp_frame_encode(&room, 128, header, payload, 72) == 104)
  #expect(hp_frame_wire_length(UInt32(HP_FRAME_MAX_LENGTH)) == 0)
  #expect(hp_frame_wire_length(UInt32(HP_FRAME_MAX_LENGTH - 32)) == UInt32(HP_FRAME_MAX_LENGTH))
}
