// Two ends of a sealed stream in one process.
import CHotPath
import Testing

/// One end, with its own copy of its keys.
final class SealEnd {
  let seal: OpaquePointer
  private let memory: UnsafeMutableRawPointer
  private let keys: UnsafeMutablePointer<hp_noise_keys>

  init(
    role: Int, keys: hp_noise_keys, environment: Int = HP_ENVIRONMENT_SIMULATOR, frames: Int = HP_FRAME_VERSION,
    perKey: UInt64 = UInt64(HP_SEAL_RECORDS_PER_KEY), first: UInt64 = 0,
    crypto: UnsafePointer<hp_crypto>? = hp_crypto_sodium()
  ) throws {
    memory = .allocate(byteCount: hp_seal_size(), alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0xAA, count: hp_seal_size())
    seal = OpaquePointer(memory)
    self.keys = .allocate(capacity: 1)
    self.keys.initialize(to: keys)
    var terms = hp_seal_terms()
    (terms.role, terms.environment, terms.frame_version) = (UInt8(role), UInt8(environment), UInt8(frames))
    (terms.records_per_key, terms.first_record) = (perKey, first)
    hp_seal_begin(seal, try #require(crypto), &terms)
  }

  deinit {
    memory.deallocate()
    keys.deallocate()
  }

  func offer() -> (result: Int, record: [UInt8]) {
    var record = [UInt8](repeating: 0, count: HP_SEAL_HANDSHAKE_LENGTH)
    return (Int(hp_seal_offer(seal, keys, &record)), record)
  }

  func answer(_ bytes: [UInt8], also other: hp_noise_keys? = nil) -> (result: Int, record: [UInt8]) {
    var record = [UInt8](repeating: 0, count: HP_SEAL_HANDSHAKE_LENGTH)
    return withUnsafeTemporaryAllocation(of: hp_noise_keys.self, capacity: 1) { second in
      second.initialize(repeating: other ?? hp_noise_keys())
      guard let pointer = second.baseAddress else { return (HP_SEAL_FAILED, []) }
      let all: [UnsafePointer<hp_noise_keys>] = [UnsafePointer(keys), UnsafePointer(pointer)]
      let result = hp_seal_answer(seal, all, other == nil ? 1 : 2, bytes, bytes.count, &record)
      return (Int(result), record)
    }
  }

  func accept(_ bytes: [UInt8]) -> Int { Int(hp_seal_accept(seal, bytes, bytes.count)) }

  /// Seals `frames` as one record; empty when the seal is of no use.
  func close(_ frames: [UInt8]...) -> [UInt8] {
    var room = [UInt8](repeating: 0, count: HP_SEAL_RECORD_MAX)
    return room.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return [] }
      for frame in frames {
        guard hp_seal_room(seal, frame.count) > 0 else { return [] }
        hp_seal_place(base, hp_seal_pending(seal)).update(from: frame, count: frame.count)
        hp_seal_add(seal, frame.count)
      }
      return Array(buffer[..<hp_seal_close(seal, base)])
    }
  }

  /// Opens the record at the front of `bytes`, whole: the verdict, and its content.
  func open(_ bytes: [UInt8]) -> (result: Int, content: [UInt8]) {
    var copy = bytes + [0]
    var (offset, content) = (0, 0)
    let result = Int(hp_seal_open(seal, &copy, bytes.count, &offset, &content))
    guard result == HP_SEAL_OK else { return (result, []) }
    #expect(hp_seal_consume(seal, content) == HP_SEAL_OVERHEAD + content)
    return (result, Array(copy[offset..<offset + content]))
  }

  var state: Int { Int(hp_seal_state(seal)) }
  var hash: [UInt8] { Array(UnsafeBufferPointer(start: hp_seal_hash(seal), count: 32)) }
}

/// Two ends after their handshake.
func sealedPair(perKey: UInt64 = UInt64(HP_SEAL_RECORDS_PER_KEY), first: UInt64 = 0) throws -> (SealEnd, SealEnd) {
  let keys = pairOfKeys(seed: 11)
  let trader = try SealEnd(role: HP_NOISE_INITIATOR, keys: keys.trader, perKey: perKey, first: first)
  let gateway = try SealEnd(role: HP_NOISE_RESPONDER, keys: keys.gateway, perKey: perKey, first: first)
  let answer = gateway.answer(trader.offer().record)
  try #require(answer.result == HP_SEAL_OK)
  try #require(trader.accept(answer.record) == HP_SEAL_OK)
  return (trader, gateway)
}

/// A frame's worth of bytes that depend on `number`.
func content(_ number: Int, length: Int = 64) -> [UInt8] {
  var random = SplitMix(seed: UInt64(number))
  return (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
}
