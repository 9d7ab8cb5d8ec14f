// What a warm session asks of the kernel, by strace.

import Foundation
import Testing

@Suite(.serialized) struct SystemCallTests {
  @Test func theEnginesThreadCallsTheKernelForTheRingOnly() throws {
    let world = try GeneratedStore.shared.get()
    let script = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Scripts/prove-syscalls.sh")
      .standardized.path
    // The entry delay is the lockstep's window: a long one means few round trips and a short test.
    let configuration = try Scratch.file(
      "patient.toml", GeneratedStore.eager.replacing("entry_latency_us = 3000", with: "entry_latency_us = 2000000"))
    let output = Scratch.path("proof")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: script)
    process.arguments = [
      TraderProgram.path, "--simulate", world.store, "--symbol", "WDO", "--date", "\(GeneratedStore.tickDate)",
      "--model", world.models, "--config", configuration,
    ]
    try Data().write(to: URL(fileURLWithPath: output))
    let handle = try #require(FileHandle(forWritingAtPath: output))
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    process.waitUntilExit()
    let text = try String(contentsOfFile: output, encoding: .utf8)
    if process.terminationStatus == 77 {
      print("skipped: \(text)")
      return
    }
    #expect(process.terminationStatus == 0, "\(text)")
    #expect(text.split(separator: "\n").count == 3, "\(text)")
  }
}
