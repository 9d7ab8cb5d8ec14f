// The configuration's section [simulation] as the values that the simulated venue takes.
import Foundation
import Simulation
import TradingDomain

extension SimulationAssumptions {
  /// The file's values over the defaults; `seed` is that of everything random.
  init(_ file: ConfigurationFile.Simulation?, seed: UInt64) throws {
    self.init(latency: try LatencyModel(file, seed: seed))
    if let name = file?.queue {
      guard let model = QueueModel(named: name) else {
        throw CommandFailure(.badInput, "simulation.queue = \"\(name)\" is no queue model: use \(QueueModel.names).")
      }
      if model == .orderByOrder {
        throw CommandFailure(
          .badInput,
          "simulation.queue = \"order-by-order\" needs a market recorded order by order, and the store keeps none: "
            + "choose another.")
      }
      queue = model
    }
    if let text = file?.slippage {
      guard let model = SlippageModel(named: text) else {
        throw CommandFailure(.badInput, "simulation.slippage = \"\(text)\" is unknown: use \(SlippageModel.names).")
      }
      slippage = model
    }
    func ticks(_ name: String, _ value: Int?, _ range: ClosedRange<Double>) throws -> Int64? {
      try value.map { Int64(try RunSettings.bounded("simulation.\(name)", Double($0), range)) }
    }
    barSpreadTicks = try ticks("bar_spread_ticks", file?.bar_spread_ticks, 0...1_000) ?? barSpreadTicks
    penetrationTicks = try ticks("penetration_ticks", file?.penetration_ticks, 0...1_000) ?? penetrationTicks
    rejectionTunnelTicks = try ticks("rejection_tunnel_ticks", file?.rejection_tunnel_ticks, 1...1_000_000)
    touchProbability = try RunSettings.bounded(
      "simulation.touch_probability", file?.touch_probability?.value ?? touchProbability, 0...1)
  }
}

extension LatencyModel {
  init(_ file: ConfigurationFile.Simulation?, seed: UInt64) throws {
    if let path = file?.latency_file {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw CommandFailure(.badInput, "simulation.latency_file: \(path) cannot be read. Check the path.")
      }
      do {
        self.init(recorded: try RecordedLatency.read(text), seed: seed)
      } catch {
        throw CommandFailure(.badInput, "simulation.latency_file: \(path): \(error).")
      }
      return
    }
    let jitter = try RunSettings.bounded("simulation.jitter_us", file?.jitter_us?.value ?? 0, 0...10_000_000)
    func leg(_ name: String, _ wanted: TOMLNumber?, _ standard: Double) throws -> Delay {
      let value = try RunSettings.bounded("simulation.\(name)_latency_us", wanted?.value ?? standard, 0...10_000_000)
      return Delay(
        minimum: Nanoseconds(Int64(value * 1_000)), meanJitter: Nanoseconds(Int64(jitter * 1_000)),
        maximumJitter: Nanoseconds(Int64(jitter * 20_000)))
    }
    self.init(
      feed: try leg("feed", file?.feed_latency_us, 1_000), entry: try leg("entry", file?.entry_latency_us, 5_000),
      response: try leg("response", file?.response_latency_us, 5_000), seed: seed)
  }
}
