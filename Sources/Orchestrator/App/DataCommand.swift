// `trader data`: what the store holds, a look into it, and whether it is sound.
import ArgumentParser
import MarketData
import TradingDomain

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Lists, shows and checks the market store, and makes up markets.",
    subcommands: [List.self, Show.self, Check.self, FactsCommand.self, PlantCommand.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists symbols, streams, days and rows.")
    @Argument(help: "Folder of the market store.")
    var store: String
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let listing = try StoreInspection.list(MarketStore(root: store))
      print(json ? try jsonText(listing) : listing.text)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows the first and last rows of one day, with a chart.")
    @Argument(help: "Folder of the market store.")
    var store: String
    @Option(help: "Instrument.")
    var symbol: String
    @Option(help: "Stream: trades, quotes, depth or bars-60s.")
    var stream: String
    @Option(help: "Session, YYYY-MM-DD.")
    var date: DateArgument
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
      if StreamName(folder: stream) == nil {
        throw ValidationError("Stream '\(stream)' is not known: use trades, quotes, depth, or bars-60s.")
      }
    }

    func run() throws {
      guard let name = StreamName(folder: stream) else { return }
      let excerpt = try StoreInspection.show(MarketStore(root: store), symbol: symbol, stream: name, date: date.date)
      print(json ? try jsonText(excerpt) : excerpt.text)
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Checks every file of the store.", discussion: "Exits with 3 when a file is damaged.")
    @Argument(help: "Folder of the market store.")
    var store: String
    @Option(help: "Only this instrument.")
    var symbol: String?
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let check = try StoreInspection.check(MarketStore(root: store), symbol: symbol)
      print(json ? try jsonText(check) : check.text)
      if !check.isSound {
        throw CommandFailure(.badInput, "the store has damaged files: import their days again")
      }
    }
  }
}
