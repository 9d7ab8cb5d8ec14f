// Stages by their full names, where a list must mean exactly what it says.

extension StageCatalogue {
  /// The stages of these names, separated by commas, in the catalogue's order; an unknown name is an error.
  package static func named(_ names: String) throws -> [BenchStage] {
    let wanted = Set(names.split(separator: ",").map { String($0.trimmingPrefix(while: \.isWhitespace)) })
    let chosen = all.filter { wanted.contains($0.name) }
    let unknown = wanted.subtracting(chosen.map(\.name)).sorted()
    guard unknown.isEmpty, !chosen.isEmpty else {
      throw BenchFailure.usage(
        "no stage is called '\(unknown.joined(separator: "', '"))'; there are "
          + all.map(\.name).joined(separator: ", "))
    }
    return chosen
  }
}
