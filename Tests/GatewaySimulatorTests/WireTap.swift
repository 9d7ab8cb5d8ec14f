// Somebody on the wire between client and gateway: sees every byte, may alter or cut, and knocks at the gateway itself.
import Foundation
import Glibc
import Synchronization
import Testing

/// A connected blocking socket that is closed with its owner.
final class RawConnection {
  let socket: Int32

  init(port: UInt16) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = loopbackAddress(port)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(result == 0)
  }

  deinit { close(socket) }

  func send(_ bytes: [UInt8]) { _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

  /// Everything that comes until the other end closes (true) or `seconds` have passed (false).
  func receive(seconds: Double) -> (bytes: [UInt8], isClosed: Bool) {
    var all: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 65_536)
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      guard poll(&wait, 1, 20) > 0 else { continue }
      let count = recv(socket, &room, room.count, 0)
      if count <= 0 { return (all, true) }
      all += room[..<count]
    }
    return (all, false)
  }
}

private func loopbackAddress(_ port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
  return address
}

/// Passes bytes between clients and a gateway, on a thread of its own.
final class WireTap: @unchecked Sendable {
  /// Bytes of all connections together, by direction.
  struct Capture {
    var toGateway: [UInt8] = []
    var toClient: [UInt8] = []
  }

  let port: UInt16
  private let listener: Int32
  private let upstream: UInt16
  private let stops = Atomic<Bool>(false)
  private let cuts = Atomic<Int>(0)
  private let log = Mutex(Capture())
  /// May change a byte: its offset in its direction's stream, and the direction.
  private let alter: @Sendable (inout UInt8, Int, _ isToGateway: Bool) -> Void

  init(
    to upstream: UInt16, alter: @escaping @Sendable (inout UInt8, Int, _ isToGateway: Bool) -> Void = { _, _, _ in }
  ) throws {
    self.upstream = upstream
    self.alter = alter
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = loopbackAddress(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let fd = listener
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(fd, $0, length) == 0 && listen(fd, 8) == 0 && getsockname(fd, $0, &length) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    try #require(result)
    Thread.detachNewThread { self.run() }
  }

  var capture: Capture { log.withLock { $0 } }

  /// Cuts the connections that are there now.
  func cut() { cuts.add(1, ordering: .releasing) }

  func stop() { stops.store(true, ordering: .releasing) }

  private func run() {
    var pairs: [(client: Int32, gateway: RawConnection)] = []
    var cutsSeen = 0
    while !stops.load(ordering: .acquiring) {
      if cuts.load(ordering: .acquiring) != cutsSeen {
        cutsSeen += 1
        for pair in pairs { close(pair.client) }
        pairs = []
      }
      var waits = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
      for pair in pairs {
        waits.append(pollfd(fd: pair.client, events: Int16(POLLIN), revents: 0))
        waits.append(pollfd(fd: pair.gateway.socket, events: Int16(POLLIN), revents: 0))
      }
      guard poll(&waits, nfds_t(waits.count), 5) > 0 else { continue }
      var ended: [Int] = []
      for index in pairs.indices {
        let pair = pairs[index]
        if waits[1 + 2 * index].revents != 0, !pass(from: pair.client, to: pair.gateway.socket, true) {
          ended.append(index)
        } else if waits[2 + 2 * index].revents != 0, !pass(from: pair.gateway.socket, to: pair.client, false) {
          ended.append(index)
        }
      }
      for index in ended.reversed() { close(pairs.remove(at: index).client) }
      if waits[0].revents != 0, let gateway = try? RawConnection(port: upstream) {
        pairs.append((accept(listener, nil, nil), gateway))
      }
    }
    for pair in pairs { close(pair.client) }
    close(listener)
  }

  private func pass(from source: Int32, to target: Int32, _ isToGateway: Bool) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = recv(source, &bytes, bytes.count, 0)
    if count <= 0 { return false }
    bytes.removeLast(bytes.count - count)
    let start = log.withLock { capture in
      defer { if isToGateway { capture.toGateway += bytes } else { capture.toClient += bytes } }
      return isToGateway ? capture.toGateway.count : capture.toClient.count
    }
    for index in bytes.indices { alter(&bytes[index], start + index, isToGateway) }
    var sent = 0
    while sent < count {
      let part = bytes[sent...].withUnsafeBytes { send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if part <= 0 { return false }
      sent += part
    }
    return true
  }
}
