// `trader data facts`: what a stored market looks like in numbers, beside the market that is made order by order.
import ArgumentParser
import MarketData
import Simulation
import TradingDomain

struct FactsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facts", abstract: "Measures the stylised facts of stored sessions.",
    discussion: """
      Tails and clustering of bar returns, spreads and sizes at the touch, persistence of trade signs, bursts of \
      orders: whatever the store's streams tell. With --made, five sessions of the made-up order-by-order market stand \
      beside.
      """)

  @Argument(help: "Folder of the market store.")
  var store: String
  @Option(help: "Instrument.")
  var symbol: String
  @Option(help: "First session, YYYY-MM-DD; all unless given.")
  var from: DateArgument?
  @Option(help: "Last session, YYYY-MM-DD; all unless given.")
  var to: DateArgument?
  @Flag(help: "Also measure the market that is made order by order.")
  var made = false
  @Flag(help: "Print JSON.")
  var json = false

  private static let madeSessions = 5

  func run() throws {
    var markets: [StylisedFacts] = []
    if made {
      var recorder = StylisedFactsRecorder()
      let first = SessionDate(dayNumber: 20_311)
      for day in 0..<Self.madeSessions {
        recorder.update(all: OrderFlowMarket(.wdo(date: first.advanced(by: day), seed: 1)))
      }
      markets.append(recorder.facts(title: "made"))
    }
    let stream = try StoredMarketStream(
      MarketStore(root: store), symbol: symbol, from: from?.date ?? SessionDate(dayNumber: 0),
      to: to?.date ?? SessionDate(dayNumber: 40_000))
    var recorder = StylisedFactsRecorder()
    recorder.update(all: stream)
    markets.append(recorder.facts(title: symbol))
    print(json ? try jsonText(markets) : StylisedFacts.table(markets), terminator: "")
    if json { print() }
  }
}
