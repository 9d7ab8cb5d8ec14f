// The ensemble: whom it believes when the right answer is known, when it keeps still, and that it forgets on demand.

import Ensemble
import Features
import QuantMath
import Testing
import TradingDomain

/// Says what a table says, bar by bar.
private final class ScriptedMember: EnsembleMember {
  let kind: MemberKind
  let columns = 2
  private let script: (Int) -> [Double]?
  private var bar = -1

  init(_ kind: MemberKind, _ script: @escaping (Int) -> [Double]?) {
    self.kind = kind
    self.script = script
  }

  func reset() { bar = -1 }

  func observe(_ features: UnsafePointer<Float>, slot: Int64) -> Bool {
    bar += 1
    return script(bar) != nil
  }

  func read(_ features: UnsafePointer<Float>, into p: UnsafeMutablePointer<Double>) -> Bool {
    guard bar >= 0, let said = script(bar) else { return false }
    for place in 0..<3 { p[place] = said[place] }
    return true
  }
}

/// Bars of one minute whose move from open to close is scripted, each opening where the last closed, in days of 100.
private struct ScriptedMarket {
  let moves: [Int64]
  let regimes: [Regime]
  /// Before each bar.
  private let prices: [Int64]

  init(moves: [Int64], regimes: [Regime]) {
    self.moves = moves
    self.regimes = regimes
    var price: Int64 = 10_000
    prices = moves.map { move in
      defer { price += move }
      return price
    }
  }

  func bar(_ index: Int) -> Bar {
    let opening = BrasiliaTime.timestamp(
      SessionDate(dayNumber: 19_000 + Int32(index / 100)), timeOfDay: .minutes(600 + Int64(index % 100)))
    let price = prices[index]
    let close = price + moves[index]
    return Bar(
      start: opening, duration: .minutes(1), open: Price(ticks: price), high: Price(ticks: max(price, close)),
      low: Price(ticks: min(price, close)), close: Price(ticks: close), volume: 1, tradeCount: 1, signedVolume: 0)
  }

  func input(_ index: Int, _ features: UnsafeBufferPointer<Float>) -> ForecastInput {
    ForecastInput(features: features, bar: bar(index), regimes: RegimeProbabilities(certain: regimes[index]), range: 4)
  }
}

private func settings(
  _ kinds: [MemberKind], horizon: Int = 1, share: Double = 0.01, disagreement: Double = 10, error: Double = 1,
  truths: [Double] = []
) -> EnsembleSettings {
  EnsembleSettings(
    horizonBars: horizon, deadZoneTicks: 1,
    members: kinds.map {
      .init(kind: $0, calibration: .identity, prior: Array(repeating: 1, count: Regime.allCases.count))
    },
    weights: WeightPlan(share: share), moves: .init(mean: [-1, 0, 1], square: [1.5, 0, 1.5], size: [1, 0, 1]),
    abstention: .init(novelty: nil, disagreement: disagreement, error: error, step: 0, truths: truths))
}

@Suite struct MultiModalEnsembleTests {
  private let features: [Float] = [1, 2]

  private func run(
    _ ensemble: MultiModalEnsemble, _ market: ScriptedMarket, _ body: (Int, Forecast) -> Void = { _, _ in }
  ) {
    features.withUnsafeBufferPointer { features in
      for index in market.moves.indices {
        let input = market.input(index, features)
        ensemble.observe(input)
        body(index, ensemble.forecast(input))
      }
    }
  }

  /// Up and down at random; in trends the trees know the next move with 80 %, in ranges the LSTM does, and the other
  /// one has it the wrong way round.
  private func market() -> (market: ScriptedMarket, trees: [[Double]], lstm: [[Double]]) {
    var random = CounterRandom(seed: 9, purpose: "scripted market")
    var (moves, regimes): ([Int64], [Regime]) = ([], [])
    for index in 0..<4_000 {
      moves.append(random.nextUniform() < 0.5 ? 3 : -3)
      regimes.append(index / 250 % 2 == 0 ? .trendUp : .range)
    }
    let knowing = (0..<4_000).map { index -> [Double] in
      let next = index + 1 < 4_000 ? moves[index + 1] : 3
      let right = random.nextUniform() < 0.8
      return (next > 0) == right ? [0.18, 0.02, 0.8] : [0.8, 0.02, 0.18]
    }
    let wrong = knowing.map { [$0[2], $0[1], $0[0]] }
    func said(_ regime: Regime) -> [[Double]] {
      knowing.indices.map { regimes[$0] == regime ? knowing[$0] : wrong[$0] }
    }
    return (ScriptedMarket(moves: moves, regimes: regimes), said(.trendUp), said(.range))
  }

