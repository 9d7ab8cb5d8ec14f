// Frames onto and from the server's connections: claim, encode in place, commit; with a seal between where there are
// keys.

import CHotPath
import Gateway
import TradingDomain

/// The TCP server and its byte queues. Owned by the session loop's thread.
final class SimulatorWire {
  let server: OpaquePointer
  private(set) var framesSent: UInt64 = 0
  /// Keeps the keys alive; ``pointers`` are theirs.
  private let keys: [LinkKeys]
  private let pointers: [UnsafePointer<hp_noise_keys>]
  /// One for each slot; empty for a link in clear.
  private let seals: [LinkSeal]
  private var isClosed = false

  /// Room that any single frame of this server needs at most.
  static let frameRoom = 512
  /// Strangers that may be in the middle of their handshake.
  static let mostPending = 8

  init(_ server: OpaquePointer, slots: Int, keys: [LinkKeys]) {
    self.server = server
    self.keys = keys
    pointers = keys.map(\.pointer)
    seals = keys.isEmpty ? [] : (0..<slots).map { _ in LinkSeal(end: .gateway, environment: .simulator) }
  }

  var isSealed: Bool { !seals.isEmpty }

  /// Makes a slot ready for a new connection.
  func begin(_ slot: UInt32) { if isSealed { seals[Int(slot)].begin() } }

  // MARK: Receiving

  /// Bytes of frames that wait; sealed, those of one record. Nil when the connection must be closed without a word.
  func received(_ slot: UInt32, _ length: inout Int) -> UnsafePointer<UInt8>? {
    let bytes = hp_server_received(server, slot, &length)
    guard isSealed else { return bytes }
    let seal = seals[Int(slot)]
    if !seal.isStanding {
      guard answer(slot, seal, bytes, length) else { return nil }
      length = 0
      return bytes
    }
    let opened = seal.open(bytes, &length)
    return seal.failure == nil ? opened : nil
  }

  /// Answers an offer that has come; false when what has come is none, or not from who has the keys.
  private func answer(_ slot: UInt32, _ seal: LinkSeal, _ bytes: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    if seal.failure != nil { return false }
    guard let room = hp_server_claim(server, slot, HP_SEAL_HANDSHAKE_LENGTH) else { return true }
    switch Int(hp_seal_answer(seal.pointer, pointers, pointers.count, bytes, length, room)) {
    case HP_SEAL_OK:
      hp_server_consume(server, slot, HP_SEAL_HANDSHAKE_LENGTH)
      hp_server_commit(server, slot, HP_SEAL_HANDSHAKE_LENGTH)
      _ = hp_server_flush(server, slot)
      return true
    case HP_SEAL_NEED_MORE: return true
    default: return false
    }
  }

  func consume(_ slot: UInt32, _ length: Int) {
    hp_server_consume(server, slot, isSealed ? hp_seal_consume(seals[Int(slot)].pointer, length) : length)
  }

  // MARK: Sending

  /// Whether a connection can take another frame.
  func hasRoom(_ slot: UInt32) -> Bool {
    let pending = isSealed ? hp_seal_pending(seals[Int(slot)].pointer) + 2 * HP_SEAL_OVERHEAD : 0
    return hp_server_send_room(server, slot) >= SimulatorWire.frameRoom + pending
  }

  /// Encodes one frame straight into the send queue; false when there is no connection or no room.
  func send(_ slot: UInt32, _ encode: (UnsafeMutableRawBufferPointer) -> Int) -> Bool {
    guard let room = claim(slot, SimulatorWire.frameRoom) else { return false }
    let length = encode(UnsafeMutableRawBufferPointer(start: room, count: SimulatorWire.frameRoom))
    guard length > 0 else { return false }
    commit(slot, length)
    framesSent += 1
    return true
  }

  /// Sends a frame that is encoded already.
  func send(_ slot: UInt32, bytes: UnsafeRawBufferPointer) -> Bool {
    guard let room = claim(slot, bytes.count), let source = bytes.baseAddress else { return false }
    UnsafeMutableRawPointer(room).copyMemory(from: source, byteCount: bytes.count)
    commit(slot, bytes.count)
    framesSent += 1
    return true
  }

  private func claim(_ slot: UInt32, _ length: Int) -> UnsafeMutablePointer<UInt8>? {
    guard isSealed else { return hp_server_claim(server, slot, length) }
    let seal = seals[Int(slot)].pointer
    var room = hp_seal_room(seal, length)
    if room == 0 {
      closeRecord(slot)
      room = hp_seal_room(seal, length)
    }
    guard room > 0, let claimed = hp_server_claim(server, slot, room) else { return nil }
    return hp_seal_place(claimed, hp_seal_pending(seal))
  }

  private func commit(_ slot: UInt32, _ length: Int) {
    if isSealed { hp_seal_add(seals[Int(slot)].pointer, length) } else { hp_server_commit(server, slot, length) }
  }

  /// Frames that wait for company become a record: they leave together and share one tag.
  private func closeRecord(_ slot: UInt32) {
    let seal = seals[Int(slot)].pointer
    let pending = hp_seal_pending(seal)
    guard pending > 0, let claimed = hp_server_claim(server, slot, pending + HP_SEAL_OVERHEAD) else { return }
    hp_server_commit(server, slot, hp_seal_close(seal, claimed))
  }

  func flush(_ slot: UInt32) {
    if isSealed { closeRecord(slot) }
    _ = hp_server_flush(server, slot)
  }

  /// Before the server is polled: what was written without a flush leaves with the poll, sealed or not, and keys that
  /// have grown old are changed.
  func sealAll(now: Int64) {
    for slot in seals.indices {
      seals[slot].keepFresh(now: now)
      closeRecord(UInt32(slot))
    }
  }

  func close() {
    if isClosed { return }
    isClosed = true
    hp_server_destroy(server)
  }
}
