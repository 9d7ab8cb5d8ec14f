// Frames onto the server's connections: claim, encode in place, commit.

import CHotPath
import Gateway
import TradingDomain

/// The TCP server and its send side. Owned by the session loop's thread.
final class SimulatorWire {
  let server: OpaquePointer
  private(set) var framesSent: UInt64 = 0
  private var isClosed = false

  /// Room that any single frame of this server needs at most.
  static let frameRoom = 512

  init(_ server: OpaquePointer) { self.server = server }

  /// Whether a connection can take another frame.
  func hasRoom(_ slot: UInt32) -> Bool { hp_server_send_room(server, slot) >= SimulatorWire.frameRoom }

  /// Encodes one frame straight into the send queue; false when there is no connection or no room.
  func send(_ slot: UInt32, _ encode: (UnsafeMutableRawBufferPointer) -> Int) -> Bool {
    guard let room = hp_server_claim(server, slot, SimulatorWire.frameRoom) else { return false }
    let length = encode(UnsafeMutableRawBufferPointer(start: room, count: SimulatorWire.frameRoom))
    guard length > 0 else { return false }
    hp_server_commit(server, slot, length)
    framesSent += 1
    return true
  }

  /// Sends a frame that is encoded already.
  func send(_ slot: UInt32, bytes: UnsafeRawBufferPointer) -> Bool {
    guard let room = hp_server_claim(server, slot, bytes.count), let source = bytes.baseAddress else { return false }
    UnsafeMutableRawPointer(room).copyMemory(from: source, byteCount: bytes.count)
    hp_server_commit(server, slot, bytes.count)
    framesSent += 1
    return true
  }

  func flush(_ slot: UInt32) { _ = hp_server_flush(server, slot) }

  func close() {
    if isClosed { return }
    isClosed = true
    hp_server_destroy(server)
  }
}
