// A thread to which the kernel refuses io_uring, as a container's system-call filter would; and looks at memory.
import Foundation
import Glibc
import Testing

enum Sandbox {
  private final class Box<Result>: @unchecked Sendable {
    var result: Result?
    var hasFilter = false
  }

  /// Runs `body` on a thread of its own whose io_uring_setup answers EPERM. The filter ends with the thread.
  static func withoutIOUring<Result>(_ body: @escaping @Sendable () -> Result) throws -> Result {
    let box = Box<Result>()
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      box.hasFilter = refuseIOUring()
      if box.hasFilter { box.result = body() }
      done.signal()
    }
    thread.start()
    done.wait()
    try #require(box.hasFilter, "the kernel takes no system-call filter")
    return try #require(box.result)
  }

  /// Filters the calling thread's system calls: number 425, io_uring_setup, is refused.
  private static func refuseIOUring() -> Bool {
    var program: [sock_filter] = [
      sock_filter(code: 0x20, jt: 0, jf: 0, k: 0),  // load the call's number
      sock_filter(code: 0x15, jt: 0, jf: 1, k: 425),  // equal: next, else skip one
      sock_filter(code: 0x06, jt: 0, jf: 0, k: 0x0005_0000 | UInt32(EPERM)),  // answer with an error
      sock_filter(code: 0x06, jt: 0, jf: 0, k: 0x7FFF_0000),  // allow
    ]
    // prctl takes a variable number of arguments, which Swift cannot call by name.
    typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
    guard let symbol = dlsym(nil, "prctl") else { return false }
    let control = unsafeBitCast(symbol, to: Control.self)
    return program.withUnsafeMutableBufferPointer { filters in
      var whole = sock_fprog(len: UInt16(filters.count), filter: filters.baseAddress)
      return withUnsafePointer(to: &whole) { pointer in
        let noNewPrivileges: Int32 = 38
        let seccomp: Int32 = 22
        return control(noNewPrivileges, 1, 0, 0, 0) == 0 && control(seccomp, 2, UInt(bitPattern: pointer), 0, 0) == 0
      }
    }
  }
}

/// An instruction of a system-call filter, as the kernel lays it out.
private struct sock_filter {
  var code: UInt16
  var jt: UInt8
  var jf: UInt8
  var k: UInt32
}

/// A filter, as the kernel lays it out.
private struct sock_fprog {
  var len: UInt16
  var filter: UnsafeMutablePointer<sock_filter>?
}

enum Memory {
  /// The kernel's flags of the mapping that holds `address`; nil when nothing is mapped there.
  static func flags(at address: UnsafePointer<UInt8>) -> [String]? {
    // By a handle: reading a whole file by name stops after a page of this one, whose size is told as 0.
    guard let data = FileHandle(forReadingAtPath: "/proc/self/smaps")?.readDataToEndOfFile() else { return nil }
    let maps = String(decoding: data, as: UTF8.self)
    let place = UInt(bitPattern: address)
    var isInside = false
    for line in maps.split(separator: "\n") {
      let word = line.prefix(while: { $0 != " " })
      let ends = word.split(separator: "-").compactMap { UInt($0, radix: 16) }
      if ends.count == 2, word.contains("-") {
        isInside = place >= ends[0] && place < ends[1]
      } else if isInside, line.hasPrefix("VmFlags:") {
        return line.dropFirst("VmFlags:".count).split(separator: " ").map(String.init)
      }
    }
    return nil
  }

  /// Whether anything is mapped at `address`.
  static func isMapped(_ address: UnsafePointer<UInt8>) -> Bool { flags(at: address) != nil }
}
