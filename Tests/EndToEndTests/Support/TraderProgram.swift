// Runs the real binary as a user would: arguments in, exit code and both outputs back.
import Foundation

/// What one run of the program left.
struct ProgramResult: CustomStringConvertible {
  var arguments: [String]
  /// Exit code; 128 + the signal when one ended the program.
  var status: Int32
  var output: String
  var errors: String

  var description: String {
    "trader \(arguments.joined(separator: " "))\nexit code \(status)\n\(output.suffix(2_000))\n\(errors.suffix(2_000))"
  }
}

/// The program could not be run, or did not end.
struct ProgramFailure: Error, CustomStringConvertible {
  var description: String
}

/// A program that was started and not yet waited for.
final class RunningProgram {
  private let arguments: [String]
  private let process: pid_t
  private let output: String
  private let errors: String
  private var isReaped = false

  fileprivate init(arguments: [String], process: pid_t, output: String, errors: String) {
    self.arguments = arguments
    self.process = process
    self.output = output
    self.errors = errors
  }

  deinit {
    guard !isReaped else { return }
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  /// Its process number.
  var processID: Int32 { process }

  /// Sends it a signal.
  func send(signal: Int32) { kill(process, signal) }

  /// What it has written to standard error so far.
  var errorsSoFar: String { text(errors) }

  /// Waits for its end, at most `seconds`.
  func wait(seconds: Double = 120) throws -> ProgramResult {
    let deadline = Date().addingTimeInterval(seconds)
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      guard Date() < deadline else {
        throw ProgramFailure(
          description: "trader \(arguments.joined(separator: " ")) runs longer than \(seconds) s; it wrote\n"
            + text(errors).suffix(1_000))
      }
      usleep(3_000)
    }
    isReaped = true
    let signal = status & 0x7f
    return ProgramResult(
      arguments: arguments, status: signal == 0 ? (status >> 8) & 0xff : 128 + signal, output: text(output),
      errors: text(errors))
  }

  private func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }
}

enum TraderProgram {
  /// The binary that was built together with this test bundle.
  static let path: String = {
    let image = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardized
    let candidates =
      [image, CommandLine.arguments[0]].map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
      + [root.appendingPathComponent(".build/release")]
    let paths = candidates.map { $0.appendingPathComponent("trader").path }
    return paths.first { FileManager.default.isExecutableFile(atPath: $0) } ?? paths[paths.count - 1]
  }()

  /// Starts it with `folder` as its working directory; `wrapper` is a command that becomes it, with its options.
  static func start(_ arguments: [String], under wrapper: [String] = [], in folder: String) throws -> RunningProgram {
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw ProgramFailure(description: "\(path): no such program; build the `trader` product first")
    }
    let output = Scratch.path("output")
    let errors = Scratch.path("errors")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    // `env -C` changes folder and then becomes the program, in the same process.
    var strings = (["env", "-C", folder] + wrapper + [path] + arguments).map { strdup($0) }
    strings.append(nil)
    defer { for string in strings { free(string) } }
    var process: pid_t = 0
    let outcome = posix_spawn(&process, "/usr/bin/env", &actions, nil, strings, environ)
    guard outcome == 0 else {
      throw ProgramFailure(
        description: "/usr/bin/env cannot be run (\(String(cString: strerror(outcome)))))")
    }
    return RunningProgram(arguments: arguments, process: process, output: output, errors: errors)
  }

  /// Runs it to its end.
  static func run(
    _ arguments: [String], under wrapper: [String] = [], in folder: String = Scratch.root
  ) throws -> ProgramResult {
    try start(arguments, under: wrapper, in: folder).wait()
  }

  /// Runs it to its end, which must be a success.
  @discardableResult static func succeed(_ arguments: [String], in folder: String = Scratch.root) throws
    -> ProgramResult
  {
    let result = try run(arguments, in: folder)
    guard result.status == 0 else { throw ProgramFailure(description: "\(result)") }
    return result
  }
}
