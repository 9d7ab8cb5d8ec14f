// The settings of a training run.

/// How a network is trained; equal settings and data give equal bytes, whatever the number of workers.
package struct TrainingConfiguration: Hashable, Sendable {
  /// Passes over the training positions, at most.
  package var epochs = 20
  /// Windows an optimiser step.
  package var batch = 64
  /// Largest learning rate.
  package var rate = 1e-3
  package var schedule = RateSchedule.cosine(warmUp: 0, floor: 0)
  /// Decoupled weight decay.
  package var decay = 0.01
  /// Gradients longer than this are shortened to it; nil leaves them.
  package var clip: Double? = 1
  /// Epochs without a better validation loss before the run ends; nil never ends early.
  package var patience: Int? = 5
  /// A validation loss is better if it is lower by more than this.
  package var improvement = 0.0
  /// Of the order of windows and of dropout.
  package var seed: UInt64 = 0
  /// Whether each epoch has an order of its own; without, windows come as given.
  package var shuffles = true
  /// Threads that share a batch's chunks.
  package var workers = 1

  package init() {}
}
