// Positions and money of the portfolio, by either method, to the last millionth of a real.

import Accounting
import QuantMath
import Testing
import TradingDomain

struct PortfolioTests {
  static let fees = ContractFees(
    exchange: Money(microBRL: 1_099_980), broker: .zero, serviceTax: .zero, settlement: .zero)

  private func portfolio(_ method: PositionMethod) -> Portfolio {
    Portfolio(instruments: [(.wdo, PortfolioTests.fees), (.win, .free)], method: method)
  }

  @Test(arguments: [PositionMethod.firstInFirstOut, .averagePrice])
  func aLongRoundTripEarnsItsTicksLessFees(method: PositionMethod) throws {
    let books = portfolio(method)
    let entry = try #require(books.apply(fill(.buy, 2, at: 11_000)))
    #expect(entry == FillEffect(realised: .zero, fees: Money(microBRL: 2_199_960), position: 2))
    books.mark(Instrument.wdo.id, at: Price(ticks: 11_010))
    // Ten ticks x 2 contracts x 5 reais.
    #expect(books.profit.open == Money(brl: 100))
    let exit = try #require(books.apply(fill(.sell, 2, at: 11_004)))
    #expect(exit.realised == Money(brl: 40))
    #expect(books.profit == ProfitAndLoss(realised: Money(brl: 40), open: .zero, fees: Money(microBRL: 4_399_920)))
    #expect(books.profit.net == Money(microBRL: 35_600_080))
    #expect(books.openContracts == 0)
  }

  @Test(arguments: [(PositionMethod.firstInFirstOut, 50.0), (.averagePrice, 75.0)])
  func theMethodDecidesWhichEntryAPartialExitCloses(method: PositionMethod, realised: Double) throws {
    let books = portfolio(method)
    // Short 1 at 11,010, then 1 at 11,020; buying back one at 11,000 earns 10 ticks (first in) or 15 (average).
    _ = books.apply(fill(.sell, 1, at: 11_010))
    _ = books.apply(fill(.sell, 1, at: 11_020))
    let effect = try #require(books.apply(fill(.buy, 1, at: 11_000)))
    #expect(effect.realised == Money(brl: realised))
    #expect(effect.position == -1)
    // The rest is open against the last fill; the total is the same for both.
    #expect(books.profit.realised + books.profit.open == Money(brl: 150))
  }

  @Test(arguments: [PositionMethod.firstInFirstOut, .averagePrice])
  func oneFillMayTurnThePositionOver(method: PositionMethod) throws {
    let books = portfolio(method)
    _ = books.apply(fill(.buy, 1, at: 11_000))
    let effect = try #require(books.apply(fill(.sell, 3, at: 11_002)))
    #expect(effect == FillEffect(realised: Money(brl: 10), fees: Money(microBRL: 3_299_940), position: -2))
    #expect(books.averageTicks(of: Instrument.wdo.id) == 11_002)
    #expect(books.profit.open == .zero)
  }

  @Test func whatTheBooksDoNotKnowIsNotBooked() {
    let books = portfolio(.firstInFirstOut)
    #expect(books.apply(fill(.buy, 1, at: 5000, of: .dol)) == nil)
    #expect(books.apply(fill(.buy, 0, at: 11_000)) == nil)
    #expect(books.apply(fill(.buy, -1, at: 11_000)) == nil)
    #expect(books.contracts(of: Instrument.dol.id) == nil)
    #expect(books.profit == .zero)
    #expect(books.fillCount == 0)
  }

  @Test func moneyIsConservedOverTenThousandRandomSequences() throws {
    var numbers = CounterRandom(seed: 20_261_122, stream: 0)
    for sequence in 0..<10_000 {
      let fifo = portfolio(.firstInFirstOut)
      let average = portfolio(.averagePrice)
      var cash = Money.zero
      var held: Int64 = 0
      var ticks: Int64 = 11_000
      for _ in 0..<numbers.nextInteger(in: 1...24) {
        ticks += Int64(numbers.nextInteger(in: -7...7))
        let side: Side = numbers.next() & 1 == 0 ? .buy : .sell
        let quantity = Int64(numbers.nextInteger(in: 1...4))
        var next = fill(side, quantity, at: ticks)
        // A report may cover several prices, so that the average is no whole tick.
        next.ticks += Int64(numbers.nextInteger(below: UInt64(quantity)))
        let first = try #require(fifo.apply(next))
        let second = try #require(average.apply(next))
        cash -= Money(microBRL: side.sign * next.ticks * Instrument.wdo.tickValue.microBRL)
        cash -= PortfolioTests.fees.perSide * quantity
        held += side.sign * quantity
        #expect(first.position == held && second.position == held)
        #expect(first.fees == PortfolioTests.fees.perSide * quantity)
        let mark = Price(ticks: ticks + Int64(numbers.nextInteger(in: -3...3)))
        fifo.mark(Instrument.wdo.id, at: mark)
        average.mark(Instrument.wdo.id, at: mark)
        // Cash paid and received plus the value of what is held is the profit, to the last millionth.
        let worth = cash + Instrument.wdo.tickValue * (held * mark.ticks)
        #expect(fifo.profit.net == worth && average.profit.net == worth, "sequence \(sequence)")
        if held == 0 { #expect(fifo.profit == average.profit, "sequence \(sequence)") }
        #expect(fifo.isConsistent && average.isConsistent)
      }
    }
  }

  @Test func moreLotsThanRoomAreMergedAndNothingIsLost() throws {
    let books = portfolio(.firstInFirstOut)
    let count = Int64(Position.lotCapacity + 500)
    var paid: Int64 = 0
    for step in 0..<count {
      _ = books.apply(fill(.buy, 1, at: 10_000 + step % 37))
      paid += 10_000 + step % 37
    }
    #expect(books.isConsistent)
    #expect(books.contracts(of: Instrument.wdo.id) == count)
    _ = try #require(books.apply(fill(.sell, count, at: 10_050)))
    #expect(books.profit.realised == Instrument.wdo.tickValue * (count * 10_050 - paid))
    #expect(books.openContracts == 0 && books.isConsistent)
  }

  @Test func instrumentsAreKeptApartAndSummed() {
    let books = portfolio(.averagePrice)
    _ = books.apply(fill(.buy, 1, at: 11_000))
    _ = books.apply(fill(.sell, 2, at: 26_000, of: .win))
    books.mark(Instrument.wdo.id, at: Price(ticks: 10_990))
    books.mark(Instrument.win.id, at: Price(ticks: 25_990))
    books.mark(Instrument.ind.id, at: Price(ticks: 1))
    #expect(books.profit(of: Instrument.wdo.id)?.open == Money(brl: -50))
    #expect(books.profit(of: Instrument.win.id)?.open == Money(brl: 20))
    #expect(books.profit.open == Money(brl: -30))
    #expect(books.openContracts == 3)
  }
}
