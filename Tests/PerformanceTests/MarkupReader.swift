// Enough of a reader of markup for tests: whether tags nest, and what the attributes say.

/// Reads the tags of a piece of HTML without scripts and style sheets.
struct MarkupReader {
  /// An opening tag.
  struct Tag {
    var name: Substring
    /// Everything between the name and the bracket.
    var attributes: Substring

    /// The value of an attribute in double quotes; nil without it.
    func value(_ attribute: String) -> String? {
      for part in attributes.split(separator: "\" ") {
        let text = part.drop { $0 == " " }
        guard text.hasPrefix(attribute + "=\"") else { continue }
        return String(text.dropFirst(attribute.count + 2).prefix { $0 != "\"" })
      }
      return nil
    }

    /// The value as a number; not a number without it.
    func number(_ attribute: String) -> Double { value(attribute).flatMap { Double($0) } ?? .nan }
  }

  /// What does not nest.
  private(set) var problems: [String] = []
  /// Opening and self-closing tags, in order.
  private(set) var tags: [Tag] = []

  init(_ markup: String) {
    var open: [Substring] = []
    for piece in markup.split(separator: "<").dropFirst(markup.hasPrefix("<") ? 0 : 1) {
      guard let end = piece.firstIndex(of: ">") else {
        problems.append("unclosed bracket in \(piece.prefix(20))")
        continue
      }
      let tag = piece[..<end]
      let name = tag.prefix { $0 != " " && $0 != "/" || $0 == "/" && tag.hasPrefix("/") }
      if name.hasPrefix("/") {
        if open.popLast() != name.dropFirst() { problems.append("unexpected \(name)") }
        continue
      }
      tags.append(Tag(name: name, attributes: tag.dropFirst(name.count)))
      if !tag.hasSuffix("/") { open.append(name) }
    }
    problems += open.map { "\($0) is not closed" }
  }

  /// Tags of that name whose class is `style`.
  func tags(_ name: String, style: String) -> [Tag] { tags.filter { $0.name == name && $0.value("class") == style } }

  /// The points of the first path of that class, lines and steps followed.
  func path(style: String) -> [(x: Double, y: Double)] {
    guard let commands = tags("path", style: style).first?.value("d") else { return [] }
    var points: [(x: Double, y: Double)] = []
    var (x, y) = (0.0, 0.0)
    for command in commands.split(atEach: "MLHVZ") {
      let numbers = command.dropFirst().split(separator: " ").compactMap { Double($0) }
      switch command.first {
      case "M", "L": (x, y) = (numbers[0], numbers[1])
      case "H": x = numbers[0]
      case "V": y = numbers[0]
      default: continue
      }
      points.append((x, y))
    }
    return points
  }
}

extension String {
  /// Pieces that each begin with a separator.
  fileprivate func split(atEach separators: String) -> [String] {
    var pieces: [String] = []
    for character in self {
      if separators.contains(character) || pieces.isEmpty { pieces.append("") }
      pieces[pieces.count - 1].append(character)
    }
    return pieces
  }
}
