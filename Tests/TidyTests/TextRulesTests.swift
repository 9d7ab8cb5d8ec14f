// The text rules hold for the repository, and each finds a planted fault.

import Foundation
import Testing

@Test func everyFileKeepsTheTextRules() {
  #expect(Repository.files.count > 40, "found only \(Repository.files.count) files below \(Repository.root.path)")
  report(Repository.files.flatMap { file in TextRules.all.flatMap { rule in rule(file) } })
}

private func found(
  _ rule: (SourceFile) -> [Violation], _ text: String, in path: String = "Sources/A.swift"
) -> [Int] {
  rule(SourceFile(path: path, text: text)).map(\.line)
}

@Test func longLinesAreFoundSaveInTablesAndFences() {
  let long = String(repeating: "a", count: 121)
  #expect(found(TextRules.lineLength, "short\n\(long)") == [2])
  #expect(found(TextRules.lineLength, String(repeating: "a", count: 120)) == [])
  #expect(found(TextRules.lineLength, "| \(long)\n```\n\(long)\n```\n\(long)", in: "a.md") == [5])
  #expect(found(TextRules.lineLength, long, in: "data.json") == [])
}

@Test func longFilesAreFound() {
  #expect(found(TextRules.fileLength, String(repeating: "a\n", count: 500)) == [])
  #expect(found(TextRules.fileLength, String(repeating: "a\n", count: 501)) == [0])
}

@Test func pictographsAreFoundAndAccentsAndMathematicsAreNot() {
  #expect(found(TextRules.pictographs, "ok\nrocket \u{1F680}\nstar \u{2B50}\ncheck \u{2705}", in: "a.md") == [2, 3, 4])
  #expect(found(TextRules.pictographs, "São Paulo \u{2264} \u{03C3} \u{2192} \u{2014}") == [])
}

@Test func leftoversAreFoundAsWordsOnly() {
  #expect(found(TextRules.phrases, "// TO" + "DO: later\nlet mastodon = 1\n// FIX" + "ME") == [1, 3])
  #expect(found(TextRules.phrases, "fatalError(\"not " + "implemented yet\")") == [1])
  #expect(found(TextRules.phrases, "let a = try" + "! b()\nlet c = d as" + "! E\ntry b()") == [1, 2])
}

@Test func wordsOfTheWorkAreFoundAndThoseOfTheTradeAreNot() {
  let text = "// See iss" + "ue #12.\n// Answers promptly in this session, the issuer's.\n// Clau" + "de wrote it."
  #expect(found(TextRules.processWords, text) == [1, 3])
  #expect(found(TextRules.processWords, "Asks at the pro" + "mpt.", in: "a.md") == [1])
  #expect(found(TextRules.processWords, "pro" + "mpt", in: "data.csv") == [])
}

@Test func emptyTypeNamesAreFound() {
  let source = "final class OrderMana" + "ger {\n// struct Util" + "s\nenum DateUtil" + "s {}\nstruct Management {}"
  #expect(found(TextRules.typeNames, source) == [1, 3])
}

@Test func pathsOfOneMachineAreFound() {
  #expect(found(TextRules.absolutePaths, "cd /wo" + "rk/main\nsee a/ho" + "me/b\nopen(\"/ho" + "me/x\")") == [1, 3])
}

@Test func aFileWithoutPurposeIsFound() {
  #expect(found(TextRules.purpose, "import Foundation\n") == [1])
  #expect(found(TextRules.purpose, "// Does one thing.\n\nimport Foundation\n") == [])
  #expect(found(TextRules.purpose, "#ifndef A\n", in: "a.h") == [1])
}

@Test func tabsAndTrailingBlanksAreFound() {
  #expect(found(TextRules.whiteSpace, "a \nb\n\tc") == [1, 3])
}
