// Whether an address can only be this machine: the one place where an unsealed link is allowed.
import Glibc

/// Addresses that never leave the machine.
package enum LoopbackAddress {
  /// True for `localhost`, 127.0.0.0/8 and ::1. Other names are not resolved: what a name means can change between
  /// the check and the connection.
  package static func contains(_ host: String) -> Bool {
    if host == "localhost" { return true }
    var four = in_addr()
    if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
    var six = in6_addr()
    guard inet_pton(AF_INET6, host, &six) == 1 else { return false }
    return withUnsafeBytes(of: six) { bytes in bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1 }
  }
}
