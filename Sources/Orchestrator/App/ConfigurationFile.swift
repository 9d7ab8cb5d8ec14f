// The TOML file: which keys there are. Every key is optional; what it is applied to has the defaults.
import Foundation
import TOMLKit

/// A number of the file, written with a decimal point or without.
struct TOMLNumber: Decodable, Sendable {
  var value: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // TOML tells integers and floats apart; whoever writes `usd_brl = 5` means 5.0.
    if let whole = try? container.decode(Int64.self) {
      value = Double(whole)
    } else {
      value = try container.decode(Double.self)
    }
  }
}

/// The content of a configuration file, as written; see `config/trader.toml` for what each key means.
struct ConfigurationFile: Decodable, Sendable {
  struct Thresholds: Decodable, Sendable {
    var confidence: TOMLNumber?
    var probability: TOMLNumber?
  }

  struct Strategy: Decodable, Sendable {
    /// A ``StrategyStyle``.
    var style: String?
    var exit_probability: TOMLNumber?
    var cost_ticks: TOMLNumber?
    var edge_margin: TOMLNumber?
    var exit_ticks: TOMLNumber?
    var trend: Thresholds?
    var range: Thresholds?
    var least_signal_probability: TOMLNumber?
    var least_relative_range: TOMLNumber?
    var largest_relative_range: TOMLNumber?
    var trend_stop_points: TOMLNumber?
    var trend_target_points: TOMLNumber?
    var range_stop_floor_points: TOMLNumber?
    var range_target_multiple: TOMLNumber?
    var least_reward_to_risk: TOMLNumber?
    /// In round lots.
    var lots: Int?
    var entries_per_session: Int?
  }

  struct Execution: Decodable, Sendable {
    var entry_reach_ticks: Int?
    var exit_reach_ticks: Int?
    var stop_limit_offset_ticks: Int?
    var entry_lifetime_seconds: TOMLNumber?
    var exit_lifetime_seconds: TOMLNumber?
  }

  struct Costs: Decodable, Sendable {
    var usd_brl: TOMLNumber?
    var broker_fee_brl: TOMLNumber?
    var service_tax_percent: TOMLNumber?
  }

  struct Simulation: Decodable, Sendable {
    var feed_latency_us: TOMLNumber?
    var entry_latency_us: TOMLNumber?
    var response_latency_us: TOMLNumber?
    var jitter_us: TOMLNumber?
    /// A file of measured delays; takes the place of the four above.
    var latency_file: String?
    var queue: String?
    var slippage: String?
    var bar_spread_ticks: Int?
    var penetration_ticks: Int?
    var touch_probability: TOMLNumber?
    var rejection_tunnel_ticks: Int?
  }

  struct Host: Decodable, Sendable {
    var pin: Int?
    var io_core: Int?
    var realtime: Int?
    var lock_memory: Bool?
    var huge_pages: String?
    var idle: String?
    var park_after_us: TOMLNumber?
  }

  struct Gateway: Decodable, Sendable {
    var keys: String?
  }

  struct Account: Decodable, Sendable {
    var capital_brl: TOMLNumber?
  }

  var strategy: Strategy?
  var execution: Execution?
  /// Any setting of `docs/reference/risk-controls.md` by its name.
  var risk: [String: TOMLNumber]?
  var costs: Costs?
  var simulation: Simulation?
  var account: Account?
  var gateway: Gateway?
  var host: Host?

  /// Reads the file at `path`; an unknown or misspelt key is an error, since it would silently do nothing.
  static func read(_ path: String) throws -> ConfigurationFile {
    try parse(try text(path), path: path)
  }

  /// The text of the file at `path`.
  static func text(_ path: String) throws -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw CommandFailure(
        .badInput, "\(path): cannot read the configuration (\(error.localizedDescription)). Check the path.")
    }
  }

  /// Reads `text`; errors name `path`.
  static func parse(_ text: String, path: String) throws -> ConfigurationFile {
    do {
      return try TOMLDecoder(strictDecoding: true).decode(ConfigurationFile.self, from: text)
    } catch let error as UnexpectedKeysError {
      let keys = error.keys.values.map { $0.map(\.stringValue).joined(separator: ".") }.sorted()
      throw CommandFailure(
        .badInput,
        "\(path): no such key: \(keys.joined(separator: ", ")). config/trader.toml shows every key with its meaning.")
    } catch {
      throw CommandFailure(
        .badInput, "\(path): \(error). config/trader.toml shows every key with its meaning and unit.")
    }
  }
}
