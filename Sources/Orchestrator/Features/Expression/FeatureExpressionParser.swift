// Text to expression: names, numbers, parentheses and commas.

/// Reads the notation of ``FeatureExpression``: `name`, `number`, or `name(argument, ...)`.
package struct FeatureExpressionParser {
  /// Deeper nesting is refused.
  private static let mostLevels = 32
  /// Longer texts are refused.
  private static let mostBytes = 4_096

  private let text: String
  private let bytes: [UInt8]
  private var position = 0

  /// The expression that `text` says.
  package static func parse(_ text: String) throws(FeatureExpressionError) -> FeatureExpression {
    var parser = FeatureExpressionParser(text)
    guard parser.bytes.count <= mostBytes else {
      throw .syntax(text: String(text.prefix(40)) + "...", position: mostBytes, expected: "at most \(mostBytes) bytes")
    }
    let expression = try parser.expression(level: 0)
    parser.skipSpaces()
    guard parser.position == parser.bytes.count else { throw parser.fault("expected the end of the expression") }
    return expression
  }

  private init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  private mutating func expression(level: Int) throws(FeatureExpressionError) -> FeatureExpression {
    guard level < Self.mostLevels else { throw fault("expected at most \(Self.mostLevels) levels of parentheses") }
    skipSpaces()
    guard let first = peek else { throw fault("expected a name or a number") }
    if first == UInt8(ascii: "-") || first == UInt8(ascii: ".") || isDigit(first) { return .number(try number()) }
    let start = position
    let name = word()
    guard !name.isEmpty else { throw fault("expected a name or a number") }
    skipSpaces()
    guard peek == UInt8(ascii: "(") else {
      guard let input = FeatureInput(name: name) else {
        if FeatureOperator(rawValue: name) != nil || FeatureIndicator.named(name) != nil {
          throw fault("expected '(' after '\(name)'")
        }
        position = start
        throw .unknownName(name)
      }
      return .input(input)
    }
    position += 1
    var arguments: [FeatureExpression] = []
    skipSpaces()
    if peek == UInt8(ascii: ")") {
      position += 1
      return .call(name, arguments)
    }
    while true {
      arguments.append(try expression(level: level + 1))
      skipSpaces()
      guard let next = peek else { throw fault("expected ',' or ')'") }
      position += 1
      if next == UInt8(ascii: ")") { return .call(name, arguments) }
      guard next == UInt8(ascii: ",") else {
        position -= 1
        throw fault("expected ',' or ')'")
      }
    }
  }

  private mutating func number() throws(FeatureExpressionError) -> Double {
    let start = position
    while let byte = peek, isDigit(byte) || "+-.eE".utf8.contains(byte) { position += 1 }
    guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
      position = start
      throw fault("expected a number")
    }
    return value
  }

  private mutating func word() -> String {
    let start = position
    while let byte = peek, isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") {
      position += 1
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func skipSpaces() {
    while peek == UInt8(ascii: " ") { position += 1 }
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private func isLetter(_ byte: UInt8) -> Bool {
    byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
  }

  private func fault(_ expected: String) -> FeatureExpressionError {
    .syntax(text: text, position: position, expected: expected)
  }
}
