// The elements of an SVG drawing, written in order.

/// Collects the elements of one drawing. Colours and line widths live in the page's style sheet: marks carry classes.
struct ChartCanvas {
  /// Size of the drawing in its own units.
  let width: Double
  let height: Double
  private var parts: [String] = []

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// A coordinate with one decimal, or none where it is 0: shorter than any grouping format, and the same everywhere.
  static func text(_ coordinate: Double) -> String {
    let tenths = Int((coordinate * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let (whole, tenth) = abs(tenths).quotientAndRemainder(dividingBy: 10)
    return tenth == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(tenth)"
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    parts.append(
      """
      <line class="\(style)" x1="\(Self.text(x1))" y1="\(Self.text(y1))" x2="\(Self.text(x2))" y2="\(Self.text(y2))"/>
      """)
  }

  /// `anchor` is `start`, `middle` or `end`. A minus in front of a number becomes a true one.
  mutating func label(_ text: String, x: Double, y: Double, anchor: String = "start", _ style: String = "tick") {
    parts.append(
      """
      <text class="\(style)" text-anchor="\(anchor)" x="\(Self.text(x))" y="\(Self.text(y))">\(HTML.number(text))</text>
      """)
  }

  /// About how wide a label is. Fonts differ; this is the mean advance of common sans-serif fonts at 12 to 13 pixels,
  /// rounded up.
  static func width(of text: String) -> Double { Double(text.count) * 7 }

  /// A label at the left of `x` that is cut to the room there, with the whole name as its tip where it was cut.
  mutating func name(_ text: String, x: Double, y: Double, _ style: String = "name") {
    let fitting = Int(x / 7)
    guard text.count > fitting else { return label(text, x: x, y: y, anchor: "end", style) }
    parts.append(
      """
      <text class="\(style)" text-anchor="end" x="\(Self.text(x))" y="\(Self.text(y))">\
      \(HTML.escaped(text.prefix(max(1, fitting - 1)) + "\u{2026}"))<title>\(HTML.escaped(text))</title></text>
      """)
  }

  /// A rectangle; `tip` is shown when the pointer rests on it.
  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, _ style: String, opacity: Double? = nil, tip: String? = nil
  ) {
    let shade = opacity.map { " fill-opacity=\"\(DecimalText.fixed($0, digits: 2))\"" } ?? ""
    let shape = """
      <rect class="\(style)" x="\(Self.text(x))" y="\(Self.text(y))" width="\(Self.text(width))" \
      height="\(Self.text(height))"\(shade)
      """
    parts.append(Self.closed(shape, "rect", tip))
  }

  mutating func circle(x: Double, y: Double, radius: Double, _ style: String, tip: String? = nil) {
    let shape = "<circle class=\"\(style)\" cx=\"\(Self.text(x))\" cy=\"\(Self.text(y))\" r=\"\(Self.text(radius))\""
    parts.append(Self.closed(shape, "circle", tip))
  }

  mutating func path(_ path: ChartPath, _ style: String, tip: String? = nil) {
    guard !path.commands.isEmpty else { return }
    parts.append(Self.closed("<path class=\"\(style)\" d=\"\(path.commands)\"", "path", tip))
  }

  /// The `<svg>` element; `description` is what screen readers say in place of the drawing.
  func element(_ frame: ChartFrame, title: String, description: String) -> String {
    """
    <svg class="\(frame == .wide ? "wide" : "narrow")" viewBox="0 0 \(Self.text(width)) \(Self.text(height))" \
    role="img" aria-label="\(HTML.escaped(title + ". " + description))">
    \(parts.joined(separator: "\n"))
    </svg>
    """
  }

  private static func closed(_ shape: String, _ name: String, _ tip: String?) -> String {
    guard let tip else { return shape + "/>" }
    return "\(shape)><title>\(HTML.escaped(tip))</title></\(name)>"
  }
}

/// The outline of a shape in SVG's path language.
struct ChartPath {
  /// The `d` attribute.
  private(set) var commands = ""

  mutating func move(_ x: Double, _ y: Double) { append("M", x, y) }
  mutating func line(_ x: Double, _ y: Double) { append("L", x, y) }
  mutating func horizontal(_ x: Double) { commands += "H" + ChartCanvas.text(x) }
  mutating func vertical(_ y: Double) { commands += "V" + ChartCanvas.text(y) }
  mutating func close() { commands += "Z" }

  /// Straight lines through `points`, after a move to the first or, if `joined`, a line to it.
  mutating func lines(_ points: some Sequence<(x: Double, y: Double)>, joined: Bool = false) {
    var isFirst = !joined
    for point in points {
      if isFirst { move(point.x, point.y) } else { line(point.x, point.y) }
      isFirst = false
    }
  }

  /// Adds a diagonal cross.
  mutating func cross(x: Double, y: Double, radius: Double) {
    move(x - radius, y - radius)
    line(x + radius, y + radius)
    move(x - radius, y + radius)
    line(x + radius, y - radius)
  }

  /// Adds a line without length: a dot as wide as the stroke, where the style gives lines round ends.
  mutating func dot(x: Double, y: Double) {
    move(x, y)
    horizontal(x)
  }

  private mutating func append(_ command: String, _ x: Double, _ y: Double) {
    commands += command + ChartCanvas.text(x) + " " + ChartCanvas.text(y)
  }
}
