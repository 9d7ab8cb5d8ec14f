// The doctor on machines made up for the purpose.

import CHotPath
import Foundation
import Monitoring
import Testing

/// A folder that plays `/`; removed with the value.
private final class FakeHost {
  let root = NSTemporaryDirectory() + "doctor-" + UUID().uuidString

  init(_ files: [String: String]) throws {
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    for (path, text) in files {
      let folder = (root + path as NSString).deletingLastPathComponent
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try text.write(toFile: root + path, atomically: false, encoding: .utf8)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func examine(
    io: Result<hp_probe_io_uring_result, Doctor.IOUringRefusal> = .failure(.init(errorNumber: 38))
  ) -> [String: Finding] {
    let findings = Doctor(files: HostFiles(root: root), directory: root, probeIOUring: { io }).run()
    return Dictionary(uniqueKeysWithValues: findings.map { ($0.check, $0) })
  }
}

private let tuned: [String: String] = [
  "/proc/cpuinfo": """
  processor\t: 0
  model name\t: Test CPU
  flags\t\t: fpu constant_tsc nonstop_tsc avx2

  processor\t: 1
  model name\t: Test CPU
  flags\t\t: fpu constant_tsc nonstop_tsc avx2
  """,
  "/proc/meminfo":
    "MemTotal: 100 kB\nHugePages_Total:      64\nHugePages_Free:       60\nHugepagesize:       2048 kB\n",
  "/proc/loadavg": "0.10 0.20 0.30 1/100 1000\n",
  "/proc/self/limits": "Limit   Soft Limit  Hard Limit  Units\nMax locked memory   unlimited  unlimited  bytes\n"
    + "Max realtime priority   99  99\n",
  "/proc/self/status": "Name:\ttrader\nCpus_allowed_list:\t0-1,3\nCapEff:\t0000000000000000\n",
  "/proc/sys/kernel/sched_rt_runtime_us": "-1\n",
  "/proc/sys/kernel/osrelease": "6.18.0\n",
  "/sys/devices/system/cpu/isolated": "1\n",
  "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "performance\n",
  "/sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
  "/sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
  "/var/lib/dpkg/status": [
    "liburing2", "libopenblas0-serial", "libjemalloc2", "libsqlite3-0", "libxgboost0", "libzstd1", "zlib1g",
    "libsodium23",
  ]
  .map { "Package: \($0)\nStatus: install ok installed\nVersion: 1.0-1\n" }.joined(separator: "\n"),
]

private let fullOffer = Result<hp_probe_io_uring_result, Doctor.IOUringRefusal>.success(
  hp_probe_io_uring_result(
    features: 0x3ffff, single_issuer_defer: 1, receive: 1, provided_buffer_ring: 1, padding: 0))

@Test func aTunedMachineIsFoundInOrder() throws {
  let findings = try FakeHost(tuned).examine(io: fullOffer)
  // The disk and its free space are the real machine's; everything else is the fake's.
  for (check, finding) in findings where check != "disk_sync" && check != "free_space" {
    #expect(finding.status == .ok, "\(check): \(finding.found)")
    #expect(finding.cost == nil && finding.mend == nil, "\(check)")
  }
}

@Test func onABareMachineNothingIsInventedAndNothingFails() throws {
  let findings = try FakeHost([:]).examine(io: fullOffer)
  for check in [
    "cores", "isolation", "governor", "clock_source", "tsc", "huge_pages", "transparent_huge_pages", "memory_lock",
    "rt_throttling", "load", "package_xgboost", "realtime", "allowed_cores",
  ] {
    #expect(findings[check]?.status == .unknown, "\(check)")
  }
}

@Test(arguments: [
  ("/sys/devices/system/cpu/isolated", "\n", "isolation", Finding.Status.warn),
  ("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n", "governor", .warn),
  ("/sys/devices/system/clocksource/clocksource0/current_clocksource", "kvm-clock\n", "clock_source", .warn),
  ("/sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet\n", "clock_source", .fail),
  ("/proc/cpuinfo", "processor : 0\nmodel name : x\nflags : fpu\n", "tsc", .warn),
  ("/proc/cpuinfo", "processor : 0\nmodel name : x\nflags : fpu\n", "cores", .warn),
  ("/proc/meminfo", "HugePages_Total: 0\n", "huge_pages", .warn),
  ("/proc/meminfo", "garbage\n", "huge_pages", .unknown),
  ("/sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n", "transparent_huge_pages", .warn),
  ("/sys/kernel/mm/transparent_hugepage/enabled", "]odd[\n", "transparent_huge_pages", .unknown),
  ("/proc/self/limits", "Max locked memory   65536  65536  bytes\n", "memory_lock", .warn),
  ("/proc/self/limits", "Max locked memory   lots  lots  bytes\n", "memory_lock", .unknown),
  ("/proc/self/limits", "Max realtime priority   0  0\n", "realtime", .warn),
  ("/proc/self/limits", "Max realtime priority   some  some\n", "realtime", .unknown),
  ("/proc/self/status", "Cpus_allowed_list:\t1\n", "allowed_cores", .warn),
  ("/proc/sys/kernel/sched_rt_runtime_us", "950000\n", "rt_throttling", .warn),
  ("/proc/loadavg", "3.50 1 1 1/1 1\n", "load", .warn),
  ("/var/lib/dpkg/status", "Package: zlib1g\nStatus: deinstall ok config-files\nVersion: 1\n", "package_zlib", .fail),
  (
    "/var/lib/dpkg/status", "Package: libopenblas0-pthread\nStatus: install ok installed\nVersion: 1\n",
    "package_openblas", .warn
  ),
])
func aMissIsFoundWithItsCostAndMend(
  _ path: String, _ text: String, _ check: String, _ expected: Finding.Status
) throws {
  let finding = try #require(FakeHost(tuned.merging([path: text]) { $1 }).examine(io: fullOffer)[check])
  #expect(finding.status == expected, "\(finding.found)")
  if expected != .unknown { #expect(finding.cost != nil && finding.mend != nil) }
}

@Test func aCapabilityStandsOverALimit() throws {
  // Bits 14 and 23: CAP_IPC_LOCK and CAP_SYS_NICE.
  let rights: [(mask: String, lock: Finding.Status, priority: Finding.Status)] = [
    ("0000000000004000", .ok, .warn), ("0000000000800000", .warn, .ok), ("000001ffffffffff", .ok, .ok),
    ("0000000000000000", .warn, .warn),
  ]
  for right in rights {
    let findings = try FakeHost(
      tuned.merging([
        "/proc/self/limits": "Max locked memory   65536  65536  bytes\nMax realtime priority   0  0\n",
        "/proc/self/status": "CapEff:\t\(right.mask)\n",
      ]) { $1 }
    ).examine(io: fullOffer)
    #expect(findings["memory_lock"]?.status == right.lock, "\(right)")
    #expect(findings["realtime"]?.status == right.priority, "\(right)")
  }
}

@Test func aRefusedRingNamesTheErrorAndTheSetting() throws {
  let host = try FakeHost(["/proc/sys/kernel/io_uring_disabled": "2\n"])
  let finding = try #require(host.examine(io: .failure(.init(errorNumber: EPERM)))["io_uring"])
  #expect(finding.status == .fail)
  #expect(finding.found.contains("errno 1") && finding.found.contains("io_uring_disabled = 2"))
  #expect(finding.mend?.contains("io_uring_disabled=0") == true)
}

@Test func anOldKernelsRingIsAWarning() throws {
  let old = hp_probe_io_uring_result(
    features: 1, single_issuer_defer: 0, receive: 1, provided_buffer_ring: 1, padding: 0)
  let finding = try #require(FakeHost(tuned).examine(io: .success(old))["io_uring"])
  #expect(finding.status == .warn)
  #expect(finding.found.contains("deferred task running"))
}

@Test func anUnwritableFolderFailsTheDiskCheckAndLeavesNothingBehind() throws {
  let host = try FakeHost(tuned)
  let before = try FileManager.default.contentsOfDirectory(atPath: host.root).sorted()
  #expect(host.examine(io: fullOffer)["disk_sync"]?.found.contains("over 50 tries") == true)
  #expect(try FileManager.default.contentsOfDirectory(atPath: host.root).sorted() == before)
  let findings = Doctor(files: HostFiles(root: host.root), directory: host.root + "/absent").run()
  #expect(findings.first { $0.check == "disk_sync" }?.status == .fail)
  #expect(findings.first { $0.check == "free_space" }?.status == .fail)
}

@Test func theRealMachineAnswersWithoutThrowingAndItsKernelFilesAreReadable() {
  let findings = Doctor(directory: NSTemporaryDirectory()).run()
  #expect(findings.first { $0.check == "cores" }?.status != .unknown)
  #expect(findings.first { $0.check == "load" }?.status != .unknown)
  #expect(Set(findings.map(\.check)).count == findings.count)
}

@Test func findingsTravelAsJSONAndAsATable() throws {
  let findings = [
    Finding("governor", .warn, "powersave", cost: "slow start", mend: "cpupower"), Finding("tsc", .ok, "invariant"),
  ]
  let data = try JSONEncoder().encode(findings)
  #expect(try JSONDecoder().decode([Finding].self, from: data) == findings)
  #expect(
    findings.table == """
      warn     governor  powersave
                         cost: slow start
                         mend: cpupower
      ok       tsc       invariant

      """)
}
