// Shorthand for dates and fills in tests.

import Accounting
import TradingDomain

func day(_ text: String) -> SessionDate {
  guard let date = SessionDate(text) else { preconditionFailure("'\(text)' is no date") }
  return date
}

func time(_ date: String, _ hour: Int64, _ minute: Int64) -> Timestamp {
  BrasiliaTime.timestamp(day(date), timeOfDay: .minutes(hour * 60 + minute))
}

func fill(
  _ side: Side, _ quantity: Int64, at ticks: Int64, of instrument: Instrument = .wdo, second: Int64 = 0
) -> Fill {
  Fill(
    id: ClientOrderID(epoch: 1, strategy: 1, counter: 1), instrument: instrument.id, side: side,
    quantity: Quantity(quantity), ticks: ticks * quantity, purpose: .entry,
    exchangeTime: Timestamp(nanoseconds: second * 1_000_000_000))
}
