// What the terminal can show: colours, block characters, and how wide it is.

/// Abilities of the terminal that a summary is printed to.
package struct TerminalStyle: Hashable, Sendable {
  /// Whether escape sequences for colours may be written.
  package var hasColours: Bool
  /// Whether characters beyond ASCII may be written.
  package var hasUnicode: Bool
  /// Characters in a line.
  package var columns: Int

  /// Every field as given.
  package init(hasColours: Bool, hasUnicode: Bool, columns: Int) {
    self.hasColours = hasColours
    self.hasUnicode = hasUnicode
    self.columns = columns
  }

  /// ASCII without colours, 100 columns: for files and pipes.
  package static let plain = TerminalStyle(hasColours: false, hasUnicode: false, columns: 100)

  /// What the environment promises.
  ///
  /// Colours need a terminal that is not `dumb`, and no `NO_COLOR` with any but an empty value (the convention of
  /// no-color.org). Block characters need a locale (`LC_ALL`, else `LC_CTYPE`, else `LANG`) in UTF-8.
  ///
  /// - Parameters:
  ///   - isTerminal: Whether the output is a terminal, as `isatty` says.
  ///   - columns: Width that the terminal reports; nil where it is unknown, which counts as `COLUMNS` or 100.
  package init(isTerminal: Bool, columns: Int? = nil, environment: [String: String]) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let locale = (value("LC_ALL") ?? value("LC_CTYPE") ?? value("LANG") ?? "").lowercased()
    self.init(
      hasColours: isTerminal && value("NO_COLOR") == nil && value("TERM") != "dumb",
      hasUnicode: locale.hasSuffix("utf-8") || locale.hasSuffix("utf8"),
      columns: min(200, max(40, columns ?? value("COLUMNS").flatMap { Int($0) } ?? 100)))
  }

  /// The looks of a piece of text.
  enum Look: String {
    case bold = "1"
    case dim = "2"
    // Blue and yellow: told apart by every kind of colour sight.
    case gain = "34"
    case loss = "33"
    case pass = "32"
    case fail = "1;31"
    case alarm = "1;7;31"
  }

  /// `text` in a look, or as it is without colours.
  func styled(_ text: String, _ look: Look) -> String {
    hasColours ? "\u{1B}[\(look.rawValue)m\(text)\u{1B}[0m" : text
  }
}
