// From expressions to nodes: names resolved, indicators written out, common parts found, memory laid out.

import Glibc

/// A compiled expression: where its value stands and what is known about it.
struct CompiledFeature: Hashable {
  /// Slot of the value.
  var slot: Int
  /// When the value counts.
  var warmUp: FeatureWarmUp
  var memory: FeatureMemory
  /// Whether the value is a whole number, whether it is a price between ticks, and whether it moves with the price
  /// level.
  var isIntegral: Bool
  var isPrice: Bool
  var isLevel: Bool
  /// What must be recorded for the value to exist.
  var tier: DataTier
  /// Session openings that must have been seen until the value counts.
  var sessions: Int

  /// What a schema tells of the feature.
  var properties: FeatureProperties {
    FeatureProperties(
      warmUpBars: warmUp.bars, sessions: sessions, memory: memory, tier: tier, dependsOnLevel: isLevel)
  }

  /// Units in which windows keep the value.
  var scale: Double { isIntegral ? FixedPoint.whole : isPrice ? FixedPoint.price : FixedPoint.real }
}

/// Lays out nodes.
struct GraphBuilder {
  private(set) var nodes: [GraphNode] = []
  private(set) var inputs: [(input: FeatureInput, slot: Int)] = []
  private(set) var held: [(minutes: Int, expression: FeatureExpression, slot: Int)] = []
  private(set) var stateBytes = 0
  private(set) var table: [Double] = []
  /// Changes expected per bar, one for each change-point detector.
  private(set) var hazards: [Double] = []
  private let isHeld: Bool
  private let barSeconds: Int
  private let tickSize: Double
  private var compiled: [FeatureExpression: CompiledFeature] = [:]
  /// Owners of shared state by what they watch.
  private var owners: [Owner: Int] = [:]

  private struct Owner: Hashable {
    var opcode: GraphOpcode
    var a: Int
    var b: Int
    var count: Int
  }

  /// - Parameter isHeld: whether this is already a graph of longer bars, which may not hold another.
  init(barSeconds: Int, tickSize: Double, isHeld: Bool = false) {
    self.isHeld = isHeld
    self.barSeconds = barSeconds
    self.tickSize = tickSize
  }

  /// The slot of `expression`, made where it does not exist yet.
  mutating func compile(_ expression: FeatureExpression) throws(FeatureExpressionError) -> CompiledFeature {
    if let known = compiled[expression] { return known }
    let result: CompiledFeature
    switch expression {
    case .input(let input):
      let slot = append(GraphNode(opcode: .input))
      inputs.append((input, slot))
      result = CompiledFeature(
        slot: slot, warmUp: FeatureWarmUp().followed(by: input.memory), memory: input.memory,
        isIntegral: input.isIntegral, isPrice: input.isPriceLevel,
        isLevel: input.isPriceLevel, tier: input.tier,
        sessions: 0)
    case .number(let value):
      var node = GraphNode(opcode: .constant)
      node.p = value
      result = CompiledFeature(
        slot: append(node), warmUp: FeatureWarmUp(), memory: .window(bars: 1), isIntegral: value == value.rounded(),
        isPrice: false, isLevel: false, tier: .bars, sessions: 0)
    case .call(let name, let arguments):
      result = try compile(name, arguments, in: expression)
    }
    compiled[expression] = result
    return result
  }

  private mutating func compile(
    _ name: String, _ arguments: [FeatureExpression], in expression: FeatureExpression
  ) throws(FeatureExpressionError) -> CompiledFeature {
    if let indicator = FeatureIndicator.named(name) {
      return try compile(try indicator.expand(arguments))
    }
    guard let known = FeatureOperator(rawValue: name) else { throw .unknownName(name) }
    let (count, names) = (known.inputs.count, known.inputs + known.parameters.map(\.name))
    guard arguments.count == names.count else {
      throw .wrongArguments(expression.description, expected: known.signature)
    }
    var parameters: [Double] = []
    for (argument, parameter) in zip(arguments[count...], known.parameters) {
      guard case .number(let value) = argument else {
        throw .notANumber(expression.description, parameter: parameter.name)
      }
      if let fault = parameter.fault(of: value) { throw .parameter(expression.description, fault) }
      parameters.append(value)
    }
    if known == .every { return try compileHeld(arguments[0], minutes: Int(parameters[0]), in: expression) }
    var operands: [CompiledFeature] = []
    for argument in arguments[..<count] { operands.append(try compile(argument)) }
    return emit(known, operands, parameters)
  }

  /// A value of longer bars: compiled by a graph of its own, only its warm-up and kind are needed here.
  private mutating func compileHeld(
    _ inner: FeatureExpression, minutes: Int, in expression: FeatureExpression
  ) throws(FeatureExpressionError) -> CompiledFeature {
    guard !isHeld else { throw .nestedEvery(expression.description) }
    let seconds = minutes * 60
    guard seconds > barSeconds, seconds % barSeconds == 0 else {
      throw .parameter(
        expression.description, "\(minutes) minutes are no multiple of the schema's bars of \(barSeconds) s")
    }
    var builder = GraphBuilder(barSeconds: seconds, tickSize: tickSize, isHeld: true)
    let value = try builder.compile(inner)
    guard !builder.inputs.contains(where: { Self.isOfTheBaseBar($0.input) }) else {
      throw .inputOfLongerBars(expression.description)
    }
    let slot = append(GraphNode(opcode: .input))
    held.append((minutes, inner, slot))
    var result = value
    result.slot = slot
    let factor = seconds / barSeconds
    result.warmUp = FeatureWarmUp(windowBars: (value.warmUp.bars + 1) * factor)
    switch value.memory {
    case .window(let bars): result.memory = .window(bars: (bars + 1) * factor)
    case .recursive(let decay): result.memory = .recursive(decay: pow(decay, 1 / Double(factor)))
    case .session, .path: break
    }
    return result
  }

