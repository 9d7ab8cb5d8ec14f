// What a trial may change: every name does what it says, within compiled bounds.

import Engine
import Execution
import Features
import ModelLifecycle
import Optimization
import Risk
import Testing
import TradingDomain

@Suite struct SearchPlanTests {
  private var plan: SearchPlan {
    SearchPlan(
      fitter: .v2, limits: RiskLimits(), execution: ExecutionConfiguration(), instrument: .wdo)
  }

  private func set(_ name: String, _ value: ParameterValue) -> ParameterSet {
    ParameterSet([ParameterSet.Entry(name: name, value: value)])
  }

  @Test func namesReachFeaturesRiskAndExecution() throws {
    #expect(try plan.applying(set("dailyLossBRL", .integer(400))).limits.dailyLossBRL == 400)
    #expect(try plan.applying(set("entry_reach", .integer(7))).execution.entryReach == Price(ticks: 7))
    #expect(try plan.applying(set("exit_lifetime", .integer(9))).execution.exitLifetime == .seconds(9))
    #expect(try plan.applying(set("feature_count", .integer(12))).fitter.selection?.ceiling == 12)
    #expect(try plan.applying(set("depth", .integer(3))).fitter.training.maximumDepth == 3)
    let longer = try plan.applying(set("window_scale", .float(2))).fitter.schema
    #expect(longer.names == FeatureSchema.v2.names && longer.hash != FeatureSchema.v2.hash)
    #expect(try plan.applying(set("window_scale", .float(1))).fitter.schema == .v2)
  }

  @Test func everyNameOfHelpIsKnown() throws {
    let numbers = SearchPlan.searchable.map(\.name).filter { $0 != "style" }
    for name in numbers {
      let parameter = Parameter(name, .integer(low: 4, high: 8))
      #expect(throws: Never.self) { try SearchSpace([parameter]) }
      do {
        _ = try plan.applying(set(name, .integer(1)))
      } catch {
        // A value may be out of its range, a name unknown never.
        #expect(!"\(error)".contains("Known are"), "\(name): \(error)")
      }
    }
  }

  @Test func limitsStayWithinTheirCompiledBounds() throws {
    func problem(_ parameter: Parameter) throws -> String? { plan.problem(with: try SearchSpace([parameter])) }
    #expect(try problem(Parameter("dailyLossBRL", .integer(low: 100, high: 600))) == nil)
    #expect(
      try problem(Parameter("dailyLossBRL", .integer(low: 100, high: 10_000_000)))?.contains("compiled bounds") == true)
    #expect(try problem(Parameter("dailyLossBRL", .float(low: 1, high: 2)))?.contains("declare it as an int") == true)
    #expect(try problem(Parameter("wish", .float(low: 1, high: 2)))?.contains("nothing that can be searched") == true)
    #expect(try problem(Parameter("epochs", .integer(low: 1, high: 2)))?.contains("--members") == true)
  }

  @Test func windowsScaleAndBarsOfAnotherLengthDoNot() throws {
    let schema = try FeatureSchema(
      name: "s",
      declarations: [
        FeatureDeclaration("a", try FeatureExpressionParser.parse("zscore(rsi(close, 14), 100)")),
        FeatureDeclaration("b", try FeatureExpressionParser.parse("every(mean(close, 10), 15)")),
        FeatureDeclaration("c", try FeatureExpressionParser.parse("multiply(lag(close, 1), 100)")),
        FeatureDeclaration("d", try FeatureExpressionParser.parse("quantile(close, 2000, 0.5)")),
      ])
    let texts = try schema.scalingWindows(by: 1.5).declarations.map(\.expression.description)
    #expect(
      texts == [
        "zscore(rsi(close, 21), 150)", "every(mean(close, 15), 15)", "multiply(lag(close, 1), 100)",
        "quantile(close, 2048, 0.5)",
      ])
    #expect(try schema.scalingWindows(by: 0.1).declarations[0].expression.description == "zscore(rsi(close, 3), 10)")
  }
}
