// Where progress and status are shown: what the output can do, and how to write to it. Results go elsewhere (stdout).

import Glibc

/// An output for people, with what it can do.
package struct Terminal {
  /// Whether lines can be redrawn in place.
  package var isInteractive: Bool
  /// Whether colours are wanted: a terminal, and no `NO_COLOR` (https://no-color.org).
  package var usesColor: Bool
  /// Columns; 80 when unknown.
  package var width: Int
  /// Takes text exactly as it is to appear.
  package var write: (String) -> Void

  package init(isInteractive: Bool, usesColor: Bool, width: Int, write: @escaping (String) -> Void) {
    self.isInteractive = isInteractive
    self.usesColor = usesColor
    self.width = width
    self.write = write
  }

  /// The process's standard error.
  package static func standardError() -> Terminal {
    let isInteractive = isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb"
    let noColor = environment("NO_COLOR").map { !$0.isEmpty } ?? false
    return Terminal(isInteractive: isInteractive, usesColor: isInteractive && !noColor, width: columns()) { text in
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        let written = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
        // A closed or full output loses display text only; the session goes on.
        guard written > 0 else { return }
        rest = rest.dropFirst(written)
      }
    }
  }

  /// Takes everything and shows nothing; for `--json` and for tests.
  package static var silent: Terminal { Terminal(isInteractive: false, usesColor: false, width: 80) { _ in } }

  private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  private static func columns() -> Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
