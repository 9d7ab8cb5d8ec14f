// Both ends of the sealed round trip: two lanes over the same link, server and frames, one in clear and one sealed.

import CHotPath
import Foundation
import Gateway
import Synchronization

/// A spinning server that answers every trade with an order, and a client with one connection of each kind.
///
/// The client belongs to the thread that made it. Lanes differ in the seal and in nothing else, so the ratio of their
/// round trips is the seal's cost.
final class SealedLanes: @unchecked Sendable {
  /// A connection of the client.
  private struct Lane {
    var link: OpaquePointer
    var seal: LinkSeal?
  }

  enum Kind: Int {
    case plain = 0
    case sealed = 1
  }

  private static let patience: Int64 = 2_000_000_000
  private static let trade = HP_FRAME_HEADER_LENGTH + MemoryLayout<hp_msg_trade>.size
  private static let order = HP_FRAME_HEADER_LENGTH + MemoryLayout<hp_msg_new_order>.size

  private let server: OpaquePointer
  private let keys: (trader: LinkKeys, gateway: LinkKeys)
  private let serverSeal: LinkSeal
  /// Stored releasing by `close`, loaded acquiring by the server's thread.
  private let stops = Atomic<Bool>(false)
  /// Whether the server polls without sleep; between rounds it must not disturb what else is measured.
  private let spins = Atomic<Bool>(true)
  private var thread: OpaquePointer?
  private var lanes: [Lane] = []
  private let room = UnsafeMutablePointer<UInt8>.allocate(capacity: 512)
  private let reply = UnsafeMutablePointer<UInt8>.allocate(capacity: 512)

  init() throws {
    keys = try SealedLanes.makeKeys()
    var settings = hp_server_config_default()
    settings.max_clients = 2
    var created: OpaquePointer?
    let outcome = hp_server_create(&settings, "127.0.0.1", 0, &created)
    guard outcome == 0, let created else {
      throw BenchFailure.environment("no loopback server (error \(-outcome)); see 'trader doctor'")
    }
    server = created
    serverSeal = LinkSeal(end: .gateway, environment: .simulator)
    SealedLanes.fill(room, HP_FRAME_TRADE, MemoryLayout<hp_msg_trade>.size)
    SealedLanes.fill(reply, HP_FRAME_NEW_ORDER, MemoryLayout<hp_msg_new_order>.size)
    let started = hp_thread_start(
      "bench-echo", Cores.forOtherEnd,
      { context in
        guard let context else { return }
        Unmanaged<SealedLanes>.fromOpaque(context).takeUnretainedValue().serve()
      }, Unmanaged.passUnretained(self).toOpaque(), &thread)
    guard started == 0 else { throw BenchFailure.environment("the server's thread did not start (error \(-started))") }
    do {
      // In this order: the first connection takes the server's first slot, which is the lane in clear.
      try connect(.plain)
      try connect(.sealed)
    } catch {
      close()
      throw error
    }
  }

  deinit {
    room.deallocate()
    reply.deallocate()
  }

  func close() {
    stops.store(true, ordering: .releasing)
    if let thread { _ = hp_thread_join(thread) }
    thread = nil
    for lane in lanes { hp_link_destroy(lane.link, 0) }
    lanes = []
  }

