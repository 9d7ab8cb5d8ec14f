// Rules about the text of single files. Each is a pure function, so that a planted fault can prove that it finds one.

/// The rules.
enum TextRules {
  static let maximumColumns = 120
  static let maximumLines = 500
  private static let codeExtensions: Set<String> = ["swift", "c", "h", "sh", "py"]
  private static let dataExtensions: Set<String> = ["bin", "csv", "json", "txt", "ubj"]

  /// Lines are at most 120 columns; in Markdown, tables, fenced code and lines with a link may be longer.
  static func lineLength(_ file: SourceFile) -> [Violation] {
    let isMarkdown = file.fileExtension == "md"
    guard codeExtensions.contains(file.fileExtension) || isMarkdown else { return [] }
    var isFenced = false
    return file.lines.enumerated().compactMap { index, line in
      if isMarkdown {
        if line.hasPrefix("```") { isFenced.toggle() }
        if isFenced || line.hasPrefix("|") || line.contains("](") || line.contains("://") { return nil }
      }
      guard line.count > maximumColumns else { return nil }
      return Violation(
        path: file.path, line: index + 1, rule: "line of \(line.count) columns, at most \(maximumColumns)",
        mend: "break it, or run make format")
    }
  }

  /// Source files are at most 500 lines.
  static func fileLength(_ file: SourceFile) -> [Violation] {
    guard codeExtensions.contains(file.fileExtension), file.lines.count > maximumLines + 1 else { return [] }
    return [
      Violation(
        path: file.path, line: 0, rule: "\(file.lines.count) lines, at most \(maximumLines)",
        mend: "split it by the second idea it holds")
    ]
  }

  /// No pictographs anywhere.
  static func pictographs(_ file: SourceFile) -> [Violation] {
    file.lines.enumerated().flatMap { index, line in
      line.unicodeScalars.filter(isPictograph).prefix(1).map { scalar in
        Violation(
          path: file.path, line: index + 1, rule: "pictograph U+\(String(scalar.value, radix: 16, uppercase: true))",
          mend: "say it in words")
      }
    }
  }

