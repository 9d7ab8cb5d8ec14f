// Words and numbers inside the selection's SVG: escaped, and the same on every machine.

import Foundation

/// Text of charts and pages.
enum ChartText {
  /// `text` with the characters that mean something to HTML replaced.
  static func escaped(_ text: String) -> String {
    let marks: [Character: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;"]
    return text.reduce(into: "") { $0 += marks[$1] ?? String($1) }
  }

  /// A coordinate: one decimal.
  static func coordinate(_ value: Double) -> String { fixed(value, digits: 1) }

  /// `value` with `digits` decimals, whatever the locale.
  static func fixed(_ value: Double, digits: Int) -> String {
    let text = String(format: "%.\(digits)f", locale: Locale(identifier: "en_US_POSIX"), value)
    return text.contains { "123456789".contains($0) } || !text.hasPrefix("-") ? text : String(text.dropFirst())
  }

  /// `<text>` at a place.
  static func label(
    _ text: String, x: Double, y: Double, anchor: String = "start", style: String = "tick"
  ) -> String {
    """
    <text class="\(style)" text-anchor="\(anchor)" x="\(coordinate(x))" y="\(coordinate(y))">\(escaped(text))</text>
    """
  }

  /// `<line>` between two points.
  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) -> String {
    """
    <line class="\(style)" x1="\(coordinate(x1))" y1="\(coordinate(y1))" x2="\(coordinate(x2))" \
    y2="\(coordinate(y2))"/>
    """
  }

  /// The `<svg>` element around `parts`.
  static func svg(_ title: String, width: Double, height: Double, _ parts: [String]) -> String {
    """
    <svg viewBox="0 0 \(Int(width)) \(Int(height.rounded(.up)))" role="img" aria-label="\(escaped(title))">
    \(label(title, x: 8, y: 18, style: "heading"))
    \(parts.joined(separator: "\n"))
    </svg>
    """
  }
}