  @Test func weightsGoToWhoeverIsRightInTheRegime() throws {
    let (market, trees, lstm) = market()
    let ensemble = try MultiModalEnsemble(
      settings([.trees, .lstm]),
      members: [ScriptedMember(.trees) { trees[$0] }, ScriptedMember(.lstm) { lstm[$0] }], schemaHash: 1)
    var right = 0
    run(ensemble, market) { index, forecast in
      guard index > 500, index < 3_999 else { return }
      if (forecast.probabilityUp > 0.5) == (market.moves[index + 1] > 0) { right += 1 }
    }
    #expect(ensemble.weights(in: .trendUp)[0] > 0.9 && ensemble.weights(in: .range)[1] > 0.9)
    // Who knew all along which member to ask would be right in 80 %.
    #expect(Double(right) / 3_498 > 0.77)
    #expect(try #require(ensemble.monitor.expectedError) < 0.05)
    #expect(abs(ensemble.weights(in: .stress)[0] - 0.5) < 1e-12, "a regime without outcomes teaches nothing")
  }

  @Test func oneMemberIsNotWeighedAndSaysWhatItSays() throws {
    let (market, trees, _) = market()
    let ensemble = try MultiModalEnsemble(
      settings([.trees]), members: [ScriptedMember(.trees) { trees[$0] }], schemaHash: 1)
    run(ensemble, market) { index, forecast in
      #expect(forecast.probabilityUp == Float(trees[index][2]) && forecast.probabilityDown == Float(trees[index][0]))
    }
    // Down, flat, up mean -4, 0 and +4 ticks at a range of 4.
    let said = trees[3_999]
    var last = Forecast.none(.noInput)
    ensemble.reset()
    run(ensemble, market) { last = $1 }
    #expect(abs(last.expectedTicks - Float(4 * (said[2] - said[0]))) < 1e-5)
    let variance = 16 * 1.5 * (said[0] + said[2]) - 16 * (said[2] - said[0]) * (said[2] - said[0])
    #expect(abs(last.spreadTicks - Float(variance.squareRoot())) < 1e-4)
    #expect(ensemble.votes?.count == 1 && ensemble.votes?[0].weight == 1)
  }

  @Test func aStreamThatIsForgottenLeavesNoTrace() throws {
    let (market, trees, lstm) = market()
    let ensemble = try MultiModalEnsemble(
      settings([.trees, .lstm]),
      members: [ScriptedMember(.trees) { trees[$0] }, ScriptedMember(.lstm) { lstm[$0] }], schemaHash: 1)
    let said = (0..<2).map { _ -> [Forecast] in
      ensemble.reset()
      var said: [Forecast] = []
      run(ensemble, market) { said.append($1) }
      return said
    }
    #expect(said[0] == said[1])
  }

  @Test func askingTwiceAndRehearsingChangeNothing() throws {
    let (market, trees, lstm) = market()
    let make = {
      try MultiModalEnsemble(
        settings([.trees, .lstm]),
        members: [ScriptedMember(.trees) { trees[$0] }, ScriptedMember(.lstm) { lstm[$0] }], schemaHash: 1)
    }
    let (plain, asked) = (try make(), try make())
    features.withUnsafeBufferPointer { features in
      for index in 0..<500 {
        let input = market.input(index, features)
        plain.observe(input)
        asked.rehearse(input)
        asked.observe(input)
        asked.rehearse(input)
        _ = asked.forecast(input)
        #expect(plain.forecast(input) == asked.forecast(input) && plain.votes == asked.votes)
      }
    }
  }

