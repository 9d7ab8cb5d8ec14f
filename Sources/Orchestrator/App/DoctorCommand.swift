// `trader doctor`: is this machine fit to trade on, what does each miss cost, and how is it mended?
import ArgumentParser
import Foundation
import Monitoring
import TradingDomain

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks this machine and says what each miss costs and how to mend it.",
    discussion: """
      Exits with 4 when something is missing that the product cannot do without; warnings exit with 0.

      --idle measures instead what the idle policies of `trader run` cost here: the share of a core that a waiting
      thread uses, and how soon it reacts to a message over loopback TCP.
      """)

  @Option(help: "Folder whose disk is to hold journals; its sync time is measured.")
  var folder = "."
  @Flag(help: "Measure the idle policies (a few seconds) instead of checking the machine.")
  var idle = false
  @Flag(help: "Print the findings as JSON.")
  var json = false

  func run() throws {
    if idle { return try measureIdle() }
    let findings = Doctor(directory: folder).run()
    print(json ? try jsonText(findings) : findings.table)
    if findings.contains(where: { $0.status == .fail }) {
      throw CommandFailure(.environment, "this machine lacks something that trading needs: see the lines marked 'fail'")
    }
  }

  private func measureIdle() throws {
    let costs: [IdleCost]
    do {
      costs = try IdleCost.measure(parkAfter: [nil, .microseconds(50), .zero], messages: 1_000)
    } catch {
      throw CommandFailure(.environment, "idle: \(error)")
    }
    if json {
      print(try jsonText(costs))
      return
    }
    print("policy             core used   reaction p50         p99       p99.9")
    for cost in costs {
      let share = NumberText.decimal(cost.processorShare * 100, places: 1) + " %"
      let times = [cost.reaction.p50, cost.reaction.p99, cost.reaction.p999].map {
        NumberText.duration(nanoseconds: Double($0))
      }
      print(
        cost.policy.padding(toLength: 17, withPad: " ", startingAt: 0) + Self.right(share, 11)
          + Self.right(times[0], 15) + Self.right(times[1], 12) + Self.right(times[2], 12))
    }
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}
