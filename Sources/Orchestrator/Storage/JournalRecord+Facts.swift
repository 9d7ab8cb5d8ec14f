// The payload of each kind of journal record: writing and reading stand side by side so that they stay equal.
import TradingDomain

extension JournalRecord {
  /// Codes of the facts; never renumbered, only added to.
  enum Code {
    static let opened: UInt8 = 1
    static let decision: UInt8 = 2
    static let refusal: UInt8 = 3
    static let intent: UInt8 = 4
    static let cancelIntent: UInt8 = 5
    static let changeIntent: UInt8 = 6
    static let cancelAllIntent: UInt8 = 7
    static let notSent: UInt8 = 8
    static let report: UInt8 = 9
    static let fill: UInt8 = 10
    static let state: UInt8 = 11
    static let connection: UInt8 = 12
    static let closed: UInt8 = 13
    static let votes: UInt8 = 14
    static let shadow: UInt8 = 15
    static let roster: UInt8 = 16
    static let benched: UInt8 = 17
  }

  static func encode(_ fact: JournalFact, into cursor: inout PayloadCursor) -> UInt8 {
    switch fact {
    case .opened(let schema, let model, let configuration, let epoch):
      cursor.put(schema)
      cursor.put(model)
      cursor.put(configuration)
      cursor.put(epoch)
      return Code.opened
    case .decision(let decision):
      encode(decision, into: &cursor)
      return Code.decision
    case .votes(let votes):
      cursor.put(UInt8(votes.count))
      for place in 0..<votes.count { encode(votes[place], into: &cursor) }
      return Code.votes
    case .shadow(let shadow):
      encode(shadow, into: &cursor)
      return Code.shadow
    case .roster(let roster):
      cursor.put(roster.number)
      cursor.put(roster.champion)
      cursor.put(roster.canary)
      cursor.put(roster.shareMillionths)
      cursor.put(roster.sizeMillionths)
      cursor.put(roster.shadows)
      return Code.roster
    case .benched(let model):
      cursor.put(model)
      return Code.benched
    case .refusal(let refusal):
      cursor.put(refusal.id)
      encode(refusal.intent, into: &cursor)
      cursor.put(refusal.reason)
      return Code.refusal
    case .intent(let order):
      cursor.put(order.id)
      encode(order.intent, into: &cursor)
      cursor.put(order.decisionTime)
      return Code.intent
    case .cancelIntent(let cancel):
      cursor.put(cancel.id)
      cursor.put(cancel.instrument.rawValue)
      cursor.put(cancel.decisionTime)
      return Code.cancelIntent
    case .changeIntent(let change):
      cursor.put(change.id)
      cursor.put(change.instrument.rawValue)
      cursor.put(change.quantity)
      cursor.put(change.limit)
      cursor.put(change.stop)
      cursor.put(change.decisionTime)
      return Code.changeIntent
    case .cancelAllIntent:
      return Code.cancelAllIntent
    case .notSent(let id):
      cursor.put(id)
      return Code.notSent
    case .report(let report):
      encode(report, into: &cursor)
      return Code.report
    case .fill(let fill):
      encode(fill, into: &cursor)
      return Code.fill
    case .state(let state, let reason):
      cursor.put(state.rawValue)
      cursor.put(reason)
      return Code.state
    case .connection(let state):
      cursor.put(state.rawValue)
      return Code.connection
    case .closed(let realised, let fees, let fills, let openContracts):
      cursor.put(realised.microBRL)
      cursor.put(fees.microBRL)
      cursor.put(fills)
      cursor.put(openContracts)
      return Code.closed
    }
  }

