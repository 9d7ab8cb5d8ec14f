// Examines the machine for a trading engine: what is there, what a miss costs, how to mend it. It changes nothing.

package import CHotPath

/// The examination. Never throws: what cannot be read is reported as unknown.
package struct Doctor {
  /// What io_uring offers, or the negative errno with which it refused.
  package typealias IOUringProbe = () -> Result<hp_probe_io_uring_result, IOUringRefusal>

  /// Why no ring could be made.
  package struct IOUringRefusal: Error, Hashable, Sendable {
    /// Positive error number.
    package var errorNumber: Int32
    package init(errorNumber: Int32) { self.errorNumber = errorNumber }
  }

  private let files: HostFiles
  private let directory: String
  private let probeIOUring: IOUringProbe

  /// Examines the host whose files lie below `files`; the disk is tried in `directory`, where journal and store will
  /// live.
  package init(
    files: HostFiles = HostFiles(), directory: String, probeIOUring: @escaping IOUringProbe = Doctor.askKernel
  ) {
    self.files = files
    self.directory = directory
    self.probeIOUring = probeIOUring
  }

  /// All findings, in a fixed order. Takes up to a few seconds on a slow disk.
  package func run() -> [Finding] {
    [
      Doctor.ioUring(probeIOUring(), files), Doctor.cores(files), Doctor.isolation(files), Doctor.governor(files),
      Doctor.clockSource(files), Doctor.timeStampCounter(files), Doctor.hugePages(files),
      Doctor.transparentHugePages(files), Doctor.memoryLock(files), Doctor.realTimePriority(files),
      Doctor.realTimeThrottling(files), Doctor.allowedCores(files),
      Doctor.load(files), Doctor.freeSpace(directory), Doctor.diskSync(directory),
    ] + Doctor.packages(files) + [Doctor.swiftRuntime(files)]
  }

  /// Asks the running kernel about io_uring.
  package static func askKernel() -> Result<hp_probe_io_uring_result, IOUringRefusal> {
    var result = hp_probe_io_uring_result()
    let outcome = hp_probe_io_uring(&result)
    return outcome == 0 ? .success(result) : .failure(IOUringRefusal(errorNumber: -outcome))
  }
}
