// Regime models as JSON: read back to the bit, refused when damaged.

import Foundation
import Testing

import Features
import ModelLifecycle
import QuantMath
import TradingDomain

/// A model of four states that differ in drift and spread.
private func model() throws -> RegimeModel {
  let transitions = (0..<16).map { $0 % 5 == 0 ? 0.85 : 0.05 }
  let means = [1.0, 0, 0, -1, 0, 0, 0, -0.5, 0, 0, 1, 0.5]
  let covariance: [Double] = [0.3, 0, 0, 0, 0.2, 0, 0, 0, 0.4]
  let chain = GaussianHiddenMarkovModel(
    stateCount: 4, dimension: 3, start: [0.25, 0.25, 0.25, 0.25], transitions: transitions, means: means,
    covariances: covariance + covariance + covariance + covariance)
  let record = """
    {"observations": 1, "missing": 0, "sessions": 1, "logLikelihood": -1, "singleStateLogLikelihood": -2,
    "iterations": 1, "hasConverged": true, "restarts": 1, "separatedRestarts": 1, "seed": 1,
    "namesAgreeWithParameters": true}
    """
  return try RegimeModel(
    observation: RegimeObservationSettings(), chain: chain,
    record: JSONDecoder().decode(RegimeFitRecord.self, from: Data(record.utf8)))
}

@Test func aRegimeModelIsReadBackToTheBit() throws {
  let model = try model()
  let read = try RegimeModel(json: model.json())
  #expect(read == model && read.hash == model.hash)
}

@Test func aDamagedRegimeModelIsRefusedWithTheReason() throws {
  let text = String(decoding: try model().json(), as: UTF8.self)
  func flaw(_ text: String) -> RegimeModel.Flaw? {
    do {
      _ = try RegimeModel(json: Data(text.utf8))
      return nil
    } catch { return error }
  }
  #expect(flaw(text.replacingOccurrences(of: "\"version\" : 1", with: "\"version\" : 2")) == .wrongVersion(2))
  guard case .unreadable = flaw("{") else {
    Issue.record("an empty object was read")
    return
  }
  guard case .impossible = flaw(text.replacingOccurrences(of: "0.85", with: "0.95")) else {
    Issue.record("rows that sum to more than 1 were read")
    return
  }
}
