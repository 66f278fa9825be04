package anomalies

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// median of xs, which it sorts; NaN of nothing.
func median(xs []float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	slices.Sort(xs)
	if m := len(xs) / 2; len(xs)%2 == 1 {
		return xs[m]
	} else {
		return (xs[m-1] + xs[m]) / 2
	}
}

// spread gives a robust standard deviation of xs around their median: 1.4826 MAD. Where more than half of xs are the
// same, so that the MAD is 0, it falls back to 1.2533 times the mean absolute deviation (both agree with the standard
// deviation of a normal distribution; Iglewicz and Hoaglin 1993). It is 0 only where all are the same. It sorts xs.
func spread(xs []float64) (middle, scale float64) {
	middle = median(xs)
	if len(xs) == 0 {
		return middle, 0
	}
	away := make([]float64, len(xs))
	sum := 0.0
	for i, x := range xs {
		away[i] = math.Abs(x - middle)
		sum += away[i]
	}
	if mad := median(away); mad > 0 {
		return middle, 1.4826 * mad
	}
	return middle, 1.2533 * sum / float64(len(xs))
}

// A betaBinomial is the distribution of how many of n happen, where the chance of each body is drawn from a Beta(a, b).
type betaBinomial struct{ a, b float64 }

// fit estimates it by moments from counts k of n, after leaving out, twice, those that the estimate calls rarer than
// one in a thousand: an outlier must not widen the measure that it is held against. ok is false where there is
// nothing to hold against.
func fit(k, n []float64) (d betaBinomial, ok bool) {
	use := make([]bool, len(k))
	for i := range use {
		use[i] = n[i] > 0
	}
	for round := range 3 {
		sumK, sumN, bodies := 0.0, 0.0, 0
		for i := range k {
			if use[i] {
				sumK, sumN, bodies = sumK+k[i], sumN+n[i], bodies+1
			}
		}
		if bodies < leastPeers/2 || sumN == 0 {
			return d, false
		}
		// half a case is added to either side, so that what never happened has a chance of its own
		p := (sumK + 0.5) / (sumN + 1)
		// Pearson's statistic has the expectation Σ (1 + (n-1)ρ) over the bodies, less one
		chi, need := 0.0, 0.0
		for i := range k {
			if use[i] {
				chi += (k[i] - n[i]*p) * (k[i] - n[i]*p) / (n[i] * p * (1 - p))
				need += n[i] - 1
			}
		}
		rho := 1e-4
		if need > 0 {
			rho = min(max((chi-float64(bodies-1))/need, rho), 0.9)
		}
		rho = min(rho*(1+1/math.Sqrt(float64(bodies))), 0.95) // one standard error wider: its own uncertainty
		s := 1/rho - 1
		d = betaBinomial{p * s, (1 - p) * s}
		if round < 2 {
			for i := range k {
				use[i] = n[i] > 0 && d.rare(k[i], n[i]) >= 1e-3
			}
		}
	}
	return d, true
}

func (d betaBinomial) mean() float64 { return d.a / (d.a + d.b) }

// z is how many standard deviations k of n lies from the mean.
func (d betaBinomial) z(k, n float64) float64 {
	p, rho := d.mean(), 1/(d.a+d.b+1)
	return (k - n*p) / math.Sqrt(n*p*(1-p)*(1+(n-1)*rho))
}

// rare is the two-sided mid-p value of k of n.
func (d betaBinomial) rare(k, n float64) float64 {
	p, at := d.tail(k, n)
	return min(1, 2*(p-at/2))
}