  @Test func withoutNumbersThereIsNoForecastAndAReason() throws {
    let (market, trees, _) = market()
    let ensemble = try MultiModalEnsemble(
      settings([.trees]), members: [ScriptedMember(.trees) { $0 < 5 ? trees[$0] : nil }], schemaHash: 1)
    func said(_ index: Int, _ row: [Float], range: Double = 4) -> Forecast {
      row.withUnsafeBufferPointer { row in
        var input = market.input(index, row)
        input.range = range
        ensemble.observe(input)
        return ensemble.forecast(input)
      }
    }
    #expect(said(0, [1, 2]).mayAct)
    for row: [Float] in [[.nan, 2], [1, .infinity], [1, -.infinity], [1], []] {
      let forecast = said(1, row)
      #expect(forecast.abstention == .noInput && !forecast.isValid && forecast.probabilityUp.isNaN)
      #expect(forecast.expectedTicks.isNaN && !forecast.mayAct)
    }
    #expect(said(2, [1, 2], range: .nan).abstention == .noInput)
    #expect(said(3, [1, 2], range: 0).abstention == .noInput)
    for index in 4..<8 { _ = said(index, [1, 2]) }
    #expect(said(8, [1, 2]).abstention == .noMember, "its only member has nothing to say")
  }

  @Test func anAbsentMemberLeavesItsPartToTheOthers() throws {
    let (market, trees, lstm) = market()
    let ensemble = try MultiModalEnsemble(
      settings([.trees, .lstm]),
      members: [ScriptedMember(.trees) { trees[$0] }, ScriptedMember(.lstm) { $0 % 3 == 0 ? nil : lstm[$0] }],
      schemaHash: 1)
    run(ensemble, market) { index, forecast in
      guard index % 3 == 0 else { return }
      #expect(forecast.probabilityUp == Float(trees[index][2]))
      #expect(ensemble.votes?[1].age == 255 && ensemble.votes?[1].weight == 0)
    }
  }

  @Test func contradictionAndDoubtAreNoGroundsToAct() throws {
    let market = ScriptedMarket(moves: [3, 3, 3], regimes: [.range, .range, .range])
    func reason(_ settings: EnsembleSettings, _ said: [[Double]]) throws -> AbstentionReason? {
      let members = zip(settings.members, said).map { member, said in ScriptedMember(member.kind) { _ in said } }
      let ensemble = try MultiModalEnsemble(settings, members: members, schemaHash: 1)
      // Of the first bar: later the weights have learned who is right.
      var first: AbstentionReason?
      run(ensemble, market) { if $0 == 0 { first = $1.abstention } }
      return first
    }
    let (up, down) = ([0.1, 0.1, 0.8], [0.8, 0.1, 0.1])
    #expect(try reason(settings([.trees, .lstm], disagreement: 0.2), [up, down]) == .disagreement)
    #expect(try reason(settings([.trees, .lstm], disagreement: 0.2), [up, up]) == nil)
    // Half of the held-out outcomes had been given 0.4 or more.
    let truths = (1...99).map { Double($0) / 125 }
    let doubting = settings([.trees], error: 0.5, truths: truths)
    #expect(try reason(doubting, [[0.2, 0.2, 0.6]]) == nil)
    #expect(try reason(doubting, [[0.45, 0.1, 0.45]]) == .undecided)
    #expect(try reason(doubting, [[0.3, 0.4, 0.3]]) == .undecided)
  }

  @Test func outcomesAreThoseOfTrainingLabels() throws {
    // Five bars ahead, over days of 100 bars: what the ensemble learns from are the labels, all of them and no other.
    var random = CounterRandom(seed: 2, purpose: "outcomes")
    let moves = (0..<450).map { _ in Int64(random.nextInteger(below: 9)) - 4 }
    let market = ScriptedMarket(moves: moves, regimes: Array(repeating: .range, count: 450))
    let ensemble = try MultiModalEnsemble(
      settings([.base], horizon: 5), members: [ScriptedMember(.base) { _ in [0.2, 0.5, 0.3] }], schemaHash: 1)
    run(ensemble, market)
    var shares = [0.0, 0, 0]
    for index in 0..<450 where index % 100 + 5 < 100 && index + 5 < 450 {
      let move = market.bar(index + 5).close.ticks - market.bar(index + 1).open.ticks
      shares[move > 1 ? 2 : move < -1 ? 0 : 1] += 1
    }
    // 425 outcomes, each a little older than the next.
    let keep = exp2Half(2_000)
    let weight = (0..<425).reduce(0.0) { sum, _ in keep * sum + 1 }
    #expect(abs(ensemble.monitor.observations - weight) < 1e-9)
    #expect(shares.reduce(0, +) == 425)
    let said = ensemble.monitor.diagram(of: 2).compactMap(\.happened)
    #expect(said.count == 1 && abs(said[0] - shares[2] / 425) < 0.02)
  }

