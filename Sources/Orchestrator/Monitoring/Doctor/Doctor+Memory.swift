// Page sizes and the right to keep memory resident.

extension Doctor {
  /// Reserved huge pages.
  static func hugePages(_ files: HostFiles) -> Finding {
    guard let total = files.field("HugePages_Total", in: "/proc/meminfo").flatMap({ Int($0) }) else {
      return Finding("huge_pages", .unknown, "/proc/meminfo does not tell")
    }
    let size = files.field("Hugepagesize", in: "/proc/meminfo") ?? "unknown size"
    guard total > 0 else {
      return Finding(
        "huge_pages", .warn, "none reserved",
        cost: "more address translation misses in large trees and rings: some per cent of a decision",
        mend: "sysctl -w vm.nr_hugepages=64")
    }
    let free = files.field("HugePages_Free", in: "/proc/meminfo") ?? "unknown"
    return Finding("huge_pages", .ok, "\(total) of \(size), \(free) free")
  }

  /// How the kernel hands out huge pages by itself.
  static func transparentHugePages(_ files: HostFiles) -> Finding {
    guard let text = files.text("/sys/kernel/mm/transparent_hugepage/enabled") else {
      return Finding("transparent_huge_pages", .unknown, "the mode cannot be read")
    }
    guard let open = text.firstIndex(of: "["), let close = text.firstIndex(of: "]"), open < close else {
      return Finding("transparent_huge_pages", .unknown, "unexpected form: \(text)")
    }
    let mode = String(text[text.index(after: open)..<close])
    guard mode == "always" else { return Finding("transparent_huge_pages", .ok, mode) }
    return Finding(
      "transparent_huge_pages", .warn, mode, cost: "page faults that compact memory stall for up to milliseconds",
      mend: "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled")
  }

  /// How much memory the process may lock.
  static func memoryLock(_ files: HostFiles) -> Finding {
    guard let limits = files.field("Max locked memory", in: "/proc/self/limits"),
      let soft = limits.split(separator: " ").first
    else { return Finding("memory_lock", .unknown, "/proc/self/limits does not tell") }
    if soft == "unlimited" { return Finding("memory_lock", .ok, "unlimited") }
    if has(.lockMemory, files) == true { return Finding("memory_lock", .ok, "unlimited by CAP_IPC_LOCK") }
    guard let bytes = UInt64(soft) else {
      return Finding("memory_lock", .unknown, "unexpected limit: \(soft)")
    }
    let found = "\(NumberText.grouped(bytes / 1024)) KiB"
    // The engine's arenas, models and rings fit in half a gigabyte; with less, locking fails part-way.
    guard bytes < 512 * 1024 * 1024 else { return Finding("memory_lock", .ok, found) }
    return Finding(
      "memory_lock", .warn, found,
      cost: "memory cannot be kept resident: a page fault in the hot path costs microseconds",
      mend: "ulimit -l unlimited, or 'memlock unlimited' for the user in /etc/security/limits.conf")
  }
}
