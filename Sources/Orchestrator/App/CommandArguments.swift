// How dates and other words of the command line become values.
import ArgumentParser
import Glibc
import TradingDomain

/// A session date as an argument: `YYYY-MM-DD`.
struct DateArgument: ExpressibleByArgument {
  let date: SessionDate

  init?(argument: String) {
    guard let date = SessionDate(argument) else { return nil }
    self.date = date
  }
}

/// How fast simulated time runs: `max`, or a multiple of real time such as `1x` or `300x`.
enum SpeedArgument: ExpressibleByArgument, Hashable {
  case asFastAsPossible
  case multiple(Double)

  init?(argument: String) {
    if argument == "max" {
      self = .asFastAsPossible
      return
    }
    guard let number = Double(argument.hasSuffix("x") ? String(argument.dropLast()) : argument), number > 0,
      number.isFinite
    else { return nil }
    self = .multiple(number)
  }
}

/// Monotonic time for progress displays.
func monotonicNow() -> Nanoseconds {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Nanoseconds(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
}

/// The instrument with that symbol among the families that can be traded.
func tradableInstrument(_ symbol: String) throws -> Instrument {
  guard let instrument = Instrument.family(symbol) else {
    throw CommandFailure(
      .badInput,
      "symbol '\(symbol)' cannot be traded: choose one of \(Instrument.families.map(\.symbol).joined(separator: ", "))."
    )
  }
  return instrument
}
