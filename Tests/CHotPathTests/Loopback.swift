// A server and a link in one thread, for tests: both are polled in turn until something holds.
import CHotPath
import Testing

/// The ways to the kernel that a link may have to take; every one must carry the same bytes.
enum LinkWay: String, CaseIterable, CustomTestStringConvertible {
  case usual, armed, armedSingle, unregistered, undeferred, undeferredArmed, plain, plainArmed

  var options: UInt32 {
    let armed = UInt32(HP_LINK_ALWAYS_ARMED)
    return switch self {
    case .usual: 0
    case .armed: armed
    case .armedSingle: armed | UInt32(HP_LINK_NO_MULTISHOT)
    case .unregistered: UInt32(HP_LINK_NO_REGISTERED_RING)
    case .undeferred: UInt32(HP_LINK_NO_DEFERRED_WORK)
    case .undeferredArmed: UInt32(HP_LINK_NO_DEFERRED_WORK) | armed
    case .plain: UInt32(HP_LINK_PLAIN_CALLS)
    case .plainArmed: UInt32(HP_LINK_PLAIN_CALLS) | armed
    }
  }

  var testDescription: String { rawValue }

  /// Those with an io_uring, whose rules the plain calls do not have.
  static let rings: [LinkWay] = allCases.filter { $0 != .plain && $0 != .plainArmed }
}

/// Owns a server on a free loopback port and a link to it.
final class Loopback {
  let server: OpaquePointer
  let link: OpaquePointer
  /// Stands between the link and the kernel once `interpose` was called.
  let seam = Seam()
  private var isLinkAlive = true
  var port: UInt16 { hp_server_port(server) }
  var counts: hp_link_counts { hp_link_get_counts(link) }
  var facts: hp_link_facts { hp_link_get_facts(link) }

  init(
    server serverConfig: hp_server_config = hp_server_config_default(),
    link linkConfig: hp_link_config = Loopback.quickLink()
  ) throws {
    var server: OpaquePointer?
    var serverConfig = serverConfig
    serverConfig.options |= linkConfig.options
    try #require(hp_server_create(&serverConfig, "127.0.0.1", 0, &server) == 0)
    self.server = try #require(server)
    var link: OpaquePointer?
    var linkConfig = linkConfig
    try #require(hp_link_create(&linkConfig, "127.0.0.1", hp_server_port(self.server), &link) == 0)
    self.link = try #require(link)
  }

  convenience init(_ way: LinkWay) throws { try self.init(link: Loopback.quickLink(way)) }

  deinit {
    destroyLink()
    hp_server_destroy(server)
  }

  /// Puts the seam between the link and the kernel.
  func interpose() { hp_link_interpose(link, seam.table) }

  /// Destroys the link before its time.
  func destroyLink() {
    if isLinkAlive { hp_link_destroy(link, 0) }
    isLinkAlive = false
  }

  /// Short waits, so that tests of reconnection take milliseconds.
  static func quickLink(_ way: LinkWay = .usual) -> hp_link_config {
    var config = hp_link_config_default()
    config.backoff_min_ns = 2_000_000
    config.backoff_max_ns = 20_000_000
    config.options = way.options
    return config
  }

  /// Polls both ends until `condition` holds; false after `seconds`.
  func pump(seconds: Double = 10, until condition: () -> Bool) -> Bool {
    let deadline = hp_clock_monotonic_ns() + Int64(seconds * 1e9)
    while hp_clock_monotonic_ns() < deadline {
      let now = hp_clock_monotonic_ns()
      hp_server_poll(server, now)
      hp_link_poll(link, now)
      if condition() { return true }
    }
    return false
  }

  /// Opens the link and waits until both ends know of each other.
  func connect() -> Bool {
    hp_link_open(link, hp_clock_monotonic_ns())
    return pump {
      hp_link_state(link) == HP_LINK_CONNECTED && hp_server_client_state(server, 0) == HP_CLIENT_OPEN
    }
  }

  /// The same after the connection has ended: frees the server's place first.
  func reconnect() -> Bool {
    hp_server_drop(server, 0)
    let isOver = pump {
      if hp_server_client_state(server, 0) == HP_CLIENT_GONE { hp_server_release(server, 0) }
      return hp_link_state(link) == HP_LINK_DOWN && hp_server_client_state(server, 0) == HP_CLIENT_NONE
    }
    return isOver && connect()
  }

  /// Sends from the server and waits for all of it at the link.
  func deliver(_ bytes: [UInt8], seconds: Double = 10) -> Bool {
    var arrived: [UInt8] = []
    guard hp_server_send(server, 0, bytes, bytes.count) == 0 else { return false }
    _ = pump(seconds: seconds) {
      arrived += takeFromLink()
      return arrived.count >= bytes.count
    }
    return arrived == bytes
  }

  /// Sends from the link and waits for all of it at the server.
  func upload(_ bytes: [UInt8], seconds: Double = 10) -> Bool {
    var arrived: [UInt8] = []
    guard hp_link_send(link, bytes, bytes.count) == 0 else { return false }
    _ = pump(seconds: seconds) {
      arrived += takeFromServer()
      return arrived.count >= bytes.count
    }
    return arrived == bytes
  }

  /// What waits at the link, taken.
  func takeFromLink() -> [UInt8] {
    var length = 0
    let bytes = hp_link_received(link, &length)
    let taken = Array(UnsafeBufferPointer(start: bytes, count: length))
    hp_link_consume(link, length)
    return taken
  }

  /// What waits at the server from client `slot`, taken.
  func takeFromServer(slot: UInt32 = 0) -> [UInt8] {
    var length = 0
    let bytes = hp_server_received(server, slot, &length)
    let taken = Array(UnsafeBufferPointer(start: bytes, count: length))
    hp_server_consume(server, slot, length)
    return taken
  }
}

/// `count` bytes of a seeded sequence.
func pattern(_ count: Int, seed: UInt64) -> [UInt8] {
  var random = SplitMix(seed: seed)
  return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
}
