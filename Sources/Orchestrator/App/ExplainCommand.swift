// `trader explain`: what a journal says, verified and in words.
import ArgumentParser
import Ensemble
import Foundation
import Performance
import Risk
import Storage
import TradingDomain

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Verifies a journal and prints every decision, order and fill in words.",
    discussion: """
      Two journals with the same final link hold the same records.
      With --decision, one decision: forecast, votes, regime, what the gate said; with --model and --data also the \
      features, each with its part in the trees' forecast, computed again and compared with the journal.
      """)

  @Argument(help: "A journal file.")
  var journal: String
  @Flag(help: "Print only the totals.")
  var summary = false
  @Option(help: "Explain the decision that has this number in the journal.")
  var decision: Int?
  @Option(help: "The model of the run, for --decision: an artifact or a folder of them (its newest).")
  var model: String?
  @Option(help: "Folder of the market store, for --decision.")
  var data: String?

  func validate() throws {
    if (model == nil) != (data == nil) { throw ValidationError("--model and --data belong together.") }
    if model != nil, decision == nil { throw ValidationError("--model and --data need --decision.") }
  }

  func run() throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: journal, isDirectory: &isFolder) else {
      throw CommandFailure(.badInput, "\(journal): no such file. Name the journal.bin of a run or backtest.")
    }
    if isFolder.boolValue {
      throw CommandFailure(.badInput, "\(journal): this is a folder. Name the journal in it: \(journal)/journal.bin.")
    }
    let reader = try JournalReader(path: journal)
    if reader.entries.isEmpty {
      throw CommandFailure(
        .badInput, "\(journal): holds no journal record. Name the journal.bin of a run or backtest that has begun.")
    }
    if let decision {
      let explanation = try DecisionExplanation(reader.entries, place: decision)
      print("time       \(clock(reader.entries[decision].time))")
      print(explanation.lines.joined(separator: "\n"))
      if let model, let data {
        print(try explanation.lines(ModelArtifact.find(model), data: data).joined(separator: "\n"))
      }
      return
    }
    if !summary {
      for (sequence, entry) in reader.entries.enumerated() {
        print("\(sequence)  \(clock(entry.time))  \(JournalText.line(entry.fact))")
      }
    }
    var counts: [String: Int] = [:]
    for entry in reader.entries { counts[JournalText.kind(entry.fact), default: 0] += 1 }
    let totals = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    print("\(reader.entries.count) records (\(totals)); final link \(String(reader.finalLink, radix: 16))")
    if reader.tornTailBytes > 0 {
      print("\(reader.tornTailBytes) bytes after the last record hold no record (torn write)")
    }
  }

  private func clock(_ time: Timestamp) -> String {
    let (date, timeOfDay) = BrasiliaTime.local(time)
    let micros = timeOfDay.count / 1_000
    let seconds = micros / 1_000_000
    let digits = { (value: Int64, width: Int) in
      String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
    }
    return "\(date) \(digits(seconds / 3600, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2))"
      + ".\(digits(micros % 1_000_000, 6))"
  }
}

/// Facts in words.
enum JournalText {
  static func kind(_ fact: JournalFact) -> String {
    switch fact {
    case .opened: return "opened"
    case .decision: return "decisions"
    case .votes: return "votes"
    case .shadow: return "watching models' forecasts"
    case .roster: return "changes of who trades"
    case .benched: return "models benched"
    case .refusal: return "refusals"
    case .intent: return "orders"
    case .cancelIntent: return "cancels"
    case .changeIntent: return "changes"
    case .cancelAllIntent: return "cancel-alls"
    case .notSent: return "not sent"
    case .report: return "reports"
    case .fill: return "fills"
    case .state: return "state changes"
    case .connection: return "connection changes"
    case .closed: return "closed"
    }
  }

