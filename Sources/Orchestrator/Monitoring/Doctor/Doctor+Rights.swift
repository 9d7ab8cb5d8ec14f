// What the process is allowed to do to the machine: capabilities, real-time priorities, cores.

extension Doctor {
  /// Linux capabilities that the tuning of a session uses, by their bit in `CapEff` (capabilities(7)).
  enum Capability: UInt64 {
    case lockMemory = 14
    case setPriority = 23
  }

  /// Whether the process has the capability; nil where the kernel does not tell.
  static func has(_ capability: Capability, _ files: HostFiles) -> Bool? {
    guard let text = files.field("CapEff", in: "/proc/self/status"), let mask = UInt64(text, radix: 16) else {
      return nil
    }
    return mask & (1 << capability.rawValue) != 0
  }

  /// Whether threads may enter the real-time class.
  static func realTimePriority(_ files: HostFiles) -> Finding {
    if has(.setPriority, files) == true {
      return Finding("realtime", .ok, "SCHED_FIFO allowed by CAP_SYS_NICE")
    }
    guard let limits = files.field("Max realtime priority", in: "/proc/self/limits"),
      let soft = limits.split(separator: " ").first, let priority = soft == "unlimited" ? 99 : Int(soft)
    else { return Finding("realtime", .unknown, "/proc/self/limits does not tell") }
    guard priority == 0 else { return Finding("realtime", .ok, "SCHED_FIFO allowed up to priority \(priority)") }
    return Finding(
      "realtime", .warn, "SCHED_FIFO is not allowed",
      cost: "--realtime has no effect: other tasks may take the engine's core for milliseconds",
      mend: "setcap cap_sys_nice+ep on the binary, or 'rtprio 99' for the user in /etc/security/limits.conf")
  }

  /// Cores that the process may use, against those that the machine has.
  static func allowedCores(_ files: HostFiles) -> Finding {
    guard let allowed = files.field("Cpus_allowed_list", in: "/proc/self/status") else {
      return Finding("allowed_cores", .unknown, "/proc/self/status does not tell")
    }
    let count = allowed.split(separator: ",").reduce(0) { count, range in
      let ends = range.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, last >= first else { return count }
      return count + last - first + 1
    }
    guard count == 1 else { return Finding("allowed_cores", .ok, allowed) }
    return Finding(
      "allowed_cores", .warn, "only core \(allowed)",
      cost: "engine, link and monitor take turns on it: stalls of milliseconds; --pin and --io-core have no choice",
      mend: "widen the set of the process: `taskset`, the container's cpuset")
  }
}
