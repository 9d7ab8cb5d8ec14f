// Cores, clocks and who else uses them.

extension Doctor {
  /// The machine's cores; the engine wants one for itself beside the rest of the system.
  static func cores(_ files: HostFiles) -> Finding {
    let processors = files.lines("/proc/cpuinfo").filter { $0.hasPrefix("processor") }.count
    guard processors > 0 else { return Finding("cores", .unknown, "/proc/cpuinfo lists no processor") }
    let model = files.field("model name", in: "/proc/cpuinfo") ?? "unknown model"
    let found = "\(processors) (\(model))"
    guard processors >= 2 else {
      return Finding(
        "cores", .warn, found, cost: "engine, monitor and system share one core: stalls of milliseconds",
        mend: "use a machine with 2 cores or more")
    }
    return Finding("cores", .ok, found)
  }

  /// Cores kept free of the scheduler.
  static func isolation(_ files: HostFiles) -> Finding {
    guard let isolated = files.text("/sys/devices/system/cpu/isolated") else {
      return Finding("isolation", .unknown, "/sys/devices/system/cpu/isolated cannot be read")
    }
    guard isolated.isEmpty else { return Finding("isolation", .ok, "isolated cores: \(isolated)") }
    return Finding(
      "isolation", .warn, "no core is isolated",
      cost: "other tasks and interrupts stop the engine for up to milliseconds; p99 and beyond",
      mend: "boot with isolcpus=N nohz_full=N rcu_nocbs=N and run trader with --pin N")
  }

  /// The frequency governor of the cores.
  static func governor(_ files: HostFiles) -> Finding {
    let folder = "/sys/devices/system/cpu"
    let cores = files.names(in: folder).filter { $0.hasPrefix("cpu") && Int($0.dropFirst(3)) != nil }
    let governors = Set(cores.compactMap { files.text("\(folder)/\($0)/cpufreq/scaling_governor") }).sorted()
    guard !governors.isEmpty else {
      return Finding("governor", .unknown, "no cpufreq files: usual in virtual machines, where the host decides")
    }
    let found = governors.joined(separator: ", ")
    guard governors == ["performance"] else {
      return Finding(
        "governor", .warn, found, cost: "cores start slowly after a pause: tens of microseconds on the first event",
        mend: "cpupower frequency-set -g performance")
    }
    return Finding("governor", .ok, found)
  }

  /// What the kernel reads the time from.
  static func clockSource(_ files: HostFiles) -> Finding {
    guard let source = files.text("/sys/devices/system/clocksource/clocksource0/current_clocksource") else {
      return Finding("clock_source", .unknown, "the current clock source cannot be read")
    }
    switch source {
    case "tsc", "arch_sys_counter": return Finding("clock_source", .ok, source)
    case "kvm-clock", "hyperv_clocksource_tsc_page":
      return Finding(
        "clock_source", .warn, source, cost: "time stamps cost 2-3 times as much as with tsc",
        mend:
          "where the host's counter is stable: write tsc to the current_clocksource file, or boot with clocksource=tsc")
    default:
      return Finding(
        "clock_source", .fail, source, cost: "every time stamp is a system call of a microsecond or more",
        mend: "boot with clocksource=tsc tsc=reliable, or use a machine whose counter is stable")
    }
  }

  /// Whether the processor's cycle counter runs at one rate in every state.
  static func timeStampCounter(_ files: HostFiles) -> Finding {
    guard let flags = files.field("flags", in: "/proc/cpuinfo") else {
      return Finding("tsc", .unknown, "/proc/cpuinfo names no processor flags")
    }
    let words = Set(flags.split(separator: " "))
    guard words.contains("constant_tsc"), words.contains("nonstop_tsc") else {
      return Finding(
        "tsc", .warn, "not invariant", cost: "latencies measured by the counter drift with the core's frequency",
        mend: "use a processor with an invariant time stamp counter; in a virtual machine, let the host expose it")
    }
    return Finding("tsc", .ok, "invariant")
  }

  /// The kernel's brake on real-time threads.
  static func realTimeThrottling(_ files: HostFiles) -> Finding {
    guard let text = files.text("/proc/sys/kernel/sched_rt_runtime_us"), let runtime = Int(text) else {
      return Finding("rt_throttling", .unknown, "kernel.sched_rt_runtime_us cannot be read")
    }
    guard runtime >= 0 else { return Finding("rt_throttling", .ok, "off") }
    let period = files.text("/proc/sys/kernel/sched_rt_period_us").flatMap { Int($0) } ?? 1_000_000
    let stopped = max(0, period - runtime) / 1000
    return Finding(
      "rt_throttling", .warn, "a spinning real-time thread is stopped \(stopped) ms in every \(period / 1000) ms",
      cost: "with SCHED_FIFO: a gap of \(stopped) ms each second; without it: nothing",
      mend: "sysctl -w kernel.sched_rt_runtime_us=-1, or do not run the engine under SCHED_FIFO")
  }

  /// Whether the machine is busy with other work.
  static func load(_ files: HostFiles) -> Finding {
    guard let text = files.text("/proc/loadavg"), let first = text.split(separator: " ").first,
      let load = Double(first)
    else { return Finding("load", .unknown, "/proc/loadavg cannot be read") }
    let processors = files.lines("/proc/cpuinfo").filter { $0.hasPrefix("processor") }.count
    let found = "\(NumberText.decimal(load, places: 2)) over the last minute"
    guard processors > 0, load > 0.75 * Double(processors) else { return Finding("load", .ok, found) }
    return Finding(
      "load", .warn, "\(found) on \(processors) cores",
      cost: "the engine waits for its core; latencies measured now say little",
      mend: "move other work to other machines, or to other cores with taskset and nice")
  }
}
