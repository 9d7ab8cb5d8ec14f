// Relative links of Markdown pages lead somewhere.

import Foundation
import Testing

/// Targets of a page's relative links with their lines: without web addresses, anchors and fenced code.
private func relativeLinks(_ file: SourceFile) -> [(line: Int, target: String)] {
  var isFenced = false
  return file.lines.enumerated().flatMap { index, line -> [(Int, String)] in
    if line.hasPrefix("```") { isFenced.toggle() }
    guard !isFenced else { return [] }
    return line.matches(of: /\]\(([^)\s]+)[^)]*\)/).compactMap { match in
      let target = match.1.prefix { $0 != "#" }
      return target.isEmpty || target.contains(":") ? nil : (index + 1, String(target))
    }
  }
}

@Test func everyRelativeLinkOfAPageLeadsToAFile() {
  for file in Repository.files where file.fileExtension == "md" {
    let folder = Repository.root.appendingPathComponent(file.path).deletingLastPathComponent()
    for (line, target) in relativeLinks(file) {
      let decoded = target.removingPercentEncoding ?? target
      let path = folder.appendingPathComponent(decoded).standardizedFileURL.path
      #expect(
        FileManager.default.fileExists(atPath: path),
        "\(file.path):\(line): link to '\(target)', which does not exist; correct or remove it")
    }
  }
}

@Test func relativeLinksAreRecognised() {
  let page = SourceFile(
    path: "a.md", text: "[x](b.md#part) [y](https://a.b/c) [z](#here)\n```\n[q](no.md)\n```\n![p](img/a.png \"title\")")
  #expect(relativeLinks(page).map(\.target) == ["b.md", "img/a.png"])
  #expect(relativeLinks(page).map(\.line) == [1, 5])
}