  private static func isPictograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // Miscellaneous symbols, dingbats; supplementary pictographs; variation selector 16, which asks for emoji form.
    case 0x2600...0x27BF, 0x2B50...0x2B55, 0x1F000...0x1FAFF, 0xFE0F: return true
    default: return false
    }
  }

  /// Words that may not stand in code, in pieces, so that this file does not break its own rule.
  private static let bannedPhrases: [(phrase: String, mend: String)] = [
    ("TO" + "DO", "do it now, or file it outside the code"),
    ("FIX" + "ME", "fix it now"),
    ("XX" + "X", "say what is wrong, or mend it"),
    ("fatalError(\"" + "not implemented", "implement it, or leave the declaration out"),
    ("fatalError(\"" + "unimplemented", "implement it, or leave the declaration out"),
    ("try" + "!", "handle the error, or rethrow it"),
    ("as" + "! ", "use as? and handle nil"),
  ]

  /// Leftovers and shortcuts.
  static func phrases(_ file: SourceFile) -> [Violation] {
    guard codeExtensions.contains(file.fileExtension) else { return [] }
    return file.lines.enumerated().flatMap { index, line in
      bannedPhrases.filter { containsWord($0.phrase, in: line) }.map { banned in
        Violation(path: file.path, line: index + 1, rule: "'\(banned.phrase)'", mend: banned.mend)
      }
    }
  }

  /// Words of how the text came about, in lower case and in pieces. "Session" is the trading day and stays free.
  private static let processPhrases = [
    "help" + "er-", "iss" + "ue #", "pro" + "mpt", "pro" + "mpts", "clau" + "de", "a" + "i assistant", "co-pi" + "lot",
    "copi" + "lot", "langu" + "age model", "walking ske" + "leton", "prev" + "ious wave", "sub" + "agent",
  ]

  /// The text speaks of the program, not of the work on it: that belongs in the history.
  static func processWords(_ file: SourceFile) -> [Violation] {
    guard !dataExtensions.contains(file.fileExtension) else { return [] }
    return file.lines.enumerated().flatMap { index, line -> [Violation] in
      let lowered = Substring(line.lowercased())
      return processPhrases.filter { containsWord($0, in: lowered) }.map { phrase in
        Violation(
          path: file.path, line: index + 1, rule: "'\(phrase)', a word of the work and not of the program",
          mend: "say what the program does and why, or leave it out")
      }
    }
  }

  /// Type names that say nothing of the job, and the word in pieces.
  private static let emptyNames = ["Util" + "s", "Util" + "ities", "Help" + "er", "Help" + "ers", "Mana" + "ger"]

  /// Types are named after their job.
  static func typeNames(_ file: SourceFile) -> [Violation] {
    guard file.fileExtension == "swift" else { return [] }
    return file.lines.enumerated().flatMap { index, line -> [Violation] in
      let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
      guard let keyword = words.firstIndex(where: { ["struct", "class", "enum", "protocol", "actor"].contains($0) }),
        keyword + 1 < words.count, !line.drop(while: { $0 == " " }).hasPrefix("//")
      else { return [] }
      return emptyNames.filter { words[keyword + 1].hasSuffix($0) }.map { name in
        Violation(
          path: file.path, line: index + 1, rule: "type name ends in '\(name)'", mend: "name it after what it does")
      }
    }
  }

  /// Folders of one machine, in pieces.
  private static let machinePaths = ["/wo" + "rk/", "/tm" + "p/bash_jobs", "/ho" + "me/", "/fa" + "rm/", "/ro" + "ot/"]

  /// No path of one machine.
  static func absolutePaths(_ file: SourceFile) -> [Violation] {
    file.lines.enumerated().flatMap { index, line in
      machinePaths.filter { containsPath($0, in: line) }.map { path in
        Violation(
          path: file.path, line: index + 1, rule: "path of one machine '\(path)'",
          mend: "take it from an argument, the environment or the repository's root")
      }
    }
  }

  /// A Swift file begins with a comment that says what it is for.
  static func purpose(_ file: SourceFile) -> [Violation] {
    guard ["swift", "c", "h"].contains(file.fileExtension), let first = file.lines.first,
      !first.hasPrefix("//")
    else { return [] }
    return [
      Violation(
        path: file.path, line: 1, rule: "no sentence of purpose", mend: "begin the file with '// ' and what it is for")
    ]
  }

  /// No white space at the end of a line, no tab in Swift and C.
  static func whiteSpace(_ file: SourceFile) -> [Violation] {
    guard codeExtensions.contains(file.fileExtension) else { return [] }
    return file.lines.enumerated().compactMap { index, line in
      guard line.hasSuffix(" ") || line.contains("\t") else { return nil }
      return Violation(
        path: file.path, line: index + 1, rule: "tab, or white space at the end of the line", mend: "run make format")
    }
  }

  /// Every rule of this file.
  static let all: [@Sendable (SourceFile) -> [Violation]] = [
    lineLength, fileLength, pictographs, phrases, processWords, typeNames, absolutePaths, purpose, whiteSpace,
  ]

  /// Whether `phrase` occurs in `line` without a letter directly before or after it.
  private static func containsWord(_ phrase: String, in line: Substring) -> Bool {
    occurrences(of: phrase, in: line).contains { before, after in
      !(before?.isLetter ?? false) && !(phrase.last?.isLetter == true && after?.isLetter == true)
    }
  }

  /// Whether `path` occurs in `line` at the start of a path: not inside `a/home/b`.
  private static func containsPath(_ path: String, in line: Substring) -> Bool {
    occurrences(of: path, in: line).contains { before, _ in
      guard let before else { return true }
      return !before.isLetter && !before.isNumber && !"._-)}$".contains(before)
    }
  }

  /// Whether the bytes of `phrase` occur in `line`. Searching characters takes tens of times longer, and most lines
  /// hold no phrase at all.
  private static func mentions(_ phrase: String, _ line: Substring) -> Bool {
    let found = line.utf8.withContiguousStorageIfAvailable { text in
      phrase.utf8.withContiguousStorageIfAvailable { sought in
        guard let first = sought.first, text.count >= sought.count else { return false }
        return (0...(text.count - sought.count)).contains { start in
          text[start] == first && (1..<sought.count).allSatisfy { text[start + $0] == sought[$0] }
        }
      }
    }
    return (found ?? nil) ?? true
  }

  /// The characters around each occurrence.
  private static func occurrences(
    of phrase: String, in line: Substring
  ) -> [(before: Character?, after: Character?)] {
    guard mentions(phrase, line) else { return [] }
    var found: [(Character?, Character?)] = []
    var rest = line
    while let range = rest.firstRange(of: phrase) {
      let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : nil
      let after = range.upperBound < line.endIndex ? line[range.upperBound] : nil
      found.append((before, after))
      rest = rest[range.upperBound...]
    }
    return found
  }
}