  private static func makeKeys() throws -> (LinkKeys, LinkKeys) {
    let folder = NSTemporaryDirectory() + "bench-keys-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
      try LinkKeys.make(folder: folder, end: nil, environment: .simulator)
      return (
        try LinkKeys(folder: folder, end: .trader, environment: .simulator),
        try LinkKeys(folder: folder, end: .gateway, environment: .simulator)
      )
    } catch {
      throw BenchFailure.environment("\(error)")
    }
  }

  private static func fill(_ at: UnsafeMutablePointer<UInt8>, _ type: Int, _ payload: Int) {
    let zeros = [UInt8](repeating: 0, count: payload)
    var header = hp_frame_header()
    header.type = UInt16(type)
    _ = hp_frame_encode(at, 512, header, zeros, UInt32(payload))
  }

  /// Whether the server spins for the client; false while something else is measured.
  var isSpinning: Bool {
    get { spins.load(ordering: .relaxed) }
    set { spins.store(newValue, ordering: .relaxed) }
  }

  // MARK: Client

  private func connect(_ kind: Kind) throws {
    var settings = hp_link_config_default()
    var created: OpaquePointer?
    guard hp_link_create(&settings, "127.0.0.1", hp_server_port(server), &created) == 0, let link = created else {
      throw BenchFailure.environment("no link; see 'trader doctor'")
    }
    let seal = kind == .sealed ? LinkSeal(end: .trader, environment: .simulator) : nil
    lanes.append(Lane(link: link, seal: seal))
    hp_link_open(link, hp_clock_monotonic_ns())
    try wait(for: "a connection") { Int(hp_link_poll(link, hp_clock_monotonic_ns())) == HP_LINK_CONNECTED }
    if let seal {
      guard let offer = hp_link_claim(link, HP_SEAL_HANDSHAKE_LENGTH) else { throw SealedLanes.failure("offer") }
      _ = hp_seal_offer(seal.pointer, keys.trader.pointer, offer)
      hp_link_commit(link, HP_SEAL_HANDSHAKE_LENGTH)
      _ = hp_link_flush(link)
      try wait(for: "an answer") {
        _ = hp_link_poll(link, hp_clock_monotonic_ns())
        var length = 0
        let bytes = hp_link_received(link, &length)
        return Int(hp_seal_accept(seal.pointer, bytes, length)) == HP_SEAL_OK
      }
      hp_link_consume(link, HP_SEAL_HANDSHAKE_LENGTH)
    }
    // The server knows the connection before the next one may take a slot.
    try exchange(kind)
  }

  private func wait(for what: String, _ isThere: () -> Bool) throws {
    let deadline = hp_clock_monotonic_ns() + SealedLanes.patience
    while !isThere() {
      if hp_clock_monotonic_ns() > deadline { throw SealedLanes.failure(what) }
      hp_cpu_relax()
    }
  }

  private static func failure(_ what: String) -> BenchFailure {
    .inconsistent("the loopback round trip failed: \(what) did not come within two seconds")
  }

  /// One round trip: a trade out, an order back.
  func exchange(_ kind: Kind) throws {
    let lane = lanes[kind.rawValue]
    try send(lane)
    try receive(lane)
  }

  private func send(_ lane: Lane) throws {
    let length = SealedLanes.trade
    if let seal = lane.seal?.pointer {
      guard let claimed = hp_link_claim(lane.link, hp_seal_room(seal, length)) else {
        throw SealedLanes.failure("room")
      }
      hp_seal_place(claimed, 0).update(from: room, count: length)
      hp_seal_add(seal, length)
      hp_link_commit(lane.link, hp_seal_close(seal, claimed))
    } else {
      guard let claimed = hp_link_claim(lane.link, length) else { throw SealedLanes.failure("room") }
      claimed.update(from: room, count: length)
      hp_link_commit(lane.link, length)
    }
    _ = hp_link_flush(lane.link)
  }

  private func receive(_ lane: Lane) throws {
    var deadline: Int64 = 0
    var frame = hp_frame_empty()
    while true {
      let now = hp_clock_monotonic_ns()
      _ = hp_link_poll(lane.link, now)
      var length = 0
      var bytes = hp_link_received(lane.link, &length)
      if let seal = lane.seal { bytes = seal.open(bytes, &length) }
      if Int(hp_frame_decode(bytes, length, &frame)) == HP_FRAME_COMPLETE {
        let taken = Int(frame.header.length)
        hp_link_consume(lane.link, lane.seal.map { hp_seal_consume($0.pointer, taken) } ?? taken)
        return
      }
      if deadline == 0 { deadline = now + SealedLanes.patience }
      if now > deadline { throw SealedLanes.failure("the order") }
    }
  }

  // MARK: Server

  private func serve() {
    while !stops.load(ordering: .acquiring) {
      let now = hp_clock_monotonic_ns()
      _ = isSpinning ? hp_server_poll(server, now) : hp_server_wait(server, now, 1_000_000)
      answer(.plain)
      answer(.sealed)
    }
    hp_server_destroy(server)
  }

  private func answer(_ kind: Kind) {
    let slot = UInt32(kind.rawValue)
    guard Int(hp_server_client_state(server, slot)) == HP_CLIENT_OPEN else { return }
    var length = 0
    var bytes = hp_server_received(server, slot, &length)
    if length == 0 { return }
    let isSealed = kind == .sealed
    if isSealed, !serverSeal.isStanding { return agree(slot, bytes, length) }
    if isSealed { bytes = serverSeal.open(bytes, &length) }
    var frame = hp_frame_empty()
    guard Int(hp_frame_decode(bytes, length, &frame)) == HP_FRAME_COMPLETE else { return }
    let taken = Int(frame.header.length)
    hp_server_consume(server, slot, isSealed ? hp_seal_consume(serverSeal.pointer, taken) : taken)
    let size = SealedLanes.order
    let room = isSealed ? hp_seal_room(serverSeal.pointer, size) : size
    guard let claimed = hp_server_claim(server, slot, room) else { return }
    if isSealed {
      hp_seal_place(claimed, 0).update(from: reply, count: size)
      hp_seal_add(serverSeal.pointer, size)
      hp_server_commit(server, slot, hp_seal_close(serverSeal.pointer, claimed))
    } else {
      claimed.update(from: reply, count: size)
      hp_server_commit(server, slot, size)
    }
    _ = hp_server_flush(server, slot)
  }

  private func agree(_ slot: UInt32, _ bytes: UnsafePointer<UInt8>, _ length: Int) {
    guard let room = hp_server_claim(server, slot, HP_SEAL_HANDSHAKE_LENGTH),
      Int(hp_seal_answer(serverSeal.pointer, [keys.gateway.pointer], 1, bytes, length, room)) == HP_SEAL_OK
    else { return }
    hp_server_consume(server, slot, HP_SEAL_HANDSHAKE_LENGTH)
    hp_server_commit(server, slot, HP_SEAL_HANDSHAKE_LENGTH)
    _ = hp_server_flush(server, slot)
  }
}
