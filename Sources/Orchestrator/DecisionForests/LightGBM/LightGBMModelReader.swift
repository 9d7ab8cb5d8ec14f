// A LightGBM model out of its sections: header and objective. The trees are read by LightGBMTreeReader.

/// Reads models written by LightGBM 3 and 4 (format versions v3 and v4).
struct LightGBMModelReader {
  /// Reads a whole model.
  static func read(_ text: LightGBMText) throws(ForestError) -> Forest {
    let header = text.header
    guard let version = try header.text("version"), version == "v3" || version == "v4" else {
      throw ForestError(
        .unsupported, "format version \(try header.text("version") ?? "missing"); supported are v3 and v4",
        mend: "load the model in LightGBM 3 or 4 and save it again")
    }
    let featureCount = try header.integer("max_feature_idx") &+ 1
    let groupCount = try header.integer("num_tree_per_iteration")
    var assembler = try ForestAssembler(
      featureCount: featureCount, groupCount: groupCount, treeCount: text.trees.count)
    try checkTreeCount(text, groupCount: groupCount)
    let objective = try readObjective(header, groupCount: groupCount)
    for (index, tree) in text.trees.enumerated() {
      try inTree(index) { () throws(ForestError) in
        try LightGBMTreeReader.read(tree, group: index % groupCount, into: &assembler)
      }
    }
    // A random forest predicts the mean of its rounds; the raw score stays the sum.
    let divisor = header.contains("average_output") ? max(text.trees.count / groupCount, 1) : 1
    return Forest(
      trainer: "LightGBM \(version)", arithmetic: .lightGBM, objective: objective.name, link: objective.link,
      featureCount: featureCount, featureNames: try readFeatureNames(header, count: featureCount),
      baseMargins: Array(repeating: 0, count: groupCount), marginDivisor: Double(divisor), trees: assembler.trees,
      nodes: assembler.nodes, categoryWords: assembler.categoryWords)
  }

  private static func checkTreeCount(_ text: LightGBMText, groupCount: Int) throws(ForestError) {
    guard text.trees.count.isMultiple(of: groupCount) else {
      throw ForestError(
        .inconsistent, "\(text.trees.count) trees do not make whole rounds of num_tree_per_iteration \(groupCount)")
    }
    guard let sizes = try text.header.text("tree_sizes") else { return }
    let announced = sizes.split(separator: " ").count
    guard announced == text.trees.count else {
      throw ForestError(.inconsistent, "tree_sizes announces \(announced) trees, found \(text.trees.count)")
    }
  }

  private static func readObjective(
    _ header: LightGBMSection, groupCount: Int
  ) throws(ForestError) -> LightGBMObjective {
    let text = try header.text("objective") ?? ""
    let objective = try LightGBMObjective(text)
    if let classCount = objective.classCount, classCount != groupCount {
      throw ForestError(
        .inconsistent, "objective \(text) has \(classCount) classes, num_tree_per_iteration is \(groupCount)")
    }
    return objective
  }

  private static func readFeatureNames(_ header: LightGBMSection, count: Int) throws(ForestError) -> [String] {
    guard let text = try header.text("feature_names") else { return [] }
    let names = text.split(separator: " ").map(String.init)
    guard names.count == count else {
      throw ForestError(.inconsistent, "\(names.count) feature names for max_feature_idx \(count - 1)")
    }
    return names
  }
}
