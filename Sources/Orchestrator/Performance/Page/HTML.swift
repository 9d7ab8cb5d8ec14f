// Text made safe and well set for HTML.

import TradingDomain

/// Text for HTML.
package enum HTML {
  /// `text` with the five characters that mean something to HTML replaced.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
    return result
  }

  /// Escaped text whose dates (`2024-06-28`) do not break at their hyphens.
  package static func datesKept(_ text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      let date = word.prefix { $0.isNumber || $0 == "-" }
      guard SessionDate(date) != nil else { return escaped(String(word)) }
      return "<time>\(date)</time>" + escaped(String(word.dropFirst(date.count)))
    }.joined(separator: " ")
  }

  /// A formatted number with a true minus sign, as wide as the plus.
  package static func number(_ text: String) -> String {
    escaped(text.hasPrefix("-") ? "\u{2212}" + text.dropFirst() : text)
  }

  /// A sentence with its numbers well set: a true minus before a number, and the sign for plus or minus.
  package static func prose(_ text: String) -> String {
    var result = ""
    var previous: Character = " "
    let characters = Array(text)
    for (index, character) in characters.enumerated() {
      let next = index + 1 < characters.count ? characters[index + 1] : " "
      if character == "-", previous == "+" {
        result.removeLast()
        result.append("\u{00B1}")
      } else if character == "-", next.isNumber, previous == " " || previous == "(" {
        result.append("\u{2212}")
      } else {
        result.append(character)
      }
      previous = character
    }
    return escaped(result)
  }

  /// A name fit for an `id`: lower case, digits and hyphens only.
  package static func anchor(_ title: String) -> String {
    let kept = title.lowercased().map { ("a"..."z").contains($0) || ("0"..."9").contains($0) ? $0 : "-" }
    return kept.split(separator: "-").map { String($0) }.joined(separator: "-")
  }
}
