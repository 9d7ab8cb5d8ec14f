// Two ends of a handshake in one process, with keys that are the same in every run.
import CHotPath
import Foundation
import Synchronization
import Testing

/// Keys of both ends of one pair; different for each seed.
func pairOfKeys(seed: UInt64) -> (trader: hp_noise_keys, gateway: hp_noise_keys) {
  var random = SplitMix(seed: seed)
  func bytes() -> [UInt8] { (0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
  let (trader, gateway, shared) = (bytes(), bytes(), bytes())
  return (
    noiseKeys(own: trader, peer: publicKey(gateway), shared: shared),
    noiseKeys(own: gateway, peer: publicKey(trader), shared: shared)
  )
}

func publicKey(_ secret: [UInt8]) -> [UInt8] {
  var key = [UInt8](repeating: 0, count: 32)
  _ = hp_crypto_sodium()?.pointee.derive(&key, secret)
  return key
}

func noiseKeys(own: [UInt8], peer: [UInt8], shared: [UInt8]) -> hp_noise_keys {
  var keys = hp_noise_keys()
  withUnsafeMutableBytes(of: &keys.own_secret) { $0.copyBytes(from: own) }
  withUnsafeMutableBytes(of: &keys.own_public) { $0.copyBytes(from: publicKey(own)) }
  withUnsafeMutableBytes(of: &keys.peer_public) { $0.copyBytes(from: peer) }
  withUnsafeMutableBytes(of: &keys.shared_secret) { $0.copyBytes(from: shared) }
  return keys
}

/// One end of a handshake.
final class NoiseEnd {
  private let keys: UnsafeMutablePointer<hp_noise_keys>
  private let noise: UnsafeMutablePointer<hp_noise>

  init(
    role: Int, keys: hp_noise_keys, prologue: [UInt8] = [1], crypto: UnsafePointer<hp_crypto>? = hp_crypto_sodium()
  ) throws {
    self.keys = .allocate(capacity: 1)
    self.keys.initialize(to: keys)
    noise = .allocate(capacity: 1)
    hp_noise_begin(noise, try #require(crypto), Int32(role), self.keys, prologue, prologue.count)
  }

  deinit {
    keys.deallocate()
    noise.deallocate()
  }

  func write(_ payload: [UInt8] = []) -> (result: Int, message: [UInt8]) {
    var message = [UInt8](repeating: 0, count: HP_NOISE_OVERHEAD + payload.count)
    return (Int(hp_noise_write(noise, payload, payload.count, &message)), message)
  }

  func read(_ message: [UInt8]) -> (result: Int, payload: [UInt8]) {
    var payload = [UInt8](repeating: 0, count: max(message.count, 32))
    let result = Int(hp_noise_read(noise, message, message.count, &payload))
    return (result, Array(payload[..<max(0, message.count - HP_NOISE_OVERHEAD)]))
  }

  func finish() -> hp_noise_result? {
    var result = hp_noise_result()
    return Int(hp_noise_finish(noise, &result)) == HP_NOISE_OK ? result : nil
  }

  /// Whether any byte of chaining key, cipher key or ephemeral secret is left.
  var holdsSecrets: Bool {
    func isZero<Field>(_ field: Field) -> Bool { withUnsafeBytes(of: field) { $0.allSatisfy { $0 == 0 } } }
    let state = noise.pointee
    return !(isZero(state.chaining_key) && isZero(state.cipher_key) && isZero(state.ephemeral_secret))
  }
}

func bytes<Field>(of field: Field) -> [UInt8] { withUnsafeBytes(of: field) { Array($0) } }

func bytes(hexadecimal text: String) -> [UInt8] {
  stride(from: 0, to: text.utf8.count, by: 2).compactMap { offset in
    let start = text.index(text.startIndex, offsetBy: offset)
    return UInt8(text[start..<text.index(start, offsetBy: 2)], radix: 16)
  }
}

/// What the next draws of "random" bytes give: ephemeral keys of vectors. Only for the suite of vectors, a serial one.
let scriptedRandom = Mutex<[[UInt8]]>([])

/// libsodium's table with scripted random bytes.
func scriptedCrypto() throws -> UnsafeMutablePointer<hp_crypto> {
  let table = UnsafeMutablePointer<hp_crypto>.allocate(capacity: 1)
  table.initialize(to: try #require(hp_crypto_sodium()).pointee)
  table.pointee.random = { out, length in
    scriptedRandom.withLock { draws in
      guard let next = draws.first, next.count == length else { return -1 }
      draws.removeFirst()
      out.update(from: next, count: length)
      return 0
    }
  }
  return table
}

/// The file of Tests/oracle/make_noise_vectors.py.
struct NoiseVectors: Decodable {
  struct Message: Decodable {
    var payload: String
    var ciphertext: String
  }
  struct Handshake: Decodable {
    var prologue, psk, initiator_static, initiator_ephemeral, initiator_public: String
    var responder_static, responder_ephemeral, responder_public: String
    var messages: [Message]
    var handshake_hash: String

    func keys(own: String, peer: String) -> hp_noise_keys {
      noiseKeys(own: bytes(hexadecimal: own), peer: bytes(hexadecimal: peer), shared: bytes(hexadecimal: psk))
    }
    var initiator: hp_noise_keys { keys(own: initiator_static, peer: responder_public) }
    var responder: hp_noise_keys { keys(own: responder_static, peer: initiator_public) }
  }
  struct Record: Decodable {
    var content: String
    var record: String
  }
  struct Records: Decodable {
    var per_key: UInt64
    var list: [Record]
  }
  var handshakes: [Handshake]
  var records: Records

  static func load() throws -> NoiseVectors {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appendingPathComponent("oracle/noise_vectors.json")
    return try JSONDecoder().decode(NoiseVectors.self, from: Data(contentsOf: file))
  }
}