  static func decodeFact(code: UInt8, from cursor: inout PayloadReader) throws(Flaw) -> JournalFact {
    switch code {
    case Code.opened:
      let schema = cursor.take(UInt64.self)
      let model = cursor.take(UInt64.self)
      let configuration = cursor.take(UInt64.self)
      return .opened(schema: schema, model: model, configuration: configuration, epoch: cursor.take())
    case Code.decision: return .decision(try decodeDecision(from: &cursor))
    case Code.votes: return .votes(try decodeVotes(from: &cursor))
    case Code.shadow: return .shadow(decodeShadow(from: &cursor))
    case Code.roster:
      let number = cursor.take(UInt32.self)
      let champion = cursor.take(UInt64.self)
      let canary = cursor.take(UInt64.self)
      let share = cursor.take(UInt32.self)
      let size = cursor.take(UInt32.self)
      return .roster(
        RosterRecord(
          number: number, champion: champion, canary: canary, shareMillionths: share, sizeMillionths: size,
          shadows: cursor.take()))
    case Code.benched: return .benched(model: cursor.take())
    case Code.refusal:
      let id = cursor.orderID()
      let intent = try decodeIntent(from: &cursor)
      return .refusal(RefusalRecord(id: id, intent: intent, reason: cursor.take()))
    case Code.intent:
      let id = cursor.orderID()
      let intent = try decodeIntent(from: &cursor)
      return .intent(NewOrder(id: id, intent: intent, decisionTime: cursor.time()))
    case Code.cancelIntent:
      let id = cursor.orderID()
      let instrument = InstrumentID(cursor.take())
      return .cancelIntent(CancelOrder(id: id, instrument: instrument, decisionTime: cursor.time()))
    case Code.changeIntent:
      let id = cursor.orderID()
      let instrument = InstrumentID(cursor.take())
      let quantity = cursor.quantity()
      let limit = cursor.optionalPrice()
      let stop = cursor.optionalPrice()
      return .changeIntent(
        ChangeOrder(
          id: id, instrument: instrument, quantity: quantity, limit: limit, stop: stop, decisionTime: cursor.time()))
    case Code.cancelAllIntent: return .cancelAllIntent
    case Code.notSent: return .notSent(cursor.orderID())
    case Code.report: return .report(try decodeReport(from: &cursor))
    case Code.fill: return .fill(try decodeFill(from: &cursor))
    case Code.state:
      let state = try value(TradingState(rawValue: cursor.take()))
      return .state(state, reason: cursor.take())
    case Code.connection: return .connection(try value(ConnectionState(rawValue: cursor.take())))
    case Code.closed:
      let realised = Money(microBRL: cursor.take())
      let fees = Money(microBRL: cursor.take())
      let fills = cursor.take(UInt32.self)
      return .closed(realised: realised, fees: fees, fills: fills, openContracts: cursor.take())
    default: throw .unknownFact(code)
    }
  }

  private static func value<Value>(_ candidate: Value?) throws(Flaw) -> Value {
    guard let candidate else { throw .impossibleValue }
    return candidate
  }

  private static func encode(_ decision: DecisionRecord, into cursor: inout PayloadCursor) {
    cursor.put(decision.instrument.rawValue)
    cursor.put(decision.regime.rawValue)
    cursor.put(decision.probabilityUp)
    cursor.put(decision.probabilityDown)
    cursor.put(decision.expectedMove)
    cursor.put(decision.wanted)
    cursor.put(decision.price)
    cursor.put(decision.expectedTicks)
    cursor.put(decision.spreadTicks)
    cursor.put(decision.abstention)
    cursor.put(UInt8(decision.isCanary ? 1 : 0))
  }

  private static func encode(_ shadow: ShadowRecord, into cursor: inout PayloadCursor) {
    cursor.put(shadow.model)
    cursor.put(shadow.probabilityUp)
    cursor.put(shadow.probabilityDown)
    cursor.put(shadow.expectedMove)
    cursor.put(shadow.expectedTicks)
    cursor.put(shadow.spreadTicks)
    cursor.put(shadow.abstention)
  }

  private static func decodeShadow(from cursor: inout PayloadReader) -> ShadowRecord {
    let model = cursor.take(UInt64.self)
    let up = cursor.float()
    let down = cursor.float()
    let move = cursor.float()
    let ticks = cursor.float()
    let spread = cursor.float()
    return ShadowRecord(
      model: model, probabilityUp: up, probabilityDown: down, expectedMove: move, expectedTicks: ticks,
      spreadTicks: spread, abstention: cursor.take())
  }

  private static func decodeDecision(from cursor: inout PayloadReader) throws(Flaw) -> DecisionRecord {
    let instrument = InstrumentID(cursor.take())
    let regime = try value(Regime(rawValue: cursor.take()))
    let up = cursor.float()
    let down = cursor.float()
    let move = cursor.float()
    let wanted = cursor.take(Int32.self)
    let price = cursor.price()
    let expected = cursor.float()
    let spread = cursor.float()
    let abstention = cursor.take(UInt8.self)
    return DecisionRecord(
      instrument: instrument, regime: regime, probabilityUp: up, probabilityDown: down, expectedMove: move,
      wanted: wanted, price: price, expectedTicks: expected, spreadTicks: spread, abstention: abstention,
      isCanary: cursor.take(UInt8.self) != 0)
  }

