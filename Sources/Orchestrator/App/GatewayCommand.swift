// `trader gateway`: the gateway simulator by itself, for clients in other processes.
import ArgumentParser
import Backtest
import Foundation
import Gateway
import GatewaySimulator
import MarketData
import Simulation
import TradingDomain

struct GatewayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gateway", abstract: "Serves the gateway simulator for clients in other processes.",
    discussion: "Ends when the session has been delivered, or on Ctrl-C. The protocol is in docs/reference/protocol.md."
  )

  @Option(help: "Folder of a market store, or 'synthetic'.")
  var simulate = "synthetic"
  @Option(help: "Instrument.")
  var symbol = "WDO"
  @Option(help: "Session, YYYY-MM-DD.")
  var date = DateArgument(fixed: "2026-11-23")
  @Option(help: "'max', or a multiple of real time such as 1x or 600x.")
  var speed = SpeedArgument.multiple(1)
  @Option(help: "Port; 0 takes a free one.")
  var port: UInt16 = 0
  @Option(help: "Address to listen on; any but loopback needs --keys.")
  var host = "127.0.0.1"
  @Option(
    help: "Folder of keys (`trader keys new`): seals the link. Twice while keys are being changed, the new first.")
  var keys: [String] = []
  @Option(help: "Clients to wait for before time starts.")
  var clients = 1
  @Option(help: "Seed of the synthetic market.")
  var seed: UInt64 = 1
  @Option(help: "Configuration file (TOML).")
  var config: String?

  func validate() throws {
    if !(1...8).contains(clients) { throw ValidationError("--clients must be 1 to 8.") }
  }

  func run() throws {
    let instrument = try tradableInstrument(symbol)
    let settings = try RunSettings(
      instrument: instrument, file: try config.map(ConfigurationFile.read), seed: seed)
    let plan: MarketPlan
    if simulate == "synthetic" {
      plan = try .synthetic(
        instrument: instrument, date: date.date, count: 1, seed: seed, barDuration: .seconds(60),
        assumptions: settings.assumptions)
    } else {
      plan = try .stored(
        MarketStore(root: simulate), instrument: instrument, from: date.date, to: date.date,
        barDuration: .seconds(60), assumptions: settings.assumptions)
    }
    var configuration = GatewaySimulatorConfiguration(simulation: plan.sessions[0].simulation)
    configuration.host = host
    configuration.port = port
    let folders = keys.isEmpty ? settings.keys.map { [$0] } ?? [] : keys
    configuration.keys = try folders.map { try LinkKeys(folder: $0, end: .gateway, environment: .simulator) }
    configuration.pacing = speed.pacing
    configuration.expectedClients = clients
    let server = try GatewaySimulatorServer(configuration: configuration, feed: plan.sessions[0].openMarket())
    try server.start()
    print(
      "gateway simulator of \(symbol) \(plan.sessions[0].session.date) on \(host):\(server.port)"
        + (folders.isEmpty ? "" : ", sealed"))
    // Into a pipe or file the line would wait for company, and whoever started us for the port that it names.
    fflush(nil)
    while !server.statistics.isFinished {
      if let failure = server.statistics.failure { throw failure }
      usleep(50_000)
    }
    server.stop()
    let statistics = server.statistics
    print(
      "\(statistics.venue.marketEvents) market events, \(statistics.commandsReceived) commands, "
        + "\(statistics.venue.reports) reports, \(statistics.connections) connections")
  }
}
