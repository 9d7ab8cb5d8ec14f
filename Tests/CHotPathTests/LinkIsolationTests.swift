// What a ring may do, and who may have it: only its five operations, only this process, only the link's sources.
import CHotPath
import Foundation
import Testing

@Suite(.serialized) struct LinkIsolationTests {
  /// The numbers of the operations that a link's ring may carry.
  private static let allowed: Set<UInt8> = [13, 14, 16, 26, 27]

  @Test func everyForbiddenOperationIsRejectedByTheRing() throws {
    var config = Loopback.quickLink()
    (config.backoff_min_ns, config.backoff_max_ns) = (1, 1)
    let loopback = try Loopback(link: config)
    loopback.interpose()
    try #require(loopback.connect())
    var forbidden: UInt8?
    loopback.seam.onSubmission = { operation, opcode, _ in
      guard operation == HP_URING_SEND, let planted = forbidden else { return }
      (opcode, forbidden) = (planted, nil)
    }
    for opcode in (0..<56 as Range<UInt8>).filter({ !Self.allowed.contains($0) }) {
      forbidden = opcode
      #expect(hp_link_send(loopback.link, [1], 1) == 0)
      #expect(loopback.pump { hp_link_state(loopback.link) == HP_LINK_DOWN }, "operation \(opcode)")
      #expect(hp_link_error(loopback.link) == -EACCES, "operation \(opcode)")
      try #require(loopback.reconnect())
    }
  }

  @Test(arguments: LinkWay.allCases) func noRingAndNoSocketIsInheritedByAnotherProgram(way: LinkWay) throws {
    let loopback = try Loopback(way)
    try #require(loopback.connect())
    var seen: Set<String> = []
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
      guard let number = Int32(name),
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
      else { continue }
      let isRing = target.hasPrefix("anon_inode:[io_uring]")
      guard isRing || Self.ports(of: number).contains(loopback.port) else { continue }
      seen.insert(isRing ? "ring" : "socket")
      #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0, "\(target) would be inherited")
    }
    #expect(seen.contains("socket"))
    #expect(seen.contains("ring") || !LinkWay.rings.contains(way))
  }

  /// The ports at both ends of a socket; empty for other files.
  private static func ports(of number: Int32) -> [UInt16] {
    [getsockname, getpeername].compactMap { name in
      var address = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let outcome = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name(number, $0, &length) }
      }
      return outcome == 0 && address.sin_family == sa_family_t(AF_INET) ? UInt16(bigEndian: address.sin_port) : nil
    }
  }

  @Test(arguments: LinkWay.allCases) func theBytesOfALinkAreNotCopiedIntoAForkedChild(way: LinkWay) throws {
    let loopback = try Loopback(way)
    try #require(loopback.connect())
    var length = 0
    let received = hp_link_received(loopback.link, &length)
    let claimed = try #require(hp_link_claim(loopback.link, 8))
    #expect(Memory.flags(at: received)?.contains("dc") == true)
    #expect(Memory.flags(at: UnsafePointer(claimed))?.contains("dc") == true)
    withExtendedLifetime(loopback) {}
    // The counterpart: memory of any other kind is copied.
    let other = UnsafeMutablePointer<UInt8>.allocate(capacity: 1 << 20)
    defer { other.deallocate() }
    other.initialize(repeating: 1, count: 1 << 20)
    #expect(Memory.flags(at: other)?.contains("dc") == false)
  }

  @Test func onlyTheLinkItsYardstickAndTheDoctorKnowOfRings() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources").resolvingSymlinksInPath()
    let allowed = ["hp_uring", "hp_stream", "hp_link", "hp_server", "hp_pingpong", "hp_probe"]
    let walker = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var users: Set<String> = []
    for case let file as URL in walker where ["c", "h", "swift"].contains(file.pathExtension) {
      guard !file.path.contains("/SystemLibraries/"), let text = try? String(contentsOf: file, encoding: .utf8),
        text.contains("<liburing.h>") || text.contains("import CLiburing")
      else { continue }
      users.insert(file.lastPathComponent)
      #expect(allowed.contains { file.lastPathComponent.hasPrefix($0) }, "\(file.lastPathComponent) uses io_uring")
    }
    #expect(users.contains("hp_uring.h"))
  }
}