  /// Longer bars are made of the instrument's own bars: nothing else exists for them.
  private static func isOfTheBaseBar(_ input: FeatureInput) -> Bool {
    if case .bar = input { false } else { true }
  }

  private mutating func append(_ node: GraphNode) -> Int {
    nodes.append(node)
    return nodes.count - 1
  }

  private mutating func reserve(_ bytes: Int) -> Int {
    defer { stateBytes += (bytes + 15) / 16 * 16 }
    return stateBytes
  }

  private mutating func emit(
    _ known: FeatureOperator, _ operands: [CompiledFeature], _ parameters: [Double]
  ) -> CompiledFeature {
    var node = GraphNode(opcode: .constant)
    node.a = Int32(operands[0].slot)
    if operands.count > 1 { node.b = Int32(operands[1].slot) }
    if operands.count > 2 { (node.c, node.d) = (Int32(operands[2].slot), Int32(operands[3].slot)) }
    let count = parameters.first.map { Int($0) } ?? 0
    node.count = Int32(truncatingIfNeeded: count)
    node.scale = operands[0].scale
    let slot: Int
    if let (opcode, owner, size) = GraphLayout.shared(known, count) {
      slot = emitReader(opcode, owner, size, node, operands, parameters)
    } else {
      node.opcode = GraphLayout.opcode(known)
      let bytes = GraphLayout.stateBytes(known, count: count, parameters: parameters)
      if bytes > 0 { node.state = reserve(bytes) }
      parametrise(&node, known, parameters)
      slot = append(node)
    }
    return described(known, operands, parameters, slot)
  }

  /// A reader of a state that other operators over the same values share.
  private mutating func emitReader(
    _ opcode: GraphOpcode, _ ownerOpcode: GraphOpcode, _ size: Int, _ template: GraphNode,
    _ operands: [CompiledFeature], _ parameters: [Double]
  ) -> Int {
    let second = operands.count > 1 ? operands[1].slot : -1
    let key = Owner(opcode: ownerOpcode, a: operands[0].slot, b: second, count: Int(template.count))
    let owner: Int
    if let known = owners[key] {
      owner = known
    } else {
      var node = template
      node.opcode = ownerOpcode
      node.state = reserve(size)
      node.p = operands.count > 1 ? operands[1].scale : 0
      if ownerOpcode == .changePoint {
        node.table = Int32(hazards.count)
        hazards.append(1 / Double(template.count))
      }
      owner = append(node)
      owners[key] = owner
    }
    if opcode == ownerOpcode { return owner }
    var reader = template
    reader.opcode = opcode
    reader.a = Int32(owner)
    reader.state = nodes[owner].state
    reader.table = nodes[owner].table
    reader.p = parameters.count > 1 ? parameters[1] : operands.count > 1 ? operands[1].scale : 0
    return append(reader)
  }

  private mutating func parametrise(_ node: inout GraphNode, _ known: FeatureOperator, _ parameters: [Double]) {
    switch known {
    case .ema, .emaSeeded: node.p = 2 / (parameters[0] + 1)
    case .adaptiveAverage: node.p = parameters[0]
    case .clamp, .parabolic: (node.p, node.q) = (parameters[0], parameters[1])
    case .fractionalDifference:
      node.count = Int32(parameters[1])
      node.table = Int32(table.count)
      table += Self.fractionalWeights(order: parameters[0], count: Int(parameters[1]))
    case .points:
      node.opcode = .multiply
      var constant = GraphNode(opcode: .constant)
      constant.p = tickSize
      node.b = Int32(append(constant))
    default: break
    }
  }

  /// Binomial weights of (1 - B)^order: w[0] = 1, w[k] = -w[k - 1] (order - k + 1) / k.
  ///
  /// Source: M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), 5.4.2, fixed-width window.
  private static func fractionalWeights(order: Double, count: Int) -> [Double] {
    var weights = [1.0]
    for k in 1..<count { weights.append(-weights[k - 1] * (order - Double(k) + 1) / Double(k)) }
    return weights
  }

  /// Warm-up, memory and kind of what an operator gives.
  private func described(
    _ known: FeatureOperator, _ operands: [CompiledFeature], _ parameters: [Double], _ slot: Int
  ) -> CompiledFeature {
    var result = operands[0]
    for operand in operands.dropFirst() {
      result.warmUp = result.warmUp.beside(operand.warmUp)
      result.memory = result.memory.beside(operand.memory)
      result.tier = max(result.tier, operand.tier)
      result.sessions = max(result.sessions, operand.sessions)
      result.isPrice = result.isPrice || operand.isPrice
      result.isIntegral = result.isIntegral && operand.isIntegral
    }
    if let memory = known.memory(parameters) {
      result.warmUp = result.warmUp.followed(by: memory)
      result.memory = memory.over(result.memory)
    }
    switch known {
    case .sessionSum, .sessionHighest, .sessionLowest, .sessionFirst: result.sessions = max(result.sessions, 1)
    case .previousSession: result.sessions += 1
    default: break
    }
    let kind = GraphLayout.kind(known, operands)
    (result.isIntegral, result.isPrice, result.isLevel) = kind
    result.slot = slot
    return result
  }
}
