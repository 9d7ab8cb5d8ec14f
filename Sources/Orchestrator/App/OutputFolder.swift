// Where a run writes: a folder that no run has used before, since journals are never overwritten.
import Foundation

/// `path` itself when given; otherwise the first unused `out/run-N`.
func runFolder(_ path: String?) throws -> String {
  if let path {
    try makeFolder(path)
    return path
  }
  try makeFolder("out")
  for number in 1... {
    let folder = "out/run-\(number)"
    if !FileManager.default.fileExists(atPath: folder) {
      try makeFolder(folder)
      return folder
    }
  }
  return "out"
}
