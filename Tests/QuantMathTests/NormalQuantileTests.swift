// The normal quantile against another implementation.

import Testing

import QuantMath

/// `scipy.special.ndtri`, which shares no code with algorithm AS 241.
@Test(arguments: [
  (1e-300, -37.0470962993612), (1e-20, -9.262340089798409), (1e-10, -6.361340902404056), (1e-05, -4.264890793922825),
  (0.001, -3.090232306167813), (0.02, -2.053748910631823), (0.0749, -1.4402382675279635),
  (0.075, -1.4395314709384563), (0.1, -1.2815515655446004), (0.25, -0.6744897501960817), (0.4, -0.2533471031357997),
  (0.6, 0.2533471031357997), (0.925, 1.4395314709384563), (0.9999, 3.719016485455709),
])
func normalQuantileAgreesWithScipy(probability: Double, expected: Double) {
  #expect(abs(normalQuantile(probability) / expected - 1) < 1e-14)
}

@Test func normalQuantileIsDefinedExactlyOnTheUnitInterval() {
  #expect(normalQuantile(0.5) == 0)
  #expect(normalQuantile(0) == -.infinity)
  #expect(normalQuantile(1) == .infinity)
  #expect(normalQuantile(-0.1).isNaN && normalQuantile(1.1).isNaN && normalQuantile(.nan).isNaN)
}
