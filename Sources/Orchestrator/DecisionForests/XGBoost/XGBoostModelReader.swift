// An XGBoost model out of its document: version, objective, base score, booster. The trees are read by
// XGBoostTreeReader.

/// Reads models written by XGBoost 1.7 to 3.x, as JSON or UBJSON.
struct XGBoostModelReader {
  /// Reads a whole model.
  static func read(_ document: ModelDocument) throws(ForestError) -> Forest {
    let version = try readVersion(document)
    let learner = try document.member("learner")
    let parameters = try learner.member("learner_model_param")
    let objective = try readObjective(learner)
    let featureCount = try parameters.member("num_feature").integerParameter()
    let classCount = try parameters.member("num_class").integerParameter()
    let targetCount = try parameters.optionalMember("num_target")?.integerParameter() ?? 1
    let groupCount = max(classCount, targetCount, 1)
    let booster = try readBooster(try learner.member("gradient_booster"))

    var assembler = try ForestAssembler(
      featureCount: featureCount, groupCount: groupCount, treeCount: booster.trees.count)
    let bases = try readBaseMargins(parameters, objective: objective, groupCount: groupCount)
    for (index, tree) in booster.trees.enumerated() {
      try inTree(index) { () throws(ForestError) in
        try XGBoostTreeReader.read(
          tree, group: Int(booster.groups[index]), weight: booster.weights?[index], into: &assembler)
      }
    }
    return Forest(
      trainer: "XGBoost \(version)", arithmetic: .xgboost, objective: objective.name, link: objective.link,
      featureCount: featureCount, featureNames: try readFeatureNames(learner, count: featureCount),
      baseMargins: bases.map(Double.init), marginDivisor: 1, trees: assembler.trees, nodes: assembler.nodes,
      categoryWords: assembler.categoryWords)
  }

  /// Three numbers; older and newer formats than this reader knows are refused, because XGBoost has changed the meaning
  /// of fields between versions without changing their names.
  private static func readVersion(_ document: ModelDocument) throws(ForestError) -> String {
    let version = try document.member("version").integers(count: 3)
    let text = version.map(String.init).joined(separator: ".")
    guard version.allSatisfy({ $0 >= 0 }), version[0] == 1 && version[1] >= 7 || (2...3).contains(version[0]) else {
      throw ForestError(
        .unsupported, "written by XGBoost \(text); supported are 1.7 to 3.x",
        mend: "load the model in a supported version of XGBoost and save it again")
    }
    return text
  }

  private static func readObjective(_ learner: ModelDocument) throws(ForestError) -> XGBoostObjective {
    let name = try learner.member("objective").member("name").string()
    guard let objective = XGBoostObjective(name) else {
      throw ForestError(
        .unsupported, "objective \(name)",
        mend: "train with one of \(XGBoostObjective.supportedNames.joined(separator: ", "))")
    }
    return objective
  }

  /// `5E-1` up to version 3.0, later `[4.7E-1]` with one value or one a group.
  private static func readBaseMargins(
    _ parameters: ModelDocument, objective: XGBoostObjective, groupCount: Int
  ) throws(ForestError) -> [Float] {
    let text = try parameters.member("base_score").string()
    var digits = Substring(text)
    if digits.hasPrefix("["), digits.hasSuffix("]") { digits = digits.dropFirst().dropLast() }
    let words = digits.split(separator: ",", omittingEmptySubsequences: false)
    guard words.count == 1 || words.count == groupCount else {
      throw ForestError(.inconsistent, "base_score \(text) has \(words.count) values for \(groupCount) margins")
    }
    var margins: [Float] = []
    margins.reserveCapacity(groupCount)
    for word in words {
      let bytes = Array(word.utf8)
      guard DecimalNumber.isValid(bytes[...]) else {
        throw ForestError(.malformed, "base_score \(text) is not a number or a list of numbers")
      }
      guard let margin = objective.margin(ofBaseScore: DecimalNumber(bytes, bytes.indices).float) else {
        throw ForestError(.inconsistent, "base_score \(word) has no finite margin under \(objective.name)")
      }
      margins.append(margin)
    }
    return words.count == groupCount ? margins : Array(repeating: margins[0], count: groupCount)
  }

  /// Trees with their groups and, for dart, their weights.
  private struct Booster {
    let trees: [ModelDocument]
    let groups: [Int64]
    let weights: [Float]?
  }

  private static func readBooster(_ booster: ModelDocument) throws(ForestError) -> Booster {
    let name = try booster.member("name").string()
    let model: ModelDocument
    var weights: [Float]?
    switch name {
    case "gbtree": model = try booster.member("model")
    case "dart":
      model = try booster.member("gbtree").member("model")
      weights = try booster.member("weight_drop").floats()
    default:
      throw ForestError(
        .unsupported, "booster \(name)", mend: "train with booster gbtree or dart; linear boosters have no trees")
    }
    let treeDocument = try model.member("trees")
    let count = try treeDocument.count()
    let announced = try model.member("gbtree_model_param").member("num_trees").integerParameter()
    guard announced == count else {
      throw ForestError(.inconsistent, "num_trees is \(announced), but there are \(count) trees")
    }
    if let weights, weights.count != count {
      throw ForestError(.inconsistent, "weight_drop has \(weights.count) values for \(count) trees")
    }
    return Booster(
      trees: try treeDocument.elements(), groups: try model.member("tree_info").integers(count: count),
      weights: weights)
  }

  private static func readFeatureNames(_ learner: ModelDocument, count: Int) throws(ForestError) -> [String] {
    guard let names = try learner.optionalMember("feature_names"), try names.count() > 0 else { return [] }
    guard try names.count() == count else {
      throw ForestError(.inconsistent, "\(try names.count()) feature names for \(count) features")
    }
    return try names.elements().map { name throws(ForestError) in try name.string() }
  }
}
