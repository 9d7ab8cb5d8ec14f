// How time is cut, and what a fitter is given of it.

import Backtest
import Testing
import TradingDomain

@Suite struct WalkForwardPlanTests {
  @Test func slidingWindowsTileTheSessionsAfterTheFirstTrainingPart() throws {
    let windows = try WalkForwardPlan(training: .sliding(4), tradeSessions: 3).windows(count: 12)
    #expect(windows.map(\.training) == [0..<4, 3..<7, 6..<10])
    #expect(windows.map(\.trading) == [4..<7, 7..<10, 10..<12])
    #expect(windows.map(\.number) == [0, 1, 2])
  }

  @Test func anchoredWindowsKeepTheirFirstSession() throws {
    let windows = try WalkForwardPlan(training: .anchored(least: 4), tradeSessions: 3, step: 5).windows(count: 12)
    #expect(windows.map(\.training) == [0..<4, 0..<9])
    #expect(windows.map(\.trading) == [4..<7, 9..<12])
  }

  @Test func plansThatCannotBeMeantAreRefused() throws {
    func error(_ plan: WalkForwardPlan, _ count: Int = 20) -> WalkForwardError? {
      do {
        _ = try plan.windows(count: count)
        return nil
      } catch {
        return error
      }
    }
    #expect(
      error(WalkForwardPlan(training: .sliding(5), tradeSessions: 3, step: 2))?.description.contains("twice") == true)
    #expect(error(WalkForwardPlan(training: .sliding(0), tradeSessions: 3)) != nil)
    #expect(error(WalkForwardPlan(training: .sliding(5), tradeSessions: 0)) != nil)
    #expect(error(WalkForwardPlan(training: .sliding(5), tradeSessions: 1, embargoBars: -1)) != nil)
    #expect(error(WalkForwardPlan(training: .sliding(5), tradeSessions: 1, workers: 0)) != nil)
    #expect(
      error(WalkForwardPlan(training: .sliding(20), tradeSessions: 1)) == .tooFewSessions(count: 20, needed: 21))
  }

  private func bars(_ count: Int) -> [Bar] {
    (0..<count).map { minute in
      Bar(
        start: Timestamp(nanoseconds: 0) + .minutes(Int64(minute)), duration: .minutes(1), open: Price(ticks: 100),
        high: Price(ticks: 101), low: Price(ticks: 99), close: Price(ticks: 100), volume: 1, tradeCount: 1,
        signedVolume: 0)
    }
  }

  @Test func thePastEndsWhereItSaysAndWarmsUpBeforeItBegins() {
    let bars = bars(100)
    let past = PastBars(
      instrument: .wdo, bars: bars, sessions: [], from: bars[40].start, before: bars[70].end, warmUpBars: 15)
    #expect(past.bars.first == bars[25] && past.trainingStart == 15)
    #expect(past.bars.last == bars[70])
    let between = PastBars(
      instrument: .wdo, bars: bars, sessions: [], from: bars[40].start, before: bars[70].end - .seconds(1),
      warmUpBars: 500)
    #expect(between.bars.last == bars[69] && between.bars.first == bars[0] && between.trainingStart == 40)
  }

  @Test func aSessionThatIsNotOverIsNoPartOfThePast() {
    let bars = bars(100)
    let sessions = [0, 50].map { place in
      TapeSession(
        session: TradingSession(
          date: SessionDate(dayNumber: 0), open: bars[place].start, close: bars[place].start + .minutes(50)))
    }
    let past = PastBars(
      instrument: .wdo, bars: bars, sessions: sessions, from: bars[0].start, before: bars[98].end, warmUpBars: 0)
    #expect(past.sessions.count == 1 && past.sessions.first?.session.open == bars[0].start)
  }
}

@Suite struct OrderedWorkTests {
  struct Failure: Error, Equatable { let piece: Int }

  @Test(arguments: [1, 2, 8]) func resultsComeInOrder(_ workers: Int) throws {
    let results = try OrderedWork.results(count: 50, workers: workers) { $0 * $0 }
    #expect(results == (0..<50).map { $0 * $0 })
  }

  @Test(arguments: [1, 2, 8]) func theFirstErrorInOrderIsThrown(_ workers: Int) {
    #expect(throws: Failure(piece: 7)) {
      _ = try OrderedWork.results(count: 50, workers: workers) { piece in
        if piece % 10 == 7 { throw Failure(piece: piece) }
        return piece
      }
    }
  }
}
