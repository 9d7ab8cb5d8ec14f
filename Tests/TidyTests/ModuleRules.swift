// What modules must never import, whatever the manifest says: the architecture's fences as data.

/// The fences.
enum ModuleRules {
  private static let models: Set<String> = ["NeuralNetworks", "DecisionForests", "Ensemble"]
  private static let trading: Set<String> = [
    "TradingDomain", "MarketData", "Accounting", "Performance", "Gateway", "Storage", "Monitoring", "Features", "Risk",
    "Simulation", "Ensemble", "Execution", "GatewaySimulator", "Engine", "Backtest", "ModelLifecycle",
  ]
  private static let everything: Set<String> = trading.union([
    "QuantMath", "Validation", "NeuralNetworks", "DecisionForests", "Optimization", "CHotPath",
  ])

  /// Modules by name, with those they must never import, directly or through others' rows.
  static let forbidden: [String: Set<String>] = [
    "TradingDomain": everything.subtracting(["TradingDomain"]),
    "QuantMath": ["TradingDomain"],
    "MarketData": ["Gateway"],
    "Accounting": ["Risk", "Execution"],
    "Performance": ["Engine", "Backtest"],
    "Validation": models.union(["Backtest"]),
    "NeuralNetworks": trading.subtracting(["NeuralNetworks"]),
    "DecisionForests": trading.subtracting(["DecisionForests"]),
    "Gateway": ["MarketData", "Execution", "Engine"],
    "Storage": ["Engine"],
    "Monitoring": ["Engine"],
    "Features": models,
    "Risk": ["Execution", "Ensemble"],
    "Optimization": ["Engine"],
    "Simulation": ["Engine", "Gateway"],
    "Ensemble": ["Risk", "Execution"],
    "Execution": ["Gateway", "Simulation"],
    "GatewaySimulator": ["Engine"],
    "Engine": ["Gateway", "Storage", "Monitoring", "Simulation"],
    "Backtest": ["Storage", "Gateway"],
    "ModelLifecycle": ["Gateway"],
  ]

  /// Modules on the hot path: they stay free of Foundation, which costs start-up, compile time and hidden allocations.
  static let withoutFoundation: Set<String> = [
    "TradingDomain", "QuantMath", "Accounting", "Features", "Risk", "Execution", "Engine",
  ]

  /// Rows of the manifest that cross a fence, directly or over other modules.
  static func crossings(_ graph: PackageGraph) -> [String] {
    graph.modules.keys.sorted().flatMap { name -> [String] in
      let reached = reach(name, graph)
      return (forbidden[name] ?? []).intersection(reached).sorted().map {
        "Package.swift: \(name) reaches \($0), which it must never import; hand the thing in from a module above"
      }
    }
  }

  private static func reach(_ name: String, _ graph: PackageGraph) -> Set<String> {
    var reached: Set<String> = []
    var open = graph.modules[name]?.project ?? []
    while let next = open.popFirst() {
      if reached.insert(next).inserted { open.formUnion(graph.modules[next]?.project ?? []) }
    }
    return reached
  }

  /// Foundation in a module that must do without.
  static func foundationImports(_ file: SourceFile, _ graph: PackageGraph) -> [Violation] {
    guard let target = graph.target(of: file.path), withoutFoundation.contains(target) else { return [] }
    return PackageGraph.imports(file).filter { $0.name.hasPrefix("Foundation") }.map { line, name in
      Violation(
        path: file.path, line: line, rule: "'import \(name)' in \(target)",
        mend: "use Glibc, or move the code to a module that does input and output")
    }
  }
}
