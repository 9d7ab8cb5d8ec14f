// A flame graph as an SVG file: functions as boxes as wide as their share, callees above their callers.

/// Draws folded stacks.
package struct FlameGraph {
  private let title: String
  private let unit: String
  private let root: Frame

  private static let width = 1200.0
  private static let rowHeight = 18.0
  private static let margin = 10.0
  private static let header = 44.0
  /// Narrower boxes are left out: nobody could see or read them.
  private static let narrowest = 0.4

  /// A function in one place of the call tree.
  private final class Frame {
    let name: String
    var total: UInt64 = 0
    var children: [String: Frame] = [:]

    init(_ name: String) { self.name = name }

    var depth: Int { 1 + (children.values.map(\.depth).max() ?? 0) }
  }

  /// `unit` is what weights are: samples, instructions.
  package init(title: String, unit: String, stacks: FoldedStacks) {
    self.title = title
    self.unit = unit
    root = Frame("all")
    for (stack, weight) in stacks.weights {
      var frame = root
      frame.total += weight
      for name in stack {
        let next = frame.children[name] ?? Frame(name)
        frame.children[name] = next
        next.total += weight
        frame = next
      }
    }
  }

  /// The picture; each box carries its name, weight and share as a title, which viewers show under the pointer.
  package var svg: String {
    let height = Self.header + Double(root.depth) * Self.rowHeight + Self.margin
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(px(Self.width)) \(px(height))" width="\(px(Self.width))" \
      height="\(px(height))" font-family="sans-serif" font-size="11">
      <style>
      svg { background: #ffffff; color: #1a1a1a } text { fill: currentColor }
      rect { stroke: #ffffff; stroke-width: 0.5 }
      .name { fill: #1a1a1a } rect:hover { stroke: #000000; stroke-width: 1 }
      @media (prefers-color-scheme: dark) { svg { background: #16181c; color: #e8e8e8 } rect { stroke: #16181c } }
      </style>
      <text x="\(px(Self.margin))" y="18" font-size="14">\(escaped(title))</text>
      <text x="\(px(Self.margin))" y="34">\(root.total) \(escaped(unit)); a box is as wide as its share, callees stand \
      on their callers</text>

      """
    draw(root, x: Self.margin, depth: 0, height: height, into: &text)
    return text + "</svg>\n"
  }

  private func draw(_ frame: Frame, x: Double, depth: Int, height: Double, into text: inout String) {
    guard root.total > 0 else { return }
    let share = Double(frame.total) / Double(root.total)
    let width = share * (Self.width - 2 * Self.margin)
    guard width >= Self.narrowest else { return }
    let y = height - Self.margin - Double(depth + 1) * Self.rowHeight
    let percent = Double((share * 10_000).rounded()) / 100
    text += "<g><title>\(escaped(frame.name)): \(frame.total) \(escaped(unit)), \(percent)%</title>"
    text += "<rect x=\"\(px(x))\" y=\"\(px(y))\" width=\"\(px(width))\" height=\"\(px(Self.rowHeight - 1))\" rx=\"2\" "
    text += "fill=\"\(color(frame.name))\"/>"
    // About six and a half units a letter at this size.
    let letters = Int((width - 6) / 6.5)
    if letters >= 3 {
      let name = frame.name.count > letters ? frame.name.prefix(letters - 1) + "…" : frame.name[...]
      text += "<text class=\"name\" x=\"\(px(x + 3))\" y=\"\(px(y + 12.5))\">\(escaped(String(name)))</text>"
    }
    text += "</g>\n"
    var left = x
    for child in frame.children.values.sorted(by: { $0.name < $1.name }) {
      draw(child, x: left, depth: depth + 1, height: height, into: &text)
      left += Double(child.total) / Double(root.total) * (Self.width - 2 * Self.margin)
    }
  }

  /// A warm colour that depends on the name only, so that a function looks alike in every picture (FNV-1a).
  private func color(_ name: String) -> String {
    let hash = name.utf8.reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    return "hsl(\(10 + hash % 45) \(70 + (hash >> 8) % 25)% \(62 + (hash >> 16) % 14)%)"
  }

  private func px(_ value: Double) -> String { String((value * 10).rounded() / 10) }

  private func escaped(_ text: String) -> String { text.escapedForXML }
}

extension String {
  /// With the characters replaced that mean something in XML and HTML.
  var escapedForXML: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
