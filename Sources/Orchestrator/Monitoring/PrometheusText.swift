// Metrics in the Prometheus text exposition format, version 0.0.4. Pure: a snapshot in, text out; it serves nothing.
//
// Source of the format: the Prometheus documentation, "Exposition formats", section "Text-based format".

import TradingDomain

/// Writes metric families as text.
package struct PrometheusText {
  /// What a metric family is.
  package enum Kind: String, Sendable {
    case counter, gauge, summary
  }

  /// One sample: suffix of the family's name, labels in order, value.
  package struct Sample {
    package var suffix: String
    package var labels: [(name: String, value: String)]
    package var value: Double

    package init(suffix: String = "", labels: [(name: String, value: String)] = [], value: Double) {
      self.suffix = suffix
      self.labels = labels
      self.value = value
    }
  }

  /// The text so far; every line ends with a line feed, as the format demands.
  package private(set) var text = ""

  package init() {}

  /// Appends a family: its HELP and TYPE lines, then its samples.
  ///
  /// - Precondition: `name` and all label names match `[a-zA-Z_][a-zA-Z0-9_]*`.
  package mutating func family(_ name: String, kind: Kind, help: String, samples: [Sample]) {
    precondition(PrometheusText.isName(name), "not a metric name: \(name)")
    text += "# HELP \(name) \(PrometheusText.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
    for sample in samples {
      text += name + sample.suffix
      if !sample.labels.isEmpty {
        let labels = sample.labels.map { label in
          precondition(PrometheusText.isName(label.name), "not a label name: \(label.name)")
          return "\(label.name)=\"\(PrometheusText.escaped(label.value, quotes: true))\""
        }
        text += "{\(labels.joined(separator: ","))}"
      }
      text += " \(PrometheusText.number(sample.value))\n"
    }
  }

  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
    }
  }

  static func escaped(_ text: String, quotes: Bool) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.append(character)
      }
    }
    return result
  }

  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == value.rounded(), abs(value) < 9_007_199_254_740_992 { return String(Int64(value)) }
    return String(value)
  }
}

extension MonitoringSnapshot {
  /// The snapshot as Prometheus metrics: durations in seconds, money in reais, counters ending in `_total`.
  package var prometheusText: String {
    var writer = PrometheusText()
    for counter in EngineCounter.allCases {
      let metric = counter.metric
      writer.family(
        "trader_\(metric.name)_total", kind: .counter, help: metric.help,
        samples: [.init(value: Double(self[counter]))])
    }
    let labels = [(name: "symbol", value: instrument.symbol)]
    func gauge(_ name: String, _ help: String, _ value: Double?) {
      guard let value else { return }
      writer.family("trader_\(name)", kind: .gauge, help: help, samples: [.init(labels: labels, value: value)])
    }
    gauge("position_contracts", "Signed open contracts.", Double(position))
    gauge("price_points", "Last price in points.", price.map { instrument.points($0) })
    gauge("net_profit_reais", "Realised and open profit after fees.", net.brl)
    gauge("fees_reais", "Fees of the session.", fees.brl)
    gauge(
      "trading_state", "0 active, 1 reduce only, 2 halted, 3 killed.", Double(state.rawValue))
    gauge("link_ready", "1 when the venue can take orders.", connection.map { $0 == .ready ? 1 : 0 })
    gauge(
      "engine_time_seconds", "Engine time of the newest observation, Unix epoch.",
      engineTime.map { Double($0.nanoseconds) / 1e9 })
    writer.family(
      "trader_latency_seconds", kind: .summary, help: "Durations by stage.", samples: latencySamples)
    return writer.text
  }

  private var latencySamples: [PrometheusText.Sample] {
    LatencyStage.allCases.flatMap { stage -> [PrometheusText.Sample] in
      guard let summary = self[stage] else { return [] }
      let label = (name: "stage", value: stage.name)
      let quantiles = [("0.5", summary.p50), ("0.9", summary.p90), ("0.99", summary.p99), ("0.999", summary.p999)]
      return quantiles.map { rank, value in
        .init(labels: [label, (name: "quantile", value: rank)], value: Double(value) / 1e9)
      } + [
        .init(suffix: "_sum", labels: [label], value: Double(summary.sum) / 1e9),
        .init(suffix: "_count", labels: [label], value: Double(summary.count)),
      ]
    }
  }
}

extension EngineCounter {
  /// The counter's place in metric names, without prefix and `_total`, and its help line.
  var metric: (name: String, help: String) {
    switch self {
    case .marketEvents: return ("market_events", "Market events processed.")
    case .decisions: return ("decisions", "Decisions of the strategy.")
    case .ordersSent: return ("orders_sent", "New orders handed to the link.")
    case .amendmentsSent: return ("amendments_sent", "Cancel and change requests handed to the link.")
    case .ordersNotSent: return ("orders_not_sent", "Orders that provably did not leave.")
    case .refusals: return ("refusals", "Intents refused by the risk gate.")
    case .reports: return ("order_reports", "Order reports from the venue.")
    case .rejections: return ("rejections", "Orders rejected by the venue.")
    case .fills: return ("fills", "Fills.")
    case .missedMessages: return ("missed_messages", "Feed messages known to be lost.")
    case .disconnections: return ("disconnections", "Times the link went down.")
    case .stateChanges: return ("state_changes", "Changes of the trading state.")
    case .droppedObservations: return ("dropped_observations", "Observations lost because the monitor lagged.")
    }
  }
}
