// Settings of the execution layer, with the defaults of a one-lot day trader.
package import TradingDomain

/// How orders are placed, watched and given up.
package struct ExecutionConfiguration: Hashable, Sendable {
  /// How far through the last price an entry's limit may reach, in ticks.
  package var entryReach = Price(ticks: 4)
  /// How far through the last price an exit's limit may reach, in ticks.
  package var exitReach = Price(ticks: 20)
  /// Distance of a stop's limit beyond its trigger, in ticks.
  package var stopLimitOffset = Price(ticks: 10)
  /// An entry that has not traded after this time is withdrawn.
  package var entryLifetime = Nanoseconds.seconds(10)
  /// An exit that has not traded after this time is withdrawn and placed anew.
  package var exitLifetime = Nanoseconds.seconds(5)
  /// Silence after which an order is in doubt.
  package var silence = Nanoseconds.seconds(5)
  /// Pause before a refused or failed exit is tried again.
  package var retryPause = Nanoseconds.seconds(1)
  /// Refusals of a protective stop in a row after which the position is closed instead.
  package var stopAttempts = 2
  /// Attempts to flatten before a human must look.
  package var flattenAttempts = 3

  package init() {}
}
