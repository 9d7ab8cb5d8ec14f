// The inverse of the standard normal distribution function.

import Glibc

/// The value below which a standard normal variable lies with `probability`.
///
/// Relative error about 1e-16. Returns -infinity at 0, infinity at 1, NaN outside [0, 1].
/// Source: Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988), doi:10.2307/2347330.
package func normalQuantile(_ probability: Double) -> Double {
  let centred = probability - 0.5
  if abs(centred) <= 0.425 {
    let r = 0.180625 - centred * centred
    return centred * centralRatio(r)
  }
  guard probability > 0, probability < 1 else {
    return probability == 0 ? -Double.infinity : probability == 1 ? .infinity : .nan
  }
  let tail = (-log(centred < 0 ? probability : 1 - probability)).squareRoot()
  let magnitude = tail <= 5 ? nearTailRatio(tail - 1.6) : farTailRatio(tail - 5)
  return centred < 0 ? -magnitude : magnitude
}

/// The rational approximation for |p - 1/2| <= 0.425, as a factor on p - 1/2.
private func centralRatio(_ r: Double) -> Double {
  var above: Double = 2509.0809287301226727
  above = above * r + 33430.575583588128105
  above = above * r + 67265.770927008700853
  above = above * r + 45921.953931549871457
  above = above * r + 13731.693765509461125
  above = above * r + 1971.5909503065514427
  above = above * r + 133.14166789178437745
  above = above * r + 3.3871328727963666080
  var below: Double = 5226.4952788528545610
  below = below * r + 28729.085735721942674
  below = below * r + 39307.895800092710610
  below = below * r + 21213.794301586595867
  below = below * r + 5394.1960214247511077
  below = below * r + 687.18700749205790830
  below = below * r + 42.313330701600911252
  below = below * r + 1
  return above / below
}

/// The rational approximation for sqrt(-ln p) in (1.6, 5].
private func nearTailRatio(_ r: Double) -> Double {
  var above: Double = 7.74545014278341407640e-4
  above = above * r + 0.0227238449892691845833
  above = above * r + 0.241780725177450611770
  above = above * r + 1.27045825245236838258
  above = above * r + 3.64784832476320460504
  above = above * r + 5.76949722146069140550
  above = above * r + 4.63033784615654529590
  above = above * r + 1.42343711074968357734
  var below: Double = 1.05075007164441684324e-9
  below = below * r + 5.47593808499534494600e-4
  below = below * r + 0.0151986665636164571966
  below = below * r + 0.148103976427480074590
  below = below * r + 0.689767334985100004550
  below = below * r + 1.67638483018380384940
  below = below * r + 2.05319162663775882187
  below = below * r + 1
  return above / below
}

/// The rational approximation for sqrt(-ln p) above 5.
private func farTailRatio(_ r: Double) -> Double {
  var above: Double = 2.01033439929228813265e-7
  above = above * r + 2.71155556874348757815e-5
  above = above * r + 0.00124266094738807843860
  above = above * r + 0.0265321895265761230930
  above = above * r + 0.296560571828504891230
  above = above * r + 1.78482653991729133580
  above = above * r + 5.46378491116411436990
  above = above * r + 6.65790464350110377720
  var below: Double = 2.04426310338993978564e-15
  below = below * r + 1.42151175831644588870e-7
  below = below * r + 1.84631831751005468180e-5
  below = below * r + 7.86869131145613259100e-4
  below = below * r + 0.0148753612908506148525
  below = below * r + 0.136929880922735805310
  below = below * r + 0.599832206555887937690
  below = below * r + 1
  return above / below
}
