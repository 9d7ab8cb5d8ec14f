// `trader account`: several instruments, each with its model, on one account.
import Accounting
import ArgumentParser
import Backtest
import Engine
import Features
import Foundation
import MarketData
import ModelLifecycle
import Monitoring
import Performance
import Storage
import TradingDomain

struct AccountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "Replays several instruments on one account: shared equity, margin and day's loss.",
    discussion: """
      Each --member is an instrument and its model, as in --member WDO=models/wdo --member WIN=models/win. One engine \
      trades each, in the order of time. Where the day's loss over all instruments reaches --daily-loss, or equity no \
      longer covers the exchange's margin, everything is closed for the day.
      Writes report.html, report.json, trades.csv, equity.npy and a journal for each instrument into a new folder.
      """)

  @Option(help: "Folder of the market store.")
  var data: String
  @Option(help: ArgumentHelp("An instrument and its model; at least two.", valueName: "symbol=model"))
  var member: [MemberArgument] = []
  @Option(help: "First session, YYYY-MM-DD.")
  var from: DateArgument
  @Option(help: "Last session, YYYY-MM-DD.")
  var to: DateArgument
  @Option(help: "Folder for the report; made if absent.")
  var report: String
  @Option(help: "Loss of a day over all instruments, in BRL, at which everything is closed.")
  var dailyLoss = 600.0
  @Option(help: "Configuration file (TOML), the same for all instruments.")
  var config: String?
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1
  @Flag(help: "Leave out fees and taxes; the report is stamped with it.")
  var noCosts = false
  @Flag(help: "Print the report as JSON.")
  var json = false

  func validate() throws {
    if to.date < from.date { throw ValidationError("--to lies before --from.") }
    guard member.count >= 2 else {
      throw ValidationError("Give --member SYMBOL=MODEL at least twice; for one instrument there is 'backtest'.")
    }
    let symbols = member.map { $0.symbol.uppercased() }
    if let twice = symbols.first(where: { symbol in symbols.filter { $0 == symbol }.count > 1 }) {
      throw ValidationError("--member names \(twice) twice; an account has one engine an instrument.")
    }
    guard (1...10_000_000).contains(dailyLoss) else {
      throw ValidationError("--daily-loss is \(dailyLoss), but must be 1 to 10000000 BRL.")
    }
  }

  func run() throws {
    let terminal = json ? Terminal.silent : Terminal.standardError()
    let file = try config.map(ConfigurationFile.read)
    let store = try MarketStore(root: data)
    let seats = try member.map { try Seat($0, self, file: file, store: store) }
    try makeFolder(report)
    let backtest = try AccountBacktest(
      members: seats.map(\.member), capital: seats[0].settings.capital,
      limits: AccountLimits(dailyLoss: Money(brl: dailyLoss)), withoutCosts: noCosts)
    let journals = try seats.map { seat in
      try JournalWriter(
        path: "\(report)/journal-\(seat.settings.instrument.symbol).bin",
        capacity: BacktestRun.journalCapacity(
          sessions: seat.plan.sessions.count, barSeconds: seat.loaded.schema.barSeconds))
    }
    let interruption = Interruption()
    let days = Set(seats.flatMap { $0.plan.sessions.map(\.session.date) }).count
    var bar = ProgressBar(
      label: "account", unit: "sessions", total: UInt64(days), terminal: terminal, now: monotonicNow())
    let account = try interruption.listening {
      try backtest.run(
        journals: journals, isCancelled: { interruption.isRequested },
        progress: { done, _ in bar.update(UInt64(done), now: monotonicNow()) })
    }
    bar.finish()
    for journal in journals { try journal.close() }
    let output = try written(account, seats)
    print(json ? output.json : output.text)
    let result = account.result(sessions: sessions(account, seats))
    try output.verdict(result)
    if result.isPartial { throw CommandFailure(.interrupted, "interrupted: the report covers only what was run") }
  }

  private func sessions(_ account: AccountResult, _ seats: [Seat]) -> [TradingSession] {
    account.sessions.compactMap { date in
      seats.lazy.compactMap { $0.plan.sessions.first { $0.session.date == date }?.session }.first
    }
  }

  private func written(_ account: AccountResult, _ seats: [Seat]) throws -> RunReport {
    let settings = seats[0].settings
    var extras = ReportExtras(
      subtitle: "\(seats.map(\.settings.instrument.symbol).joined(separator: ", ")) on one account of "
        + "\(settings.capital.brl) BRL")
    if noCosts { extras.alarms.append(.noCosts) }
    if seats.contains(where: { $0.loaded.overlap(with: $0.plan) > 0 }) { extras.alarms.append(.inSample) }
    extras.sections = [ReportSection("Account", [.table(account.table), .text(account.words)])]
    extras.journal = seats.map { "journal-\($0.settings.instrument.symbol).bin" }.joined(separator: ", ")
    let stamps = seats.flatMap { seat in
      (seat.plan.stamps + seat.settings.stamps(model: seat.loaded, seed: seed)
        + seat.loaded.overlapStamps(with: seat.plan))
        .map { ReportStamp(name: "\(seat.settings.instrument.symbol): \($0.name)", value: $0.value) }
    }
    return try RunReport(
      title: "Account of \(seats.map(\.settings.instrument.symbol).joined(separator: " and ")), \(from.date) to "
        + "\(to.date)", result: account.result(sessions: sessions(account, seats)), stamps: stamps,
      instruments: seats.map(\.settings.instrument), folder: report, extras: extras)
  }
}

