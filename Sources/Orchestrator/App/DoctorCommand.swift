// `trader doctor`: is this machine fit to trade on, what does each miss cost, and how is it mended?
import ArgumentParser
import Foundation
import Monitoring

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks this machine and says what each miss costs and how to mend it.",
    discussion: "Exits with 4 when something is missing that the product cannot do without; warnings exit with 0.")

  @Option(help: "Folder whose disk is to hold journals; its sync time is measured.")
  var folder = "."
  @Flag(help: "Print the findings as JSON.")
  var json = false

  func run() throws {
    let findings = Doctor(directory: folder).run()
    print(json ? try jsonText(findings) : findings.table)
    if findings.contains(where: { $0.status == .fail }) {
      throw CommandFailure(.environment, "this machine lacks something that trading needs: see the lines marked 'fail'")
    }
  }
}
