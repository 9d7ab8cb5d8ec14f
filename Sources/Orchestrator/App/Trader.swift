// The command line's root: which commands there are and how the process ends.
import ArgumentParser
import Foundation

/// `trader`: one binary for research, backtests and trading.
struct Trader: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trader",
    abstract: "A trading engine for Brazilian futures that learns.",
    discussion: """
      A first session, without any data:
        trader run                             paper trading on a seeded synthetic market
      With data (docs/tutorial.md walks through it):
        trader import FILE --symbol WDO --into market/
        trader train --data market/ --symbol WDO --from 2021-11-05 --to 2021-12-15 --out models/
        trader backtest --data market/ --symbol WDO --model models/ --from 2021-12-16 --to 2022-01-14 --report out/

      Exit codes: 0 done, 2 usage, 3 bad input, 4 environment, 5 refused by a gate or limit, 70 internal error.
      """,
    version: programVersion,
    subcommands: [
      RunCommand.self, GatewayCommand.self, ImportCommand.self, DataCommand.self, FeaturesCommand.self,
      TrainCommand.self, MembersCommand.self, OptimizeCommand.self, ShardCommand.self,
      BacktestCommand.self, AccountCommand.self, AllocateCommand.self,
      ModelsCommand.self, DeployCommand.self,
      ExplainCommand.self,
      StatusCommand.self,
      KeysCommand.self, DoctorCommand.self,
    ])
}

/// Version of the program, as written into model manifests.
let programVersion = "0.1.0"

/// Parses, runs, and turns every error into a message on standard error and an exit code.
@main enum Main {
  static func main() {
    do {
      var command = try Trader.parseAsRoot()
      try command.run()
    } catch {
      finish(error)
    }
  }

  private static func finish(_ error: any Error) -> Never {
    let parserCode = Trader.exitCode(for: error)
    if parserCode == .success {
      print(Trader.fullMessage(for: error))
      exit(ExitStatus.done.rawValue)
    }
    if parserCode == .validationFailure {
      FileHandle.standardError.write(Data((Trader.fullMessage(for: error) + "\n").utf8))
      exit(ExitStatus.usage.rawValue)
    }
    let status = ExitStatus(for: error)
    FileHandle.standardError.write(Data("trader: \(error)\n".utf8))
    exit(status.rawValue)
  }
}