  private func exp2Half(_ halfLife: Double) -> Double {
    var (low, high) = (0.9, 1.0)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      var power = 1.0
      for _ in 0..<Int(halfLife) { power *= middle }
      if power < 0.5 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  @Test func newerOutcomesCorrectAMemberThatIsTooSure() throws {
    var random = CounterRandom(seed: 5, purpose: "too sure")
    let moves = (0..<3_000).map { _ in random.nextUniform() < 0.5 ? Int64(3) : -3 }
    let market = ScriptedMarket(moves: moves, regimes: Array(repeating: .range, count: 3_000))
    // Right in 60 %, but says 90; a flat outcome never happens.
    let said = (0..<3_000).map { index -> [Double] in
      let next = index + 1 < 3_000 ? moves[index + 1] : 3
      return (next > 0) == (random.nextUniform() < 0.6) ? [0.09, 0.01, 0.9] : [0.9, 0.01, 0.09]
    }
    let ensemble = try MultiModalEnsemble(
      settings([.trees]), members: [ScriptedMember(.trees) { said[min($0, 2_999)] }], schemaHash: 1)
    run(ensemble, market)
    #expect(throws: CalibrationError.self, "no flat outcome, nothing to fit") { try ensemble.recalibrate(.temperature) }
    let mixed = ScriptedMarket(
      moves: moves.enumerated().map { $0.offset % 50 == 0 ? 0 : $0.element }, regimes: market.regimes)
    ensemble.reset()
    run(ensemble, mixed)
    let before = try #require(ensemble.monitor.expectedError)
    let maps = try ensemble.recalibrate(.platt)
    guard case .platt(let curves) = maps[0] else { throw Flaw.kind }
    #expect(curves.count == 3 && curves[2].slope < 0.5)
    var error = 0.0
    features.withUnsafeBufferPointer { features in
      let input = mixed.input(2_999, features)
      ensemble.observe(input)
      error = abs(Double(max(ensemble.forecast(input).probabilityUp, ensemble.forecast(input).probabilityDown)) - 0.6)
    }
    #expect(error < 0.05 && before > 0.15)
  }

  private enum Flaw: Error { case kind }

  @Test func settingsThatCannotBeAreRefusedByName() throws {
    let member = ScriptedMember(.trees) { _ in nil }
    func refusal(_ change: (inout EnsembleSettings) -> Void) -> String {
      var broken = settings([.trees])
      change(&broken)
      do {
        _ = try MultiModalEnsemble(broken, members: [member], schemaHash: 1)
        return "accepted"
      } catch {
        return "\(error)"
      }
    }
    #expect(refusal { $0.format = 9 }.contains("format 9"))
    #expect(refusal { $0.members[0].prior = [1] }.contains("weights of trees"))
    #expect(refusal { $0.members[0].calibration = .temperature(-1) }.contains("calibration of trees"))
    #expect(refusal { $0.moves.mean = [1] }.contains("moves.mean"))
    #expect(refusal { $0.members = [] }.contains("0 members"))
    #expect(refusal { $0.members[0].kind = .lstm }.contains("lstm"))
    #expect(refusal { $0.horizonBars = 0 }.contains("horizon 0"))
    #expect(refusal { $0.abstention.error = 0 }.contains("abstention"))
    #expect(refusal { $0.members[0].prior = [0, 0, 0, 0, 0] }.contains("not all of a regime 0"))
  }
}
