// The client's connection as its frames see it: the same calls whether or not the link is sealed.
import CHotPath

/// The link's byte queues, with a seal between them and the frames where keys are configured.
final class ClientWire {
  let link: OpaquePointer
  private let seal: LinkSeal?
  private let keys: LinkKeys?

  init(link: OpaquePointer, keys: LinkKeys?) {
    self.link = link
    self.keys = keys
    seal = keys.map { LinkSeal(end: .trader, environment: $0.environment) }
  }

  var isSealed: Bool { seal != nil }

  /// Why nothing more can be sent or received on this connection; nil while it can.
  var sealFailure: String? { seal?.failure }

  // MARK: Handshake

  /// Begins a connection's seal and sends the offer; false when the link takes nothing now.
  func offer() -> Bool {
    guard let seal, let keys, let room = hp_link_claim(link, HP_SEAL_HANDSHAKE_LENGTH) else { return false }
    seal.begin()
    guard Int(hp_seal_offer(seal.pointer, keys.pointer, room)) == HP_SEAL_OK else { return false }
    hp_link_commit(link, HP_SEAL_HANDSHAKE_LENGTH)
    return hp_link_flush(link) == 0
  }

  /// Takes the answer if it has come: HP_SEAL_OK, HP_SEAL_NEED_MORE or a refusal.
  func accept() -> Int {
    guard let seal else { return HP_SEAL_OUT_OF_TURN }
    var length = 0
    let bytes = hp_link_received(link, &length)
    let result = Int(hp_seal_accept(seal.pointer, bytes, length))
    if result == HP_SEAL_OK { hp_link_consume(link, HP_SEAL_HANDSHAKE_LENGTH) }
    return result
  }

  /// Changes keys that have grown old.
  func keepFresh(now: Int64) { seal?.keepFresh(now: now) }

  // MARK: Receiving

  /// Bytes of frames that wait. Sealed, these are the frames of one record: when all are consumed, the next may follow.
  func received(_ length: inout Int) -> UnsafePointer<UInt8> {
    let bytes = hp_link_received(link, &length)
    guard let seal else { return bytes }
    return seal.open(bytes, &length)
  }

  func consume(_ length: Int) {
    if length == 0 { return }
    guard let seal else { return hp_link_consume(link, length) }
    hp_link_consume(link, hp_seal_consume(seal.pointer, length))
  }

  /// Throws away what waits: of a connection that was given up.
  func consumeAll() {
    var length = 0
    _ = hp_link_received(link, &length)
    hp_link_consume(link, length)
  }

  // MARK: Sending

  /// Room for a frame of at most `length` bytes; nil when the link takes nothing now.
  func claim(_ length: Int) -> UnsafeMutablePointer<UInt8>? {
    guard let seal else { return hp_link_claim(link, length) }
    var room = hp_seal_room(seal.pointer, length)
    if room == 0, closeRecord(seal) { room = hp_seal_room(seal.pointer, length) }
    guard room > 0, let claimed = hp_link_claim(link, room) else { return nil }
    return hp_seal_place(claimed, hp_seal_pending(seal.pointer))
  }

  /// Queues the first `length` bytes of the last claim.
  func commit(_ length: Int) {
    guard let seal else { return hp_link_commit(link, length) }
    hp_seal_add(seal.pointer, length)
  }

  /// Hands what is queued to the kernel, as one record where the link is sealed.
  func flush() -> Bool {
    if let seal, hp_seal_pending(seal.pointer) > 0, !closeRecord(seal) { return false }
    return hp_link_flush(link) == 0
  }

  private func closeRecord(_ seal: LinkSeal) -> Bool {
    // The room was granted when the record's last frame was claimed, and only grows.
    guard let claimed = hp_link_claim(link, hp_seal_pending(seal.pointer) + HP_SEAL_OVERHEAD) else { return false }
    let length = hp_seal_close(seal.pointer, claimed)
    hp_link_commit(link, length)
    return length > 0
  }
}
