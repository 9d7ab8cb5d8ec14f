// Whether the link's way into the kernel is open.

import CHotPath
import Glibc

extension Doctor {
  /// Judges what the probe said.
  static func ioUring(_ probe: Result<hp_probe_io_uring_result, IOUringRefusal>, _ files: HostFiles) -> Finding {
    switch probe {
    case .failure(let refusal): return refused(refusal.errorNumber, files)
    case .success(let offer):
      let hex = String(offer.features, radix: 16)
      let kernel = files.text("/proc/sys/kernel/osrelease") ?? "unknown"
      let found = "available, features 0x\(hex), kernel \(kernel)"
      guard offer.receive == 1 else {
        return Finding(
          "io_uring", .fail, found + ", without the receive operation",
          cost: "the gateway link cannot receive", mend: "run a kernel of 6.1 or newer")
      }
      var missing: [String] = []
      if offer.single_issuer_defer != 1 { missing.append("deferred task running (6.1)") }
      if offer.provided_buffer_ring != 1 { missing.append("provided buffer rings (5.19)") }
      guard missing.isEmpty else {
        return Finding(
          "io_uring", .warn, "\(found), lacks \(missing.joined(separator: " and "))",
          cost: "more system calls and interrupts per message", mend: "run a kernel of 6.1 or newer")
      }
      return Finding("io_uring", .ok, found)
    }
  }

  private static func refused(_ errorNumber: Int32, _ files: HostFiles) -> Finding {
    let disabled = files.text("/proc/sys/kernel/io_uring_disabled")
    let setting = disabled.map { ", kernel.io_uring_disabled = \($0)" } ?? ""
    let mend: String
    switch errorNumber {
    case EPERM, EACCES:
      mend = "sysctl -w kernel.io_uring_disabled=0; in a container, allow io_uring_* in its seccomp profile"
    case ENOMEM: mend = "raise the memory lock limit (ulimit -l unlimited)"
    case ENOSYS: mend = "run a kernel of 6.1 or newer built with CONFIG_IO_URING"
    default: mend = "see io_uring_setup(2) for this error"
    }
    return Finding(
      "io_uring", .fail, "refused: \(String(cString: strerror(errorNumber))) (errno \(errorNumber))\(setting)",
      cost: "the gateway link cannot run", mend: mend)
  }
}
