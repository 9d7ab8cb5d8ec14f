// How far a long task is: a bar with the time left on a terminal, sparse lines elsewhere.

package import TradingDomain

/// Shows the progress of one task with a known amount of work.
///
/// Times are monotonic and come from the caller; the same ``Terminal/silent`` output that `--json` uses shows nothing.
package struct ProgressBar {
  /// Shortest span between two redraws on a terminal.
  package static let redrawInterval = Nanoseconds.milliseconds(100)
  /// Shortest span between two plain lines.
  package static let plainInterval = Nanoseconds.seconds(10)

  private let label: String
  private let unit: String
  private let total: UInt64
  private let terminal: Terminal
  private let startedAt: Nanoseconds
  private var lastShown: Nanoseconds?
  private var isFinished = false

  /// `total` units of work lie ahead (`unit` in plural: `rows`, `rounds`); 0 means that nobody knows how many.
  package init(label: String, unit: String, total: UInt64, terminal: Terminal, now: Nanoseconds) {
    self.label = label
    self.unit = unit
    self.total = total
    self.terminal = terminal
    startedAt = now
  }

  /// Tells that `completed` units are done, with a few words on how it goes.
  package mutating func update(_ completed: UInt64, now: Nanoseconds, note: String? = nil) {
    guard !isFinished else { return }
    if let lastShown {
      let interval = terminal.isInteractive ? ProgressBar.redrawInterval : ProgressBar.plainInterval
      // The end is shown even when it comes soon after another line.
      guard now - lastShown >= interval || (total > 0 && completed >= total) else { return }
    } else if !terminal.isInteractive {
      // Short tasks stay quiet where lines cannot be redrawn.
      guard now - startedAt >= ProgressBar.plainInterval else { return }
    }
    lastShown = now
    let text = ProgressBar.render(
      label: label, unit: unit, completed: completed, total: total, elapsed: now - startedAt,
      width: terminal.isInteractive ? terminal.width - 1 : nil, note: note)
    terminal.write(terminal.isInteractive ? "\r\(text)\u{1B}[K" : "\(text)\n")
  }

  /// Ends the display; the bar disappears from a terminal, so that the result stands alone.
  package mutating func finish() {
    guard !isFinished else { return }
    isFinished = true
    if terminal.isInteractive, lastShown != nil { terminal.write("\r\u{1B}[K") }
  }

  /// The progress as text; with a bar when `width` is given and has room for one.
  package static func render(
    label: String, unit: String, completed: UInt64, total: UInt64, elapsed: Nanoseconds, width: Int?,
    note: String? = nil
  ) -> String {
    guard total > 0 else {
      let time = NumberText.clock(seconds: elapsed.count / 1_000_000_000)
      return "\(label)  \(NumberText.grouped(completed)) \(unit)  \(time)"
    }
    let done = min(completed, total)
    let fraction = Double(done) / Double(total)
    var tail = "\(Int(fraction * 100))%  \(NumberText.grouped(done))/\(NumberText.grouped(total)) \(unit)"
    if done > 0, elapsed > .zero {
      let remaining = Double(elapsed.count) / 1e9 * (1 - fraction) / fraction
      tail += "  ETA \(NumberText.clock(seconds: Int64(remaining.rounded(.up))))"
    }
    if let note { tail += "  \(note)" }
    let room = (width ?? 0) - label.count - tail.count - 6
    guard room >= 10 else { return "\(label)  \(tail)" }
    let cells = min(room, 40)
    let filled = Int(fraction * Double(cells))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: cells - filled)
    return "\(label)  [\(bar)]  \(tail)"
  }
}