  static func line(_ fact: JournalFact) -> String {
    switch fact {
    case .opened(let schema, let model, let configuration, let epoch):
      return "opened: schema \(hex(schema)), model \(hex(model)), configuration \(hex(configuration)), epoch \(epoch)"
    case .decision(let decision):
      let wanted = decision.wanted == 0 ? "stay out" : decision.wanted > 0 ? "buy" : "sell"
      let who = decision.isCanary ? "decision of the canary" : "decision"
      return "\(who): \(wanted) (regime \(decision.regime), up \(decision.probabilityUp), down "
        + "\(decision.probabilityDown), move \(decision.expectedMove), price \(decision.price.ticks) ticks)"
    case .votes(let votes): return "votes: " + (0..<votes.count).map { vote(votes[$0]) }.joined(separator: "; ")
    case .shadow(let shadow):
      return "model \(hex(shadow.model)) watches: up \(shadow.probabilityUp), down \(shadow.probabilityDown), "
        + "\(shadow.expectedTicks) ticks"
    case .roster(let roster):
      let champion = roster.champion == 0 ? "nobody trades" : "model \(hex(roster.champion)) trades"
      let canary =
        roster.canary == 0
        ? "" : ", canary \(hex(roster.canary)) on \(Double(roster.shareMillionths) / 10_000) % of decisions"
      return "deployment \(roster.number): \(champion) at \(Double(roster.sizeMillionths) / 10_000) % of its size"
        + canary + ", \(roster.shadows) watch"
    case .benched(let model): return "model \(hex(model)) was too slow and is no longer asked"
    case .refusal(let refusal):
      let reason = RiskReason(rawValue: refusal.reason)
      return "refused \(words(refusal.intent)): \(reason.map { "\($0.control.code) \($0)" } ?? "\(refusal.reason)")"
    case .intent(let order): return "order \(order.id.counter): \(words(order.intent))"
    case .cancelIntent(let cancel): return "cancel order \(cancel.id.counter)"
    case .changeIntent(let change): return "change order \(change.id.counter) to \(change.quantity.contracts) contracts"
    case .cancelAllIntent: return "cancel everything"
    case .notSent(let id): return "order \(id.counter) was not sent"
    case .report(let report):
      return "report on order \(report.id.counter): \(report.status), \(report.tradedQuantity.contracts) of "
        + "\(report.quantity.contracts) traded" + (report.reason == .none ? "" : " (\(report.reason))")
    case .fill(let fill):
      let price = Double(fill.ticks) / Double(max(1, fill.quantity.contracts))
      return "fill: \(fill.side) \(fill.quantity.contracts) at \(price) ticks (\(fill.purpose))"
    case .state(let state, let reason):
      return "trading state \(state): \(RiskReason(rawValue: reason).map { "\($0.control.code) \($0)" } ?? "\(reason)")"
    case .connection(let state): return "connection \(state)"
    case .closed(let realised, let fees, let fills, let open):
      return "closed: realised \(realised.brl) BRL before \(fees.brl) BRL of fees, \(fills) fills, "
        + "\(open) open contracts"
    }
  }

  static func vote(_ vote: MemberVote) -> String {
    let name = MemberKind(code: vote.kind)?.words ?? "member \(vote.kind)"
    guard vote.age < 255 else { return "\(name) absent" }
    let said =
      "\(name) \(DecimalText.percent(Double(vote.weight), digits: 1)): up "
      + "\(DecimalText.fixed(Double(vote.probabilityUp), digits: 4)), down "
      + "\(DecimalText.fixed(Double(vote.probabilityDown), digits: 4))"
    return vote.age == 0 ? said : said + " (\(vote.age) bars old)"
  }

  private static func words(_ intent: OrderIntent) -> String {
    var text = "\(intent.purpose) \(intent.side) \(intent.quantity.contracts) \(intent.type)"
    if let limit = intent.limit { text += " limit \(limit.ticks)" }
    if let stop = intent.stop { text += " stop \(stop.ticks)" }
    return text
  }

  private static func hex(_ value: UInt64) -> String { String(value, radix: 16) }
}
