// Reads the kernel's small text files below a root, so that tests can show the doctor any machine.

private import Foundation

/// The text files of a host.
package struct HostFiles: Sendable {
  /// Folder that stands for `/`.
  package var root: String

  package init(root: String = "/") { self.root = root }

  /// The file's text without surrounding white space; nil when it cannot be read.
  package func text(_ path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: url(path)) else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The file's lines; empty when it cannot be read.
  package func lines(_ path: String) -> [Substring] { text(path)?.split(separator: "\n") ?? [] }

  /// Names in a folder, sorted; empty when it cannot be read.
  package func names(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: url(path))) ?? []).sorted()
  }

  /// The value of a `name: value` or `name value` line, as in `/proc/meminfo` and `/proc/cpuinfo`.
  package func field(_ name: String, in path: String) -> String? {
    for line in lines(path) where line.hasPrefix(name) {
      let rest = line.dropFirst(name.count)
      guard let first = rest.first, first == ":" || first == " " || first == "\t" else { continue }
      return String(rest.drop { $0 == ":" || $0 == " " || $0 == "\t" })
    }
    return nil
  }

  private func url(_ path: String) -> String { root == "/" ? path : root + path }
}