// tail is the chance of k or further out on the side of the mean that k lies on, and that of k itself.
func (d betaBinomial) tail(k, n float64) (tail, at float64) {
	low := k <= n*d.mean()
	if !low { // mirrored
		k, d.a, d.b = n-k, d.b, d.a
	}
	// k, k-1 … 0: a ratio of neighbours is rational
	at = math.Exp(d.log(k, n))
	if k > exactTerms {
		// far from the ends the continuous distribution is as good
		return max(mathext.RegIncBeta(d.a, d.b, min(1, (k+0.5)/(n+1))), at), at
	}
	x := at
	for i := k; i >= 1; i-- {
		tail += x
		x *= i * (d.b + n - i) / ((n - i + 1) * (d.a + i - 1))
		if x < tail*1e-12 {
			return min(tail, 1), at
		}
	}
	return min(tail+x, 1), at
}

// exactTerms is how many terms of a tail are summed.
const exactTerms = 3000

func (d betaBinomial) log(k, n float64) float64 {
	return lchoose(n, k) + lbeta(k+d.a, n-k+d.b) - lbeta(d.a, d.b)
}

func lgamma(x float64) float64     { y, _ := math.Lgamma(x); return y }
func lbeta(a, b float64) float64   { return lgamma(a) + lgamma(b) - lgamma(a+b) }
func lchoose(n, k float64) float64 { return lgamma(n+1) - lgamma(k+1) - lgamma(n-k+1) }

// interval is the 95 % interval of a share of which k of n were seen (Jeffreys).
func interval(k, n float64) (low, high float64) {
	b := distuv.Beta{Alpha: k + 0.5, Beta: n - k + 0.5}
	if k > 0 {
		low = b.Quantile(0.025)
	}
	if high = 1; k < n {
		high = b.Quantile(0.975)
	}
	return low, high
}

// normalZ is the standard normal deviate, ≥ 0, of a two-sided p value.
func normalZ(p float64) float64 {
	if p <= 0 {
		return 38
	}
	return -distuv.UnitNormal.Quantile(max(p/2, 1e-300))
}

// A ruler turns deviates into p values with tails that are learned from the deviates themselves: bodies differ from
// one another more than a model says, and a p value of a model that does not know it is a false alarm. The inner
// three quarters of the deviates give the scale, how far the inner nine tenths reach beyond it the degrees of freedom
// of a Student distribution, from 4 to 40. What lies further out has no say: it may be what is looked for.
type ruler struct{ scale, freedom float64 }

// learn sorts the absolute deviates zs.
func learn(zs []float64) ruler {
	if len(zs) < 100 {
		return ruler{1, 8}
	}
	slices.Sort(zs)
	at := func(q float64) float64 { return zs[int(q*float64(len(zs)-1))] }
	r := ruler{1, mostFreedom}
	for {
		t := distuv.StudentsT{Nu: r.freedom, Sigma: 1}
		r.scale = max(1, at(0.75)/t.Quantile(0.875))
		if r.freedom <= leastFreedom || t.Quantile(0.95)*r.scale*slack >= at(0.9) {
			return r
		}
		r.freedom--
	}
}

const (
	leastFreedom = 4
	mostFreedom  = 40
	slack        = 1.02 // chance alone moves a quantile of some thousands of deviates by that much
)

// p is the two-sided p value of a deviate.
func (r ruler) p(z float64) float64 {
	t := math.Abs(z) / r.scale
	return mathext.RegIncBeta(r.freedom/2, 0.5, r.freedom/(r.freedom+t*t))
}

// control gives the q values (Benjamini and Hochberg 1995) of the p values of m tests, of which ps, ascending, are
// the smallest: the share of false alarms to expect in a list that reaches down to each.
func control(ps []float64, m int) []float64 {
	q := make([]float64, len(ps))
	least := 1.0
	for i := len(ps) - 1; i >= 0; i-- {
		least = min(least, ps[i]*float64(m)/float64(i+1))
		q[i] = least
	}
	return q
}

// binomialTail is the chance of k or more of n, each of chance p.
func binomialTail(k, n, p float64) float64 {
	if k <= 0 {
		return 1
	}
	return mathext.RegIncBeta(k, n-k+1, p)
}

// chiTail is the chance of a chi-squared statistic of x or more.
func chiTail(x, freedom float64) float64 { return distuv.ChiSquared{K: freedom}.Survival(x) }
