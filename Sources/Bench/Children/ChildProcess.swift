// Other programs that bench starts: profilers, compilers, and bench itself.

import Foundation
import Glibc
import Synchronization

/// A started program whose output goes to files: nobody has to empty pipes while several run.
final class ChildProcess {
  private let command: [String]
  private let process = Process()
  private let folder: URL

  /// Starts `command`, found over PATH. `environment` replaces this process's own; output is kept unless `isShown`,
  /// when it goes to standard error.
  init(_ command: [String], environment: [String: String]? = nil, isShown: Bool = false) throws {
    self.command = command
    folder = try TemporaryFolder.make("child")
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    if let environment { process.environment = environment }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = isShown ? FileHandle.standardError : try ChildProcess.file(folder, "out")
    process.standardError = isShown ? FileHandle.standardError : try ChildProcess.file(folder, "err")
    Interruption.watch()
    do {
      try process.run()
    } catch {
      throw BenchFailure.environment("\(command[0]) cannot be started (\(error.localizedDescription))")
    }
  }

  deinit {
    Interruption.unwatch()
    try? FileManager.default.removeItem(at: folder)
  }

  /// How a program ended and what it said.
  struct Ending {
    let code: Int32
    let output: String
    let complaint: String
  }

  /// Waits for the end, at most `seconds`; an interrupt ends the program and throws.
  func end(within seconds: Double = 3_600) throws -> Ending {
    let deadline = Date().addingTimeInterval(seconds)
    while process.isRunning {
      if Interruption.isRequested {
        stop()
        throw BenchFailure.interrupted
      }
      if Date() > deadline {
        stop()
        throw BenchFailure.environment(
          "'\(command.joined(separator: " "))' did not end within \(Int(seconds)) s and was stopped")
      }
      usleep(10_000)
    }
    // One that the child saw, too, and ended from.
    guard !Interruption.isRequested else { throw BenchFailure.interrupted }
    return Ending(code: process.terminationStatus, output: text("out"), complaint: text("err"))
  }

  /// Runs to the end; a code other than 0 is an error that repeats the last of what the program said.
  @discardableResult
  static func run(
    _ command: [String], environment: [String: String]? = nil, isShown: Bool = false, within seconds: Double = 3_600
  ) throws -> String {
    let ending = try ChildProcess(command, environment: environment, isShown: isShown).end(within: seconds)
    guard ending.code == 0 else { throw failure(command, ending) }
    return ending.output
  }

  /// The error for a program that ended badly.
  static func failure(_ command: [String], _ ending: Ending) -> BenchFailure {
    let last = (ending.complaint.isEmpty ? ending.output : ending.complaint).split(separator: "\n").suffix(8)
    return .environment(
      "'\(command.joined(separator: " "))' ended with code \(ending.code)"
        + (last.isEmpty ? "" : ":\n" + last.joined(separator: "\n")))
  }

  /// The program's path, if it is on PATH.
  static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Fails where a program is missing; says which Debian package holds it.
  static func require(_ name: String, package: String) throws {
    guard find(name) != nil else {
      throw BenchFailure.environment("\(name) is not installed; apt-get install \(package)")
    }
  }

  /// The running program's own file.
  static var ownProgram: String { Bundle.main.executablePath ?? CommandLine.arguments[0] }

  /// Asks kindly, then not.
  private func stop() {
    process.interrupt()
    for _ in 0..<300 where process.isRunning { usleep(10_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    while process.isRunning { usleep(10_000) }
  }

  private func text(_ name: String) -> String {
    String(
      decoding: FileManager.default.contents(atPath: folder.appendingPathComponent(name).path) ?? Data(), as: UTF8.self)
  }

  private static func file(_ folder: URL, _ name: String) throws -> FileHandle {
    let url = folder.appendingPathComponent(name)
    guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
      throw BenchFailure.environment("\(url.path) cannot be written; is the disk full?")
    }
    return try FileHandle(forWritingTo: url)
  }
}

/// Whether the user asked to end. The signal only notes it, so that whoever waits for a child can tidy up.
///
/// Only while somebody watches: a program without children ends at once, as usual.
enum Interruption {
  private static let requested = Atomic<Bool>(false)
  private static let watchers = Atomic<Int>(0)

  /// Begins to note interrupts instead of ending; each call needs an ``unwatch()``.
  static func watch() {
    guard watchers.add(1, ordering: .acquiringAndReleasing).oldValue == 0 else { return }
    for number in [SIGINT, SIGTERM] { signal(number) { _ in Interruption.note() } }
  }

  /// Interrupts end the program again when the last watcher goes.
  static func unwatch() {
    guard watchers.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }

  static var isRequested: Bool { requested.load(ordering: .acquiring) }

  private static func note() { requested.store(true, ordering: .releasing) }
}

/// Folders for what lives no longer than a command.
enum TemporaryFolder {
  /// A new folder whose name holds `purpose`.
  static func make(_ purpose: String) throws -> URL {
    let url = URL(fileURLWithPath: NSTemporaryDirectory())
      .appendingPathComponent("bench-\(purpose)-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw BenchFailure.environment("\(url.path) cannot be made (\(error.localizedDescription)); set TMPDIR")
    }
    return url
  }
}
