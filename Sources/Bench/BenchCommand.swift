// The `bench` program: measures the stages of the hot path and holds them to their budgets.

import ArgumentParser
import Glibc

/// The root command. Exit codes: 0 done, 2 usage, 3 bad input, 4 environment, 5 the gate refuses, 70 internal
/// error, 130 interrupted.
@main
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures the stages of the hot path and holds them to their budgets.",
    subcommands: [
      Run.self, Check.self, Instructions.self, AcceptBaseline.self, Prove.self, Compare.self, Diff.self, Profile.self,
      Report.self, Count.self, Replay.self, FeatureCost.self, Maker.self, Research.self, Training.self,
      Repeats.self, Suggest.self, Drift.self,
    ])

  /// Parses and runs, giving every kind of failure its exit code.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as BenchFailure {
      writeError("bench: \(failure.description)\n")
      Glibc.exit(failure.exitCode)
    } catch {
      let code = exitCode(for: error)
      let text = fullMessage(for: error)
      // Help asked for is a result; everything else the parser says is a usage error.
      guard code != .success else {
        print(text)
        Glibc.exit(0)
      }
      if !text.isEmpty { writeError(text + "\n") }
      Glibc.exit(code == .validationFailure ? 2 : code.rawValue)
    }
  }
}

/// Why the program could not do what it was asked.
package enum BenchFailure: Error, CustomStringConvertible {
  /// An argument names something that does not exist.
  case usage(String)
  /// A file cannot be read or does not hold what it should.
  case badInput(String)
  /// The machine lacks something.
  case environment(String)
  /// A budget broke; the table has been printed.
  case refused(String)
  /// A stage contradicted itself.
  case inconsistent(String)
  /// The user asked to end.
  case interrupted

  var exitCode: Int32 {
    switch self {
    case .usage: return 2
    case .badInput: return 3
    case .environment: return 4
    case .refused: return 5
    case .inconsistent: return 70
    case .interrupted: return 130
    }
  }

  package var description: String {
    switch self {
    case .usage(let text), .badInput(let text), .environment(let text), .refused(let text), .inconsistent(let text):
      return text
    case .interrupted: return "interrupted; what was begun has been tidied up"
    }
  }
}

/// Writes to standard error, where everything goes that is not the result.
func writeError(_ text: String) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let written = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    guard written > 0 else { return }
    rest = rest.dropFirst(written)
  }
}
