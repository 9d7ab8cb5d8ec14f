// The server's own rules: ports, slots, several clients.
import CHotPath
import Glibc
import Testing

@Suite(.serialized) struct ServerTests {
  @Test func aTakenPortIsRefusedWithItsReason() throws {
    let loopback = try Loopback()
    var config = hp_server_config_default()
    var second: OpaquePointer?
    #expect(hp_server_create(&config, "127.0.0.1", loopback.port, &second) == -EADDRINUSE)
    #expect(second == nil)
  }

  @Test func anAddressThatIsNoAddressIsRefused() {
    var config = hp_server_config_default()
    var server: OpaquePointer?
    #expect(hp_server_create(&config, "not-an-address", 0, &server) == -EINVAL)
    #expect(hp_server_create(&config, "203.0.113.7", 0, &server) == -EADDRNOTAVAIL)
    config.max_clients = 17
    #expect(hp_server_create(&config, "127.0.0.1", 0, &server) == -EINVAL)
  }

  @Test func aPortCanBeTakenAgainAfterItsServerIsGone() throws {
    var port: UInt16 = 0
    do {
      let loopback = try Loopback()
      try #require(loopback.connect())
      port = loopback.port
    }
    var config = hp_server_config_default()
    var server: OpaquePointer?
    #expect(hp_server_create(&config, "127.0.0.1", port, &server) == 0)
    if let server { hp_server_destroy(server) }
  }

  @Test(arguments: [LinkWay.usual, .armed, .plain])
  func clientsBeyondTheSlotsAreClosedAndThoseWithinAreServed(way: LinkWay) throws {
    var serverConfig = hp_server_config_default()
    serverConfig.max_clients = 3
    let loopback = try Loopback(server: serverConfig, link: Loopback.quickLink(way))
    try #require(loopback.connect())
    var links: [OpaquePointer] = []
    defer { for link in links { hp_link_destroy(link, 0) } }
    var config = Loopback.quickLink()
    for number in 1...3 {
      var link: OpaquePointer?
      try #require(hp_link_create(&config, "127.0.0.1", loopback.port, &link) == 0)
      let created = try #require(link)
      links.append(created)
      hp_link_open(created, hp_clock_monotonic_ns())
      let settled = loopback.pump {
        let state = hp_link_poll(created, hp_clock_monotonic_ns())
        return number == 3
          ? state == HP_LINK_DOWN : hp_server_client_state(loopback.server, UInt32(number)) == HP_CLIENT_OPEN
      }
      #expect(settled, "client \(number)")
    }
    for (number, link) in links.prefix(2).enumerated() {
      let message = [UInt8](repeating: UInt8(number + 1), count: 8)
      _ = loopback.pump { hp_link_poll(link, hp_clock_monotonic_ns()) == HP_LINK_CONNECTED }
      #expect(hp_link_send(link, message, 8) == 0)
      var arrived: [UInt8] = []
      #expect(
        loopback.pump {
          arrived += loopback.takeFromServer(slot: UInt32(number + 1))
          return arrived.count >= 8
        })
      #expect(arrived == message)
    }
  }

  @Test(arguments: [LinkWay.usual, .armed, .plain])
  func aClientThatIsNotReadDoesNotHoldUpAnother(way: LinkWay) throws {
    var serverConfig = hp_server_config_default()
    serverConfig.receive_capacity = 4096
    let loopback = try Loopback(server: serverConfig, link: Loopback.quickLink(way))
    try #require(loopback.connect())
    let flood = [UInt8](repeating: 7, count: 100_000)
    #expect(hp_link_send(loopback.link, flood, flood.count) == 0)
    _ = loopback.pump(seconds: 0.05) { false }
    var config = Loopback.quickLink()
    var link: OpaquePointer?
    try #require(hp_link_create(&config, "127.0.0.1", loopback.port, &link) == 0)
    let second = try #require(link)
    defer { hp_link_destroy(second, 0) }
    hp_link_open(second, hp_clock_monotonic_ns())
    let message = [UInt8](repeating: 1, count: 64)
    var arrived: [UInt8] = []
    var sent = false
    let served = loopback.pump {
      if hp_link_poll(second, hp_clock_monotonic_ns()) == HP_LINK_CONNECTED, !sent {
        sent = hp_link_send(second, message, 64) == 0
      }
      arrived += loopback.takeFromServer(slot: 1)
      return arrived.count >= 64
    }
    #expect(served)
    #expect(arrived == message)
  }
}
