// A server and a link in one thread, for tests: both are polled in turn until something holds.
import CHotPath
import Testing

/// Owns a server on a free loopback port and a link to it.
final class Loopback {
  let server: OpaquePointer
  let link: OpaquePointer
  var port: UInt16 { hp_server_port(server) }

  init(
    server serverConfig: hp_server_config = hp_server_config_default(),
    link linkConfig: hp_link_config = Loopback.quickLink()
  ) throws {
    var server: OpaquePointer?
    var serverConfig = serverConfig
    try #require(hp_server_create(&serverConfig, "127.0.0.1", 0, &server) == 0)
    self.server = try #require(server)
    var link: OpaquePointer?
    var linkConfig = linkConfig
    try #require(hp_link_create(&linkConfig, "127.0.0.1", hp_server_port(self.server), &link) == 0)
    self.link = try #require(link)
  }

  deinit {
    hp_link_destroy(link, 0)
    hp_server_destroy(server)
  }

  /// Short waits, so that tests of reconnection take milliseconds.
  static func quickLink(single: Bool = false) -> hp_link_config {
    var config = hp_link_config_default()
    config.backoff_min_ns = 2_000_000
    config.backoff_max_ns = 20_000_000
    config.single_receive = single ? 1 : 0
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
