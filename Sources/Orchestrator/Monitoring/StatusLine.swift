// The live line of a running session. Rendering is pure; drawing decides only when and how the text appears.

package import TradingDomain

/// Shows snapshots: redrawn in place at most ten times a second on a terminal, else a plain line now and then.
package struct StatusLine {
  /// Shortest span between two redraws on a terminal.
  package static let redrawInterval = Nanoseconds.milliseconds(100)

  private let terminal: Terminal
  private let plainInterval: Nanoseconds
  private var lastShown: (uptime: Nanoseconds, decisions: UInt64)?

  /// `plainInterval` is the span between two lines where the output is no terminal.
  package init(terminal: Terminal, plainInterval: Nanoseconds = .seconds(5)) {
    self.terminal = terminal
    self.plainInterval = plainInterval
  }

  /// Whether enough time has passed that ``show(_:)`` would draw; lets the caller spare itself a snapshot.
  package func isDue(at uptime: Nanoseconds) -> Bool {
    guard let lastShown else { return true }
    return uptime - lastShown.uptime >= (terminal.isInteractive ? StatusLine.redrawInterval : plainInterval)
  }

  /// Draws `snapshot` if it is due.
  package mutating func show(_ snapshot: MonitoringSnapshot) {
    guard isDue(at: snapshot.uptime) else { return }
    draw(snapshot)
  }

  /// Draws `snapshot` whether due or not, and leaves the line standing.
  package mutating func finish(_ snapshot: MonitoringSnapshot) {
    draw(snapshot)
    if terminal.isInteractive { terminal.write("\n") }
  }

  private mutating func draw(_ snapshot: MonitoringSnapshot) {
    let text = StatusLine.render(
      snapshot, decisionsPerSecond: rate(snapshot), width: terminal.isInteractive ? terminal.width - 1 : nil,
      usesColor: terminal.usesColor)
    // Return to column 0, draw, erase the rest: no flicker, and a shorter text leaves no tail of a longer one.
    terminal.write(terminal.isInteractive ? "\r\(text)\u{1B}[K" : "\(text)\n")
    lastShown = (snapshot.uptime, snapshot[.decisions])
  }

  private func rate(_ snapshot: MonitoringSnapshot) -> Double? {
    let (uptime, decisions) = lastShown ?? (.zero, 0)
    let span = snapshot.uptime - uptime
    guard span > .zero, snapshot[.decisions] >= decisions else { return nil }
    return Double(snapshot[.decisions] - decisions) / (Double(span.count) / 1e9)
  }

  /// The line as text.
  ///
  /// Cut to `width` columns if given; parts that do not fit whole are left out from the right.
  package static func render(
    _ snapshot: MonitoringSnapshot, decisionsPerSecond: Double?, width: Int?, usesColor: Bool
  ) -> String {
    var parts: [(text: String, color: String?)] = []
    parts.append((snapshot.engineTime.map(clockText) ?? "waiting for data", nil))
    let price = snapshot.price.map { NumberText.decimal(snapshot.instrument.points($0), places: 1) } ?? "-"
    parts.append(("\(snapshot.instrument.symbol) \(price)", nil))
    let position = snapshot.position
    parts.append(("pos \(position > 0 ? "+" : "")\(position)", nil))
    let net = snapshot.net
    let color = net == .zero ? nil : net > .zero ? "32" : "31"
    parts.append(("P&L \(NumberText.decimal(net.brl, places: 2)) BRL", color))
    if snapshot.state != .active { parts.append(("\(stateText(snapshot.state))", "31")) }
    if let connection = snapshot.connection, connection != .ready { parts.append((connectionText(connection), "33")) }
    if let decisionsPerSecond { parts.append(("\(NumberText.decimal(decisionsPerSecond, places: 0)) dec/s", nil)) }
    if let (_, latency) = snapshot.headlineLatency {
      let (p50, p99) = (Double(latency.p50), Double(latency.p99))
      parts.append(
        ("p50 \(NumberText.duration(nanoseconds: p50)) p99 \(NumberText.duration(nanoseconds: p99))", nil))
    }
    return joined(parts, width: width, usesColor: usesColor)
  }

  private static func joined(_ parts: [(text: String, color: String?)], width: Int?, usesColor: Bool) -> String {
    var line = ""
    var columns = 0
    for part in parts {
      let separator = line.isEmpty ? "" : "  "
      let length = part.text.count + separator.count
      if let width, columns + length > width { break }
      columns += length
      line += separator
      if usesColor, let color = part.color {
        line += "\u{1B}[\(color)m\(part.text)\u{1B}[0m"
      } else {
        line += part.text
      }
    }
    return line
  }

  /// `YYYY-MM-DD hh:mm:ss` by the exchange's clock.
  static func clockText(_ time: Timestamp) -> String {
    let (date, timeOfDay) = BrasiliaTime.local(time)
    let seconds = timeOfDay.count / 1_000_000_000
    let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(NumberText.padded)
    return "\(date) \(parts.joined(separator: ":"))"
  }

  static func stateText(_ state: TradingState) -> String {
    switch state {
    case .active: return "active"
    case .reduceOnly: return "reduce-only"
    case .halted: return "HALTED"
    case .killed: return "KILLED"
    }
  }

  static func connectionText(_ connection: ConnectionState) -> String {
    switch connection {
    case .ready: return "ready"
    case .linkDown: return "link down"
    case .resynchronising: return "resynchronising"
    case .routingDown: return "routing down"
    case .marketDataDown: return "no market data"
    }
  }
}
