// How the result depends on what nobody knows exactly: latency, costs, and how orders fill.

package import Performance
package import Simulation
package import TradingDomain

/// One assumption with the values it is tried at.
package struct SensitivityAxis: Sendable {
  /// What is changed, for headings.
  package var name: String
  /// Value on the axis for each variation; nil where the values are names.
  package var values: [Double]?
  package var variations: [BacktestVariation]

  /// All delays by a factor.
  package static let latency = SensitivityAxis(
    name: "latency factor", values: [0, 1, 2, 5, 10],
    variations: [0, 1, 2, 5, 10].map { factor in
      BacktestVariation(name: "latency x\(factor)") { $0.latency = $0.latency.scaled(by: factor) }
    })

  /// All fees by a factor.
  package static let costs = SensitivityAxis(
    name: "fee factor", values: [0, 0.5, 1, 1.5, 2, 3],
    variations: [0, 0.5, 1, 1.5, 2, 3].map { BacktestVariation(name: "fees x\($0)", feeFactor: $0) })

  /// The rules by which orders fill, from the kindest to the harshest, for markets known by bars.
  package static let barFills = SensitivityAxis(
    name: "fill rule", values: nil,
    variations: [
      BacktestVariation(name: "no spread, touch fills") { simulation in
        simulation.barSpreadTicks = 0
        simulation.penetrationTicks = 0
        simulation.stopSlippageTicks = 0
      },
      BacktestVariation(name: "touch fills half") { $0.touchProbability = 0.5 },
      BacktestVariation(name: "as configured"),
      BacktestVariation(name: "two ticks through") { $0.penetrationTicks = 2 },
      BacktestVariation(name: "spread x2, slippage 1") { simulation in
        simulation.barSpreadTicks = max(2, 2 * simulation.barSpreadTicks)
        simulation.slippage = .fixed(ticks: 1)
      },
    ])

  /// The rules by which orders fill, for markets known by quotes or depth.
  package static let queueFills = SensitivityAxis(
    name: "queue model", values: nil,
    variations: [
      BacktestVariation(name: "power-front:3") { $0.queue = .probability(QueueProbability(.powerFront, exponent: 3)) },
      BacktestVariation(name: "power:1") { $0.queue = .probability(QueueProbability(.power)) },
      BacktestVariation(name: "risk-averse") { $0.queue = .riskAverse },
      BacktestVariation(name: "careful") { $0.queue = .careful },
      BacktestVariation(name: "careful, slippage 1") { simulation in
        simulation.queue = .careful
        simulation.slippage = .fixed(ticks: 1)
      },
    ])
}

/// The outcomes along one axis.
package struct SensitivityCurve {
  package var name: String
  package var values: [Double]?
  package var outcomes: [VariationOutcome]

  package init(_ axis: SensitivityAxis, outcomes: [VariationOutcome]) {
    name = axis.name
    values = axis.values
    self.outcomes = outcomes
  }

  /// The curve for the report.
  package var chart: SensitivityChart {
    let title = "Net result by \(name)"
    guard let values else {
      return SensitivityChart(
        title: title, axisName: name, named: outcomes.map { ($0.name, $0.net.brl, $0.interval) })
    }
    return SensitivityChart(
      title: title, axisName: name,
      points: zip(values, outcomes).map {
        SensitivityChart.Point(x: $0, profitBRL: $1.net.brl, interval: $1.interval)
      })
  }

  /// Whether some assumptions gain and others lose.
  package var changesSign: Bool {
    outcomes.contains { $0.net > .zero } && outcomes.contains { $0.net < .zero }
  }
}