extension AccountCommand {
  /// An instrument with everything that its engine needs.
  fileprivate struct Seat {
    var settings: RunSettings
    var loaded: LoadedModel
    var plan: MarketPlan
    var member: AccountMember

    init(
      _ argument: MemberArgument, _ command: AccountCommand, file: ConfigurationFile?, store: MarketStore
    ) throws {
      let instrument = try tradableInstrument(argument.symbol)
      let settings = try RunSettings(
        instrument: instrument, file: file, seed: command.seed, isFree: command.noCosts)
      let artifact = try ModelArtifact.find(argument.model, symbol: instrument.symbol)
      let loaded = try ModelLoader.load(artifact)
      let plan = try MarketPlan.stored(
        store, instrument: instrument, from: command.from.date, to: command.to.date,
        barDuration: .seconds(Int64(artifact.manifest.barSeconds)), assumptions: settings.assumptions,
        schema: loaded.schema)
      self.settings = settings
      self.loaded = loaded
      self.plan = plan
      member = AccountMember(
        contender: Contender(
          name: instrument.symbol,
          configuration: settings.engineConfiguration(model: loaded, barsOnly: plan.hasBarsOnly)
        ) { try ModelLoader.load(artifact).forecaster }, sessions: plan.sessions, warmUp: plan.warmUp)
    }
  }
}

/// `SYMBOL=MODEL`.
struct MemberArgument: ExpressibleByArgument {
  var symbol: String
  var model: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    symbol = String(parts[0])
    model = String(parts[1])
  }
}

extension AccountResult {
  /// As the result of one run: trades of all instruments by their exits, totals added up.
  fileprivate func result(sessions: [TradingSession]) -> BacktestResult {
    var audit = AuditRecord()
    for part in parts {
      audit.time = max(audit.time, part.audit.time)
      audit.net = audit.net + part.audit.net
      audit.fees = audit.fees + part.audit.fees
      audit.decisions += part.audit.decisions
      audit.orders += part.audit.orders
      audit.refusals += part.audit.refusals
      audit.fills += part.audit.fills
    }
    let trades = parts.enumerated().flatMap { place, part in part.trades.map { (place, $0) } }
      .sorted { ($0.1.exitTime, $0.0) < ($1.1.exitTime, $1.0) }
    return BacktestResult(
      audit: audit, trades: trades.map(\.1), curve: curve, sessions: sessions, journalFailed: journalFailed,
      executionFlaws: parts.reduce(0) { $0 + $1.executionFlaws }, isPartial: isPartial)
  }

  /// What each instrument did.
  fileprivate var table: ReportTable {
    ReportTable(
      caption: "Each instrument's part",
      columns: [
        .init("Instrument", .text), .init("Trades"), .init("Gross (BRL)"), .init("Fees (BRL)"), .init("Net (BRL)"),
        .init("", .bar),
      ],
      rows: parts.map { part in
        let gross = part.trades.reduce(Money.zero) { $0 + $1.grossProfit }
        let fees = part.trades.reduce(Money.zero) { $0 + $1.fees }
        return [
          .text(part.name), .count(part.trades.count), .signed(gross.brl, digits: 2), .number(fees.brl, digits: 2),
          .signed((gross - fees).brl, digits: 2), .bar((gross - fees).brl),
        ]
      })
  }

  /// What the account as a whole did.
  fileprivate var words: String {
    let list = closings.map { "\($0.date) (\($0.isMargin ? "margin" : "loss"))" }.joined(separator: ", ")
    return "Largest margin at one time: \(DecimalText.fixed(largestMargin.brl, digits: 2)) BRL. Days on which the "
      + "account closed everything: \(closings.isEmpty ? "none" : list)."
  }
}
