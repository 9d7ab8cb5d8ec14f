// The libraries that the binaries load, as the package manager and the process know them.

extension Doctor {
  /// Debian packages that hold the libraries: any one of each row will do.
  private static var libraries: [(check: String, anyOf: [String])] {
    [
      ("package_liburing", ["liburing2"]),
      ("package_openblas", ["libopenblas0-serial", "libopenblas0-pthread", "libopenblas0-openmp"]),
      ("package_jemalloc", ["libjemalloc2"]),
      ("package_sqlite", ["libsqlite3-0"]),
      ("package_xgboost", ["libxgboost0"]),
      ("package_zstd", ["libzstd1"]),
      ("package_zlib", ["zlib1g"]),
      ("package_sodium", ["libsodium23"]),
    ]
  }

  /// A finding a library.
  static func packages(_ files: HostFiles) -> [Finding] {
    let installed = installedVersions(files)
    return libraries.map { check, names in
      guard let installed else { return Finding(check, .unknown, "no Debian package list on this system") }
      guard let name = names.first(where: { installed[$0] != nil }), let version = installed[name] else {
        return Finding(
          check, .fail, "none of \(names.joined(separator: ", ")) is installed",
          cost: "programs that need it do not start", mend: "apt-get install \(names[0])")
      }
      let found = "\(name) \(version)"
      if name == "libopenblas0-pthread" || name == "libopenblas0-openmp" {
        return Finding(
          check, .warn, found, cost: "its thread pool competes with the engine's cores",
          mend: "apt-get install libopenblas0-serial, or start with OPENBLAS_NUM_THREADS=1")
      }
      return Finding(check, .ok, found)
    }
  }

  /// Versions of the installed packages by name; nil when there is no package list.
  private static func installedVersions(_ files: HostFiles) -> [String: String]? {
    let lines = files.lines("/var/lib/dpkg/status")
    guard !lines.isEmpty else { return nil }
    var versions: [String: String] = [:]
    var name = ""
    var isInstalled = false
    for line in lines {
      if line.hasPrefix("Package: ") {
        name = String(line.dropFirst(9))
        isInstalled = false
      } else if line.hasPrefix("Status: ") {
        isInstalled = line.hasSuffix(" installed")
      } else if line.hasPrefix("Version: "), isInstalled {
        versions[name] = String(line.dropFirst(9))
      }
    }
    return versions
  }

  /// The Swift runtime this process runs on.
  static func swiftRuntime(_ files: HostFiles) -> Finding {
    #if compiler(>=6.3)
      let compiler = "built by Swift 6.3 or newer"
    #else
      let compiler = "built by Swift 6.2"
    #endif
    let mapped = files.lines("/proc/self/maps").first { $0.hasSuffix("/libswiftCore.so") }
    guard let path = mapped.flatMap({ line in line.firstIndex(of: "/").map { line[$0...] } }) else {
      return Finding("swift_runtime", .ok, "\(compiler), runtime linked in or not listed")
    }
    return Finding("swift_runtime", .ok, "\(compiler), runtime \(path)")
  }
}
