// The exit codes that scripts rely on, and which error leads to which.
import Accounting
import ArgumentParser
import Backtest
import DecisionForests
import Engine
import Ensemble
import Features
import Gateway
import GatewaySimulator
import MarketData
import ModelLifecycle
import Monitoring
import Optimization
import Risk
import Simulation
import Storage
import Validation

/// Exit codes of every command; never renumbered.
enum ExitStatus: Int32 {
  case done = 0
  case usage = 2
  case badInput = 3
  case environment = 4
  /// Refused by a gate or a limit.
  case refused = 5
  case internalError = 70
  /// Ended by the user; what was written says that it is partial.
  case interrupted = 130
}

/// An error of a command with its exit code.
struct CommandFailure: Error, CustomStringConvertible {
  var status: ExitStatus
  var description: String

  init(_ status: ExitStatus, _ description: String) {
    self.status = status
    self.description = description
  }
}

extension ExitStatus {
  /// The code for an error that reached the top.
  init(for error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure.status
    case let error as StorageError: self = error.kind == .environment ? .environment : .badInput
    case StoreError.unwritable, is PlantedFileError: self = .environment
    case is StoreError, is WalkForwardError, is BacktestCostError: self = .badInput
    case let error as ImportError: self = error.isEnvironment ? .environment : .badInput
    case is ForestError, is EngineError, is StrategyConfigurationError, is UnknownFeatureSchema, is FeatureSchemaError,
      is FeatureExpressionError, is OptimizationError, is FeatureSchemaFileError, is SelectionError, is RegimeFitError,
      is RegimeModel.Flaw, is TrainingError,
      is RiskLimitError, is FeeScheduleError, is ForestForecaster.Flaw,
      is Validation.ValidationError,
      is MarketPlanError:
      self = .badInput
    case let error as LinkKeyError: self = error.isEnvironment ? .environment : .badInput
    case is WalkForwardCancelled: self = .interrupted
    case is GatewayError, is GatewaySimulatorError, is CounterFileError: self = .environment
    default: self = .internalError
    }
  }
}
