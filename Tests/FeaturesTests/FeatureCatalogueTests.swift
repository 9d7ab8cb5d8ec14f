// The committed reference page against the declarations.

import Foundation
import Testing

import Features

/// To write the page anew: `TRADER_WRITE_REFERENCE=1 swift test --filter theReferencePageEqualsTheDeclarations`.
@Test func theReferencePageEqualsTheDeclarations() throws {
  let page = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/reference/features.md")
  let expected = FeatureCatalogue.markdown()
  if ProcessInfo.processInfo.environment["TRADER_WRITE_REFERENCE"] == "1" {
    try expected.write(to: page, atomically: true, encoding: .utf8)
  }
  let committed = try String(contentsOf: page, encoding: .utf8)
  #expect(committed == expected, "write it anew with TRADER_WRITE_REFERENCE=1 and commit docs/reference/features.md")
}

@Test func everyFeatureHasARowWithItsName() {
  let page = FeatureCatalogue.markdown()
  for schema in FeatureSchema.known {
    for name in schema.names { #expect(page.contains("| `\(name)` |"), "\(name)") }
  }
}
