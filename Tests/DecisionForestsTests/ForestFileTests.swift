// Opening model files: what the file system can do wrong.

import DecisionForests
import Foundation
import Testing

@Test func anAbsentFileIsRefusedWithItsPathAndTheReason() {
  let error = #expect(throws: ForestError.self) { try Forest.load(path: "/absent/model.json") }
  #expect(error?.kind == .unreadable)
  #expect(error?.description.contains("/absent/model.json: cannot open the file: No such file") == true)
}

@Test func aFolderIsNotAModel() {
  let error = #expect(throws: ForestError.self) { try Forest.load(path: GoldenCase.folder.path) }
  #expect(error?.description.contains("not a regular file") == true)
}

@Test func anEmptyFileSaysSo() throws {
  let path = FileManager.default.temporaryDirectory.appending(path: "empty-\(UUID().uuidString).json").path
  try Data().write(to: URL(filePath: path))
  defer { try? FileManager.default.removeItem(atPath: path) }
  let error = #expect(throws: ForestError.self) { try Forest.load(path: path) }
  #expect(error?.description.contains("the file is empty") == true)
}