  private static func encode(_ vote: MemberVote, into cursor: inout PayloadCursor) {
    cursor.put(vote.kind)
    cursor.put(vote.age)
    cursor.put(vote.weight)
    cursor.put(vote.probabilityUp)
    cursor.put(vote.probabilityDown)
  }

  private static func decodeVotes(from cursor: inout PayloadReader) throws(Flaw) -> VotesRecord {
    let count = cursor.take(UInt8.self)
    guard count <= VotesRecord.limit else { throw .impossibleValue }
    var votes = VotesRecord()
    for _ in 0..<count {
      let kind = cursor.take(UInt8.self)
      let age = cursor.take(UInt8.self)
      let weight = cursor.float()
      let up = cursor.float()
      votes.append(
        MemberVote(kind: kind, age: age, weight: weight, probabilityUp: up, probabilityDown: cursor.float()))
    }
    return votes
  }

  private static func encode(_ intent: OrderIntent, into cursor: inout PayloadCursor) {
    cursor.put(intent.instrument.rawValue)
    cursor.put(intent.side.rawValue)
    cursor.put(intent.type.rawValue | intent.validity.rawValue << 4)
    cursor.put(intent.purpose.rawValue)
    cursor.put(intent.quantity)
    cursor.put(intent.limit)
    cursor.put(intent.stop)
  }

  private static func decodeIntent(from cursor: inout PayloadReader) throws(Flaw) -> OrderIntent {
    let instrument = InstrumentID(cursor.take())
    let side = try value(Side(rawValue: cursor.take()))
    let kind = cursor.take(UInt8.self)
    let type = try value(OrderType(rawValue: kind & 0xF))
    let validity = try value(OrderValidity(rawValue: kind >> 4))
    let purpose = try value(OrderPurpose(rawValue: cursor.take()))
    let quantity = cursor.quantity()
    let limit = cursor.optionalPrice()
    let stop = cursor.optionalPrice()
    return OrderIntent(
      instrument: instrument, side: side, type: type, quantity: quantity, limit: limit, stop: stop, purpose: purpose,
      validity: validity)
  }

  private static func encode(_ report: OrderReport, into cursor: inout PayloadCursor) {
    cursor.put(report.id)
    cursor.put(report.gatewayOrderID)
    cursor.put(report.instrument.rawValue)
    cursor.put(report.status.rawValue)
    cursor.put(report.reason.rawValue)
    cursor.put(report.side.rawValue)
    cursor.put(report.quantity)
    cursor.put(report.tradedQuantity)
    cursor.put(report.tradedTicks)
    cursor.put(report.exchangeTime)
  }

  private static func decodeReport(from cursor: inout PayloadReader) throws(Flaw) -> OrderReport {
    let id = cursor.orderID()
    let gatewayOrderID = cursor.take(UInt64.self)
    let instrument = InstrumentID(cursor.take())
    let status = try value(OrderStatus(rawValue: cursor.take()))
    let reason = try value(VenueReason(rawValue: cursor.take()))
    let side = try value(Side(rawValue: cursor.take()))
    let quantity = cursor.quantity()
    let traded = cursor.quantity()
    let ticks = cursor.take(Int64.self)
    return OrderReport(
      id: id, gatewayOrderID: gatewayOrderID, instrument: instrument, status: status, reason: reason, side: side,
      quantity: quantity, tradedQuantity: traded, tradedTicks: ticks, exchangeTime: cursor.time())
  }

  private static func encode(_ fill: Fill, into cursor: inout PayloadCursor) {
    cursor.put(fill.id)
    cursor.put(fill.instrument.rawValue)
    cursor.put(fill.side.rawValue)
    cursor.put(fill.purpose.rawValue)
    cursor.put(fill.quantity)
    cursor.put(fill.ticks)
    cursor.put(fill.exchangeTime)
  }

  private static func decodeFill(from cursor: inout PayloadReader) throws(Flaw) -> Fill {
    let id = cursor.orderID()
    let instrument = InstrumentID(cursor.take())
    let side = try value(Side(rawValue: cursor.take()))
    let purpose = try value(OrderPurpose(rawValue: cursor.take()))
    let quantity = cursor.quantity()
    let ticks = cursor.take(Int64.self)
    return Fill(
      id: id, instrument: instrument, side: side, quantity: quantity, ticks: ticks, purpose: purpose,
      exchangeTime: cursor.time())
  }
}
