// The disk below the journal: is there room, and how long does a durable write take?

import Glibc

extension Doctor {
  /// Durable writes tried for ``diskSync(_:)``.
  private static var tries: Int { 50 }

  /// Free space where the journal and the store will live.
  static func freeSpace(_ directory: String) -> Finding {
    var status = statvfs()
    guard statvfs(directory, &status) == 0 else {
      return Finding(
        "free_space", .fail, "\(directory): \(String(cString: strerror(errno)))", cost: "no journal can be kept there",
        mend: "create the folder, or name another one")
    }
    let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
    let found = "\(NumberText.decimal(Double(free) / 1_073_741_824, places: 1)) GiB free in \(directory)"
    guard free < 2 * 1_073_741_824 else { return Finding("free_space", .ok, found) }
    return Finding(
      "free_space", .warn, found, cost: "a full disk stops the journal, and with it all trading",
      mend: "free some space, or name a folder on another disk")
  }

  /// Time of a 4 KiB write with `fdatasync`, p50 and p99 over 50 tries in `directory`.
  static func diskSync(_ directory: String) -> Finding {
    var template = Array("\(directory)/.doctor-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      return Finding(
        "disk_sync", .fail, "cannot write in \(directory): \(String(cString: strerror(errno)))",
        cost: "no journal can be kept there", mend: "give the user write permission, or name another folder")
    }
    defer {
      close(descriptor)
      unlink(template)
    }
    let recorder = LatencyRecorder()
    let block = [UInt8](repeating: 0x5A, count: 4096)
    for _ in 0..<tries {
      let start = monotonic()
      guard write(descriptor, block, block.count) == block.count, fdatasync(descriptor) == 0 else {
        return Finding(
          "disk_sync", .fail, "durable write in \(directory) failed: \(String(cString: strerror(errno)))",
          cost: "no journal can be kept there", mend: "check the disk and its free space")
      }
      recorder.record(UInt64(max(0, monotonic() - start)))
    }
    guard let summary = recorder.summary else { return Finding("disk_sync", .unknown, "nothing measured") }
    return judgeSync(p50: summary.p50, p99: summary.p99, directory)
  }

  /// Judges the two percentiles, in nanoseconds.
  static func judgeSync(p50: UInt64, p99: UInt64, _ directory: String) -> Finding {
    let found =
      "fdatasync p50 \(NumberText.duration(nanoseconds: Double(p50))), "
      + "p99 \(NumberText.duration(nanoseconds: Double(p99))) over \(tries) tries in \(directory)"
    guard p99 > 20_000_000 else { return Finding("disk_sync", .ok, found) }
    return Finding(
      "disk_sync", .warn, found, cost: "a journal synchronised per order adds that time to the order",
      mend: "put the journal on a local solid-state disk with power-loss protection")
  }

  private static func monotonic() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
