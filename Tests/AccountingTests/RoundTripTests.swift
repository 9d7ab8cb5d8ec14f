// Fills paired into trades from flat to flat; their sum is the portfolio's profit.

import Accounting
import QuantMath
import Testing
import TradingDomain

struct RoundTripTests {
  @Test func aTradeRunsFromFlatToFlatWithItsExcursions() throws {
    var ledger = RoundTripLedger(
      instrument: .wdo,
      fees: ContractFees(exchange: Money(brl: 1), broker: .zero, serviceTax: .zero, settlement: .zero))
    ledger.apply(fill(.buy, 1, at: 11_000, second: 10))
    ledger.observe(Price(ticks: 10_990))
    ledger.apply(fill(.buy, 1, at: 10_990, second: 20))
    ledger.observe(Price(ticks: 11_020))
    ledger.apply(fill(.sell, 1, at: 11_010, second: 30))
    #expect(ledger.hasOpenTrade)
    ledger.apply(fill(.sell, 1, at: 11_000, second: 40))
    let trip = try #require(ledger.trips.first)
    #expect(ledger.trips.count == 1 && !ledger.hasOpenTrade)
    #expect(trip.side == .buy && trip.contracts == 2 && trip.peakContracts == 2)
    #expect(trip.entryTime == Timestamp(nanoseconds: 10_000_000_000))
    #expect(trip.exitTime == Timestamp(nanoseconds: 40_000_000_000))
    #expect(trip.gross == Money(brl: 100))
    #expect(trip.fees == Money(brl: 4) && trip.net == Money(brl: 96))
    #expect(trip.maximumAdverse == Money(brl: -50))
    #expect(trip.maximumFavourable == Money(brl: 250))
  }

  @Test func aTurnEndsOneTradeAndStartsTheNext() {
    var ledger = RoundTripLedger(instrument: .wdo, fees: .free)
    ledger.apply(fill(.sell, 1, at: 11_000))
    ledger.apply(fill(.buy, 3, at: 10_998))
    #expect(ledger.trips.map(\.gross) == [Money(brl: 10)])
    #expect(ledger.hasOpenTrade)
    ledger.apply(fill(.sell, 2, at: 10_990))
    #expect(ledger.trips.map(\.gross) == [Money(brl: 10), Money(brl: -80)])
  }

  @Test func theSumOfTradesIsTheProfitOfThePortfolio() {
    var numbers = CounterRandom(seed: 7, stream: 0)
    let fees = ContractFees(exchange: Money(microBRL: 203_700), broker: .zero, serviceTax: .zero, settlement: .zero)
    let books = Portfolio(instruments: [(.wdo, fees)], method: .firstInFirstOut)
    var ledger = RoundTripLedger(instrument: .wdo, fees: fees)
    var held: Int64 = 0
    for step in 0..<2000 {
      // Turned back at ten contracts, so that the position is often flat or on the other side.
      let isBuy = abs(held) < 10 ? numbers.next() & 1 == 0 : held < 0
      let side: Side = isBuy ? .buy : .sell
      let next = fill(
        side, Int64(numbers.nextInteger(in: 1...5)), at: 11_000 + Int64(numbers.nextInteger(in: -50...50)),
        second: Int64(step))
      ledger.apply(next)
      _ = books.apply(next)
      held += side.sign * next.quantity.contracts
    }
    let close = fill(held > 0 ? .sell : .buy, max(1, abs(held)), at: 11_000)
    ledger.apply(close)
    _ = books.apply(close)
    if held == 0 {
      let back = fill(.sell, 1, at: 11_000)
      ledger.apply(back)
      _ = books.apply(back)
    }
    #expect(books.openContracts == 0)
    #expect(ledger.trips.count > 50)
    #expect(ledger.trips.reduce(Money.zero) { $0 + $1.gross } == books.profit.realised)
    #expect(ledger.trips.reduce(Money.zero) { $0 + $1.fees } == books.profit.fees)
  }
}
