// The seal of one connection, for either end: handshake, then records opened and sealed in place.
import CHotPath

/// Owner of one `hp_seal` in locked memory. Made once for a place where connections come and go, and begun anew for
/// each connection. Belongs to one thread; allocates nothing after it is made.
package final class LinkSeal {
  /// For C calls on the data path.
  package let pointer: OpaquePointer
  private let memory: UnsafeMutableRawPointer
  private let crypto: UnsafePointer<hp_crypto>
  private var terms = hp_seal_terms()
  /// CLOCK_MONOTONIC at which the sending key is an hour old.
  private var renewAt = Int64.max

  /// Keys are changed at this age, whatever they have sealed.
  private static let keyLifetime: Int64 = 3_600_000_000_000

  /// - Precondition: keys have been read, so the library is there.
  package init(end: LinkEnd, environment: GatewayEnvironment) {
    guard let crypto = hp_crypto_sodium(), let memory = hp_keys_memory(hp_seal_size()) else {
      preconditionFailure("a seal without the cryptographic library or memory: keys are read first")
    }
    self.crypto = crypto
    self.memory = memory
    pointer = OpaquePointer(memory)
    terms.role = UInt8(end == .trader ? HP_NOISE_INITIATOR : HP_NOISE_RESPONDER)
    terms.environment = environment.rawValue
    terms.frame_version = UInt8(HP_FRAME_VERSION)
    terms.records_per_key = UInt64(HP_SEAL_RECORDS_PER_KEY)
    hp_seal_begin(pointer, crypto, &terms)
  }

  deinit { hp_keys_release(memory) }

  /// Forgets the connection before and makes ready for a new one.
  package func begin() {
    hp_seal_end(pointer)
    hp_seal_begin(pointer, crypto, &terms)
    renewAt = .max
  }

  package var isStanding: Bool { hp_seal_is_standing(pointer) != 0 }

  /// Why the seal is of no use any more, as words; nil while it is.
  package var failure: String? {
    let state = hp_seal_state(pointer)
    return Int(state) == HP_SEAL_OK ? nil : String(cString: hp_seal_result_text(state))
  }

  /// Opens the record at the front of what has arrived; `length` becomes that of the frames in it that were not taken,
  /// 0 when no record is whole or the seal has failed.
  package func open(_ bytes: UnsafePointer<UInt8>, _ length: inout Int) -> UnsafePointer<UInt8> {
    var (offset, content) = (0, 0)
    // The queue's memory is ours to write: the link only hands it out for reading.
    _ = hp_seal_open(pointer, UnsafeMutablePointer(mutating: bytes), length, &offset, &content)
    length = content
    return bytes + offset
  }

  /// Asks for a new sending key once the present one is an hour old; one comparison otherwise.
  package func keepFresh(now: Int64) {
    if now >= renewAt || renewAt == .max { renew(now: now) }
  }

  private func renew(now: Int64) {
    guard isStanding else { return }
    if renewAt != .max { hp_seal_renew(pointer) }
    renewAt = now + LinkSeal.keyLifetime
  }
}
