// Search spaces as people write them.
import Foundation
import Optimization
import TOMLKit

/// A space in TOML: a list of `[[parameter]]` with name, type and bounds.
struct SpaceFile: Decodable {
  struct Parameter: Decodable {
    var name: String
    /// `float`, `int` or `category`.
    var type: String
    var low: TOMLNumber?
    var high: TOMLNumber?
    var step: TOMLNumber?
    var log: Bool?
    /// Of a category.
    var values: [String]?
    /// The parameter is there only where another one has one of these categories.
    var when: [String: [String]]?
  }

  var parameter: [Parameter]

  /// The space in the file at `path`.
  static func space(_ path: String) throws -> SearchSpace {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(.badInput, "\(path): no such file. Name a space file; examples are in config/spaces.")
    }
    do {
      let file = try TOMLDecoder().decode(SpaceFile.self, from: String(decoding: data, as: UTF8.self))
      return try SearchSpace(file.parameter.map { try $0.declared(path) })
    } catch let error as CommandFailure {
      throw error
    } catch let error as OptimizationError {
      throw CommandFailure(.badInput, "\(path): \(error)")
    } catch {
      throw CommandFailure(.badInput, "\(path): not a space file (\(error)). See config/spaces for examples.")
    }
  }
}

extension SpaceFile.Parameter {
  fileprivate func declared(_ path: String) throws -> Parameter {
    func wrong(_ problem: String) -> CommandFailure {
      CommandFailure(.badInput, "\(path): parameter '\(name)' \(problem)")
    }
    var condition: ParameterCondition?
    if let when {
      guard when.count == 1, let (parent, values) = when.first else {
        throw wrong("has a condition on several parameters: give one, as in when = { style = [\"forecast\"] }")
      }
      condition = ParameterCondition(parent, values.map { .category($0) })
    }
    if type == "category" {
      guard let values else { throw wrong("has no values: give values = [\"a\", \"b\"]") }
      return Parameter(name, .categorical(values), when: condition)
    }
    guard let low = low?.value, let high = high?.value else { throw wrong("has no bounds: give low and high") }
    switch type {
    case "float":
      if let step = step?.value { return Parameter(name, .stepped(low: low, high: high, step: step), when: condition) }
      return Parameter(
        name, log == true ? .logarithmic(low: low, high: high) : .float(low: low, high: high), when: condition)
    case "int":
      guard let first = Int(exactly: low), let last = Int(exactly: high), let step = Int(exactly: step?.value ?? 1)
      else {
        throw wrong("is an int whose bounds are no whole numbers")
      }
      return Parameter(name, .integer(low: first, high: last, step: step), when: condition)
    default: throw wrong("has the type '\(type)': give float, int or category")
    }
  }
}
