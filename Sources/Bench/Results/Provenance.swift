// Where figures come from: source, compiler and machine.

import Foundation

/// Facts about the build that produced a figure.
enum Provenance {
  /// The compiler's version as the program was built, as far as the language tells.
  static var compiler: String {
    let text = (try? ChildProcess.run(["swift", "--version"])) ?? ""
    let line = text.split(separator: "\n").first { $0.contains("Swift version") }
    guard let line, let range = line.range(of: "Swift version ") else { return "Swift of unknown version" }
    return "Swift " + line[range.upperBound...].prefix { $0 != " " }
  }

  static var architecture: String {
    #if arch(x86_64)
      return "x86-64"
    #elseif arch(arm64)
      return "arm64"
    #else
      return "another processor"
    #endif
  }

  /// The commit that is checked out, in twelve digits; nil outside a repository.
  static var commit: String? {
    (try? ChildProcess.run(["git", "rev-parse", "--short=12", "HEAD"]))
      .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
  }

  /// Whether files that git follows differ from the commit.
  static var isChanged: Bool {
    guard let text = try? ChildProcess.run(["git", "status", "--porcelain", "--untracked-files=no"]) else {
      return false
    }
    return !text.isEmpty
  }
}
